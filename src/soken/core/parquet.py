"""Parquet files of the store, encrypted or not: how many lines one has, and taking some of them out in one step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from soken.core import vault
from soken.core.ordered import silent_columns, told_silent

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

_GROUP: Final = 10_000


def rows_in(path: Path) -> int:
    """Return how many lines a file has."""
    with vault.opened(path) as file:
        return int(pq.read_metadata(file).num_rows)


def columns_in(path: Path) -> frozenset[str]:
    """Return the columns of a file: one that an earlier version wrote may lack some."""
    with vault.opened(path) as file:
        return frozenset(pq.read_schema(file).names)


def without_rows(path: Path, rows: Collection[int], *, column: str = "row") -> int:
    """Rewrite a file without the lines whose number is among some; return how many it held.

    Args:
        path: the file; replaced by one rename, once the new one is on the disk.
        rows: the numbers.
        column: the column that holds them.
    """
    unwanted = pa.array(sorted(rows), pa.int64())
    part = path.with_name(f"{path.name}.part")
    held = 0
    part.unlink(missing_ok=True)
    with vault.opened(path) as file, pq.ParquetFile(file) as source, vault.created(part) as out:
        schema = source.schema_arrow
        counted = [name for name in ("row", "owner") if name in schema.names]
        with pq.ParquetWriter(out, schema, compression="zstd", compression_level=1, write_statistics=counted) as writer:
            for batch in source.iter_batches(batch_size=_GROUP):
                out = pc.is_in(batch.column(schema.get_field_index(column)), value_set=unwanted)
                held += pc.sum(out).as_py() or 0
                writer.write_table(pa.Table.from_batches([batch.filter(pc.invert(out))]))
            writer.add_key_value_metadata(told_silent(silent_columns(source.metadata)))
    vault.sync_file(part)
    part.replace(path)
    return held
