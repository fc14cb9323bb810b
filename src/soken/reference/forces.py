"""Forces, the regional bureaus over them, and the prosecutors' offices beside them (R23).

``forces.csv``, ``prosecutors.csv`` and ``bureaus.toml`` hold the facts with their dates and sources.
"""

from __future__ import annotations

import csv
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from soken.core.errors import DamagedStoreError
from soken.reference.prefectures import prefectures

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

_FORCES: Final = 47
_OFFICES: Final = 50


@dataclass(frozen=True, slots=True)
class Bureau:
    """A regional police bureau (管区警察局).

    Attributes:
        code: as stored.
        ja: its name.
        en: its name in English.
        prefectures: JIS codes of the prefectures whose forces it looks after.
        since: its first day, None for longer than these data go back.
        until: its last day, None while it lasts.
    """

    code: str
    ja: str
    en: str
    prefectures: frozenset[str]
    since: date | None = None
    until: date | None = None

    def stands_on(self, day: date) -> bool:
        """Tell whether the bureau is there on a day."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Force:
    """A prefectural police on a given day.

    Attributes:
        code: as stored and typed ("tokyo").
        ja: its name (警視庁).
        en: its name in English.
        prefecture: JIS code of its prefecture.
        bureau: the regional bureau over it, None for Tokyo and Hokkaido.
    """

    code: str
    ja: str
    en: str
    prefecture: str
    bureau: Bureau | None = None

    def said(self, language: str) -> str:
        """Return the name in "ja", else in English."""
        return self.ja if language == "ja" else self.en


@dataclass(frozen=True, slots=True)
class ProsecutorsOffice:
    """A district public prosecutors' office (地方検察庁).

    Attributes:
        code: as stored and typed ("sapporo").
        ja: its name.
        en: its name in English.
        prefecture: JIS code of its prefecture.
    """

    code: str
    ja: str
    en: str
    prefecture: str

    def said(self, language: str) -> str:
        """Return the name in "ja", else in English."""
        return self.ja if language == "ja" else self.en


@cache
def forces(on: date) -> Mapping[str, Force]:
    """Return code → force as things stand on a day, from north to south.

    Raises:
        DamagedStoreError: the tables that ship with Soken are not whole.
    """
    over = {prefecture: bureau for bureau in bureaus(on).values() for prefecture in bureau.prefectures}
    found = {row["code"]: Force(**row, bureau=over.get(row["prefecture"])) for row in _rows("forces.csv")}
    if len(found) != _FORCES or {one.prefecture for one in found.values()} != set(prefectures()):
        raise DamagedStoreError("forces.csv does not hold one force for each prefecture: install Soken anew.")
    return MappingProxyType(found)


@cache
def bureaus(on: date) -> Mapping[str, Bureau]:
    """Return code → regional bureau as things stand on a day.

    Raises:
        DamagedStoreError: a prefecture would belong to two bureaus on that day.
    """
    told = tomllib.loads(files("soken.reference").joinpath("bureaus.toml").read_text("utf-8"))
    every = [_bureau(one) for one in told["bureaus"]]
    found = {one.code: one for one in every if one.stands_on(on)}
    under = [prefecture for one in found.values() for prefecture in one.prefectures]
    if len(under) != len(set(under)) or not set(under) <= set(prefectures()):
        raise DamagedStoreError(f"bureaus.toml puts a prefecture under two bureaus on {on}: install Soken anew.")
    return MappingProxyType(found)


@cache
def prosecutors_offices() -> Mapping[str, ProsecutorsOffice]:
    """Return code → district public prosecutors' office, from north to south.

    Raises:
        DamagedStoreError: the table that ships with Soken is not whole.
    """
    found = {row["code"]: ProsecutorsOffice(**row) for row in _rows("prosecutors.csv")}
    if len(found) != _OFFICES or {one.prefecture for one in found.values()} != set(prefectures()):
        raise DamagedStoreError("prosecutors.csv does not hold the fifty offices: install Soken anew.")
    return MappingProxyType(found)


def force_of_prefecture(prefecture: str) -> str | None:
    """Return the code of the force of a prefecture (JIS code), None for no prefecture of Japan."""
    return next((row["code"] for row in _rows("forces.csv") if row["prefecture"] == prefecture), None)


def offices_of_force(code: str) -> list[ProsecutorsOffice]:
    """Return the district offices that a force refers its cases to: one, or the four of Hokkaido."""
    of = next((row["prefecture"] for row in _rows("forces.csv") if row["code"] == code), None)
    return [one for one in prosecutors_offices().values() if one.prefecture == of]


def _bureau(told: dict[str, Any]) -> Bureau:
    """Return a bureau as the table tells it."""
    return Bureau(**{**told, "prefectures": frozenset(told["prefectures"])})


@cache
def _rows(name: str) -> list[dict[str, str]]:
    """Return the rows of one of the tables."""
    lines = files("soken.reference").joinpath(name).read_text("utf-8").splitlines()
    return list(csv.DictReader(line for line in lines if not line.startswith("#")))
