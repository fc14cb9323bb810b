"""Age at the act and now: which procedure (R25)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soken.route.juvenile import Procedure, age_on, birthday, by_age, completes_on

LEAP = date(2008, 2, 29)


@pytest.mark.parametrize(
    ("born", "years", "day"),
    [
        pytest.param(date(2008, 5, 10), 18, date(2026, 5, 9), id="the day before the birthday"),
        pytest.param(date(2008, 4, 1), 6, date(2014, 3, 31), id="the school year's rule"),
        pytest.param(date(2008, 1, 1), 20, date(2027, 12, 31), id="the year before"),
        pytest.param(LEAP, 18, date(2026, 2, 28), id="leap day, in a year without"),
        pytest.param(LEAP, 20, date(2028, 2, 28), id="leap day, in a leap year"),
        pytest.param(date(2007, 3, 1), 21, date(2028, 2, 29), id="born on March 1, in a leap year"),
    ],
)
def test_a_year_of_age_is_complete_as_the_day_before_the_birthday_ends(born: date, years: int, day: date) -> None:
    assert completes_on(born, years) == day


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        pytest.param(LEAP, date(2026, 2, 28), 17, id="leap day: until February ends"),
        pytest.param(LEAP, date(2026, 3, 1), 18, id="leap day: as March begins"),
        pytest.param(LEAP, date(2028, 2, 28), 19, id="leap year: the day before"),
        pytest.param(LEAP, LEAP.replace(year=2028), 20, id="leap year: the day"),
        pytest.param(date(2008, 5, 10), date(2026, 5, 9), 17, id="the day before"),
        pytest.param(date(2008, 5, 10), date(2026, 5, 10), 18, id="the birthday"),
        pytest.param(date(2008, 5, 10), date(2008, 5, 10), 0, id="the day of birth"),
    ],
)
def test_age_on_a_day(born: date, day: date, age: int) -> None:
    assert age_on(born, day) == age


@given(born=st.dates(date(1930, 1, 1), date(2015, 1, 1)), years=st.integers(0, 90))
def test_age_grows_on_the_day_after_the_one_at_whose_end_it_is_complete(born: date, years: int) -> None:
    last = completes_on(born, years)
    assert age_on(born, last + timedelta(days=1)) == years
    if years:
        assert age_on(born, last) == years - 1


NOW = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("born", "act", "procedure", "then"),
    [
        pytest.param(date(1979, 5, 1), date(2017, 5, 1), Procedure.ADULT, False, id="an adult"),
        pytest.param(date(2007, 1, 1), date(2026, 1, 1), Procedure.SPECIFIED_JUVENILE, True, id="nineteen"),
        pytest.param(date(2010, 1, 1), date(2026, 1, 1), Procedure.JUVENILE, True, id="sixteen"),
        pytest.param(date(2013, 1, 2), date(2027, 1, 1) - timedelta(days=60), Procedure.CHILD_GUIDANCE, True, id="13"),
        pytest.param(
            date(2003, 7, 16), date(2017, 7, 15), Procedure.CHILD_GUIDANCE, True, id="under 14 then, adult now"
        ),
        pytest.param(date(2003, 7, 15), date(2017, 7, 15), Procedure.ADULT, True, id="fourteen that day, adult now"),
        pytest.param(date(2014, 1, 1), None, Procedure.CHILD_GUIDANCE, None, id="under 14 now, so under 14 then"),
        pytest.param(date(2018, 5, 1), date(2017, 5, 1), Procedure.UNKNOWN, None, id="born after the act: not the one"),
        pytest.param(None, date(2017, 5, 1), Procedure.UNKNOWN, None, id="not established: no adult is assumed"),
    ],
)
def test_the_procedure_goes_by_age_then_and_now(
    born: date | None, act: date | None, procedure: Procedure, then: bool | None
) -> None:
    found = by_age(born, act, NOW)
    assert (found.procedure, found.juvenile_at_act) == (procedure, then)


@pytest.mark.parametrize(
    ("today", "procedure"),
    [
        pytest.param(date(2022, 3, 31), Procedure.JUVENILE, id="before the amendment"),
        pytest.param(date(2022, 4, 1), Procedure.SPECIFIED_JUVENILE, id="since"),
    ],
)
def test_eighteen_and_nineteen_are_specified_since_2022_04_01(today: date, procedure: Procedure) -> None:
    assert by_age(date(2003, 5, 1), None, today).procedure is procedure


@pytest.mark.parametrize(
    ("born", "changes"),
    [
        pytest.param(date(2009, 2, 1), date(2027, 2, 1), id="eighteen next"),
        pytest.param(date(2007, 2, 1), date(2027, 2, 1), id="twenty next"),
        pytest.param(LEAP.replace(year=2008), date(2028, 2, 29), id="leap day"),
        pytest.param(date(1979, 5, 1), None, id="adult"),
    ],
)
def test_it_is_said_when_age_alone_changes_the_procedure(born: date, changes: date | None) -> None:
    assert by_age(born, None, NOW).changes_on == changes


def test_a_day_before_the_birth_has_no_age() -> None:
    with pytest.raises(ValueError, match="birth"):
        age_on(date(2000, 1, 1), date(1999, 12, 31))
    assert birthday(LEAP, 18) == date(2026, 3, 1)
