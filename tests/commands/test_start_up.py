"""A command loads what it needs: DuckDB, Splink and Django take longer to load than most commands take to run."""

from __future__ import annotations

import os
import subprocess
import sys


def test_nothing_heavy_is_loaded_before_a_command_asks_for_it() -> None:
    asked = "import sys, soken.commands.main; print(*sys.modules)"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    done = subprocess.run([sys.executable, "-c", asked], env=environment, capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "typer" in loaded
    assert loaded & {"django", "duckdb", "numpy", "pandas", "pyarrow", "rapidfuzz", "splink"} == set()
