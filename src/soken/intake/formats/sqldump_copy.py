r"""The rows of PostgreSQL's ``COPY … FROM stdin``: one line a row, tabs between values, ``\N`` for NULL, ``\.``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from soken.intake.events import BATCH_ROWS, RowBatch, SetAside
from soken.intake.formats.sqldump_copy_columns import CopyColumns, last_line_end
from soken.intake.formats.text_window import MAX_ROW_CHARS, PROBLEMS, Span, TextWindow

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence

_ESCAPE_RE: Final = re.compile(r"\\([0-7]{1,3}|x[0-9a-fA-F]{1,2}|.)", re.DOTALL)
#: Less text is read faster line by line.
_LEAST_CHARS: Final = 4096
_LETTERS: Final = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


def _unescape(match: re.Match[str]) -> str:
    mark = match[1]
    if mark[0] in "01234567":
        return chr(int(mark, 8) & 0xFF)
    if mark[0] == "x" and len(mark) > 1:
        return chr(int(mark[1:], 16))
    return _LETTERS.get(mark, mark)


def copy_value(field: str) -> str | None:
    r"""The value of one field of a COPY line; None for ``\N``."""
    if "\\" not in field:
        return field
    return None if field == r"\N" else _ESCAPE_RE.sub(_unescape, field)


def read_copy(
    window: TextWindow, width: int, order: Sequence[int] | None, key: Sequence[int]
) -> Iterator[RowBatch | SetAside]:
    r"""Read the lines up to ``\.`` and leave the window behind it.

    Arguments:
        window: stands at the beginning of the first line.
        width: fields a line must have.
        order: for each column of the table the position of its field, -1 where none; None if equal.
        key: positions of the primary key in the table's columns.
    """
    batch = RowBatch([], [], [], [], [] if key else None)
    columns, declined = CopyColumns(width, window.encoding), ""
    while True:
        if window.text is not declined and columns.fits:
            end = last_line_end(window.text, window.pos)
            enough = end - window.pos >= _LEAST_CHARS and window.as_written(window.pos, end)
            lines = columns.read(window.text[window.pos : end]) if enough else None
            declined = window.text
            if lines is not None:
                yield from _flush(batch)
                yield lines.batch(order, key, *window.place(window.pos))
                window.go_on(end, lines.size, lines.line_ends)
        line = yield from _next_line(window, batch)
        if line is None:
            break
        text, span, whole = line
        if text == r"\.":
            break
        problem = _problem(text, span, width, whole=whole)
        if problem is not None:
            yield from _flush(batch)
            yield window.set_aside(*problem, span)
            if not whole:
                break
            continue
        cells: Sequence[str | None] = text.split("\t")
        if "\\" in text:
            cells = [copy_value(cell) for cell in cells if cell is not None]
        if order is not None:
            cells = [cells[position] if position >= 0 else None for position in order]
        _add(batch, cells, span, key)
        if len(batch.cells) >= BATCH_ROWS:
            yield from _flush(batch)
    yield from _flush(batch)


def _problem(text: str, span: Span, width: int, *, whole: bool) -> tuple[str, str] | None:
    """Reason and detail if the line cannot be a row."""
    if not whole:
        return "cut-off", "the file ends inside this row"
    if span.problem is not None:
        return span.problem, PROBLEMS[span.problem]
    fields = text.count("\t") + 1
    if fields != width:
        reason = "too-few-fields" if fields < width else "too-many-fields"
        return reason, f"the row has {fields} fields where its table has {width} columns"
    return None


def _next_line(
    window: TextWindow, batch: RowBatch
) -> Generator[RowBatch | SetAside, None, tuple[str, Span, bool] | None]:
    """The next line without its end, where it is, and whether it is whole; None at the end of the file."""
    ahead = window.pos
    while (end := window.text.find("\n", ahead)) < 0:
        held = len(window.text) - window.pos
        if held > MAX_ROW_CHARS:
            yield from _flush(batch)
            yield _too_long(window)
            ahead = window.pos
            continue
        if not window.fill():
            break
        ahead = window.pos + held
    start = window.pos
    if end < 0:
        window.pos = end = len(window.text)
        # A dump that is complete ends its data with \. and not with the file.
        text = window.text[start:end].rstrip("\r")
        return text, window.span(start, end), text == r"\."
    window.pos = end + 1
    if window.text[end - 1 : end] == "\r":
        end -= 1
    return window.text[start:end], window.span(start, max(start, end)), True


def _too_long(window: TextWindow) -> SetAside:
    """Go past a line that is longer than the limit, holding little of it."""
    offset, line = window.place(window.pos)
    while (end := window.text.find("\n", window.pos)) < 0:
        window.pos = len(window.text)
        if not window.fill():
            end = len(window.text)
            break
    after, _ = window.place(end)
    window.pos = min(end + 1, len(window.text))
    span = Span(offset, after - offset, line)
    return window.set_aside("too-long", "the row is longer than the limit", span)


def _add(batch: RowBatch, cells: Sequence[str | None], span: Span, key: Sequence[int]) -> None:
    batch.cells.append(cells)
    batch.lines.append(span.line)  # type: ignore[union-attr]
    batch.offsets.append(span.offset)  # type: ignore[union-attr]
    batch.lengths.append(span.length)  # type: ignore[union-attr]
    if batch.keys is not None:
        batch.keys.append(",".join([cells[position] or "" for position in key]))


def _flush(batch: RowBatch) -> Iterator[RowBatch]:
    """Hand over the rows gathered and begin anew."""
    if batch.cells:
        yield RowBatch(batch.cells, batch.lines, batch.offsets, batch.lengths, batch.keys)
        batch.cells, batch.lines, batch.offsets, batch.lengths = [], [], [], []
        batch.keys = None if batch.keys is None else []
