"""Every band has a day by which somebody acts, counted from receipt, and a day on which the delay is reported."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soken.prioritise.due import Due, Lateness, due, lateness, reassess_on
from soken.prioritise.instrument import PriorityBand
from soken.prioritise.instrument_file import default_instrument

INSTRUMENT = default_instrument()


@pytest.mark.parametrize(
    ("band", "received", "due_on"),
    [
        (PriorityBand.VERY_HIGH, date(2024, 2, 28), date(2024, 2, 29)),
        (PriorityBand.HIGH, date(2026, 12, 28), date(2027, 1, 4)),
        (PriorityBand.MEDIUM, date(2026, 11, 9), date(2026, 11, 23)),
        (PriorityBand.LOW, date(2026, 10, 24), date(2026, 11, 23)),
        (None, date(2026, 11, 22), date(2026, 11, 23)),
    ],
    ids=["very high, leap day", "high, over the year's end", "medium", "low", "nobody has assessed: as very high"],
)
def test_targets_run_from_receipt(band: PriorityBand | None, received: date, due_on: date) -> None:
    assert due(INSTRUMENT, band, received).due_on == due_on


@pytest.mark.parametrize("band", list(PriorityBand))
def test_no_band_is_without_an_alarm(band: PriorityBand) -> None:
    dates = due(INSTRUMENT, band, date(2026, 1, 1))
    assert lateness(dates, dates.alarm_on + timedelta(days=1)) is Lateness.ALARM


@pytest.mark.parametrize(
    ("today", "said"),
    [(4, Lateness.IN_TIME), (5, Lateness.TODAY), (6, Lateness.OVERDUE), (9, Lateness.OVERDUE), (10, Lateness.ALARM)],
)
def test_lateness_is_told_by_the_day(today: int, said: Lateness) -> None:
    assert lateness(Due(date(2026, 5, 5), date(2026, 5, 9)), date(2026, 5, today)) is said


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.sampled_from(PriorityBand), st.sampled_from(PriorityBand))
def test_the_next_assessment_is_never_later_than_set_and_sooner_where_something_is_unknown(
    today: date, band: PriorityBand, highest: PriorityBand
) -> None:
    on = reassess_on(INSTRUMENT, band, highest, today)
    assert today < on <= today + timedelta(days=INSTRUMENT.reassess_days)
    if highest is not band:
        assert on <= today + timedelta(days=INSTRUMENT.bands[highest].target_days)
