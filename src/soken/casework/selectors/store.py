"""Where the evidence store keeps what a page shows, and one way to ask its Parquet files."""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING, Any

import duckdb
from django.conf import settings

from soken.core.errors import DamagedStoreError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from soken.casework.models import EvidenceItem, Operation, ResolveRun
    from soken.core.home import Home


def home() -> Home:
    """Return the home that this server works on."""
    found: Home = settings.HOME
    return found


def evidence_folder(evidence_id: str) -> Path:
    """Return the folder of an evidence item."""
    return home().evidence / evidence_id


def reading_folder(item: EvidenceItem, run: ResolveRun | None = None) -> Path:
    """Return the folder of an item's reading: the current one, or the one that a run was made from."""
    number = item.reading if run is None else readings_of(run).get(item.evidence_id, item.reading)
    return evidence_folder(item.evidence_id) / "readings" / f"{number:04d}"


def readings_of(run: ResolveRun) -> dict[str, int]:
    """Return which reading of each evidence item a run was made from: evidence id → number."""
    return {one["id"]: one["reading"] for one in run.inputs["evidence"]}


def run_folder(operation: Operation, run: ResolveRun) -> Path:
    """Return the folder of a run of resolve."""
    return home().operations / operation.slug / "runs" / run.run_id


def _engine() -> duckdb.DuckDBPyConnection:
    """Return this process's DuckDB: in memory, holding nothing, reading the files that it is told to.

    A server's workers are forked from a process that may have asked before: its DuckDB has threads that they have not,
    and crashes in their hands.
    """
    return _engine_of(os.getpid())


@cache
def _engine_of(_process: int) -> duckdb.DuckDBPyConnection:
    """Return the DuckDB of a process."""
    return duckdb.connect(config={"threads": 2, "memory_limit": "1GB"})


def connection() -> duckdb.DuckDBPyConnection:
    """Return a connection of this process's DuckDB for the layers below, to be closed after use."""
    return _engine().cursor()


def numbers(values: Iterable[int]) -> str:
    """Return whole numbers as the inside of an SQL list (never empty); constants let DuckDB skip row groups."""
    return ", ".join(str(int(value)) for value in values) or "-1"


def ask(sql: str, **values: Any) -> list[dict[str, Any]]:
    """Return the rows that a query over Parquet files gives, as dictionaries.

    Args:
        sql: the query; every value stands in it as ``$name``.
        values: the values; paths as text.

    Raises:
        DamagedStoreError: a file is missing or cannot be read.
    """
    with _engine().cursor() as cursor:
        try:
            cursor.execute(sql, values)
            names = [column[0] for column in cursor.description or ()]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        except (duckdb.IOException, duckdb.InvalidInputException) as problem:
            raise DamagedStoreError(
                "A table of the evidence store cannot be read; run `soken doctor` and then resolve again."
            ) from problem
