"""What is found out for whoever looks is good for a page or a command, and for a second where a program looks on."""

from __future__ import annotations

import pytest

from soken.access import eyes
from soken.access.eyes import acting_for_installation, compartments_changed, kept_for, machine_sees_all, viewing
from tests.conftest import GOOD_FOR

asked: list[int] = []


def found() -> int:
    """How often it was found out."""
    asked.append(1)
    return len(asked)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Seconds, to be set by the test."""
    asked.clear()
    now = [100.0]
    monkeypatch.setattr(eyes, "monotonic", lambda: now[0])
    monkeypatch.setattr(eyes, "_GOOD_FOR", GOOD_FOR)
    return now


def at(clock: list[float], second: float) -> int:
    clock[0] = 100.0 + second
    return kept_for(eyes.eyes(), found)


def test_a_program_that_looks_for_days_asks_anew_after_a_second(clock: list[float]) -> None:
    with acting_for_installation():
        assert [at(clock, second) for second in (0, 0.9, 10, 10.5, 1000, 1000.2)] == [1, 1, 2, 2, 3, 3]


def test_a_page_asks_once(clock: list[float]) -> None:
    with viewing(None):
        assert [at(clock, second) for second in (0, 5, 50)] == [1, 1, 1]


def test_each_page_asks_anew(clock: list[float]) -> None:
    for expected in (1, 2):
        with viewing(None):
            assert at(clock, 0) == expected


@pytest.mark.parametrize("looking", [lambda: viewing(None), acting_for_installation])
def test_a_compartment_that_changes_here_is_asked_for_at_once(looking: type, clock: list[float]) -> None:
    with looking():
        assert at(clock, 0) == 1
        compartments_changed()
        assert at(clock, 0) == 2


def test_a_step_of_the_machine_keeps_nothing(clock: list[float]) -> None:
    with machine_sees_all():
        assert [at(clock, 0), at(clock, 0)] == [1, 2]


def test_that_there_is_nothing_is_kept_too(clock: list[float]) -> None:
    def nothing() -> None:
        asked.append(1)

    with viewing(None):
        assert [kept_for(eyes.eyes(), nothing) for _time in range(3)] == [None] * 3
    assert len(asked) == 1
