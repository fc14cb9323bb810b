"""A split or a join of persons is carried into dossiers: rows are let go and accepted by people, nothing is lost."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.hashers import make_password
from django.db import connection
from typer.testing import CliRunner

from soken.access.models import Role, User
from soken.casework.actions.accept_rows import accept_rows
from soken.casework.actions.assess import assess
from soken.casework.actions.confirm_identity import confirm_identity
from soken.casework.actions.judge import judge
from soken.casework.actions.open_dossier import open_dossier
from soken.casework.models import Dossier, DossierRow, Membership, Person, RowsChange, StageChange
from soken.casework.selectors.dossier import facts_of, rows_of
from soken.casework.selectors.dossier_rows import rows_now
from soken.commands.main import app
from soken.core.errors import BadInputError, NotFoundError, RefusedError
from soken.ledger.chain import chain_pending
from soken.ledger.models import Entry
from soken.resolve import RowRef, Verdict
from soken.review.stages import Stage
from soken.review.transitions import BEFORE_REFERRAL
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


def item_of(world: World) -> str:
    return str(world.operation.evidence.earliest("pk").evidence_id)


def split(world: World) -> tuple[Dossier, str]:
    """Part the two rows of a person with a dossier; return it and the code of the person who was parted off."""
    dossier, item = world.open("佐藤 一男"), item_of(world)
    judge(
        world.operation, by=world.analyst, left=RowRef(item, 1), right=RowRef(item, 2), verdict=Verdict.DIFFERENT.value,
        code="different-given",
    )  # fmt: skip
    world.resolve()
    now = rows_now(dossier)
    assert now is not None
    assert now.proposed
    [parted] = now.went
    return dossier, parted


def join(world: World) -> tuple[Dossier, Dossier]:
    """Join two persons with dossiers; return that of the person who is proposed still, and the other."""
    both, item = [world.open("佐藤 一男"), world.open("鈴木 花子")], item_of(world)
    judge(
        world.operation, by=world.analyst, left=RowRef(item, 1), right=RowRef(item, 3), verdict=Verdict.SAME.value,
        code="same-renamed",
    )  # fmt: skip
    world.resolve()
    there = set(Person.objects.values_list("code", flat=True))
    [kept], [gone] = (
        [one for one in both if one.person_code in there],
        [one for one in both if one.person_code not in there],
    )
    return kept, gone


def test_after_a_split_the_parted_person_can_have_a_dossier(world: World) -> None:
    dossier, parted = split(world)
    item = item_of(world)
    with pytest.raises(RefusedError, match="is in the dossier of"):
        open_dossier(world.operation, parted, by=world.analyst)
    done = accept_rows(dossier, by=world.analyst, reason="別人と判明")
    assert rows_of(dossier) == [(item, 1)]
    assert (done.came, done.went, done.reason) == ({}, {parted: {item: [2]}}, "別人と判明")
    assert rows_of(open_dossier(world.operation, parted, by=world.analyst)) == [(item, 2)]
    assert DossierRow.objects.count() == 2, "no row is lost"
    assert dossier.version == 2


def test_confirmations_given_on_other_rows_count_no_longer(world: World) -> None:
    dossier, _parted = split(world)
    confirm_identity(dossier, by=world.analyst, basis="住民票と照合")
    assert [one.current for one in facts_of(dossier).confirmations] == [True]
    accept_rows(dossier, by=world.analyst, reason="別人と判明")
    assert [one.current for one in facts_of(dossier).confirmations] == [False]


def test_an_assessment_is_due_anew(world: World) -> None:
    dossier, _parted = split(world)
    assess(dossier, by=world.analyst, answers={})
    accept_rows(dossier, by=world.analyst, reason="別人と判明")
    dossier.priority.refresh_from_db()
    assert dossier.priority.reassess_since is not None


def test_after_a_join_rows_are_let_go_there_before_they_come_here(world: World) -> None:
    kept, gone = join(world)
    before = {*rows_of(kept), *rows_of(gone)}
    with pytest.raises(RefusedError, match=f"is in the dossier of {gone.person_code}; there it must be let go first"):
        accept_rows(kept, by=world.analyst, reason="同一人")
    went = accept_rows(gone, by=world.analyst, reason="同一人")
    assert list(went.went) == [kept.person_code]
    accept_rows(kept, by=world.analyst, reason="同一人")
    assert set(rows_of(kept)) == before
    assert rows_of(gone) == []
    assert facts_of(gone).proposal_gone, "nobody acts on a dossier without rows"
    assert Dossier.objects.count() == 2


def test_what_is_refused_changes_nothing(world: World) -> None:
    dossier, _parted = split(world)
    before = rows_of(dossier)
    run = world.operation.runs.first()
    assert run is not None
    auditor = User.objects.create(username="auditor", role=Role.AUDITOR, password="!")
    Membership.objects.create(operation=world.operation, user=auditor)
    stranger = User.objects.create(username="stranger", role=Role.REVIEWER, password="!")
    for refused, said, match in (
        (BadInputError, {"by": world.analyst, "reason": " "}, "missing"),
        (RefusedError, {"by": world.analyst, "reason": "x", "seen": 7}, "Somebody else has changed"),
        (RefusedError, {"by": world.analyst, "reason": "x", "run": "R-before"}, "Another run is shown"),
        (RefusedError, {"by": auditor, "reason": "x"}, "may not do this"),
        (NotFoundError, {"by": stranger, "reason": "x"}, "No operation"),
    ):
        with pytest.raises(refused, match=match):
            accept_rows(dossier, **said)  # type: ignore[arg-type]
    assert (rows_of(dossier), RowsChange.objects.count()) == (before, 0)
    accept_rows(dossier, by=world.analyst, reason="別人と判明", run=run.run_id, seen=1)
    with pytest.raises(RefusedError, match="nothing was done"):
        accept_rows(dossier, by=world.analyst, reason="もう一度")


def test_after_a_referral_and_at_an_end_rows_stay(world: World) -> None:
    dossier, _parted = split(world)
    before = rows_of(dossier)
    at = dossier.stage
    for stage in [one for one in Stage if one not in {*BEFORE_REFERRAL, Stage.DECEASED}]:
        StageChange.objects.create(
            dossier=dossier, before=at, after=stage.value, by=world.analyst, at="2026-11-20T00:00:00Z"
        )
        Dossier.objects.filter(pk=dossier.pk).update(stage=stage.value)
        at = stage.value
        with pytest.raises(RefusedError):
            accept_rows(dossier, by=world.analyst, reason="別人と判明")
    assert rows_of(dossier) == before


def test_rows_that_a_later_list_brings_come(world: World) -> None:
    dossier = world.open("佐藤 一男")
    received = dossier.received_on
    later = world.take_in(["佐藤 一男,kazuo@mail.example,090-1234-5001"])
    world.resolve()
    done = accept_rows(dossier, by=world.analyst, reason="同じ連絡先")
    assert (done.came, done.went) == ({later: [1]}, {})
    assert len(rows_of(dossier)) == 3
    assert dossier.received_on == received, "age runs from the first receipt"


def test_the_command_shows_before_it_accepts(world: World) -> None:
    dossier, parted = split(world)
    item = item_of(world)
    world.analyst.password = make_password("a long enough password")
    world.analyst.save()
    command = ["dossier", "rows", dossier.person_code, "--operation", "tanuki", "--by", "analyst", "--json"]
    shown = CliRunner().invoke(app, command, input="a long enough password\n")
    said = json.loads(shown.stdout[shown.stdout.index("{") :])
    assert (said["came"], said["went"], said["held"]) == ([], {parted: [f"{item}:2"]}, {})
    assert len(rows_of(dossier)) == 2, "to look changes nothing"
    done = [*command, "--reason", "別人と判明", "--run", said["run"], "--seen", str(said["version"])]
    accepted = CliRunner().invoke(app, done, input="a long enough password\n")
    assert accepted.exit_code == 0, accepted.output
    assert rows_of(dossier) == [(item, 1)]


@pytest.mark.django_db(transaction=True)
def test_the_ledger_knows_which_rows_left_and_who_did_it(world: World) -> None:
    dossier, _parted = split(world)
    chain_pending(connection)
    newest = Entry.objects.latest("seq").seq
    accept_rows(dossier, by=world.analyst, reason="別人と判明")
    chain_pending(connection)
    [entry] = [one for one in Entry.objects.filter(seq__gt=newest) if "casework.RowsChange" in one.changes]
    done = {(one["table"], one["what"]) for one in json.loads(entry.changes)}
    assert {("casework.DossierRow", "delete"), ("casework.RowsChange", "insert")} <= done
    assert (entry.by, entry.person, entry.act) == ("analyst", dossier.person_code, "record-finding")
