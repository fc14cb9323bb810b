"""Clocks of custody: hours from the minute, days in Japan, and what meets them (R26)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soken.reference.custody import POLICE, PROSECUTOR, clock_rules
from soken.route.clocks import JAPAN, ClockState, Held, Step, clocks, next_end, possible_steps, running

ARRESTED = datetime(2026, 11, 20, 9, 30, tzinfo=JAPAN)


def held(*steps: tuple[str, datetime] | tuple[str, datetime, int], by: str = POLICE, at: datetime = ARRESTED) -> Held:
    return Held(at, by, tuple(Step(*one) for one in steps))


def ends(found: Held) -> dict[str, datetime]:
    return {one.kind: one.ends_at for one in clocks(found)}


def after(hours: float) -> datetime:
    return ARRESTED + timedelta(hours=hours)


def test_an_arrest_by_the_police_starts_forty_eight_and_seventy_two_hours() -> None:
    assert ends(held()) == {"refer": after(48), "request-in-all": after(72)}


def test_receipt_by_the_prosecutor_starts_twenty_four_hours() -> None:
    found = held(("referred", after(30)))
    assert ends(found)["request"] == after(54)
    assert [one.kind for one in running(found)] == ["request", "request-in-all"]


def test_a_late_receipt_leaves_less_than_twenty_four_hours_of_the_seventy_two() -> None:
    found = held(("referred", after(50)))
    assert next_end(found) == after(72) < ends(found)["request"]
    assert {one.kind: one.state(after(51)) for one in clocks(found)}["refer"] is ClockState.MET_LATE


def test_an_arrest_by_a_prosecutor_has_one_clock_of_forty_eight_hours() -> None:
    assert ends(held(by=PROSECUTOR)) == {"request-own": after(48)}


@pytest.mark.parametrize(
    ("requested", "last"),
    [
        pytest.param(datetime(2026, 6, 1, 0, 0, tzinfo=JAPAN), (2026, 6, 11), id="first minute of the day"),
        pytest.param(datetime(2026, 6, 1, 23, 59, tzinfo=JAPAN), (2026, 6, 11), id="last minute of the day"),
        pytest.param(datetime(2026, 5, 31, 15, 0, tzinfo=UTC), (2026, 6, 11), id="still May in UTC"),
        pytest.param(datetime(2024, 2, 20, 10, 0, tzinfo=JAPAN), (2024, 3, 1), id="over a leap day"),
        pytest.param(datetime(2023, 2, 20, 10, 0, tzinfo=JAPAN), (2023, 3, 2), id="over a February without one"),
        pytest.param(datetime(2026, 12, 28, 10, 0, tzinfo=JAPAN), (2027, 1, 7), id="over the new year's holidays"),
    ],
)
def test_detention_lasts_ten_days_the_day_of_the_request_counted(
    requested: datetime, last: tuple[int, int, int]
) -> None:
    at = requested - timedelta(hours=40)
    found = held(("referred", requested - timedelta(hours=2)), ("requested", requested), at=at)
    assert ends(found)["detention"] == datetime(*last, tzinfo=JAPAN)


def test_an_extension_moves_the_end_and_ends_at_ten_days_more() -> None:
    steps = [("referred", after(20)), ("requested", after(40)), ("detained", after(41))]
    asked = after(40).date()
    for days, end in ((0, 10), (4, 14), (6, 20)):
        if days:
            steps.append(("extended", after(48 + days), days))  # type: ignore[arg-type]
        assert ends(held(*steps))["detention"].date() == asked + timedelta(days=end)
    assert "extended" not in possible_steps(held(*steps))


def test_at_most_twenty_three_days_pass_from_arrest() -> None:
    late = held(("referred", after(48)), ("requested", after(72)), ("detained", after(72)), ("extended", after(80), 10))
    assert ends(late)["detention"] - ARRESTED < timedelta(days=23)


@pytest.mark.parametrize(
    ("passed", "state"),
    [
        pytest.param(timedelta(0), ClockState.RUNNING, id="at once"),
        pytest.param(timedelta(hours=36) - timedelta(minutes=1), ClockState.RUNNING, id="before the warning"),
        pytest.param(timedelta(hours=36), ClockState.SOON, id="the warning"),
        pytest.param(timedelta(hours=48) - timedelta(minutes=1), ClockState.SOON, id="the last minute"),
        pytest.param(timedelta(hours=48), ClockState.OVERDUE, id="over"),
    ],
)
def test_a_clock_warns_before_it_is_over(passed: timedelta, state: ClockState) -> None:
    assert clocks(held())[0].state(ARRESTED + passed) is state


@pytest.mark.parametrize(
    ("at", "state"),
    [
        pytest.param(48.0, ClockState.MET, id="at the last moment"),
        pytest.param(48.02, ClockState.MET_LATE, id="a minute late"),
    ],
)
def test_what_was_done_late_stays_late(at: float, state: ClockState) -> None:
    assert clocks(held(("referred", after(at))))[0].state(after(500)) is state


@pytest.mark.parametrize("how", ["released", "indicted"])
def test_release_and_prosecution_end_every_clock(how: str) -> None:
    found = held(("referred", after(20)), (how, after(30)))
    assert running(found) == []
    assert found.over
    assert found.held is (how == "indicted")


def test_a_new_arrest_has_clocks_of_its_own() -> None:
    again = held(at=after(100))
    assert ends(again)["refer"] == after(148)


def test_hours_pass_through_a_change_to_summer_time_as_they_are() -> None:
    """A machine abroad: 48 hours on the wall would be 47 here."""
    berlin = datetime(2026, 3, 28, 12, 0, tzinfo=ZoneInfo("Europe/Berlin"))
    end = ends(held(at=berlin))["refer"]
    assert (end - berlin.astimezone(UTC)) == timedelta(hours=48)
    assert end.hour == 13


@given(
    seconds=st.integers(1_420_000_000, 2_060_000_000),
    zone=st.sampled_from(["UTC", "Asia/Tokyo", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"]),
)
def test_a_clock_ends_at_one_moment_whatever_the_zone_it_was_typed_in(seconds: int, zone: str) -> None:
    moment = datetime.fromtimestamp(seconds, UTC)
    there = held(("referred", moment + timedelta(hours=1)), ("requested", moment + timedelta(hours=2)), at=moment)
    here = Held(
        moment.astimezone(ZoneInfo(zone)),
        POLICE,
        tuple(Step(one.kind, one.at.astimezone(ZoneInfo(zone))) for one in there.steps),
    )
    assert [one.ends_at.astimezone(UTC) for one in clocks(here)] == [
        one.ends_at.astimezone(UTC) for one in clocks(there)
    ]


def test_a_moment_without_a_zone_is_no_moment() -> None:
    with pytest.raises(ValueError, match="zone"):
        held(at=datetime(2026, 11, 20, 9, 30))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("found", "next_steps"),
    [
        pytest.param(held(), ["referred", "released"], id="arrested by the police"),
        pytest.param(held(by=PROSECUTOR), ["requested", "indicted", "released"], id="arrested by a prosecutor"),
        pytest.param(held(("referred", after(1))), ["requested", "indicted", "released"], id="referred"),
        pytest.param(
            held(("referred", after(1)), ("requested", after(2))), ["detained", "indicted", "released"], id="r"
        ),
        pytest.param(held(("released", after(1))), [], id="released"),
        pytest.param(held(("referred", after(1)), ("indicted", after(2))), ["released"], id="prosecuted"),
    ],
)
def test_only_what_can_come_next_can_come(found: Held, next_steps: list[str]) -> None:
    assert possible_steps(found) == next_steps


def test_every_clock_can_be_met() -> None:
    assert all(one.until for one in clock_rules().values())
