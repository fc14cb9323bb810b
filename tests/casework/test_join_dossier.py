"""Two dossiers of one person: one ends as joined into the other; nothing is lost, nobody counted twice."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, connection, transaction
from typer.testing import CliRunner

from soken.access.models import Role, User
from soken.casework.actions.accept_rows import accept_rows
from soken.casework.actions.advance import GateError, advance
from soken.casework.actions.assess import assess
from soken.casework.actions.carry_out_erasure import carry_out_erasure
from soken.casework.actions.end_dossier import end_dossier
from soken.casework.actions.join_dossier import join_dossier
from soken.casework.actions.judge import judge
from soken.casework.actions.notify_safety import notify_safety
from soken.casework.actions.record_restraint import record_restraint
from soken.casework.actions.review_retention import propose_retention, settle_retention
from soken.casework.actions.stage_step import take_step
from soken.casework.actions.write_note import write_note
from soken.casework.models import Dossier, DossierEnding, Membership, Notification, Priority
from soken.casework.selectors.clearances import _listed
from soken.casework.selectors.dossier import dossier_file, rows_of
from soken.casework.selectors.standing import stage_funnel
from soken.commands.main import app
from soken.core import clock
from soken.core.errors import BadInputError, NotFoundError, RefusedError
from soken.prioritise.instrument import PriorityBand
from soken.resolve import RowRef, Verdict
from soken.review.stages import Stage
from tests.casework.dossiers import Room, bring_to, make_dossier, make_room
from tests.casework.test_accept_rows import item_of, join
from tests.casework.test_due_rows import World

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_django import Settings

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(tmp_path: Path, settings: Settings) -> World:
    made = World(tmp_path, settings)
    made.resolve()
    return made


@pytest.fixture
def reviewer(world: World) -> User:
    user = User.objects.create(username="reviewer", role=Role.REVIEWER, password=make_password("x"))
    Membership.objects.create(operation=world.operation, user=user)
    return user


def tell_of(dossier: Dossier, room: Room) -> None:
    """Tell child protection."""
    notify_safety(
        room.operation, dossier.person_code, by=room.investigator, body="child-guidance-centre",
        office="中央児童相談所", method="phone",
    )  # fmt: skip


def test_one_ends_its_rows_come_to_the_other_and_nothing_is_lost(world: World, reviewer: User) -> None:
    kept, gone = join(world)
    before = {*rows_of(kept), *rows_of(gone)}
    write_note(gone, by=world.analyst, text="照会の経過")
    assess(kept, by=world.analyst, answers={})
    made = join_dossier(gone, by=reviewer, into=kept.person_code.lower(), reason="同一人と判定")
    assert (gone.stage, made.into, made.basis) == (Stage.JOINED, kept, "同一人と判定")
    assert [change.went_counts for change in gone.rows_changes.all()] == [[(kept.person_code, 1)]]
    assert gone.notes.count() == 1, "what was recorded stays to be read"
    kept.priority.refresh_from_db()
    assert kept.priority.reassess_since is not None, "whoever goes on is assessed anew"
    accept_rows(kept, by=world.analyst, reason="同一人")
    assert ({*rows_of(kept)}, rows_of(gone)) == (before, [])
    assert [one.dossier for one in dossier_file(kept).joined] == [gone]


def test_who_was_joined_is_erased_before_the_person_who_goes_on(
    world: World, reviewer: User, settings: Settings
) -> None:
    operation, (kept, gone) = world.operation, join(world)
    second = User.objects.create(username="second", role=Role.REVIEWER, password="!")
    Membership.objects.create(operation=operation, user=second)
    erase = {"by": reviewer, "choice": "erase", "ground": "order"}
    early = propose_retention(operation, kept.person_code, **erase)
    settle_retention(operation, early.pk, by=second, agree=True)
    join_dossier(gone, by=reviewer, into=kept.person_code, reason="同一人と判定")
    with pytest.raises(RefusedError, match=f"erase {gone.person_code} first"):
        carry_out_erasure(operation, early.pk, by=reviewer, home=settings.HOME)
    made = propose_retention(operation, gone.person_code, **erase)
    assert made.rows == {}, "its rows have gone to the other"
    settle_retention(operation, made.pk, by=second, agree=True)
    carry_out_erasure(operation, made.pk, by=reviewer, home=settings.HOME)
    assert not Dossier.objects.filter(pk=gone.pk).exists()
    carry_out_erasure(operation, early.pk, by=reviewer, home=settings.HOME)
    assert not Dossier.objects.filter(pk=kept.pk).exists()


def test_the_people_of_the_other_dossier_are_told(world: World, reviewer: User) -> None:
    kept, gone = join(world)
    join_dossier(gone, by=reviewer, into=kept.person_code, reason="同一人と判定")
    (told,) = Notification.objects.filter(kind="dossier-joined")
    assert (told.user, told.dossier) == (world.analyst, kept)


def test_nobody_is_counted_twice_and_the_joined_are_counted_as_such(world: World, reviewer: User) -> None:
    kept, gone = join(world)
    proposed = world.operation.persons.count()
    assert stage_funnel(world.operation).total == proposed + 1, "the second dossier looked like a person more"
    join_dossier(gone, by=reviewer, into=kept.person_code, reason="同一人と判定")
    found = stage_funnel(world.operation)
    assert (found.total, found.joined, found.stages["joined"]) == (proposed, 1, 0)
    assert found.adds_up
    assert sum(many for _operation, reached, many in _listed(clock.now()) if reached != "safeguarded") == proposed


def test_when_the_merge_is_undone_the_person_is_taken_up_again(world: World, reviewer: User) -> None:
    kept, gone = join(world)
    join_dossier(gone, by=reviewer, into=kept.person_code, reason="同一人と判定")
    accept_rows(kept, by=world.analyst, reason="同一人")
    with pytest.raises(GateError) as shut:
        advance(gone, by=reviewer, to=Stage.PROPOSED, reason="別人と判明")
    assert [one.code for one in shut.value.missing] == ["still-joined"]
    item = item_of(world)
    judge(
        world.operation, by=reviewer, left=RowRef(item, 1), right=RowRef(item, 3), verdict=Verdict.DIFFERENT.value,
        code="different-given",
    )  # fmt: skip
    world.resolve()
    funnel = stage_funnel(world.operation)
    assert (funnel.joined, funnel.stages["joined"], funnel.adds_up) == (0, 1, True), "a person again"
    advance(gone, by=reviewer, to=Stage.PROPOSED, reason="別人と判明")
    assert gone.endings.get().lifted_by == reviewer
    for one in (kept, gone):
        accept_rows(one, by=world.analyst, reason="別人")
    assert {len(rows_of(kept)), len(rows_of(gone))} == {1, 2}


@pytest.mark.parametrize("stage", [one for one in Stage if one is not Stage.JOINED])
def test_only_what_was_not_sent_and_has_not_ended_otherwise_is_joined(stage: Stage) -> None:
    room = make_room()
    dossier, other = bring_to(make_dossier(room), stage, room), make_dossier(room)
    room.operation.persons.filter(code=dossier.person_code).delete()
    tell_of(dossier, room)
    may = stage in {
        Stage.PROPOSED, Stage.SCREENED, Stage.ASSIGNED, Stage.UNDER_INVESTIGATION, Stage.READY, Stage.NOT_CHARGEABLE,
        Stage.NOT_IDENTIFIABLE,
    }  # fmt: skip
    if may:
        join_dossier(dossier, by=room.reviewer, into=other.person_code, reason="同一人")
        assert [one.kind for one in dossier.endings.filter(lifted_at=None)] == ["joined"]
        return
    with pytest.raises(RefusedError, match="No way leads"):
        join_dossier(dossier, by=room.reviewer, into=other.person_code, reason="同一人")
    assert not DossierEnding.objects.filter(kind="joined").exists()


def test_where_the_other_case_was_sent_the_rows_stay_where_they_are(world: World, reviewer: User) -> None:
    kept, gone = join(world)
    rows = rows_of(gone)
    take_step(kept, Stage.REFERRED, by=reviewer, reason="送致")
    join_dossier(gone, by=reviewer, into=kept.person_code, reason="同一人")
    assert rows
    assert (rows_of(gone), gone.rows_changes.count()) == (rows, 0)


@pytest.mark.parametrize(
    ("said", "error", "match"),
    [
        pytest.param({"reason": " "}, BadInputError, "reason is missing", id="no reason"),
        pytest.param({"into": "P-9999-9999-9999"}, NotFoundError, ".", id="the other has no dossier"),
        pytest.param({"into": "itself"}, BadInputError, "name the other person", id="into itself"),
        pytest.param({"by": "analyst"}, RefusedError, "may not take a person", id="no supervisor"),
        pytest.param({"by": "stranger"}, NotFoundError, "No operation", id="no member"),
        pytest.param({"seen": 9}, RefusedError, "Somebody else has changed", id="a stale page"),
    ],
)
def test_what_cannot_be_is_refused_in_one_sentence_and_changes_nothing(
    said: dict[str, object], error: type[Exception], match: str
) -> None:
    room = make_room()
    dossier, other = make_dossier(room), make_dossier(room)
    room.operation.persons.filter(code=dossier.person_code).delete()
    asked = {"by": "reviewer", "into": other.person_code, "reason": "同一人", **said}
    asked["by"] = room.users[str(asked["by"])]
    asked["into"] = dossier.person_code if asked["into"] == "itself" else asked["into"]
    with pytest.raises(error, match=match):
        join_dossier(dossier, **asked)  # type: ignore[arg-type]
    dossier.refresh_from_db()
    assert (dossier.stage, DossierEnding.objects.count()) == (Stage.PROPOSED, 0)


def test_a_person_who_is_proposed_still_is_not_joined() -> None:
    room = make_room()
    dossier, other = make_dossier(room), make_dossier(room)
    with pytest.raises(GateError) as shut:
        join_dossier(dossier, by=room.reviewer, into=other.person_code, reason="同一人")
    assert [one.code for one in shut.value.missing] == ["still-proposed"]
    assert not DossierEnding.objects.exists()


def test_rows_that_are_anothers_are_not_taken_along(world: World, reviewer: User) -> None:
    kept, gone = join(world)
    third = Dossier.objects.create(
        operation=world.operation, person_code="P-0000-0000-0001", received_on=date(2026, 5, 1), opened_by=reviewer,
        opened_at=clock.now(),
    )  # fmt: skip
    with pytest.raises(RefusedError, match="does not propose all rows"):
        join_dossier(gone, by=reviewer, into=third.person_code, reason="同一人")
    assert kept.stage == Stage.PROPOSED


@pytest.mark.parametrize("ended", [Stage.NOT_IDENTIFIABLE, Stage.CLOSED])
def test_a_dossier_is_not_joined_into_one_on_which_nobody_works(ended: Stage) -> None:
    room = make_room()
    dossier, other = make_dossier(room), bring_to(make_dossier(room), ended, room)
    room.operation.persons.filter(code=dossier.person_code).delete()
    with pytest.raises(RefusedError, match="on which work goes on"):
        join_dossier(dossier, by=room.reviewer, into=other.person_code, reason="同一人")


def test_no_child_waits_in_a_dossier_that_nobody_opens_any_more() -> None:
    room = make_room()
    dossier, other = make_dossier(room), make_dossier(room)
    room.operation.persons.filter(code=dossier.person_code).delete()
    Priority.objects.filter(dossier=dossier).update(band=PriorityBand.VERY_HIGH, order=0)
    with pytest.raises(RefusedError, match="told child protection"):
        join_dossier(dossier, by=room.reviewer, into=other.person_code, reason="同一人")
    tell_of(dossier, room)
    join_dossier(dossier, by=room.reviewer, into=other.person_code, reason="同一人")


def test_no_clock_of_custody_runs_in_a_dossier_that_nobody_opens_any_more() -> None:
    room = make_room()
    dossier, other = bring_to(make_dossier(room), Stage.READY, room), make_dossier(room)
    record_restraint(dossier, by=room.investigator, began_at=clock.now(), form="warrant")
    room.operation.persons.filter(code=dossier.person_code).delete()
    tell_of(dossier, room)
    with pytest.raises(RefusedError, match="is in custody"):
        join_dossier(dossier, by=room.reviewer, into=other.person_code, reason="同一人")


def test_an_ending_by_kind_alone_names_no_other_dossier() -> None:
    room = make_room()
    dossier = make_dossier(room)
    with pytest.raises(BadInputError, match="not known"):
        end_dossier(dossier, by=room.reviewer, kind="joined", basis="同一人")
    with pytest.raises(IntegrityError), transaction.atomic():
        DossierEnding.objects.create(dossier=dossier, kind="joined", basis="x", by=room.reviewer, at=clock.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        DossierEnding.objects.create(
            dossier=dossier, into=dossier, kind="joined", basis="x", by=room.reviewer, at=clock.now()
        )


def test_it_is_joined_by_command(world: World, reviewer: User) -> None:
    kept, gone = join(world)
    asked = ["dossier", "join", gone.person_code, "--operation", world.operation.slug, "--into", kept.person_code]
    # A command looks at indexes first, which PostgreSQL refuses within a transaction that has keys still to check.
    connection.check_constraints()
    done = CliRunner().invoke(app, [*asked, "--reason", "同一人", "--by", "reviewer", "--json"], input="x\n")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout[done.stdout.index("{") :])["stage"] == "joined"
