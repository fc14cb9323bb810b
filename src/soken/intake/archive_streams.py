"""What archives are made of: the members of zip and tar, and the one stream of gzip, zstd, bzip2 and xz, as streams."""

from __future__ import annotations

import bz2
import errno
import gzip
import io
import lzma
import struct
import tarfile
import zipfile
import zlib
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, BinaryIO, Final, Protocol, cast

import zstandard

from soken.core.errors import BadInputError
from soken.intake.events import Source, open_source
from soken.intake.formats.spreadsheet_checks import kind_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from _typeshed import WriteableBuffer


class Kind(StrEnum):
    """A kind of archive."""

    ZIP = "zip"
    TAR = "tar"
    GZIP = "gzip"
    ZSTD = "zstd"
    BZIP2 = "bzip2"
    XZ = "xz"


_MAGIC: Final = (
    (b"PK\x03\x04", Kind.ZIP),
    (b"PK\x05\x06", Kind.ZIP),
    (b"\x1f\x8b\x08", Kind.GZIP),
    (b"\x28\xb5\x2f\xfd", Kind.ZSTD),
    (b"BZh", Kind.BZIP2),
    (b"\xfd7zXZ\0", Kind.XZ),
)
_SUFFIXES: Final = {".tgz": ".tar", ".tbz": ".tar", ".tbz2": ".tar", ".txz": ".tar", ".tzst": ".tar"}
#: Bytes of compressed input given to a decompressor at a time: zstd can make 32,768 out of one.
_INPUT_BYTES: Final = 2 * 1024
_MEMORY_LIMIT: Final = 512 * 1024 * 1024
_ENCRYPTED: Final = 0x1
_UTF8_NAME: Final = 0x800
_TAR_BLOCK: Final = 512

#: What the standard library raises on damaged archives.
_DAMAGE: Final = (
    zipfile.BadZipFile, tarfile.TarError, gzip.BadGzipFile, zlib.error, lzma.LZMAError, zstandard.ZstdError, EOFError,
    NotImplementedError, MemoryError, ValueError, struct.error, RuntimeError, OverflowError,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Member:
    """One file inside an archive.

    Attributes:
        name: as the archive has it; not to be trusted.
        size: bytes unpacked as declared, -1 if it is not said.
        open: gives its bytes as a stream.
        refused: why it is not to be opened (a link, a device); '' otherwise.
        exact: fewer bytes than ``size`` mean that the archive is cut off.
    """

    name: str
    size: int
    open: Callable[[], BinaryIO]
    refused: str = ""
    exact: bool = True


def kind_of_archive(source: Source) -> Kind | None:
    """Tell what kind of archive a source is; None if it is none, or a workbook, document or program in a zip file."""
    with open_source(source) as stream:
        head = stream.read(64 * 1024)
    kind = next((kind for magic, kind in _MAGIC if head.startswith(magic)), None)
    if kind is Kind.ZIP:
        return None if _is_document(source, head) else kind
    return Kind.TAR if kind is None and _is_tar(head) else kind


def _is_document(source: Source, head: bytes) -> bool:
    try:
        with zipfile.ZipFile(source.path) as archive:
            names = set(archive.namelist())
    except _DAMAGE:
        return kind_of(head) is not None
    return "[Content_Types].xml" in names or ("mimetype" in names and "META-INF/manifest.xml" in names)


def _is_tar(head: bytes) -> bool:
    """A tar's first block holds a checksum over itself."""
    block = head[:_TAR_BLOCK]
    if len(block) < _TAR_BLOCK or not block.strip(b"\0"):
        return False
    try:
        tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
    except tarfile.HeaderError:
        return False
    return True


def members(archive: Source, outer: str) -> Iterator[Member]:
    """Give the files inside an archive, in its order; each must be read before the next is asked for.

    Args:
        archive: a source for which `kind_of_archive` names a kind.
        outer: the outermost file's name, for messages.

    Raises:
        BadInputError: the archive has a password, is cut off or damaged.
    """
    kind = kind_of_archive(archive)
    with damage_as_bad_input(outer, archive.member):
        if kind is Kind.ZIP:
            yield from _zip_members(archive, outer)
        elif kind is Kind.TAR:
            yield from _tar_members(archive)
        elif kind is not None:
            yield Member(_inner_name(archive.name, kind), -1, lambda: _decompressed(archive, kind), exact=False)


def files_listed(archive: Source, outer: str) -> int:
    """Return how many files an archive's directory lists, before any is unpacked; 0 for kinds without a directory."""
    if kind_of_archive(archive) is not Kind.ZIP:
        return 0
    with damage_as_bad_input(outer, archive.member), zipfile.ZipFile(archive.path) as opened:
        return sum(not entry.is_dir() for entry in opened.infolist())


@contextmanager
def damage_as_bad_input(outer: str, member: str) -> Iterator[None]:
    """Tell what the standard library raises on damaged archives in one sentence."""
    try:
        yield
    except (*_DAMAGE, OSError) as error:
        # A place outside the file, as a damaged directory of a zip file names it, is an invalid argument to the system.
        if isinstance(error, OSError) and error.errno not in (None, errno.EINVAL):
            raise
        where = f" at {member}" if member else ""
        raise BadInputError(f"{outer} is cut off or damaged{where}: ask for the whole file.") from error


def _inner_name(name: str, kind: Kind) -> str:
    """The name that a compressed file had: 'list.csv.gz' → 'list.csv', 'shop.tgz' → 'shop.tar'."""
    path = PurePosixPath(name)
    if path.suffix.lower() in _SUFFIXES:
        return path.stem + _SUFFIXES[path.suffix.lower()]
    return path.stem if path.suffix.lower() in (".gz", ".zst", ".zstd", ".bz2", ".xz") else f"{name}.{kind}-content"


def _zip_members(archive: Source, outer: str) -> Iterator[Member]:
    with zipfile.ZipFile(archive.path) as opened:
        for entry in opened.infolist():
            if entry.is_dir():
                continue
            if entry.flag_bits & _ENCRYPTED:
                raise BadInputError(
                    f"{outer} has a password: unpack it with the password, and take in both the archive's content and "
                    "a note of where the password came from."
                )
            kind = (entry.external_attr >> 16) & 0o170000
            refused = "" if kind in (0, 0o100000) else "a link or device, which is never followed"
            yield Member(zip_name(entry), entry.file_size, _opener(opened, entry), refused)


def _opener(opened: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Callable[[], BinaryIO]:
    return lambda: cast("BinaryIO", opened.open(entry))


def zip_name(entry: zipfile.ZipInfo) -> str:
    """A name not marked as UTF-8 was written in the system's own encoding: on Japanese machines CP932."""
    if entry.flag_bits & _UTF8_NAME:
        return entry.filename
    try:
        raw = entry.filename.encode("cp437")
    except UnicodeEncodeError:
        return entry.filename
    for codec in ("utf-8", "cp932"):
        try:
            return raw.decode(codec)
        except UnicodeDecodeError:
            continue
    return entry.filename


def _tar_members(archive: Source) -> Iterator[Member]:
    with open_source(archive) as stream, tarfile.open(fileobj=stream, mode="r:", errors="replace") as opened:
        for entry in opened:
            if entry.isdir():
                continue
            name = entry.name.encode("utf-8", "replace").decode("utf-8")
            if not entry.isreg():
                yield Member(name, entry.size, io.BytesIO, "a link or device, which is never followed")
                continue
            extracted = opened.extractfile(entry)
            if extracted is not None:
                yield Member(name, entry.size, _giver(cast("BinaryIO", extracted)))
        if stream.seek(0, io.SEEK_END) < opened.offset:
            raise EOFError


def _giver(stream: BinaryIO) -> Callable[[], BinaryIO]:
    return lambda: stream


def _decompressed(archive: Source, kind: Kind) -> BinaryIO:
    if kind is Kind.GZIP:
        return cast("BinaryIO", gzip.open(archive.path, "rb"))
    return cast("BinaryIO", io.BufferedReader(_Inflated(Path(archive.path), kind)))


class _Decompressor(Protocol):
    @property
    def eof(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...

    def decompress(self, data: bytes) -> bytes: ...


_NEW: Final[dict[Kind, Callable[[], _Decompressor]]] = {
    Kind.ZSTD: lambda: cast("_Decompressor", zstandard.ZstdDecompressor(max_window_size=2**27).decompressobj()),
    Kind.BZIP2: bz2.BZ2Decompressor,
    Kind.XZ: lambda: lzma.LZMADecompressor(memlimit=_MEMORY_LIMIT),
}


class _Inflated(io.RawIOBase):
    """Decompressed bytes of one or several streams on end; an end before its time is an error (zstandard's own
    reader takes it for the end).
    """

    def __init__(self, path: Path, kind: Kind) -> None:
        super().__init__()
        self._stream = path.open("rb")
        self._kind = kind
        self._inflater = _NEW[kind]()
        self._begun = False
        self._ready = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        target = memoryview(buffer).cast("B")
        while not self._ready:
            raw = self._inflater.unused_data if self._inflater.eof else b""
            raw = raw.lstrip(b"\0") if self._kind is Kind.XZ else raw
            raw = raw or self._stream.read(_INPUT_BYTES)
            if not raw:
                if self._begun and not self._inflater.eof:
                    raise EOFError
                return 0
            if self._inflater.eof:
                self._inflater = _NEW[self._kind]()
            self._begun = True
            try:
                self._ready = memoryview(self._inflater.decompress(raw))
            except OSError as error:
                raise EOFError from error  # bz2's way of saying that the bytes are damaged
        count = min(len(target), len(self._ready))
        target[:count] = self._ready[:count]
        self._ready = self._ready[count:]
        return count

    def close(self) -> None:
        self._stream.close()
        super().close()
