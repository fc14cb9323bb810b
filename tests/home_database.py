"""The case database of a home that a test makes: SQLite's file in it, or a database of its own on a server.

Where the tests run on a server (``./soken test --postgres``), each home has a database there that is named after its
folder, made when it is first asked for; the server goes with the tests, and the databases with it.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any, Final

import psycopg
from psycopg.conninfo import make_conninfo

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_NAMED: Final = "SOKEN_DATABASE_URL"
#: The server that the tests run on; none, and so SQLite, where it is empty.
SERVER: Final = os.environ.get(_NAMED, "")


def told_of(home: Path) -> dict[str, str]:
    """Return what the environment of a home's processes says of its database: nothing on SQLite.

    Nothing either where the test itself has named another database.
    """
    if not SERVER or os.environ.get(_NAMED) != SERVER:
        return {}
    _make(name := _name(home))
    return {_NAMED: _address(name)}


def copy_home(home: Path, to: Path) -> None:
    """Copy a home with its case database, which nobody uses meanwhile."""
    shutil.copytree(home, to)
    if SERVER:
        _make(_name(to), of=_name(home))


@contextmanager
def opened(home: Path) -> Iterator[Any]:
    """Open a home's case database from outside, as who is held to nothing; what was changed is kept at the end."""
    if SERVER:
        with psycopg.connect(make_conninfo(_address(_name(home)), user="postgres")) as con:
            yield con
    else:
        with closing(sqlite3.connect(home / "soken.sqlite3", timeout=30)) as con, con:
            yield con


def _name(home: Path) -> str:
    return f"home_{hashlib.sha256(str(home.resolve()).encode()).hexdigest()[:16]}"


def _address(name: str) -> str:
    return f"{SERVER.rpartition('/')[0]}/{name}"


def _make(name: str, *, of: str = "template1") -> None:
    """Make a database, unless it is there."""
    with psycopg.connect(SERVER, autocommit=True) as con:
        if not con.execute("select 1 from pg_database where datname = %s", [name]).fetchone():
            con.execute(f"create database {name} template {of}")
