"""Text dumps: every row that is written is read, what is broken costs itself only, nothing is executed."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from soken.core.errors import BadInputError
from soken.intake.formats.sqldump import SqlDumpReader
from tests.intake.told import Told, told

READER = SqlDumpReader()

#: Text that looks like what surrounds it.
NASTY = [
    "'",
    "\\",
    '"',
    "\n",
    "\r\n",
    "\t",
    ";",
    ");\n",
    "),(",
    "--",
    "-- x",
    "/*",
    "*/",
    "#",
    "NULL",
    "\\N",
    "\\.",
    "`",
    "$$",
]
TEXTS = st.one_of(
    st.lists(st.sampled_from([*NASTY, "山田", "カナ", "ｶﾅ", "𠮷", "表", "a", " ", ",", "(", ")", "0"]), max_size=8).map(
        "".join
    ),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12),
)
VALUES = st.one_of(st.none(), TEXTS)


def sql(text: str) -> Told:
    return told(READER, text.encode(), "dump.sql")


def mysql_text(value: str | None) -> str:
    if value is None:
        return "NULL"
    for char, escaped in (("\\", "\\\\"), ("'", "\\'"), ("\n", "\\n"), ("\r", "\\r"), ("\0", "\\0"), ("\x1a", "\\Z")):
        value = value.replace(char, escaped)
    return f"'{value}'"


def standard_text(value: str | None) -> str:
    return "NULL" if value is None else "'" + value.replace("'", "''") + "'"


def copy_text(value: str | None) -> str:
    if value is None:
        return "\\N"
    for char, escaped in (("\\", "\\\\"), ("\t", "\\t"), ("\n", "\\n"), ("\r", "\\r")):
        value = value.replace(char, escaped)
    return value


MYSQL_HEAD = "-- MySQL dump 10.13\n/*!40101 SET NAMES utf8mb4 */;\n"
CREATE = "CREATE TABLE `t` (\n  `id` int NOT NULL,\n  `a` varchar(255),\n  `b` text,\n"
CREATE += "  PRIMARY KEY (`id`)\n) ENGINE=InnoDB;\n"
PG_HEAD = "--\n-- PostgreSQL database dump\n--\nSET client_encoding = 'UTF8';\nSET standard_conforming_strings = on;\n"


# -- round trips ------------------------------------------------------------------------------------------------------


@given(
    st.lists(st.tuples(VALUES, VALUES), min_size=1, max_size=12), st.integers(1, 5), st.sampled_from([",", ", ", ",\n"])
)
@settings(max_examples=150, deadline=None)
def test_rows_written_as_mysql_writes_them_are_read_back(
    rows: list[tuple[str | None, ...]], per: int, comma: str
) -> None:
    tuples = [f"({i},{mysql_text(a)},{mysql_text(b)})" for i, (a, b) in enumerate(rows)]
    statements = [f"INSERT INTO `t` VALUES {comma.join(tuples[i : i + per])};\n" for i in range(0, len(rows), per)]
    got = sql(MYSQL_HEAD + CREATE + "".join(statements))
    assert got.aside == []
    assert got.rows == [(str(i), a, b) for i, (a, b) in enumerate(rows)]
    assert [got.raw(i).decode() for i in range(len(rows))] == tuples
    assert [key for *_, key in got.places] == [str(i) for i in range(len(rows))]


@given(st.lists(st.tuples(VALUES, VALUES), min_size=1, max_size=12), st.integers(1, 5))
@settings(max_examples=150, deadline=None)
def test_rows_written_as_postgresql_inserts_are_read_back(rows: list[tuple[str | None, ...]], per: int) -> None:
    tuples = [f"({i}, {standard_text(a)}, {standard_text(b)})" for i, (a, b) in enumerate(rows)]
    body = "".join(f"INSERT INTO public.t VALUES {', '.join(tuples[i : i + per])};\n" for i in range(0, len(rows), per))
    got = sql(PG_HEAD + "CREATE TABLE public.t (id integer, key text, b text);\n" + body)
    assert got.aside == []
    assert got.columns == {"t": ("id", "key", "b")}
    assert got.rows == [(str(i), a, b) for i, (a, b) in enumerate(rows)]
    assert [got.raw(i).decode() for i in range(len(rows))] == tuples


@given(st.lists(st.tuples(VALUES, VALUES), min_size=1, max_size=12))
@settings(max_examples=150, deadline=None)
def test_rows_written_as_copy_lines_are_read_back(rows: list[tuple[str | None, ...]]) -> None:
    lines = [f"{copy_text(a)}\t{copy_text(b)}" for a, b in rows]
    got = sql(
        PG_HEAD + "COPY public.t (a, b) FROM stdin;\n" + "".join(f"{line}\n" for line in lines) + "\\.\n\nSELECT 1;\n"
    )
    assert got.aside == []
    assert got.rows == rows
    assert [got.raw(i).decode() for i in range(len(rows))] == lines


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_one_broken_row_costs_only_itself(data: st.DataObject) -> None:
    texts = st.text("ab山 \n", max_size=6)
    rows = data.draw(st.lists(st.tuples(texts, texts), min_size=2, max_size=8))
    broken = data.draw(st.integers(0, len(rows) - 1))
    damage = data.draw(
        st.sampled_from(
            ["('x'y,'z',1)", "(1,'un,'closed','x')", "(1 2,'a','b')", "(1,'a',)", "(1,'a';'b')", "(%,'a','b')"]
        )
    )
    tuples = [f"({i},{mysql_text(a)},{mysql_text(b)})" for i, (a, b) in enumerate(rows)]
    tuples[broken] = damage
    got = sql(MYSQL_HEAD + CREATE + "INSERT INTO `t` VALUES " + ",".join(tuples) + ";\nUNLOCK TABLES;\n")
    assert got.rows == [(str(i), a, b) for i, (a, b) in enumerate(rows) if i != broken]
    assert len(got.aside) == 1
    assert got.order.index("aside") == broken
    assert damage.encode() in got.aside[0].raw


@given(st.binary(max_size=200), st.integers(0, 400), st.booleans())
@settings(max_examples=200, deadline=None)
@example(b"((((((((((", 120, True)
@example(b"'", 150, False)
@example(b"a", 122, False)
def test_whatever_is_put_in_only_bad_input_is_ever_raised(junk: bytes, at: int, copy: bool) -> None:
    tail = "COPY t (id, a, b) FROM stdin;\n5\tx\t\\N\n\\.\n" if copy else "INSERT INTO t VALUES (5,'x',NULL);\n"
    dump = (MYSQL_HEAD + CREATE + "INSERT INTO `t` VALUES (1,'a','b'),(2,'c',NULL);\n" + tail).encode()
    with suppress(BadInputError):
        told(READER, dump[:at] + junk + dump[at:])


@given(st.integers(100, 330))
@settings(max_examples=100, deadline=None)
def test_a_dump_cut_anywhere_keeps_the_whole_rows_before_the_cut(at: int) -> None:
    tuples = [f"({i},'row {i}','山田 {i}')" for i in range(10)]
    dump = (MYSQL_HEAD + CREATE + "INSERT INTO `t` VALUES " + ",".join(tuples) + ";\n").encode()
    cut = dump[: min(at + 100, len(dump))]
    whole = [i for i, text in enumerate(tuples) if text.encode() in cut]
    got = told(READER, cut)
    assert [row[0] for row in got.rows] == [str(i) for i in whole]
    if whole and not cut.rstrip().endswith((b")", b";")):
        assert got.reasons == ["cut-off"]


# -- statements -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "read"),
    [
        pytest.param(r"'it\'s'", "it's", id="backslash quote"),
        pytest.param("'it''s'", "it's", id="doubled quote"),
        pytest.param(r"'a\\b'", "a\\b", id="backslash"),
        pytest.param(r"'a\nb\tc\rd'", "a\nb\tc\rd", id="control letters"),
        pytest.param(r"'50\%\_'", r"50\%\_", id="patterns stay escaped"),
        pytest.param(r"'\0'", "\0", id="escaped NUL"),
        pytest.param(r"'\q'", "q", id="other letters stand for themselves"),
        pytest.param('"double ""q"" \\" "', 'double "q" " ', id="double quotes are a string in MySQL"),
        pytest.param("0x41E5B1B1", "A山", id="hexadecimal that is text"),
        pytest.param("0xFF00", "0xFF00", id="hexadecimal that is no text stays as typed"),
        pytest.param("X'4142'", "AB", id="X string"),
        pytest.param("_binary 'ab'", "ab", id="binary prefix"),
        pytest.param("_utf8mb4'ab'", "ab", id="character set prefix"),
        pytest.param("N'ab'", "ab", id="national string"),
        pytest.param("null", None, id="null in small letters"),
        pytest.param("-1.50e+3", "-1.50e+3", id="number as typed"),
        pytest.param("007", "007", id="leading zeros"),
        pytest.param("TRUE", "TRUE", id="boolean"),
        pytest.param("''", "", id="empty text is not NULL"),
        pytest.param("now()", "now()", id="call stays as typed"),
        pytest.param("ST_GeomFromText('POINT(1 2)', 4326)", "ST_GeomFromText('POINT(1 2)', 4326)", id="nested call"),
        pytest.param("/* c */ 'x' -- y\n", "x", id="comments around a value"),
    ],
)
def test_values_of_mysql(written: str, read: str | None) -> None:
    got = sql(MYSQL_HEAD + CREATE + f"INSERT INTO `t` VALUES (1,{written},'next'),(2,'k','l');")
    assert got.aside == []
    assert got.rows == [("1", read, "next"), ("2", "k", "l")]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        pytest.param(r"'C:\new'", r"C:\new", id="backslash means nothing"),
        pytest.param(r"'end\'", "end\\", id="backslash before the quote"),
        pytest.param(r"E'a\nb\'c\\\x41\u5c71'", "a\nb'c\\A山", id="escape string"),
        pytest.param(r"U&'\5C71\+020BB7 \\ '''", "山𠮷 \\ '", id="characters by their numbers"),
        pytest.param(r"E'\ud842\udfb7田'", "𠮷田", id="a character in two halves"),
        pytest.param(r"E'\ud842田'", r"\ud842田", id="half a character stays as typed"),
        pytest.param(r"U&'\D842\DFB7田\DFB7'", r"𠮷田\udfb7", id="a character in two halves, by their numbers"),
        pytest.param("'x'::character varying(20)", "x", id="cast"),
        pytest.param("'{a,b}'::text[]", "{a,b}", id="array with a cast"),
        pytest.param("true", "true", id="boolean"),
        pytest.param("replace('a\\nb','\\n',char(10))", "a\nb", id="line break of sqlite3's .dump"),
    ],
)
def test_values_of_postgresql_and_sqlite(written: str, read: str) -> None:
    got = sql(PG_HEAD + f"CREATE TABLE t (id int, a text, b text);\nINSERT INTO t VALUES (1, {written}, 'z');\n")
    assert (got.aside, got.rows) == ([], [("1", read, "z")])


@pytest.mark.parametrize(
    ("statement", "rows"),
    [
        pytest.param("INSERT INTO `t` (`b`,`id`) VALUES ('x',1);", [("1", None, "x")], id="columns in another order"),
        pytest.param("INSERT IGNORE INTO t VALUES (1,'a','b');", [("1", "a", "b")], id="insert ignore"),
        pytest.param("REPLACE INTO `t` VALUES (1,'a','b');", [("1", "a", "b")], id="replace"),
        pytest.param("insert into t values(1,'a','b')", [("1", "a", "b")], id="small letters, no end mark"),
        pytest.param("INSERT INTO shop.t VALUES (1,'a','b');", [("1", "a", "b")], id="with its schema"),
        pytest.param(
            "INSERT INTO `t` VALUES (1,'a','b') ON DUPLICATE KEY UPDATE a=';';\nINSERT INTO t VALUES (2,'c','d');",
            [("1", "a", "b"), ("2", "c", "d")],
            id="on duplicate key",
        ),
        pytest.param(
            "INSERT INTO `t` VALUES\n-- (9,'no','no'),\n(1,'a','b') /* , (8,'n','n') */ ,\n(2,'c','d');",
            [("1", "a", "b"), ("2", "c", "d")],
            id="comments between rows",
        ),
        pytest.param(
            "DELIMITER ;;\nCREATE TRIGGER x BEFORE INSERT ON t FOR EACH ROW BEGIN\n"
            "INSERT INTO t VALUES (7,'n','n');\nEND ;;\n"
            "DELIMITER ;\nINSERT INTO t VALUES (1,'a','b');",
            [("1", "a", "b")],
            id="trigger with its own delimiter",
        ),
        pytest.param(
            "CREATE TRIGGER x AFTER INSERT ON t BEGIN\n  INSERT INTO t VALUES (7,'n','n');\nEND;\n"
            "INSERT INTO t VALUES (1,'a','b');",
            [("1", "a", "b")],
            id="trigger of SQLite",
        ),
        pytest.param(
            "CREATE FUNCTION f() RETURNS void AS $b$ begin\n"
            "INSERT INTO t VALUES (7,'n','n'); end $b$ LANGUAGE plpgsql;\n"
            "INSERT INTO t VALUES (1,'a','b');",
            [("1", "a", "b")],
            id="function in dollar quotes",
        ),
        pytest.param(
            "/*!50003 CREATE TRIGGER x INSERT INTO t VALUES (7,'n','n') */;\nINSERT INTO t VALUES (1,'a','b');",
            [("1", "a", "b")],
            id="conditional comment",
        ),
        *(
            pytest.param(
                f"/*{mark} INSERT INTO `t` VALUES (1,'a','b'),(2,'c*/','d') */;\nINSERT INTO t VALUES (3,'e','f');",
                [("1", "a", "b"), ("2", "c*/", "d"), ("3", "e", "f")],
                id=f"rows in a comment that is run: {mark}",
            )
            for mark in ("!", "!40000", "!50003", "M!100100")
        ),
        pytest.param(
            "/*!40000 INSERT INTO `t` VALUES (1,'a','b'); */\n/* INSERT INTO `t` VALUES (7,'n','n'); */\n"
            "REPLACE INTO t VALUES (2,'c','d');",
            [("1", "a", "b"), ("2", "c", "d")],
            id="an end mark inside the comment that is run",
        ),
        pytest.param(
            "SET @a = 'never closed;\nINSERT INTO `t` VALUES (1,'a','b');",
            [("1", "a", "b")],
            id="a quote left open before",
        ),
        pytest.param(
            "SET NAMES utf8\nINSERT INTO `t` VALUES (1,'a','b');", [("1", "a", "b")], id="an end mark forgotten before"
        ),
        pytest.param(
            "INSERT INTO t VALUES (1,'a','b')\nINSERT INTO t VALUES (2,'c','d');",
            [("1", "a", "b"), ("2", "c", "d")],
            id="an end mark forgotten after rows",
        ),
    ],
)
def test_statements(statement: str, rows: list[tuple[str | None, ...]]) -> None:
    got = sql(MYSQL_HEAD + CREATE + statement)
    assert got.aside == []
    assert got.rows == rows


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        pytest.param("INSERT INTO t VALUES (1,'a');", "too-few-fields", id="too few"),
        pytest.param("INSERT INTO t VALUES (1,'a','b','c');", "too-many-fields", id="too many"),
        pytest.param("INSERT INTO t VALUES (1,'a','b' 'c');", "syntax", id="two values without a comma"),
        pytest.param("INSERT INTO t VALUES (1,'a','b", "cut-off", id="cut inside a text"),
        pytest.param("INSERT INTO t VALUES (1,'a','b'),", "too-few-fields", id="placeholder"),
        pytest.param("INSERT INTO t SELECT * FROM u;", "syntax", id="insert select"),
        pytest.param("INSERT INTO t SELECT '" + "x" * 2_000_000 + "';", "syntax", id="a statement of two megabytes"),
        pytest.param("INSRT INTO t VALUES (1,'a','b');", "syntax", id="misspelt"),
        pytest.param("INSERT INTO t VALUES (1,'a\0','b');", "nul-byte", id="NUL byte"),
    ],
)
def test_what_cannot_be_read_is_set_aside_and_the_rest_is_read(statement: str, reason: str) -> None:
    if statement.endswith("),"):
        got = sql(MYSQL_HEAD + CREATE + statement)
        assert (len(got.rows), got.reasons) == (1, ["cut-off"])
        return
    after = "" if reason == "cut-off" else "\nINSERT INTO t VALUES (2,'c','d');"
    got = sql(MYSQL_HEAD + CREATE + "INSERT INTO t VALUES (0,'x','y');\n" + statement + after)
    assert got.reasons == [reason]
    assert [row[0] for row in got.rows] == (["0"] if reason == "cut-off" else ["0", "2"])


def test_several_tables_may_take_turns() -> None:
    got = sql(
        "CREATE TABLE a (x int, PRIMARY KEY (x)); CREATE TABLE b (y int, z int);"
        "INSERT INTO a VALUES (1);\nINSERT INTO b VALUES (2,3);\nINSERT INTO a VALUES (4);"
    )
    assert got.tables == {"a": [("1",), ("4",)], "b": [("2", "3")]}


def test_a_column_list_with_unknown_names_makes_a_table_of_its_own() -> None:
    got = sql("CREATE TABLE a (x int);\nINSERT INTO a VALUES (1);\nINSERT INTO a (x, y) VALUES (2,3);")
    assert got.tables == {"a": [("1",)], "a#2": [("2", "3")]}


def test_a_dump_without_create_table_names_columns_from_the_list_or_by_number() -> None:
    got = sql("INSERT INTO a (`x`, `y`) VALUES (1,2);\nINSERT INTO b VALUES (3,4);\n")
    assert got.columns == {"a": ("x", "y"), "b": ("column1", "column2")}


def test_a_second_database_does_not_mix_with_the_first() -> None:
    body = "CREATE TABLE `t` (`x` int);\nINSERT INTO `t` VALUES (1);\n"
    got = sql(f"-- MySQL dump 10.13\nUSE `shop`;\n{body}USE `old`;\n{body}")
    assert got.tables == {"t": [("1",)], "old.t": [("1",)]}


def test_columns_of_create_table_with_every_trap() -> None:
    got = sql(
        "CREATE TABLE IF NOT EXISTS `shop`.`t` (\n `id` int(11) NOT NULL COMMENT 'a, (b) `c`, PRIMARY KEY (x)',\n"
        " `key` varchar(9) DEFAULT ')', -- the, end)\n `na,me` enum('a','b,c'), /* `no` int, */\n"
        " PRIMARY KEY (`id`,`key`),\n UNIQUE KEY `u` (`key`(10)),\n KEY `k` (`na,me`),"
        " CONSTRAINT `f` FOREIGN KEY (`id`) REFERENCES `u` (`id`)\n);"
        "INSERT INTO `shop`.`t` VALUES (1,'k','n');"
    )
    (columns,) = got.columns.values()
    assert columns == ("id", "key", "na,me")
    assert got.places[0][3] == "1,k"


def test_a_warning_of_the_tool_before_the_dump_is_no_row() -> None:
    got = sql(
        "mysqldump: [Warning] Using a password here can't be safe.\n"
        + MYSQL_HEAD
        + CREATE
        + "INSERT INTO t VALUES (1,'a','b');"
    )
    assert (got.aside, len(got.rows)) == ([], 1)


def test_copy_lines_that_are_wrong_are_set_aside_alone() -> None:
    got = sql(PG_HEAD + "COPY t (a, b) FROM stdin;\n1\t2\nonly\n3\t4\t5\n6\t7\n\\.\nCOPY u (c) FROM stdin;\n8\n\\.\n")
    assert got.tables == {"t": [("1", "2"), ("6", "7")], "u": [("8",)]}
    assert got.reasons == ["too-few-fields", "too-many-fields"]


@pytest.mark.parametrize(
    "end", ["3\t4", "3\t", "3", "3\t4\n"], ids=["no line end", "empty last field", "one field", "no end of data"]
)
def test_copy_data_cut_off(end: str) -> None:
    got = sql(PG_HEAD + "COPY t (a, b) FROM stdin;\n1\t2\n" + end)
    assert got.rows[0] == ("1", "2")
    assert got.reasons == ["cut-off"]
