"""A real worker, killed without farewell in the midst of resolve: the next begins again; the result is whole, once."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from tests.home_database import copy_home, opened, told_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LIST = """
import pathlib, sys
from soken.demo.lists import write_demo_list
write_demo_list(pathlib.Path(sys.argv[1]), rows=400, seed=7)
"""
ASK = """
import django, pathlib, sys
django.setup()
from soken.access.eyes import acting_for_installation
from soken.access.models import User
from soken.casework.actions.ask_job import ask_resolve
from soken.casework.models import Membership, Operation
user, _ = User.objects.get_or_create(username="tester")
with acting_for_installation():
    operation = Operation.objects.get()
    Membership.objects.get_or_create(operation=operation, user=user)
    ask_resolve(operation, by=user)
"""


class Installation:
    """A home of its own with one small list in one operation."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self._environment = {
            **os.environ, **told_of(home), "SOKEN_HOME": str(home),
            "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
            "DJANGO_SETTINGS_MODULE": "soken.desk.settings",
        }  # fmt: skip

    def python(self, *words: str) -> str:
        done = subprocess.run(
            [sys.executable, *words], env=self._environment, capture_output=True, text=True, timeout=200
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", "soken", "worker", "--lost-after", "3", *words],
            env=self._environment, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def ask(self, question: str) -> list[tuple[object, ...]]:
        with opened(self.home) as database:
            found: list[tuple[object, ...]] = database.execute(question).fetchall()
            return found

    def wait(self, question: str, good: Callable[[list[tuple[object, ...]]], bool]) -> None:
        end = time.monotonic() + 150
        while not good(self.ask(question)):
            assert time.monotonic() < end, self.ask("select * from casework_job")
            time.sleep(0.05)

    def folders(self, kind: str) -> list[str]:
        return sorted(one.name for one in self.home.glob(f"operations/*/{kind}/*"))


@pytest.fixture(scope="module")
def asked_once(tmp_path_factory: pytest.TempPathFactory, empty_home: Path) -> Path:
    folder = tmp_path_factory.mktemp("asked")
    copy_home(empty_home, folder / "home")
    made = Installation(folder / "home")
    made.python("-c", LIST, str(folder / "list.csv"))
    made.python("-m", "soken", "operation", "new", "Heron")
    made.python("-m", "soken", "intake", str(folder / "list.csv"), "--operation", "heron")
    made.python("-c", ASK)
    return folder / "home"


@pytest.fixture
def installed(asked_once: Path, tmp_path: Path) -> Installation:
    copy_home(asked_once, tmp_path / "home")
    return Installation(tmp_path / "home")


STAGE = "select stage from casework_job where state = 'running'"


def test_a_worker_killed_in_the_midst_leaves_nothing_half_done(installed: Installation) -> None:
    worker = installed.start()
    try:
        installed.wait(STAGE, lambda rows: bool(rows and rows[0][0]))
        assert installed.folders("runs") == []
    finally:
        worker.send_signal(signal.SIGKILL)
        worker.wait()
    assert installed.ask("select count(*) from casework_person") == [(0,)]
    # The one after it finds the silent worker's job, does it, and stops politely when told to.
    second = installed.start()
    try:
        installed.wait("select state from casework_job", lambda rows: rows == [("done",)])
    finally:
        second.terminate()
    assert second.wait(timeout=30) == 0
    assert installed.ask("select attempt, outcome from casework_job") == [(2, "R-0001")]
    assert installed.folders("runs") == ["R-0001"]
    assert list(installed.home.glob("staging/*")) == []
    [(persons,)] = installed.ask("select persons from casework_resolverun")
    assert installed.ask("select count(*), count(distinct code) from casework_person") == [(persons, persons)]
    assert persons


def test_a_cancelled_job_is_left_and_shows_nothing(installed: Installation) -> None:
    worker = installed.start("--once")
    try:
        installed.wait(STAGE, lambda rows: bool(rows and rows[0][0]))
        with opened(installed.home) as database:
            database.execute("update casework_job set state = 'cancelled'")
        assert worker.wait(timeout=120) == 0
    finally:
        worker.kill()
    assert installed.folders("runs") == []
    shown = json.loads(installed.python("-m", "soken", "job", "list", "--operation", "heron", "--json"))
    assert [one["state"] for one in shown["jobs"]] == ["cancelled"]


def test_a_worker_told_to_stop_puts_its_job_back(installed: Installation) -> None:
    worker = installed.start()
    try:
        installed.wait(STAGE, lambda rows: bool(rows and rows[0][0]))
        worker.terminate()
        assert worker.wait(timeout=120) == 0
    finally:
        worker.kill()
    assert installed.ask("select state, attempt from casework_job") in ([("waiting", 0)], [("done", 1)])
