"""Files of the store are age files: what age writes is read, what is written age reads, and nothing altered is read."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pyrage
import pytest
from hypothesis import given
from hypothesis import strategies as st

from soken.core.age_file import AgeFile, AgeWriter, Identity, WrongKeyError
from soken.core.placed import AlteredError, PlacedStream

if TYPE_CHECKING:
    from pathlib import Path

KEY = Identity.make()
AGES_KEY = pyrage.x25519.Identity.from_str(KEY.text)
CHUNK = 64 * 1024
#: Where chunks end, and a byte to either side.
SIZES = [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 2 * CHUNK + 17]


def content(size: int) -> bytes:
    return bytes(at * 31 % 251 for at in range(size))


def written(path: Path, data: bytes, step: int = 7000) -> Path:
    with AgeWriter(path, KEY) as out:
        for at in range(0, len(data), step):
            out.write(data[at : at + step])
    return path


@pytest.mark.parametrize("size", SIZES)
def test_age_reads_what_is_written_and_here_is_read_what_age_writes(size: int, tmp_path: Path) -> None:
    data = content(size)
    ours = written(tmp_path / "ours", data)
    assert pyrage.decrypt(ours.read_bytes(), [AGES_KEY]) == data
    (tmp_path / "theirs").write_bytes(pyrage.encrypt(data, [AGES_KEY.to_public()]))
    for path in (ours, tmp_path / "theirs"):
        file = AgeFile(path, [Identity.make(), KEY])
        assert (file.size, file.at(0, size + 9)) == (size, data)
        assert io.BufferedReader(PlacedStream(file)).read() == data


@given(offset=st.integers(0, 3 * CHUNK), length=st.integers(0, 3 * CHUNK))
def test_every_place_reads_as_the_whole_does(
    offset: int, length: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    data = content(2 * CHUNK + 500)
    file = AgeFile(written(tmp_path_factory.mktemp("age") / "f", data, 50_000), [KEY])
    assert file.at(offset, length) == data[offset : offset + length]
    file.close()


def test_a_file_is_readable_by_its_user_only(tmp_path: Path) -> None:
    assert written(tmp_path / "f", b"x").stat().st_mode & 0o777 == 0o600


def test_another_key_opens_nothing(tmp_path: Path) -> None:
    with pytest.raises(WrongKeyError):
        AgeFile(written(tmp_path / "f", b"x"), [Identity.make()])


@pytest.mark.parametrize("left", [0, 10, 150, 216, 217, 300, CHUNK + 216, 2 * CHUNK])
def test_a_file_that_is_cut_off_anywhere_is_not_read(left: int, tmp_path: Path) -> None:
    path = written(tmp_path / "f", content(2 * CHUNK + 500))
    path.write_bytes(path.read_bytes()[:left])
    with pytest.raises(AlteredError):
        AgeFile(path, [KEY])


def test_a_file_cut_off_between_two_chunks_is_not_read(tmp_path: Path) -> None:
    path = written(tmp_path / "f", content(3 * CHUNK))
    whole = path.read_bytes()
    path.write_bytes(whole[: -(CHUNK + 16)])
    with pytest.raises(AlteredError):
        AgeFile(path, [KEY])


def test_chunks_that_changed_places_are_not_read(tmp_path: Path) -> None:
    path = written(tmp_path / "f", content(3 * CHUNK))
    whole, sealed = path.read_bytes(), CHUNK + 16
    head, chunks = whole[: -3 * sealed], [whole[len(whole) - at * sealed :][:sealed] for at in (3, 2, 1)]
    path.write_bytes(head + chunks[1] + chunks[0] + chunks[2])
    with pytest.raises(AlteredError):
        AgeFile(path, [KEY]).at(0, 1)


@pytest.mark.parametrize("place", [5, 40, 100, 180, 240, -1])
def test_an_altered_byte_is_noticed_wherever_it_is(place: int, tmp_path: Path) -> None:
    path = written(tmp_path / "f", content(1000))
    data = bytearray(path.read_bytes())
    data[place] ^= 1
    path.write_bytes(data)
    with pytest.raises((AlteredError, WrongKeyError)):
        AgeFile(path, [KEY]).at(0, 1000)


def test_what_an_error_cut_off_has_no_end(tmp_path: Path) -> None:
    path = tmp_path / "f"

    def fail() -> None:
        with AgeWriter(path, KEY) as out:
            out.write(content(CHUNK * 2))
            raise ValueError("the power went")

    with pytest.raises(ValueError, match="the power went"):
        fail()
    with pytest.raises(AlteredError):
        AgeFile(path, [KEY])
