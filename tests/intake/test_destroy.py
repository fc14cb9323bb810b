"""An original from which rows cannot be taken one by one goes as a whole; everybody else's rows stay (R36, ADR 14)."""

from __future__ import annotations

import hashlib
import io
import sqlite3
import tarfile
import zipfile
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq
import pytest

from soken.core import vault
from soken.core.age_file import Identity
from soken.core.errors import DamagedStoreError, RefusedError
from soken.core.home import Home, open_home
from soken.core.vault import PACKED, opened
from soken.intake import Acquisition, custody, take_in, verify
from soken.intake.destroy import destroy_original, goes_as_a_whole, which_go_as_a_whole
from soken.intake.erased import Erased, erased_of, keep_erased
from soken.intake.raw import raw_bytes
from soken.intake.readings import current_reading
from soken.intake.take_in import reread

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HEADINGS = ("氏名", "メールアドレス", "電話番号")
PEOPLE = [
    ("佐藤 一郎", "ichiro@mail.example", "090-1111-0001"),
    ("御手洗 守", "mitarai@mail.example", "090-1111-0002"),
    ("鈴木 花子", "hanako@mail.example", "090-1111-0003"),
]
GONE = 2
CSV = "\n".join(",".join(one) for one in (HEADINGS, *PEOPLE)).encode() + b"\n"


def _sqlite(path: Path) -> None:
    with sqlite3.connect(path) as con:
        con.execute("create table customers (氏名 text, メールアドレス text, 電話番号 text)")
        con.executemany("insert into customers values (?, ?, ?)", PEOPLE)
    con.close()


def _tar(path: Path) -> None:
    with tarfile.open(path, "w") as archive:
        entry = tarfile.TarInfo("customers.csv")
        entry.size = len(CSV)
        archive.addfile(entry, io.BytesIO(CSV))


def _tar_in_zip(path: Path) -> None:
    inner = path.with_name("inner.tar")
    _tar(inner)
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(inner, "old/inner.tar")


def _sqlite_in_zip(path: Path) -> None:
    inner = path.with_name("inner.sqlite")
    _sqlite(inner)
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(inner, "shop.sqlite")


KINDS: list[tuple[str, Callable[[Path], None]]] = [
    ("shop.sqlite", _sqlite), ("customers.tar", _tar), ("old.zip", _tar_in_zip), ("shop.zip", _sqlite_in_zip),
]  # fmt: skip


def _killed(*_said: Any, **_more: Any) -> None:
    raise KeyboardInterrupt


def _killed_when_done(folder: Path, erased: Erased) -> None:
    if erased.done:
        raise KeyboardInterrupt
    keep_erased(folder, erased)


#: Where it is killed → what does so, and in place of what.
_KILLED_AT = {
    "custody": (import_module("soken.intake.custody"), "_write", _killed),
    "done": (import_module("soken.intake.destroy"), "keep_erased", _killed_when_done),
}  # fmt: skip


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return open_home(tmp_path / "home")


@pytest.fixture(params=[False, True], ids=["open", "encrypted"])
def encrypted(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    if request.param:
        monkeypatch.setenv("SOKEN_STORE_KEY", Identity.make().text)
    return bool(request.param)


def _taken_in(home: Home, path: Path) -> str:
    return take_in(path, home=home, operation_slug="heron", acquisition=Acquisition(), actor="tester").evidence_id


def _rows(home: Home, evidence_id: str) -> list[dict[str, Any]]:
    with opened(current_reading(home, evidence_id).rows) as stream:
        return pq.read_table(io.BytesIO(stream.read())).to_pylist()


@pytest.mark.parametrize(("name", "make"), KINDS, ids=[name for name, _make in KINDS])
def test_the_original_goes_as_a_whole_and_the_other_rows_stay_with_their_places(
    name: str, make: Callable[[Path], None], home: Home, encrypted: bool, tmp_path: Path
) -> None:
    path = tmp_path / name
    make(path)
    item = _taken_in(home, path)
    assert goes_as_a_whole(home, item, [GONE])
    before = {one["row"]: one for one in _rows(home, item)}
    assert destroy_original(home, item, [GONE], actor="tester") == 1
    assert {one["row"]: one for one in _rows(home, item)} == {row: one for row, one in before.items() if row != GONE}
    manifest = verify(home, item)
    assert manifest.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert custody(home, item)[-1].act == "destroyed"
    for file in home.root.rglob("*"):
        if file.is_file() and not file.is_relative_to(home.root / "staging"):
            with opened(file) as stream:
                said = stream.read()
            assert b"mitarai" not in said
            assert "御手洗".encode() not in said


def test_no_copy_of_the_original_made_before_opens_with_what_is_left(
    home: Home, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SOKEN_STORE_KEY", Identity.make().text)
    path = tmp_path / "shop.sqlite"
    _sqlite(path)
    item = _taken_in(home, path)
    original = home.evidence / item / PACKED
    kept = original.read_bytes()
    with opened(original) as stream:
        assert b"mitarai" in stream.read()
    destroy_original(home, item, [GONE], actor="tester")
    original.unlink()
    original.write_bytes(kept)
    assert not vault.is_encrypted(original)
    with pytest.raises(DamagedStoreError, match="altered or cut off"):
        opened(original)


@pytest.mark.parametrize("at", ["custody", "done"])
def test_what_is_cut_off_before_it_was_told_is_told_when_it_is_done_again(
    at: str, home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed as the custody record is written, or right after: the destruction stands in it once."""
    _sqlite(path := tmp_path / "shop.sqlite")
    item = _taken_in(home, path)
    with monkeypatch.context() as patched:
        patched.setattr(*(_KILLED_AT[at]))
        with pytest.raises(KeyboardInterrupt):
            destroy_original(home, item, [GONE], actor="tester")
    destroy_original(home, item, [GONE], actor="tester")
    assert [one.act for one in custody(home, item)].count("destroyed") == 1
    destroy_original(home, item, [GONE], actor="tester")
    assert [one.act for one in custody(home, item)].count("destroyed") == 1, "nothing more was done"


def test_several_erasures_of_one_original_are_told_apart_though_it_is_looked_at_once(
    home: Home, tmp_path: Path
) -> None:
    with zipfile.ZipFile(path := tmp_path / "shop.zip", "w") as archive:
        _sqlite(tmp_path / "inner.sqlite")
        archive.write(tmp_path / "inner.sqlite", "shop.sqlite")
        archive.writestr("list.csv", CSV)
    item = _taken_in(home, path)
    alone = [goes_as_a_whole(home, item, [row]) for row in range(1, 7)]
    assert set(alone) == {False, True}
    assert which_go_as_a_whole(home, item, [[row] for row in range(1, 7)]) == alone
    assert which_go_as_a_whole(home, item, [[1, 6], [6], []]) == [True, alone[5], False]


def test_nothing_reads_the_destroyed_original_anew(home: Home, tmp_path: Path) -> None:
    path = tmp_path / "shop.sqlite"
    _sqlite(path)
    item = _taken_in(home, path)
    destroy_original(home, item, [GONE], actor="tester")
    with pytest.raises(RefusedError, match="was destroyed"):
        reread(item, home=home, operation_slug="heron", actor="tester")
    with pytest.raises(RefusedError, match="was destroyed"):
        raw_bytes(home, item, 1)
    # Handed in once more, the same bytes bring nobody back, and no original.
    again = take_in(path, home=home, operation_slug="other", acquisition=Acquisition(), actor="tester")
    assert (again.evidence_id, again.rows_accepted, again.rows_erased) == (item, 2, 1)
    with opened(home.evidence / item / PACKED) as stream:
        assert b"mitarai" not in stream.read()


def test_a_second_person_of_the_same_item_goes_the_same_way_and_done_again_nothing_changes(
    home: Home, tmp_path: Path
) -> None:
    path = tmp_path / "shop.sqlite"
    _sqlite(path)
    item = _taken_in(home, path)
    destroy_original(home, item, [GONE], actor="tester")
    assert goes_as_a_whole(home, item, [1])
    for _time in range(2):
        assert destroy_original(home, item, [1], actor="tester") == 2
    assert [one["row"] for one in _rows(home, item)] == [3]
    found = erased_of(home.evidence / item)
    assert found
    assert (found.rows, found.done, found.whole) == ((1, 2), True, True)
    assert [one.act for one in custody(home, item)].count("destroyed") == 2
    verify(home, item)


def test_a_list_of_text_is_not_destroyed_where_its_rows_can_be_masked(home: Home, tmp_path: Path) -> None:
    path = tmp_path / "customers.csv"
    path.write_bytes(CSV)
    assert not goes_as_a_whole(home, _taken_in(home, path), [GONE])
    packed = tmp_path / "customers.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.write(path, "customers.csv")
    assert not goes_as_a_whole(home, _taken_in(home, packed), [GONE])
