"""Tuples read many at once: the same rows at the same places as tuple by tuple, whatever stands in them."""

from __future__ import annotations

import io
import time
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from soken.intake.formats import sqldump_copy, sqldump_values, text_window
from soken.intake.formats.sqldump import SqlDumpReader
from soken.intake.formats.sqldump_columns import TupleColumns
from soken.intake.formats.sqldump_literals import MYSQL, STANDARD, Dialect
from soken.intake.formats.text_window import TextWindow
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


@pytest.fixture(params=[1, 10**9], ids=["by columns", "with care"])
def either_way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqldump_values, "_LEAST_CHARS", request.param)
    monkeypatch.setattr(sqldump_copy, "_LEAST_CHARS", request.param)


@pytest.mark.usefixtures("either_way")
@pytest.mark.parametrize(
    "letters", [b"\xad\xe2", b"\xf9\xac", b"\xad\xe2\xf9\xac\xad\xa1", b"\x8f\xa2\xf1\xad\xe2", b"\x8f\xa2\xb7"]
)
def test_what_the_makers_write_in_two_bytes_moves_no_row_behind_it(letters: bytes) -> None:
    """Python writes these letters in three: whoever is erased must be where the reading says."""
    rows = [f"({number},'佐藤','架空')" for number in range(5)]
    data = ("/*!40101 SET NAMES ujis */;\n" + dump(rows, ",\n")).encode("euc_jp").replace(b"(1,'", b"(1,'" + letters)
    found = told(SqlDumpReader(), data, "d.sql")
    assert [found.raw(number)[:2] for number in range(5)] == [b"(%d" % number for number in range(5)]
    assert {found.raw(number)[-1:] for number in range(5)} == {b")"}


@given(st.lists(st.sampled_from([
    "佐", "ア", "a", "\n", "№".encode("cp932"), b"\xad\xe2", b"\xf9\xac", b"\xad\xa1", b"\x8f\xf3\xb8", b"\x8f\xa2\xb7",
    b"\x8e\xb1", b"\x8f", b"\xf9", b"\xff", b"\x8e", b"\xa1\xa1",
]), max_size=40), st.integers(1, 9))  # fmt: skip
@settings(max_examples=300, deadline=None)
def test_every_character_of_a_window_is_where_its_bytes_are(parts: list[str | bytes], step: int) -> None:
    data = b"".join(part.encode("euc_jp") if isinstance(part, str) else part for part in parts) + b"\n"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(text_window, "CHUNK_BYTES", step)
        window, seen = TextWindow(io.BytesIO(data), "euc_jp"), 0
        while window.fill():
            while window.pos < len(window.text):
                span = window.span(window.pos, window.pos + 1)
                assert span.offset == seen
                piece = data[seen : seen + span.length]
                assert piece.decode("euc_jp", text_window.ERRORS["euc_jp"]) == window.text[window.pos]
                seen, window.pos = seen + span.length, window.pos + 1
        assert seen == len(data)


@pytest.mark.usefixtures("either_way")
def test_a_byte_order_mark_in_a_value_stays() -> None:
    data = (
        "SET client_encoding = 'UTF8';\nCREATE TABLE t (a text, b text);\nCOPY t (a, b) FROM stdin;\n\ufeffx\ty\n\\.\n"
    )
    assert told(SqlDumpReader(), data.encode(), "d.sql").rows == [("\ufeffx", "y")]


@pytest.mark.usefixtures("either_way")
@pytest.mark.parametrize("first", ["(1,NULL,'x')", "(1,'佐藤','x')"])
def test_no_row_is_made_of_words_in_a_broken_one(first: str) -> None:
    rows = [first, *[f"({number},'佐藤','架空')" for number in range(2, 60)]]
    broken = "INSERT INTO `t` VALUES\n(60,'d'Or see,(61,5,'b'), then','z'),\n(62,'a','b');\n"
    found = told(SqlDumpReader(), (dump(rows, ",\n") + broken).encode(), "d.sql")
    assert ("61", "5", "b") not in found.rows


@pytest.mark.usefixtures("either_way")
def test_good_rows_behind_a_broken_one_stay_rows() -> None:
    """A column that began as text and went on as numbers."""
    rows = ["(1,'-','x')", *[f"({number},{number},'架空')" for number in range(2, 60)]]
    behind = ",\n".join(f"({number},{number},'b')" for number in range(61, 70))
    found = told(
        SqlDumpReader(), (dump(rows, ",\n") + f"INSERT INTO `t` VALUES\n(60,NU LL,'z'),\n{behind};\n").encode(), "d.sql"
    )
    assert len(found.rows) == 68
