"""Runs a command and says how long it took and how much memory it and its children held at most."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_EVERY = 0.1
_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Measured:
    """What a command did.

    Attributes:
        seconds: wall clock.
        peak_mib: greatest sum of resident memory of the command and its descendants (sampled ten times a second).
        code: exit code; None where it was stopped because its time was up.
        output: standard output.
        problem: last line of standard error where the command failed, '' otherwise.
    """

    seconds: float
    peak_mib: float
    code: int | None
    output: str
    problem: str


def run(command: Sequence[str], *, timeout: float, env: Mapping[str, str] | None = None) -> Measured:
    """Run a command to its end, or stop it with all its children after ``timeout`` seconds."""
    started = time.perf_counter()
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env, start_new_session=True
    )
    watch = _Watch(process.pid)
    watch.start()
    try:
        output, errors = process.communicate(timeout=timeout)
        code: int | None = process.returncode
    except subprocess.TimeoutExpired:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        output, errors = process.communicate()
        code = None
    seconds = time.perf_counter() - started
    watch.stop()
    lines = [line for line in errors.splitlines() if line.strip()]
    problem = f"did not finish in {timeout:.0f} s" if code is None else (lines[-1] if code and lines else "")
    return Measured(seconds, watch.peak / _MIB, code, output, problem)


def yardstick() -> float:
    """Return the seconds that a fixed piece of work takes here now: a loop in Python, then a grouping in DuckDB.

    Machines differ by a factor of two, and so does one from day to day; by this figure two sections can be compared.
    """
    started = time.perf_counter()
    sum(number * number % 7 for number in range(5_000_000))
    with duckdb.connect(config={"threads": 2}) as con:
        con.execute("SELECT max(met) FROM (SELECT count(*) AS met FROM range(4_000_000) GROUP BY md5(range::VARCHAR))")
    return time.perf_counter() - started


class _Watch(threading.Thread):
    """Samples the memory of a process and its descendants until told to stop."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._pid = pid
        self._over = threading.Event()
        self.peak = 0

    def run(self) -> None:
        """Sample until stopped."""
        while not self._over.wait(_EVERY):
            self.peak = max(self.peak, sum(_resident(pid) for pid in _family(self._pid)))

    def stop(self) -> None:
        """End the sampling."""
        self._over.set()
        self.join()


def _family(pid: int) -> list[int]:
    """Return the process and all its living descendants."""
    found = [pid]
    for parent in found:
        with contextlib.suppress(OSError):
            for task in Path(f"/proc/{parent}/task").iterdir():
                found.extend(map(int, (task / "children").read_text().split()))
    return found


def _resident(pid: int) -> int:
    """Return the resident memory of one process in bytes, 0 if it is gone."""
    with contextlib.suppress(OSError, IndexError):
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return 0
