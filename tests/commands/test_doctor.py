"""The doctor sees what is wrong with an evidence item: its original, its custody, its rows."""

from __future__ import annotations

import io
import json
import os
import re
from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest

from soken.core.packed import PackedWriter
from tests.commands.homes import Soken
from tests.home_database import copy_home, opened

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LIST = "氏名,メール\n佐藤 太郎,a@example.com\n鈴木 花子,b@example.com\n高橋\n"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory, empty_home: Path) -> Path:
    folder = tmp_path_factory.mktemp("store")
    copy_home(empty_home, folder / "home")
    soken = Soken(folder / "home")
    (folder / "list.csv").write_text(LIST, encoding="utf-8")
    soken("operation", "new", "op")
    soken("intake", folder / "list.csv", "--operation", "op")
    return folder / "home"


def checks(home: Path) -> tuple[int, dict[str, tuple[bool, str]]]:
    code, out, _err = Soken(home).end("doctor", "--json")
    told = json.loads(out)
    assert told["ok"] == (code == 0)
    return code, {one["name"]: (one["ok"], one["found"]) for one in told["checks"]}


def test_a_whole_item_is_told_of_with_its_custody_and_its_rows(store: Path) -> None:
    code, found = checks(store)
    (item,) = [said for name, said in found.items() if name.startswith("E-")]
    assert code == 0
    assert item[0]
    assert "SHA-256 as sealed; 3 custody events in one chain; 1 readings, every row accounted for" in item[1]


def test_where_it_is_told_off_a_terminal_and_the_answer_stays_one_object(store: Path) -> None:
    _code, out, err = Soken(store).end("doctor", "--json")
    assert json.loads(out)["ok"] is True
    assert re.fullmatch(r"\d\d:\d\d:\d\d evidence: done in \d+\.\d s\n", err)


def test_a_sealed_item_that_no_operation_knows_is_told_of(store: Path, tmp_path: Path) -> None:
    copy_home(store, tmp_path / "home")
    with opened(tmp_path / "home") as database:
        assert database.execute("delete from casework_evidenceitem").rowcount == 1
    code, found = checks(tmp_path / "home")
    (item,) = [said for name, said in found.items() if name.startswith("E-")]
    assert code == 7
    assert not item[0]
    assert "entered in no operation" in item[1]


def packed(data: bytes) -> bytes:
    out = io.BytesIO()
    kept = PackedWriter(out)
    kept.write(data)
    with patch.object(out, "close"):
        kept.close()
    return out.getvalue()


def changed(path: Path, by: Callable[[bytes], bytes]) -> None:
    path.chmod(0o600)
    path.write_bytes(by(path.read_bytes()))


DAMAGE: dict[str, tuple[str, Callable[[bytes], bytes], str]] = {
    "the original": ("original.zst", lambda held: held + b"x", "original.zst is altered or cut off"),
    "other bytes than were sealed": ("original.zst", lambda _held: packed(b"x"), "is not what was sealed"),
    "the manifest": ("manifest.json", lambda _held: b"{}", "manifest"),
    "the custody": ("custody.jsonl", lambda held: held.replace(b"sealed", b"mended", 1), "custody"),
    "the rows": ("readings/0001/rows.parquet", lambda held: held[:-20], "rows of reading 1"),
    "the rows set aside": ("readings/0001/set_aside.parquet", lambda _held: b"", "rows of reading 1"),
    "the record": ("readings/0001/reading.json", lambda held: held[:-5], "Reading 1"),
    "a count": (
        "readings/0001/reading.json",
        lambda held: held.replace(b'"rows_accepted": 2', b'"rows_accepted": 3'),
        "instead of 3 and 1",
    ),
}


@pytest.mark.parametrize("what", sorted(DAMAGE))
def test_damage_is_found_and_named(store: Path, what: str) -> None:
    part, damage, says = DAMAGE[what]
    (item,) = (store / "evidence").iterdir()
    kept = (item / part).read_bytes()
    try:
        changed(item / part, damage)
        code, found = checks(store)
        assert code == 7
        assert not found[item.name][0]
        assert says in found[item.name][1]
    finally:
        changed(item / part, lambda _held: kept)


def test_a_new_home_is_entered_by_its_user_alone_and_one_that_others_can_enter_is_named(tmp_path: Path) -> None:
    soken = Soken(tmp_path / "home")
    before = os.umask(0o022)
    try:
        soken("operation", "new", "op")
    finally:
        os.umask(before)
    assert soken.home.stat().st_mode & 0o777 == 0o700
    way = [soken.home, *(one for one in soken.home.parents if not one.stat().st_mode & 0o001)]
    modes = {one: one.stat().st_mode for one in way}
    try:
        for one in way:
            one.chmod(0o755)
        code, found = checks(soken.home)
        assert (code, found["home"][0]) == (7, False)
        assert "chmod o-rwx" in found["home"][1]
    finally:
        for one, mode in modes.items():
            one.chmod(mode)
    assert checks(soken.home)[1]["home"] == (True, str(soken.home))
