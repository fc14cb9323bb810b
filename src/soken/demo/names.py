"""Names to invent people from: Japanese family names by how many bear them, given names by rank.

Source: japanese-personal-name-dataset (MIT): 1,999 family names with head counts, and given names under their
readings without counts. No offline source of how frequent given names are is known, so readings are drawn by a Zipf
law over a fixed shuffled rank: wrong in detail, right in that few names are very common and most are rare.
"""

from __future__ import annotations

import csv
import random
from bisect import bisect
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import accumulate

#: Shuffles the ranks of given names; part of the data, not of a list's seed.
_RANK_SEED = 47


@dataclass(frozen=True, slots=True)
class Name:
    """One half of a personal name: as written, its reading in hiragana, and in romaji as typed on a keyboard."""

    kanji: str
    kana: str
    romaji: str


@dataclass(frozen=True, slots=True)
class NameTable:
    """Names to draw from.

    Attributes:
        names: the names.
        cumulative: running sum of their weights.
    """

    names: list[Name]
    cumulative: list[float]

    def draw(self, rng: random.Random) -> Name:
        """Return one name, the frequent ones more often."""
        return self.names[bisect(self.cumulative, rng.random() * self.cumulative[-1])]


def _rows(file: str) -> list[list[str]]:
    """Read one table of the data set."""
    source = resources.files("japanese_personal_name_dataset") / "dataset" / file
    return [row for row in csv.reader(source.read_text(encoding="utf-8").splitlines()) if len(row) > 2]


def _fits_cp932(text: str) -> bool:
    """Tell whether a Japanese shop of the Windows age could have stored this text."""
    try:
        text.encode("cp932")
    except UnicodeEncodeError:
        return False
    return True


@cache
def family_names() -> NameTable:
    """Return the family names, weighted by how many people bear them."""
    rows = [row for row in _rows("last_name_org.csv") if _fits_cp932(row[0])]
    names = [Name(kanji, kana, romaji) for kanji, _bearers, kana, romaji in rows]
    return NameTable(names, list(accumulate(float(row[1]) for row in rows)))


@cache
def given_names() -> NameTable:
    """Return the given names of men and women; readings by Zipf rank, spellings of one reading by rank as well."""
    readings = _rows("first_name_man_opti.csv") + _rows("first_name_woman_opti.csv")
    rng = random.Random(_RANK_SEED)  # noqa: S311 - invents people, protects nothing  # nosec B311
    rng.shuffle(readings)
    names: list[Name] = []
    weights: list[float] = []
    for rank, (kana, romaji, *spellings) in enumerate(readings, start=1):
        rng.shuffle(spellings)
        usable = [kanji for kanji in spellings if _fits_cp932(kanji)]
        for place, kanji in enumerate(usable, start=1):
            names.append(Name(kanji, kana, romaji))
            weights.append(1.0 / (rank + 20) / place)
    return NameTable(names, list(accumulate(weights)))
