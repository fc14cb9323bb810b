"""What encryption at rest costs: the same list taken in, resolved and asked, with the store open and encrypted."""

from __future__ import annotations

import os
import shutil
import statistics
import time
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from bench.pipeline import OUT, run_stages
from soken.core.age_file import Identity
from soken.core.duck import at, connect
from soken.core.store_key import VALUE
from soken.core.vault import opened, original_in
from soken.demo.lists import write_demo_list

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb

SIZES = (7_000, 100_000)
_SEED = 20_261_128
_ASKED = 25
_CHUNK = 1 << 20


def measure_encryption() -> list[dict[str, Any]]:
    """Measure each size without and with a key."""
    results = []
    for rows in SIZES:
        source = OUT / f"encryption-{rows}.csv"
        write_demo_list(source, rows=rows, seed=_SEED, truth_path=OUT / f"encryption-{rows}.truth.csv")
        for encrypted in (False, True):
            with patch.dict(os.environ, {VALUE: Identity.make().text} if encrypted else {}):
                results.append({"rows": rows, "encrypted": encrypted, **_measured(source)})
            print(results[-1], flush=True)
    return results


def _measured(source: Path) -> dict[str, Any]:
    """Take a list in, resolve it, and ask its files as the pages do."""
    proposal = run_stages([source], "encryption")
    home = proposal.home
    run = next((home / "operations" / "bench" / "runs").iterdir())
    item = home / "evidence" / proposal.evidence[0]
    size = sum(one.stat().st_size for folder in (run, item) for one in folder.rglob("*") if one.is_file())
    with connect({"threads": 2}) as con:
        found = {
            "intake": proposal.stages["intake"].seconds,
            "resolve": proposal.stages["resolve"].seconds,
            "person_ms": _median(con, run / "membership.parquet", "person = 'P-0000-0000-0000'"),
            "whole_ms": _median(con, run / "records.parquet", "name like '%佐%' and address like '%区%'"),
            "original_mib_s": _read(original_in(item)),
            "bytes": size,
        }
    shutil.rmtree(home)
    return found


def _median(con: duckdb.DuckDBPyConnection, table: Path, where: str) -> float:
    """Return the median milliseconds of a question, each time opened anew."""
    times = []
    for _time in range(_ASKED):
        began = time.perf_counter()
        con.execute(f"select count(*) from read_parquet($p) where {where}", {"p": at(table)}).fetchall()
        times.append((time.perf_counter() - began) * 1000)
    return statistics.median(times)


def _read(original: Path) -> float:
    """Return how many MiB of an original are read in a second, from the system's cache."""
    began, size = time.perf_counter(), 0
    with opened(original) as stream:
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
    return size / (1 << 20) / (time.perf_counter() - began)
