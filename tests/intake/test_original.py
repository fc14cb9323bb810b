"""An original lies packed in the store and is the bytes that were handed in; those from before are read as they lie."""

from __future__ import annotations

import hashlib
import io
import stat
from typing import TYPE_CHECKING

import pytest
import zstandard

from soken.core import vault
from soken.core.age_file import Identity
from soken.core.errors import DamagedStoreError
from soken.core.home import Home, open_home
from soken.core.store_key import VALUE
from soken.core.vault import PACKED, PLAIN, copy_open, opened, original_in
from soken.intake import Acquisition, check_readings, current_reading, raw_bytes, reread, take_in, verify
from soken.intake.destroy import goes_as_a_whole
from soken.intake.erased import erased_of
from soken.intake.original import original_of
from soken.intake.redact import redact
from soken.intake.seal import seal

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "会員番号,氏名,メールアドレス\n"
LINES = [f"{at},山田 {at:x},yamada.{at}@mail.example\n" for at in range(60_000)]
LIST = (HEAD + "".join(LINES)).encode()


@pytest.fixture(params=["open", "encrypted"])
def home(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    if request.param == "encrypted":
        monkeypatch.setenv(VALUE, Identity.make().text)
    return open_home(tmp_path / "home")


def taken(home: Home, tmp_path: Path, data: bytes = LIST) -> str:
    path = tmp_path / "list.csv"
    path.write_bytes(data)
    return take_in(path, home=home, operation_slug="o", acquisition=Acquisition(), actor="a").evidence_id


def as_before(item: Path) -> None:
    """Make an item what it was when originals were not packed."""
    copy_open(item / PACKED, item / PLAIN)
    (item / PACKED).unlink()
    vault.encrypt_in_place(item / PLAIN)


def test_it_lies_packed_under_its_encryption_and_gives_the_hash_of_what_was_handed_in(
    home: Home, tmp_path: Path
) -> None:
    item = home.evidence / taken(home, tmp_path)
    assert [one.name for one in item.glob("original*")] == [PACKED]
    assert stat.S_IMODE((item / PACKED).stat().st_mode) == 0o400
    assert (item / PACKED).stat().st_size < len(LIST) / 2
    data = (item / PACKED).read_bytes()
    if vault.has_key(item):
        file = vault.encrypted(item / PACKED)
        data = file.at(0, file.size)
        file.close()
    reader = zstandard.ZstdDecompressor().stream_reader(io.BytesIO(data), read_across_frames=True)
    assert hashlib.sha256(reader.read()).hexdigest() == verify(home, item.name).sha256
    assert list(home.staging.iterdir()) == []


@pytest.mark.parametrize("before", [False, True])
def test_every_act_that_reads_an_original_reads_it(before: bool, home: Home, tmp_path: Path) -> None:
    item = home.evidence / taken(home, tmp_path)
    if before:
        as_before(item)
    name = PLAIN if before else PACKED
    verify(home, item.name)
    for row in (1, 31_000, 60_000):
        assert raw_bytes(home, item.name, row) == LINES[row - 1].encode()
    assert not goes_as_a_whole(home, item.name, [2])
    with home.stage() as staging:
        with original_of(home, item.name, staging) as path:
            assert path.read_bytes() == LIST
            assert (path.parent == item) == (before and not vault.has_key(item))
        assert list(staging.iterdir()) == []
    assert reread(item.name, home=home, operation_slug="o", actor="a").reading == 2
    assert not take_again(home, tmp_path).is_new
    redact(home, item.name, [2], actor="a")
    assert [one.name for one in item.glob("original*")] == [name]
    assert stat.S_IMODE((item / name).stat().st_mode) == 0o400
    assert vault.is_encrypted(item / name) == vault.has_key(item)
    with opened(item / name) as stream:
        masked = stream.read()
    assert masked == LIST.replace(LINES[1].encode(), b"x" * (len(LINES[1].encode()) - 1) + b"\n")
    verify(home, item.name)
    assert check_readings(home, item.name) == 2
    assert raw_bytes(home, item.name, 3) == LINES[2].encode()


def take_again(home: Home, tmp_path: Path):
    return seal(home, tmp_path / "list.csv", Acquisition(), actor="b")


@pytest.mark.parametrize(
    "data", [zstandard.compress(LIST), zstandard.compress(LIST[:9]) + zstandard.compress(LIST[9:])]
)
def test_a_seized_file_that_is_packed_itself_stays_what_it_was(data: bytes, home: Home, tmp_path: Path) -> None:
    item = home.evidence / taken(home, tmp_path, data)
    with opened(original_in(item)) as stream:
        assert stream.read() == data
    assert verify(home, item.name).sha256 == hashlib.sha256(data).hexdigest()
    assert current_reading(home, item.name).record["counts"]["rows_read"] == len(LINES)
    assert raw_bytes(home, item.name, 7) == LINES[6].encode()
    as_before(item)
    assert verify(home, item.name).sha256 == hashlib.sha256(data).hexdigest()


def test_a_plain_original_that_was_put_beside_is_named(home: Home, tmp_path: Path) -> None:
    item = home.evidence / taken(home, tmp_path)
    (item / PLAIN).write_bytes(LIST)
    with pytest.raises(DamagedStoreError, match=rf"{item.name} holds two originals"):
        verify(home, item.name)
    assert erased_of(item) is None


@pytest.mark.parametrize("damage", ["byte", "cut", "tail", "gone", "exchanged"])
def test_a_packed_original_that_is_damaged_is_named(damage: str, home: Home, tmp_path: Path) -> None:
    item = home.evidence / taken(home, tmp_path)
    path = item / PACKED
    data = bytearray(path.read_bytes())
    path.unlink()
    data[len(data) // 2] ^= damage == "byte"
    if damage == "exchanged":
        with vault.created(path) as out:
            out.write(LIST[:-1] + b"x")
    elif damage != "gone":
        path.write_bytes(bytes(data[:-1] if damage == "cut" else data + b"\0" * (damage == "tail")))
    with pytest.raises(DamagedStoreError, match=item.name) as told:
        verify(home, item.name)
    assert "restore it from a copy of the store" in told.value.message
