"""Where normalise spends its time: ``.venv/bin/python -m bench.normalise [--rows 1000000] [--workers 2]``.

Makes a demo list of that size once, takes it in, builds its records, and prints for each step the seconds by the clock
and by the processors (of this process and its workers): by the clock alone a busy machine looks like slow code.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))

from bench.pipeline import OUT  # noqa: E402 - the checkout's own source comes first
from soken.core.progress import Timings  # noqa: E402
from soken.demo.lists import write_demo_list  # noqa: E402
from soken.normalise.records import build_records  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator

    from soken.core.progress import Advance

_TICKS = os.sysconf("SC_CLK_TCK")


class Steps(Timings):
    """Also remembers how many seconds of the processors each step took; `processors` by step."""

    def __init__(self) -> None:
        super().__init__()
        self.processors: defaultdict[str, float] = defaultdict(float)

    @contextmanager
    def stage(self, name: str, total: int | None = None, unit: str = "rows") -> Iterator[Advance]:
        """Time a step by both clocks."""
        before = processor_seconds()
        with super().stage(name, total, unit) as advance:
            yield advance
        self.processors[name] += processor_seconds() - before


def processor_seconds() -> float:
    """Return what this process, its children that ended and its children that live have used (Linux only)."""
    ticks = 0
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it ended meanwhile
        if int(entry.name) == os.getpid():
            ticks += sum(map(int, fields[11:15]))
        elif int(fields[1]) == os.getpid():
            ticks += sum(map(int, fields[11:13]))
    return ticks / _TICKS


def taken_in(rows: int) -> Path:
    """Return the reading of a demo list, made and taken in if it is not there yet."""
    home = OUT / f"home-normalise-{rows}"
    found = sorted(home.glob("evidence/*/readings/*/rows.parquet"))
    if found:
        return found[-1]
    home.mkdir(parents=True, exist_ok=True)
    made = write_demo_list(OUT / f"normalise-{rows}.csv", rows=rows, seed=2017)
    env = {**os.environ, "SOKEN_HOME": str(home), "PYTHONPATH": str(ROOT / "src")}
    for words in (["operation", "new", "bench"], ["intake", str(made.path), "--operation", "bench", "--json"]):
        subprocess.run([sys.executable, "-m", "soken", *words], env=env, check=True, stdout=subprocess.DEVNULL)
    return sorted(home.glob("evidence/*/readings/*/rows.parquet"))[-1]


def main() -> None:
    """Build the records once and print the table."""
    words = argparse.ArgumentParser(prog="python -m bench.normalise", description=__doc__)
    words.add_argument("--rows", type=int, default=1_000_000)
    words.add_argument("--workers", type=int, default=None)
    chosen = words.parse_args()
    reading = taken_in(chosen.rows)
    steps = Steps()
    with tempfile.TemporaryDirectory(dir=OUT) as folder, steps.stage("all"):
        built = build_records([("E-1", reading, "ja")], Path(folder), progress=steps, workers=chosen.workers)
    for name, seconds in steps.seconds.items():
        print(f"{seconds:8.2f} s  {steps.processors[name]:8.2f} processor s  {name}")
    print(json.dumps({"rows": built.rows, "records": built.records, "load": os.getloadavg()[0]}))


if __name__ == "__main__":
    main()
