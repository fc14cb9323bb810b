"""What a prosecutor decides on a referred case, reopening and inquest review: dated code lists (data, R30)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from soken.core.errors import DamagedStoreError

if TYPE_CHECKING:
    from collections.abc import Mapping, Set

_FILE: Final = "dispositions.toml"
_LONGEST_CODE: Final = 30
_NEEDS: Final = frozenset({"office", "words", ""})


class DispositionClass(StrEnum):
    """What a disposition means for the case."""

    PROSECUTION = "prosecution"
    NON_PROSECUTION = "non-prosecution"
    FAMILY_COURT = "family-court"
    INTERMEDIATE = "intermediate"


@dataclass(frozen=True, slots=True)
class DispositionKind:
    """A disposition that a prosecutor can make.

    Attributes:
        code: as stored.
        en, ja: in words.
        law: the provision that it rests on.
        since: the first day on which it can have been made.
        until: the last one, None while it can be.
        of: what it means for the case.
        needs: "office", "words" or "".
        after: code of the reopening without which it cannot be made; '' for none.
    """

    code: str
    en: str
    ja: str
    law: str
    since: date
    until: date | None
    of: DispositionClass
    needs: str
    after: str = ""

    def said(self, language: str) -> str:
        """Return the words in "ja", else in English."""
        return self.ja if language == "ja" else self.en

    @property
    def final(self) -> bool:
        """Whether the case is decided by it."""
        return self.of is not DispositionClass.INTERMEDIATE

    def possible_on(self, day: date) -> bool:
        """Tell whether it can have been made on a day."""
        return self.since <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class CaseWord:
    """What reopenings and resolutions have in common.

    Attributes:
        code: as stored.
        en, ja: in words.
        law: the provision that it rests on.
        since: the first day on which it can have been.
    """

    code: str
    en: str
    ja: str
    law: str
    since: date

    def said(self, language: str) -> str:
        """Return the words in "ja", else in English."""
        return self.ja if language == "ja" else self.en


@dataclass(frozen=True, slots=True)
class Reopening(CaseWord):
    """A ground on which a decided case is before the prosecutor again.

    Attributes:
        lifts: the class of disposition that it lifts.
        inquest: resolutions of a committee of which one must stand first; none: no committee is asked.
        leads: dispositions that can be made then; none: any.
    """

    lifts: DispositionClass
    inquest: tuple[str, ...]
    leads: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Resolution(CaseWord):
    """What a committee can resolve.

    Attributes:
        second: only in the second review; else only in the first.
    """

    second: bool


#: The resolution that a second review follows.
PROSECUTION_PROPER: Final = "prosecute"


@cache
def disposition_kinds() -> Mapping[str, DispositionKind]:
    """Return the dispositions by code, in the file's order.

    Raises:
        DamagedStoreError: the file that ships with Soken is not whole.
    """
    return MappingProxyType({code: _kind(code, said) for code, said in _table("dispositions").items()})


@cache
def reopening_grounds() -> Mapping[str, Reopening]:
    """Return on what ground a decided case is before the prosecutor again.

    Raises:
        DamagedStoreError: the file that ships with Soken is not whole.
    """
    found = {}
    for code, said in _words("reopenings", {"lifts", "inquest", "leads"}).items():
        known = (set(said["inquest"]) <= inquest_resolutions().keys(), set(said["leads"]) <= disposition_kinds().keys())
        if said["lifts"] not in set(DispositionClass) or not all(known):
            raise DamagedStoreError(f"{_FILE}: the entry {code!r} is not whole; reinstall Soken.")
        found[code] = Reopening(
            code, said["en"], said["ja"], said["law"], said["from"], DispositionClass(said["lifts"]),
            tuple(said["inquest"]), tuple(said["leads"]),
        )  # fmt: skip
    return MappingProxyType(found)


@cache
def inquest_resolutions() -> Mapping[str, Resolution]:
    """Return what a Committee for the Inquest of Prosecution can resolve.

    Raises:
        DamagedStoreError: the file that ships with Soken is not whole.
    """
    found = {}
    for code, said in _words("inquests", {"second"}).items():
        if not isinstance(said["second"], bool):
            raise DamagedStoreError(f"{_FILE}: the entry {code!r} is not whole; reinstall Soken.")
        found[code] = Resolution(code, said["en"], said["ja"], said["law"], said["from"], said["second"])
    return MappingProxyType(found)


def disposition_kind(code: str) -> DispositionKind:
    """Return a disposition that is stored.

    Raises:
        DamagedStoreError: the file that ships with Soken no longer knows the code.
    """
    found = disposition_kinds().get(code)
    if found is None:
        raise DamagedStoreError(f"{_FILE} does not know the disposition {code!r} that is stored; reinstall Soken.")
    return found


def _table(name: str) -> dict[str, dict[str, Any]]:
    """Return one table of the file."""
    found: dict[str, dict[str, Any]] = tomllib.loads(files("soken.reference").joinpath(_FILE).read_text("utf-8")).get(
        name, {}
    )
    if not found:
        raise DamagedStoreError(f"{_FILE} holds no {name}; reinstall Soken.")
    return found


def _kind(code: str, said: dict[str, Any]) -> DispositionKind:
    """Return a disposition as the file has it.

    Raises:
        DamagedStoreError: a value is missing, is of another type, or cannot be.
    """
    keys = {"en", "ja", "law", "from", "class", "needs"}
    whole = keys <= said.keys() <= keys | {"until", "after"} and len(code) <= _LONGEST_CODE
    days = [said.get("from"), said.get("until", said.get("from"))]
    if (
        not whole
        or not all(type(day) is date for day in days)
        or said["needs"] not in _NEEDS
        or said["class"] not in set(DispositionClass)
        or not (said["en"] and said["ja"] and said["law"])
    ):
        raise DamagedStoreError(f"{_FILE}: the entry {code!r} is not whole; reinstall Soken.")
    return DispositionKind(
        code, said["en"], said["ja"], said["law"], said["from"], said.get("until"), DispositionClass(said["class"]),
        said["needs"], said.get("after", ""),
    )  # fmt: skip


def _words(name: str, further: Set[str]) -> Mapping[str, dict[str, Any]]:
    """Return the entries of one table, each with words, law, first day and what else that table says.

    Raises:
        DamagedStoreError: a value is missing, or is of another type.
    """
    found = _table(name)
    for code, said in found.items():
        whole = said.keys() == {"en", "ja", "law", "from"} | further and len(code) <= _LONGEST_CODE
        if not whole or type(said["from"]) is not date:
            raise DamagedStoreError(f"{_FILE}: the entry {code!r} is not whole; reinstall Soken.")
    return found
