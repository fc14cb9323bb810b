"""The custody record is only ever added to, and an alteration shows."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from soken.core.errors import DamagedStoreError, NotFoundError
from soken.core.home import Home, open_home
from soken.intake.custody import Act, add_custody_event, custody
from soken.intake.seal import Acquisition, seal

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def item(tmp_path: Path) -> tuple[Home, str, Path]:
    home = open_home(tmp_path / "home")
    (tmp_path / "list.csv").write_bytes(b"a,b\n1,2\n")
    sealed = seal(home, tmp_path / "list.csv", Acquisition(), actor="analyst")
    return home, sealed.evidence_id, sealed.folder / "custody.jsonl"


def test_events_are_numbered_and_chained(item: tuple[Home, str, Path]) -> None:
    home, evidence, path = item
    added = add_custody_event(home, evidence, Act.READ, actor="分析官", note="reading 0001")
    events = custody(home, evidence)
    assert events[-1] == added
    assert [event.number for event in events] == [1, 2, 3]
    assert len({event.previous for event in events}) == 3
    assert added.at.endswith("+00:00")
    assert path.read_bytes().count(b"\n") == 3


@pytest.mark.parametrize(
    "alter",
    [
        pytest.param(lambda lines: [lines[0].replace(b"analyst", b"nobody"), *lines[1:]], id="changed"),
        pytest.param(lambda lines: [lines[0], *lines[2:]], id="removed"),
        pytest.param(lambda lines: [lines[0], lines[0], *lines[1:]], id="doubled"),
        pytest.param(lambda lines: [lines[1], lines[0], *lines[2:]], id="swapped"),
        pytest.param(lambda lines: [lines[0], b"junk\n", *lines[1:]], id="junk"),
        pytest.param(lambda lines: [b"[]\n", *lines[1:]], id="no object"),
        pytest.param(lambda lines: [lines[0].replace(b"received", b"whatever"), *lines[1:]], id="unknown act"),
    ],
)
def test_an_alteration_shows_and_nothing_is_added_to_it(item: tuple[Home, str, Path], alter: object) -> None:
    home, evidence, path = item
    add_custody_event(home, evidence, Act.READ, actor="a")
    path.write_bytes(b"".join(alter(path.read_bytes().splitlines(keepends=True))))  # type: ignore[operator]
    altered = path.read_bytes()
    with pytest.raises(DamagedStoreError, match=evidence):
        custody(home, evidence)
    with pytest.raises(DamagedStoreError, match=evidence):
        add_custody_event(home, evidence, Act.READ, actor="a")
    assert path.read_bytes() == altered


def test_an_entry_cut_off_anywhere_is_mended_and_said(item: tuple[Home, str, Path]) -> None:
    home, evidence, path = item
    whole = path.read_bytes()
    last = whole.splitlines(keepends=True)[-1]
    for cut in range(1, len(last)):
        path.write_bytes(whole + last[:cut])
        assert len(custody(home, evidence)) == 2
        add_custody_event(home, evidence, Act.READ, actor="a")
        events = custody(home, evidence)
        assert [event.act for event in events[2:]] == [Act.MENDED, Act.READ]
        assert f"after {cut} bytes" in events[2].note


def test_an_item_without_a_record_is_not_found(item: tuple[Home, str, Path]) -> None:
    with pytest.raises(NotFoundError):
        add_custody_event(item[0], "E-000000000000", Act.READ, actor="a")


ADD = """
import sys
from pathlib import Path
from soken.core.home import open_home
from soken.intake.custody import Act, add_custody_event
print("ready", flush=True)
while True:
    add_custody_event(open_home(Path(sys.argv[1])), sys.argv[2], Act.READ, actor="worker", note="x" * 2000)
"""


def test_two_writers_and_kill_9_leave_a_whole_chain(item: tuple[Home, str, Path]) -> None:
    home, evidence, _ = item
    for _ in range(3):
        command = [sys.executable, "-c", ADD, str(home.root), evidence]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        workers = [subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) for _ in range(2)]
        for worker in workers:
            assert worker.stdout is not None
            worker.stdout.readline()
        time.sleep(0.1)
        for worker in workers:
            worker.send_signal(signal.SIGKILL)
            worker.wait()
        add_custody_event(home, evidence, Act.VERIFIED, actor="auditor")
        events = custody(home, evidence)
        assert [event.number for event in events] == list(range(1, len(events) + 1))
        assert events[-1].act == Act.VERIFIED
