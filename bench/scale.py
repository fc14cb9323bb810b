"""A seized platform from file to proposed persons: where the time goes, and what each stage costs at least.

Floors, measured in the same run on the same file: reading its bytes, SHA-256 over them, DuckDB's own CSV reader to
Parquet (of the file in UTF-8, which it needs; Soken reads CP932 as it lies), a bare load of as many rows into SQLite.
"""

from __future__ import annotations

import hashlib
import math
import shutil
import sqlite3
import time
from typing import TYPE_CHECKING, Any

import duckdb

from bench.lists.platform import Platform, write_csv, write_dump
from bench.pipeline import OUT, PipelineError, run_stages

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

#: Accounts and orders.
SIZES = ((18_000, 100_000), (180_000, 1_000_000), (1_800_000, 10_000_000))
SEED = 31
_CHUNK = 1 << 20
_SHAPES: dict[str, Callable[[Path, int, int, int], Platform]] = {"csv": write_csv, "dump": write_dump}

_SCORES = """
WITH known AS (SELECT truth.person AS owner, links.person AS proposed
    FROM read_csv($truth) truth JOIN read_csv($links, all_varchar = true) links ON links.row::BIGINT = truth.row),
pairs AS (
    SELECT (SELECT sum(n * (n - 1) / 2) FROM (SELECT count(*) AS n FROM known GROUP BY owner, proposed)) AS hit,
        (SELECT sum(n * (n - 1) / 2) FROM (SELECT count(*) AS n FROM known GROUP BY proposed)) AS said,
        (SELECT sum(n * (n - 1) / 2) FROM (SELECT count(*) AS n FROM known GROUP BY owner)) AS so)
SELECT hit / said, hit / so FROM pairs
"""


def platforms(shapes: Sequence[str] = ("csv",), sizes: Sequence[tuple[int, int]] = SIZES) -> list[dict[str, Any]]:
    """Run Soken on a platform's list at each size; the lists are made once and kept."""
    results = []
    for shape in shapes:
        for accounts, orders in sizes:
            made = _SHAPES[shape](OUT, accounts, orders, SEED)
            result: dict[str, Any] = {
                "shape": shape, "accounts": accounts, "orders": orders, "rows": made.rows, "persons": made.persons,
                "bytes": made.path.stat().st_size,
            }  # fmt: skip
            result["floors"] = floors(made, shape)
            try:
                result |= _soken(made, accounts)
            except PipelineError as problem:
                result["problem"] = str(problem)
            print({key: value for key, value in result.items() if key != "stages"}, flush=True)
            results.append(result)
    return results


def floors(made: Platform, shape: str) -> dict[str, float]:
    """Return the seconds of what cannot be done without."""
    found = {"read the bytes": _timed(lambda: _read(made.path)), "SHA-256": _timed(lambda: _digest(made.path))}
    if shape == "csv":
        plain = made.path.with_suffix(".utf8")
        with made.path.open(encoding="cp932") as source, plain.open("w", encoding="utf-8") as copy:
            shutil.copyfileobj(source, copy, _CHUNK)
        target = made.path.with_suffix(".parquet")
        found["DuckDB, CSV to Parquet"] = _timed(lambda: _to_parquet(plain, target))
        for leftover in (plain, target):
            leftover.unlink()
    found["bare load of as many persons"] = _timed(lambda: _load(made.persons))
    return found


def _timed(do: Callable[[], object]) -> float:
    started = time.perf_counter()
    do()
    return time.perf_counter() - started


def _read(path: Path) -> None:
    with path.open("rb", buffering=0) as stream:
        while stream.read(_CHUNK):
            pass


def _digest(path: Path) -> None:
    with path.open("rb") as stream:
        hashlib.file_digest(stream, "sha256")


def _to_parquet(source: Path, target: Path) -> None:
    with duckdb.connect(config={"threads": 2}) as con:
        con.execute(
            f"COPY (SELECT * FROM read_csv($path, all_varchar = true)) TO '{target}' (COMPRESSION zstd)",
            {"path": str(source)},
        )


def _load(persons: int) -> None:
    """Put as many rows of eleven columns into a SQLite table with one index."""
    path = OUT / "floor.sqlite3"
    path.unlink(missing_ok=True)
    with sqlite3.connect(path) as con:
        con.execute(f"CREATE TABLE t (id INTEGER PRIMARY KEY, {', '.join(f'c{n} TEXT' for n in range(11))})")
        values = (
            "P-0000-0000-0000",
            "田中 太郎",
            "タナカ タロウ",
            "東京都",
            "same",
            "",
            3,
            1,
            2,
            "2020-01-01",
            "2021-01-01",
        )
        con.executemany(f"INSERT INTO t VALUES (?{', ?' * 11})", ((n, *values) for n in range(persons)))
        con.execute("CREATE INDEX i ON t (c0)")
    con.close()
    path.unlink()


def _soken(made: Platform, accounts: int) -> dict[str, Any]:
    """Take the list in, resolve it, export it; return what it took and how right it is."""
    proposal = run_stages([made.path], "platform", timeout=3600)
    links = proposal.home / "links.csv"
    given = {"truth": str(made.truth_path), "links": str(links)}
    with duckdb.connect() as con:
        precision, recall = con.execute(_SCORES, given).fetchall()[0]
    stages = {**proposal.told["intake"]["seconds"], **proposal.told["resolve"]["seconds"]}
    told = proposal.told["resolve"]
    return {
        "seconds": {name: stage.seconds for name, stage in proposal.stages.items()},
        "stages": stages,
        "other": proposal.stages["resolve"].seconds - sum(told["seconds"].values()),
        "peak_mib": proposal.peak_mib,
        "evidence_bytes": sum(
            file.stat().st_size for file in (proposal.home / "evidence").rglob("*") if file.is_file()
        ),
        "proposed": told["persons"],
        "precision": precision,
        "recall": recall,
        "accounts": accounts,
    }


def growth(results: Sequence[dict[str, Any]]) -> float | None:
    """Return the exponent with which seconds grow with rows (1 is linear), fitted over all sizes by least squares."""
    points = [(math.log(one["rows"]), math.log(sum(one["seconds"].values()))) for one in results if "seconds" in one]
    if len(points) < 2:
        return None
    x, y = (sum(point[at] for point in points) / len(points) for at in (0, 1))
    return sum((a - x) * (b - y) for a, b in points) / sum((a - x) ** 2 for a, _b in points)
