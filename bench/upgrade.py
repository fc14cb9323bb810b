"""How long a full case database takes to be brought up to date by the first command of a new release."""

from __future__ import annotations

import os
import sys
import tempfile
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Any

from bench.ledger import has_postgres
from bench.measure import Measured, run
from bench.pipeline import ROOT, PipelineError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

#: Persons in the list.
SIZES = (18_000, 180_000, 1_800_000)


def measure_upgrade() -> list[dict[str, Any]]:
    """Measure at each size on SQLite, and on a PostgreSQL server of our own where one can be started."""
    results = []
    for persons in SIZES:
        for name, database in (("SQLite", nullcontext("")), ("PostgreSQL", _server())):
            if name == "PostgreSQL" and not has_postgres():
                continue
            with database as address, tempfile.TemporaryDirectory(prefix="soken-bench-upgrade-") as home:
                result = {"name": name, "persons": persons, **_upgraded(home, address, persons)}
            print(result, flush=True)
            results.append(result)
    return results


@contextmanager
def _server() -> Iterator[str]:
    """Yield the address of a database on a server that waits for its disk."""
    from tests.on_postgres import postgres_server, whom_rows_bind

    with postgres_server(durable=True) as server:
        yield whom_rows_bind(server)


def _upgraded(home: str, address: str, persons: int) -> dict[str, Any]:
    """Fill a database of an early release; return what its upgrade takes, and a command after it."""
    environment = {
        **os.environ, "SOKEN_HOME": home, "SOKEN_DATABASE_URL": address,
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
    }  # fmt: skip
    _done(["-m", "bench.upgrade_run", str(persons)], environment)
    first, second = (_done(["-m", "soken", "operation", "list", "--json"], environment) for _time in range(2))
    return {"seconds": first.seconds, "peak_mib": first.peak_mib, "after": second.seconds}


def _done(words: list[str], environment: Mapping[str, str]) -> Measured:
    """Run Python to its end.

    Raises:
        PipelineError: it failed.
    """
    measured = run([sys.executable, *words], timeout=3600, env=environment)
    if measured.code:
        raise PipelineError(f"{' '.join(words)}: {measured.problem}")
    return measured
