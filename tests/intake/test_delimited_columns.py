"""Reading column by column gives exactly what reading line by line gives: rows, places, and what is set aside."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from soken.intake.encoding import Encoding
from soken.intake.events import ColumnBatch, RowBatch, SetAside
from soken.intake.formats import delimited_lines, delimited_rows
from soken.intake.formats.delimited_cells import Dialect
from soken.intake.formats.delimited_columns import ColumnReader
from soken.intake.formats.delimited_records import RecordSplitter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from soken.intake.events import Event
    from soken.intake.formats.delimited_lines import Block

HEADINGS = ["番号", "名前", ""]
WIDTH = len(HEADINGS)

#: Cells that may be typed so, and cells that put a row in doubt.
REGULAR = ["", "a", "山田", "ﾔﾏﾀﾞ", "x y", '"x,y"', '""', '"say ""a"""', '"two\nlines"', '"three\r\n\r\nlines"']
DOUBTFUL = ['"', 'a"b', '"a"b', '"a" ', ' "a"', "x,y", "\0", "\r", '"open', "\ufeff", "\x1a", "\n", '"a,b,c\nd,e,f\ng"']
CELLS = st.one_of([st.sampled_from(REGULAR)] * 6 + [st.sampled_from(DOUBTFUL)])
ROWS = st.lists(CELLS, min_size=WIDTH, max_size=WIDTH).map(",".join)
ODD_LINES = st.sampled_from(["", "   ", "a,b", "a,b,c,d", ",".join(HEADINGS), "\udcff,b,c", "a,\udc81,c"])
LINES = st.tuples(st.one_of([ROWS] * 8 + [ODD_LINES]), st.sampled_from(["\n", "\n", "\r\n"])).map("".join)


_ERRORS = {"utf-8": "surrogateescape", "cp932": "replace"}


class Never(ColumnReader):
    """Finds everything in doubt."""

    def read(self, block: Block) -> ColumnBatch | None:
        return None


def events(raw: bytes, reader: type[ColumnReader], codec: str, quote: str | None = '"') -> Iterator[Event]:
    dialect = Dialect(",", quote)
    careful = RecordSplitter(dialect, WIDTH, HEADINGS)
    blocks = delimited_lines.read_blocks(io.BytesIO(raw), Encoding(codec))
    return delimited_rows.RowReader(careful, reader(dialect, WIDTH, HEADINGS), 1).read([], blocks)


def told(raw: bytes, reader: type[ColumnReader], codec: str, quote: str | None = '"') -> list[object]:
    """Everything that is told of some bytes, row by row."""
    result: list[object] = []
    for event in events(raw, reader, codec, quote):
        if isinstance(event, SetAside):
            result.append(event)
        elif isinstance(event, RowBatch):
            assert event.lines is not None
            assert event.offsets is not None
            assert event.lengths is not None
            cells = [tuple(row) for row in event.cells]
            result += zip(cells, event.lines, event.offsets, event.lengths, strict=True)
    return result


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks so small that a short text has many, each in a few pieces."""
    monkeypatch.setattr(delimited_lines, "BLOCK_BYTES", 200)
    monkeypatch.setattr(delimited_rows, "_PIECE_BYTES", 60)


@pytest.mark.usefixtures("small_blocks")
@pytest.mark.parametrize("codec", ["utf-8", "cp932", "utf-16-le", "utf-16-be"])
@settings(max_examples=150, deadline=None)
@given(
    lines=st.lists(LINES, min_size=1, max_size=60),
    quote=st.sampled_from(['"', '"', None]),
    cut=st.integers(0, 9),
    lost=st.one_of(st.none(), st.integers(0, 3000)),
)
def test_both_ways_tell_the_same(codec: str, lines: list[str], quote: str | None, cut: int, lost: int | None) -> None:
    raw = "".join(lines).encode(codec, _ERRORS.get(codec, "surrogatepass"))
    raw = raw[: len(raw) - cut]
    if lost is not None:  # one byte, after which all others of UTF-16 stand at the wrong places
        raw = raw[:lost] + raw[lost + 1 :]
    assert told(raw, ColumnReader, codec, quote) == told(raw, Never, codec, quote)


@pytest.mark.parametrize(
    "row",
    [
        pytest.param("1,山田,x", id="plain"),
        pytest.param('1,"山田 太郎",""', id="quoted"),
        pytest.param('1,"a ""b""","""c"""', id="doubled quotes"),
        pytest.param('1,"two\nlines","x, y"', id="a cell of two lines"),
    ],
)
@pytest.mark.parametrize("codec", ["utf-8", "cp932", "utf-16-le", "utf-16-be"])
def test_regular_rows_are_read_by_columns(row: str, codec: str) -> None:
    # The last row stands alone: whether its line end is whole is known only at the end of the file.
    first, *_last = events((f"{row}\n" * 49 + "1,2,3\n").encode(codec), ColumnReader, codec)
    assert isinstance(first, ColumnBatch)
    assert len(first) == 49


@pytest.mark.usefixtures("small_blocks")
def test_one_damaged_row_leaves_the_rest_to_the_fast_way() -> None:
    raw = b"1,a,b\n" * 500 + b"2,c\n" + b"3,e,f\n" * 500
    batches = list(events(raw, ColumnReader, "utf-8"))
    by_columns = sum(len(batch) for batch in batches if isinstance(batch, ColumnBatch))
    assert by_columns > 700
    assert [event.line for event in batches if isinstance(event, SetAside)] == [501]
