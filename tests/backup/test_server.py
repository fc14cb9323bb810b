"""A case database on PostgreSQL is backed up while others write, and put back elsewhere with every row compared."""

from __future__ import annotations

import json
import shutil
import threading
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import psycopg
import pytest
from psycopg.conninfo import make_conninfo
from pyrage import x25519

from soken.backup.archive import DUMP, Backup, write_backup
from soken.backup.unpack import read_backup
from soken.core.errors import DamagedStoreError, EnvironmentProblemError, RefusedError
from soken.core.home import Home, open_home
from tests.commands.homes import Soken
from tests.commands.test_doctor import LIST
from tests.on_postgres import postgres_server, whom_rows_bind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.postgres
KEY = x25519.Identity.generate()
TABLES = """
create table person (code text primary key, age int, photo bytea, seen timestamptz, weight double precision);
create table ledger_entry (seq int primary key, hash text);
create table left_hand (n int);
create table right_hand (n int);
insert into ledger_entry values (1, 'abc');
"""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The address of a server as one who may make databases and is held to row-level security."""
    with postgres_server() as superuser:
        yield whom_rows_bind(superuser)


@pytest.fixture
def databases(server: str) -> Iterator[tuple[str, str]]:
    """Addresses of two empty databases."""
    names = [f"{which}_{uuid4().hex[:8]}" for which in ("one", "two")]
    with psycopg.connect(server, autocommit=True) as con:
        for name in names:
            con.execute(f"create database {name}")
    yield make_conninfo(server, dbname=names[0]), make_conninfo(server, dbname=names[1])
    with psycopg.connect(server, autocommit=True) as con:
        for name in names:
            con.execute(f"drop database {name} with (force)")


@pytest.fixture
def filled(databases: tuple[str, str]) -> str:
    with psycopg.connect(databases[0]) as con:
        con.execute(TABLES)
        con.cursor().executemany(
            "insert into person values (%s, %s, %s, now(), 0.1)", [(f"P-{at}", at, b"\0\xff") for at in range(500)]
        )
    return databases[0]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = open_home(tmp_path / "home")
    (made.evidence / "E-1").mkdir()
    (made.evidence / "E-1" / "original").write_bytes(b"seized")
    return made


def backed_up(home: Home, out: Path, server: str) -> Backup:
    return write_backup(
        home, out, recipient=str(KEY.to_public()), keys=False, made_at="2026-11-28T00:00:00+00:00", tool="test",
        advance=lambda _n: None, server=server,
    )  # fmt: skip


def put_back(file: Path, target: Path, server: str, **said: Any) -> Backup:
    return read_backup(file, target, identity=str(KEY), advance=lambda _n: None, server=server, **said)


def rows(url: str, table: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(url) as con:
        return con.execute(f"select * from {table} order by 1").fetchall()


def test_every_row_and_file_comes_back_elsewhere(
    filled: str, databases: tuple[str, str], home: Home, tmp_path: Path
) -> None:
    made = backed_up(home, tmp_path / "b", filled)
    found = put_back(tmp_path / "b", tmp_path / "new", databases[1])
    assert (found.rows, found.ledger) == (made.rows, made.ledger) == (501, "abc")
    for table in ("person", "ledger_entry"):
        assert rows(databases[1], table) == rows(databases[0], table)
    assert (tmp_path / "new" / "evidence" / "E-1" / "original").read_bytes() == b"seized"
    assert not (tmp_path / "new" / DUMP).exists()


def test_what_is_backed_up_is_of_one_moment_while_others_write(
    filled: str, databases: tuple[str, str], home: Home, tmp_path: Path
) -> None:
    stop, wrote = threading.Event(), threading.Event()

    def write() -> None:
        with psycopg.connect(filled, autocommit=True) as con:
            number = 0
            while not stop.is_set():
                with con.transaction():
                    con.execute("insert into left_hand values (%s)", [number])
                    con.execute("insert into right_hand values (%s)", [number])
                number += 1
                wrote.set()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert wrote.wait(30)
        backed_up(home, tmp_path / "b", filled)
    finally:
        stop.set()
        writer.join()
    put_back(tmp_path / "b", tmp_path / "new", databases[1])
    left, right = rows(databases[1], "left_hand"), rows(databases[1], "right_hand")
    assert left == right
    assert 0 < len(left) < len(rows(filled, "left_hand"))


def test_a_database_that_holds_something_is_not_written_to(filled: str, home: Home, tmp_path: Path) -> None:
    backed_up(home, tmp_path / "b", filled)
    with pytest.raises(RefusedError, match="not empty"):
        put_back(tmp_path / "b", tmp_path / "new", filled)
    assert len(rows(filled, "person")) == 500
    assert not (tmp_path / "new").exists()


def test_a_backup_of_a_server_wants_a_database(filled: str, home: Home, tmp_path: Path) -> None:
    backed_up(home, tmp_path / "b", filled)
    with pytest.raises(RefusedError, match="--database"):
        put_back(tmp_path / "b", tmp_path / "new", "")
    assert not (tmp_path / "new").exists()


def test_where_something_differs_neither_folder_nor_database_is_filled(
    filled: str, databases: tuple[str, str], home: Home, tmp_path: Path
) -> None:
    backed_up(home, tmp_path / "b", filled)

    def damaged(_folder: Path) -> None:
        assert len(rows(databases[1], "person")) == 500
        raise DamagedStoreError("an original differs")

    with pytest.raises(DamagedStoreError, match="an original differs"):
        put_back(tmp_path / "b", tmp_path / "new", databases[1], check_also=damaged)
    assert rows(databases[1], "pg_tables where schemaname = 'public'") == []
    assert not (tmp_path / "new").exists()
    put_back(tmp_path / "b", tmp_path / "new", databases[1])


def test_a_server_that_is_not_there_is_said_in_a_sentence(home: Home, tmp_path: Path) -> None:
    with pytest.raises(EnvironmentProblemError, match="is not reached"):
        backed_up(home, tmp_path / "b", "postgresql://nobody@127.0.0.1:1/none?connect_timeout=2")
    assert list(tmp_path.glob("b*")) == []


def test_an_installation_on_a_server_is_backed_up_and_put_back_by_its_commands(
    databases: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOKEN_DATABASE_URL", address(databases[0]))
    soken = Soken(tmp_path / "home")
    (tmp_path / "list.csv").write_text(LIST, encoding="utf-8")
    soken("operation", "new", "op")
    soken("intake", tmp_path / "list.csv", "--operation", "op")
    (tmp_path / "secret").write_text(f"{KEY}\n")
    made = json.loads(soken("backup", "--out", tmp_path / "b", "--to", KEY.to_public(), "--with-keys", "--json").stdout)
    shutil.rmtree(tmp_path / "home")
    monkeypatch.setenv("SOKEN_DATABASE_URL", address(databases[1]))
    there = Soken(tmp_path / "new")
    told = json.loads(
        there("restore", tmp_path / "b", "--home", tmp_path / "new", "--identity", tmp_path / "secret", "--json").stdout
    )
    assert (told["rows_compared"], told["ledger"]) == (made["rows"], made["ledger"])
    assert json.loads(there("ledger", "verify", "--json").stdout)["whole"]
    assert json.loads(there("doctor", "--json").stdout)["ok"]
    # It goes on from where it was: numbers given from now on are new ones.
    there("operation", "new", "another")
    assert json.loads(there("ledger", "verify", "--json").stdout)["whole"]


def address(conninfo: str) -> str:
    """A database's address as the settings want it."""
    said = psycopg.conninfo.conninfo_to_dict(conninfo)
    return f"postgresql://{said['user']}@{said['host']}:{said['port']}/{said['dbname']}"
