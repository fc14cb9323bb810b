"""A Spark cluster until it is stopped: prints the address of its master, or nothing where there can be none."""

from __future__ import annotations

import signal
import sys
import tempfile
import threading
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from shutil import which

from tests.docs.pages import ROOT
from tests.resolve.test_spark import cluster


def is_there() -> bool:
    """Tell whether Java is there, and what the lock file for Spark names, so that installing it changes nothing."""
    named = (
        line.split()[0] for line in (ROOT / "requirements/spark.txt").read_text("utf-8").splitlines() if "==" in line
    )
    try:
        return which("java") is not None and all(version(one.split("==")[0]) == one.split("==")[1] for one in named)
    except PackageNotFoundError:
        return False


if __name__ == "__main__" and is_there():
    signal.signal(signal.SIGTERM, lambda *_stopped: sys.exit())
    with tempfile.TemporaryDirectory() as folder, cluster(Path(folder)) as master:
        print(master, flush=True)  # noqa: T201 - the script that started this reads it
        threading.Event().wait()
