"""Tuples read many at once: the same rows at the same places as tuple by tuple, whatever stands in them."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from soken.intake.formats import sqldump_values
from soken.intake.formats.sqldump import SqlDumpReader
from soken.intake.formats.sqldump_columns import TupleColumns
from soken.intake.formats.sqldump_literals import MYSQL, STANDARD, Dialect
from tests.intake.test_sqldump import TEXTS, VALUES, mysql_text, standard_text
from tests.intake.told import Told, told

SEPARATORS = [",", ",\n", ", ", ",\r\n\t"]
BROKEN = [
    *["(1,'a'", "(1,'x'y','b')", "(1,'a','b','c')", "(1,,'b')", "(1,'a' 'b','c')", "(1,5-3,'b')", "(1,NUL,'b')"],
    *["(1,LNUL,'b')", "(1 2,'a','b')", "(1,_utf8'a','b')", "(1,0x41,'b')", "(1,b'0','b')", "(1,\"a\",'b')"],
    *["(1,/* ' */'a','b')", "(,'a','b')", "(1,'a',)", "(1,'a'),'b')", "(1,NOW(),'b')", "(1,'a\0','b')"],
]
ODD = ["(2,'it''s','b')", "(3,NULL,'')", "(-4.5,'\\'','\\\\')"]


def read_both_ways(data: bytes) -> tuple[Told, Told]:
    """Read a dump with columns wherever there are two rows, and without."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sqldump_values, "_LEAST_CHARS", 1)
        fast = told(SqlDumpReader(), data, "dump.sql")
        patch.setattr(sqldump_values, "_LEAST_CHARS", 10**12)
        return fast, told(SqlDumpReader(), data, "dump.sql")


def assert_alike(data: bytes) -> Told:
    fast, slow = read_both_ways(data)
    assert fast.tables == slow.tables
    assert fast.places == slow.places
    assert fast.order == slow.order
    assert [replace(one) for one in fast.aside] == [replace(one) for one in slow.aside]
    return fast


def dump(rows: list[str], between: str, end: str = ";\n") -> str:
    made = "CREATE TABLE `t` (`id` int, `a` text, `b` text, PRIMARY KEY (`id`));\nINSERT INTO `t` VALUES\n"
    return made + between.join(rows) + end


@given(
    st.lists(st.tuples(VALUES, VALUES), min_size=3, max_size=12),
    st.sampled_from(SEPARATORS),
    st.sampled_from(["utf-8", "cp932", "euc_jp"]),
    st.sampled_from([",", ", "]),
)
@settings(max_examples=150, deadline=None)
def test_rows_of_mysql_are_the_same_by_columns(
    rows: list[tuple[str | None, str | None]], between: str, encoding: str, comma: str
) -> None:
    written = [f"({at}{comma}{mysql_text(a)}{comma}{mysql_text(b)})" for at, (a, b) in enumerate(rows)]
    assert_alike(dump(["(0,'佐藤 太郎','架空')", *written], between).encode(encoding, "replace"))


@given(st.lists(st.tuples(VALUES, TEXTS), min_size=3, max_size=12), st.sampled_from(SEPARATORS))
@settings(max_examples=100, deadline=None)
def test_rows_of_postgresql_are_the_same_by_columns(rows: list[tuple[str | None, str]], between: str) -> None:
    written = [f"({at},{standard_text(a)},{standard_text(b)})" for at, (a, b) in enumerate(rows)]
    assert_alike(("SET client_encoding = 'UTF8';\n" + dump(["(0,'a','b')", *written], between)).encode())


@given(
    st.lists(
        st.sampled_from([*BROKEN, "(2,'it''s','b')", "(3,NULL,'')", "(-4.5,'\\'','\\\\')"]), min_size=1, max_size=6
    ),
    st.integers(0, 6),
)
@settings(max_examples=200, deadline=None)
@example(["(1,'a),(2,b','c')"], 1)
@example(["(1,'x'y','b')", "(1,'x'y','b')"], 0)
def test_damaged_and_odd_rows_are_the_same_by_columns(odd: list[str], at: int) -> None:
    rows = [f"({number},'佐藤','{number}')" for number in range(8)]
    rows[at + 1 : at + 1] = odd
    assert_alike(dump(rows, ",").encode())
    assert_alike(dump(rows, ",", "").encode())


@pytest.mark.parametrize("odd", BROKEN)
@pytest.mark.parametrize("dialect", [MYSQL, STANDARD], ids=["mysql", "standard"])
def test_what_is_in_doubt_is_left_to_the_careful_way(odd: str, dialect: Dialect) -> None:
    if odd == "(1,'a'),'b')":
        odd = "(1,'a'),('b')"
    assert TupleColumns(dialect, 3, "utf-8").read(f"(0,'a','b'),{odd},(2,'c','d')") is None


def test_plain_rows_are_indeed_read_by_columns() -> None:
    rows = ",\n".join(f"({at}, '佐藤 太郎', 'it\\'s \\\\ \\n', NULL, -1.5)" for at in range(100))
    found = TupleColumns(MYSQL, 5, "cp932").read(rows)
    assert found is not None
    assert [column[7].as_py() for column in found.columns] == ["7", "佐藤 太郎", "it's \\ \n", None, "-1.5"]
    raw = rows.encode("cp932")
    assert raw[found.starts[7] : found.ends[7]].decode("cp932") == rows.splitlines()[7].rstrip(",")
    assert list(found.lines[:3]) == [0, 1, 2]


def test_many_odd_rows_do_not_make_the_fast_way_slow() -> None:
    """Columns tried again and again on the same text would take time that grows with its square."""
    started = time.perf_counter()
    rows = [f"({at},0x41,'b')" if at % 2 else f"({at},'a','b')" for at in range(20_000)]
    assert len(told(SqlDumpReader(), dump(rows, ",").encode(), "d.sql").rows) == 20_000
    assert time.perf_counter() - started < 5
