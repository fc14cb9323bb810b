"""``soken demo`` shows the whole of the casework: persons at every stage, in several forces, with overdue ones."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

from soken.demo.cases import demo_casework
from soken.review.stages import Stage

SOURCE = Path(__file__).parents[2] / "src"


def demo(home: Path) -> dict[str, object]:
    """Run the demo in a home; return what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", "soken", "demo", "--no-serve", "--rows", "2000", "--json"],
        env={**os.environ, "SOKEN_HOME": str(home), "PYTHONPATH": str(SOURCE)},
        cwd=home.parent,
        capture_output=True,
        text=True,
        check=True,
    )
    told: dict[str, object] = json.loads(done.stdout)
    return told


def test_the_demo_has_persons_at_every_stage_in_several_forces_some_overdue(tmp_path: Path) -> None:
    first = demo(tmp_path / "home")
    assert first["dossiers_opened"] == sum(case.count for case in demo_casework().cases)
    with sqlite3.connect(next((tmp_path / "home").rglob("*.sqlite3"))) as cases:
        stages = {one for (one,) in cases.execute("select stage from casework_dossier")}
        owners = {one for (one,) in cases.execute("select force from casework_dossier where force <> ''")}
        waiting = cases.execute("select count(*) from casework_transfer where state = 'offered'").fetchone()[0]
        late = cases.execute("select count(*) from casework_priority where due_on < date('now')").fetchone()[0]
        further = {
            table: cases.execute(f"select count(*) from casework_{table}").fetchone()[0]
            for table in ("restraint", "warrant", "namednotice", "lineofenquiry", "note", "task", "attachment", "squad")
        }
        people = {one for (one,) in cases.execute("select username from access_user")}
    assert stages == set(Stage)
    assert len(owners) >= 3
    assert (waiting, late >= 5) == (2, True)
    assert not [table for table, count in further.items() if not count]
    assert people == {one.name for one in demo_casework().people}
    assert demo(tmp_path / "home")["dossiers_opened"] == 0, "a second start leaves people's work alone"
