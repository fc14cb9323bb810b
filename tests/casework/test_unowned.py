"""Names that nobody owns: persons without a dossier, and persons whom no force has taken on, are seen and told of."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import time_machine

from soken.access.models import Role, User
from soken.casework.actions.plan_welfare import plan_welfare
from soken.casework.actions.record_custody_step import record_custody_step
from soken.casework.actions.record_place import record_place
from soken.casework.actions.record_restraint import record_restraint
from soken.casework.actions.take_ownership import take_ownership
from soken.casework.actions.tell_due import tell_due
from soken.casework.models import EvidenceItem, Membership, Notification, Person, ResolveRun
from soken.casework.selectors import store, unopened
from soken.casework.selectors.boards import board, force_ages
from soken.casework.selectors.dossier import today
from soken.casework.selectors.instrument import OWN
from soken.casework.selectors.unopened import unopened_of
from soken.casework.selectors.unowned import unowned
from soken.core.home import open_home
from soken.prioritise.instrument_file import default_instrument, parse_instrument
from tests.casework.dossiers import Room, make_dossier, make_room

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytest_django import Settings

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def now(settings: Settings, tmp_path: Path) -> Iterator[Any]:
    settings.HOME = open_home(tmp_path / "home")
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def room() -> Room:
    """Tokyo's people and Osaka's; nobody of the centre but one reviewer."""
    found = make_room()
    for name, user in found.users.items():
        user.force = "" if name == "reviewer2" else "tokyo"
        user.save()
    found.users["osaka"] = User.objects.create(username="osaka", role=Role.LIAISON, force="osaka", password="!")
    Membership.objects.create(operation=found.operation, user=found.osaka)
    return found


def propose(room: Room, *numbers: int) -> None:
    for number in numbers:
        Person.objects.create(
            operation=room.operation, code=f"P-9999-0000-{number:04d}", band="same", rows=1, records=1, items=1
        )


def received(room: Room, number: int, at: datetime) -> EvidenceItem:
    return EvidenceItem.objects.create(
        operation=room.operation, evidence_id=f"E-{number:012d}", file_name="list.csv", sha256=f"{number:064d}", size=1,
        received_at=at, rows_read=1, rows_accepted=1, rows_set_aside=0, reading=1, profile="", locale="ja",
    )  # fmt: skip


def told(room: Room, kind: str) -> list[tuple[str, str]]:
    """Look for what is due; return of one kind who is newly told, and of whom."""
    before = set(Notification.objects.values_list("pk", flat=True))
    tell_due(room.operation)
    names = {user.pk: name for name, user in room.users.items()}
    new = Notification.objects.filter(kind=kind).exclude(pk__in=before).order_by("pk")
    return sorted((names[one.user_id], one.person_code) for one in new)


# Persons without a dossier


def test_persons_without_a_dossier_are_counted_with_the_age_of_their_list(room: Room) -> None:
    make_dossier(room)
    assert unopened_of(room.operation) is None
    propose(room, 1, 2)
    received(room, 1, NOW - timedelta(days=480))
    found = unopened_of(room.operation)
    assert found is not None
    assert (found.persons, found.days, found.alarm) == (2, 480, True)
    shown = board(room.analyst)
    assert shown is not None
    assert shown.unopened.shown == (found,)


def test_the_age_is_that_of_the_first_list_with_somebody_without_a_dossier(room: Room) -> None:
    make_dossier(room)
    opened = room.operation.dossiers.get()
    propose(room, 1)
    for number, days in ((1, 400), (2, 90), (3, 2)):
        received(room, number, NOW - timedelta(days=days))
    run = ResolveRun.objects.create(
        operation=room.operation, run_id="R-1", inputs={"evidence": []}, finished_at=NOW, records=3, persons=2,
        same_links=0, review_links=0, seconds={},
    )  # fmt: skip
    folder = store.run_folder(room.operation, run)
    folder.mkdir(parents=True)
    rows = {
        "person": [opened.person_code, "P-9999-0000-0001", "P-9999-0000-0001"],
        "evidence": [f"E-{number:012d}" for number in (1, 2, 3)],
        "row": [1, 1, 1],
    }
    pq.write_table(pa.table(rows), folder / "membership.parquet")
    found = unopened_of(room.operation)
    assert found is not None
    assert found.days == 90
    (folder / "membership.parquet").write_bytes(b"damaged")
    worst = unopened_of(room.operation)
    assert worst is not None
    assert worst.days == 400


def test_a_list_that_lies_is_told_to_supervisors_and_again_each_time_as_long(room: Room, now: Any) -> None:
    propose(room, 1)
    received(room, 1, NOW)
    allowed = default_instrument().unopened_days
    now.move_to(NOW + timedelta(days=allowed))
    assert told(room, "list-unopened") == []
    now.move_to(NOW + timedelta(days=allowed + 1))
    assert told(room, "list-unopened") == [("reviewer", ""), ("reviewer2", "")]
    assert told(room, "list-unopened") == []
    now.move_to(NOW + timedelta(days=2 * allowed))
    assert len(told(room, "list-unopened")) == 2


def test_where_nobody_supervises_whoever_may_open_a_dossier_is_told(room: Room) -> None:
    Membership.objects.filter(user__role=Role.REVIEWER).delete()
    propose(room, 1)
    received(room, 1, NOW - timedelta(days=90))
    assert ("analyst", "") in told(room, "list-unopened")


def test_after_how_many_days_is_the_installations_own(room: Room, settings: Settings) -> None:
    from importlib.resources import files

    shipped = files("soken.prioritise").joinpath("instruments/default.toml").read_text("utf-8")
    own = settings.HOME.root.joinpath(*OWN)
    own.parent.mkdir()
    own.write_text(shipped.replace("reassess_days =", "unopened_days = 60\nreassess_days =", 1), "utf-8")
    assert parse_instrument(own.read_bytes(), "own.toml").unopened_days == 60
    propose(room, 1)
    received(room, 1, NOW - timedelta(days=60))
    found = unopened_of(room.operation)
    assert found is not None
    assert (found.allowed, found.alarm) == (60, False)


def test_no_table_is_read_where_there_is_one_list(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unopened.store, "ask", lambda *_said, **_values: pytest.fail("the table was asked"))
    propose(room, 1)
    received(room, 1, NOW)
    assert unopened_of(room.operation)


# Persons whom no force has taken on


def test_a_force_sees_whom_it_is_proposed_for_and_nobody_has_taken_on(room: Room) -> None:
    """R24: also the person whose only tie to it is where the act was."""
    here, there = make_dossier(room, force=""), make_dossier(room, force="")
    record_place(there, by=room.analyst, ground="residence", prefecture="27", basis="住民票")
    make_dossier(room, force="tokyo")
    found, total = unowned(room.analyst)
    assert ([one.dossier for one in found], total) == ([here], 1)
    assert found[0].reasons[0].ground.code == "residence"
    assert [one.dossier for one in unowned(room.osaka)[0]] == [there]
    record_place(here, by=room.analyst, ground="offence", prefecture="27", basis="照会")
    assert {one.dossier for one in unowned(room.osaka)[0]} == {here, there}
    record_place(there, by=room.analyst, ground="residence", prefecture="13", basis="住民票")
    assert {one.dossier for one in unowned(room.osaka)[0]} == {here}
    take_ownership(here, by=room.reviewer, force="tokyo", reason="住所地")
    assert unowned(room.osaka) == ([], 0)


def test_the_centre_sees_them_all_with_those_for_whom_nothing_can_be_proposed(room: Room) -> None:
    lost = make_dossier(room, force="")
    type(lost).objects.filter(pk=lost.pk).update(prefecture="")
    make_dossier(room, force="")
    found, total = unowned(room.reviewer2, most=1)
    assert ([one.forces for one in found], total) == ([()], 2)
    shown = board(room.reviewer2)
    assert shown is not None
    assert shown.unowned.total == 2


def test_whom_nobody_takes_on_is_told_to_the_force_proposed_first_once(room: Room, now: Any) -> None:
    there = make_dossier(room, force="")
    record_place(there, by=room.analyst, ground="residence", prefecture="27", basis="住民票")
    type(there).objects.filter(pk=there.pk).update(opened_at=NOW)
    assert told(room, "unowned") == []
    now.move_to(NOW + timedelta(hours=24))
    assert told(room, "unowned") == [("osaka", there.person_code)]
    assert told(room, "unowned") == []


def test_the_centre_has_ages_by_force_over_all_operations(room: Room) -> None:
    other = make_room("osprey")
    old = {"received_on": today() - timedelta(days=40)}
    make_dossier(room, **old)
    make_dossier(other, **old)
    make_dossier(room, force="osaka")
    found = force_ages([room.operation.pk, other.operation.pk])
    assert [(one.force, one.persons, one.late, one.oldest) for one in found] == [
        ("tokyo", 2, 2, 40),
        ("osaka", 1, 0, 0),
    ]
    centre, force = board(room.reviewer2), board(room.reviewer)
    assert centre is not None
    assert force is not None
    assert [one.persons for one in centre.force_ages] == [1, 1]
    assert force.force_ages == ()


# Held without a plan


def test_that_somebody_is_held_without_a_welfare_plan_is_told_at_once(room: Room) -> None:
    """R31."""
    dossier = make_dossier(room)
    held = record_restraint(dossier, by=room.investigator, began_at=NOW - timedelta(hours=2), form="flagrant")
    assert ("investigator", dossier.person_code) in told(room, "held-unplanned")
    assert told(room, "held-unplanned") == []
    record_custody_step(dossier, by=room.investigator, kind="released", happened_at=NOW - timedelta(hours=1))
    record_restraint(dossier, by=room.investigator, began_at=NOW - timedelta(minutes=30), form="flagrant")
    plan_welfare(dossier, by=room.investigator, risks="不明", measures="x", afterwards="x", good_until=today())
    assert told(room, "held-unplanned") == []
    assert held.pk
