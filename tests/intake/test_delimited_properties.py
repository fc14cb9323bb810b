"""Whatever a delimited file holds: no row is lost, none is changed, and damage stays where it is."""

from __future__ import annotations

import io
import tempfile
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from soken.core.errors import BadInputError
from soken.intake.encoding import Encoding
from soken.intake.events import RowBatch, SetAside, Source, TableStart
from soken.intake.formats.delimited import DelimitedReader
from soken.intake.formats.delimited_cells import Dialect
from soken.intake.formats.delimited_lines import read_lines
from soken.intake.formats.delimited_records import RecordSplitter

HEAD = ("会員番号", "氏名", "メールアドレス", "住所")
#: What cells are made of: ASCII, kana, kanji with 0x5C and 0x7C as second byte in CP932, half-width kana.
LETTERS = "abc019 -@.'田中髙橋表ソ十ポーァあいウﾀﾅｶﾞ\\|;"
SPECIAL = LETTERS + ',"\n\r\t'

cells = st.text(LETTERS, max_size=12)
nasty_cells = st.text(SPECIAL, max_size=12)


def read(raw: bytes) -> tuple[TableStart, list[tuple[str, ...] | SetAside], list[tuple[int, int, int]]]:
    """Read bytes; give the table, the rows in order, and (line, offset, length) of each."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "list.csv"
        path.write_bytes(raw)
        start, *events = DelimitedReader().read(Source(path, "", "list.csv"))
    assert isinstance(start, TableStart)
    rows: list[tuple[str, ...] | SetAside] = []
    places: list[tuple[int, int, int]] = []
    for event in events:
        if isinstance(event, RowBatch):
            assert event.lines is not None
            assert event.offsets is not None
            assert event.lengths is not None
            rows += [tuple(str(cell) for cell in row) for row in event.cells]
            places += zip(event.lines, event.offsets, event.lengths, strict=True)
        elif isinstance(event, SetAside):
            assert event.line is not None
            assert event.offset is not None
            assert event.length is not None
            assert raw[event.offset : event.offset + event.length] == event.raw or event.raw_sha256
            rows.append(event)
            places.append((event.line, event.offset, event.length))
    return start, rows, places


def written(rows: list[list[str]], *, end: str = "\r\n", all_quoted: bool = False) -> str:
    """RFC 4180. (Python's own writer leaves a CR without quotes where the line end is LF.)"""

    def cell(text: str) -> str:
        quoted = all_quoted or any(mark in text for mark in ',"\r\n')
        return '"' + text.replace('"', '""') + '"' if quoted else text

    return "".join(",".join(map(cell, row)) + end for row in rows)


tables = st.lists(st.lists(nasty_cells, min_size=3, max_size=3), min_size=1, max_size=12).map(
    # The first column makes a row recognisable, and never blank.
    lambda rows: [[f"m{number}", *row] for number, row in enumerate(rows)]
)


def holds_a_row(cell: str, end: str) -> bool:
    """Does a line inside the cell look like a row of the list? An open quote may have swallowed it: nobody can tell."""
    inner = cell.split(end)[1:-1]
    return any(line.count(",") >= len(HEAD) - 1 and line.strip(", \t\r\n") for line in inner)


@settings(max_examples=300, deadline=None)
@example([["m0", "", "", "\r,,,\r"]], "utf-8", "\n", False)
@example([["m0", "", "", "\n,,,\n"]], "utf-8", "\n", False)
@example([["m0", "", "", "\n,,,\n,,,\n"], ["m1", "", "", ""]], "cp932", "\r\n", True)
@example([["m0", "a", "b", "c\nm9,x,y,z\nd"]], "utf-8", "\r\n", False)
@given(
    tables,
    st.sampled_from(["utf-8", "utf-8-sig", "cp932", "euc_jp", "utf-16", "utf-16-le", "utf-16-be"]),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.booleans(),
)
def test_rows_come_out_as_they_were_written(rows: list[list[str]], codec: str, end: str, all_quoted: bool) -> None:
    assume(not any(holds_a_row(cell, end) for row in rows for cell in row))
    text = written([list(HEAD), *rows], end=end, all_quoted=all_quoted)
    try:
        raw = text.encode(codec)
    except UnicodeEncodeError:
        assume(False)
    start, found, places = read(raw)
    assert start.columns == HEAD
    assert found == [tuple(row) for row in rows]
    # Places lie end to end and reach the end of the file.
    assert places[-1][1] + places[-1][2] == len(raw)
    assert all(before[1] + before[2] == after[1] for before, after in pairwise(places))
    assert all(before[0] < after[0] for before, after in pairwise(places))


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400))
@example(b"\xff\xfe")
@example(b'"')
@example(b"sep=;")
@example(b"\x1b$B")
def test_anything_is_read_or_refused_in_a_sentence(raw: bytes) -> None:
    try:
        _, rows, places = read(raw)
    except BadInputError:
        return
    assert len(rows) == len(places)


@settings(max_examples=300, deadline=None)
@given(st.text(SPECIAL + "\0", min_size=1, max_size=300))
def test_no_byte_of_a_text_is_lost(text: str) -> None:
    raw = (",".join(HEAD) + "\n" + text).encode()
    _, rows, places = read(raw)
    covered = bytearray(raw)
    for _, offset, length in places:
        covered[offset : offset + length] = b" " * length
    # What no row covers is the heading line and lines with nothing in them.
    rest = covered[len(",".join(HEAD).encode()) :].decode()
    assert rest.strip(" \t\r\n\x0b\x0c\x1a\u3000") == ""
    assert len(rows) == len(places)


def split(raw: bytes, width: int) -> list[list[str] | str]:
    """Rows (or reasons) of bytes whose dialect is known."""
    found: list[list[str] | str] = []
    splitter = RecordSplitter(Dialect(","), width, None)
    blocks = [block for block in read_lines(io.BytesIO(raw), Encoding("utf-8")) if not hasattr(block, "sha256")]
    for number, block in enumerate(blocks, 1):
        end = number == len(blocks)
        for event in splitter.feed(block, final=end, file_end=end):
            if isinstance(event, RowBatch):
                found += [list(map(str, row)) for row in event.cells]
            else:
                found.append(event.reason)
    return found


# A cell that begins with a delimiter, a line end or a quotation mark, or ends with a line end, makes an unclosed quote
# before it read as a well-formed row: no reader can know better.
tame = st.text(LETTERS, min_size=1, max_size=6)
inner = st.one_of(tame, st.tuples(tame, st.sampled_from([",", "\n", '"', "\r\n", ", ", '"",']), tame).map("".join))
tame_tables = st.lists(st.lists(inner, min_size=3, max_size=3), min_size=3, max_size=8).map(
    lambda rows: [[f"m{number}", *row] for number, row in enumerate(rows)]
)
damage = st.one_of(
    st.tuples(st.just("insert"), st.sampled_from(['"', ",", '""', "\0", '",', ',"', ',"x', "\udc80", 'x"', "\n"])),
    st.tuples(st.just("delete"), st.just("")),
    st.tuples(st.just("cut"), st.just("")),
)


@settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(tame_tables, st.data(), damage, st.booleans())
def test_one_damaged_row_costs_no_other(
    rows: list[list[str]], data: st.DataObject, what: tuple[str, str], all_quoted: bool
) -> None:
    at = data.draw(st.integers(0, len(rows) - 1), "row")
    pieces = [written([row], end="\n", all_quoted=all_quoted).encode() for row in rows]
    body = pieces[at][:-1]
    spot = data.draw(st.integers(0, len(body) - 1), "spot")
    kind, added = what
    if kind == "insert":
        body = body[:spot] + added.encode("utf-8", "surrogateescape") + body[spot:]
    elif kind == "delete":
        body = body[:spot] + body[spot + 1 :]
    else:
        body = body[:spot]
    pieces[at] = body + b"\n"
    found = split(b"".join(pieces), 4)
    others = [row for number, row in enumerate(rows) if number != at]
    kept = [row for row in found if isinstance(row, list) and row in others]
    assert kept == others


@pytest.mark.parametrize("all_quoted", [False, True])
def test_every_single_damage_to_one_row_is_tried(all_quoted: bool) -> None:
    rows = [[f"m{n}", "田中, 太郎", 'the "best"', "東京都\n新宿区"] for n in range(5)]
    pieces = [written([row], end="\n", all_quoted=all_quoted) for row in rows]
    others = [row for number, row in enumerate(rows) if number != 2]
    for spot in range(len(pieces[2]) - 1):
        for changed in (pieces[2][:spot] + '"' + pieces[2][spot:], pieces[2][:spot] + pieces[2][spot + 1 :]):
            text = "".join([*pieces[:2], changed, *pieces[3:]])
            kept = [row for row in split(text.encode(), 4) if row in others]
            assert kept == others, changed
