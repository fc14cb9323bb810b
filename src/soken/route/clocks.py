"""Clocks of custody: what must be done with a person held, and by when (R26).

The law stands in `soken.reference.custody`; here it is counted. A clock warns; nothing acts by itself. Hours are hours
that pass, whatever the clock on the wall shows; days are days in Japan, whatever the zone of the machine.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from soken.reference.custody import RESTRAINT, clock_rules, extension_days, step_kinds

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from soken.reference.custody import ClockRule

#: Where the days of the procedure begin and end.
JAPAN: Final = ZoneInfo("Asia/Tokyo")
#: Steps that end every clock of a restraint.
ENDS: Final = frozenset({"released", "indicted"})


class ClockState(StrEnum):
    """How a clock stands."""

    RUNNING = "running"
    SOON = "soon"
    OVERDUE = "overdue"
    MET = "met"
    MET_LATE = "met-late"


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happened to a person held.

    Attributes:
        kind: code of `soken.reference.custody.step_kinds`.
        at: when, with its zone.
        days: by how many days, for an extension.
    """

    kind: str
    at: datetime
    days: int = 0


@dataclass(frozen=True, slots=True)
class Held:
    """One restraint of a person: each arrest has clocks of its own.

    Attributes:
        at: when the restraint began, with its zone.
        by: `soken.reference.custody.POLICE` or `PROSECUTOR`.
        steps: what has happened since, in order.
    """

    at: datetime
    by: str
    steps: tuple[Step, ...] = ()

    def __post_init__(self) -> None:
        if any(moment.tzinfo is None for moment in (self.at, *(one.at for one in self.steps))):
            raise ValueError("a moment without a zone: hours cannot be counted from it")

    def first(self, kinds: frozenset[str]) -> datetime | None:
        """Return when the first of these steps was, None if there was none."""
        return next((one.at for one in self.steps if one.kind in kinds), None)

    @property
    def over(self) -> bool:
        """Whether every clock has ended: released, or prosecuted."""
        return self.first(ENDS) is not None

    @property
    def held(self) -> bool:
        """Whether the person is held still; prosecution ends the clocks, not the custody."""
        return self.first(frozenset({"released"})) is None

    @property
    def last(self) -> str:
        """What happened last: a step's code, or `RESTRAINT`."""
        return self.steps[-1].kind if self.steps else RESTRAINT


@dataclass(frozen=True, slots=True)
class Clock:
    """A period of one restraint.

    Attributes:
        kind: code of `soken.reference.custody.clock_rules`.
        started_at: from when it runs.
        ends_at: the first moment at which it is over.
        warn_at: from when it is said to run out soon.
        met_at: when what it asks for was done; None while it has not been.
    """

    kind: str
    started_at: datetime
    ends_at: datetime
    warn_at: datetime
    met_at: datetime | None = None

    def state(self, now: datetime) -> ClockState:
        """Return how the clock stands; what is done at the last moment is done in time."""
        if self.met_at is not None:
            return ClockState.MET if self.met_at <= self.ends_at else ClockState.MET_LATE
        if now >= self.ends_at:
            return ClockState.OVERDUE
        return ClockState.SOON if now >= self.warn_at else ClockState.RUNNING

    def left(self, now: datetime) -> timedelta:
        """Return the time that is left; below nothing once it is over."""
        return self.ends_at - now


def clocks(held: Held) -> list[Clock]:
    """Return the clocks that a restraint has started so far, in the order of the procedure."""
    found = []
    for rule in clock_rules().values():
        started = held.at if rule.begins == RESTRAINT else held.first(frozenset({rule.begins}))
        if started is None or held.by not in rule.by:
            continue
        ends = _end(rule, started, held)
        met = held.first(rule.until)
        found.append(Clock(rule.code, started, ends, ends - timedelta(hours=rule.warn), met))
    return found


def running(held: Held) -> list[Clock]:
    """Return the clocks that nothing has met yet, the one that ends first at the top."""
    return sorted((one for one in clocks(held) if one.met_at is None), key=lambda one: one.ends_at)


def next_end(held: Held) -> datetime | None:
    """Return when the next clock ends, None if none runs."""
    return min((one.ends_at for one in running(held)), default=None)


def extended_days(steps: Sequence[Step]) -> int:
    """Return by how many days the detention has been extended in all."""
    return sum(one.days for one in steps if one.kind == "extended")


def days_left_to_extend(held: Held) -> int:
    """Return by how many more days the detention can be extended."""
    return extension_days() - extended_days(held.steps)


def possible_steps(held: Held) -> list[str]:
    """Return the codes of the steps that can come next, in the order of the procedure.

    Nothing follows a release; a detention that has been extended to the full is not extended again.
    """
    return [
        code
        for code, kind in step_kinds().items()
        if kind.follows(held.last, held.by) and not (code == "extended" and days_left_to_extend(held) <= 0)
    ]


def midnight(day: date) -> datetime:
    """Return the beginning of a day in Japan."""
    return datetime.combine(day, time(), JAPAN)


def _end(rule: ClockRule, started: datetime, held: Held) -> datetime:
    """Return the first moment at which a clock is over."""
    if rule.hours:
        # In UTC, where an hour is an hour: adding to a wall clock would follow its zone over a change to summer time.
        return (started.astimezone(ZoneInfo("UTC")) + timedelta(hours=rule.hours)).astimezone(started.tzinfo)
    days = rule.days + (extended_days(held.steps) if rule.begins == "requested" else 0)
    return midnight(started.astimezone(JAPAN).date() + timedelta(days=days))
