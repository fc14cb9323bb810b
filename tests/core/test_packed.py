"""Packed files are what every program for Zstandard reads, are read here at any place, and nothing altered is read."""

from __future__ import annotations

import hashlib
import io
import os
import random
import shutil
import struct
import subprocess
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
import zstandard
from hypothesis import example, given
from hypothesis import strategies as st

from soken.core import vault
from soken.core.age_file import Identity, is_age
from soken.core.errors import DamagedStoreError
from soken.core.packed import FRAME, PackedFile, PackedWriter
from soken.core.placed import AlteredError, PlainFile
from soken.core.store_key import VALUE

if TYPE_CHECKING:
    from pathlib import Path

#: Where frames end, and a byte to either side.
SIZES = [0, 1, FRAME - 1, FRAME, FRAME + 1, 2 * FRAME, 20 * FRAME + 17]
#: What cannot be packed.
NOISE = random.Random(5).randbytes(3 * FRAME + 9)


class Bytes:
    """Bytes as something that is read at any place; tells which places were."""

    def __init__(self, data: bytes) -> None:
        self._data, self.size = data, len(data)
        self.asked: list[tuple[int, int]] = []

    def at(self, offset: int, length: int) -> bytes:
        self.asked.append((offset, length))
        return self._data[offset : offset + length]

    def close(self) -> None:
        self.asked.clear()


class Kept(io.BytesIO):
    """A file that can be looked at once it is closed."""

    held = b""

    def close(self) -> None:
        self.held = self.held or self.getvalue()
        super().close()


def content(size: int) -> bytes:
    lines = b"".join(b"%d,Yamada %x,T-%d\n" % (at, at * 7919, at % 13) for at in range(50_000))
    return (lines * (size // len(lines) + 1))[:size]


def packed(data: bytes, step: int = 700_000) -> bytes:
    target = Kept()
    with PackedWriter(target) as out:
        for at in range(0, len(data), step):
            assert out.write(data[at : at + step]) == len(data[at : at + step])
    return target.held


def whole(data: bytes) -> bytes:
    """What is read of a packed file."""
    file = PackedFile(Bytes(data))
    return file.at(0, file.size + 9)


LONG = content(2 * FRAME + 500)
LONG_PACKED = packed(LONG)
SHORT = content(900)
SHORT_PACKED = packed(SHORT)


@pytest.mark.parametrize("size", SIZES)
def test_what_is_packed_is_what_zstandard_reads_and_is_read_here(size: int) -> None:
    data = content(size)
    made = packed(data)
    unpacker = zstandard.ZstdDecompressor()
    assert unpacker.stream_reader(io.BytesIO(made), read_across_frames=True).read() == data
    assert (PackedFile(Bytes(made)).size, whole(made)) == (size, data)


@pytest.mark.skipif(
    shutil.which("zstd") is None and os.environ.get("SOKEN_REQUIRE_ALL") != "1", reason="the command zstd is not there"
)
def test_the_command_of_zstandard_unpacks_it(tmp_path: Path) -> None:
    (tmp_path / "original.zst").write_bytes(packed(NOISE + LONG))
    said = subprocess.run(["zstd", "-dc", tmp_path / "original.zst"], capture_output=True, check=True)
    assert hashlib.sha256(said.stdout).hexdigest() == hashlib.sha256(NOISE + LONG).hexdigest()
    subprocess.run(["zstd", "-tq", tmp_path / "original.zst"], check=True)


def test_the_table_stands_at_the_end_as_the_format_has_it() -> None:
    many, says, magic = struct.unpack("<IBI", LONG_PACKED[-9:])
    assert (many, says, magic) == (3, 0, 0x8F92EAB1)
    table = LONG_PACKED[-9 - 3 * 8 - 8 :]
    assert struct.unpack("<II", table[:8]) == (0x184D2A5E, 3 * 8 + 9)
    begin = unpacked = 0
    for size, held in struct.iter_unpack("<II", table[8:-9]):
        frame = LONG_PACKED[begin : begin + size]
        told = zstandard.get_frame_parameters(frame)
        assert (told.content_size, told.has_checksum) == (held, True)
        assert zstandard.decompress(frame) == LONG[unpacked : unpacked + held]
        begin, unpacked = begin + size, unpacked + held
    assert unpacked == len(LONG)


@given(data=st.binary(max_size=5_000), step=st.integers(1, 6_000))
@example(data=b"", step=1)
@example(data=NOISE, step=FRAME)
@example(data=NOISE, step=FRAME - 1)
@example(data=zstandard.compress(b"seized"), step=9)
def test_every_content_comes_back(data: bytes, step: int) -> None:
    assert whole(packed(data, step)) == data


@given(offset=st.integers(0, 3 * FRAME), length=st.integers(0, 3 * FRAME))
def test_every_place_reads_as_the_whole_does(offset: int, length: int) -> None:
    assert PackedFile(Bytes(LONG_PACKED)).at(offset, length) == LONG[offset : offset + length]


def test_a_place_is_read_by_its_frame_alone() -> None:
    below = Bytes(packed(content(20 * FRAME)))
    file = PackedFile(below)
    below.asked.clear()
    for offset in (7 * FRAME + 5, 7 * FRAME + 900):
        assert file.at(offset, 300) == content(20 * FRAME)[offset : offset + 300]
    assert len(below.asked) == 1
    assert sum(length for _offset, length in below.asked) < FRAME
    assert len(file.at(9 * FRAME - 5, 10)) == 10
    assert len(below.asked) == 3


@pytest.mark.parametrize("data", [NOISE, zstandard.compress(content(FRAME)), os.urandom(8 * FRAME)])
def test_what_cannot_be_packed_grows_by_next_to_nothing(data: bytes) -> None:
    assert len(packed(data)) <= len(data) * 1.0001 + 100


@pytest.mark.parametrize("cut", [0, 1, 16, 17, 100, -100, -30, -17, -9, -8, -1])
def test_a_file_that_is_cut_off_anywhere_is_not_read(cut: int) -> None:
    with pytest.raises(AlteredError):
        PackedFile(Bytes(LONG_PACKED[:cut]))


@given(data=st.binary(max_size=300))
@example(data=zstandard.compress(b"seized" * 99))
@example(data=LONG_PACKED + b"\n")
@example(data=LONG_PACKED[200:])
@example(data=LONG_PACKED * 2)
def test_what_is_no_packed_file_is_not_read(data: bytes) -> None:
    with pytest.raises(AlteredError):
        PackedFile(Bytes(data))


@given(place=st.integers(0, len(SHORT_PACKED) - 1), flip=st.integers(1, 255))
def test_an_altered_byte_never_changes_what_is_read(place: int, flip: int) -> None:
    data = bytearray(SHORT_PACKED)
    data[place] ^= flip
    with suppress(AlteredError):
        # A bit of a frame's head means nothing, whatever it is.
        assert whole(bytes(data)) == SHORT


def test_a_frame_in_anothers_place_is_not_read() -> None:
    # The last one is shorter.
    sizes = [size for size, _held in struct.iter_unpack("<II", LONG_PACKED[-9 - 24 : -9])]
    first, rest = LONG_PACKED[: sizes[0]], LONG_PACKED[sizes[0] + sizes[1] :]
    swapped = rest[: sizes[2]] + LONG_PACKED[sizes[0] :][: sizes[1]] + first
    table = b"".join(struct.pack("<II", sizes[at], held) for at, held in ((2, FRAME), (1, FRAME), (0, 500)))
    with pytest.raises(AlteredError):
        whole(swapped + LONG_PACKED[len(swapped) :][:8] + table + LONG_PACKED[-9:])


@pytest.mark.parametrize(
    ("many", "entries"),
    [
        (0xFFFFFFFF, b""),
        (1, struct.pack("<II", 0, 0xFFFFFFFF)),
        (1, struct.pack("<II", 0xFFFFFFFF, FRAME)),
        (1, struct.pack("<II", 0, 0)),
    ],
)
def test_a_table_that_claims_the_impossible_is_not_believed(many: int, entries: bytes) -> None:
    head = struct.pack("<II", 0x184D2A5E, len(entries) + 9)
    with pytest.raises(AlteredError):
        PackedFile(Bytes(head + entries + struct.pack("<IBI", many, 0, 0x8F92EAB1)))


def test_a_frame_that_claims_to_hold_more_makes_no_room_for_it() -> None:
    bomb = zstandard.ZstdCompressor().compress(bytes(64 * FRAME))
    table = struct.pack("<IIIIIBI", 0x184D2A5E, 17, len(bomb), FRAME, 1, 0, 0x8F92EAB1)
    with pytest.raises(AlteredError):
        whole(bomb + table)


def test_what_an_error_cut_off_has_no_end() -> None:
    target = Kept()

    def fail() -> None:
        with PackedWriter(target) as out:
            out.write(LONG)
            raise ValueError("the power went")

    with pytest.raises(ValueError, match="the power went"):
        fail()
    assert target.closed
    with pytest.raises(AlteredError):
        PackedFile(Bytes(target.held))


def test_a_disk_that_is_full_is_said_and_leaves_nothing_open() -> None:
    class Full(Kept):
        def write(self, _data: object) -> int:
            raise OSError(28, "No space left on device")

    target = Full()
    out = PackedWriter(target)
    out.write(SHORT)
    with pytest.raises(OSError, match="No space"):
        out.close()
    assert (out.closed, target.closed) == (True, True)


def test_an_original_says_by_its_name_that_it_is_packed_and_whatever_was_seized_comes_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VALUE, Identity.make().text)
    (tmp_path / "other").mkdir()
    vault.give_key(tmp_path / "other")
    with vault.created(tmp_path / "other" / "f") as out:
        out.write(LONG)
    seized = [LONG_PACKED, zstandard.compress(LONG), (tmp_path / "other" / "f").read_bytes(), NOISE, b"a,b\n"]
    for number, data in enumerate(seized):
        for keyed in (False, True):
            for name in (vault.PACKED, vault.PLAIN):
                item = tmp_path / f"{number}-{keyed}-{name}"
                item.mkdir()
                if keyed:
                    vault.give_key(item)
                with vault.created(item / name) as out:
                    out.write(data)
                assert vault.original_in(item) == item / name
                with vault.opened(item / name) as stream:
                    assert stream.read() == data
                    stream.seek(len(data) // 2)
                    assert stream.read(3) == data[len(data) // 2 :][:3]
                assert vault.size_of(item / name) == len(data)
                vault.copy_open(item / name, item / "copy")
                assert (item / "copy").read_bytes() == data


def test_what_is_encrypted_is_the_packed_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VALUE, Identity.make().text)
    path = tmp_path / vault.PACKED
    with vault.created(path) as out:
        out.write(LONG)
    open_size = path.stat().st_size
    assert path.read_bytes() == LONG_PACKED
    # Encrypted afterwards, with a key that was there from the start, and renewed: never packed a second time.
    vault.renew(tmp_path, fresh=True)
    first = path.read_bytes()
    vault.renew(tmp_path, fresh=True)
    assert path.read_bytes() != first
    assert (is_age(path), vault.is_encrypted(path)) == (True, True)
    assert open_size < path.stat().st_size < open_size + 1000
    with vault.opened(path) as stream:
        assert stream.read() == LONG
    vault.encrypted(path).close()


@pytest.mark.parametrize("keyed", [False, True])
@pytest.mark.parametrize("damage", [lambda data: data[:-1], lambda data: data + b"x", lambda _data: b""])
def test_a_damaged_original_is_said_in_a_sentence(
    keyed: bool, damage: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VALUE, Identity.make().text)
    if keyed:
        vault.give_key(tmp_path)
    path = tmp_path / vault.PACKED
    with vault.created(path) as out:
        out.write(LONG)
    path.write_bytes(damage(path.read_bytes()))
    for look in (vault.opened, vault.size_of):
        with pytest.raises(DamagedStoreError, match="is altered or cut off: restore it from a copy of the store"):
            look(path)


def test_a_byte_altered_in_the_middle_is_said_where_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / vault.PACKED
    data = bytearray(LONG_PACKED)
    data[len(data) // 3] ^= 1
    path.write_bytes(data)
    with vault.opened(path) as stream:
        stream.seek(2 * FRAME)
        assert stream.read() == LONG[2 * FRAME :]
    with vault.opened(path) as stream, pytest.raises(DamagedStoreError, match=r"original\.zst is altered or cut off"):
        stream.read()


def test_two_originals_in_an_item_are_not_chosen_from(tmp_path: Path) -> None:
    for name in (vault.PACKED, vault.PLAIN):
        (tmp_path / name).write_bytes(b"")
    with pytest.raises(DamagedStoreError, match="holds two originals"):
        vault.original_in(tmp_path)


def test_a_plain_file_is_read_at_any_place(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(SHORT)
    file = PlainFile(tmp_path / "f")
    assert (file.size, file.at(5, 9), file.at(890, 99), file.at(990, 1)) == (900, SHORT[5:14], SHORT[890:], b"")
    for _time in range(2):
        file.close()
