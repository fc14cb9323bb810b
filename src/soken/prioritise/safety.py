"""Whom a notification for a child's safety can go to and how; it waits for no stage of a case (R17)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from soken.core.errors import DamagedStoreError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

_FILE: Final = "safety.toml"
_LONGEST_CODE: Final = 30


@dataclass(frozen=True, slots=True)
class Body:
    """A kind of body that looks after children.

    Attributes:
        code: as stored.
        en, ja: in words.
        chase_hours: after how many hours without an acknowledgement the answer is chased.
    """

    code: str
    en: str
    ja: str
    chase_hours: int

    def said(self, language: str) -> str:
        """Return the words in "ja", else in English."""
        return self.ja if language == "ja" else self.en


@dataclass(frozen=True, slots=True)
class Method:
    """How a notification was given.

    Attributes:
        code: as stored.
        en, ja: in words.
    """

    code: str
    en: str
    ja: str

    def said(self, language: str) -> str:
        """Return the words in "ja", else in English."""
        return self.ja if language == "ja" else self.en


@cache
def bodies() -> Mapping[str, Body]:
    """Return the bodies by code, in the file's order.

    Raises:
        DamagedStoreError: the file that ships with Soken is not whole.
    """
    return MappingProxyType(
        {
            code: Body(code, one["en"], one["ja"], _hours(one))
            for code, one in _table("bodies", {"en", "ja", "chase_hours"}).items()
        }
    )


@cache
def methods() -> Mapping[str, Method]:
    """Return the methods by code, in the file's order.

    Raises:
        DamagedStoreError: the file that ships with Soken is not whole.
    """
    return MappingProxyType(
        {code: Method(code, one["en"], one["ja"]) for code, one in _table("methods", {"en", "ja"}).items()}
    )


def chase_at(body: str, notified_at: datetime) -> datetime:
    """Return the moment from which a missing acknowledgement is chased."""
    return notified_at + timedelta(hours=bodies()[body].chase_hours)


def _table(part: str, keys: set[str]) -> Mapping[str, Mapping[str, Any]]:
    """Return a part of the file in which every entry has its keys."""
    found = tomllib.loads(files("soken.prioritise").joinpath(_FILE).read_text("utf-8")).get(part, {})
    if not found or any(set(one) != keys or len(code) > _LONGEST_CODE for code, one in found.items()):
        raise DamagedStoreError(f"{_FILE}: the part {part!r} is not whole; reinstall Soken.")
    return found  # type: ignore[no-any-return]


def _hours(entry: Mapping[str, Any]) -> int:
    """Return after how many hours an answer is chased."""
    found = entry["chase_hours"]
    if not isinstance(found, int) or found < 1:
        raise DamagedStoreError(f"{_FILE}: 'chase_hours' must be a whole number of hours; reinstall Soken.")
    return found
