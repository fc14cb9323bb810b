"""``soken demo`` shows the whole of the casework: persons at every stage, in several forces, with overdue ones."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from soken.core import clock
from soken.demo.cases import demo_casework
from soken.review.stages import Stage
from soken.route.transfers import rules
from tests.commands.homes import Soken
from tests.home_database import opened

if TYPE_CHECKING:
    from pathlib import Path


def _moment(text: str) -> datetime:
    """Read a moment of a case database: SQLite's are UTC and do not say so."""
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def demo(soken: Soken) -> dict[str, Any]:
    """Run the demo; return what it printed."""
    told: dict[str, Any] = json.loads(soken("demo", "--no-serve", "--rows", "2000", "--json").stdout)
    return told


def test_the_demo_has_persons_at_every_stage_in_several_forces_some_overdue(tmp_path: Path) -> None:
    soken = Soken(tmp_path / "home")  # a home of nothing, as on a fresh machine
    first = demo(soken)
    assert first["rows_read"] == 2000 == first["rows_accepted"] + first["rows_set_aside"]
    assert 0 < first["persons"] <= first["records"] <= first["rows_accepted"]
    assert "review_links" in first
    played = demo_casework()
    taken_over = [one for one in played.old_cases if one.said.get("screening", "items-covered") == "items-covered"]
    joined = 2  # two dossiers of one person, the one joined into the other
    assert first["dossiers_opened"] == sum(case.count for case in played.cases) + len(taken_over) + joined
    with opened(tmp_path / "home") as cases:
        stages = {one for (one,) in cases.execute("select stage from casework_dossier")}
        owners = {one for (one,) in cases.execute("select force from casework_dossier where force <> ''")}
        waiting = cases.execute("select count(*) from casework_transfer where state = 'offered'").fetchone()[0]
        unanswered = [
            (clock.now() - _moment(str(offered))).total_seconds() / 3600
            for (offered,) in cases.execute("select offered_at from casework_transfer where state = 'offered'")
        ]  # fmt: skip
        told = {kind for (kind,) in cases.execute("select distinct kind from casework_notification")}
        late = cases.execute("select count(*) from casework_priority where due_on < current_date").fetchone()[0]
        further = {
            table: cases.execute(f"select count(*) from casework_{table}").fetchone()[0]
            for table in (
                "savedfilter", "limitationstart", "custodystep", "placefact", "welfarecheck", "disclosure", "restraint",
                "warrant", "namednotice", "lineofenquiry", "note", "task", "attachment", "squad",
            )
        }  # fmt: skip
        transfers = {one for (one,) in cases.execute("select distinct state from casework_transfer")}
        bands = set(cases.execute("select state, lowers from casework_bandchange").fetchall())
        versions = cases.execute("select max(number) from casework_assessment").fetchone()[0]
        tasks_late = cases.execute("select count(*) from casework_task where due_on < current_date").fetchone()[0]
        old = dict(cases.execute("select outcome, count(*) from casework_oldcaseline group by outcome").fetchall())
        said = set(cases.execute("select kind, verdict from casework_reviewact").fetchall())
        undone = cases.execute("select count(*) from casework_reviewact where undoes_id is not null").fetchone()[0]
        people = {one for (one,) in cases.execute("select username from access_user")}
        asked = cases.execute("select kind, state from casework_job").fetchall()
        feed = dict(cases.execute("select state, count(*) from casework_feedentry group by state").fetchall())
        published = cases.execute("select number, hosts from casework_feedversion").fetchall()
    assert stages == set(Stage)
    assert len(owners) >= 3
    assert (waiting, late >= 5) == (2, True)
    escalate, receive = (one.total_seconds() / 3600 for one in (rules().escalate, rules().receive))
    assert max(unanswered) > escalate, "one that supervisors and the centre hear of"
    assert receive < min(unanswered) < escalate, "and one that is only late"
    assert {"transfer-unanswered", "transfer-escalated", "target-alarm"} <= told
    assert not [table for table, count in further.items() if not count]
    assert transfers == {"offered", "received", "accepted", "returned"}
    assert bands == {("taken", 0), ("waiting", 1)}, "one raised, and a lowering that waits for another person"
    assert (versions, tasks_late) == (2, 1)
    assert {"list-unopened", "task-overdue", "lowering-waits"} <= told
    assert old == {"part": 1, "done": 1, "aside": 1}
    assert said == {
        ("judge", "same"), ("judge", "different"), ("judge", "unsure"), ("undo", "withdrawn"), ("merge", "same"),
        ("split", "different"),
    }  # fmt: skip
    assert undone == 1
    assert people == {one.name for one in demo_casework().people}
    assert (feed, published) == ({"listed": 2, "entered": 1}, [(1, 2)])
    assert asked == [("resolve", "waiting")], "a worker makes the run while the desk is open"
    soken("worker", "--once")
    with opened(tmp_path / "home") as cases:
        [(state, changes)] = cases.execute("select state, cast(changes as text) from casework_runcandidate").fetchall()
    assert state == "open"
    assert any(json.loads(changes).values()), "the page of what would change has something to show"
    again = demo(soken)
    assert again["dossiers_opened"] == 0, "a second start leaves people's work alone"
    assert again["persons"] == first["persons"], "no run that knows the judgements is shown before somebody accepts it"
