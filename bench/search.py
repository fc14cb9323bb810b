"""How long the search box takes at 100,000 persons: every kind of thing that is looked for, one user, SQLite."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).resolve().parent.parent
_RUN = "bench.search_run"
#: Rows of the demo list → some 71 persons for each hundred.
SIZES = (14_200, 142_000)


def measure_search() -> list[dict[str, Any]]:
    """Make the demo's operation at each size, then look for everything in it."""
    results = []
    for rows in SIZES:
        with tempfile.TemporaryDirectory(prefix="soken-bench-search-") as home:
            environment = {**os.environ, "SOKEN_HOME": home, "PYTHONPATH": f"{_ROOT / 'src'}{os.pathsep}{_ROOT}"}
            environment.pop("SOKEN_DATABASE_URL", None)
            _run(["-m", "soken", "demo", "--no-serve", "--rows", str(rows)], environment)
            found = json.loads(_run(["-m", _RUN], environment).splitlines()[-1])
            results.append({"rows": rows, **found})
            print({key: value for key, value in results[-1].items() if key != "kinds"}, flush=True)
    return results


def _run(words: list[str], environment: dict[str, str]) -> str:
    """Run a command of this checkout; return what it printed."""
    done = subprocess.run(
        [sys.executable, *words], cwd=_ROOT, env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout
