"""The words of the second lists (`words.toml`), ready to be drawn from."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

if TYPE_CHECKING:
    import random

_T = TypeVar("_T")
_RARE = 0.12  # a surname put together from two parts, against one common one
_WEIGHT = 2.0  # of a given name put together


class Word(NamedTuple):
    """A name as it is written and as it is read (katakana); the same twice for a foreign name."""

    kanji: str
    kana: str


class Town(NamedTuple):
    """A town with its postal code; `urban` towns are numbered by chome."""

    code: str
    pref: str
    city: str
    name: str
    urban: bool


@dataclass(frozen=True, slots=True)
class Urn(Generic[_T]):
    """Things to draw by weight."""

    things: list[_T]
    weights: list[float]

    def draw(self, rng: random.Random) -> _T:
        """Draw one thing."""
        return rng.choices(self.things, self.weights)[0]


def load() -> dict[str, Any]:
    """Return the word file as it stands."""
    return tomllib.loads((Path(__file__).parent / "words.toml").read_text(encoding="utf-8"))


_DATA = load()


def weighted(text: str) -> list[tuple[Word, float]]:
    """Read 'written reading:weight written reading:weight'."""
    parts = text.split()
    return [
        (Word(kanji, kana.partition(":")[0]), float(kana.partition(":")[2]))
        for kanji, kana in zip(parts[::2], parts[1::2], strict=True)
    ]


def _pairs(text: str) -> list[Word]:
    parts = text.split()
    return [Word(*pair) for pair in zip(parts[::2], parts[1::2], strict=True)]


def made(first: str, second: str) -> list[Word]:
    """Put every first part together with every second one."""
    return [Word(a.kanji + b.kanji, a.kana + b.kana) for a in _pairs(first) for b in _pairs(second)]


def plain_urn(text: str) -> Urn[str]:
    """Read 'word:weight word:weight' (no weight: 1; ~ stands for a space)."""
    split = [word.partition(":") for word in text.split()]
    return Urn([word.replace("~", " ") for word, _, _ in split], [float(weight or 1) for _, _, weight in split])


def _surnames() -> Urn[Word]:
    common = weighted(_DATA["surnames"])
    rare = made(_DATA["surname_first"], _DATA["surname_second"])
    return with_rare(common, rare, sum(weight for _, weight in common) * _RARE / (1 - _RARE) / len(rare))


def with_rare(common: list[tuple[Word, float]], rare: list[Word], weight: float) -> Urn[Word]:
    """Put common names, and rare ones of one weight each, into one urn."""
    return Urn([word for word, _ in common] + rare, [weight for _, weight in common] + [weight] * len(rare))


def _given(which: str) -> Urn[Word]:
    common = weighted(_DATA[which])
    known = {word.kanji for word, _ in common}
    others = [
        word
        for word in made(_DATA[f"{which}_first"], _DATA[f"{which}_second"])
        if word.kanji not in known and word.kanji[0] != word.kanji[1]
    ]
    return with_rare(common, others, _WEIGHT)


def _towns(which: str) -> list[Town]:
    return [Town(code, pref, city, name, which == "urban") for code, pref, city, name in map(str.split, _DATA[which])]


SURNAMES = _surnames()
#: A reader takes a slip in the telephone number of one of these for another person.
COMMON = {word for word, weight in zip(SURNAMES.things, SURNAMES.weights, strict=True) if weight > 40}
MALE, FEMALE = _given("male"), _given("female")
URBAN, RURAL = _towns("urban"), _towns("rural")
VARIANTS = {pair[0]: pair[1] for pair in _DATA["variants"].split()}
BUILDINGS: list[str] = _DATA["buildings"].split()
AREA_CODES = dict(zip(*[iter(_DATA["area_codes"].split())] * 2, strict=True))
COMPANIES: list[str] = _DATA["companies"].split()
LOCKERS: list[str] = _DATA["lockers"].split()
HOSTS = plain_urn(_DATA["mail_hosts"])
NICK_FIRST, NICK_SECOND, NICK_COMMON = (_DATA[f"nick_{part}"].split() for part in ("first", "second", "common"))
WEST: list[dict[str, str]] = _DATA["west"]
NICKNAMES = {name: short.split() for name, short in _DATA["nicknames"].items()}
