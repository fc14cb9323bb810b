"""Intake alone beside other readers: whole file, every column as text, every row counted."""

from __future__ import annotations

import json
import os
import shutil
import sys
from typing import TYPE_CHECKING, Any

from bench.measure import run
from bench.peer_runs import peers_python
from bench.pipeline import OUT, ROOT
from soken.demo.lists import write_demo_list

if TYPE_CHECKING:
    from pathlib import Path

OTHERS = {
    "DuckDB read_csv, rejects kept, counted": "duckdb_count",
    "DuckDB read_csv, rejects kept, to Parquet": "duckdb_parquet",
    "polars read_csv, quotes as letters, ragged lines cut": "polars",
    "Python csv, bad quotes as they come": "python_csv",
}


def measure_readers(rows: int) -> list[dict[str, Any]]:
    """Return seconds, memory and rows found of each reader on one list of this size (UTF-8, seven damaged rows).

    Each has ``times``: how many times as long Soken took in the same run; None where either of them failed.
    """
    path = OUT / f"read-{rows}.csv"
    made = write_demo_list(path, rows=rows, seed=7, encoding="utf-8")
    size = path.stat().st_size
    results: list[dict[str, Any]] = [_soken(path, rows)]
    for name, reader in OTHERS.items():
        measured = run([str(peers_python()), str(ROOT / "bench/peers/read_csv.py"), reader, str(path)], timeout=600)
        results.append(
            {"name": name, "file_rows": rows, "seconds": measured.seconds, "peak_mib": measured.peak_mib,
             "found": int(measured.output or 0) if measured.code == 0 else None, "problem": measured.problem}
        )  # fmt: skip
    own = results[0]
    for result in results:
        failed = own["problem"] or result["problem"]
        times = None if failed else own["seconds"] / result["seconds"]
        result |= {"bytes": size, "damaged": made.damaged, "times": times}
        print(result, flush=True)
    for leftover in (path, path.with_suffix(".csv.parquet")):
        leftover.unlink(missing_ok=True)
    return results


def _soken(path: Path, rows: int) -> dict[str, Any]:
    """Seal, read and store the list by the command."""
    home = OUT / "home-read"
    shutil.rmtree(home, ignore_errors=True)
    env = {**os.environ, "SOKEN_HOME": str(home), "PYTHONPATH": str(ROOT / "src")}
    run([sys.executable, "-m", "soken", "operation", "new", "bench"], timeout=60, env=env)
    measured = run(
        [sys.executable, "-m", "soken", "intake", str(path), "--operation", "bench", "--json"], timeout=600, env=env
    )
    told = json.loads(measured.output) if measured.code == 0 else {}
    shutil.rmtree(home, ignore_errors=True)
    return {
        "name": "Soken: seal, read, check, code items, to Parquet", "file_rows": rows, "seconds": measured.seconds,
        "peak_mib": measured.peak_mib, "found": told.get("rows_read"), "problem": measured.problem,
    }  # fmt: skip
