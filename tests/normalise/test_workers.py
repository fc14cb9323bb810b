"""Worker processes: one that dies is replaced, two in a row are an error of one sentence, nothing ever hangs."""

from __future__ import annotations

import os
import signal
import threading
import time
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest

from soken.core.errors import EnvironmentProblemError
from soken.normalise import workers
from soken.normalise.columns import TASKS
from soken.normalise.workers import Workers

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_VALUES = 90


@pytest.fixture
def crew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workers]:
    """Two processes that take ten values at a time."""
    monkeypatch.setattr(workers, "CHUNK", 10)
    monkeypatch.setattr(workers, "WORTHWHILE", 1)
    with Workers(tmp_path, 2) as made:
        yield made


def mails() -> pa.Table:
    return pa.table({"id": list(range(_VALUES)), "email": [f"A{number}@example.com" for number in range(_VALUES)]})


def kill_one(crew: Workers) -> None:
    process = crew._processes[0]
    os.kill(process.pid, signal.SIGKILL)
    process.wait(10)


def test_a_process_that_dies_between_jobs_is_replaced(crew: Workers) -> None:
    expected = TASKS["mails"](mails(), {})
    assert crew.run("mails", mails(), {}, lambda _count: None).equals(expected)
    kill_one(crew)
    told: list[int] = []
    assert crew.run("mails", mails(), {}, told.append).equals(expected)
    assert sum(told) == _VALUES


def test_a_process_that_is_killed_at_its_work_has_it_done_by_another(crew: Workers) -> None:
    told: list[int] = []

    def killing(count: int) -> None:
        told.append(count)
        if len(told) == 2:
            kill_one(crew)

    assert crew.run("mails", mails(), {}, killing).equals(TASKS["mails"](mails(), {}))
    assert sum(told) == _VALUES


def test_processes_that_keep_dying_are_one_clear_error(crew: Workers, tmp_path: Path) -> None:
    problem: list[BaseException] = []

    def run() -> None:
        try:
            crew.run("no such task", mails(), {}, lambda _count: None)
        except EnvironmentProblemError as one:
            problem.append(one)

    thread = threading.Thread(target=run, daemon=True)
    started = time.monotonic()
    thread.start()
    thread.join(60)
    assert not thread.is_alive(), f"still waiting after {time.monotonic() - started:.0f} s"
    assert "Two worker processes of normalise ended" in str(problem[0])
    assert "4 GiB" in str(problem[0])
    assert "\n" not in str(problem[0])


def test_no_process_is_left_behind(crew: Workers) -> None:
    crew.run("mails", mails(), {}, lambda _count: None)
    kill_one(crew)
    crew.run("mails", mails(), {}, lambda _count: None)
    left = list(crew._processes)
    crew.close()
    assert [process.poll() is None for process in left] == [False, False]


def test_short_tables_need_no_process(tmp_path: Path) -> None:
    crew: Any = Workers(tmp_path, 2)
    crew.run("mails", mails(), {}, lambda _count: None)
    assert crew._processes == []
