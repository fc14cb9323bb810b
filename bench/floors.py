"""What each stage of a platform's list costs at least: the bare tool on the same bytes, rows and records.

Which stage is held against which floor, and why one takes more, stands in ``stages.toml``.
"""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import duckdb
import zstandard

from bench.measure import run
from bench.pipeline import OUT, ROOT, PipelineError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from bench.lists.platform import Platform

_CHUNK = 1 << 20
#: What a row says of a person: rows that say the same are one record.
_SAID = """full_name, family_name, given_name, full_kana, family_kana, given_kana, email, email2, phone, phone2,
    postal_code, prefecture, city, address, address2, birth_date, sex, company, id_number, account, login, card,
    device"""
#: Of a run, in the order of its names.
_TABLES = ("links", "membership", "persons", "row_records")


def floors_of_file(made: Platform, shape: str) -> dict[str, float]:
    """Return the seconds of what cannot be done without before a row is read.

    Args:
        made: the list.
        shape: 'csv' or 'dump'; DuckDB reads only the first.
    """
    found = {
        "read the bytes": _timed(lambda: _read(made.path)),
        "SHA-256": _timed(lambda: _digest(made.path)),
        "hash and pack": _timed(lambda: _pack(made.path)),
    }
    if shape == "csv":
        plain, target = made.path.with_suffix(".utf8"), made.path.with_suffix(".parquet")
        with made.path.open(encoding="cp932") as source, plain.open("w", encoding="utf-8") as copy:
            shutil.copyfileobj(source, copy, _CHUNK)
        found["DuckDB, CSV to Parquet"] = _timed(
            lambda: _copy(f"SELECT * FROM read_csv('{plain}', all_varchar = true)", target)
        )
        for leftover in (plain, target):
            leftover.unlink()
    return found


def floors_of_store(home: Path, persons: int) -> dict[str, float]:
    """Return the seconds of the bare tools on what a run read and wrote.

    Args:
        home: a store with one operation, one reading and one run.
        persons: how many are loaded.
    """
    rows = next((home / "evidence").glob("*/readings/*/rows.parquet"))
    folder = next((home / "operations").glob("*/runs/*"))
    target = OUT / "floor"
    grouped = f"SELECT {_SAID}, count(*), min(row) FROM read_parquet('{rows}') GROUP BY ALL"
    membership = f"SELECT evidence, row, person, band, review_with FROM read_parquet('{folder}/membership.parquet')"
    found = {
        "DuckDB, rows that say the same": _timed(lambda: _copy(grouped, target)),
        "Splink's model": _splink(folder / "records.parquet"),
        "DuckDB, tables of the run": _timed(lambda: _copy_all(folder, target)),
        "DuckDB, table to CSV": _timed(lambda: _copy(membership, target, "FORMAT csv, HEADER")),
        "bare load": _timed(lambda: _load(persons)),
    }
    target.unlink()
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


def _pack(path: Path) -> None:
    """Hash a file and pack it with both cores, as fast as the packer goes."""
    target, digest = OUT / "floor.zst", hashlib.sha256()
    packer = zstandard.ZstdCompressor(level=1, threads=2)
    with path.open("rb") as stream, target.open("wb") as packed, packer.stream_writer(packed) as writer:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
            writer.write(chunk)
    target.unlink()


def _copy(asked: str, target: Path, form: str = "FORMAT parquet, COMPRESSION zstd") -> None:
    with duckdb.connect(config={"threads": 2}) as con:
        con.execute(f"COPY ({asked}) TO '{target}' ({form})")


def _copy_all(folder: Path, target: Path) -> None:
    for name in _TABLES:
        _copy(f"SELECT * FROM read_parquet('{folder / name}.parquet')", target)


def _splink(records: Path) -> float:
    """Return the seconds that Splink takes with its own comparisons on the same records, its start included.

    Raises:
        PipelineError: it failed.
    """
    try:
        measured = run([sys.executable, str(ROOT / "bench/splink_floor.py"), str(records)], timeout=900)
    except subprocess.SubprocessError as problem:
        raise PipelineError(f"Splink: {problem}") from problem
    if measured.code:
        raise PipelineError(f"Splink: {measured.problem}")
    return measured.seconds


def _load(persons: int) -> None:
    """Put as many rows of eleven columns into a SQLite table with one index."""
    path = OUT / "floor.sqlite3"
    path.unlink(missing_ok=True)
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
    with sqlite3.connect(path) as con:
        con.execute(f"CREATE TABLE t (id INTEGER PRIMARY KEY, {', '.join(f'c{n} TEXT' for n in range(11))})")
        con.executemany(f"INSERT INTO t VALUES (?{', ?' * 11})", ((n, *values) for n in range(persons)))
        con.execute("CREATE INDEX i ON t (c0)")
    con.close()
    path.unlink()
