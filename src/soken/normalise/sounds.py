"""Whether a name in kanji can be read as somebody typed it: how each kanji sounds in names, learned from name tables.

A table of readings knows 35,000 given names; people are called by others, and read theirs as they like. But the kanji
are the same: who has met 一樹 as Kazuki, 一美 as Hitomi and 直樹 as Naoki can see that 一樹 may be Hitoki and cannot be
Masao. The model is the usual one for letters and sounds: each kanji gives one stretch of the reading, independently of
its neighbours; which stretch is found by expectation maximisation over the tables' names (A. P. Dempster, N. M. Laird,
D. B. Rubin, 1977, J. R. Stat. Soc. B 39).
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cache, lru_cache
from math import log2
from typing import TYPE_CHECKING

import numpy as np

from soken.normalise.name_tables import given_readings, name_data, surname_readings, surname_share

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

#: A mora of a romaji key: a reading is only cut behind one.
_MORA = re.compile(r"n(?![aeiouy])|[^aeiou]*[aeiou]|.")
_HAN = re.compile(r"[\u3400-\u9fff々〆ヶ\U00020000-\U0003ffff]+")
_ROUNDS = 3
#: What was never met counts as if met this often in all, spread as sounds are spread over all kanji.
_UNMET = 3.0
#: No kanji sounds like this in the tables; the chance that one does all the same.
_UNHEARD = 1e-6
#: Longer names are not names of one person.
_MOST_KANJI, _MOST_LETTERS = 8, 32
_MOST_SOUNDS, _MOST_READINGS = 8, 40
#: What a name's reading in the tables is worth, in bits.
IN_TABLE = 12.0


@dataclass(frozen=True, slots=True)
class Sounds:
    """How kanji sound in names.

    Attributes:
        met: kanji → romaji stretch → how often, as shared out over the tables' names.
        total: kanji → sum of its ``met``.
        common: romaji stretch → share of all stretches.
    """

    met: Mapping[str, Mapping[str, float]]
    total: Mapping[str, float]
    common: Mapping[str, float]

    def of(self, kanji: str, stretch: str) -> float:
        """Return the chance that a kanji sounds like this."""
        met = self.met.get(kanji, {}).get(stretch, 0.0)
        return (met + _UNMET * self.common.get(stretch, _UNHEARD)) / (self.total.get(kanji, 0.0) + _UNMET)


@lru_cache(maxsize=1 << 18)
def fit(name: str, reading: str) -> float | None:
    """Return how much likelier a family or given name in kanji is read so than any name of so many kanji is, in bits.

    Measured on 5,000 given names kept out of the learning: right readings give 4 bits or more in 95 cases of 100, those
    of other people less than 1.2 in 99.

    Args:
        name: folded kanji of one part of a name.
        reading: romaji key of what was typed for it.

    Returns:
        Bits; None where the name is not all kanji or no stretch of the reading can belong to each of them.
    """
    if not _readable(name, reading):
        return None
    anyone = _anyones_chance(len(name), reading)
    return log2(_chance(name, reading, _sound) / anyone) if anyone else None


def likely_readings(name: str, *, share: float = 0.0) -> list[str]:
    """Return what the kanji of one part of a name are likely read as, likeliest first, at most 40 romaji keys.

    ``share``: leave out readings less likely than this share of the likeliest one.
    """
    found = [("", 1.0)]
    sounds = kanji_sounds()
    for kanji in name if _readable(name, "-") else "":
        total = sounds.total.get(kanji, 0.0)
        met = sorted(sounds.met.get(kanji, {}).items(), key=lambda one: -one[1])[:_MOST_SOUNDS]
        found = [(key + stretch, chance * times / total) for key, chance in found for stretch, times in met]
        found = sorted(found, key=lambda one: (-one[1], one[0]))[:_MOST_READINGS]
    # A reading that can be shared out among the kanji in two ways stands at the likelier one.
    return list(dict.fromkeys(key for key, chance in found if key and chance >= share * found[0][1]))


@dataclass(frozen=True, slots=True)
class WholeFit:
    """How well a whole name is read as somebody typed it, at its best division.

    Attributes:
        family: bits for the family name; `IN_TABLE` if a table of surnames reads it so.
        given: bits for the given name, likewise at least.
    """

    family: float
    given: float


def fit_whole(name: str, reading: str) -> WholeFit | None:
    """Return how well an undivided name in kanji is read as typed, in whichever order either of them stands.

    Args:
        name: folded kanji of the whole name, without spaces.
        reading: romaji key of the whole name.

    Returns:
        The best division's bits; None where nothing can be said.
    """
    if not _readable(name, reading) or len(name) < 2:
        return None
    divisions = [half for at in range(1, len(name)) for half in ((name[:at], name[at:]), (name[at:], name[:at]))]
    # The commonest surname decides: the best-fitting division of 山田太郎 read "yamadajiro" would be 山 + 田太郎.
    for family, given in sorted(divisions, key=lambda one: -surname_share(one[0])):
        if found := list(_fits(family, given, reading, by_table=True)):
            return max(found, key=lambda one: one.given)
    found = [one for family, given in divisions for one in _fits(family, given, reading, by_table=False)]
    return max(found, key=lambda one: one.family + one.given, default=None)


def _readable(name: str, reading: str) -> bool:
    """Tell whether the model can say anything of a name and a reading."""
    return bool(reading and _HAN.fullmatch(name)) and len(name) <= _MOST_KANJI and len(reading) <= _MOST_LETTERS


def _fits(family: str, given: str, reading: str, *, by_table: bool) -> Iterable[WholeFit]:
    """Yield what each way to cut the reading gives for one division of a name."""
    known = given_readings(given) if by_table else ()
    for key, rest in _cut_in_two(reading, surname_readings(family) if by_table else None):
        bits = IN_TABLE if by_table else fit(family, key)
        # The model knows kanji beside others; 修 alone is Osamu, says the table.
        own = IN_TABLE if rest in known else fit(given, rest)
        if bits is not None and own is not None:
            yield WholeFit(bits, own)


def _cut_in_two(reading: str, keys: Iterable[str] | None) -> Iterable[tuple[str, str]]:
    """Yield a reading as (family name's, given name's), in both orders; ``keys``: only with one of these surnames."""
    if keys is None:
        for cut in _cuts(reading)[:-1]:
            yield reading[:cut], reading[cut:]
            yield reading[cut:], reading[:cut]
        return
    for key in keys:
        if reading.startswith(key) and reading != key:
            yield key, reading[len(key) :]
            for vowel in _swallowed(key):
                yield key, vowel + reading[len(key) :]
        if reading.endswith(key) and reading != key:
            yield key, reading[: -len(key)]


def _swallowed(key: str) -> tuple[str, ...]:
    """Return the vowels that a given name may begin with and a whole name's key has lost behind this family name's key.

    `soken.normalise.romaji` folds long vowels, and cannot see that サトウウタコ is サトウ and ウタコ.
    """
    if key.endswith(("aa", "ii")):
        return (key[-1],)
    return {"o": ("o", "u"), "u": ("u",), "e": ("e",)}.get(key[-1], ())


@lru_cache(maxsize=1 << 18)
def _sound(kanji: str, stretch: str) -> float:
    """Return the chance that a kanji sounds like this."""
    return kanji_sounds().of(kanji, stretch)


@lru_cache(maxsize=1 << 18)
def _anyones_chance(kanji: int, reading: str) -> float:
    """Return the chance of a reading for any name of so many kanji."""
    common = kanji_sounds().common
    return _chance("*" * kanji, reading, lambda _kanji, stretch: common.get(stretch, _UNHEARD))


def _chance(name: str, reading: str, of: Callable[[str, str], float]) -> float:
    """Return the summed chance of all ways to share out a reading among the kanji, in order."""
    ends, cuts = {0: 1.0}, _cuts(reading)
    for left, kanji in zip(range(len(name) - 1, 0, -1), name, strict=False):
        after: dict[int, float] = {}
        for start, chance in ends.items():
            # Those that follow need a mora each.
            for end in cuts[: max(0, len(cuts) - left)]:
                if end > start:
                    after[end] = after.get(end, 0.0) + chance * of(kanji, reading[start:end])
        ends = after
    return sum(chance * of(name[-1], reading[start:]) for start, chance in ends.items())


def moras(reading: str) -> list[str]:
    """Return the sounds of a romaji key, one for each kana that writes it ("kyo" and "n" are one each)."""
    return _MORA.findall(reading)


@lru_cache(maxsize=1 << 16)
def _cuts(reading: str) -> tuple[int, ...]:
    """Return the places behind each mora."""
    return tuple(found.end() for found in _MORA.finditer(reading))


@cache
def kanji_sounds() -> Sounds:
    """Return how kanji sound in the installed tables' names of two kanji, learned once (a quarter of a second)."""
    data = name_data()
    return _learn(
        (name, reading)
        for table in (data.given_readings, data.surname_readings)
        for name, readings in table.items()
        if len(name) == 2 and _HAN.fullmatch(name)
        for reading in readings
    )


def _learn(names: Iterable[tuple[str, str]]) -> Sounds:
    """Share out each reading over its name's two kanji, as the shares found so far suggest, a few times over."""
    pairs: dict[tuple[str, str], int] = {}
    kanji: dict[str, int] = {}
    halves = cache(lambda reading: [(reading[:cut], reading[cut:]) for cut in _cuts(reading)[:-1]])
    which: list[int] = []
    firsts: list[int] = []
    seconds: list[int] = []
    for number, (name, reading) in enumerate(names):
        for begins, ends in halves(reading):
            which.append(number)
            firsts.append(pairs.setdefault((name[0], begins), len(pairs)))
            seconds.append(pairs.setdefault((name[1], ends), len(pairs)))
    name_of, first, second = np.array(which), np.array(firsts), np.array(seconds)
    kanji_of = np.array([kanji.setdefault(one, len(kanji)) for one, _stretch in pairs])
    chance = np.ones(len(pairs))
    for _round in range(_ROUNDS):
        weights = chance[first] * chance[second]
        weights /= np.bincount(name_of, weights)[name_of]
        met = np.bincount(first, weights, len(pairs)) + np.bincount(second, weights, len(pairs))
        total = np.bincount(kanji_of, met)
        chance = met / total[kanji_of]
    by_kanji: dict[str, dict[str, float]] = defaultdict(dict)
    common: dict[str, float] = defaultdict(float)
    everything = float(met.sum())
    for (one, stretch), times in zip(pairs, met.tolist(), strict=True):
        by_kanji[one][stretch] = times
        common[stretch] += times / everything
    return Sounds(dict(by_kanji), dict(zip(kanji, total.tolist(), strict=True)), dict(common))
