"""Small exports and dumps of shop systems, taken in whole; all persons in them are invented."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq

from soken.core.home import open_home
from soken.core.ordered import silent_columns
from soken.intake import Acquisition, IntakeResult, take_in

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    Cell = str | int | None
    Tables = Mapping[str, Sequence[Mapping[str, Cell]]]


class Taken:
    """A list that was taken in.

    Attributes:
        result: what take_in told.
        rows: every accepted row, in file order, as field to value, without fields that say nothing.
    """

    def __init__(self, result: IntakeResult, rows: list[dict[str, Any]]) -> None:
        self.result = result
        self.rows = [{name: value for name, value in row.items() if value is not None} for row in rows]

    def of(self, table: str) -> list[dict[str, Any]]:
        """The rows of one table ('' for a file that has no tables)."""
        return [row for row in self.rows if row["source_table"] == table]

    def one(self, table: str, number: int = 0) -> dict[str, Any]:
        """One row of a table, counted from 0."""
        return self.of(table)[number]

    def says(self, table: str, number: int = 0) -> dict[str, Any]:
        """What a row claims: its fields only."""
        place = {"row", "kind", "owner", "source_table", "member", "line", "byte_offset", "byte_length", "row_key"}
        return {name: value for name, value in self.one(table, number).items() if name not in place}


def take(folder: Path, data: str, name: str, profile: str = "auto") -> Taken:
    """Take in a file with this text."""
    home = open_home(folder / "home")
    home.prepare() if hasattr(home, "prepare") else None
    path = folder / name
    path.write_text(data, encoding="utf-8", newline="")
    result = take_in(path, home=home, operation_slug="op", acquisition=Acquisition(), profile=profile, actor="analyst")
    rows = home.evidence / result.evidence_id / "readings" / "0001" / "rows.parquet"
    table = pq.read_table(rows)
    # Whoever reads single rows leaves out what the file says is empty: not one value may be lost by that.
    silent = {column for column in table.column_names if table[column].null_count == len(table)}
    assert silent_columns(pq.read_metadata(rows)) == silent
    return Taken(result, table.to_pylist())


def dump(tables: Tables) -> str:
    """A MySQL dump: each table created, then filled with one statement."""
    return "".join(_table(name, rows) for name, rows in tables.items())


def _table(name: str, rows: Sequence[Mapping[str, Cell]]) -> str:
    columns = list(dict.fromkeys(column for row in rows for column in row))
    made = ",\n".join(f"  `{column}` text" for column in columns)
    values = ",\n".join("(" + ",".join(_literal(row.get(column)) for column in columns) + ")" for row in rows)
    listed = ",".join(f"`{column}`" for column in columns)
    return f"CREATE TABLE `{name}` (\n{made}\n);\nINSERT INTO `{name}` ({listed}) VALUES\n{values};\n"


def _literal(cell: Cell) -> str:
    if cell is None:
        return "NULL"
    return str(cell) if isinstance(cell, int) else "'" + cell.replace("\\", "\\\\").replace("'", "\\'") + "'"


def sheet(rows: Sequence[Mapping[str, str]], columns: Sequence[str] = ()) -> str:
    """A CSV with these rows; ``columns`` gives the headings where rows do not have all."""
    headings = list(columns) or list(rows[0])
    out = io.StringIO()
    writer = csv.DictWriter(out, headings, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def has(said: dict[str, Any], **wanted: Any) -> None:
    """See that a row says exactly this of these fields."""
    assert {name: said.get(name) for name in wanted} == wanted


def taken_in(folder: Path, prefix: str, tables: Tables) -> Taken:
    """Take in a dump whose tables have this prefix; no title may get out of the sealed original."""
    taken = take(folder, dump({prefix + name: rows for name, rows in tables.items()}), "shop.sql")
    assert "TITLE" not in str(taken.rows)
    for record in (folder / "home" / "evidence").rglob("*.json*"):
        assert "TITLE" not in record.read_text(encoding="utf-8")
    return taken
