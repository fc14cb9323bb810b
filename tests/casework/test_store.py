"""The store's DuckDB belongs to one process: a forked worker has its own."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import duckdb

from soken.access.eyes import machine_sees_all
from soken.casework.selectors import store

if TYPE_CHECKING:
    from pathlib import Path


def test_a_forked_worker_asks_a_duckdb_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "rows.parquet"
    duckdb.sql("select range as n from range(200000)").write_parquet(str(path))
    asked = "select sum(n)::bigint as total from read_parquet($path)"
    with machine_sees_all():
        assert store.ask(asked, path=str(path)) == [{"total": 19999900000}]
        worker = os.fork()
        if worker == 0:
            # Whatever goes wrong, the fork never goes on as a second run of the tests.
            right = False
            try:
                signal.alarm(20)
                right = store.ask(asked, path=str(path)) == [{"total": 19999900000}]
            finally:
                os._exit(0 if right else 1)
    assert os.waitpid(worker, 0)[1] == 0
