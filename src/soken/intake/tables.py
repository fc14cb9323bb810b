"""The Parquet tables of a reading: their schemas, and a writer that fills them batch by batch."""

from __future__ import annotations

import codecs
import hashlib
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from soken.core.fields import FIELDS
from soken.intake.shape import shape_of_bytes

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from soken.intake.events import RowBatch, SetAside, TableStart

_PLACE: Final = [
    ("source_table", pa.string()), ("member", pa.string()), ("line", pa.int64()), ("byte_offset", pa.int64()),
    ("byte_length", pa.int64()),
]  # fmt: skip
ROWS_SCHEMA: Final = pa.schema(
    [("row", pa.int64()), ("kind", pa.string()), ("owner", pa.int64()), *_PLACE, ("row_key", pa.string())]
    + [(name, pa.string()) for name in FIELDS]
)
ASIDE_SCHEMA: Final = pa.schema(
    [("row", pa.int64()), *_PLACE, ("raw_sha256", pa.string()), ("reason", pa.string()), ("detail", pa.string()),
     ("shape", pa.string())]
)  # fmt: skip
#: Rows gathered before they are written, so that row groups are large enough to be read fast.
_GROUP_ROWS: Final = 131_072
_ASIDE_ROWS: Final = 8192


class TableFile:
    """A Parquet file that is written batch by batch in row groups of a useful size; a context manager."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self._writer = pq.ParquetWriter(
            path, schema, compression="zstd", compression_level=1, write_statistics=["row", "owner"]
        )
        self._waiting: list[pa.RecordBatch] = []
        self._count = 0

    def __enter__(self) -> TableFile:
        return self

    def __exit__(self, *_problem: object) -> None:
        self._flush()
        self._writer.close()

    def write(self, batch: pa.RecordBatch) -> None:
        """Add rows."""
        self._waiting.append(batch)
        self._count += batch.num_rows
        if self._count >= _GROUP_ROWS:
            self._flush()

    def _flush(self) -> None:
        if self._waiting:
            self._writer.write_table(pa.Table.from_batches(self._waiting))
        self._waiting, self._count = [], 0


class AsideFile:
    """``set_aside.parquet``, written as rows are set aside; only shapes and hashes of what they hold."""

    def __init__(self, path: Path) -> None:
        self._writer = pq.ParquetWriter(path, ASIDE_SCHEMA, compression="zstd")
        self._waiting: list[dict[str, Any]] = []

    def __enter__(self) -> AsideFile:
        return self

    def __exit__(self, *_problem: object) -> None:
        self._flush()
        self._writer.close()

    def add(self, row: int, table: TableStart, event: SetAside) -> None:
        """Add a row that was set aside."""
        self._waiting.append(
            {
                "row": row, "source_table": table.table, "member": table.member, "line": event.line,
                "byte_offset": event.offset, "byte_length": event.length,
                "raw_sha256": event.raw_sha256 or hashlib.sha256(event.raw).hexdigest(),
                "reason": event.reason, "detail": event.detail, "shape": shape_of_bytes(event.raw, _codec(table)),
            }
        )  # fmt: skip
        if len(self._waiting) == _ASIDE_ROWS:
            self._flush()

    def _flush(self) -> None:
        if self._waiting:
            self._writer.write_table(pa.Table.from_pylist(self._waiting, ASIDE_SCHEMA))
        self._waiting = []


def _codec(table: TableStart) -> str:
    """Return the codec that the reader found; its note may go on in words behind it."""
    named = table.notes.get("encoding", "utf-8").split(",")[0].split()
    try:
        return codecs.lookup(named[0]).name
    except (LookupError, IndexError):
        return "utf-8"


def places(table: TableStart, first: int, batch: RowBatch) -> dict[str, pa.Array]:
    """Return the columns that say where the rows of a batch are; the first has number ``first``."""
    count = len(batch.cells)
    return {
        "row": pa.array(range(first, first + count), pa.int64()),
        "source_table": _repeated(table.table, count),
        "member": _repeated(table.member, count),
        "line": pa.array(batch.lines, pa.int64()) if batch.lines else pa.nulls(count, pa.int64()),
        "byte_offset": pa.array(batch.offsets, pa.int64()) if batch.offsets else pa.nulls(count, pa.int64()),
        "byte_length": pa.array(batch.lengths, pa.int64()) if batch.lengths else pa.nulls(count, pa.int64()),
        "row_key": texts(batch.keys) if batch.keys else pa.nulls(count, pa.string()),
    }


def rows_batch(columns: dict[str, pa.Array], count: int) -> pa.RecordBatch:
    """Return rows in the schema of ``rows.parquet``; fields that are not given say nothing."""
    arrays = [
        columns[field.name] if field.name in columns else pa.nulls(count, field.type) for field in ROWS_SCHEMA
    ]  # fmt: skip
    return pa.RecordBatch.from_arrays(arrays, schema=ROWS_SCHEMA)


def texts(values: Sequence[str | None]) -> pa.Array:
    """Return text cells as a column; what is empty says nothing, so it becomes null.

    Halves of surrogate pairs (JSON can hold them) are no characters and become U+FFFD; the original keeps them.
    """
    try:
        array = pa.array(values, pa.string())
    except UnicodeEncodeError:
        mended = [None if value is None else value.encode("utf-8", "replace").decode() for value in values]
        array = pa.array(mended, pa.string())
    empty = pc.equal(array, "")
    return pc.if_else(empty, pa.scalar(None, pa.string()), array) if pc.any(empty).as_py() else array


def joined(arrays: Sequence[pa.Array], join: str) -> pa.Array:
    """Return the values of several columns as one, left to right; null where all say nothing."""
    whole = arrays[0]
    for more in arrays[1:]:
        # Not with null_handling="skip": pyarrow 26 then leaves out the rows in which every value is null.
        whole = pc.coalesce(pc.binary_join_element_wise(whole, more, join), whole, more)
    return whole


def _repeated(text: str, count: int) -> pa.Array:
    return pa.repeat(pa.scalar(text, pa.string()), count)
