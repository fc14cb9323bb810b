"""When limitation is complete: from an event that a person entered, never from a purchase (R28)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Charge:
    """An offence that somebody is thought to have committed, as far as limitation asks.

    Attributes:
        years: after how many years limitation is complete.
        ended_on: the day on which the act ended, as a person entered it; None while nobody has.
        stood_still: days for which limitation did not run (arts. 254 and 255: a prosecution, a stay abroad).
    """

    years: int
    ended_on: date | None = None
    stood_still: int = 0


def complete_on(charge: Charge) -> date | None:
    """Return the first day on which limitation is complete, None while nobody has entered when the act ended.

    The day of the event counts in full (art. 55(1) of the Code of Criminal Procedure, second sentence) and years by the
    calendar (55(2)): what ended on 10 May is complete three years later as 10 May begins, also where the day before is
    a holiday (55(3)). An act of 29 February has no such day in most years: the period then ends with February.
    """
    if charge.ended_on is None:
        return None
    return _years_on(charge.ended_on, charge.years) + timedelta(days=charge.stood_still)


def all_complete_on(charges: Iterable[Charge]) -> date | None:
    """Return the first day on which limitation is complete for every one of a person's offences.

    None where there are none, or where nobody has entered the event of one: it may run for long still.
    """
    days = [complete_on(one) for one in charges]
    known = [day for day in days if day is not None]
    return max(known) if known and len(known) == len(days) else None


def _years_on(day: date, years: int) -> date:
    """Return the same day some years later; the first of March for a 29 February that is not there."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)
