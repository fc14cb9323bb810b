"""JSON Lines, JSON lists of objects, and lists of objects inside one object: each object is a row."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, BinaryIO, Final

from soken.core.errors import BadInputError
from soken.intake.events import BATCH_ROWS, Event, RowBatch, Source, TableStart, open_source
from soken.intake.formats.json_elements import Aside, ElementReader
from soken.intake.formats.json_values import flatten
from soken.intake.formats.sqldump_encoding import DumpEncoding, find_encoding
from soken.intake.formats.sqldump_tables import unique_names
from soken.intake.formats.text_window import TextWindow

if TYPE_CHECKING:
    from collections.abc import Iterator

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
            columns = _columns(stream, encoding, source)
            yield from _rows(stream, encoding, columns)


def _columns(stream: BinaryIO, encoding: DumpEncoding, source: Source) -> _Columns:
    """Headings of every table: the union over its objects, in the order in which they first appear."""
    columns: _Columns = {}
    for element in ElementReader(TextWindow(stream, encoding.codec, encoding.skip)).read():
        known = columns.setdefault(element.table, {})
        if isinstance(element, Aside):
            continue
        for heading in flatten(element.row):
            known.setdefault(heading, len(known))
        if len(known) > _MAX_COLUMNS:
            raise BadInputError(
                f"{source.name} holds objects with more than {_MAX_COLUMNS} different keys, so they are no rows of one "
                "table: bring it into the form of one object a row first."
            )
    if not columns:
        raise BadInputError(f"{source.name} holds no JSON object: a row must be an object with named values.")
    return columns


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
        batch.cells.append(cells)
        span = element.span
        batch.lines.append(span.line)  # type: ignore[union-attr]
        batch.offsets.append(span.offset)  # type: ignore[union-attr]
        batch.lengths.append(span.length)  # type: ignore[union-attr]
    if batch.cells:
        yield batch
