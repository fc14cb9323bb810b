"""What is known about Japanese names from outside the list: which words are names, and how they are read.

Three sources, all read where they are installed, none copied: japanese-personal-name-dataset (1,999 surnames with head
counts, about 35,000 given names by reading), and SudachiDict's entries for surnames and given names. SudachiDict is
asked word by word: listing all its 1.6 million entries takes 3 s, a look-up 8 µs.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

import sudachipy  # type: ignore[import-untyped]

from soken.normalise.kanji import fold_kanji
from soken.normalise.romaji import romaji_key

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Share of the population that a surname has which only the dictionary knows, and a given name likewise.
DICTIONARY_SHARE = 2e-6
#: Share of a given name of the data set: there are no counts, so each reading gets the same, parted by its spellings.
GIVEN_SHARE = 2e-4
_POPULATION = 125_000_000
_SURNAME, _GIVEN = "姓", "名"


@dataclass(frozen=True, slots=True)
class NameData:
    """The data set's tables; all names folded, all shares of the population.

    Attributes:
        surnames: kanji surname → share.
        surname_keys: romaji key → share.
        surname_readings: kanji surname → romaji keys.
        givens: kanji given name → share.
        given_keys: romaji key → share.
        given_readings: kanji given name → romaji keys, the commonest first.
    """

    surnames: dict[str, float] = field(default_factory=dict)
    surname_keys: dict[str, float] = field(default_factory=dict)
    surname_readings: dict[str, list[str]] = field(default_factory=dict)
    givens: dict[str, float] = field(default_factory=dict)
    given_keys: dict[str, float] = field(default_factory=dict)
    given_readings: dict[str, list[str]] = field(default_factory=dict)


@cache
def name_data() -> NameData:
    """Return the tables of japanese-personal-name-dataset, read once."""
    data = NameData()
    for name, count, reading, *_latin in _rows("last_name_org.csv"):
        key, share = romaji_key(reading), int(count) / _POPULATION
        data.surnames[name] = data.surnames.get(name, 0.0) + share
        if key:
            data.surname_keys[key] = data.surname_keys.get(key, 0.0) + share
            _add(data.surname_readings, name, key)
    # The short lists of popular names come first: their readings are the likelier ones, and weigh ten times as much.
    for kind, weight in (("opti", 1.0), ("org", 0.1)):
        for sex in ("man", "woman"):
            for reading, _spelt, *names in _rows(f"first_name_{sex}_{kind}.csv"):
                _add_given(data, reading, names, weight)
    return data


def _add_given(data: NameData, reading: str, names: list[str], weight: float) -> None:
    """Enter one reading of given names with its spellings."""
    key = romaji_key(reading)
    if key is None:
        return
    data.given_keys[key] = max(data.given_keys.get(key, 0.0), GIVEN_SHARE * weight)
    for name in names:
        data.givens[name] = max(data.givens.get(name, 0.0), GIVEN_SHARE * weight / 10)
        _add(data.given_readings, name, key)


def _add(table: dict[str, list[str]], name: str, key: str) -> None:
    """Add a reading to a name once."""
    readings = table.setdefault(name, [])
    if key not in readings:
        readings.append(key)


def _rows(name: str) -> Iterator[list[str]]:
    """Yield the rows of one of the data set's files, folded (a line at a time: a hundred thousand names take 0.1 s)."""
    text = files("japanese_personal_name_dataset").joinpath("dataset", name).read_text(encoding="utf-8")
    for line in text.splitlines():
        yield fold_kanji(line).split(",")


@cache
def _dictionary() -> sudachipy.Dictionary:
    """Return SudachiDict, opened once (memory-mapped)."""
    return sudachipy.Dictionary(dict="core")


@lru_cache(maxsize=1 << 18)
def _entries(name: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the dictionary's readings of a word as surname and as given name, as romaji keys."""
    as_surname: dict[str, None] = {}
    as_given: dict[str, None] = {}
    for entry in _dictionary().lookup(name):
        kind = entry.part_of_speech()[3]
        if kind in (_SURNAME, _GIVEN) and (key := romaji_key(entry.reading_form())):
            (as_surname if kind == _SURNAME else as_given)[key] = None
    return tuple(as_surname), tuple(as_given)


@lru_cache(maxsize=1 << 18)
def surname_share(name: str) -> float:
    """Return the share of the population that bears a (folded) surname; 0 where no source knows it."""
    return name_data().surnames.get(name) or (DICTIONARY_SHARE if _entries(name)[0] else 0.0)


@lru_cache(maxsize=1 << 18)
def given_share(name: str) -> float:
    """Return about what share of the population bears a (folded) given name; 0 where no source knows it."""
    return name_data().givens.get(name) or (DICTIONARY_SHARE if _entries(name)[1] else 0.0)


def surname_readings(name: str, *typed: str) -> list[str]:
    """Return the romaji keys of a (folded) surname, the dictionary's first; ``typed``: further forms of it."""
    found: dict[str, None] = {}
    for form in (name, *typed):
        found |= dict.fromkeys(_entries(form)[0])
    return list(found | dict.fromkeys(name_data().surname_readings.get(name, ())))


def usual_given_readings(name: str) -> tuple[str, ...]:
    """Return the romaji keys that the dictionary alone has for a (folded) given name.

    The dictionary has for a name what people are called (直樹: Naoki), the data set also what they might be (Masaki).
    """
    return _entries(name)[1]


def given_readings(name: str, *typed: str) -> list[str]:
    """Return the romaji keys of a (folded) given name, the dictionary's first; ``typed``: further forms of it."""
    found: dict[str, None] = {}
    for form in (name, *typed):
        found |= dict.fromkeys(_entries(form)[1])
    return list(found | dict.fromkeys(name_data().given_readings.get(name, ())))
