"""What the ledger costs: entries and acts a second with eight writers, verification, and its share of a page's time."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).resolve().parent.parent
_RUN = "bench.ledger_run"


def measure_ledger() -> list[dict[str, Any]]:
    """Measure on SQLite, and on PostgreSQL where one is installed."""
    results = []
    for name in ("SQLite", "PostgreSQL"):
        with ExitStack() as stack:
            home = stack.enter_context(tempfile.TemporaryDirectory(prefix="soken-bench-ledger-"))
            environment = {**os.environ, "SOKEN_HOME": home, "PYTHONPATH": f"{_ROOT / 'src'}{os.pathsep}{_ROOT}"}
            environment.pop("SOKEN_DATABASE_URL", None)
            if name == "PostgreSQL":
                if not has_postgres():
                    results.append({"name": name, "problem": "not installed"})
                    continue
                from tests.on_postgres import postgres_server

                environment["SOKEN_DATABASE_URL"] = stack.enter_context(postgres_server(durable=True))
            done = subprocess.run(
                [sys.executable, "-m", _RUN], cwd=_ROOT, env=environment, capture_output=True, text=True, check=False
            )
            found: dict[str, Any] = (
                {"problem": done.stderr.strip().splitlines()[-1][:200]}
                if done.returncode
                else json.loads(done.stdout.splitlines()[-1])
            )
            results.append({"name": name, "problem": "", **found})
            print(results[-1], flush=True)
    return results


def has_postgres() -> bool:
    """Tell whether a server can be started here."""
    return shutil.which("initdb") is not None or any(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
