"""What row-level security costs a page: a server's persons, searched and listed with it and without (ADR 13)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).resolve().parent.parent
_RUN = "bench.row_security_run"


def measure_row_security() -> list[dict[str, Any]]:
    """Measure on a server of our own, as a role that it binds; nothing where none can be started."""
    from bench.ledger import has_postgres

    if not has_postgres():
        return [{"name": "PostgreSQL", "problem": "not installed"}]
    from tests.on_postgres import postgres_server, whom_rows_bind

    with tempfile.TemporaryDirectory(prefix="soken-bench-rows-") as home, postgres_server(durable=True) as server:
        environment = {**os.environ, "SOKEN_HOME": home, "PYTHONPATH": f"{_ROOT / 'src'}{os.pathsep}{_ROOT}"}
        environment["SOKEN_DATABASE_URL"] = whom_rows_bind(server)
        done = subprocess.run(
            [sys.executable, "-m", _RUN], cwd=_ROOT, env=environment, capture_output=True, text=True, check=False
        )
    if done.returncode:
        return [{"name": "PostgreSQL", "problem": done.stderr.strip().splitlines()[-1][:200]}]
    results: list[dict[str, Any]] = json.loads(done.stdout.splitlines()[-1])
    for one in results:
        print(one, flush=True)
    return results
