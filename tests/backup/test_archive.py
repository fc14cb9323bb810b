"""A backup is whole or refused: every row and file compared, nothing half done, a wrong key said in a sentence."""

from __future__ import annotations

import contextlib
import io
import re
import shutil
import sqlite3
import tarfile
import threading
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from pyrage import x25519

import soken
from soken.backup.archive import _FOLDERS, Backup, write_backup
from soken.backup.rows import digests
from soken.backup.unpack import read_backup
from soken.core.errors import BadInputError, DamagedStoreError, NotFoundError, RefusedError, SokenError
from soken.core.home import Home, open_home

KEY = x25519.Identity.generate()


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = open_home(tmp_path / "home")
    with closing(sqlite3.connect(made.database)) as con:
        con.execute("PRAGMA journal_mode = WAL")
        con.execute("create table person (code text primary key, age int, photo blob)")
        con.execute("create table ledger_entry (seq integer primary key, hash text)")
        con.executemany("insert into person values (?, ?, ?)", [(f"P-{at}", at, b"\0\xff") for at in range(500)])
        con.execute("insert into ledger_entry values (1, 'abc')")
        con.commit()
    for name, data in {"evidence/E-1/original": b"\x00" * 3000, "operations/o/runs/1/links.parquet": b"PAR1"}.items():
        (made.root / name).parent.mkdir(parents=True, exist_ok=True)
        (made.root / name).write_bytes(data)
    (made.keys / "ledger.key").write_text("secret")
    return made


def backed_up(home: Home, out: Path, **said: Any) -> Backup:
    wanted: dict[str, Any] = {"recipient": str(KEY.to_public()), "keys": False} | said
    return write_backup(home, out, made_at="2026-11-24T00:00:00+00:00", tool="test", advance=lambda _n: None, **wanted)


def put_back(file: Path, target: Path, identity: str = str(KEY)) -> Backup:
    return read_backup(file, target, identity=identity, advance=lambda _n: None)


@pytest.mark.parametrize("recipient", [str(KEY.to_public()), ""], ids=["encrypted", "unencrypted"])
def test_every_row_and_file_comes_back(recipient: str, home: Home, tmp_path: Path) -> None:
    made = backed_up(home, tmp_path / "b", recipient=recipient)
    found = put_back(tmp_path / "b", tmp_path / "new", identity=str(KEY) if recipient else "")
    assert (found.rows, found.ledger, found.keys) == (made.rows, "abc", False) == (501, "abc", False)
    assert digests(tmp_path / "new" / "soken.sqlite3") == digests(home.database)
    assert (tmp_path / "new" / "evidence/E-1/original").read_bytes() == b"\x00" * 3000
    assert not (tmp_path / "new" / "keys" / "ledger.key").exists(), "keys only when they are asked for"
    assert (tmp_path / "new" / "soken.sqlite3").stat().st_mode & 0o77 == 0
    assert (b"P-499" in (tmp_path / "b").read_bytes()) is not bool(recipient)


def test_documents_and_the_installations_own_instrument_come_back(home: Home, tmp_path: Path) -> None:
    for name in ("attachments/ab/abcd", "instruments/current.toml", "statistics/1/a.json", "feed/1/feed.txt"):
        (home.root / name).parent.mkdir(parents=True, exist_ok=True)
        (home.root / name).write_bytes(name.encode())
    backed_up(home, tmp_path / "b")
    put_back(tmp_path / "b", tmp_path / "new")
    kept = {path.relative_to(tmp_path / "new").as_posix() for path in (tmp_path / "new").rglob("*") if path.is_file()}
    there = {path.relative_to(home.root).as_posix() for path in home.root.rglob("*") if path.is_file()}
    assert there - kept - {"keys/ledger.key"} <= {"soken.sqlite3-wal", "soken.sqlite3-shm"}


def test_every_folder_of_a_home_is_kept_or_named_as_one_that_is_not() -> None:
    """Whoever gives a home another folder says here that it is no loss, or finds it missing after a restore."""
    source = Path(soken.__file__).parent
    named = set()
    for path in source.rglob("*.py"):
        named |= set(re.findall(r'(?:self|home|HOME)\.root / "([a-z-]+)"', path.read_text("utf-8")))
        named |= set(re.findall(r'\broot / "([a-z-]+)" / ', path.read_text("utf-8")))
    assert {"evidence", "attachments", "uploads"} <= named
    assert named - set(_FOLDERS) == {"keys", "staging", "begun", "uploads", "ledger-stamps"}


def test_keys_go_with_an_encrypted_backup_alone(home: Home, tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="only into an encrypted"):
        backed_up(home, tmp_path / "b", recipient="", keys=True)
    backed_up(home, tmp_path / "b", keys=True)
    assert put_back(tmp_path / "b", tmp_path / "new").keys
    assert (tmp_path / "new" / "keys" / "ledger.key").read_text() == "secret"


def test_a_backup_in_use_is_of_one_moment(home: Home, tmp_path: Path) -> None:
    """Somebody writes all the time: two rows an act, never one."""
    stop = threading.Event()

    def write() -> None:
        with closing(sqlite3.connect(home.database, timeout=30)) as con:
            at = 0
            while not stop.is_set():
                at += 1
                con.executemany("insert into person values (?, 1, null)", [(f"A-{at}",), (f"B-{at}",)])
                con.commit()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(5):
            backed_up(home, tmp_path / f"b{number}")
    finally:
        stop.set()
        writer.join()
    for number in range(5):
        put_back(tmp_path / f"b{number}", tmp_path / f"new{number}")
        with closing(sqlite3.connect(tmp_path / f"new{number}" / "soken.sqlite3")) as con:
            (one,), (two,) = (
                con.execute(f"select count(*) from person where code like '{side}-%'").fetchone() for side in "AB"
            )
        assert one == two


def test_checkpoints_of_the_ledger_and_their_time_stamps_come_back(home: Home, tmp_path: Path) -> None:
    """And none that is of a later moment than the rows: it would speak of an entry that is not there."""
    home.checkpoints.write_text("first\n")
    home.stamps.mkdir()
    (home.stamps / "1-ab.tsr").write_bytes(b"stamp")

    def another(_bytes: int) -> None:
        home.checkpoints.write_text("first\nsecond\n")

    write_backup(home, tmp_path / "b", recipient="", keys=False, made_at="now", tool="test", advance=another)
    put_back(tmp_path / "b", tmp_path / "new", identity="")
    assert (tmp_path / "new" / "ledger-checkpoints.jsonl").read_text() == "first\n"
    assert (tmp_path / "new" / "ledger-stamps" / "1-ab.tsr").read_bytes() == b"stamp"


def test_another_key_or_none_opens_nothing(home: Home, tmp_path: Path) -> None:
    backed_up(home, tmp_path / "b")
    for identity, said in (
        (str(x25519.Identity.generate()), "does not open"),
        ("", "--identity"),
        ("x", "no secret key"),
    ):
        with pytest.raises(BadInputError, match=said):
            put_back(tmp_path / "b", tmp_path / "new", identity)
    assert not (tmp_path / "new").exists()
    assert not (tmp_path / "new.partial").exists()


@pytest.mark.parametrize("encrypted", [True, False], ids=["encrypted", "unencrypted"])
def test_a_backup_cut_off_or_altered_anywhere_is_refused(encrypted: bool, home: Home, tmp_path: Path) -> None:
    backed_up(home, tmp_path / "b", recipient=str(KEY.to_public()) if encrypted else "")
    data = (tmp_path / "b").read_bytes()
    damaged = [data[: len(data) * part // 7] for part in range(7)]
    for at in range(600, len(data) - 2000, len(data) // 12):
        altered = bytearray(data)
        altered[at] ^= 1
        damaged.append(bytes(altered))
    for number, one in enumerate(damaged):
        (tmp_path / "damaged").write_bytes(one)
        with contextlib.suppress(SokenError):
            put_back(tmp_path / "damaged", tmp_path / "new", str(KEY) if encrypted else "")
            # Padding between the members of a tar says nothing.
            assert digests(tmp_path / "new" / "soken.sqlite3") == digests(home.database), number
            assert not encrypted
            shutil.rmtree(tmp_path / "new")
        assert not (tmp_path / "new").exists(), number
        assert not (tmp_path / "new.partial").exists(), number


def test_nothing_is_overwritten(home: Home, tmp_path: Path) -> None:
    backed_up(home, tmp_path / "b")
    with pytest.raises(RefusedError, match="there already"):
        backed_up(home, tmp_path / "b")
    with pytest.raises(RefusedError, match="not empty"):
        put_back(tmp_path / "b", home.root)
    with pytest.raises(NotFoundError, match="no file"):
        put_back(tmp_path / "none", tmp_path / "new")
    with pytest.raises(BadInputError, match="no public key"):
        backed_up(home, tmp_path / "c", recipient="age1nobody")
    assert not list(tmp_path.glob("*.partial"))


def test_a_file_that_would_lie_elsewhere_is_refused(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "b", "w") as tar:
        info = tarfile.TarInfo("../elsewhere")
        info.size = 1
        tar.addfile(info, io.BytesIO(b"x"))
    with pytest.raises(BadInputError, match="would lie elsewhere"):
        put_back(tmp_path / "b", tmp_path / "new", "")
    assert not (tmp_path / "elsewhere").exists()


def test_a_newer_form_is_named(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("soken.backup.archive.FORM", 99)
    backed_up(home, tmp_path / "b")
    monkeypatch.undo()
    with pytest.raises(BadInputError, match="newer Soken"):
        put_back(tmp_path / "b", tmp_path / "new")


def test_a_damaged_database_is_not_backed_up(home: Home, tmp_path: Path) -> None:
    data = bytearray(home.database.read_bytes())
    data[4096 * 2 : 4096 * 2 + 64] = b"\xff" * 64
    home.database.write_bytes(bytes(data))
    with pytest.raises(DamagedStoreError):
        backed_up(home, tmp_path / "b")
    assert not (tmp_path / "b").exists()
