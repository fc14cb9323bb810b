"""Retention and erasure: what is due, who decides, and the proof that an erased person is nowhere (R36)."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.db import IntegrityError, transaction

from soken.access.eyes import viewing
from soken.access.models import Role, User
from soken.casework.actions.carry_out_erasure import carry_out_erasure
from soken.casework.actions.end_dossier import end_dossier
from soken.casework.actions.review_retention import propose_retention, settle_retention
from soken.casework.models import EvidenceItem, Membership, Operation, RetentionReview
from soken.casework.selectors.dossier import today
from soken.casework.selectors.retention import reviews_due
from soken.core.age_file import Identity
from soken.core.errors import BadInputError, NotFoundError, RefusedError
from soken.core.home import open_home
from soken.core.rewriting import copied
from soken.review.retention import rules
from soken.review.stages import Stage
from tests.casework.dossiers import AT, Room, bring_to, decide, judge_in_court, make_dossier, make_room
from tests.desk.factory import TAKAHASHI, World, make_world
from tests.on_postgres import postgres_server, whom_rows_bind

if TYPE_CHECKING:
    from pytest_django import Settings

STORY = Path(__file__).with_name("erased_story.py")


def test_an_erased_person_is_nowhere_and_nothing_brings_them_back(tmp_path: Path) -> None:
    told_through(tmp_path, SOKEN_DATABASE_URL="", SOKEN_STORE_KEY="")


@pytest.mark.postgres
def test_nor_where_the_store_is_encrypted_and_the_database_is_on_a_server(tmp_path: Path) -> None:
    with postgres_server() as server:
        told_through(tmp_path, SOKEN_DATABASE_URL=whom_rows_bind(server), SOKEN_STORE_KEY=Identity.make().text)


def told_through(tmp_path: Path, **said: str) -> None:
    """The story of an erasure, told by a program of its own in an environment that says so."""
    root = Path(__file__).parents[2]
    env = {**os.environ, "PYTHONPATH": f"{root / 'src'}{os.pathsep}{root}", **said}
    done = subprocess.run(
        [sys.executable, str(STORY), str(tmp_path)], env=env, capture_output=True, text=True, check=False, cwd=root
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "story done" in done.stdout


@pytest.fixture
def room(db: None) -> Room:
    return make_room()


@pytest.fixture(autouse=True)
def now() -> Any:
    with time_machine.travel(AT, tick=False) as traveller:
        yield traveller


@pytest.mark.parametrize(
    ("stage", "outcome", "erase"),
    [
        (Stage.MISIDENTIFIED, "wrong-person", True),
        (Stage.NOT_CHARGEABLE, "not-chargeable", False),
        (Stage.NOT_IDENTIFIABLE, "not-identifiable", False),
        (Stage.PROPOSED, "open", False),
    ],
)
def test_the_outcome_says_when_the_review_is_due_and_what_counts_by_default(
    stage: Stage, outcome: str, erase: bool, room: Room, now: Any
) -> None:
    bring_to(make_dossier(room), stage, room)
    rule = rules().outcomes[outcome]
    assert rule.word.flag is erase
    now.shift(timedelta(days=rule.days, hours=1))
    [due] = reviews_due(room.operation)
    assert (due.outcome, due.due_on, due.late) == (outcome, today(), True)


@pytest.mark.parametrize(("stage", "outcome"), [
    pytest.param(Stage.PROPOSED, "open", id="never screened: the case is neither sent nor closed"),
    pytest.param(Stage.UNDER_INVESTIGATION, "open", id="chargeable: the case has still to be sent"),
    pytest.param(Stage.NOT_CHARGEABLE, "deceased", id="closed by two people: no charge is possible"),
])  # fmt: skip
def test_of_the_dead_erasing_is_the_default_once_the_case_is_closed(
    stage: Stage, outcome: str, room: Room, now: Any
) -> None:
    dossier = bring_to(make_dossier(room), stage, room)
    end_dossier(dossier, by=room.analyst, kind="deceased", basis="戸籍の写し", on=today())
    assert [one.outcome for one in reviews_due(room.operation)] == (["deceased"] if outcome == "deceased" else [])
    now.shift(timedelta(days=rules().outcomes["open"].days, hours=1))
    [due] = reviews_due(room.operation)
    assert (due.outcome, due.rule.word.flag) == (outcome, outcome == "deceased")


def test_no_suspicion_is_erased_by_default_and_not_before_its_day(room: Room, now: Any) -> None:
    dossier = bring_to(make_dossier(room), Stage.REFERRED, room)
    decide(dossier, room, "no-suspicion")
    assert reviews_due(room.operation) == []
    now.shift(timedelta(days=rules().outcomes["no-suspicion"].days, hours=1))
    [due] = reviews_due(room.operation)
    assert due.outcome == "no-suspicion"
    assert due.rule.word.flag


def test_of_whom_was_prosecuted_the_verdict_is_asked_within_a_year_and_whoever_is_convicted_can_be_kept(
    room: Room, now: Any
) -> None:
    prosecuted = bring_to(make_dossier(room), Stage.REFERRED, room)
    decide(prosecuted, room, "formal-trial")
    now.shift(timedelta(days=365, hours=1))
    (due,) = reviews_due(room.operation)
    assert (due.outcome, due.rule.word.flag) == ("prosecuted", False)
    day = today() + timedelta(days=1000)
    with pytest.raises(RefusedError, match="no final verdict that says"):
        propose_retention(
            room.operation, prosecuted.person_code, by=room.reviewer, choice="keep", ground="convicted", review_on=day
        )
    judge_in_court(prosecuted, room, "suspended-sentence", final_on=today())
    made = propose_retention(
        room.operation, prosecuted.person_code, by=room.reviewer, choice="keep", ground="convicted", review_on=day
    )
    settle_retention(room.operation, made.pk, by=room.reviewer2, agree=True)
    assert reviews_due(room.operation) == []


def test_keeping_needs_a_coded_reason_and_a_new_date_and_two_people(room: Room) -> None:
    dossier = bring_to(make_dossier(room), Stage.DECEASED, room)
    code, day = dossier.person_code, today() + timedelta(days=90)
    said = {"by": room.reviewer, "choice": "keep", "ground": "claim", "review_on": day}
    for wrong in ({"ground": "because"}, {"review_on": None}, {"review_on": today()}):
        with pytest.raises(BadInputError):
            propose_retention(room.operation, code, **{**said, **wrong})
    with pytest.raises(RefusedError, match="may not do this"):
        propose_retention(room.operation, code, **{**said, "by": room.analyst})
    made = propose_retention(room.operation, code, **said)
    with pytest.raises(RefusedError, match="waits already"):
        propose_retention(room.operation, code, **said)
    with pytest.raises(RefusedError, match="yourself"):
        settle_retention(room.operation, made.pk, by=room.reviewer, agree=True)
    assert reviews_due(room.operation)[0].waiting == made
    settle_retention(room.operation, made.pk, by=room.reviewer2, agree=True)
    assert reviews_due(room.operation) == []


def test_nothing_is_erased_while_copies_of_a_wrong_person_are_not_recalled(room: Room) -> None:
    dossier = bring_to(make_dossier(room), Stage.MISIDENTIFIED, room)
    with pytest.raises(RefusedError, match="not closed"):
        propose_retention(
            room.operation, dossier.person_code, by=room.reviewer, choice="erase", ground="retention-over"
        )


def test_a_person_that_is_none_and_a_row_of_no_item_are_not_found(room: Room) -> None:
    with pytest.raises(NotFoundError):
        propose_retention(room.operation, "P-9999-0000-0001", by=room.reviewer, choice="erase", ground="order")
    dossier = make_dossier(room)
    with pytest.raises(NotFoundError, match="no evidence item"):
        propose_retention(room.operation, dossier.person_code, by=room.reviewer, choice="erase", ground="order")


def test_the_database_itself_refuses_one_person_and_an_erasure_that_nobody_agreed_to(room: Room) -> None:
    dossier = bring_to(make_dossier(room), Stage.DECEASED, room)
    made = propose_retention(
        room.operation, dossier.person_code, by=room.reviewer, choice="keep", ground="claim",
        review_on=today() + timedelta(days=9),
    )  # fmt: skip
    for wrong in ({"second": room.reviewer, "agreed": True}, {"erased_at": AT}):
        with pytest.raises(IntegrityError), transaction.atomic():
            RetentionReview.objects.filter(pk=made.pk).update(**wrong)


def _also_evidence_of_others(world: World) -> None:
    """Let an operation of which nobody here is a member have the same evidence item."""
    others = Operation.objects.create(name="Operation Egret", slug="egret", created_at=AT)
    EvidenceItem.objects.filter(pk=world.item.pk).update(operation=others)
    world.item.pk = None
    world.item.save()


@pytest.fixture
def world(db: None, settings: Settings, tmp_path: Path) -> World:
    settings.HOME = open_home(tmp_path / "home")
    return make_world()


def test_what_another_operation_has_as_evidence_too_is_not_erased_whoever_asks(world: World) -> None:
    """Of that operation whoever proposes the erasure is no member, and on PostgreSQL sees nothing."""
    reviewer = world.users[Role.REVIEWER]
    _also_evidence_of_others(world)
    with viewing(reviewer), pytest.raises(RefusedError, match="of another operation too") as told:
        propose_retention(world.operation, TAKAHASHI, by=reviewer, choice="erase", ground="order")
    assert "Egret" not in str(told.value)
    assert not RetentionReview.objects.exists()


def test_nor_what_another_operation_has_taken_in_since_two_people_agreed(world: World, settings: Settings) -> None:
    reviewer = world.users[Role.REVIEWER]
    second = User.objects.create(username="second", role=Role.REVIEWER, password="!")
    Membership.objects.create(operation=world.operation, user=second)
    made = propose_retention(world.operation, TAKAHASHI, by=reviewer, choice="erase", ground="order")
    settle_retention(world.operation, made.pk, by=second, agree=True)
    _also_evidence_of_others(world)
    with viewing(reviewer), pytest.raises(RefusedError, match="of another operation too"):
        carry_out_erasure(world.operation, made.pk, by=reviewer, home=settings.HOME, destroy=True)
    made.refresh_from_db()
    assert made.erased_at is None


def test_nobody_is_erased_while_a_backup_that_holds_them_is_made(world: World, settings: Settings) -> None:
    """The tombstone names the backups that hold the person: those that are done."""
    reviewer = world.users[Role.REVIEWER]
    second = User.objects.create(username="second", role=Role.REVIEWER, password="!")
    Membership.objects.create(operation=world.operation, user=second)
    made = propose_retention(world.operation, TAKAHASHI, by=reviewer, choice="erase", ground="order")
    settle_retention(world.operation, made.pk, by=second, agree=True)
    with copied(settings.HOME), pytest.raises(RefusedError, match="A backup, an erasure or a rotation"):
        carry_out_erasure(world.operation, made.pk, by=reviewer, home=settings.HOME, destroy=True)
    made.refresh_from_db()
    assert made.erased_at is None
