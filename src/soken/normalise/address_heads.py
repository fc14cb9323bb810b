"""Many Japanese addresses, fast: what stands before the first number is looked up once a place, not once a house.

A list of a million addresses holds a hundred thousand beginnings (新宿区西新宿) and as many ends (2-8-1 コーポ青葉205).
Both are read once and put together. Where they cannot be read apart from each other (北1条西2丁目, streets of Kyoto,
no municipality found), `normalise_address` reads the whole; the result is the same on either way.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from soken.normalise.address import (
    AddressKey,
    line_of,
    municipality_of,
    normalise_address,
    normalise_postal,
    only_town,
    prefecture_of,
    town_of,
    without_country,
)
from soken.normalise.numerals import is_numeral
from soken.normalise.places import Places, as_town, fold_place, places
from soken.normalise.street import building_key, split_street

#: A postal code before the address in one field, the address begun by a kanji that no country's name begins with.
_CODE_BEFORE = re.compile(r"[(（]?〒?[ 　]?([0-9]{3}[-－]?[0-9]{4})[)）]?[ 　]*((?!日本)[\u4e00-\u9fff].*)", re.DOTALL)
#: Where the numbers of a house begin: at a digit, or at kanji numerals before 丁目.
_TAIL = re.compile(r"[0-9０-９]|[一二三四五六七八九十]+丁目")
_DIGIT = re.compile(r"[0-9]")
#: A building behind a space, begun by a sign that no number goes on with.
_BUILDING_BEHIND = re.compile(r"(\S+)[ 　]+([ァ-ネハ-ヺA-Za-z第].*)", re.DOTALL)
#: Stands in for the numbers while a head is read.
_NUMBER = "0"
#: Ends that could belong to what stands before the numbers: directions in Kyoto, the country.
_NOT_APART = re.compile(r"[るル入]|japan$", re.IGNORECASE)
#: How many heads, ends and flats are kept; sorted addresses need few.
_KEPT = 1 << 15


class _Head(NamedTuple):
    """What the text before the numbers says.

    Attributes:
        postal: as in `AddressKey`.
        prefecture: as in `AddressKey`.
        municipality: as in `AddressKey`.
        town: as in `AddressKey`.
        key: the whole key but for the street.
    """

    postal: str | None
    prefecture: str | None
    municipality: str
    town: str | None
    key: str


class Addresses:
    """Reads one Japanese address after another and remembers the parts; best in the order of the postal codes."""

    def __init__(self) -> None:
        self._typed: dict[tuple[str | None, str | None, str | None, str], _Head | None] = {}
        self._heads: dict[tuple[str | None, str | None, str | None, str], _Head | None] = {}
        self._tails: dict[str, tuple[str, str] | None] = {}
        self._flats: dict[tuple[str, str | None], str | None] = {}
        self._buildings: dict[str, str | None] = {}
        self._numbered: dict[tuple[str | None, str], frozenset[str]] = {}
        self._shared = frozenset(name for name, found in places().municipalities.items() if len(found) > 1)

    def read(
        self, postal: str | None, prefecture: str | None, city: str | None, address: str | None, address2: str | None
    ) -> AddressKey:
        """Return what `normalise_address` returns."""
        if address and address[0] in "〒0123456789(（" and not (postal or prefecture or city):
            coded = _CODE_BEFORE.fullmatch(address)
            if coded is not None and normalise_postal(coded.group(1)):
                postal, address = coded.groups()
        begun = _TAIL.search(address) if address else None
        if begun is None or address is None:
            return normalise_address(postal, prefecture, city, address, address2)
        at = begun.start()
        head = self._head_of(postal, prefecture, city, address[:at])
        numbers = self._numbers(address[at:]) if head is not None else None
        if head is None or numbers is None:
            return normalise_address(postal, prefecture, city, address, address2)
        street, behind = numbers
        flat = self._flat(behind, address2) if behind or address2 else None
        code, jis, municipality, town, key = head
        return AddressKey(code, jis, municipality, town, street, flat, key + street)

    def _head_of(self, postal: str | None, prefecture: str | None, city: str | None, typed: str) -> _Head | None:
        """Return what a typed head says; None if the whole address must be read."""
        place = (postal, prefecture, city, typed)
        if place in self._typed:
            return self._typed[place]
        folded = fold_place(typed + _NUMBER)[: -len(_NUMBER)].rstrip()
        code = normalise_postal(postal) if postal else None
        same = (code, prefecture, city, folded)
        if same not in self._heads:
            _make_room(self._heads)
            self._heads[same] = self._read_head(*same)
        _make_room(self._typed)
        return self._typed.setdefault(place, self._heads[same])

    def _read_head(self, code: str | None, prefecture: str | None, city: str | None, folded: str) -> _Head | None:
        """Return what a folded head says; None if it says nothing apart from the numbers behind it."""
        tables = places()
        line, typed_jis = line_of(prefecture, city, folded + _NUMBER, tables)
        if not line.endswith(_NUMBER) or (city and fold_place(city).startswith(folded)):
            return None
        if _DIGIT.search(line[: -len(_NUMBER)]) or is_numeral(folded[-1:]):
            return None
        jis, line = prefecture_of(line, typed_jis, tables)
        if self._several(line, jis, tables):
            return None
        areas = tables.areas(code)
        municipality, rest, found_jis = municipality_of(line, jis, areas, tables)
        if municipality is None:
            return None
        place = (found_jis, municipality)
        town, behind = town_of(rest, place, tables)
        before = behind[: -len(_NUMBER)].replace(" ", "")
        if not behind.endswith(_NUMBER) or _DIGIT.search(before) or self._goes_on(town + before, place, tables):
            return None
        name = town + split_street(before + _NUMBER)[0] or only_town(areas, municipality)
        return _Head(code, found_jis, municipality, name or None, f"{found_jis or ''}|{municipality}|{name}|")

    def _several(self, line: str, jis: str | None, tables: Places) -> bool:
        """Tell whether a line begins with the name of several municipalities, so that the whole must decide."""
        text = line[: 2 * tables.longest].replace(" ", "")
        names = [text[:length] for length in range(2, tables.longest + 1) if text[:length] in self._shared]
        return any(sum(jis in (None, one) for one, _name in tables.municipalities[name]) > 1 for name in names)

    def _goes_on(self, text: str, place: tuple[str | None, str], tables: Places) -> bool:
        """Tell whether a number behind the text could belong to the name of a town (北1条, 第1)."""
        if place not in self._numbered:
            self._numbered[place] = frozenset(
                town[: digit.start()] for town in tables.towns(place) for digit in _DIGIT.finditer(town)
            )
        return text in ("北", "南") or text in self._numbered[place]

    def _numbers(self, typed: str) -> tuple[str, str] | None:
        """Return street and text of the building from the numbers on; None if they cannot be read apart."""
        parted = _BUILDING_BEHIND.fullmatch(typed)
        if parted is None:
            return self._tail(typed)
        numbers, building = self._tail(parted.group(1)), self._building(parted.group(2))
        if numbers is None or building is None or numbers[1]:
            return self._tail(typed)
        return numbers[0], building

    def _tail(self, typed: str) -> tuple[str, str] | None:
        """Return what `_numbers` does, the building not looked at by itself."""
        if typed not in self._tails:
            folded = fold_place(typed)
            before, street, building = split_street(as_town(folded))
            apart = street is not None and not before and not _NOT_APART.search(folded)
            _make_room(self._tails)
            self._tails[typed] = (street, building) if apart and street is not None else None
        return self._tails[typed]

    def _building(self, typed: str) -> str | None:
        """Return the text of a building; None if it cannot be read apart from what stands before."""
        if typed not in self._buildings:
            folded = fold_place(typed)
            _make_room(self._buildings)
            self._buildings[typed] = None if _NOT_APART.search(folded) else as_town(folded).strip(" -,、")
        return self._buildings[typed]

    def _flat(self, behind: str, typed: str | None) -> str | None:
        """Return the flat from what stands behind the numbers and from the building's field."""
        both = (behind, typed)
        if both not in self._flats:
            more = without_country(fold_place(typed)) if typed else ""
            _make_room(self._flats)
            self._flats[both] = building_key(" ".join(part for part in (behind, more) if part))
        return self._flats[both]


def _make_room(kept: dict[Any, Any]) -> None:
    """Forget everything when too much is kept."""
    if len(kept) >= _KEPT:
        kept.clear()
