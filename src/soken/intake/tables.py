"""The Parquet tables of a reading: their schemas, and a writer that fills them batch by batch."""

from __future__ import annotations

import codecs
import hashlib
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from soken.core.fields import FIELDS
from soken.core.ordered import told_silent
from soken.intake.events import ColumnBatch
from soken.intake.shape import shape_of_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
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
#: Rows of a row group: large enough to be read fast, small enough that one row is found without reading many.
GROUP_ROWS: Final = 6_144
#: Rows gathered before they are written: some row groups at once.
_WRITTEN_ROWS: Final = 13 * GROUP_ROWS
_ASIDE_ROWS: Final = 8192
_MEMORY: Final = "1500MB"


class Behind:
    """Writes pieces of tables in a thread of its own while the next rows are read; a context manager.

    One piece at a time, so that memory stays flat. A disk that is full is told at the next piece, or on leaving.
    """

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="rows")
        self._under_way: Future[None] | None = None

    def __enter__(self) -> Behind:
        return self

    def __exit__(self, kind: object, *_problem: object) -> None:
        try:
            if kind is None:
                self.wait()
        finally:
            self.stop()

    def stop(self) -> None:
        """Let what is under way end, and write no more."""
        self._thread.shutdown()

    def write(self, writer: pq.ParquetWriter, piece: pa.Table, rows: int | None = None) -> None:
        """Write a piece, once the one before it is written; in row groups of so many rows, None for one."""
        self.wait()
        self._under_way = self._thread.submit(writer.write_table, piece, row_group_size=rows)

    def wait(self) -> None:
        """Wait for what is being written, and raise what went wrong with it."""
        under_way, self._under_way = self._under_way, None
        if under_way is not None:
            under_way.result()


class TableFile:
    """A Parquet file that is written batch by batch in row groups of a useful size; a context manager.

    It is written behind what is read. The file's own account names the columns that say nothing:
    a shop fills one in four, and whoever reads single rows need not open the others.
    """

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        # Names, mails and numbers are nearly all different within a group: a dictionary of them takes more room than it
        # saves, and time to write and to read.
        self._writer = pq.ParquetWriter(
            path, schema, compression="zstd", compression_level=1, write_statistics=["row", "owner"],
            use_dictionary=False,
        )  # fmt: skip
        self._behind = Behind()
        self._waiting: list[pa.RecordBatch] = []
        self._count = 0
        self._silent = set(schema.names)

    def __enter__(self) -> TableFile:
        return self

    def __exit__(self, kind: object, *_problem: object) -> None:
        try:
            if kind is None:
                self._flush()
                self._behind.wait()
                self._writer.add_key_value_metadata(told_silent(self._silent))
        finally:
            # What is under way is let end; what was raised already is not hidden by how it ends.
            self._behind.stop()
            self._writer.close()

    def write(self, batch: pa.RecordBatch) -> None:
        """Add rows."""
        self._waiting.append(batch)
        self._count += batch.num_rows
        self._silent -= {name for name in self._silent if batch[name].null_count < batch.num_rows}
        if self._count >= _WRITTEN_ROWS:
            self._flush()

    def _flush(self) -> None:
        if self._waiting:
            self._behind.write(self._writer, pa.Table.from_batches(self._waiting), GROUP_ROWS)
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


@contextmanager
def duck(spill: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection for joining tables, which goes on in a folder where memory does not suffice."""
    with duckdb.connect(
        config={"threads": 2, "memory_limit": _MEMORY, "temp_directory": str(spill / "spill")}
    ) as connection:
        yield connection


def _codec(table: TableStart) -> str:
    """Return the codec that the reader found; its note may go on in words behind it."""
    named = table.notes.get("encoding", "utf-8").split(",")[0].split()
    try:
        return codecs.lookup(named[0]).name
    except (LookupError, IndexError):
        return "utf-8"


def places(table: TableStart, first: int, batch: RowBatch) -> dict[str, pa.Array]:
    """Return the columns that say where the rows of a batch are; the first has number ``first``."""
    count = len(batch)
    keys = None
    if isinstance(batch, ColumnBatch):
        lines, offsets, lengths = batch.places
        keys = batch.key_column
    else:
        lines, offsets, lengths = (
            pa.array(told, pa.int64()) if told else pa.nulls(count, pa.int64())
            for told in (batch.lines, batch.offsets, batch.lengths)
        )
        keys = texts(batch.keys) if batch.keys else None
    return {
        "row": pa.array(np.arange(first, first + count)),
        "source_table": _repeated(table.table, count),
        "member": _repeated(table.member, count),
        "line": lines,
        "byte_offset": offsets,
        "byte_length": lengths,
        "row_key": keys if keys is not None else pa.nulls(count, pa.string()),
    }


class Columns:
    """The columns of a batch by their number, as `texts`; made when they are asked for."""

    def __init__(self, batch: RowBatch) -> None:
        self._made: dict[int, pa.Array] = {}
        self._batch = batch
        self._cells = [] if isinstance(batch, ColumnBatch) else list(zip(*batch.cells, strict=True))

    def __getitem__(self, number: int) -> pa.Array:
        """Return a column."""
        if number not in self._made:
            self._made[number] = self._column(number)
        return self._made[number]

    def _column(self, number: int) -> pa.Array:
        """Make a column."""
        if not isinstance(self._batch, ColumnBatch):
            return texts(self._cells[number])
        column = self._batch.columns[number]
        return _without_empty(column) if self._batch.knows_null else column


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
    return _without_empty(array)


def _without_empty(array: pa.Array) -> pa.Array:
    empty = pc.equal(array, "")
    return pc.if_else(empty, pa.scalar(None, pa.string()), array) if pc.any(empty).as_py() else array


def joined(arrays: Sequence[pa.Array], join: str) -> pa.Array:
    """Return the values of several columns as one, left to right; null where all say nothing."""
    whole = arrays[0]
    for more in arrays[1:]:
        # Not with null_handling="skip": pyarrow 26 then leaves out the rows in which every value is null.
        whole = pc.coalesce(pc.binary_join_element_wise(whole, more, join), whole, more)
    return whole


def among(array: pa.Array, allowed: Iterable[str]) -> pa.Array:
    """Return which texts are among these; what says nothing counts as ''."""
    return pc.is_in(array.fill_null(""), pa.array(sorted(allowed), pa.string()))


def only_where(told: pa.Array, array: pa.Array) -> pa.Array:
    """Return texts where something is so; elsewhere they say nothing."""
    return pc.if_else(told, array, pa.scalar(None, pa.string()))


def blanked(array: pa.Array, blank: Iterable[str]) -> pa.Array:
    """Return texts without those with which a shop says nothing."""
    return only_where(pc.invert(among(array, blank)), array)


def replaced(array: pa.Array, by: Callable[[str], str | None]) -> pa.Array:
    """Return texts each replaced by another; each different text is asked for once, in the order of appearance."""
    coded = array.dictionary_encode()
    words = pa.array([by(text) for text in coded.dictionary.to_pylist()], pa.string())
    return words.take(coded.indices)


def _repeated(text: str, count: int) -> pa.Array:
    return pa.repeat(pa.scalar(text, pa.string()), count)
