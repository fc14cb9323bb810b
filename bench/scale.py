"""A seized platform from file to proposed persons: where the time goes, and what each stage costs at least."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import duckdb

from bench.floors import floors_of_file, floors_of_store
from bench.lists.platform import Platform, write_csv, write_dump
from bench.pipeline import OUT, PipelineError, run_stages

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

#: Accounts and orders.
SIZES = ((18_000, 100_000), (180_000, 1_000_000), (1_800_000, 10_000_000))
SEED = 31
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


def platforms(shape: str = "csv", sizes: Sequence[tuple[int, int]] = SIZES) -> list[dict[str, Any]]:
    """Run Soken on a platform's list of a shape at each size; the lists are made once and kept."""
    results = []
    for accounts, orders in sizes:
        made = _SHAPES[shape](OUT, accounts, orders, SEED)
        result: dict[str, Any] = {
            "shape": shape, "accounts": accounts, "orders": orders, "rows": made.rows, "persons": made.persons,
            "bytes": made.path.stat().st_size,
        }  # fmt: skip
        result["floors"] = floors_of_file(made, shape)
        try:
            result |= _soken(made, accounts)
        except PipelineError as problem:
            result["problem"] = str(problem)
        print({key: value for key, value in result.items() if key != "stages"}, flush=True)
        results.append(result)
    return results


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
        "store_floors": floors_of_store(proposal.home, told["persons"]),
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
