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
from django.test import Client

from soken.casework.actions.ask_job import ask_resolve
from soken.core.home import Home

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_django import Settings

    from tests.desk.factory import World


@pytest.mark.django_db
def test_ready_where_database_and_home_are(world: World) -> None:
    answer = Client().get("/ready")
    assert (answer.status_code, answer.content) == (200, b"ready\n")


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


def test_a_real_server_answers_and_ends_when_told_to(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        **os.environ, "SOKEN_HOME": str(tmp_path / "home"), "PYTHONPATH": os.pathsep.join(filter(None, sys.path))
    }  # fmt: skip
    environment.pop("SOKEN_DATABASE_URL", None)
    server = subprocess.Popen(
        [sys.executable, "-m", "soken", "serve", "--port", str(port), "--workers", "1"],
        env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        end = time.monotonic() + 90
        while True:
            try:
                assert _answer(f"http://127.0.0.1:{port}/health") == (200, b"ok\n")
                break
            except (urllib.error.URLError, ConnectionError):
                assert server.poll() is None
                assert time.monotonic() < end
                time.sleep(0.1)
        assert _answer(f"http://127.0.0.1:{port}/ready") == (200, b"ready\n")
        assert _answer(f"http://127.0.0.1:{port}/metrics")[0] == 404
        status, style = _answer(f"http://127.0.0.1:{port}/static/desk/soken.css")
        assert (status, b"{" in style) == (200, True)
        server.send_signal(signal.SIGTERM)
        assert server.wait(timeout=40) == 0
    finally:
        server.kill()
