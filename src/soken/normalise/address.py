"""Japanese addresses in comparable form, from one line or from a shop's separate fields.

The municipality is found by the longest match in Japan Post's list, with the prefecture, the postal code and the town
deciding between namesakes (府中市 is in Tokyo and in Hiroshima). Nothing is corrected: where text and postal code
disagree, the text is taken.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from soken.normalise.places import Area, Places, as_town, fold_field, fold_place, places
from soken.normalise.street import building_key, split_street
from soken.normalise.width import dash_digits, fold_width

#: With the apostrophe by which spreadsheets are told that digits are text.
_NOT_DIGITS = re.compile(r"[\s\-ー〒().'’]+")
#: Before the address in one field, bare or in brackets.
_POSTAL_INSIDE = re.compile(r"^\s*[(\[〔【]?\s*〒?\s*([0-9]{3})\s*-?\s*([0-9]{4})(?![0-9])\s*[)\]〕】]?")
_COUNTRY = re.compile(r"^(?:日本国?|japan)[\s,、]*|[\s,]*japan$", re.IGNORECASE)
_KYOTO_STREETS = re.compile(r"^.*(?:上る|下る|上ル|下ル|上がる|下がる|東入る?|西入る?|入る|東入ル|西入ル|入ル)")
_SAPPORO = re.compile(r"^([北南])([0-9]+)条?\s*([東西])\s*(?=[0-9])")
_SPACES = re.compile(r"\s+")
_LEAST_TOWN = 1


class AddressKey(NamedTuple):
    """An address in comparable form; every part None where the text does not say it.

    Attributes:
        postal: seven digits (or the code as in another country).
        prefecture: JIS code '01' to '47'; elsewhere the state, lower case.
        municipality: 札幌市中央区; elsewhere the city or suburb.
        town: folded, kanji numerals as digits; elsewhere a suburb beside the city.
        street: '1-2-3'; elsewhere number and street.
        building: room, floor or building's name; elsewhere the unit.
        key: the whole without the building, for equality.
    """

    postal: str | None = None
    prefecture: str | None = None
    municipality: str | None = None
    town: str | None = None
    street: str | None = None
    building: str | None = None
    key: str | None = None


@lru_cache(maxsize=1 << 14)
def normalise_postal(text: str) -> str | None:
    """Return a Japanese postal code as seven digits.

    Accepts any text; 〒, hyphens and full width are passed over, a first zero lost in a spreadsheet is put back where
    that gives a code in use. Refuses (None) anything else, and one digit seven times.
    """
    digits = _NOT_DIGITS.sub("", dash_digits(fold_width(text)))
    if not (digits.isascii() and digits.isdigit()):
        return None
    if len(digits) == 6 and places().has_code(f"0{digits}"):
        digits = f"0{digits}"
    return digits if len(digits) == 7 and len(set(digits)) > 1 else None


def normalise_address(
    postal: str | None, prefecture: str | None, city: str | None, address: str | None, address2: str | None
) -> AddressKey:
    """Return the comparable form of an address.

    Accepts any texts, each as typed or None; the parts may stand in any of the fields (a shop's "address 1" often
    holds municipality and town, "address 2" the numbers and the building). Text that no municipality is found in gives
    the whole folded text as key, so that nothing is emptied.
    """
    tables = places()
    line, jis = line_of(prefecture, city, address, tables)
    code = normalise_postal(postal) if postal else None
    inside = _POSTAL_INSIDE.match(line)
    written = normalise_postal("".join(inside.groups())) if inside is not None else None
    if inside is not None and written is not None:
        code = code or written
        line = line[inside.end() :].strip()
    jis, line = prefecture_of(line, jis, tables)
    more = without_country(fold_place(address2)) if address2 else ""
    if not line and more:
        jis, line = prefecture_of(more, jis, tables)
        more = ""
    areas = tables.areas(code)
    municipality, rest, jis = municipality_of(line, jis, areas, tables)
    if municipality is None and areas and _same_prefecture(areas, jis):
        municipality, jis = areas[0].municipality, areas[0].prefecture
    town, street, building = _within(rest, more, (jis, municipality), areas, tables)
    key = _key(jis, municipality, town, street) if municipality else _whole(line, more)
    return AddressKey(code, jis, municipality, town, street, building, key)


def line_of(prefecture: str | None, city: str | None, address: str | None, tables: Places) -> tuple[str, str | None]:
    """Return the fields before the building as one folded line without the prefecture's field, and its code."""
    jis = None
    named = fold_field(prefecture) if prefecture else ""
    if named:
        jis = tables.prefectures.get(named)
        if jis is None and named.isdigit() and 1 <= int(named) <= 47:
            jis, named = f"{int(named):02d}", ""
    first, second = fold_field(city) if city else "", fold_place(address) if address else ""
    if first and second.startswith(first):
        first = ""
    parts = (first, second) if jis or not named else (named, first, second)
    return without_country(" ".join(part for part in parts if part)), jis


def without_country(line: str) -> str:
    """Return a folded line without the country's name at its ends."""
    return _COUNTRY.sub("", line) if "日本" in line or line[-1:] in "nN" or line[:1] in "jJ" else line


def prefecture_of(line: str, jis: str | None, tables: Places) -> tuple[str | None, str]:
    """Return the prefecture that a line begins with (the field's, if it has one), and the line behind it."""
    for length in (4, 3):
        found = tables.prefectures.get(line[:length])
        if found and line[length - 1 : length] in ("都", "道", "府", "県"):
            return jis or found, line[length:].strip()
    return jis, line


def _same_prefecture(areas: list[Area], jis: str | None) -> bool:
    """Tell whether a postal code's one place agrees with the prefecture."""
    first = areas[0]
    return all(area.municipality == first.municipality for area in areas) and jis in (None, first.prefecture)


def municipality_of(
    line: str, jis: str | None, areas: list[Area], tables: Places
) -> tuple[str | None, str, str | None]:
    """Return the municipality a line begins with, the line behind it, and the prefecture."""
    head = line[: 2 * tables.longest]
    text = _SPACES.sub("", head) if " " in head else head
    for length in range(min(tables.longest, len(text)), 1, -1):
        name = text[:length]
        found, wards = tables.municipalities.get(name), tables.wards.get(name)
        if not found and not wards:
            continue
        rest = _behind(line, length).strip()
        ward = _ward(wards, found, rest, (jis, areas), tables) if wards else None
        if ward is not None:
            return ward[1], rest, ward[0]
        choice = _choose([place for place in found or () if jis in (None, place[0])], rest, areas, tables)
        if choice is not None:
            return choice[1], rest, choice[0] or jis
    return None, line, jis


def _ward(
    wards: list[tuple[str, str]],
    found: list[tuple[str, str]] | None,
    rest: str,
    known: tuple[str | None, list[Area]],
    tables: Places,
) -> tuple[str, str] | None:
    """Return the ward that a text names without its city (千種区今池): by postal code, else by the town behind it.

    Args:
        wards: the cities' wards of this name.
        found: municipalities of this very name (北区 is also one of Tokyo); they come first.
        rest: what stands behind the name.
        known: prefecture and places of the postal code, as far as they are known.
        tables: the tables.
    """
    jis, areas = known
    wards = [place for place in wards if jis in (None, place[0])]
    coded = {(area.prefecture, area.municipality) for area in areas}
    if coded:
        return next((place for place in wards if place in coded), None)
    town = _SPACES.sub("", as_town(rest))
    fitting = [place for place in [*(found or ()), *wards] if _known_town(town, tables.towns(place))]
    return fitting[0] if len(fitting) == 1 and fitting[0] in wards else None


def _behind(text: str, letters: int) -> str:
    """Return what stands behind so many letters; spaces between them do not count, those behind them stay."""
    if " " not in text[:letters]:
        return text[letters:]
    at = 0
    while letters and at < len(text):
        letters -= text[at] != " "
        at += 1
    return text[at:]


def _choose(
    found: list[tuple[str, str]], rest: str, areas: list[Area], tables: Places
) -> tuple[str | None, str] | None:
    """Choose between places of one name by postal code, then by town; without either leave the prefecture open."""
    coded = {(area.prefecture, area.municipality) for area in areas}
    for place in found:
        for jis, name in coded:
            # A city of wards without its ward: the postal code says which.
            if place == (jis, name) or (place[0] == jis and name.startswith(place[1]) and place[1].endswith("市")):
                return jis, name
    if len(found) > 1:
        town = _SPACES.sub("", as_town(rest))
        fitting = [place for place in found if _known_town(town, tables.towns(place))]
        if len(fitting) == 1:
            return fitting[0]
        names = {name for _jis, name in found}
        return (None, names.pop()) if len(names) == 1 else None
    return found[0] if found else None


def _known_town(text: str, towns: frozenset[str]) -> str:
    """Return the longest town name that a text begins with; "" if none."""
    for length in range(min(16, len(text)), 0, -1):
        if text[:length] in towns:
            return text[:length]
    return ""


def town_of(rest: str, place: tuple[str | None, str | None], tables: Places) -> tuple[str, str]:
    """Return the known town ("" if none) that the text behind a municipality begins with, and the text behind it."""
    text = as_town(rest)
    if place[1] is not None and place[1].startswith("京都市"):
        text = _KYOTO_STREETS.sub("", text).strip() or text
    if text[:1] in ("北", "南"):
        text = _SAPPORO.sub(r"\1\2条\3", text)
    town = _known_town(_SPACES.sub("", text) if " " in text else text, tables.towns(place))
    return town, _behind(text, len(town))


def only_town(areas: list[Area], municipality: str) -> str:
    """Return the one town that a postal code's areas have in a municipality; "" if there are none or several."""
    coded = {area.town for area in areas if area.municipality == municipality}
    return coded.pop() if len(coded) == 1 else ""


def _within(
    rest: str, more: str, place: tuple[str | None, str | None], areas: list[Area], tables: Places
) -> tuple[str | None, str | None, str | None]:
    """Return town, street and building from what stands behind the municipality and from the building's field."""
    municipality = place[1]
    town, behind = town_of(rest, place, tables)
    before, street, building = split_street(behind)
    if street is None and more:
        # The numbers stand in the second field (municipality and town in the first).
        hamlet, street, tail = split_street(as_town(more))
        if street is not None and _is_hamlet(hamlet):
            before, more = before + hamlet, ""
            building = " ".join(part for part in (building, tail) if part)
        else:
            street = None
    if street is None and town == "" and building == "" and not more and _looks_like_building(before):
        before, building = "", before
    name = town + _SPACES.sub("", before)
    if not name and municipality:
        name = only_town(areas, municipality)
    flat = building_key(" ".join(part for part in (building, more) if part))
    return name or None, street, flat


_BUILDING = re.compile(
    r"ビル|マンション|ハイツ|コーポ|荘|アパート|メゾン|レジデンス|ハウス|寮|団地|タワー|号室|号棟|[0-9]階|パレス|ヴィラ|シャトー"
)
_LONGEST_HAMLET = 8


def _is_hamlet(text: str) -> bool:
    """Tell whether what stands before the numbers in the second field is part of the place, not a building's name."""
    return len(text) <= _LONGEST_HAMLET and not _BUILDING.search(text) and not re.search(r"[A-Za-zァ-ヺ]{2}", text)


def _looks_like_building(text: str) -> bool:
    """Tell whether a text names a building."""
    return bool(_BUILDING.search(text))


def _key(jis: str | None, municipality: str, town: str | None, street: str | None) -> str:
    """Return the key of a whole address."""
    return "|".join((jis or "", municipality, town or "", street or ""))


def _whole(line: str, more: str) -> str | None:
    """Return the key of an address in which no municipality was found: its folded text."""
    return _SPACES.sub("", f"{line}{more}").lower() or None
