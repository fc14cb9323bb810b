"""The case database of one file: a picture of it while others write, and a digest over every row of every table."""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from soken.core.errors import DamagedStoreError

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class TableDigest:
    """What a table holds.

    Attributes:
        rows: how many.
        sha256: over all of them, in the order of their keys.
    """

    rows: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A case database as it stood at one moment.

    Attributes:
        tables: table → what it held.
        ledger: hash of the ledger's newest entry, '' before the first.
    """

    tables: dict[str, TableDigest]
    ledger: str


def snapshot(database: Path, target: Path) -> Picture:
    """Copy a database as it stands at one moment, while it is in use; return what the copy holds.

    Raises:
        DamagedStoreError: the database, or the copy, is not whole.
    """
    with (
        closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as source,
        closing(sqlite3.connect(target)) as copy,
    ):
        source.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")
    check(target)
    return picture(target)


def picture(database: Path) -> Picture:
    """Return what a database that nobody uses holds."""
    return Picture(digests(database), ledger_head(database))


def check(database: Path) -> None:
    """Look through a database's pages.

    Raises:
        DamagedStoreError: something is wrong with them.
    """
    try:
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as con:
            said = con.execute("PRAGMA integrity_check").fetchone()[0]
    except sqlite3.DatabaseError as broken:
        raise DamagedStoreError(f"The case database in {database.name} cannot be read: {broken}.") from broken
    if said != "ok":
        raise DamagedStoreError(f"The case database in {database.name} is damaged: {said}.")


def check_same(wanted: Picture, there: Picture) -> None:
    """Compare what a database holds with what was backed up.

    Raises:
        DamagedStoreError: a table, or the head of the ledger, differs.
    """
    for table in sorted(wanted.tables.keys() | there.tables.keys()):
        if wanted.tables.get(table) != there.tables.get(table):
            raise DamagedStoreError(f"The table {table} is not what was backed up; use another copy.")
    if wanted.ledger != there.ledger:
        raise DamagedStoreError("The ledger does not end where it did when it was backed up; use another copy.")


def digests(database: Path) -> dict[str, TableDigest]:
    """Return a digest of each table, over every value of every row."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as con:
        con.text_factory = bytes
        names = [
            name.decode()
            for (name,) in con.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
            if not name.startswith(b"sqlite_")
        ]
        return {name: _digest(con, name) for name in names}


def ledger_head(database: Path) -> str:
    """Return the hash of the newest entry of the ledger, '' before the first."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as con:
        found = con.execute("SELECT hash FROM ledger_entry ORDER BY seq DESC LIMIT 1").fetchone()
    return str(found[0]) if found else ""


def _digest(con: sqlite3.Connection, table: str) -> TableDigest:
    """Return the digest of one table."""
    quoted = '"' + table.replace('"', '""') + '"'
    keyed = con.execute(f"PRAGMA table_list({quoted})").fetchone()
    # A table without rowid is ordered by its key already.
    order = "" if keyed and keyed[4] else " ORDER BY rowid"
    whole, rows = hashlib.sha256(), 0
    for row in con.execute(f"SELECT * FROM {quoted}{order}"):
        whole.update(repr(row).encode())
        rows += 1
    return TableDigest(rows, whole.hexdigest())
