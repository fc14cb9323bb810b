"""Which stretches of a delimited text are read column by column, and which line by line with care."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from soken.intake.events import Event, SetAside
from soken.intake.formats.delimited_lines import MAX_ROW_BYTES, Block, Lines, LongLine

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from soken.intake.formats.delimited_columns import ColumnReader
    from soken.intake.formats.delimited_records import RecordSplitter

#: A block in which something is in doubt is tried in pieces of this size, so that one damaged row costs little time.
_PIECE_BYTES: Final = 128 * 1024


class RowReader:
    """Reads rows the fast way wherever that is sure to give what the careful way gives.

    Args:
        careful: takes lines and tells rows from damage.
        columns: takes blocks in which nothing is in doubt.
        data_line: number of the first line of data.
    """

    def __init__(self, careful: RecordSplitter, columns: ColumnReader, data_line: int) -> None:
        self._careful = careful
        self._columns = columns
        self._data_line = data_line
        #: Handed on when it is known what follows: damage is told differently at the end of the file.
        self._waiting: Lines | None = None

    def read(self, sample: Iterable[Lines | LongLine], blocks: Iterable[Block | LongLine]) -> Iterator[Event]:
        """Read all rows of a file: the lines looked at already, then the blocks that follow them."""
        for part in sample:
            yield from self._lines(part)
        for block in blocks:
            if isinstance(block, LongLine):
                yield from self._lines(block)
            elif self._columns.fits(block.encoding):
                yield from self._block(block)
            else:
                yield from self._with_care(block)
        last = self._waiting or Lines([], [], b"", 0, 1)
        yield from self._careful.feed(last, final=True, file_end=True)

    def _block(self, block: Block) -> Iterator[Event]:
        """A block: whole, else in pieces; those in doubt that follow on one another are read together."""
        yield from self._hand_on()
        if not self._careful.is_holding and (batch := self._columns.read(block)) is not None:
            yield batch
            return
        doubtful: Block | None = None
        for piece in block.pieces(_PIECE_BYTES):
            batch = self._columns.read(piece)
            if batch is None:
                doubtful = doubtful.joined(piece) if doubtful is not None else piece
                continue
            if doubtful is not None:
                yield from self._with_care(doubtful)
                yield from self._hand_on()
                doubtful = None
            if self._careful.is_holding:
                doubtful = piece
            else:
                yield batch
        if doubtful is not None:
            yield from self._with_care(doubtful)

    def _with_care(self, block: Block) -> Iterator[Event]:
        for part in block.lines():
            yield from self._lines(part)

    def _hand_on(self) -> Iterator[Event]:
        """Hand on what waits: more follows it directly."""
        if self._waiting is not None:
            yield from self._careful.feed(self._waiting, final=False)
            self._waiting = None

    def _lines(self, part: Lines | LongLine) -> Iterator[Event]:
        """Lines, one block behind, or a line that is too long to be read."""
        if isinstance(part, Lines):
            yield from self._hand_on()
            self._waiting = self._from_data(part)
            return
        if self._waiting is not None:
            yield from self._careful.feed(self._waiting, final=True)
            self._waiting = None
        detail = f"the line has {part.length} bytes; the limit for one row is {MAX_ROW_BYTES}"
        yield SetAside("too-long", detail, part.head, part.number, part.offset, part.length, raw_sha256=part.sha256)

    def _from_data(self, lines: Lines) -> Lines:
        """The lines from the first line of data on."""
        cut = min(max(0, self._data_line - lines.number), len(lines.texts))
        if not cut:
            return lines
        size = sum(lines.sizes[:cut])
        return Lines(
            lines.texts[cut:], lines.sizes[cut:], lines.raw[size:], lines.offset + size, lines.number + cut,
            lines.marked,
        )  # fmt: skip
