"""The words of the fourth lists (`words.toml`), ready to be drawn from."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.lists.second.words import Urn, Word, made, plain_urn, weighted, with_rare

if TYPE_CHECKING:
    from datetime import date

_RARE_FAMILIES, _RARE_GIVENS = 0.14, 0.22  # share of all names that are put together
_COMMON = 7  # weight of a surname from which on it is nobody's alone

#: The word file as it stands.
DATA: dict[str, Any] = tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))


def _names(common: str, parts: str, rare: float) -> Urn[Word]:
    """Read an urn of names, so many of them put together from two parts."""
    known = weighted(DATA[common])
    written = {word.kanji for word, _ in known}
    others = [word for word in made(DATA[f"{parts}_first"], DATA[f"{parts}_second"]) if _usable(word, written)]
    return with_rare(known, others, sum(weight for _, weight in known) * rare / (1 - rare) / len(others))


def _usable(word: Word, written: set[str]) -> bool:
    """Tell whether a name that was put together looks like one: no sign and no sound twice, and none we have."""
    return word.kanji not in written and len(set(word.kanji)) == len(word.kanji) and word.kana[:2] != word.kana[2:]


SURNAMES = _names("surnames", "surname", _RARE_FAMILIES)
#: Family names that many bear.
COMMON = {word.kanji for word, weight in weighted(DATA["surnames"]) if weight >= _COMMON}
_GIVENS = {
    (female, age): _names(f"{sex}_{age}", sex, _RARE_GIVENS)
    for female, sex in ((False, "male"), (True, "female"))
    for age in ("old", "mid", "young")
}
BUILDINGS: list[str] = DATA["buildings"].split()
DORMITORIES: list[str] = DATA["dormitories"].split()
HOSTS, THROWAWAY_HOSTS = plain_urn(DATA["hosts"]), plain_urn(DATA["throwaway_hosts"])
NICK_FIRST, NICK_SECOND = DATA["nick_first"].split(), DATA["nick_second"].split()
SHOWN: list[str] = DATA["shown"].split()


def givens(born: date, *, female: bool) -> Urn[Word]:
    """Return the given names of a generation."""
    return _GIVENS[female, "old" if born.year < 1965 else "mid" if born.year < 1990 else "young"]


@cache
def homophones() -> dict[str, list[str]]:
    """Return what a keyboard offers besides a name: others that are read alike, family and given names."""
    found: dict[str, list[str]] = defaultdict(list)
    pairs = DATA["homophones"].split()
    for written, other in zip(pairs[::2], pairs[1::2], strict=True):
        found[written].append(other)
    read: dict[str, set[str]] = defaultdict(set)
    for urn in _GIVENS.values():
        for word, weight in zip(urn.things, urn.weights, strict=True):
            if weight >= 1:
                read[word.kana].add(word.kanji)
    for alike in read.values():
        for written in sorted(alike):
            found[written].extend(sorted(alike - {written}))
    return found
