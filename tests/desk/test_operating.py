"""What who runs an installation asks: is it up, can it answer, what has it to do; and a real server."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from typing import TYPE_CHECKING

import pytest
import time_machine
from django.test import Client

from soken.casework.actions.ask_job import ask_resolve
from soken.casework.models import Job, JobKind, JobState
from soken.core import clock
from soken.core.home import Home
from tests.desk.factory import make_world
from tests.home_database import opened, told_of

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_django import Settings

    from tests.desk.factory import World


@pytest.mark.django_db
def test_ready_where_database_and_home_are(world: World) -> None:
    answer = Client().get("/ready")
    assert (answer.status_code, answer.content) == (200, b"ready\n")


@pytest.mark.django_db
def test_work_that_nobody_does_is_said(world: World) -> None:
    with time_machine.travel(clock.now(), tick=False) as at:
        ask_resolve(world.operation, by=world.users["analyst"])
        assert Client().get("/ready").content == b"ready\n", "a worker may take it any moment"
        at.shift(120)
        answer = Client().get("/ready")
        assert answer.status_code == 200, "the pages need no worker"
        assert answer.content == b"ready\nno worker: work has waited 120 seconds; start soken worker\n"
        other = Job.objects.create(
            operation=make_world(slug="heron").operation, kind=JobKind.RESOLVE, asked_by=world.users["analyst"],
            asked_at=clock.now(), state=JobState.RUNNING, beat_at=clock.now(),
        )  # fmt: skip
        assert Client().get("/ready").content == b"ready\n", "the worker is busy with another"
        at.shift(120)
        assert b"no worker" in Client().get("/ready").content, f"the worker of {other} is silent"


@pytest.mark.django_db
def test_not_ready_without_its_home(settings: Settings, tmp_path: Path) -> None:
    settings.HOME = Home(tmp_path / "gone")
    answer = Client().get("/ready")
    assert (answer.status_code, answer.content) == (503, b"not ready: home\n")


@pytest.mark.parametrize(
    ("switched", "address", "headers", "status"),
    [
        ("1", "127.0.0.1", {}, 200),
        ("1", "::1", {}, 200),
        ("", "127.0.0.1", {}, 404),
        ("1", "192.0.2.7", {}, 404),
        ("1", "127.0.0.1", {"X-Forwarded-For": "192.0.2.7"}, 404),
        ("1", "127.0.0.1", {"Forwarded": "for=192.0.2.7"}, 404),
    ],
    ids=["near", "near, IPv6", "not switched on", "far", "far, by a proxy", "far, by another"],
)
@pytest.mark.django_db
def test_figures_are_for_the_machine_itself(
    switched: str, address: str, headers: dict[str, str], status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOKEN_METRICS", switched)
    assert Client(REMOTE_ADDR=address, headers=headers).get("/metrics").status_code == status


@pytest.mark.django_db
def test_figures_say_nothing_of_anybody(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOKEN_METRICS", "1")
    ask_resolve(world.operation, by=world.users["analyst"])
    text = Client().get("/metrics").content.decode()
    assert 'soken_jobs{state="waiting"} 1\n' in text
    assert 'soken_jobs{state="running"} 0\n' in text
    for word in ("kingfisher", "analyst", "髙橋", world.item.evidence_id):
        assert word not in text.lower()


def _answer(address: str) -> tuple[int, bytes]:
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:  # noqa: S310 (our own server)
            return answer.status, answer.read()
    except urllib.error.HTTPError as refused:
        return refused.code, b""


def _sent(address: str, body: bytes) -> tuple[int, str]:
    head = {"Content-Type": "multipart/form-data; boundary=x", "Accept-Language": "en"}
    try:
        with urllib.request.urlopen(urllib.request.Request(address, body, head), timeout=60) as answer:  # noqa: S310
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read().decode()


def test_a_real_server_answers_and_ends_when_told_to(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        **os.environ, **told_of(tmp_path / "home"), "SOKEN_HOME": str(tmp_path / "home"),
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
    }  # fmt: skip
    server = subprocess.Popen(
        [sys.executable, "-m", "soken", "serve", "--port", str(port), "--workers", "1"],
        env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        end = time.monotonic() + 90
        while True:
            try:
                assert _answer(f"http://127.0.0.1:{port}/health") == (200, b"ok\n")
                break
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                assert server.poll() is None
                assert time.monotonic() < end
                time.sleep(0.1)
        assert _answer(f"http://127.0.0.1:{port}/ready") == (200, b"ready\n")
        assert _answer(f"http://127.0.0.1:{port}/metrics")[0] == 404
        status, style = _answer(f"http://127.0.0.1:{port}/static/desk/soken.css")
        assert (status, b"{" in style) == (200, True)
        refused, why = _sent(f"http://127.0.0.1:{port}/sign-in", b"x" * 30_000_000)
        assert (refused, "nothing of it was kept" in why) == (413, True)
        assert list((tmp_path / "home" / "uploads").iterdir()) == []
        server.send_signal(signal.SIGTERM)
        out, said = server.communicate(timeout=40)
        assert server.returncode == 0
        # Neither it nor its worker: DuckDB's library once told both of everything that was left in them.
        assert said == ""
        # No user, so no password that somebody could leave as it was; and how the first one comes is said.
        assert "soken user new" in out
        with opened(tmp_path / "home") as database:
            assert database.execute("select count(*) from access_user").fetchone() == (0,)
    finally:
        server.kill()
