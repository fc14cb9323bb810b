"""A file read anew in the background: asked for once, never over another's correction, whole or not at all."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from django.utils.translation import override

from soken.access.models import Role
from soken.casework.actions.ask_job import ask_reread, cancel_job
from soken.casework.actions.correct_mapping import correct_mapping
from soken.casework.actions.run_job import run_job
from soken.casework.actions.take_in_evidence import take_in_evidence
from soken.casework.actions.take_job import take_job
from soken.casework.models import EvidenceItem, Job, JobKind, JobState
from soken.core.errors import BadInputError, NotFoundError, RefusedError
from soken.core.home import Home, open_home
from soken.core.progress import silent
from soken.intake import Acquisition, current_reading, custody
from tests.desk.factory import World, make_world

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_django import Settings

LIST = "氏名,連絡先,備考\n髙橋 健一,090-0000-0001,ken@mail.example\n高橋 美咲,090-0000-0002,misaki@mail.example\n"
CORRECTED = {"": {"氏名": "full_name", "連絡先": "phone2", "備考": ""}}
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def home(settings: Settings, tmp_path: Path) -> Home:
    settings.HOME = open_home(tmp_path / "home")
    return settings.HOME


@pytest.fixture
def world(home: Home) -> World:
    return make_world()


@pytest.fixture
def item(world: World, home: Home, tmp_path: Path) -> EvidenceItem:
    path = tmp_path / "list.csv"
    path.write_text(LIST, encoding="utf-8")
    return take_in_evidence(
        world.operation, path, home=home, acquisition=Acquisition(), actor="tester", progress=silent()
    ).item


def asked(world: World, item: EvidenceItem, seen: int | None = 1) -> Job:
    return ask_reread(world.operation, item.evidence_id, CORRECTED, by=world.users["analyst"], seen=seen)


def work(home: Home) -> Job:
    job = take_job("one")
    assert job is not None
    run_job(job, home=home, stop=threading.Event())
    job.refresh_from_db()
    return job


def readings(item: EvidenceItem, home: Home) -> list[str]:
    return sorted(one.name for one in (home.evidence / item.evidence_id / "readings").iterdir())


def test_a_worker_reads_anew_in_the_name_of_who_asked(world: World, item: EvidenceItem, home: Home) -> None:
    asked(world, item)
    job = work(home)
    assert (job.state, job.problem, job.outcome) == (JobState.DONE, "", item.evidence_id)
    item.refresh_from_db()
    assert (item.reading, readings(item, home)) == (2, ["0001", "0002"])
    assert custody(home, item.evidence_id)[-1].actor == world.users["analyst"].username


def test_what_is_cancelled_while_it_is_read_is_put_nowhere(world: World, item: EvidenceItem, home: Home) -> None:
    asked(world, item)
    job = take_job("one")
    assert job is not None
    cancel_job(world.operation, job.pk, by=world.users["analyst"])
    run_job(job, home=home, stop=threading.Event())
    job.refresh_from_db()
    assert job.state == JobState.CANCELLED
    item.refresh_from_db()
    assert (item.reading, readings(item, home)) == (1, ["0001"])
    assert current_reading(home, item.evidence_id).number == 1


def test_a_worker_told_to_stop_leaves_the_reading_for_the_next(world: World, item: EvidenceItem, home: Home) -> None:
    asked(world, item)
    job, stop = take_job("one"), threading.Event()
    assert job is not None
    stop.set()
    run_job(job, home=home, stop=stop)
    job.refresh_from_db()
    assert (job.state, readings(item, home)) == (JobState.WAITING, ["0001"])
    assert work(home).state == JobState.DONE


def test_what_another_corrected_meanwhile_is_not_overwritten(world: World, item: EvidenceItem, home: Home) -> None:
    asked(world, item)
    other = {"": {"氏名": "full_name", "連絡先": "phone", "備考": "email"}}
    correct_mapping(world.operation, item.evidence_id, other, home=home, actor="another", progress=silent())
    job = work(home)
    assert job.state == JobState.FAILED
    assert "read anew since" in job.problem
    item.refresh_from_db()
    assert (item.reading, readings(item, home)) == (2, ["0001", "0002"])


def test_the_same_item_is_asked_for_once_and_another_beside_it(world: World, item: EvidenceItem) -> None:
    asked(world, item)
    with pytest.raises(RefusedError, match="asked for already"):
        asked(world, item)
    ask_reread(world.operation, world.item.evidence_id, CORRECTED, by=world.users["analyst"])
    assert Job.objects.count() == 2


def test_one_worker_at_a_time_takes_evidence_in_or_reads_it_anew(world: World, item: EvidenceItem) -> None:
    Job.objects.create(
        operation=world.operation, kind=JobKind.INTAKE, asked_by=world.users["analyst"], asked_at=world.item.received_at
    )
    asked(world, item)
    assert take_job("one") is not None
    assert take_job("two") is None


@pytest.mark.parametrize("role", [one for one in Role if one != Role.ANALYST])
def test_only_who_may_correct_may_ask(role: Role, world: World, item: EvidenceItem) -> None:
    with pytest.raises(RefusedError):
        ask_reread(world.operation, item.evidence_id, CORRECTED, by=world.users[role])
    assert not Job.objects.exists()


def test_neither_strangers_nor_unknown_items_nor_unknown_fields(world: World, item: EvidenceItem) -> None:
    with pytest.raises(NotFoundError):
        ask_reread(world.operation, item.evidence_id, CORRECTED, by=world.users["stranger"])
    with pytest.raises(NotFoundError):
        ask_reread(world.operation, "E-ffffffffffff", CORRECTED, by=world.users["analyst"])
    with pytest.raises(BadInputError):
        ask_reread(world.operation, item.evidence_id, {"": {"備考": "no_such"}}, by=world.users["analyst"])
    assert not Job.objects.exists()


def test_why_it_could_not_be_done_is_said_in_the_language_of_who_asked(
    world: World, item: EvidenceItem, home: Home
) -> None:
    with override("ja"):
        asked(world, item)
    correct_mapping(world.operation, item.evidence_id, CORRECTED, home=home, actor="another", progress=silent())
    assert "読み直" in work(home).problem
