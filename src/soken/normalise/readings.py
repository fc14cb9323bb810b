"""Readings for names of which nobody typed one: learned from the list's own kana columns, else from dictionaries.

A guess is a hint among several and never a conflict: 裕子 is Yūko, Hiroko, Noriko, Nobuko.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from soken.normalise.name_split import KnownNames, likely_divisions
from soken.normalise.name_tables import given_readings, surname_readings, usual_given_readings
from soken.normalise.sounds import fit

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

#: A reading of the list counts if it was typed at least this often for the name, and in this share of its rows.
_LEAST_TIMES, _LEAST_SHARE = 2, 0.1
#: Typed this often, the list's readings of a surname need no dictionary beside them.
_SETTLED = 5
_MOST_FAMILY, _MOST_GIVEN, _MOST_WHOLE = 3, 5, 6
#: A reading of the dictionary that fits the kanji by so many bits less than another (16 times less likely) is unusual.
_FAR_LESS = 4.0
#: From so many bits on a reading is one that the kanji explain.
_EXPLAINED = 2.0
#: A kanji is read with at least one letter of the key and at most about nine (承 uketamawa): more is a slip of columns.
_LETTERS_EACH = 9
_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")


def learned(counted: Iterable[tuple[str, str, int]]) -> dict[str, list[tuple[str, int]]]:
    """Return name → (reading, count), the commonest first, from (name, reading, count); implausible ones left out.

    A reading typed once counts only while no other is known for the name.
    """
    table: dict[str, dict[str, int]] = {}
    for name, reading, count in counted:
        if _plausible(name, reading):
            entry = table.setdefault(name, {})
            entry[reading] = entry.get(reading, 0) + count
    found: dict[str, list[tuple[str, int]]] = {}
    for name, readings in table.items():
        total = sum(readings.values())
        kept = [(r, n) for r, n in readings.items() if n >= _LEAST_TIMES and n >= total * _LEAST_SHARE]
        found[name] = sorted(kept or readings.items(), key=lambda pair: (-pair[1], pair[0]))
    return found


def _plausible(name: str, reading: str) -> bool:
    """Tell whether a reading can be one of a name with so many kanji."""
    kanji = len(_HAN.findall(name))
    return kanji > 0 and kanji <= len(reading) <= kanji * _LETTERS_EACH


def guess_family(name: str, known: Mapping[str, list[tuple[str, int]]]) -> list[str]:
    """Return likely readings of a folded surname, best first; [] where neither list nor dictionary knows it."""
    own = known.get(name, [])
    if sum(count for _reading, count in own) >= _SETTLED:
        return [reading for reading, _count in own][:_MOST_FAMILY]
    return _joined(own, surname_readings(name), _MOST_FAMILY)


def guess_given(name: str, known: Mapping[str, list[tuple[str, int]]]) -> list[str]:
    """Return likely readings of a folded given name, best first; [] where neither list nor dictionary knows it.

    What the tables have but the kanji are hardly ever read like (直樹 as Masaki) is left out: it would make a
    brother's name of somebody's. Where somebody is called so, `soken.resolve.alike` still sees that he may be.
    """
    return _joined(known.get(name, []), _usual(name, given_readings(name)), _MOST_GIVEN)


def _usual(name: str, readings: list[str]) -> list[str]:
    """Return the readings that are not far less likely than another one; all of them for a single kanji.

    What the dictionary has for the name stays; where it does not know the name, nobody can tell what is usual, and all
    stay. So does a reading that the kanji one by one do not explain (大和 as Yamato): it is known for its own sake.
    """
    usual = usual_given_readings(name)
    if len(readings) < 2 or len(name) < 2 or not usual:
        return readings
    bits = [fit(name, reading) for reading in readings]
    best = max((one for one in bits if one is not None), default=0.0)
    return [
        reading
        for reading, one in zip(readings, bits, strict=True)
        if reading in usual or one is None or one < _EXPLAINED or one > best - _FAR_LESS
    ]


def guess_whole(
    name: str,
    names: KnownNames,
    families: Mapping[str, list[tuple[str, int]]],
    givens: Mapping[str, list[tuple[str, int]]],
) -> list[str]:
    """Return likely readings of an undivided kanji name, from its two likeliest divisions; [] if there are none.

    A surname that stands alone (田中) is read as one.
    """
    if surname_readings(name):
        return guess_family(name, families)
    found: dict[str, None] = {}
    for family, given in likely_divisions(name, names)[:2]:
        for one in guess_family(family, families)[:2]:
            for two in guess_given(given, givens)[:3]:
                found[one + two] = None
    if not found:
        found = dict.fromkeys([*guess_family(name, families), *guess_given(name, givens)])
    return list(found)[:_MOST_WHOLE]


def _joined(own: list[tuple[str, int]], dictionary: list[str], most: int) -> list[str]:
    """Return the list's readings, then the dictionary's, each once."""
    return list(dict.fromkeys([*(reading for reading, _count in own), *dictionary]))[:most]
