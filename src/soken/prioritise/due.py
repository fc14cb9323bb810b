"""By when somebody acts on a person, counted from the day the list was received, in every band (R13)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from soken.prioritise.instrument import PriorityBand

if TYPE_CHECKING:
    from datetime import date

    from soken.prioritise.instrument import Instrument

#: Nobody has assessed the person yet: due as the most urgent are, since unknown is not low.
UNASSESSED_AS = PriorityBand.VERY_HIGH


class Lateness(StrEnum):
    """How a person stands to the target."""

    IN_TIME = "in-time"
    TODAY = "today"
    OVERDUE = "overdue"
    ALARM = "alarm"


@dataclass(frozen=True, slots=True)
class Due:
    """The dates of a person.

    Attributes:
        due_on: the last day in time.
        alarm_on: the last day before the delay is reported.
    """

    due_on: date
    alarm_on: date


def due(instrument: Instrument, band: PriorityBand | None, received_on: date) -> Due:
    """Return the dates of a band, counted from receipt and never from when somebody got round to assessing.

    Args:
        instrument: whose targets count.
        band: the band in force; None while nobody has assessed.
        received_on: the day the list was received.
    """
    found = instrument.bands[band or UNASSESSED_AS]
    return Due(received_on + timedelta(days=found.target_days), received_on + timedelta(days=found.alarm_days))


def lateness(dates: Due, today: date) -> Lateness:
    """Tell how a person stands today; a delay beyond the alarm is said in low bands too."""
    if today > dates.alarm_on:
        return Lateness.ALARM
    if today > dates.due_on:
        return Lateness.OVERDUE
    return Lateness.TODAY if today == dates.due_on else Lateness.IN_TIME


def reassess_on(instrument: Instrument, band: PriorityBand, highest: PriorityBand, today: date) -> date:
    """Return the day on which the assessment is made anew at the latest (R14).

    What is not known yet and could lift the person is found out within the target of the band it could lead to.

    Args:
        instrument: whose days count.
        band: the band reached.
        highest: the band that unknown answers could lead to.
        today: the day of the assessment.
    """
    days = instrument.reassess_days
    if highest is not band:
        days = min(days, instrument.bands[highest].target_days)
    return today + timedelta(days=days)
