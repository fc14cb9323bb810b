"""Documents of dossiers on the disk: found where they lay before, laid anew whatever stops it, rotated, settled."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from soken.backup.rekey import open_folders, rekey
from soken.core import documents, vault
from soken.core.age_file import Identity
from soken.core.documents import (
    document_bytes,
    document_folders,
    keep_document,
    keys_given,
    laid_open,
    no_key_half_given,
    set_apart,
    settle,
)
from soken.core.errors import EnvironmentProblemError
from soken.core.home import Home, open_home
from soken.core.store_key import VALUE

if TYPE_CHECKING:
    from collections.abc import Callable

CONTENT = "佐藤 葵への照会".encode()
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return open_home(tmp_path / "home")


@pytest.fixture
def key(monkeypatch: pytest.MonkeyPatch) -> str:
    said = Identity.make().text
    monkeypatch.setenv(VALUE, said)
    return said


def lies_as_before(home: Home, name: str = SHA256) -> Path:
    """A document of a home from before they had folders."""
    path = home.attachments / SHA256[:2] / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(CONTENT)
    return path


def names_somebody(home: Home) -> list[Path]:
    return [one for one in home.root.rglob("*") if one.is_file() and "佐藤".encode() in one.read_bytes()]


def killed_at(step: int, work: Callable[[], object]) -> bool:
    """Do something in a process that is killed after so many changes of the disk; False where it ended first."""
    child = os.fork()
    if not child:
        left = [step]

        def counted(change: Callable[..., object]) -> Callable[..., object]:
            def do(*given: object, **said: object) -> object:
                left[0] -= 1
                if left[0] < 0:
                    os.kill(os.getpid(), signal.SIGKILL)
                return change(*given, **said)

            return do

        for name in ("rename", "replace", "unlink", "rmdir", "mkdir"):
            setattr(Path, name, counted(getattr(Path, name)))
        try:
            work()
            os._exit(0)
        finally:
            # Whatever is raised ends here: a child that went on would run the tests after this one, too.
            os._exit(1)
    _pid, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return os.WIFSIGNALED(status)


def test_one_that_lies_as_before_is_read_there_and_named_as_open(home: Home, key: str) -> None:
    lies_as_before(home)
    assert document_bytes(home, SHA256) == CONTENT
    assert open_folders(home) == [SHA256]
    keep_document(home, SHA256, CONTENT)
    assert document_folders(home) == [], "the same document is there already"


def test_a_rotation_of_all_files_gives_it_a_folder_and_a_key(home: Home, key: str) -> None:
    lies_as_before(home)
    assert rekey(home, data=False, advance=lambda _n: None).still_open == 1
    done = rekey(home, data=True, advance=lambda _n: None)
    assert (done.encrypted, done.still_open) == (1, 0)
    assert (laid_open(home), open_folders(home), names_somebody(home)) == ([], [], [])
    assert [one.name for one in home.attachments.iterdir()] == [SHA256]
    assert document_bytes(home, SHA256) == CONTENT


def test_one_that_was_kept_open_in_a_folder_is_encrypted_by_it_too(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    keep_document(home, SHA256, CONTENT)
    assert [one.name for one in names_somebody(home)] == [vault.DOCUMENT]
    monkeypatch.setenv(VALUE, Identity.make().text)
    assert open_folders(home) == [SHA256]
    rekey(home, data=True, advance=lambda _n: None)
    assert names_somebody(home) == []
    assert document_bytes(home, SHA256) == CONTENT


def test_killed_anywhere_it_is_there_and_done_again_it_is_encrypted(home: Home, key: str, tmp_path: Path) -> None:
    step, cut_off = 0, 0
    while True:
        there = Home(tmp_path / f"home-{step}")
        open_home(there.root)
        lies_as_before(there)
        killed = killed_at(step, lambda there=there: rekey(there, data=True, advance=lambda _n: None))
        assert document_bytes(there, SHA256) == CONTENT, step
        there.clear_stale()
        rekey(there, data=True, advance=lambda _n: None)
        assert document_bytes(there, SHA256) == CONTENT, step
        assert (open_folders(there), names_somebody(there)) == ([], []), step
        if not killed:
            break
        step, cut_off = step + 1, cut_off + 1
    assert cut_off >= 5


def test_a_new_key_of_the_store_opens_it_and_the_old_one_no_more(
    home: Home, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_document(home, SHA256, CONTENT)
    new = Identity.make().text
    monkeypatch.setenv(VALUE, f"{new} {key}")
    rekey(home, data=False, advance=lambda _n: None)
    monkeypatch.setenv(VALUE, new)
    assert document_bytes(home, SHA256) == CONTENT
    monkeypatch.setenv(VALUE, key)
    with pytest.raises(EnvironmentProblemError, match="not the one"):
        document_bytes(home, SHA256)


def test_a_rotation_waits_for_whoever_just_gives_a_key(home: Home) -> None:
    passed = threading.Event()

    def rotate() -> None:
        no_key_half_given(home)
        passed.set()

    with keys_given(home):
        waiting = threading.Thread(target=rotate)
        waiting.start()
        assert not passed.wait(0.2)
    assert passed.wait(10)
    waiting.join()


@pytest.mark.parametrize("before", [False, True], ids=["as now", "as before"])
def test_what_is_set_apart_goes_or_comes_back(before: bool, home: Home, key: str) -> None:
    for held, there in (({SHA256}, CONTENT), (set[str](), b"")):
        if before:
            lies_as_before(home)
        else:
            keep_document(home, SHA256, CONTENT)
        set_apart(home, SHA256)
        assert document_bytes(home, SHA256) == b""
        settle(home, held.copy)
        assert document_bytes(home, SHA256) == there


def test_set_apart_twice_and_put_back_it_is_whole(home: Home, key: str) -> None:
    keep_document(home, SHA256, CONTENT)
    set_apart(home, SHA256)
    keep_document(home, SHA256, CONTENT)
    set_apart(home, SHA256)
    settle(home, {SHA256}.copy)
    assert document_bytes(home, SHA256) == CONTENT


def test_what_no_dossier_has_is_left_behind_after_a_day(home: Home, key: str) -> None:
    keep_document(home, SHA256, CONTENT)
    settle(home, set)
    assert document_bytes(home, SHA256) == CONTENT, "it may just be on its way"
    then = time.time() - documents._OLD - 60
    os.utime(documents.document_file(home, SHA256), (then, then))
    keep_document(home, SHA256, CONTENT)
    settle(home, set)
    assert document_bytes(home, SHA256) == CONTENT, "it was attached again"
    os.utime(documents.document_file(home, SHA256), (then, then))
    settle(home, set)
    assert list(home.attachments.iterdir()) == []


def test_killed_while_it_goes_it_is_never_taken_for_one_that_is_there(home: Home, key: str, tmp_path: Path) -> None:
    step = 0
    while True:
        there = Home(tmp_path / f"home-{step}")
        shutil.rmtree(there.root, ignore_errors=True)
        open_home(there.root)
        keep_document(there, SHA256, CONTENT)
        os.utime(documents.document_file(there, SHA256), (0, 0))
        killed = killed_at(step, lambda there=there: settle(there, set))
        keep_document(there, SHA256, CONTENT)
        assert document_bytes(there, SHA256) == CONTENT, step
        if not killed:
            break
        step += 1
    assert step >= 2
