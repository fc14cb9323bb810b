"""A PostgreSQL server for tests, and tests that are run once more there.

In files of their own for each group of tests, so that the groups run side by side. Everything that has a case database
runs there by ``./soken test --postgres``, which is this file as a program: what follows goes to pytest.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import psycopg
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROOT = Path(__file__).parents[1]
#: Nothing waits for the disk, which no test takes away.
_QUICK: Final = " -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
#: Where tests have a case database.
_FOLDERS: Final = ("access", "api", "backup", "browser", "casework", "commands", "desk", "ledger")
_WHOLE: Final = ("-n", "2", "--dist", "loadfile", "--no-loadscope-reorder", *(f"tests/{one}" for one in _FOLDERS))
#: What starts a server itself has shown all it can on the way.
_NOT_AGAIN: Final = "not spark and not kill and not postgres"


def _programs() -> Path | None:
    """The folder with initdb and pg_ctl: on PATH, or where Debian puts them."""
    on_path = shutil.which("pg_ctl")
    if on_path and shutil.which("initdb"):
        return Path(on_path).parent
    return next((one.parent for one in sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"), reverse=True)), None)


def is_there() -> bool:
    """Tell whether a server can be started here."""
    return _programs() is not None


def _as_its_user(*command: str | Path) -> None:
    """Run a server program; not as root, which PostgreSQL refuses."""
    prefix = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    done = subprocess.run([*prefix, *map(str, command)], cwd="/", capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@contextmanager
def postgres_server(*, durable: bool = False) -> Iterator[str]:
    """Give the address of a server of our own, empty, on a free port; gone afterwards.

    ``durable`` has it wait for the disk at each commit, as a server in use does: for measurements.
    """
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
    options = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={folder}"
    options += "" if durable else _QUICK
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


def whom_rows_bind(server: str) -> str:
    """Make a database and its owner, who is no superuser, and so is held to row-level security; return its address.

    Besides, the role of the desk (docs/how-to/postgresql.md).
    """
    with psycopg.connect(server, autocommit=True) as con:
        con.execute("create role soken login createdb")
        con.execute("create database soken owner soken")
        con.execute("create role soken_desk login")
    return server.replace("postgres@", "soken@").replace("/postgres", "/soken")


def passed_again(tests: Sequence[str]) -> str:
    """Run tests with a case database on PostgreSQL; return what pytest printed.

    In a process of its own, because Django reads the address of its database once at start. As a role that row-level
    security binds.
    """
    with postgres_server() as superuser:
        server = whom_rows_bind(superuser)
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "pytest",
                "-q",
                "-p",
                "no:cacheprovider",
                "-p",
                "no:xdist",
                "-p",
                "no:slipcover",
                # Not dropped at the end: the server goes with it.
                "--reuse-db",
                *tests,
            ],
            cwd=ROOT,
            env={**os.environ, "SOKEN_DATABASE_URL": server, "PYTEST_ADDOPTS": ""},
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    return done.stdout


def main(words: Sequence[str]) -> int:
    """Run the tests that have a case database, or those that are named, with a server; return pytest's exit code."""
    if not is_there():
        sys.exit("soken: no PostgreSQL server was found; install it (Debian, Ubuntu: apt install postgresql).")
    with postgres_server() as superuser:
        command = [sys.executable, "-m", "pytest", "-m", _NOT_AGAIN, *(words or _WHOLE)]
        environment = {**os.environ, "SOKEN_DATABASE_URL": whom_rows_bind(superuser)}
        return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
