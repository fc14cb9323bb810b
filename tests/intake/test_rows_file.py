"""How a reading's rows lie on the disk: whoever looks for one of ten million decodes little for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from soken.core.ordered import ordered
from soken.intake import tables
from soken.intake.tables import ROWS_SCHEMA, TableFile

if TYPE_CHECKING:
    from pathlib import Path

ROWS = 20_000
#: Rows that a page decodes at most for one that it shows.
MOST = 8_192


def written(folder: Path) -> Path:
    path = folder / "rows.parquet"
    lines = {name: pa.nulls(ROWS, kind) for name, kind in zip(ROWS_SCHEMA.names, ROWS_SCHEMA.types, strict=True)}
    lines["row"] = pa.array(range(1, ROWS + 1), pa.int64())
    lines["email"] = pa.array([f"u{row}@mail.example" for row in range(1, ROWS + 1)])
    lines["prefecture"] = pa.array(["東京都" if row % 3 else None for row in range(1, ROWS + 1)])
    with TableFile(path, ROWS_SCHEMA) as file:
        for batch in pa.table(lines, schema=ROWS_SCHEMA).to_batches(3_000):
            file.write(batch)
    return path


def test_a_row_is_found_among_few_and_says_what_was_written(tmp_path: Path) -> None:
    path = written(tmp_path)
    account = pq.read_metadata(path)
    groups = [account.row_group(at) for at in range(account.num_row_groups)]
    assert sum(group.num_rows for group in groups) == ROWS
    assert max(group.num_rows for group in groups) <= MOST
    found = ordered(path, "row").holding([1, 12_345, ROWS], ["email", "prefecture"]).to_pylist()
    assert [(one["row"], one["email"]) for one in found] == [(row, f"u{row}@mail.example") for row in (1, 12_345, ROWS)]
    assert [one["prefecture"] for one in found] == ["東京都", None, "東京都"]


def test_no_column_has_a_dictionary_of_values_that_are_nearly_all_different(tmp_path: Path) -> None:
    account = pq.read_metadata(written(tmp_path))
    group = account.row_group(0)
    kinds = {kind for at in range(group.num_columns) for kind in group.column(at).encodings}
    assert "RLE_DICTIONARY" not in kinds


def test_what_stopped_the_reading_is_not_hidden_by_what_is_written_behind_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C on a full disk stops, and is no error of the disk."""

    class Full(pq.ParquetWriter):
        def write_table(self, *_args: object, **_said: object) -> None:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(tables.pq, "ParquetWriter", Full)
    with pytest.raises(KeyboardInterrupt):
        stopped_after_a_piece(tmp_path / "t.parquet")


def stopped_after_a_piece(path: Path) -> None:
    """Write rows until a piece of them has gone to the disk, then be stopped."""
    schema = pa.schema([("row", pa.int64())])
    with tables.TableFile(path, schema) as file:
        for _more in range(13):
            file.write(pa.record_batch({"row": range(tables.GROUP_ROWS)}, schema))
        raise KeyboardInterrupt
