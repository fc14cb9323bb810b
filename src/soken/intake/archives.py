"""Archives: the lists inside them, unpacked one by one into the staging with limits that a bomb runs into.

Members are written under numbers, so that no name can lead out of the folder; their own names are labels only. What is
no list is passed over without being unpacked further than its first bytes, and named in the notes.
"""

from __future__ import annotations

import errno
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, BinaryIO, Final

from soken.core.errors import BadInputError, EnvironmentProblemError
from soken.intake.archive_streams import Member, damage_as_bad_input, files_listed, kind_of_archive, members
from soken.intake.events import Source
from soken.intake.formats import HEAD_BYTES, recognise
from soken.intake.formats.known_files import known_file, no_list_by_name

if TYPE_CHECKING:
    from collections.abc import Iterator

_CHUNK_BYTES: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """What an archive may unpack to.

    Attributes:
        total_bytes: of all members together, nested ones too.
        ratio: bytes out for each byte in, looked at from ``ratio_from`` bytes out.
        ratio_from: below this no ratio is too high.
        members: files inside, nested ones too.
        depth: archives inside archives.
    """

    total_bytes: int = 64 * 1024**3
    ratio: int = 400
    ratio_from: int = 256 * 1024**2
    members: int = 20_000
    depth: int = 4


@dataclass(frozen=True, slots=True)
class Skipped:
    """A member that was not unpacked.

    Attributes:
        member: path inside the archive.
        size: bytes, as far as known.
        why: one clause for people.
    """

    member: str
    size: int
    why: str


@dataclass(slots=True)
class Notes:
    """What happened while an archive was unpacked.

    Attributes:
        skipped: members that are no list, links, devices, empty files.
        renamed: labels whose name in the archive would have led out of a folder.
        unpacked: lists given out.
    """

    skipped: list[Skipped] = field(default_factory=list)
    renamed: list[str] = field(default_factory=list)
    unpacked: int = 0


def is_archive(source: Source) -> bool:
    """Tell whether a source is an archive (a workbook is none, though it is a zip file inside)."""
    return kind_of_archive(source) is not None


def expand(source: Source, into: Path, notes: Notes | None = None, limits: Limits | None = None) -> Iterator[Source]:
    """Give the lists inside an archive, nested ones too, in the archive's order; a file that is none is given as it is.

    Args:
        source: the sealed original.
        into: a folder in the staging; each member becomes a numbered file in it.
        notes: is filled with what was passed over.
        limits: what the archive may unpack to.

    Raises:
        BadInputError: the archive has a password, is cut off, damaged or a bomb, or holds no list.
        EnvironmentProblemError: the disk is full.
    """
    if not is_archive(source):
        yield source
        return
    told = notes if notes is not None else Notes()
    unpacking = _Unpacking(source, into, told, limits or Limits())
    yield from unpacking.lists(source, 1)
    if not told.unpacked:
        passed = f" ({len(told.skipped)} other files were passed over)" if told.skipped else ""
        raise BadInputError(f"{source.name} holds no list that Soken reads{passed}: look at what was handed over.")


class _Unpacking:
    """The state of one `expand`."""

    def __init__(self, outer: Source, into: Path, notes: Notes, limits: Limits) -> None:
        self._outer = outer
        self._into = into
        self._notes = notes
        self._limits = limits
        self._bytes = 0
        self._members = 0
        self._labels: set[str] = set()
        self._again: dict[str, int] = {}
        self._packed = max(1, Path(outer.path).stat().st_size)

    def lists(self, archive: Source, depth: int) -> Iterator[Source]:
        """The lists inside one archive."""
        if depth > self._limits.depth:
            raise BadInputError(
                f"{self._outer.name} holds archives inside archives more than {self._limits.depth} deep: unpack it by "
                "hand, and take in what is inside with it."
            )
        self._check_members(files_listed(archive, self._outer.name))
        for member in members(archive, self._outer.name):
            self._members += 1
            self._check_members(0)
            yield from self._member(member, archive, depth)

    def _check_members(self, more: int) -> None:
        if self._members + more > self._limits.members:
            raise BadInputError(
                f"{self._outer.name} holds more than {self._limits.members} files: take out the lists, and take "
                "them in with it."
            )

    def _member(self, member: Member, archive: Source, depth: int) -> Iterator[Source]:
        label = self._label(member.name, archive.member)
        why = member.refused or ("no list, by its name" if no_list_by_name(PurePosixPath(label)) else "")
        if why:
            self._notes.skipped.append(Skipped(label, member.size, why))
            return
        unpacked = self._write(member, label)
        if unpacked is None:
            return
        if is_archive(unpacked):
            yield from self.lists(unpacked, depth + 1)
            Path(unpacked.path).unlink(missing_ok=True)
        elif recognise(unpacked) is None:
            self._notes.skipped.append(Skipped(label, Path(unpacked.path).stat().st_size, "no list"))
            Path(unpacked.path).unlink()
        else:
            self._notes.unpacked += 1
            yield unpacked

    def _label(self, name: str, outer: str) -> str:
        """The member's path as it is shown, made harmless and unique."""
        parts = [part for part in PurePosixPath(name.replace("\\", "/")).parts if part not in ("/", "//", "..", ".")]
        if parts and parts[0].endswith(":"):
            parts = parts[1:]
        shown = "".join(char if char.isprintable() else "\ufffd" for char in "/".join(parts)) or "without name"
        label = base = f"{outer}/{shown}" if outer else shown
        if "/".join(parts) != name.removeprefix("./").rstrip("/"):
            self._notes.renamed.append(label)
        while label in self._labels:
            self._again[base] = again = self._again.get(base, 1) + 1
            label = f"{base}#{again}"
        self._labels.add(label)
        return label

    def _write(self, member: Member, label: str) -> Source | None:
        """Unpack one member; None if its first bytes say that it is no list."""
        target = self._into / f"{self._members:06d}"
        with damage_as_bad_input(self._outer.name, label), member.open() as stream:
            head = _read_full(stream, HEAD_BYTES)
            known = known_file(head)
            if known is not None or not head:
                why = f"no list: {known.what}" if known is not None else "empty"
                self._notes.skipped.append(Skipped(label, member.size, why))
                return None
            size = self._copy(head, stream, target, label)
        if member.size >= 0 and size < member.size and member.exact:
            raise BadInputError(f"{self._outer.name} is cut off inside {label}: ask for the whole file.")
        return Source(target, label, f"{self._outer.name}/{label}")

    def _copy(self, head: bytes, stream: BinaryIO, target: Path, label: str) -> int:
        size = 0
        try:
            with target.open("xb") as out:
                chunk = head
                while chunk:
                    size += len(chunk)
                    self._count(len(chunk), label)
                    out.write(chunk)
                    chunk = stream.read(_CHUNK_BYTES)
        except OSError as problem:
            if problem.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
                raise EnvironmentProblemError(
                    f"The disk is too full to unpack {self._outer.name}: make room and take the file in again; nothing "
                    "was kept."
                ) from problem
            raise
        return size

    def _count(self, count: int, label: str) -> None:
        self._bytes += count
        bomb = self._bytes > self._limits.ratio_from and self._bytes > self._limits.ratio * self._packed
        if bomb or self._bytes > self._limits.total_bytes:
            raise BadInputError(
                f"{self._outer.name} unpacks to more than {self._bytes} bytes from {self._packed} (at {label}), as an "
                "archive bomb does: unpack it by hand where that does no harm, and take in the list."
            )


def _read_full(stream: BinaryIO, size: int) -> bytes:
    """Read ``size`` bytes, or all there are; a decompressor may give fewer at a time."""
    parts: list[bytes] = []
    while size and (part := stream.read(size)):
        parts.append(part)
        size -= len(part)
    return b"".join(parts)
