"""Clocks of custody and the steps that a person held goes through (R26); data."""

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

_FILE: Final = "custody.toml"
#: What every clock of a restraint runs from, if not from a step.
RESTRAINT: Final = "restraint"
#: The step of custody that is always open: the way out.
RELEASED: Final = "released"
#: Whose arrest it can be.
POLICE, PROSECUTOR = "police", "prosecutor"
ARRESTERS: Final = (POLICE, PROSECUTOR)


@dataclass(frozen=True, slots=True)
class ClockRule:
    """A period that the law sets.

    Attributes:
        code: as stored.
        en, ja: what must be done before it ends.
        law, law_en: the provision.
        begins: `RESTRAINT`, or the step from which it runs.
        hours: so many hours from the minute of that step; 0 where it is counted in days.
        days: so many days, the day of that step in Japan counted; 0 where it is counted in hours.
        until: steps that meet it.
        by: whose arrests it belongs to.
        warn: hours before its end from which it is said to run out soon.
    """

    code: str
    en: str
    ja: str
    law: str
    law_en: str
    begins: str
    hours: int
    days: int
    until: frozenset[str]
    by: frozenset[str]
    warn: int

    def said(self, language: str) -> str:
        """Return the words in "ja", else in English, with the provision."""
        return f"{self.ja}（{self.law}）" if language == "ja" else f"{self.en} ({self.law_en})"


@dataclass(frozen=True, slots=True)
class StepKind:
    """What can happen to a person held.

    Attributes:
        code: as stored.
        en, ja: in words.
        after: `RESTRAINT` and the steps after which it can come.
        after_own: those after which it can come too where a prosecutor made the arrest.
        by: whose arrests it belongs to.
    """

    code: str
    en: str
    ja: str
    after: frozenset[str]
    after_own: frozenset[str]
    by: frozenset[str]

    def follows(self, last: str, by: str) -> bool:
        """Tell whether it can come after what happened last, for an arrest by the police or a prosecutor."""
        return by in self.by and (last in self.after or (by == PROSECUTOR and last in self.after_own))

    def said(self, language: str) -> str:
        """Return the words in "ja", else in English."""
        return self.ja if language == "ja" else self.en


@cache
def clock_rules() -> Mapping[str, ClockRule]:
    """Return code → clock, in the order of the procedure.

    Raises:
        DamagedStoreError: a clock is not whole, or speaks of a step that there is not.
    """
    return MappingProxyType({code: _rule(code, told) for code, told in _table()["clocks"].items()})


@cache
def step_kinds() -> Mapping[str, StepKind]:
    """Return code → step, in the order of the procedure.

    Raises:
        DamagedStoreError: a step comes after one that there is not.
    """
    table = _table()["steps"]
    found = {
        code: StepKind(code, t["en"], t["ja"], frozenset(t["after"]), frozenset(t.get("after_own", ())), _by(t))
        for code, t in table.items()
    }
    if any(not one.after or not one.after | one.after_own <= {RESTRAINT, *found} for one in found.values()):
        raise DamagedStoreError(f"{_FILE}: a step comes after one that there is not; reinstall Soken.")
    return MappingProxyType(found)


def longest_warning() -> timedelta:
    """Return how far ahead of its end any clock is said to run out soon: no list of those about to looks less far."""
    return timedelta(hours=max(rule.warn for rule in clock_rules().values()))


def extension_days() -> int:
    """Return by how many days in all the detention can be extended."""
    return int(_table()["extension"]["days"])


def _rule(code: str, told: dict[str, Any]) -> ClockRule:
    """Return a clock as the file has it.

    Raises:
        DamagedStoreError: it is not whole.
    """
    hours, days = told.get("hours", 0), told.get("days", 0)
    steps = {RESTRAINT, *_table()["steps"]}
    if {told["from"], *told["until"]} - steps or (hours > 0) == (days > 0) or told["warn"] <= 0:
        raise DamagedStoreError(f"{_FILE}: the clock {code!r} is not whole; reinstall Soken.")
    return ClockRule(
        code, told["en"], told["ja"], told["law"], told["law_en"], told["from"], hours, days,
        frozenset(told["until"]), _by(told), told["warn"],
    )  # fmt: skip


def _by(told: dict[str, Any]) -> frozenset[str]:
    """Return whose arrests an entry belongs to."""
    return frozenset({told["by"]} if "by" in told else ARRESTERS)


@cache
def _table() -> dict[str, Any]:
    """Return the file."""
    return tomllib.loads(files("soken.reference").joinpath(_FILE).read_text("utf-8"))
