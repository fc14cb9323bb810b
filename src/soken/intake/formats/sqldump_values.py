"""The rows of one ``INSERT … VALUES``: fast where they are regular, token by token where not, and past what is broken.

A broken tuple is set aside alone: reading goes on at the next parenthesis from which a tuple of the right width and
the right kinds can be read. So one lost quotation mark costs one row, not the rest of a statement of 100 MB.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from soken.intake.events import BATCH_ROWS, RowBatch, SetAside
from soken.intake.formats.sqldump_columns import TupleColumns, last_end
from soken.intake.formats.sqldump_literals import (
    Dialect,
    Kind,
    kind_of,
    literal,
    tuple_pattern,
    unescape_mysql,
)
from soken.intake.formats.sqldump_scan import (
    AFTER_TUPLE_RE,
    BROKEN,
    NEXT_STATEMENT_RE,
    RESUME_RE,
    SHORT,
    TAIL_RE,
    Scanned,
    past_gap,
    scan_tuple,
)
from soken.intake.formats.text_window import MAX_ROW_CHARS, PROBLEMS, Span, TextWindow

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence

#: What is held ready behind the reader's place, so that a failed match means "broken" and not "not yet read".
LOOK_AHEAD: Final = 64 * 1024

#: Less text is read faster tuple by tuple.
_LEAST_CHARS: Final = 4096


class TupleReader:
    """Reads the tuples of one INSERT from the window's place, and leaves the window behind the statement.

    Arguments:
        window: stands behind ``VALUES``.
        dialect: how strings are written.
        width: values a tuple must have.
        kinds: what each value looked like so far; learned on, so pass the same list for the same table.
        order: for each column of the table the position of its value in the tuple, -1 where none; None if equal.
        key: positions of the primary key in the table's columns.
        end_mark: what ends a statement (``;`` unless DELIMITER changed it).
    """

    def __init__(
        self,
        window: TextWindow,
        dialect: Dialect,
        width: int,
        kinds: list[Kind | None],
        order: Sequence[int] | None,
        key: Sequence[int],
        end_mark: str,
    ) -> None:
        self._window = window
        self._dialect = dialect
        self._width = width
        self._kinds = kinds
        self._order = order
        self._key = key
        self._end_mark = end_mark
        self._batch = RowBatch([], [], [], [], [])
        self._after_comma = False
        self._columns = TupleColumns(dialect, width, window.encoding)
        #: The text held when columns were last tried in vain: it is not tried again before there is more.
        self._declined = ""

    def read(self) -> Iterator[RowBatch | SetAside]:
        """Yield the statement's rows, in batches, and what is set aside between them."""
        while True:
            yield from self._read_columns()
            yield from self._read_regular()
            more = yield from self._read_one()
            if not more:
                break
        if self._batch.cells:
            yield self._take_batch()

    # -- the fastest way ----------------------------------------------------------------------------------------------

    def _read_columns(self) -> Iterator[RowBatch | SetAside]:
        """All whole tuples in the text held, if nothing in them is in doubt."""
        window = self._window
        text, start = window.text, window.pos
        # A row read with care comes first, so that wreckage can be told from rows later.
        learned = any(kind is not None for kind in self._kinds)
        end = last_end(text, start, self._end_mark)
        if end - start < _LEAST_CHARS or text is self._declined or not self._columns.fits or not learned:
            return
        found = self._columns.read(text[start:end]) if window.as_written(start, end) else None
        if found is None:
            self._declined = text
            return
        if self._batch.cells:
            yield self._take_batch()
        offset, line = window.place(start)
        yield found.batch(self._order, self._key, offset, line)
        self._learn_kinds(found.kinds)
        window.go_on(end, found.size, found.line_ends)
        self._after_comma = False
        self._skip_gap()

    # -- the fast way -------------------------------------------------------------------------------------------------

    def _read_regular(self) -> Iterator[RowBatch | SetAside]:
        """All tuples in the text held that fit the pattern of the columns' kinds."""
        window, text, pos = self._window, self._window.text, self._window.pos
        kinds = tuple(kind if kind is not None else Kind.TEXT for kind in self._kinds)
        raws = [position for position, kind in enumerate(kinds) if kind is Kind.RAW]
        match_at = tuple_pattern(kinds, self._dialect).match
        backslash = text.find("\\", pos) if self._dialect.backslash else -1
        rows: list[Sequence[str | None]] = []
        starts: list[int] = []
        ends: list[int] = []
        while (match := match_at(text, pos)) is not None:
            starts.append(pos)
            pos = match.end()
            ends.append(text.rfind(")", starts[-1], pos) + 1)
            cells: Sequence[str | None] = match.groups()
            if -1 < backslash < pos:
                cells = [
                    cell and unescape_mysql(cell) if kinds[i] is Kind.TEXT else cell for i, cell in enumerate(cells)
                ]
                backslash = text.find("\\", pos)
            if raws:
                cells = list(cells)
                for position in raws:
                    cells[position] = literal(cells[position] or "", self._dialect)
            rows.append(cells)
        if rows:
            # What was read as text for want of any other kind is text.
            for position, kind in enumerate(self._kinds):
                if kind is None and any(cells[position] is not None for cells in rows):
                    self._kinds[position] = Kind.TEXT
            self._after_comma = "," in text[ends[-1] : pos]
            yield from self._accept(rows, window.spans(starts, ends))
        window.pos = pos

    def _accept(self, rows: list[Sequence[str | None]], spans: list[Span]) -> Iterator[RowBatch | SetAside]:
        """Put well-formed rows into the batch; aside those whose bytes cannot be text."""
        if self._order is not None:
            order = self._order
            rows = [[cells[position] if position >= 0 else None for position in order] for cells in rows]
        begin = 0
        for at, span in enumerate(spans):
            if span.problem is not None:
                self._add(rows[begin:at], spans[begin:at])
                yield from self._set_aside(span.problem, PROBLEMS[span.problem], span)
                begin = at + 1
        self._add(rows[begin:], spans[begin:])
        if len(self._batch.cells) >= BATCH_ROWS:
            yield self._take_batch()

    def _add(self, rows: list[Sequence[str | None]], spans: list[Span]) -> None:
        batch = self._batch
        batch.cells += rows
        batch.lines += [span.line for span in spans]  # type: ignore[operator]
        batch.offsets += [span.offset for span in spans]  # type: ignore[operator]
        batch.lengths += [span.length for span in spans]  # type: ignore[operator]
        if len(self._key) == 1:
            position = self._key[0]
            batch.keys += [cells[position] or "" for cells in rows]  # type: ignore[operator]
        elif self._key:
            batch.keys += [",".join([cells[at] or "" for at in self._key]) for cells in rows]  # type: ignore[operator]

    def _take_batch(self) -> RowBatch:
        batch, self._batch = self._batch, RowBatch([], [], [], [], [])
        if not self._key:
            batch.keys = None
        return batch

    def _set_aside(self, reason: str, detail: str, span: Span) -> Iterator[RowBatch | SetAside]:
        if self._batch.cells:
            yield self._take_batch()
        yield self._window.set_aside(reason, detail, span)

    # -- the careful way ----------------------------------------------------------------------------------------------

    def _read_one(self) -> Generator[RowBatch | SetAside, None, bool]:
        """Read what the pattern did not fit: an odd tuple, a broken one, the end. Returns False at the end."""
        window = self._window
        if len(window.text) - window.pos < LOOK_AHEAD and window.fill():
            return True
        self._skip_gap()
        text, pos = window.text, window.pos
        if pos >= len(text):
            if self._after_comma:
                detail = "the file ends after a comma that announces another row"
                yield from self._set_aside("cut-off", detail, window.span(pos, pos))
            return False
        if text[pos] == "(":
            yield from self._read_odd()
            return True
        if text.startswith(self._end_mark, pos):
            window.pos = pos + len(self._end_mark)
            return False
        if not self._after_comma and (TAIL_RE.match(text, pos) or NEXT_STATEMENT_RE.match(text, pos)):
            return False
        return (yield from self._skip_broken("syntax", "what stands between two rows is not valid SQL"))

    def _skip_gap(self) -> None:
        """Go past white space, comments and the comma between two tuples."""
        window = self._window
        window.pos = past_gap(window.text, window.pos)
        if not self._after_comma and window.text.startswith(",", window.pos):
            self._after_comma = True
            window.pos = past_gap(window.text, window.pos + 1)

    def _read_odd(self) -> Iterator[RowBatch | SetAside]:
        """Read one tuple value by value, learn from it, or set it aside."""
        window = self._window
        scanned = self._scan(window.pos)
        if scanned.end < 0:
            too_long = scanned.end == SHORT and not window.eof
            reason = "too-long" if too_long else "syntax"
            detail = "the row is longer than the limit" if too_long else "the row is not valid SQL"
            yield from self._skip_broken(reason, detail)
            return
        start, self._after_comma = window.pos, False
        window.pos = scanned.end
        span = window.span(start, scanned.end)
        # The comma belongs to no row; past it the fast way can go on.
        self._skip_gap()
        if len(scanned.raws) != self._width:
            reason = "too-few-fields" if len(scanned.raws) < self._width else "too-many-fields"
            detail = f"the row has {len(scanned.raws)} values where its table has {self._width} columns"
            yield from self._set_aside(reason, detail, span)
            return
        self._learn(scanned.raws)
        yield from self._accept([[literal(raw, self._dialect) for raw in scanned.raws]], [span])

    def _scan(self, start: int) -> Scanned:
        """Read the tuple at ``start``, holding ever more text while it is not complete; `window.pos` may shift."""
        window = self._window
        ahead = start - window.pos
        while True:
            scanned = scan_tuple(window.text, window.pos + ahead, self._dialect)
            too_long = len(window.text) - window.pos - ahead > MAX_ROW_CHARS
            if scanned.end != SHORT or too_long or not window.fill():
                return scanned

    def _learn(self, raws: Sequence[str]) -> None:
        self._learn_kinds([kind_of(raw) for raw in raws])

    def _learn_kinds(self, kinds: Sequence[Kind | None]) -> None:
        for position, kind in enumerate(kinds):
            known = self._kinds[position]
            if kind is not None and kind is not known:
                self._kinds[position] = kind if known is None else Kind.RAW

    # -- past what is broken ------------------------------------------------------------------------------------------

    def _skip_broken(self, reason: str, detail: str) -> Generator[RowBatch | SetAside, None, bool]:
        """Set aside from here to the next tuple that can be read, or to the end of the statement (returns False)."""
        window = self._window
        offset, line = window.place(window.pos)
        more, ends = self._find_resumption()
        end, _ = window.place(window.pos)
        if ends:
            reason, detail = "cut-off", "the file ends inside this row"
        self._after_comma = False
        yield from self._set_aside(reason, detail, Span(offset, end - offset, line))
        return more

    def _find_resumption(self) -> tuple[bool, bool]:
        """Move the window to where reading can go on: (a tuple follows, the file ended before that)."""
        window = self._window
        window.pos += 1
        while True:
            match = RESUME_RE.search(window.text, window.pos)
            if match is None or (match.end() + 64 > len(window.text) and not window.eof):
                # Keep a little for a match that straddles the border.
                window.pos = match.start() if match is not None else max(window.pos, len(window.text) - 64)
                if not window.fill() and match is None:
                    window.pos = len(window.text)
                    return False, True
                continue
            if match["open"] is None:
                window.pos = match.end()
                return False, False
            window.pos = match.end() - 1
            if self._is_row():
                return True, False
            window.pos += 1

    def _is_row(self) -> bool:
        """Does a whole row of this table, told by width and kinds, begin at the window's place?"""
        window = self._window
        if scan_tuple(window.text, window.pos, self._dialect).end == BROKEN:
            return False
        scanned = self._scan(window.pos)
        if scanned.end < 0 or len(scanned.raws) != self._width:
            return False
        if AFTER_TUPLE_RE.match(window.text, scanned.end) is None:
            return False
        return all(
            kind is not Kind.TEXT or raw == "NULL" or raw[-1] in "'\""
            for kind, raw in zip(self._kinds, scanned.raws, strict=True)
        )
