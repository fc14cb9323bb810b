"""Offences by paragraph, with the days from which they count, their penalties and their limitation (R27); data."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from soken.core.errors import DamagedStoreError

if TYPE_CHECKING:
    from collections.abc import Mapping

_FILE: Final = "offences.toml"
_TEN_THOUSAND: Final = 10_000
_KEYS: Final = {
    "paragraph": str, "ja": str, "en": str, "since": date, "years": int, "fine": int, "both": bool, "limitation": int,
    "continuing": bool,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Offence:
    """An offence under one paragraph of article 7 of the Act.

    Attributes:
        code: as stored and typed ("7-1").
        paragraph: as the law is cited ("7(1)").
        ja, en: what the act is, in a few words.
        punishable: the first day on which the act is an offence under this paragraph.
        years: the most imprisonment, in years.
        fine: the highest fine, in yen.
        both: whether imprisonment and fine can be given together.
        limitation: years until limitation is complete.
        continuing: whether the act lasts as long as the thing is held.
    """

    code: str
    paragraph: str
    ja: str
    en: str
    punishable: date
    years: int
    fine: int
    both: bool
    limitation: int
    continuing: bool

    def said(self, language: str) -> str:
        """Return the act in "ja", else in English, with its paragraph."""
        if language != "ja":
            return f"art. {self.paragraph}: {self.en}"
        article, _, number = self.paragraph.rstrip(")").partition("(")
        return f"第{article}条第{number}項 {self.ja}"

    def penalty(self, day: date, language: str) -> str:
        """Return the penalty for an act of a day, in "ja", else in English.

        Args:
            day: the day of the act; the last one of an act that lasts.
            language: "ja", or anything else for English.
        """
        name = imprisonment_on(day)
        if language == "ja":
            between = "若しくは" if self.both else "又は"
            fine = f"{self.fine // _TEN_THOUSAND}万円以下の罰金"
            return f"{self.years}年以下の{name.ja}{between}{fine}{'、又は併科' if self.both else ''}"
        years = "1 year" if self.years == 1 else f"{self.years} years"
        between = "or both" if self.both else ""
        return f"{name.en} up to {years} or a fine up to {self.fine:,} yen{', ' if between else ''}{between}"

    def under_law(self, last: date) -> bool:
        """Tell whether an act whose last day this is was an offence under this paragraph (R28)."""
        return last >= self.punishable


@dataclass(frozen=True, slots=True)
class Imprisonment:
    """What imprisonment is called for acts of a time.

    Attributes:
        ja, en: its name.
        since, until: the first and the last day of acts for which it is the name; None for no end.
    """

    ja: str
    en: str
    since: date | None = None
    until: date | None = None


@cache
def offences() -> Mapping[str, Offence]:
    """Return code → offence, in the order of the paragraphs.

    Raises:
        DamagedStoreError: the table is not whole, or a limitation is not what art. 250(2) gives for the penalty.
    """
    return MappingProxyType({code: _offence(code, told) for code, told in _table()["offences"].items()})


def in_force_since() -> date:
    """Return the first day of the Act: nobody was held, and nothing was seized, for an offence under it before."""
    since: date = _table()["law"]["since"]
    return since


def imprisonment_on(day: date) -> Imprisonment:
    """Return what imprisonment under the Act is called for an act of a day.

    Raises:
        DamagedStoreError: the table names none or two for the day.
    """
    found = [one for one in _names() if (one.since or day) <= day <= (one.until or day)]
    if len(found) != 1:
        raise DamagedStoreError(f"{_FILE} does not name one kind of imprisonment for {day}; reinstall Soken.")
    return found[0]


def limitation_years(years: int) -> int:
    """Return after how many years limitation is complete for an offence, by the most imprisonment (art. 250(2))."""
    return next(int(tier["limitation"]) for tier in _table()["tiers"] if years >= tier["from"])


@cache
def _names() -> tuple[Imprisonment, ...]:
    """Return the names of imprisonment."""
    return tuple(Imprisonment(**told) for told in _table()["penalties"])


@cache
def _table() -> dict[str, Any]:
    """Return the file."""
    return tomllib.loads(files("soken.reference").joinpath(_FILE).read_text("utf-8"))


def _offence(code: str, told: dict[str, Any]) -> Offence:
    """Return an offence as the file has it.

    Raises:
        DamagedStoreError: a value is missing, is of another type, or does not fit the others.
    """
    whole = told.keys() - {"punishable"} == _KEYS.keys() and all(type(told[key]) is kind for key, kind in _KEYS.items())
    if not whole or told.get("punishable", told["since"]) < told["since"]:
        raise DamagedStoreError(f"{_FILE}: the entry {code!r} is not whole; reinstall Soken.")
    if told["limitation"] != limitation_years(told["years"]):
        raise DamagedStoreError(f"{_FILE}: the limitation of {code!r} does not fit its penalty; reinstall Soken.")
    said = {key: told[key] for key in _KEYS if key != "since"}
    return Offence(code=code, punishable=told.get("punishable", told["since"]), **said)
