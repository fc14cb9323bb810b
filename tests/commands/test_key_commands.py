"""The evidence store encrypted from the command line: everything works as before, rotated, backed up, the key lost."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest

from soken.core.home import open_home
from soken.core.lock import only_one
from soken.core.rewriting import copied, written_anew
from tests.commands.homes import Soken
from tests.commands.test_doctor import LIST, checks
from tests.home_database import copy_home

if TYPE_CHECKING:
    from pathlib import Path

VARIABLE = "SOKEN_STORE_KEY_FILE"


@pytest.fixture
def folder(tmp_path: Path, empty_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a home and, outside it, a key that is named."""
    copy_home(empty_home, tmp_path / "home")
    said = Soken(tmp_path / "home")("key", "make", "--out", tmp_path / "key").stdout
    assert f"{VARIABLE}={tmp_path / 'key'}" in said
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600
    monkeypatch.setenv(VARIABLE, str(tmp_path / "key"))
    return tmp_path


def leaks(home: Path) -> list[str]:
    """Names of files of the store that say who is on the list."""
    kept = [*(home / "evidence").rglob("*"), *(home / "operations").rglob("*"), *(home / "staging").rglob("*")]
    return [one.name for one in kept if one.is_file() and "佐藤".encode() in one.read_bytes()]


def test_a_list_is_taken_in_resolved_rotated_and_put_back_elsewhere_encrypted(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    soken = Soken(folder / "home")
    (folder / "list.csv").write_text(LIST, encoding="utf-8")
    soken("operation", "new", "op")
    soken("intake", folder / "list.csv", "--operation", "op")
    soken("resolve", "--operation", "op")
    assert leaks(folder / "home") == []
    assert "佐藤 太郎" in soken("persons", "list", "--operation", "op", "--json").stdout

    before = (folder / "key").read_text()
    told = json.loads(soken("key", "rotate", "--json").stdout)
    assert told == {"keys_wrapped_anew": 2, "encrypted_anew": 0, "still_open": 0}
    assert (folder / "key").read_text() not in ("", before)
    assert json.loads(soken("key", "rotate", "--data", "--json").stdout)["encrypted_anew"] == 2
    code, found = checks(folder / "home")
    assert (code, found["encryption"][0]) == (0, True)
    assert json.loads(soken("ledger", "verify", "--json").stdout)["whole"]

    public = soken("backup-key", "--out", folder / "secret").stdout.strip()
    soken("backup", "--out", folder / "b", "--to", public, "--with-keys")
    Soken(folder / "new")("restore", folder / "b", "--home", folder / "new", "--identity", folder / "secret")
    assert checks(folder / "new")[0] == 0

    monkeypatch.delenv(VARIABLE)
    said = Soken(folder / "home")("intake", folder / "list.csv", "--operation", "op", code=8).stderr
    assert "is encrypted and no key is named: set SOKEN_STORE_KEY_FILE" in said
    assert "Traceback" not in said
    code, found = checks(folder / "home")
    assert (code, found["encryption"][0]) == (7, False)
    said = Soken(folder / "third")(
        "restore", folder / "b", "--home", folder / "third", "--identity", folder / "secret"
    ).stdout
    assert "The evidence is encrypted: name the store's key" in said


def test_what_was_there_before_is_encrypted_by_a_rotation_and_a_key_in_the_home_is_a_problem(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(VARIABLE)
    soken = Soken(folder / "home")
    (folder / "list.csv").write_text(LIST, encoding="utf-8")
    soken("operation", "new", "op")
    soken("intake", folder / "list.csv", "--operation", "op")
    assert checks(folder / "home")[1]["encryption"][1].startswith("off")
    assert "has no key: make one" in soken("key", "rotate", "--data", code=5).stderr
    shutil.move(folder / "key", folder / "home" / "keys" / "store.key")
    monkeypatch.setenv(VARIABLE, str(folder / "home" / "keys" / "store.key"))
    assert "not encrypted: soken key rotate --data" in checks(folder / "home")[1]["encryption"][1]
    Soken(folder / "home")("key", "rotate", "--data")
    assert leaks(folder / "home") == []
    ok, said = checks(folder / "home")[1]["encryption"]
    assert not ok
    assert "the key lies in the home" in said


def test_the_key_is_not_rotated_while_evidence_comes_in_or_is_resolved(folder: Path) -> None:
    soken = Soken(folder / "home")
    (folder / "list.csv").write_text(LIST, encoding="utf-8")
    soken("operation", "new", "op")
    soken("intake", folder / "list.csv", "--operation", "op")
    before = (folder / "key").read_text()
    for lock, what in (("intake", "Intake for op"), ("resolve", "Resolve for op")):
        with only_one(folder / "home" / "operations" / "op" / f"{lock}.lock", what):
            said = soken("key", "rotate", "--data", code=5).stderr
        assert f"{what} is already being done by another process" in said
    assert (folder / "key").read_text() == before
    assert json.loads(soken("key", "rotate", "--data", "--json").stdout)["encrypted_anew"] == 1


def test_nothing_is_rotated_while_a_backup_is_made_and_none_is_made_while_files_are_written_anew(folder: Path) -> None:
    soken, home = Soken(folder / "home"), open_home(folder / "home")
    busy = "A backup, an erasure or a rotation of the store's key is already being done by another process"
    before = (folder / "key").read_text()
    with copied(home):
        assert busy in soken("key", "rotate", code=5).stderr
        soken("backup", "--out", folder / "b", "--unencrypted")
    assert (folder / "key").read_text() == before
    with written_anew(home):
        assert busy in soken("backup", "--out", folder / "c", "--unencrypted", code=5).stderr
    assert not (folder / "c").exists()
    soken("key", "rotate")
