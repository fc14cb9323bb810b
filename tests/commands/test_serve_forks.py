"""A server's workers begin with nothing of DuckDB's: its threads are not forked with it."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.home_database import told_of

if TYPE_CHECKING:
    from pathlib import Path

_FORKS = """
import gc, os, sys
import django
django.setup()
from soken.commands.serve import leave_nothing_to_fork
from soken.core.duck import connect, shared

class Kept:
    def __init__(self):
        self.itself, self.connection = self, connect({"threads": 2})
        self.connection.execute("select sum(i) from range(10000000) t(i)").fetchall()

gc.disable()
Kept()
shared().execute("select 1").close()
if sys.argv[1] == "ready":
    leave_nothing_to_fork()
worker = os.fork()
if not worker:
    gc.collect()
    assert shared().execute("select 1").fetchall() == [(1,)]
    os._exit(0)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(worker, 0)[1]) % 256)
"""


@pytest.mark.parametrize(("how", "ends"), [("ready", 0), ("as it is", 256 - 11)])
def test_a_worker_collects_nothing_that_only_its_parent_can_end(how: str, ends: int, tmp_path: Path) -> None:
    environment = {
        **told_of(tmp_path), "SOKEN_HOME": str(tmp_path), "DJANGO_SETTINGS_MODULE": "soken.desk.settings",
        "PYTHONPATH": ":".join(sys.path),
    }  # fmt: skip
    done = subprocess.run([sys.executable, "-c", _FORKS, how], env=environment, timeout=120, check=False)
    assert done.returncode == ends
