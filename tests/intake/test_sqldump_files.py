"""Text dumps as files: their encodings, how large they may be, and how they are recognised."""

from __future__ import annotations

import re
import time

import pytest

from soken.core.errors import BadInputError
from soken.intake.events import RowBatch, Source
from soken.intake.formats.sqldump import SqlDumpReader
from tests.intake.told import Told, told

READER = SqlDumpReader()
MYSQL_HEAD = "-- MySQL dump 10.13\n/*!40101 SET NAMES utf8mb4 */;\n"
PG_HEAD = "--\n-- PostgreSQL database dump\n--\nSET client_encoding = 'UTF8';\nSET standard_conforming_strings = on;\n"
CREATE = "CREATE TABLE `t` (\n  `id` int NOT NULL,\n  `a` varchar(255),\n  `b` text,\n"
CREATE += "  PRIMARY KEY (`id`)\n) ENGINE=InnoDB;\n"


def sql(text: str) -> Told:
    return told(READER, text.encode(), "dump.sql")


# -- encodings --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("codec", "declared"),
    [
        ("utf-8", "utf8mb4"),
        ("utf-8-sig", "utf8"),
        ("utf-16", "utf8"),
        ("cp932", "cp932"),
        ("cp932", ""),
        ("euc_jp", "ujis"),
        ("euc_jp", ""),
        ("utf-8", "latin1"),
    ],
)
def test_encodings_with_characters_whose_second_byte_is_a_backslash(codec: str, declared: str) -> None:
    head = f"SET NAMES {declared};\n" if declared else ""
    tuples = ["(1,'表','ソ')", r"(2,'能\'','予')", "(3,'山田','十')"]
    text = head + CREATE + "INSERT INTO `t` VALUES " + ",".join(tuples) + ";\n"
    got = told(READER, text.encode(codec))
    assert got.aside == []
    assert got.rows == [("1", "表", "ソ"), ("2", "能'", "予"), ("3", "山田", "十")]
    plain = codec.removesuffix("-sig") if codec != "utf-16" else "utf-16-le"
    assert [got.raw(i).decode(plain) for i in range(3)] == tuples
    assert READER.recognises(got.data[:65536], _source_of(got))


@pytest.mark.parametrize("declared", ["ujis", ""])
def test_euc_jp_dumps_with_the_makers_characters(declared: str) -> None:
    text = "CREATE TABLE t (a text, b text);\nINSERT INTO t VALUES ('@','山田'),('x','@@'),('川','z');\n"
    head = f"SET NAMES {declared};\n" if declared else ""
    # ① and ㈱ in the row of makers' characters, which Python's euc_jp refuses
    data = (head + text).encode("euc_jp").replace(b"@@", b"\xad\xea").replace(b"@", b"\xad\xa1")
    got = told(READER, data)
    assert (got.aside, got.rows) == ([], [("①", "山田"), ("x", "㈱"), ("川", "z")])
    assert got.raw(1) == b"('x','\xad\xea')"


def test_a_dump_in_iso_2022_jp() -> None:
    got = told(READER, "INSERT INTO t (a, b) VALUES ('山田太郎','x'),('表','能');\n".encode("iso2022_jp"))
    assert (got.aside, got.rows) == ([], [("山田太郎", "x"), ("表", "能")])


def _source_of(got: Told) -> Source:
    import tempfile

    with tempfile.NamedTemporaryFile(delete=False) as file:
        file.write(got.data)
    return Source(file.name, "", "dump.sql")


def test_a_row_with_bytes_that_are_no_text_is_set_aside_alone() -> None:
    dump = (
        (MYSQL_HEAD + CREATE + "INSERT INTO t VALUES (1,'山','b'),(2,'@','b'),(3,'山','b');")
        .encode()
        .replace(b"@", b"\xff\xfe")
    )
    got = told(READER, dump)
    assert ([row[0] for row in got.rows], got.reasons) == (["1", "3"], ["undecodable"])


# -- size -------------------------------------------------------------------------------------------------------------


def test_one_statement_of_many_megabytes_streams(tmp_path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "big.sql"
    one = ",".join(f"({i},'山田 太郎 \\'{i}\\'','" + "x" * 80 + "')" for i in range(1000))
    with path.open("w", encoding="utf-8") as file:
        file.write(MYSQL_HEAD + CREATE + "INSERT INTO `t` VALUES " + one)
        for _ in range(60):
            file.write("," + one)
        file.write(";\n")
    rows = 0
    for event in READER.read(Source(path, "", "big.sql")):
        if isinstance(event, RowBatch):
            rows += len(event.cells)
            assert len(event.cells) < 20_000
    assert rows == 61_000


def test_a_row_longer_than_the_limit_is_set_aside_and_the_next_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("soken.intake.formats.sqldump_values.MAX_ROW_CHARS", 200_000)
    got = sql(MYSQL_HEAD + CREATE + "INSERT INTO t VALUES (1,'a','b'),(2,'" + "x" * 1_500_000 + "','b'),(3,'c','d');")
    assert ([row[0] for row in got.rows], got.reasons) == (["1", "3"], ["too-long"])


@pytest.mark.parametrize(
    "junk",
    ["(", "('", ",(", ",(1,", ",(f(", ",('", "/*", "--", "/**/", '"', ");\n", "\\", "$a$", "INSERT INTO t (/*", "`"],
)
def test_no_text_makes_the_reader_turn_in_place(junk: str) -> None:
    text = junk * (600_000 // len(junk))
    start = time.perf_counter()
    for dump in (
        CREATE + "INSERT INTO `t` VALUES (1,'a','b')," + text,
        CREATE + text + "\nINSERT INTO `t` VALUES (1,'a','b');",
    ):
        got = sql(MYSQL_HEAD + dump)
        assert ("1", "a", "b") in got.rows or got.aside or junk in ('"', "/*", "`")
    assert time.perf_counter() - start < 60


# -- recognising ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (MYSQL_HEAD, True),
        (PG_HEAD, True),
        ("-- phpMyAdmin SQL Dump\n", True),
        ("PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\nCREATE TABLE t(a);", True),
        ("INSERT INTO t VALUES (1);", True),
        ("# a comment\n\nDROP TABLE IF EXISTS a;\nCREATE TABLE a (x int);", True),
        ("id,name,mail\n1,INSERT INTO x,a@shop.example\n", False),
        ("insert,update\n1,2\n", False),
        ('{"a": "INSERT INTO t VALUES (1);"}', False),
        ("set,of,things\nCREATE TABLE, x, y\n", False),
        ("", False),
    ],
    ids=lambda value: re.sub(r"\W+", " ", str(value))[:30],
)
def test_a_dump_is_recognised_by_its_text(tmp_path, head: str, expected: bool) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "x"
    path.write_text(head, encoding="utf-8")
    assert READER.recognises(head.encode(), Source(path, "", "x")) is expected


def test_text_that_is_no_dump_is_refused_in_one_sentence() -> None:
    with pytest.raises(BadInputError, match="no table"):
        sql("-- MySQL dump\nSET NAMES utf8;\n")
