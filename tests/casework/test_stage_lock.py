"""No way round the gates: the database refuses a stage that no recorded step leads to, whoever asks and however."""

import ast
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction

import soken
from soken.casework.models import Dossier, StageChange
from soken.casework.stage_lock import ensure_locked, lock_stages, unlock_stages
from soken.review.stages import Stage
from tests.casework.dossiers import AT, Room, bring_to, make_dossier

pytestmark = pytest.mark.django_db

SOURCE = Path(soken.__file__).parent


def _save(dossier: Dossier) -> None:
    dossier.stage = Stage.REFERRED
    dossier.save()


def _update(dossier: Dossier) -> None:
    Dossier.objects.filter(pk=dossier.pk).update(stage=Stage.READY)


def _bulk_update(dossier: Dossier) -> None:
    dossier.stage = Stage.READY
    Dossier.objects.bulk_update([dossier], ["stage"])


def _sql(dossier: Dossier) -> None:
    with connection.cursor() as cursor:
        cursor.execute("update casework_dossier set stage = 'ready-for-action' where id = %s", [dossier.pk])


def _new(dossier: Dossier) -> None:
    Dossier.objects.create(
        operation=dossier.operation,
        person_code="P-9999-9999-9999",
        stage=Stage.READY,
        received_on=AT.date(),
        opened_at=AT,
        opened_by=dossier.opened_by,
    )


def _step_from_elsewhere(dossier: Dossier) -> None:
    StageChange.objects.create(
        dossier=dossier, before=Stage.UNDER_INVESTIGATION, after=Stage.READY, by=dossier.opened_by, at=AT
    )


@pytest.mark.parametrize("way_round", [_save, _update, _bulk_update, _sql, _new, _step_from_elsewhere])
def test_there_is_no_way_round(way_round: Callable[[Dossier], None], room: Room) -> None:
    dossier = make_dossier(room)
    with pytest.raises(IntegrityError), transaction.atomic():
        way_round(dossier)
    dossier.refresh_from_db()
    assert dossier.stage == Stage.PROPOSED
    assert not dossier.stage_changes.exists()


def test_a_step_once_recorded_is_not_used_twice(room: Room) -> None:
    """The step to *ready* that was taken back does not open the way there again."""
    dossier = bring_to(make_dossier(room), Stage.READY, room)
    before = dossier.stage_changes.count()
    with pytest.raises(IntegrityError), transaction.atomic():
        Dossier.objects.filter(pk=dossier.pk).update(stage=Stage.UNDER_INVESTIGATION)
    dossier.refresh_from_db()
    assert (dossier.stage, dossier.stage_changes.count()) == (Stage.READY, before)


def test_a_recorded_step_is_not_rewritten(room: Room) -> None:
    dossier = bring_to(make_dossier(room), Stage.SCREENED, room)
    with pytest.raises(IntegrityError), transaction.atomic():
        dossier.stage_changes.update(reason="otherwise")
    assert dossier.stage_changes.get().reason == "手続のとおり"


def test_migrations_take_the_locks_down_and_set_them_up_again(room: Room) -> None:
    dossier = make_dossier(room)
    with transaction.atomic():
        unlock_stages(using="default")
        Dossier.objects.filter(pk=dossier.pk).update(stage=Stage.READY)
        lock_stages(using="default")
        lock_stages(using="default")
    with pytest.raises(IntegrityError), transaction.atomic():
        Dossier.objects.filter(pk=dossier.pk).update(stage=Stage.REFERRED)


def test_locks_that_a_stopped_migration_left_down_are_set_up_at_the_next_start(room: Room) -> None:
    dossier = make_dossier(room)
    unlock_stages(using="default")
    ensure_locked()
    with pytest.raises(IntegrityError), transaction.atomic():
        Dossier.objects.filter(pk=dossier.pk).update(stage=Stage.REFERRED)


def test_one_module_takes_steps_and_two_acts_call_it() -> None:
    """A step that is recorded opens the lock: so only the acts that asked the table may record one."""
    writers, callers = set(), set()
    for path in SOURCE.rglob("*.py"):
        if "migrations" in path.parts:
            continue
        text = path.read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Attribute) and ast.unparse(node) == "StageChange.objects":
                writers.add(path.stem)
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "take_step":
                callers.add(path.stem)
        assert "StageChange(" not in text or path.stem == "dossier", path
    assert writers == {"stage_step"}
    assert callers == {"advance", "end_dossier", "dossier_act"}
