"""JSON Lines, JSON lists of objects, and lists of objects inside objects: each object is a row.

The rows that stand for themselves come first, in the order of the file, then those that stand inside them.
"""

from __future__ import annotations

import re
from itertools import repeat
from typing import TYPE_CHECKING, BinaryIO, Final

from soken.core.errors import BadInputError
from soken.intake.events import BATCH_ROWS, Event, RowBatch, Source, TableStart, open_source
from soken.intake.formats.json_cursor import Aside
from soken.intake.formats.json_elements import ElementReader
from soken.intake.formats.json_inner import inner_rows
from soken.intake.formats.json_values import flatten
from soken.intake.formats.sqldump_encoding import DumpEncoding, find_encoding
from soken.intake.formats.sqldump_tables import unique_names
from soken.intake.formats.text_window import TextWindow

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from soken.intake.formats.json_inner import Inner
    from soken.intake.formats.text_window import Span

_HEAD_BYTES: Final = 64 * 1024
_BEGIN_RE: Final = re.compile(r'[\s\x1e]*(?:\[\s*(?:\{|\]|\Z)|\{\s*(?:"|\}))')
#: More headings than any shop has: the objects are then no rows of one table.
_MAX_COLUMNS: Final = 5_000

_Columns = dict[str, dict[str, int]]


class JsonReader:
    """Reads JSON Lines and JSON (`Reader` protocol)."""

    name = "json"

    def recognises(self, head: bytes, source: Source) -> bool:
        """Tell by how the text begins: an object with a key, or a list of objects."""
        with open_source(source) as stream:
            encoding = find_encoding(stream, head[:_HEAD_BYTES], source.name, whole=False)
        return _BEGIN_RE.match(head[encoding.skip : _HEAD_BYTES].decode(encoding.codec, "replace")) is not None

    def read(self, source: Source) -> Iterator[Event]:
        """Read every object, in the order of the file; a first pass finds out all headings.

        Raises:
            BadInputError: the file holds no object, or objects with thousands of different keys.
        """
        with open_source(source) as stream:
            head = stream.read(_HEAD_BYTES)
            encoding = find_encoding(stream, head, source.name, whole=True)
            columns, inner = _columns(stream, encoding, source)
            yield from _rows(stream, encoding, columns)
            if inner:
                yield from _inner_rows(stream, encoding, inner)


def _columns(stream: BinaryIO, encoding: DumpEncoding, source: Source) -> tuple[_Columns, _Columns]:
    """Headings of every table, and of the tables inside rows: the union over the objects, as they first appear."""
    columns: _Columns = {}
    inner: _Columns = {}
    for element in ElementReader(TextWindow(stream, encoding.codec, encoding.skip)).read():
        known = columns.setdefault(element.table, {})
        if isinstance(element, Aside):
            continue
        _learn(known, flatten(element.row), source)
        for one in inner_rows(element.row):
            _learn(inner.setdefault(_inside(element.table, one.path), {}), _cells(one), source)
    if not columns:
        raise BadInputError(f"{source.name} holds no JSON object: a row must be an object with named values.")
    return columns, inner


def _learn(known: dict[str, int], cells: Iterable[str], source: Source) -> None:
    for heading in cells:
        known.setdefault(heading, len(known))
    if len(known) > _MAX_COLUMNS:
        raise BadInputError(
            f"{source.name} holds objects with more than {_MAX_COLUMNS} different keys, so they are no rows of one "
            "table: bring it into the form of one object a row first."
        )


def _inside(table: str, path: str) -> str:
    return f"{table}.{path}" if table else path


def _cells(one: Inner) -> dict[str, str | None]:
    """The cells of a row inside another, with what that one says of it."""
    return {**one.told, **flatten(one.row, one.depth)}


def _rows(stream: BinaryIO, encoding: DumpEncoding, columns: _Columns) -> Iterator[Event]:
    """All rows under the headings found."""
    window = TextWindow(stream, encoding.codec, encoding.skip)
    notes = {"encoding": encoding.codec, **encoding.notes}
    current: str | None = None
    batch = RowBatch([], [], [], [])
    for element in ElementReader(window).read():
        changes = element.table != current
        if batch.cells and (changes or isinstance(element, Aside) or len(batch.cells) >= BATCH_ROWS):
            yield batch
            batch = RowBatch([], [], [], [])
        if changes:
            current = element.table
            yield TableStart(current, unique_names(tuple(columns[current])) or ("value",), notes=notes)
        if isinstance(element, Aside):
            yield element.event
            continue
        cells: list[str | None] = [None] * max(1, len(columns[element.table]))
        for heading, value in flatten(element.row).items():
            cells[columns[element.table][heading]] = value
        _put(batch, cells, element.span)
    if batch.cells:
        yield batch


def _inner_rows(stream: BinaryIO, encoding: DumpEncoding, columns: _Columns) -> Iterator[Event]:
    """The rows inside rows, each with the number of the outermost row around it."""
    notes = {"encoding": encoding.codec, **encoding.notes}
    waiting = {table: _empty() for table in columns}
    window = TextWindow(stream, encoding.codec, encoding.skip)
    for number, element in enumerate(ElementReader(window, inner=True).read(), start=1):
        if isinstance(element, Aside):
            continue
        places = element.inner or repeat(element.span)
        for one, span in zip(inner_rows(element.row), places, strict=False):
            table = _inside(element.table, one.path)
            cells: list[str | None] = [None] * max(1, len(columns[table]))
            for heading, value in _cells(one).items():
                cells[columns[table][heading]] = value
            batch = waiting[table]
            _put(batch, cells, span)
            batch.inside.append(number)  # type: ignore[union-attr]
            if len(batch) >= BATCH_ROWS:
                yield from _told(table, columns, notes, batch)
                waiting[table] = _empty()
    for table, batch in waiting.items():
        if len(batch):
            yield from _told(table, columns, notes, batch)


def _empty() -> RowBatch:
    return RowBatch([], [], [], [], inside=[])


def _told(table: str, columns: _Columns, notes: dict[str, str], batch: RowBatch) -> Iterator[Event]:
    yield TableStart(table, unique_names(tuple(columns[table])) or ("value",), notes=notes)
    yield batch


def _put(batch: RowBatch, cells: list[str | None], span: Span) -> None:
    batch.cells.append(cells)
    batch.lines.append(span.line)  # type: ignore[union-attr]
    batch.offsets.append(span.offset)  # type: ignore[union-attr]
    batch.lengths.append(span.length)  # type: ignore[union-attr]
