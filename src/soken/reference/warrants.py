"""Kinds of warrants and authorities: what each rests on, how long it is good, what must stand before it (data)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from soken.core.errors import DamagedStoreError

if TYPE_CHECKING:
    from collections.abc import Mapping

_FILE: Final = "warrants.toml"
_KEYS: Final = {"en": str, "ja": str, "law": str, "from": date, "needs": str, "days": int, "judge": bool}
#: What a kind can ask of the dossier of a person against whom it is recorded: see the file.
READY, DOOR, NOTHING = "ready", "door", ""


@dataclass(frozen=True, slots=True)
class WarrantKind:
    """A kind of warrant or authority.

    Attributes:
        code: as stored.
        en, ja: in words.
        law: the provision that it rests on.
        since: the first day on which one can have been issued.
        needs: `READY`, `DOOR` or `NOTHING`.
        days: for how many days after its issue it is good where nothing else is said; 0: it does not run out.
        judge: whether a judge issues it.
    """

    code: str
    en: str
    ja: str
    law: str
    since: date
    needs: str
    days: int
    judge: bool

    def said(self, language: str) -> str:
        """Return the words in "ja", else in English."""
        return self.ja if language == "ja" else self.en

    def good_until(self, issued_on: date) -> date | None:
        """Return the last day on which it can be used where nothing else is said; None if it does not run out."""
        return issued_on + timedelta(days=self.days) if self.days else None


@cache
def warrant_kinds() -> Mapping[str, WarrantKind]:
    """Return the kinds by code, in the file's order.

    Raises:
        DamagedStoreError: the file that ships with Soken is not whole.
    """
    table = tomllib.loads(files("soken.reference").joinpath(_FILE).read_text("utf-8"))
    return MappingProxyType({code: _kind(code, said) for code, said in table.items()})


def _kind(code: str, said: dict[str, Any]) -> WarrantKind:
    """Return a kind as the file has it.

    Raises:
        DamagedStoreError: a value is missing, is of another type, or cannot be.
    """
    whole = said.keys() == _KEYS.keys() and all(type(said[key]) is kind for key, kind in _KEYS.items())
    if not whole or said["needs"] not in {READY, DOOR, NOTHING} or said["days"] < 0 or len(code) > 30:
        raise DamagedStoreError(f"{_FILE}: the entry {code!r} is not whole; reinstall Soken.")
    return WarrantKind(
        code, said["en"], said["ja"], said["law"], said["from"], said["needs"], said["days"], said["judge"]
    )
