"""A seized file handed in on the desk: hashed on its way, taken in by a worker, kept nowhere else afterwards."""

from __future__ import annotations

import hashlib
import os
import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from unittest.mock import Mock

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError

from soken.access.models import Role
from soken.casework.actions.ask_job import cancel_job
from soken.casework.actions.hand_in import clear_uploads, hand_in
from soken.casework.actions.run_job import run_job
from soken.casework.actions.take_in_evidence import take_in_evidence
from soken.casework.actions.take_job import take_job
from soken.casework.models import EvidenceItem, Job, JobState
from soken.core.errors import BadInputError, NotFoundError, RefusedError
from soken.core.home import Home, open_home
from soken.core.progress import silent
from soken.intake import Acquisition
from soken.intake.seal import read_manifest
from tests.desk.factory import World, make_world
from tests.desk.reading import signed_in

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_django import Settings

LIST = "注文ID,お名前(姓),お名前(名),メールアドレス\n1,佐藤,葵,aoi@mail.example\n2,鈴木,蓮,ren@mail.example\n".encode()
SAID = Acquisition(warrant="令和8年(む)第1号", seized_at="2026-05-10T09:30:00+09:00", seized_by="押収係")
PAGE = "/operations/kingfisher/hand-in"
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def home(settings: Settings, tmp_path: Path) -> Home:
    settings.HOME = open_home(tmp_path / "home")
    return settings.HOME


@pytest.fixture
def world(home: Home) -> World:
    return make_world()


def handed(world: World, home: Home, name: str = "orders.csv", content: bytes = LIST) -> Job:
    return hand_in(
        world.operation, by=world.users["analyst"], name=name, chunks=[content[:30], content[30:]], acquisition=SAID,
        home=home,
    )  # fmt: skip


def work(home: Home) -> Job:
    job = take_job("one")
    assert job is not None
    run_job(job, home=home, stop=threading.Event())
    job.refresh_from_db()
    return job


def test_what_is_handed_in_is_taken_in_with_its_manifest(world: World, home: Home) -> None:
    handed(world, home)
    job = work(home)
    assert (job.state, job.problem) == (JobState.DONE, "")
    item = EvidenceItem.objects.get(evidence_id=job.outcome)
    assert (item.sha256, item.rows_read, item.file_name) == (hashlib.sha256(LIST).hexdigest(), 2, "orders.csv")
    manifest = read_manifest(home, job.outcome)
    assert (manifest.acquisition.warrant, manifest.acquisition.seized_by) == (SAID.warrant, SAID.seized_by)
    assert list(home.uploads.iterdir()) == []


def test_begun_again_after_its_worker_died_on_the_last_step_nothing_is_double(world: World, home: Home) -> None:
    job = handed(world, home)
    folder = home.uploads / job.arguments["upload"]
    content = (folder / "orders.csv").read_bytes()
    work(home)
    folder.mkdir()
    (folder / "orders.csv").write_bytes(content)
    Job.objects.update(state=JobState.WAITING)
    assert work(home).state == JobState.DONE
    assert EvidenceItem.objects.filter(sha256=hashlib.sha256(LIST).hexdigest()).count() == 1


def test_what_was_changed_since_it_was_handed_in_is_not_taken_in(world: World, home: Home) -> None:
    job = handed(world, home)
    (home.uploads / job.arguments["upload"] / "orders.csv").write_bytes(LIST + b"3,,,\n")
    done = work(home)
    assert done.state == JobState.FAILED
    assert "hand the file in again" in done.problem
    assert EvidenceItem.objects.count() == 1


@pytest.mark.parametrize("role", [one for one in Role if one != Role.ANALYST])
def test_only_who_may_take_in_may_hand_in(role: Role, world: World, home: Home) -> None:
    with pytest.raises(RefusedError):
        hand_in(world.operation, by=world.users[role], name="a.csv", chunks=[LIST], acquisition=SAID, home=home)
    assert not home.uploads.exists()


def test_a_stranger_hands_nothing_in(world: World, home: Home) -> None:
    with pytest.raises(NotFoundError):
        hand_in(world.operation, by=world.users["stranger"], name="a", chunks=[LIST], acquisition=SAID, home=home)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", SAID),
        (LIST, Acquisition(seized_at="2199-01-01")),
        (LIST, Acquisition(seized_at="some day")),
        (LIST, Acquisition(received_at="0001-01-01T00:00:00+09:00")),
    ],
    ids=["empty", "seized in the future", "seized at no moment", "received before there was a calendar"],
)
def test_what_cannot_be_is_refused_and_not_kept(content: bytes, said: Acquisition, world: World, home: Home) -> None:
    with pytest.raises(BadInputError):
        hand_in(world.operation, by=world.users["analyst"], name="a", chunks=[content], acquisition=said, home=home)
    assert not Job.objects.exists()
    assert not home.uploads.exists() or not list(home.uploads.iterdir())


@pytest.mark.parametrize(
    "name", ["押" * 240 + ".csv", "../../orders.csv", "C:\\押収\\orders.csv"], ids=["long", "up", "windows"]
)
def test_a_name_stays_inside_its_folder(name: str, world: World, home: Home) -> None:
    job = handed(world, home, name)
    [kept] = (home.uploads / job.arguments["upload"]).iterdir()
    assert kept.read_bytes() == LIST
    assert kept.suffix == ".csv"


def test_what_a_dead_server_left_is_swept_away_after_a_day(world: World, home: Home) -> None:
    needed = handed(world, home)
    cancelled = handed(world, home, "other.csv")
    cancel_job(world.operation, cancelled.pk, by=world.users["analyst"])
    assert clear_uploads(home) == 0
    for one in home.uploads.iterdir():
        os.utime(one, (0, 0))
    assert clear_uploads(home) == 1
    assert [one.name for one in home.uploads.iterdir()] == [needed.arguments["upload"]]


def test_the_page_hands_in(world: World, home: Home) -> None:
    desk = signed_in(world.users["analyst"])
    assert desk.get(PAGE).status_code == 200
    answer = desk.post(
        PAGE,
        {
            "file": SimpleUploadedFile("orders.csv", LIST),
            "warrant": "令和8年(む)第1号",
            "seized_at": "2026-05-10T09:30",
        },
    )
    assert (answer.status_code, answer["Location"]) == (302, "/operations/kingfisher/work")
    assert Job.objects.get().arguments["acquisition"]["seized_at"] == "2026-05-10T09:30:00+09:00"
    assert work(home).state == JobState.DONE


@pytest.mark.parametrize("moment", ["0001-01-01T00:00", "1800-05-10T09:30"])
@pytest.mark.parametrize("name", ["seized_at", "received_at"])
def test_the_page_refuses_a_year_that_cannot_be_and_keeps_nothing(
    name: str, moment: str, world: World, home: Home
) -> None:
    desk = signed_in(world.users["analyst"])
    answer = desk.post(PAGE, {"file": SimpleUploadedFile("orders.csv", LIST), name: moment})
    assert answer.status_code == 422
    assert not Job.objects.exists()
    assert not home.uploads.exists() or not list(home.uploads.iterdir())


def test_what_could_not_be_entered_once_it_was_sealed_is_entered_the_next_time_with_its_first_receipt(
    world: World, home: Home, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "orders.csv").write_bytes(LIST)
    before = {one.name for one in home.evidence.iterdir()}

    def take(**said: str) -> EvidenceItem:
        return take_in_evidence(
            world.operation, tmp_path / "orders.csv", home=home, acquisition=Acquisition(**said), actor="analyst",
            progress=silent(),
        ).item  # fmt: skip

    with monkeypatch.context() as broken:
        broken.setattr("soken.casework.actions.take_in_evidence.enter_unshut", Mock(side_effect=OperationalError))
        with pytest.raises(OperationalError):
            take(received_at="2026-05-12T10:00:00+09:00")
    [sealed] = {one.name for one in home.evidence.iterdir()} - before
    assert not EvidenceItem.objects.filter(evidence_id=sealed).exists()
    item = take()
    assert (item.evidence_id, item.rows_read, item.reading) == (sealed, 2, 1)
    assert item.received_at == datetime(2026, 5, 12, 1, tzinfo=UTC), "ages run from the first receipt"
    assert take().pk == item.pk


@pytest.mark.parametrize("form", [{}, {"seized_at": "soon"}], ids=["no file", "no moment"])
def test_an_incomplete_form_says_so(form: dict[str, str], world: World, home: Home) -> None:
    desk = signed_in(world.users["analyst"])
    assert desk.post(PAGE, form).status_code == 422
    assert not Job.objects.exists()
