"""Sealing: a seized file's bytes are hashed while they are copied into the store, and never opened for writing again.

`prepare` builds the evidence item's folder in the staging, `keep` puts it in place by one rename; a reading that must
succeed first goes between the two. `seal` does both.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from soken import __version__
from soken.core.clock import stamp
from soken.core.errors import DamagedStoreError, EnvironmentProblemError, NotFoundError
from soken.core.progress import silent
from soken.core.vault import PACKED, give_key, opened, original_in, size_of, sync_folder
from soken.intake.acquisition import Acquisition, check_acquisition
from soken.intake.custody import Act, add_custody_event, add_to_folder
from soken.intake.erased import erased_of
from soken.intake.handed_in import check_unchanged, copy_hashed, opened_source

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from soken.core.home import Home
    from soken.core.progress import Progress

_PIECE: Final = 1 << 20
_ID_DIGITS: Final = 12
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


@dataclass(frozen=True, slots=True)
class Manifest:
    """What is known of a sealed original.

    Attributes:
        evidence_id: 'E-' and the first twelve hexadecimal digits of ``sha256``.
        sha256: of the original's bytes, 64 hexadecimal digits.
        size: bytes.
        name: the file's name as it was handed in, without folders.
        acquisition: what was said about the seizure.
        sealed_at: ISO 8601 with zone.
        sealed_by: who took it in.
        tool: program and version that sealed it.
    """

    evidence_id: str
    sha256: str
    size: int
    name: str
    acquisition: Acquisition
    sealed_at: str
    sealed_by: str
    tool: str


@dataclass(frozen=True, slots=True)
class Sealed:
    """A sealed evidence item.

    Attributes:
        manifest: what is known of it.
        folder: where it is (in the staging between `prepare` and `keep`).
        is_new: False if the same bytes had been taken in before.
    """

    manifest: Manifest
    folder: Path
    is_new: bool = True

    @property
    def evidence_id(self) -> str:
        """The item's id."""
        return self.manifest.evidence_id

    @property
    def original(self) -> Path:
        """The file of the sealed bytes; for reading only, by `soken.core.vault.opened`."""
        return original_in(self.folder)


def seal(home: Home, path: Path, acquisition: Acquisition, *, actor: str, progress: Progress | None = None) -> Sealed:
    """Take a file into the store: copy and hash, write manifest and custody, put in place; see `prepare` and `keep`."""
    with home.stage() as staging:
        return keep(home, prepare(path, staging / "item", acquisition, actor=actor, progress=progress), actor=actor)


def prepare(
    path: Path, folder: Path, acquisition: Acquisition, *, actor: str, progress: Progress | None = None,
    beside: Path | None = None,
) -> Sealed:  # fmt: skip
    """Build an evidence item's folder at ``folder`` (which must not exist): original, manifest, custody.

    Args:
        path: the file handed in; read once, never changed.
        folder: a new folder in the staging.
        acquisition: what is said about the seizure.
        actor: who takes it in.
        progress: told the bytes copied, as stage 'seal'.
        beside: where in the staging a copy is left as it was handed in, for whoever reads it now; None for none.

    Raises:
        BadInputError: it is no regular file, cannot be read, is empty, or changed while it was read; or what is said
            about the seizure cannot be.
        EnvironmentProblemError: the disk is full or not writable.
    """
    check_acquisition(acquisition)
    with opened_source(path) as source:
        before = os.fstat(source)
        size = before.st_size
        with _writable(folder):
            folder.mkdir(parents=True)
            give_key(folder)
            with (progress or silent()).stage("seal", size, "bytes") as advance:
                sha256 = copy_hashed(source, folder / PACKED, path, advance, beside=beside)
        check_unchanged(source, path, before, size_of(folder / PACKED))
    manifest = Manifest(
        evidence_id_of(sha256), sha256, size, path.name.encode("utf-8", "replace").decode(), acquisition,
        stamp(), actor, f"soken {__version__}",
    )  # fmt: skip
    with _writable(folder):
        described = {**asdict(manifest), "missing": list(acquisition.missing)}
        _write_durably(folder / "manifest.json", json.dumps(described, ensure_ascii=False, indent=2).encode())
    _begin_custody(folder, manifest, actor)
    sync_folder(folder)
    return Sealed(manifest, folder)


def keep(home: Home, sealed: Sealed, *, actor: str) -> Sealed:
    """Put a prepared item in its place by one rename; bytes known already add a custody event to their item instead.

    Raises:
        DamagedStoreError: another item with other bytes has the same id, or the known item's original is gone.
        EnvironmentProblemError: the disk is full or not writable.
    """
    place = home.evidence / sealed.evidence_id
    if not place.exists():
        try:
            os.rename(sealed.folder, place)  # noqa: PTH104 (Path.rename is the same; this one is about atomicity)
        except OSError as problem:
            if problem.errno not in (errno.ENOTEMPTY, errno.EEXIST):
                raise _environment(home.evidence, problem) from problem
        else:
            sync_folder(home.evidence)
            return Sealed(sealed.manifest, place)
    known = read_manifest(home, sealed.evidence_id)
    if known.sha256 != sealed.manifest.sha256 or not original_in(place).is_file():
        raise DamagedStoreError(
            f"{sealed.evidence_id} in {home.evidence} does not hold the bytes that it is named after: restore it from "
            "a copy of the store."
        )
    said = {name: value for name, value in asdict(sealed.manifest.acquisition).items() if value}
    note = json.dumps({"name": sealed.manifest.name, **said}, ensure_ascii=False)
    add_custody_event(home, sealed.evidence_id, Act.RECEIVED_AGAIN, actor=actor, note=note)
    return Sealed(known, place, is_new=False)


def evidence_id_of(sha256: str) -> str:
    """Return the id of the item that holds the bytes of this SHA-256 (64 hexadecimal digits)."""
    return f"E-{sha256[:_ID_DIGITS]}"


def discard(home: Home, evidence_id: str) -> None:
    """Take an item out of the store, whole; nothing happens if it is not there.

    For what Soken itself has sealed for an act that then came to nothing, and that no operation names: never for what
    was handed in.

    Raises:
        EnvironmentProblemError: the store cannot be written to.
    """
    place = home.evidence / evidence_id
    with home.stage() as staging:
        if place.exists():
            with _writable(place):
                os.rename(place, staging / "item")  # noqa: PTH104 (at once or not at all, as `keep`)
            sync_folder(home.evidence)


def read_manifest(home: Home, evidence_id: str) -> Manifest:
    """Return an item's manifest.

    Raises:
        NotFoundError: there is no such item.
        DamagedStoreError: its manifest cannot be read.
    """
    path = home.evidence / evidence_id / "manifest.json"
    if not path.parent.is_dir():
        raise NotFoundError(f"There is no evidence item {evidence_id} in {home.root}.")
    try:
        found: dict[str, Any] = json.loads(path.read_bytes())
        found.pop("missing")
        return Manifest(**{**found, "acquisition": Acquisition(**found["acquisition"])})
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise DamagedStoreError(
            f"The manifest of {evidence_id} cannot be read: restore the item from a copy of the store."
        ) from problem


def verify(home: Home, evidence_id: str, *, actor: str | None = None, progress: Progress | None = None) -> Manifest:
    """Hash the sealed original again and compare it with its manifest; with an ``actor``, add a custody event.

    Where rows were erased, what lies there is the redacted copy, and is compared with that one's hash.

    Raises:
        NotFoundError: there is no such item.
        DamagedStoreError: the original is gone, or its bytes are not the ones that were sealed.
    """
    manifest = read_manifest(home, evidence_id)
    digest = hashlib.sha256()
    try:
        with (
            opened(original_in(home.evidence / evidence_id)) as stream,
            (progress or silent()).stage("verify", manifest.size, "bytes") as advance,
        ):
            for piece in _pieces(stream):
                digest.update(piece)
                advance(len(piece))
    except OSError as problem:
        raise DamagedStoreError(
            f"The original of {evidence_id} cannot be read ({problem.strerror}): restore it from a copy of the store."
        ) from problem
    erased = erased_of(home.evidence / evidence_id)
    expected = erased.sha256 if erased and erased.done else manifest.sha256
    if erased and not erased.done:
        raise DamagedStoreError(
            f"An erasure of rows of {evidence_id} was cut off: carry it out again (soken erase carry-out)."
        )
    if digest.hexdigest() != expected:
        raise DamagedStoreError(
            f"The original of {evidence_id} is not what was sealed (SHA-256 {digest.hexdigest()[:12]}… instead of "
            f"{expected[:12]}…): restore it from a copy of the store."
        )
    if actor is not None:
        add_custody_event(home, evidence_id, Act.VERIFIED, actor=actor, note=f"SHA-256 {manifest.sha256}")
    return manifest


def _pieces(stream: BinaryIO) -> Iterator[bytes]:
    """Yield a stream's bytes; the next ones are unpacked while whoever asked works on these."""
    with ThreadPoolExecutor(1, thread_name_prefix="unpacking") as beside:
        following = beside.submit(stream.read, _PIECE)
        while piece := following.result():
            following = beside.submit(stream.read, _PIECE)
            yield piece


def _begin_custody(folder: Path, manifest: Manifest, actor: str) -> None:
    said = manifest.acquisition
    if said.seized_at or said.seized_by or said.seized_where:
        where = f"at {said.seized_where}" if said.seized_where else ""
        by = said.seized_by or "not stated"
        add_to_folder(folder, manifest.evidence_id, Act.SEIZED, actor=by, note=where, at=said.seized_at or "not stated")
    received = said.received_at or manifest.sealed_at
    add_to_folder(folder, manifest.evidence_id, Act.RECEIVED, actor=actor, note=manifest.name, at=received)
    note = f"SHA-256 {manifest.sha256}, {manifest.size} bytes, {manifest.tool}"
    add_to_folder(folder, manifest.evidence_id, Act.SEALED, actor=actor, note=note)


def _write_durably(path: Path, content: bytes) -> None:
    with path.open("xb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    path.chmod(0o400)


@contextmanager
def _writable(folder: Path) -> Iterator[None]:
    """Tell a full or read-only disk in a sentence."""
    try:
        yield
    except OSError as problem:
        raise _environment(folder, problem) from problem


def _environment(folder: Path, problem: OSError) -> EnvironmentProblemError:
    # The staging is gone when this is read: the folder that it was in is named.
    lasting = next((above.parent for above in folder.parents if above.name == "staging"), folder.parent)
    if problem.errno in _FULL:
        return EnvironmentProblemError(
            f"The disk that holds {lasting} is full: make room and take the file in again; nothing was kept."
        )
    return EnvironmentProblemError(f"{lasting} cannot be written to: {problem.strerror}; nothing was kept.")
