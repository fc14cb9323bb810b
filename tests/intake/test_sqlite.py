"""SQLite files: every row of every ordinary table with its key; a damaged file is refused whole."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from soken.core.errors import BadInputError
from soken.intake.events import Source
from soken.intake.formats.sqlite import SqliteReader
from tests.intake.told import Told, told

if TYPE_CHECKING:
    from pathlib import Path

READER = SqliteReader()


def database(folder: Path, *statements: str, rows: list[tuple[object, ...]] | None = None) -> bytes:
    path = folder / "made.db"
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as connection:
        for statement in statements:
            connection.executescript(statement)
        if rows:
            connection.executemany(f"INSERT INTO t VALUES ({','.join('?' * len(rows[0]))})", rows)
        connection.commit()
    return path.read_bytes()


def read(folder: Path, *statements: str) -> Told:
    return told(READER, database(folder, *statements), "shop?#% .db")


@given(
    rows=st.lists(
        st.tuples(
            st.none() | st.text(st.characters(exclude_categories=["Cs"]), max_size=12), st.integers(-(2**63), 2**63 - 1)
        ),
        max_size=20,
    )
)
@settings(max_examples=40, deadline=None)
@pytest.mark.parametrize("encoding", ["UTF-8", "UTF-16le"])
def test_rows_are_read_back(
    tmp_path_factory: pytest.TempPathFactory, encoding: str, rows: list[tuple[object, ...]]
) -> None:
    folder = tmp_path_factory.mktemp("db")
    data = database(folder, f"PRAGMA encoding = '{encoding}'; CREATE TABLE t (a TEXT, b INTEGER)", rows=rows)
    got = told(READER, data)
    assert got.aside == []
    assert got.rows == [(a, str(b)) for a, b in rows]
    assert [key for *_, key in got.places] == [str(i) for i in range(1, len(rows) + 1)]


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("NULL", None),
        ("''", ""),
        ("1", "1"),
        ("1.5", "1.5"),
        ("5000.0", "5000.0"),
        ("'007'", "007"),
        ("x'00ff'", "00ff"),
        ("x'e5b1b1'", "山"),
        ("1e300", "1e+300"),
        ("9223372036854775807", "9223372036854775807"),
        ("'a' || char(0) || 'b'", "a\0b"),
    ],
)
def test_values(tmp_path: Path, written: str, read_as: str | None) -> None:
    assert read(tmp_path, f"CREATE TABLE t (a); INSERT INTO t VALUES ({written})").rows == [(read_as,)]


def test_the_key_is_the_rowid_or_the_primary_key(tmp_path: Path) -> None:
    got = read(
        tmp_path,
        "CREATE TABLE a (n INTEGER PRIMARY KEY, x); INSERT INTO a VALUES (9, 'i'), (4, 'j');"
        "CREATE TABLE b (x TEXT, y INT, z, PRIMARY KEY (y, x)) WITHOUT ROWID;"
        "INSERT INTO b VALUES ('q', 2, 1), ('p', 1, 2);"
        'CREATE TABLE "c""d" (rowid TEXT, x); INSERT INTO "c""d" VALUES (\'r\', 1);',
    )
    assert got.tables == {"a": [("4", "j"), ("9", "i")], "b": [("p", "1", "2"), ("q", "2", "1")], 'c"d': [("r", "1")]}
    assert [key for *_, key in got.places] == ["4", "9", "1,p", "2,q", "1"]


def test_views_and_virtual_tables_are_told_but_are_no_rows(tmp_path: Path) -> None:
    got = read(
        tmp_path, "CREATE TABLE t (a); INSERT INTO t VALUES (1); CREATE VIEW v AS SELECT a FROM t; CREATE TABLE e (z)"
    )
    assert got.tables == {"t": [("1",)], "e": []}
    assert got.notes["t"]["passed over"] == "view v"


def test_a_text_that_is_no_text_is_set_aside_alone(tmp_path: Path) -> None:
    got = read(tmp_path, "CREATE TABLE t (a); INSERT INTO t VALUES ('x'), (CAST(x'ff41' AS TEXT)), ('z')")
    assert (got.rows, got.reasons, got.aside[0].key) == ([("x",), ("z",)], ["undecodable"], "2")
    assert got.order == ["row", "aside", "row"]


def test_a_database_with_a_write_ahead_log_says_so(tmp_path: Path) -> None:
    got = read(tmp_path, "PRAGMA journal_mode = WAL; CREATE TABLE t (a); INSERT INTO t VALUES (1)")
    assert "write-ahead" in got.notes["t"]["wal"]


def test_nothing_is_written_beside_the_file(tmp_path: Path) -> None:
    data = database(tmp_path, "PRAGMA journal_mode = WAL; CREATE TABLE t (a); INSERT INTO t VALUES (1)")
    folder = tmp_path / "sealed"
    folder.mkdir()
    path = folder / "original"
    path.write_bytes(data)
    path.chmod(0o400)
    list(READER.read(Source(path, "", "x.db")))
    assert [entry.name for entry in folder.iterdir()] == ["original"]
    assert path.read_bytes() == data


def _big(tmp_path: Path) -> bytes:
    return database(tmp_path, "CREATE TABLE t (a, b)", rows=[(f"name {i}", "x" * 50) for i in range(2000)])


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        pytest.param(lambda data: data[: len(data) // 2], "cut off", id="cut in half"),
        pytest.param(lambda data: data[:40], "cut off", id="cut in the header"),
        pytest.param(
            lambda data: data[:8192] + bytes(range(256)) * 16 + data[12288:], "damaged", id="a page overwritten"
        ),
        pytest.param(lambda data: data[:100] + b"\xee" * 3996 + data[4096:], "damaged", id="the schema overwritten"),
        pytest.param(
            lambda data: data[:16] + b"\x03" * 4080 + data[4096:], "damaged|cut off", id="the header overwritten"
        ),
    ],
)
def test_a_damaged_file_is_refused_whole_in_one_sentence(tmp_path: Path, damage, message: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(BadInputError, match=message):
        told(READER, damage(_big(tmp_path)))


@example(at=4077, junk=b"\x80")
@given(at=st.integers(16, 40_000), junk=st.binary(min_size=1, max_size=64))
@settings(max_examples=60, deadline=None)
def test_whatever_is_overwritten_only_bad_input_is_ever_raised(
    tmp_path_factory: pytest.TempPathFactory, at: int, junk: bytes
) -> None:
    data = _big(tmp_path_factory.mktemp("db"))
    try:
        told(READER, data[:at] + junk + data[at + len(junk) :])
    except BadInputError as error:
        assert "\n" not in error.message  # noqa: PT017 (both outcomes are right; only another error is wrong)


def test_a_database_without_a_table_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="without a table"):
        read(tmp_path, "CREATE TABLE t (a); DROP TABLE t")
