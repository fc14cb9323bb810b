"""A transfer's steps, whose they are, and its clocks (R19, R24)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from soken.route.transfers import OPEN, STEPS, Side, TransferState, due_at, escalations, overdue, rules, step

AT = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("before", "after", "side"),
    [
        ("offered", "received", Side.RECEIVING),
        ("received", "accepted", Side.RECEIVING),
        ("received", "returned", Side.RECEIVING),
        ("offered", "withdrawn", Side.OFFERING),
        ("received", "withdrawn", Side.OFFERING),
    ],
)
def test_the_steps_and_whose_they_are(before: str, after: str, side: Side) -> None:
    found = step(TransferState(before), TransferState(after))
    assert found is not None
    assert found.side is side


def test_there_is_no_other_step() -> None:
    pairs = {(one.before, one.after) for one in STEPS}
    others = [(one, other) for one in TransferState for other in TransferState if (one, other) not in pairs]
    assert len(pairs) == 5
    assert all(step(one, other) is None for one, other in others)


def test_nothing_is_accepted_that_was_not_received_and_nothing_ended_goes_on() -> None:
    assert step(TransferState.OFFERED, TransferState.ACCEPTED) is None
    assert {one.before for one in STEPS} == set(OPEN)


@pytest.mark.parametrize(
    ("state", "hours", "late"),
    [("offered", 23, False), ("offered", 24, True), ("received", 24, False), ("received", 71, False),
     ("received", 72, True), ("accepted", 9999, False), ("returned", 9999, False)],
)  # fmt: skip
def test_a_silence_shows_when_its_hours_are_over(state: str, hours: int, late: bool) -> None:
    assert overdue(TransferState(state), AT, AT + timedelta(hours=hours)) is late
    if not late and state in OPEN:
        due = due_at(TransferState(state), AT)
        assert due is not None
        assert due > AT + timedelta(hours=hours)


@pytest.mark.parametrize(
    ("state", "hours", "times"),
    [("offered", 143, 0), ("offered", 144, 1), ("received", 287, 1), ("received", 288, 2), ("accepted", 9999, 0),
     ("returned", 9999, 0), ("withdrawn", 9999, 0)],
)  # fmt: skip
def test_a_long_silence_goes_to_the_next_level_and_again_each_time_as_long(state: str, hours: int, times: int) -> None:
    assert escalations(TransferState(state), AT, AT + timedelta(hours=hours)) == times


def test_the_form_asks_what_the_handover_form_asks() -> None:
    assert list(rules().form) == ["case", "suspect", "facts", "progress", "evidence", "remaining"]
    assert set(rules().kinds) == {"transfer", "handover"}
