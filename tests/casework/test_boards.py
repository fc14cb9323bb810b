"""Where everybody stands: nobody is left out, and each number is the length of its list."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from soken.access.models import User
from soken.casework.actions.acknowledge_safety import acknowledge_safety
from soken.casework.actions.cancel_safety import cancel_safety
from soken.casework.actions.end_dossier import end_dossier
from soken.casework.actions.notify_safety import notify_safety
from soken.casework.actions.record_custody_step import record_custody_step
from soken.casework.actions.record_restraint import record_restraint
from soken.casework.actions.screen import screen
from soken.casework.models import AllegedOffence, Dossier, Person, Priority, ResolveRun
from soken.casework.selectors.boards import SHOWN, board
from soken.casework.selectors.clocks import running_clocks
from soken.casework.selectors.dossier import today
from soken.casework.selectors.due_clocks import custody_due
from soken.casework.selectors.due_work import safety_untold, targets_due
from soken.casework.selectors.priority import priority_page
from soken.casework.selectors.standing import UNOPENED, ages, stage_funnel, standing_page
from soken.core import clock
from soken.prioritise.instrument import PriorityBand
from soken.reference.custody import longest_warning
from soken.review.facts import Ending
from soken.review.stages import Stage
from tests.casework.dossiers import AT, Room, bring_to, make_dossier, make_room


@pytest.fixture
def room(db: None) -> Room:
    return make_room()


def propose(room: Room, code: str) -> Person:
    return Person.objects.create(operation=room.operation, code=code, band="same", rows=1, records=1, items=1)


def test_every_person_is_counted_once_wherever_they_stand(room: Room) -> None:
    propose(room, "P-9999-0000-0001")
    make_dossier(room)
    gone = make_dossier(room, force="")
    Person.objects.filter(code=gone.person_code).delete()
    found = stage_funnel(room.operation)
    assert (found.total, found.unopened, found.no_longer_proposed) == (3, 1, 1)
    assert found.stages[Stage.PROPOSED] == 2
    assert found.adds_up


def test_what_was_done_for_children_stands_beside_the_funnel(room: Room) -> None:
    """R40: what child protection acknowledged, of persons with and without a dossier; what was cancelled is none."""
    propose(room, "P-9999-0000-0001")
    dossier = make_dossier(room)
    said = {"by": room.analyst, "body": "child-guidance-centre", "office": "中央", "method": "phone"}
    made = [
        notify_safety(room.operation, code, **said)  # type: ignore[arg-type]
        for code in ("P-9999-0000-0001", dossier.person_code, dossier.person_code, dossier.person_code)
    ]
    for one in made[:2]:
        acknowledge_safety(room.operation, one.pk, by=room.analyst, who="当直")
    cancel_safety(room.operation, made[3].pk, by=room.analyst, reason="重複")
    found = stage_funnel(room.operation)
    assert (found.total, found.told, found.safeguarded) == (2, 2, 2)
    assert found.adds_up


def test_who_is_not_identifiable_stays_in_the_denominator(room: Room) -> None:
    make_dossier(room)
    ended = make_dossier(room)
    before = stage_funnel(room.operation).total
    end_dossier(ended, by=room.reviewer, kind=Ending.NOT_IDENTIFIABLE, basis="照会先すべて該当なし")
    after = stage_funnel(room.operation)
    assert after.total == before == 2
    assert after.stages[ended.stage] == 1
    assert after.adds_up


@pytest.mark.parametrize("stage", [UNOPENED, *Stage])
def test_a_number_of_the_funnel_is_the_length_of_its_list(stage: str, room: Room) -> None:
    propose(room, "P-9999-0000-0001")
    make_dossier(room)
    found = stage_funnel(room.operation)
    number = found.unopened if stage == UNOPENED else found.stages[stage]
    assert len(standing_page(room.operation, stage=stage).rows) == number


def test_a_number_of_the_ages_is_the_length_of_its_list(room: Room) -> None:
    for force in ("tokyo", "tokyo", "osaka", ""):
        open_priority(make_dossier(room, force=force))
    found = ages(room.operation)
    assert sum(one.persons for one in found) == 4
    for one in found:
        assert len(standing_page(room.operation, force=one.force, band=one.band).rows) == one.persons
        assert len(standing_page(room.operation, force=one.force, band=one.band, late=True).rows) == one.late


def open_priority(dossier: Dossier) -> None:
    from soken.casework.models import Priority

    Priority.objects.get_or_create(
        dossier=dossier,
        defaults={"operation": dossier.operation, "due_on": dossier.received_on, "alarm_on": dossier.received_on},
    )


def test_pages_of_a_list_leave_nobody_out_and_show_nobody_twice(room: Room) -> None:
    Person.objects.bulk_create(
        Person(operation=room.operation, code=f"P-9999-0000-{n:04d}", band="same", rows=1, records=1, items=1)
        for n in range(120)
    )
    seen: list[str] = []
    at = ""
    while True:
        page = standing_page(room.operation, stage=UNOPENED, at=at)
        seen += [str(one) for one in page.rows]
        at = page.later
        if not at:
            break
    assert len(seen) == len(set(seen)) == 120


def test_another_operation_is_not_counted(room: Room) -> None:
    make_dossier(make_room("osprey"))
    assert stage_funnel(room.operation).total == 0
    assert ages(room.operation) == ()


@pytest.mark.parametrize("stage", [Stage.READY, Stage.REFERRED, Stage.DECIDED])
def test_whose_case_is_sent_is_late_no_more(stage: Stage, room: Room) -> None:
    sent = bring_to(make_dossier(room), stage, room)
    Priority.objects.filter(dossier=sent).update(due_on=date(2020, 1, 1), alarm_on=date(2020, 1, 8))
    at_work = stage is Stage.READY
    found = board(room.reviewer)
    assert found is not None
    assert found.overdue.total == sum(one.persons for one in found.overdue_bands) == at_work
    assert sum(one.late for one in ages(room.operation)) == at_work
    assert len(standing_page(room.operation, late=True).rows) == at_work
    assert len(priority_page(room.operation, show="overdue").persons) == at_work
    assert len(list(targets_due(room.operation))) == at_work


def test_a_child_is_told_of_though_the_case_is_sent(room: Room) -> None:
    sent = bring_to(make_dossier(room), Stage.REFERRED, room)
    Priority.objects.filter(dossier=sent).update(order=0, band=PriorityBand.VERY_HIGH.value)
    assert [one.person for one in safety_untold(room.operation)] == [sent.person_code]


def test_a_screening_made_anew_during_the_work_waits_on_the_reviewers_board(room: Room) -> None:
    at_work = bring_to(make_dossier(room), Stage.ASSIGNED, room)
    screen(at_work, by=room.analyst, reason="items-covered")
    found = board(room.reviewer)
    assert found is not None
    assert [one.dossier_id for one in found.reviews.shown] == [at_work.pk]


def test_the_board_shows_every_clock_that_is_said_to_run_out_soon(room: Room) -> None:
    """The warning of each clock and the board's look ahead are one figure, not two."""
    dossier, now = make_dossier(room), clock.now()
    began = now - timedelta(days=7)
    record_restraint(dossier, by=room.investigator, began_at=began, form="warrant")
    for kind, hours in (("referred", 20), ("requested", 30), ("detained", 31)):
        at = began + timedelta(hours=hours)
        record_custody_step(dossier, by=room.investigator, kind=kind, happened_at=at)
    ends = next(one.ends_at for one in running_clocks(room.investigator, 10_000))
    with time_machine.travel(ends - longest_warning(), tick=False):
        told = [one.person for one in custody_due(room.operation)]
        found = board(room.investigator)
    assert told == [dossier.person_code]
    assert found is not None
    assert [(one.person, one.soon) for one in found.clocks.shown] == [(dossier.person_code, True)]


@pytest.mark.parametrize(("whose", "mine"), [("tokyo", 1), ("", 1 + 2 * SHOWN)])
def test_however_many_clocks_others_have_ones_own_stand_on_the_board(whose: str, mine: int, room: Room) -> None:
    reviewer = room.reviewer
    User.objects.filter(pk=reviewer.pk).update(force=whose)
    reviewer.refresh_from_db()
    ours, theirs = make_dossier(room), make_dossier(room, force="osaka")
    AllegedOffence.objects.bulk_create(
        AllegedOffence(
            dossier=one, code="7-1", last_on=date(2020, 1, 1), basis="照会", by=reviewer, at=clock.now(),
            limitation_on=today() + timedelta(days=days),
        )
        for one, days in [(ours, 20), *[(theirs, 10)] * 2 * SHOWN]
    )  # fmt: skip
    found = board(reviewer)
    assert found is not None
    assert found.clocks.total == mine
    assert whose == "" or [one.person for one in found.clocks.shown] == [ours.person_code]


def test_a_board_counts_the_persons_of_the_lists_once_a_minute_and_after_each_run(room: Room, now: Any) -> None:
    """At 1.8 million persons that count took a third of a second of every board."""

    def look() -> tuple[int, list[str]]:
        with CaptureQueriesContext(connection) as asked:
            shown = board(room.analyst)
        assert shown is not None
        of_persons = r'SELECT [^(]*COUNT\([^)]*\) AS "n" FROM "casework_person"'
        counts = [one["sql"] for one in asked if re.match(of_persons, one["sql"])]
        return sum(one.persons for one in shown.unopened.shown), counts

    def run(number: int) -> None:
        ResolveRun.objects.create(
            operation=room.operation, run_id=f"R-{number}", inputs={"evidence": []}, finished_at=AT, records=1,
            persons=1, same_links=0, review_links=0, seconds={},
        )  # fmt: skip

    cache.clear()
    run(1)
    propose(room, "P-0000-0000-9001")
    persons, counted = look()
    assert (persons, len(counted)) == (1, 1)
    propose(room, "P-0000-0000-9002")
    assert look() == (1, [])
    dossier = make_dossier(room)
    assert look()[0] == 0, "who has a dossier is counted each time"
    dossier.operation.persons.filter(code=dossier.person_code).delete()
    run(2)
    persons, counted = look()
    assert (persons, len(counted)) == (2, 1)
    propose(room, "P-0000-0000-9003")
    now.shift(61)
    assert look()[0] == 3
