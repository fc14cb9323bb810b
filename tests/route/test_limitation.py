"""Limitation: from an event that a person entered (R28)."""

from __future__ import annotations

from datetime import date

import pytest

from soken.route.limitation import Charge, all_complete_on, complete_on


@pytest.mark.parametrize(
    ("ended", "years", "complete"),
    [
        pytest.param(date(2023, 5, 10), 3, date(2026, 5, 10), id="the day itself counts"),
        pytest.param(date(2023, 5, 10), 5, date(2028, 5, 10), id="five years"),
        pytest.param(date(2024, 2, 29), 3, date(2027, 3, 1), id="no such day: February ends first"),
        pytest.param(date(2024, 2, 29), 4, date(2028, 2, 29), id="such a day again"),
        pytest.param(date(2023, 2, 28), 5, date(2028, 2, 28), id="before a leap day"),
        pytest.param(date(2023, 3, 1), 5, date(2028, 3, 1), id="after a leap day"),
        pytest.param(date(2023, 12, 31), 3, date(2026, 12, 31), id="holidays make no difference"),
    ],
)
def test_limitation_is_complete_so_many_years_on(ended: date, years: int, complete: date) -> None:
    assert complete_on(Charge(years, ended)) == complete


def test_without_an_event_nothing_runs() -> None:
    assert complete_on(Charge(3)) is None


def test_days_that_stood_still_are_added() -> None:
    assert complete_on(Charge(3, date(2023, 5, 10), stood_still=30)) == date(2026, 6, 9)


@pytest.mark.parametrize(
    ("charges", "complete"),
    [
        pytest.param([], None, id="no offence"),
        pytest.param([Charge(3, date(2020, 1, 1))], date(2023, 1, 1), id="one"),
        pytest.param([Charge(3, date(2020, 1, 1)), Charge(5, date(2020, 1, 1))], date(2025, 1, 1), id="the last"),
        pytest.param([Charge(3, date(2020, 1, 1)), Charge(5)], None, id="one of which nothing is known"),
    ],
)
def test_a_person_is_out_of_reach_only_when_every_offence_is(charges: list[Charge], complete: date | None) -> None:
    assert all_complete_on(charges) == complete
