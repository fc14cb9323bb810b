"""Several machines share one home: none sweeps away what another works on."""

from __future__ import annotations

import os
import socket
from typing import TYPE_CHECKING

import pytest

from soken.core.home import Home, open_home

if TYPE_CHECKING:
    from pathlib import Path

NO_PROCESS = 2**22 + 1  # more than Linux gives


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return open_home(tmp_path)


def _left_by(home: Home, host: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    with monkeypatch.context() as there:
        there.setattr(socket, "gethostname", lambda: host)
        there.setattr(os, "getpid", lambda: NO_PROCESS)
        with home.stage() as folder:
            name = folder.name
    left = home.staging / name
    left.mkdir()
    return left


def test_what_a_dead_process_of_this_machine_left_is_swept(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    _left_by(home, socket.gethostname(), monkeypatch)
    assert home.clear_stale() == 1


def test_another_machines_work_is_left_alone_for_a_week(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    left = _left_by(home, "elsewhere.example", monkeypatch)
    assert home.clear_stale() == 0
    os.utime(left, (0, 0))
    assert home.clear_stale() == 1
    assert not left.exists()
