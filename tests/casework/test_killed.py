"""``kill -9`` at random moments of intake, resolve, judgement, transfer and backup loses nothing that was acknowledged.

On SQLite and on PostgreSQL, with the evidence and every other backup encrypted. A few here; two hundred for each
database with ``./soken test -m kill``.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.on_postgres import postgres_server, whom_rows_bind

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]


def kill(folder: Path, times: int, seed: int, *server: str) -> dict[str, int]:
    """Kill so many acts; return how many of each were killed, or were acknowledged before."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.casework.killed", str(folder), str(times), str(seed), *server],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)])},
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    found: dict[str, int] = json.loads(done.stdout.splitlines()[-1])
    sys.stdout.write(f"{found}\n")
    return found


def check(found: dict[str, int], times: int) -> None:
    """Every kill is accounted for, and acts were cut off: also late, as those show that ended before their kill."""
    counted = sum(count for name, count in found.items() if " " in name)
    assert counted == times + 5
    assert sum(count for name, count in found.items() if name.endswith("killed")) >= times // 10
    ended = sum(count for name, count in found.items() if name.endswith(("acknowledged", "refused")))
    assert ended - 5 >= times // 50


@pytest.fixture
def server() -> Iterator[str]:
    """The address of a database whose role is held to row-level security."""
    with postgres_server() as superuser:
        yield whom_rows_bind(superuser)


def test_ten_kills_lose_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    check(kill(tmp_path, 10, 2026), 10)


@pytest.mark.postgres
def test_ten_killed_clients_of_a_server_lose_nothing_that_was_acknowledged(tmp_path: Path, server: str) -> None:
    check(kill(tmp_path, 10, 2026, server), 10)


@pytest.mark.kill
def test_two_hundred_kills_lose_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    check(kill(tmp_path, 200, 7), 200)


@pytest.mark.kill
@pytest.mark.postgres
def test_two_hundred_killed_clients_of_a_server_lose_nothing_that_was_acknowledged(tmp_path: Path, server: str) -> None:
    check(kill(tmp_path, 200, 7, server), 200)
