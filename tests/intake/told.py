"""What a reader tells of some bytes, gathered so that a test can speak of rows."""

from __future__ import annotations

import hashlib
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from soken.intake.events import Reader, RowBatch, SetAside, Source, TableStart
from soken.intake.reasons import REASONS


@dataclass
class Told:
    """The events of one reading.

    Attributes:
        data: what was read.
        tables: rows by table, each a tuple of cells.
        columns: headings by table.
        notes: notes by table.
        aside: rows set aside, in order.
        places: (line, offset, length, key) of each accepted row, in order.
        order: 'row' or 'aside' for each row, in order.
    """

    data: bytes
    tables: dict[str, list[tuple[str | None, ...]]] = field(default_factory=dict)
    columns: dict[str, tuple[str, ...]] = field(default_factory=dict)
    notes: dict[str, dict[str, str]] = field(default_factory=dict)
    aside: list[SetAside] = field(default_factory=list)
    places: list[tuple[int | None, int | None, int | None, str | None]] = field(default_factory=list)
    order: list[str] = field(default_factory=list)

    @property
    def rows(self) -> list[tuple[str | None, ...]]:
        """All accepted rows of all tables, tables in order of appearance."""
        return [row for rows in self.tables.values() for row in rows]

    @property
    def reasons(self) -> list[str]:
        return [event.reason for event in self.aside]

    def raw(self, number: int) -> bytes:
        """The bytes at the place of the accepted row ``number`` (from 0)."""
        _, offset, length, _ = self.places[number]
        assert offset is not None
        assert length is not None
        return self.data[offset : offset + length]


def told(reader: Reader, data: bytes, name: str = "list") -> Told:
    """Read ``data`` and hold every event to the contract on the way."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(data)
        return _gather(reader, Source(path, "", name), data)


def _gather(reader: Reader, source: Source, data: bytes) -> Told:
    result = Told(data)
    table: str | None = None
    for event in reader.read(source):
        if isinstance(event, TableStart):
            table = event.table
            assert event.columns
            assert len(set(event.columns)) == len(event.columns)
            assert result.columns.setdefault(table, event.columns) == event.columns
            result.notes.setdefault(table, event.notes)
            result.tables.setdefault(table, [])
            continue
        assert table is not None
        if isinstance(event, SetAside):
            assert event.reason in REASONS
            if event.offset is not None and event.length is not None:
                whole = data[event.offset : event.offset + event.length]
                assert whole.startswith(event.raw)
                assert event.raw == whole or event.raw_sha256 == hashlib.sha256(whole).hexdigest()
            result.aside.append(event)
            result.order.append("aside")
        else:
            _gather_batch(result, table, event)
    return result


def _gather_batch(result: Told, table: str, event: RowBatch) -> None:
    count = len(event.cells)
    assert count
    nothing = [None] * count
    for parallel in (event.lines, event.offsets, event.lengths, event.keys):
        assert parallel is None or len(parallel) == count
    for cells in event.cells:
        assert len(cells) == len(result.columns[table])
        result.tables[table].append(tuple(cells))
        result.order.append("row")
    result.places += zip(
        event.lines or nothing, event.offsets or nothing, event.lengths or nothing, event.keys or nothing, strict=True
    )
