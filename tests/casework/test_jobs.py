"""Background work: asked for by who may, taken once, kept by signs of life, cancelled, put back, never done twice."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import time_machine
from django.conf import settings
from django.test import Client

from soken.access.models import Role
from soken.casework.actions import run_job as running
from soken.casework.actions.ask_job import ask_resolve, cancel_job
from soken.casework.actions.take_job import ATTEMPTS, GIVEN_UP, finish_job, give_back, keep_job, put_back_lost, take_job
from soken.casework.models import Job, JobState
from soken.core import clock
from soken.core.errors import NotFoundError, RefusedError
from tests.desk.factory import World, make_world
from tests.desk.reading import signed_in

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_django import Settings

pytestmark = pytest.mark.django_db
LOST = timedelta(seconds=60)


@pytest.fixture(autouse=True)
def own_home(settings: Settings, tmp_path: Path) -> None:
    from soken.core.home import open_home

    settings.HOME = open_home(tmp_path / "home")


@pytest.fixture
def world() -> World:
    return make_world()


def asked(world: World) -> Job:
    return ask_resolve(world.operation, by=world.users["analyst"])


def taken(world: World, worker: str = "one") -> Job:
    asked(world)
    job = take_job(worker)
    assert job is not None
    return job


@pytest.mark.parametrize("role", [one for one in Role if one != Role.ANALYST])
def test_only_who_may_resolve_may_ask(role: Role, world: World) -> None:
    with pytest.raises(RefusedError):
        ask_resolve(world.operation, by=world.users[role])
    assert not Job.objects.exists()


def test_a_stranger_may_neither_ask_nor_cancel(world: World) -> None:
    job = asked(world)
    with pytest.raises(NotFoundError):
        ask_resolve(world.operation, by=world.users["stranger"])
    with pytest.raises(NotFoundError):
        cancel_job(world.operation, job.pk, by=world.users["stranger"])


def test_the_same_is_not_asked_for_twice_at_once(world: World) -> None:
    job = asked(world)
    with pytest.raises(RefusedError, match="already"):
        asked(world)
    cancel_job(world.operation, job.pk, by=world.users["analyst"])
    assert asked(world).pk != job.pk


def test_a_job_is_taken_by_one_worker(world: World) -> None:
    assert taken(world, "one").attempt == 1
    assert take_job("two") is None


def test_a_cancelled_job_is_nobodys(world: World) -> None:
    job = taken(world)
    cancel_job(world.operation, job.pk, by=world.users["analyst"])
    assert not keep_job(job, "weigh", 1, 2)
    assert not finish_job(job, "R-0002")
    assert take_job("two") is None
    with pytest.raises(RefusedError, match="ended already"):
        cancel_job(world.operation, job.pk, by=world.users["analyst"])


def test_a_silent_workers_job_is_begun_again_and_its_late_result_is_not_kept(world: World) -> None:
    with time_machine.travel("2026-11-23 03:00:00+00:00", tick=False) as at:
        first = taken(world, "one")
        at.shift(59)
        assert put_back_lost(LOST) == 0
        assert keep_job(first, "weigh", 1, 2)
        at.shift(59)
        assert put_back_lost(LOST) == 0
        at.shift(2)
        assert put_back_lost(LOST) == 1
        second = take_job("two")
    assert second is not None
    assert second.attempt == 2
    assert not keep_job(first, "weigh", 2, 2)
    assert not finish_job(first, "R-0002")
    assert finish_job(second, "R-0002")


def test_what_kills_its_worker_each_time_is_given_up(world: World) -> None:
    with time_machine.travel("2026-11-23 03:00:00+00:00", tick=False) as at:
        asked(world)
        for attempt in range(1, ATTEMPTS + 1):
            job = take_job(f"life {attempt}")
            assert job is not None
            at.shift(61)
            assert put_back_lost(LOST) == 1
    job = Job.objects.get()
    assert (job.state, job.problem, job.attempt) == (JobState.FAILED, GIVEN_UP, ATTEMPTS)


def test_a_worker_told_to_stop_puts_its_job_back_and_the_attempt_does_not_count(world: World) -> None:
    give_back(taken(world, "one"))
    job = take_job("two")
    assert job is not None
    assert job.attempt == 1


@pytest.mark.django_db(transaction=True)
def test_whoever_lost_the_right_since_does_not_resolve(world: World) -> None:
    job = taken(world)
    user = world.users["analyst"]
    user.role = Role.AUDITOR
    user.save()
    job = Job.objects.select_related("operation", "asked_by").get(pk=job.pk)
    running.run_job(job, home=settings.HOME, stop=threading.Event())
    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert "role" in job.problem
    assert world.operation.runs.count() == 1


def test_the_page_asks_follows_and_cancels(world: World) -> None:
    desk = signed_in(world.users["analyst"])
    address = "/operations/kingfisher/work"
    assert b"hx-trigger" not in desk.get(address).content
    assert desk.post(address, {"act": "resolve"}).status_code == 302
    assert desk.post(address, {"act": "resolve"}).status_code == 409
    job = take_job("one")
    assert job is not None
    assert keep_job(job, "weigh", 3, 2000)
    page = desk.get(address).content.decode()
    assert 'hx-trigger="every 2s"' in page
    assert 'max="2000" value="3"' in page
    assert desk.post(address, {"act": "cancel", "job": job.pk}).status_code == 302
    assert Job.objects.get().state == JobState.CANCELLED
    assert "hx-trigger" not in desk.get(address).content.decode()


@pytest.mark.parametrize("form", [{}, {"act": "erase"}, {"act": "cancel"}, {"act": "cancel", "job": "x"}], ids=str)
def test_a_form_that_the_page_does_not_have_changes_nothing(form: dict[str, str], world: World) -> None:
    desk = signed_in(world.users["analyst"])
    job = asked(world)
    assert desk.post("/operations/kingfisher/work", form).status_code == 404
    job.refresh_from_db()
    assert job.state == JobState.WAITING


def test_the_page_in_japanese(world: World) -> None:
    asked(world)
    desk = Client(headers={"accept-language": "ja"})
    desk.force_login(world.users["analyst"])
    page = desk.get("/operations/kingfisher/work").content.decode()
    assert "処理待ち" in page
    assert "Background" not in page


def test_times_are_of_the_one_clock(world: World) -> None:
    with time_machine.travel("2026-11-23 03:00:00+00:00", tick=False):
        assert asked(world).asked_at == clock.now()
