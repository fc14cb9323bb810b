r"""Lines of a COPY read many at once: the same rows at the same places as line by line, whatever stands in them."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from soken.intake.formats import sqldump_copy
from soken.intake.formats.sqldump import SqlDumpReader
from soken.intake.formats.sqldump_copy_columns import CopyColumns, last_line_end
from tests.intake.told import Told, told

FIELDS = st.sampled_from(
    [
        *["", "a", "山田", "𠮷", "\\N", "\\N", "a\\Nb", "\\\\N", "\\n", "\\t", "x y", '"', '"a', "'", "NULL"],
        *["\\.", "\\x41", "\r", "-", "0"],
    ]
)
LINES = st.lists(FIELDS, min_size=3, max_size=3).map("\t".join)
ODD = st.sampled_from(["", "a\tb", "a\tb\tc\td", "\\.", "\udcff\ta\tb", "a\0\tb\tc"])


def read(data: bytes, least: int) -> Told:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sqldump_copy, "_LEAST_CHARS", least)
        return told(SqlDumpReader(), data, "dump.sql")


@given(
    st.lists(st.one_of([LINES] * 9 + [ODD]), min_size=1, max_size=20),
    st.sampled_from(["\\.\n", "\\.\n\nCREATE TABLE t2 (a int);\n", "", "\\."]),
    st.sampled_from([("utf-8", "UTF8"), ("euc_jp", "EUC_JP")]),
)
@settings(max_examples=250, deadline=None)
@example(["a\tb\tc", "\\N\t\\N\t\\N", "山田\t\t"], "\\.\n", ("utf-8", "UTF8"))
def test_lines_are_the_same_by_columns(lines: list[str], end: str, encoding: tuple[str, str]) -> None:
    head = f"-- PostgreSQL database dump\nSET client_encoding = '{encoding[1]}';\n"
    head += "CREATE TABLE t (\n    id text PRIMARY KEY,\n    a text,\n    b text\n);\n"
    text = head + "COPY t (id, a, b) FROM stdin;\n" + "".join(f"{line}\n" for line in lines) + end
    data = text.encode(encoding[0], "surrogateescape" if encoding[0] == "utf-8" else "replace")
    fast, slow = read(data, 1), read(data, 10**12)
    assert fast.tables == slow.tables
    assert fast.places == slow.places
    assert (fast.order, fast.aside) == (slow.order, slow.aside)


def test_plain_lines_are_indeed_read_by_columns() -> None:
    lines = "".join(f"{at}\t山田\t\\N\t\n" for at in range(100))
    found = CopyColumns(4, "euc_jp").read(lines)
    assert found is not None
    assert [column[7].as_py() for column in found.columns] == ["7", "山田", None, ""]
    raw = lines.encode("euc_jp")
    assert raw[found.starts[7] : found.ends[7]].decode("euc_jp") == lines.splitlines()[7]


@pytest.mark.parametrize("odd", ["a\\tb\tc", "a\tb\tc", "a", "", "a\t\\\\N", "a\tb\r", "a\tx\\N"])
def test_what_is_in_doubt_is_left_to_the_careful_way(odd: str) -> None:
    assert CopyColumns(2, "utf-8").read(f"a\tb\n{odd}\nc\td\n") is None


def test_the_end_of_the_data_is_not_passed() -> None:
    assert last_line_end("a\tb\nc\td\n\\.\nSELECT 1;\n", 0) == len("a\tb\nc\td\n")
    assert last_line_end("a\tb\nc\td", 0) == len("a\tb\n")
    assert last_line_end("a", 0) == 0
