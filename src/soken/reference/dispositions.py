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
    from collections.abc import Mapping

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
    """

    code: str
    en: str
    ja: str
    law: str
    since: date
    until: date | None
    of: DispositionClass
    needs: str

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
    """A ground of reopening, or a resolution of the committee.

    Attributes:
        code: as stored.
        en, ja: in words.
        law: the provision that it rests on.
        renews: a ground that needs a resolution first; a resolution after which the prosecutor looks again.
    """

    code: str
    en: str
    ja: str
    law: str
    renews: bool

    def said(self, language: str) -> str:
        """Return the words in "ja", else in English."""
        return self.ja if language == "ja" else self.en


@cache
def disposition_kinds() -> Mapping[str, DispositionKind]:
    """Return the dispositions by code, in the file's order.

    Raises:
        DamagedStoreError: the file that ships with Soken is not whole.
    """
    return MappingProxyType({code: _kind(code, said) for code, said in _table("dispositions").items()})


@cache
def reopening_grounds() -> Mapping[str, CaseWord]:
    """Return on what ground a decided case is taken up again.

    Raises:
        DamagedStoreError: the file that ships with Soken is not whole.
    """
    return _words("reopenings", "inquest")


@cache
def inquest_resolutions() -> Mapping[str, CaseWord]:
    """Return what a Committee for the Inquest of Prosecution can resolve.

    Raises:
        DamagedStoreError: the file that ships with Soken is not whole.
    """
    return _words("inquests", "renews")


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
    whole = keys <= said.keys() <= keys | {"until"} and len(code) <= _LONGEST_CODE
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
        said["needs"],
    )  # fmt: skip


def _words(name: str, flag: str) -> Mapping[str, CaseWord]:
    """Return the words of one table with what its flag says.

    Raises:
        DamagedStoreError: a value is missing.
    """
    found = {}
    for code, said in _table(name).items():
        if said.keys() != {"en", "ja", "law", flag} or not isinstance(said[flag], bool) or len(code) > _LONGEST_CODE:
            raise DamagedStoreError(f"{_FILE}: the entry {code!r} is not whole; reinstall Soken.")
        found[code] = CaseWord(code, said["en"], said["ja"], said["law"], said[flag])
    return MappingProxyType(found)
