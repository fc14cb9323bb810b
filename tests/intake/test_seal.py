"""A sealed original is the bytes that were handed in, once, whatever goes wrong on the way."""

from __future__ import annotations

import hashlib
import json
import os
import random
import re
import resource
import signal
import stat
import subprocess
import sys
import threading
import time
from contextlib import nullcontext
from typing import TYPE_CHECKING

import pytest

from soken.core.errors import BadInputError, DamagedStoreError, EnvironmentProblemError, NotFoundError
from soken.core.home import Home, open_home
from soken.core.vault import opened
from soken.intake.custody import Act, custody
from soken.intake.seal import Acquisition, keep, prepare, read_manifest, seal, verify

if TYPE_CHECKING:
    from pathlib import Path

LIST = "氏名,住所\n田中,東京\n".encode()
KNOWN = Acquisition("W-17", "2026-11-01T09:00+09:00", "Musterstadt", "Officer A", "orders 2024")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return open_home(tmp_path / "home")


@pytest.fixture
def listed(tmp_path: Path) -> Path:
    path = tmp_path / "顧客.csv"
    path.write_bytes(LIST)
    return path


def store(home: Home) -> dict[str, bytes]:
    """Every file of the store and its bytes."""
    return {str(path.relative_to(home.root)): path.read_bytes() for path in home.root.rglob("*") if path.is_file()}


def test_a_file_is_sealed_with_hash_manifest_and_custody(home: Home, listed: Path) -> None:
    sealed = seal(home, listed, KNOWN, actor="analyst")
    digest = hashlib.sha256(LIST).hexdigest()
    assert sealed.evidence_id == "E-" + digest[:12]
    assert sealed.is_new
    with opened(sealed.original) as stream:
        assert stream.read() == LIST
    assert stat.S_IMODE(sealed.original.stat().st_mode) == 0o400
    manifest = read_manifest(home, sealed.evidence_id)
    assert (manifest.sha256, manifest.size, manifest.name) == (digest, len(LIST), "顧客.csv")
    assert manifest.acquisition == KNOWN
    assert manifest.tool.startswith("soken ")
    events = custody(home, sealed.evidence_id)
    assert [(event.number, event.act, event.actor) for event in events] == [
        (1, Act.SEIZED, "Officer A"), (2, Act.RECEIVED, "analyst"), (3, Act.SEALED, "analyst"),
    ]  # fmt: skip
    assert events[0].at == "2026-11-01T09:00+09:00"
    assert list(home.staging.iterdir()) == []


def test_what_is_not_said_of_the_seizure_is_shown_as_missing(home: Home, listed: Path) -> None:
    sealed = seal(home, listed, Acquisition(warrant="W-17", scope=" "), actor="analyst")
    assert sealed.manifest.acquisition.missing == ("seized_at", "seized_where", "seized_by", "scope")
    written = json.loads((sealed.folder / "manifest.json").read_bytes())
    assert written["missing"] == ["seized_at", "seized_where", "seized_by", "scope"]
    assert [event.act for event in custody(home, sealed.evidence_id)] == [Act.RECEIVED, Act.SEALED]


def test_the_same_bytes_again_add_an_event_and_no_item(home: Home, listed: Path, tmp_path: Path) -> None:
    first = seal(home, listed, KNOWN, actor="analyst")
    before = read_manifest(home, first.evidence_id)
    other = tmp_path / "copy.csv"
    other.write_bytes(LIST)
    again = seal(home, other, Acquisition(warrant="W-18"), actor="colleague")
    assert (again.is_new, again.evidence_id, again.folder) == (False, first.evidence_id, first.folder)
    assert read_manifest(home, first.evidence_id) == before
    last = custody(home, first.evidence_id)[-1]
    assert (last.act, last.actor) == (Act.RECEIVED_AGAIN, "colleague")
    assert json.loads(last.note) == {"name": "copy.csv", "warrant": "W-18"}
    assert len(list(home.evidence.iterdir())) == 1


def test_two_who_prepare_the_same_bytes_at_once_make_one_item(home: Home, listed: Path) -> None:
    with home.stage() as one, home.stage() as two:
        first = prepare(listed, one / "item", KNOWN, actor="a")
        second = prepare(listed, two / "item", KNOWN, actor="b")
        assert keep(home, first, actor="a").is_new
        assert not keep(home, second, actor="b").is_new
    assert [event.act for event in custody(home, first.evidence_id)][-1] == Act.RECEIVED_AGAIN


def test_nothing_is_kept_of_what_is_only_prepared(home: Home, listed: Path) -> None:
    before = store(home)
    with home.stage() as staging:
        prepare(listed, staging / "item", KNOWN, actor="a")
    assert store(home) == before


def _folder(path: Path) -> None:
    path.mkdir()


def _pipe(path: Path) -> None:
    os.mkfifo(path)


def _nothing(path: Path) -> None:
    path.write_bytes(b"")


def _absent(path: Path) -> None:
    del path


def _loop(path: Path) -> None:
    path.symlink_to(path)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (_folder, "is a folder"),
        (_pipe, "no regular file"),
        (_nothing, "is empty"),
        (_absent, "No such"),
        (_loop, "symbolic"),
    ],
)
def test_what_cannot_be_sealed_is_refused_and_leaves_the_store_as_it_was(
    home: Home, tmp_path: Path, make: object, says: str
) -> None:
    before = store(home)
    make(tmp_path / "given")  # type: ignore[operator]
    with pytest.raises(BadInputError, match=says):
        seal(home, tmp_path / "given", KNOWN, actor="a")
    assert store(home) == before
    assert list(home.staging.iterdir()) == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_file_is_refused(home: Home, listed: Path) -> None:
    listed.chmod(0)
    with pytest.raises(BadInputError, match="Permission"):
        seal(home, listed, KNOWN, actor="a")


class _Meddler:
    """Listens to the copying, and does something to the file when it begins."""

    def __init__(self, act: object) -> None:
        self._act = act

    def stage(self, name: str, total: int | None = None, unit: str = "rows") -> object:
        del name, total, unit
        self._act()  # type: ignore[operator]
        return nullcontext(lambda _count: None)


@pytest.mark.parametrize("how", ["appended", "overwritten", "replaced", "cut"])
def test_a_file_that_changes_while_it_is_read_is_refused(home: Home, listed: Path, how: str) -> None:
    before = store(home)

    def meddle() -> None:
        time.sleep(0.01)
        if how == "appended":
            with listed.open("ab") as out:
                out.write(b"more")
        elif how == "overwritten":
            with listed.open("r+b") as out:
                out.write(b"other")
        elif how == "replaced":
            listed.with_suffix(".new").write_bytes(LIST)
            listed.with_suffix(".new").rename(listed)
        else:
            os.truncate(listed, 5)

    with pytest.raises(BadInputError, match="changed while"):
        seal(home, listed, KNOWN, actor="a", progress=_Meddler(meddle))  # type: ignore[arg-type]
    assert store(home) == before


def test_a_full_disk_is_said_and_leaves_the_store_as_it_was(home: Home, tmp_path: Path) -> None:
    path = tmp_path / "big.csv"
    path.write_bytes(random.Random(7).randbytes(2_000_000))
    before = store(home)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, hard))
    try:
        with pytest.raises(EnvironmentProblemError, match=f"^The disk that holds {re.escape(str(home.root))} is full"):
            seal(home, path, KNOWN, actor="a")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert store(home) == before
    assert list(home.staging.iterdir()) == []


def test_verify_hashes_again(home: Home, listed: Path) -> None:
    sealed = seal(home, listed, KNOWN, actor="a")
    assert verify(home, sealed.evidence_id) == sealed.manifest
    verify(home, sealed.evidence_id, actor="auditor")
    assert custody(home, sealed.evidence_id)[-1].act == Act.VERIFIED


@pytest.mark.parametrize("damage", ["byte", "cut", "gone"])
def test_a_changed_original_is_found(home: Home, listed: Path, damage: str) -> None:
    sealed = seal(home, listed, KNOWN, actor="a")
    sealed.original.chmod(0o600)
    if damage == "byte":
        sealed.original.write_bytes(LIST[:-2] + b"x\n")
    elif damage == "cut":
        sealed.original.write_bytes(LIST[:-1])
    else:
        sealed.original.unlink()
    with pytest.raises(DamagedStoreError, match=sealed.evidence_id):
        verify(home, sealed.evidence_id)


def test_an_item_that_is_not_there_is_not_found(home: Home) -> None:
    for look in (verify, read_manifest, custody):
        with pytest.raises(NotFoundError):
            look(home, "E-000000000000")


@pytest.mark.parametrize("content", [b"", b"{}", b"not json", b"[]"])
def test_a_damaged_manifest_is_said(home: Home, listed: Path, content: bytes) -> None:
    sealed = seal(home, listed, KNOWN, actor="a")
    (sealed.folder / "manifest.json").chmod(0o600)
    (sealed.folder / "manifest.json").write_bytes(content)
    with pytest.raises(DamagedStoreError):
        read_manifest(home, sealed.evidence_id)
    with pytest.raises(DamagedStoreError):
        custody(home, sealed.evidence_id)


SEAL = """
import sys

from soken.core.home import open_home
from soken.intake.seal import Acquisition, seal
print("ready", flush=True)
for name in sys.argv[2:]:
    seal(open_home(Path(sys.argv[1])), Path(name), Acquisition(warrant="W"), actor="a")
print("done", flush=True)
"""


def test_kill_9_at_any_moment_leaves_a_consistent_store(home: Home, tmp_path: Path) -> None:
    paths = []
    for number in range(6):
        paths.append(tmp_path / f"{number}.csv")
        paths[-1].write_bytes(b"%d,a\n" % number * 300_000)
    chance = random.Random(5)
    for _ in range(12):
        worker = subprocess.Popen(
            [sys.executable, "-c", SEAL, str(home.root), *map(str, paths)],
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
        assert worker.stdout is not None
        worker.stdout.readline()
        time.sleep(chance.uniform(0, 0.12))
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        home.clear_stale()
        assert list(home.staging.iterdir()) == []
        for folder in home.evidence.iterdir():
            verify(home, folder.name, actor="auditor")
            assert custody(home, folder.name)[-1].act == Act.VERIFIED
    for path in paths:
        seal(home, path, Acquisition(), actor="a")
    assert len(list(home.evidence.iterdir())) == len(paths)


def test_staging_of_a_living_process_is_left_alone(home: Home, listed: Path) -> None:
    with home.stage() as staging:
        prepare(listed, staging / "item", KNOWN, actor="a")
        assert home.clear_stale() == 0
        assert (staging / "item" / "original.zst").is_file()


def test_many_at_once(home: Home, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(LIST)
    threads = [threading.Thread(target=seal, args=(home, path, KNOWN), kwargs={"actor": f"t{n}"}) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (item,) = home.evidence.iterdir()
    acts = [event.act for event in custody(home, item.name)]
    assert acts.count(Act.RECEIVED_AGAIN) == 7
