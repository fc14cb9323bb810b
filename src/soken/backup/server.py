"""The case database on a PostgreSQL server: dumped as of one moment while others write, and put into an empty database.

``pg_dump`` reads what a transaction of ours sees: the digests are taken in that transaction, and are of the very rows
that are dumped.
"""

from __future__ import annotations

import hashlib
import os
import subprocess  # nosec B404  # PostgreSQL's own programs
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from soken.backup.rows import Picture, TableDigest
from soken.core.errors import EnvironmentProblemError, RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

#: The same for PostgreSQL's programs.
_WHOLE: Final = "-c soken.operations=* -c soken.protected=on"
_BATCH: Final = 5_000
#: What a row looks like as text must not depend on who asks.
_FORMS: Final = (
    "set timezone to 'UTC'", "set datestyle to 'ISO, YMD'", "set intervalstyle to 'iso_8601'",
    "set bytea_output to 'hex'", "set extra_float_digits to 1", "set search_path to public",
    # A backup is whole, whoever the tables' rows are bound to: this is a step of the machine.
    "set soken.operations to '*'", "set soken.protected to 'on'",
)  # fmt: skip
#: Parts of an address → the environment that tells PostgreSQL's programs: no list of processes shows a password.
_TOLD: Final = {
    "host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "dbname": "PGDATABASE",
    "password": "PGPASSWORD",  # nosec B105  # the name of a variable
    "sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT", "sslcert": "PGSSLCERT", "sslkey": "PGSSLKEY",
    "passfile": "PGPASSFILE", "connect_timeout": "PGCONNECT_TIMEOUT",
}  # fmt: skip


def dump(url: str, target: Path) -> Picture:
    """Dump a database as it stands at one moment, while it is in use; return what is in the dump.

    Args:
        url: its address.
        target: a file that does not exist yet.

    Raises:
        EnvironmentProblemError: the server is not reached, or ``pg_dump`` is missing or fails.
    """
    with _connected(url) as con, con.transaction():
        con.execute("set transaction isolation level repeatable read, read only")
        moment = str(_one(con, "select pg_export_snapshot()"))
        _told("pg_dump", url, "--format=custom", f"--snapshot={moment}", "--no-owner", "--no-privileges",
              "--enable-row-security", f"--file={target}")  # fmt: skip
        return _picture(con)


@contextmanager
def loaded(url: str, source: Path) -> Iterator[Picture]:
    """Put a dump into an empty database; give what it holds then. Left by an error, the database is empty again.

    Raises:
        RefusedError: the database is not empty.
        EnvironmentProblemError: the server is not reached, or ``pg_restore`` is missing or fails.
    """
    with _connected(url) as con:
        if _tables(con):
            raise RefusedError("The database is not empty; a backup is put back only into one with nothing in it.")
    try:
        _told("pg_restore", url, "--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges",
              f"--dbname={conninfo_to_dict(url).get('dbname', '')}", str(source))  # fmt: skip
        with _connected(url) as con:
            found = _picture(con)
        yield found
    except BaseException:
        with _connected(url) as con:
            con.execute("drop schema public cascade")
            con.execute("create schema public")
        raise


def _picture(con: psycopg.Connection[Any]) -> Picture:
    """Return what a database holds as a connection sees it."""
    tables = {name: _digest(con, name) for name in _tables(con)}
    head = _one(con, "select hash from ledger_entry order by seq desc limit 1") if "ledger_entry" in tables else None
    return Picture(tables, str(head or ""))


def _tables(con: psycopg.Connection[Any]) -> list[str]:
    """Return the names of the tables."""
    found = con.execute("select tablename from pg_tables where schemaname = 'public' order by tablename").fetchall()
    return [name for (name,) in found]


def _digest(con: psycopg.Connection[Any], table: str) -> TableDigest:
    """Return the digest of one table: of its rows as text, in the order of the text."""
    whole, rows = hashlib.sha256(), 0
    with con.transaction(), con.cursor(name="digest") as cursor:
        cursor.itersize = _BATCH
        asked = sql.SQL('select t::text from {} t order by t::text collate "C"')
        for (row,) in cursor.execute(asked.format(sql.Identifier(table))):
            whole.update(row.encode() + b"\n")
            rows += 1
    return TableDigest(rows, whole.hexdigest())


@contextmanager
def _connected(url: str) -> Iterator[psycopg.Connection[Any]]:
    """A connection that commits each statement, and shows every row in one form.

    Raises:
        EnvironmentProblemError: the server is not reached.
    """
    try:
        con = psycopg.connect(url, autocommit=True)
    except psycopg.OperationalError as problem:
        raise EnvironmentProblemError(f"The PostgreSQL server is not reached: {str(problem).strip()}.") from problem
    with con:
        for form in _FORMS:
            con.execute(form)
        yield con


def _one(con: psycopg.Connection[Any], asked: str) -> Any:
    """Return the one value that a query gives, None for no row."""
    found = con.execute(asked).fetchone()
    return found[0] if found else None


def _told(program: str, url: str, *words: str) -> None:
    """Run one of PostgreSQL's own programs.

    Raises:
        EnvironmentProblemError: it is missing, or fails.
    """
    given = conninfo_to_dict(url)
    environment = (
        os.environ | {"PGOPTIONS": _WHOLE} | {_TOLD[name]: str(value) for name, value in given.items() if name in _TOLD}
    )
    try:
        done = subprocess.run(  # noqa: S603 (PostgreSQL's own programs)  # nosec B603
            [program, *words], env=environment, capture_output=True, text=True, check=False
        )
    except FileNotFoundError as missing:
        raise EnvironmentProblemError(
            f"{program} is missing: install PostgreSQL's client programs, of the server's version or newer."
        ) from missing
    if done.returncode:
        said = done.stderr.strip().splitlines() or ["it does not say why"]
        raise EnvironmentProblemError(f"{program} failed: {said[0]}; nothing was kept.")
