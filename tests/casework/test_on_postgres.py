"""The case database on PostgreSQL: migrations, the list of persons and the pages give what they give on SQLite."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
#: Run once more, there: what talks to the database most.
AGAIN = [
    "tests/casework/test_jobs.py",
    "tests/casework/test_hand_in.py",
    "tests/casework/test_boards.py",
    "tests/casework/test_notes_tasks.py",
    "tests/casework/test_old_cases.py",
    "tests/casework/test_clocks.py",
    "tests/casework/test_warrants.py",
    "tests/casework/test_squads.py",
    "tests/casework/test_lines_of_enquiry.py",
    "tests/casework/test_link_graph.py",
    "tests/casework/test_selectors_persons.py",
    "tests/casework/test_dossier_acts.py",
    "tests/casework/test_dossier_at_once.py",
    "tests/casework/test_stage_lock.py",
    "tests/casework/test_bulk.py",
    "tests/casework/test_priority.py",
    "tests/casework/test_safety.py",
    "tests/casework/test_review_queue.py",
    "tests/casework/test_review_queue_persons.py",
    "tests/casework/test_review_queue_at_once.py",
    "tests/desk/test_search.py",
    "tests/desk/test_priority_pages.py",
    "tests/desk/test_dossier_page.py",
    "tests/desk/test_pages.py",
    "tests/casework/test_ownership.py",
    "tests/casework/test_transfers_elsewhere.py",
    "tests/casework/test_transfers_strangers.py",
]

pytestmark = pytest.mark.postgres


def _programs() -> Path | None:
    """The folder with initdb and pg_ctl: on PATH, or where Debian puts them."""
    on_path = shutil.which("pg_ctl")
    if on_path and shutil.which("initdb"):
        return Path(on_path).parent
    return next((one.parent for one in sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"), reverse=True)), None)


def _as_its_user(*command: str | Path) -> None:
    """Run a server program; not as root, which PostgreSQL refuses."""
    prefix = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    done = subprocess.run([*prefix, *map(str, command)], cwd="/", capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The address of a server of our own, empty, on a free port; gone afterwards."""
    programs = _programs()
    if programs is None:
        reason = "NO POSTGRESQL FOUND: the case database was tested on SQLite only"
        if os.environ.get("SOKEN_REQUIRE_ALL") == "1":
            pytest.fail(f"SOKEN_REQUIRE_ALL=1, and {reason}; install it (Debian, Ubuntu: apt install postgresql).")
        pytest.skip(reason)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder = Path(tempfile.mkdtemp(prefix="soken-postgres-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    data = folder / "data"
    options = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={folder} -c fsync=off"
    try:
        _as_its_user(
            programs / "initdb", "-D", data, "-U", "postgres", "--locale=C.UTF-8", "-E", "UTF8", "-A", "trust", "-N"
        )
        _as_its_user(programs / "pg_ctl", "-D", data, "-l", folder / "log", "-o", options, "-w", "start")
        try:
            yield f"postgresql://postgres@127.0.0.1:{port}/postgres"
        finally:
            _as_its_user(programs / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def test_the_same_tests_pass_on_postgresql(server: str) -> None:
    """In a process of its own, because Django reads the address of its database once at start."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:cov", *AGAIN],
        cwd=ROOT,
        env={**os.environ, "SOKEN_DATABASE_URL": server, "PYTEST_ADDOPTS": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    assert "SQLite's own plan" in done.stdout, "the one test that only SQLite can pass must have been skipped"
