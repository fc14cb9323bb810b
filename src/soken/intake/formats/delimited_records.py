"""Lines to rows of delimited text: fast while the rows are well-formed, careful in the neighbourhood of damage.

Python's ``csv`` in strict mode reads the rows. Where it stops, or gives a row of the wrong width that runs over several
lines, the row that began there is damaged. It is set aside alone, and reading goes on at the next line at which a row
of the right width begins: an unclosed quotation mark never swallows the good rows after it.
"""

from __future__ import annotations

import csv
from itertools import accumulate, islice, pairwise
from typing import TYPE_CHECKING, Final

from soken.intake.encoding import is_clean
from soken.intake.events import BATCH_ROWS, RowBatch, SetAside
from soken.intake.formats.delimited_lines import MAX_ROW_BYTES, Lines

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from soken.intake.events import Cells
    from soken.intake.formats.delimited_cells import Dialect

#: Lines looked through behind a damaged row for the next row that is whole.
_LOOK_LINES: Final = 200
#: What a line of nothing may consist of (also the end mark of DOS).
_NOTHING: Final = " \t\r\n\x0b\x0c\x1a\u3000\ufeff"

_DETAILS: Final = {
    "unbalanced-quote": "a quotation mark opens or closes where it cannot, so that the cells cannot be told apart",
    "syntax": "text follows a closing quotation mark",
    "cut-off": "the file ends inside this row",
    "nul-byte": "the row holds a NUL byte",
    "undecodable": "the row holds bytes that are not in the file's encoding",
    "heading-again": "the row repeats the heading line",
}


def _line_end(text: str) -> str:
    """What a line ends with: LF, CR, CRLF, or nothing at the end of the file."""
    return text[len(text.rstrip("\r\n")) :]


class _Tap:
    """Lines from a place onwards; remembers whether more were asked for than there are."""

    def __init__(self, texts: list[str], start: int, stop: int | None = None) -> None:
        self._lines = islice(texts, start, stop)
        self.dry = False

    def __iter__(self) -> Iterator[str]:
        yield from self._lines
        self.dry = True


class RecordSplitter:
    """Takes lines block by block and gives rows and rows set aside, in order.

    Attributes:
        blank_lines: lines without anything in them, which are no rows.
    """

    def __init__(self, dialect: Dialect, width: int, headings: list[str] | None) -> None:
        """Split by ``dialect`` into rows of ``width`` cells; a row that equals ``headings`` is set aside."""
        self._dialect = dialect
        self._width = width
        self._headings = headings
        self.blank_lines = 0
        self._held = Lines([], [], b"", 0, 1)
        self._starts: list[int] = []
        self._final = self._file_end = False
        #: No whole row begins before this line number (found out once, for files that are damaged throughout).
        self._none_before = 0

    @property
    def is_holding(self) -> bool:
        """Whether lines are held back until it is known what follows them."""
        return bool(self._held.texts)

    def feed(self, lines: Lines, *, final: bool, file_end: bool = False) -> Iterator[RowBatch | SetAside]:
        """Take the lines that follow.

        Args:
            lines: follow directly on those of the last call, or begin anew after a ``final`` one.
            final: no line that can be read follows directly; nothing is held back.
            file_end: the file ends here.
        """
        held = self._held
        if held.texts:
            lines = Lines(
                held.texts + lines.texts, held.sizes + lines.sizes, held.raw + lines.raw, held.offset, held.number,
                held.marked or lines.marked,
            )  # fmt: skip
        self._held, self._final, self._file_end = lines, final, file_end
        self._starts = list(accumulate(lines.sizes, initial=lines.offset))
        at = 0
        while at < len(lines.texts):
            # Where one row was damaged others may be: the rest of the block is not tried in one go again.
            done = yield from self._run(at) if not at else self._one_by_one(at)
            if done == at:
                done = yield from self._damaged(at)
            if done == at:
                break
            at = done
        self._held = Lines(
            lines.texts[at:], lines.sizes[at:], lines.raw[self._starts[at] - lines.offset :], self._starts[at],
            lines.number + at, lines.marked,
        )  # fmt: skip

    # -- the fast way -----------------------------------------------------------------------------------------------

    def _run(self, start: int) -> Generator[RowBatch | SetAside, None, int]:
        """Read rows from line ``start`` up to one that is damaged or not all there; return the line of it."""
        texts, width = self._held.texts, self._width
        if not self._held.marked:
            try:
                rows = list(self._dialect.reader(islice(texts, start, None)))
            except csv.Error:
                rows = []
            if len(rows) == len(texts) - start and set(map(len, rows)) == {width} and self._headings not in rows:
                yield from self._batches(rows, list(range(start, len(texts) + 1)))
                return len(texts)
        return (yield from self._one_by_one(start))

    def _one_by_one(self, start: int) -> Generator[RowBatch | SetAside, None, int]:
        """`_run` where some rows are not one line each, or not all well-formed."""
        texts, width, marked = self._held.texts, self._width, self._held.marked
        rows: list[list[str]] = []
        starts: list[int] = []
        reader = csv.reader(islice(texts, start, None), **self._dialect.options())
        at = start
        try:
            for row in reader:
                end = start + reader.line_num
                several = end - at > 1
                reason = self._reason(row, at, end) if marked or len(row) != width or row == self._headings else ""
                if several and (reason in ("too-few-fields", "too-many-fields") or self._swallows(at, end)):
                    break
                if reason:
                    yield from self._batches(rows, [*starts, at])
                    rows, starts = [], []
                    if reason == "blank":
                        self.blank_lines += 1
                    else:
                        yield self._aside(reason, at, end, len(row))
                else:
                    rows.append(row)
                    starts.append(at)
                    if not several and len(rows) >= BATCH_ROWS:
                        yield from self._batches(rows, [*starts, end])
                        rows, starts = [], []
                at = end
        except csv.Error:
            pass
        yield from self._batches(rows, [*starts, at])
        return at

    def _reason(self, row: list[str], at: int, end: int) -> str:
        """Why a row that csv could read is no row of the table; '' if it is one."""
        text = "".join(self._held.texts[at:end])
        if not text.strip(_NOTHING) and (len(row) != self._width or self._width == 1):
            return "blank"
        if "\0" in text:
            return "nul-byte"
        if not is_clean(text):
            return "undecodable"
        if len(row) < self._width:
            last = self._file_end and end == len(self._held.texts) and not text.endswith(("\n", "\r"))
            return "cut-off" if last else "too-few-fields"
        if len(row) > self._width:
            return "too-many-fields"
        return "heading-again" if row == self._headings else ""

    def _swallows(self, at: int, end: int) -> bool:
        """Are the inner lines of a row of several lines rows by the look of them? Then a quote was left open.

        A line that says nothing is no sign either way. A line that ends otherwise than the row itself does (LF inside
        cells where rows end with CRLF, as spreadsheets write it) is part of a cell.
        """
        texts, mark, between = self._held.texts, self._dialect.delimiter, self._width - 1
        if between < 2:
            return False
        inner = [line for line in range(at + 1, end - 1) if texts[line].strip(_NOTHING + mark)]
        if not inner or texts[inner[0]].count(mark) < between:
            return False
        ends = _line_end(texts[end - 1])
        return all(
            texts[line].count(mark) >= between and ends in ("", _line_end(texts[line])) and self._is_whole(line)
            for line in inner
        )

    def _batches(self, rows: list[list[str]], starts: list[int]) -> Iterator[RowBatch]:
        """Rows as events; ``starts`` are the lines at which they begin, and the line behind the last."""
        offsets, first = self._starts, self._held.number
        for at in range(0, len(rows), BATCH_ROWS):
            part = starts[at : at + BATCH_ROWS + 1]
            begins = [offsets[line] for line in part]
            lengths = [end - begin for begin, end in pairwise(begins)]
            cells: list[Cells] = list(rows[at : at + BATCH_ROWS])
            count = len(cells)
            yield RowBatch(cells, [first + line for line in part[:count]], begins[:count], lengths)

    def _aside(self, reason: str, at: int, end: int, width: int = 0) -> SetAside:
        start, stop, base = self._starts[at], self._starts[end], self._held.offset
        detail = _DETAILS.get(reason) or f"the row has {width} fields where the table has {self._width}"
        raw = self._held.raw[start - base : stop - base]
        return SetAside(reason, detail, raw, self._held.number + at, start, stop - start)

    # -- the careful way --------------------------------------------------------------------------------------------

    def _damaged(self, at: int) -> Generator[RowBatch | SetAside, None, int]:
        """Set aside the row that begins at line ``at`` and cannot be read; return the line behind it.

        Returns ``at`` itself where more lines are needed to tell.
        """
        size = self._starts[-1] - self._starts[at]
        waits = not self._final and size <= MAX_ROW_BYTES
        if waits and (len(self._held.texts) - at <= _LOOK_LINES or self._is_open(at)):
            return at
        following = self._next_whole(at + 1)
        end = self._end_of_damage(at, following)
        text = "".join(self._held.texts[at:end])
        odd = self._dialect.quote is not None and text.count(self._dialect.quote) % 2
        reason = "unbalanced-quote" if odd else "syntax"
        if "\0" in text:
            reason = "nul-byte"
        elif not is_clean(text):
            reason = "undecodable"
        elif self._file_end and end == len(self._held.texts) and self._is_open(at):
            reason = "cut-off"
        yield self._aside(reason, at, end)
        return end

    def _is_open(self, at: int) -> bool:
        """Does the row that begins at line ``at`` go on behind the last line held?"""
        tap = _Tap(self._held.texts, at)
        try:
            next(self._dialect.reader(iter(tap)), None)
        except csv.Error:
            return tap.dry
        return False

    def _next_whole(self, start: int) -> int | None:
        """The first line from ``start`` on, of those looked through, at which a row of the right width begins."""
        stop = min(len(self._held.texts), start + _LOOK_LINES)
        first = max(start, self._none_before - self._held.number)
        for at in range(first, stop):
            if self._is_whole(at):
                return at
        self._none_before = max(self._none_before, self._held.number + stop)
        return None

    def _is_whole(self, at: int) -> bool:
        reader = csv.reader(_Tap(self._held.texts, at, at + _LOOK_LINES), **self._dialect.options())
        try:
            row = next(reader, None)
        except csv.Error:
            return False
        if row is None or len(row) != self._width:
            return False
        text = "".join(self._held.texts[at : at + reader.line_num])
        quote = self._dialect.quote
        escaped = text.count((self._dialect.escape or "\0") + quote) if quote else 0
        return quote is None or not (text.count(quote) - escaped) % 2

    def _end_of_damage(self, at: int, following: int | None) -> int:
        """The line behind the damaged row: pieces of a row up to the line that closes its quote belong to it."""
        texts = self._held.texts
        if self._dialect.quote is None:
            return at + 1
        stop = following if following is not None else min(len(texts), at + _LOOK_LINES)
        if self._final and following is None and stop == len(texts) and self._is_open(at):
            return self._end_at_close(at, stop) or stop
        return self._end_at_close(at, stop) or self._end_by_width(at, stop)

    def _end_at_close(self, at: int, stop: int) -> int:
        """The line behind the one that closes the quote left open, if that line is no row by the look of it; else 0."""
        texts, mark = self._held.texts, self._dialect.delimiter
        for line in range(at + 1, stop):
            if texts[line].count(mark) >= max(1, self._width - 1):
                return at + 1
            if texts[line].count(self._dialect.quote or "\0") % 2:
                return line + 1
        return 0

    def _end_by_width(self, at: int, stop: int) -> int:
        """The line behind the pieces that together have no more cells than one row."""
        texts, mark = self._held.texts, self._dialect.delimiter
        marks, end = texts[at].count(mark), at + 1
        while end < stop and texts[at].count(self._dialect.quote or "\0") % 2:
            marks += texts[end].count(mark)
            if marks > self._width - 1 or not texts[end].strip(_NOTHING):
                break
            end += 1
        return end
