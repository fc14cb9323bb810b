"""The file of a backup: a tar of the home's files with what each must be, encrypted to whoever may put it back (age).

The database is copied first and the files after it: a file is in its place before a row speaks of it, and none is
changed once it is there, so every file that the copied rows speak of is found. What came in between is too much, never
too little. What says where the ledger stood is copied before the database, for the same reason: a checkpoint that came
in between would speak of an entry that is not there. The description stands last, when every file has been hashed on
its way in.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import tarfile
import threading
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from itertools import chain
from typing import IO, TYPE_CHECKING, Final

import pyrage

from soken.backup.rows import TableDigest, snapshot
from soken.backup.server import dump
from soken.core.errors import BadInputError, RefusedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from soken.core.home import Home

#: Grows with every change of the form that an older Soken could not read.
FORM: Final = 2
DESCRIPTION: Final = "soken-backup.json"
DATABASE: Final = "soken.sqlite3"
#: What a server's database is dumped to; it stands only in the backup.
DUMP: Final = "soken.pgdump"
#: Folders of the home that are kept; staging and uploads are work in progress.
_FOLDERS: Final = ("evidence", "operations", "attachments", "statistics", "feed", "instruments")
_KEYS: Final = "keys"


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup holds.

    Attributes:
        form: of the file.
        made_at: ISO 8601 with zone.
        tool: program and version.
        files: path → SHA-256.
        tables: table → rows and digest.
        ledger: hash of the ledger's newest entry.
        keys: whether the installation's keys are in it.
    """

    form: int
    made_at: str
    tool: str
    files: Mapping[str, str]
    tables: Mapping[str, TableDigest]
    ledger: str
    keys: bool

    @property
    def rows(self) -> int:
        """Rows of all tables."""
        return sum(one.rows for one in self.tables.values())


def write_backup(
    home: Home, out: Path, *, recipient: str, keys: bool, made_at: str, tool: str, advance: Callable[[int], None],
    server: str = "",
) -> Backup:  # fmt: skip
    """Write a backup of a home that may be in use; the file is there whole or not at all.

    Args:
        home: whose.
        out: a file that does not exist yet.
        recipient: public key (age1…) of who may put it back; '' for a file that everybody can read.
        keys: whether the installation's keys go with it.
        made_at, tool: for the description.
        advance: told how many bytes were written.
        server: address of the PostgreSQL database, '' where the case database is SQLite's file in the home.

    Raises:
        BadInputError: the recipient is no key; or keys were asked for without one.
        RefusedError: the file is there already.
        DamagedStoreError: the database is damaged.
        EnvironmentProblemError: the server is not reached, or cannot be dumped.
    """
    if keys and not recipient:
        raise BadInputError("Keys go only into an encrypted backup: say who may open it with --to.")
    if out.exists():
        raise RefusedError(f"{out} is there already; choose another name.")
    partial = out.with_name(f"{out.name}.partial")
    try:
        with home.stage() as staged, partial.open("wb") as file, _encrypted(file, recipient) as stream:
            carried = list(_ledger_files(home, staged))
            database = staged / (DUMP if server else DATABASE)
            seen = dump(server, database) if server else snapshot(home.database, database)
            files: dict[str, str] = {}
            with tarfile.open(fileobj=stream, mode="w|", format=tarfile.PAX_FORMAT) as tar:
                for name, path in chain(_files(home, database, keys=keys), carried):
                    size = _add(tar, name, path, files)
                    advance(size)
                found = Backup(FORM, made_at, tool, files, seen.tables, seen.ledger, keys)
                _describe(tar, found)
        partial.rename(out)
    finally:
        partial.unlink(missing_ok=True)
    return found


def _files(home: Home, database: Path, *, keys: bool) -> Iterator[tuple[str, Path]]:
    """Yield (name in the archive, path) of what is kept, the database first."""
    yield database.name, database
    for folder in (*_FOLDERS, *([_KEYS] if keys else [])):
        for path in sorted((home.root / folder).rglob("*")):
            if path.is_file():
                yield path.relative_to(home.root).as_posix(), path


def _ledger_files(home: Home, staged: Path) -> Iterator[tuple[str, Path]]:
    """Copy the ledger's checkpoints and their time stamps as they are now; yield (name in the archive, path).

    The time stamps first: each is of a checkpoint that was there before it.
    """
    for path in (*sorted(home.stamps.glob("*")), home.checkpoints):
        if path.is_file():
            name = path.relative_to(home.root).as_posix()
            copy = staged / name
            copy.parent.mkdir(exist_ok=True)
            shutil.copyfile(path, copy)
            yield name, copy


def _add(tar: tarfile.TarFile, name: str, path: Path, files: dict[str, str]) -> int:
    """Add a file as it is, note its SHA-256 and return its size; nothing where an erasure has just removed it."""
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return 0
    with file:
        # A custody record grows: what is there now is taken, no more.
        size = os.fstat(file.fileno()).st_size
        info = tarfile.TarInfo(name)
        info.size, info.mode = size, 0o600
        hashed = _Hashed(file, size)
        tar.addfile(info, hashed)
    files[name] = hashed.digest.hexdigest()
    return size


class _Hashed:
    """Reads so many bytes of a file and hashes them on their way."""

    def __init__(self, file: IO[bytes], size: int) -> None:
        self.digest = hashlib.sha256()
        self._file, self._left = file, size

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(min(self._left, size) if size >= 0 else self._left)
        self._left -= len(data)
        self.digest.update(data)
        return data


def _describe(tar: tarfile.TarFile, found: Backup) -> None:
    """Add the description as the last member."""
    data = json.dumps(asdict(found), ensure_ascii=False).encode()
    info = tarfile.TarInfo(DESCRIPTION)
    info.size = len(data)
    tar.addfile(info, io.BytesIO(data))


@contextmanager
def _encrypted(file: IO[bytes], recipient: str) -> Iterator[IO[bytes]]:
    """Give a stream whose bytes reach a file encrypted, or as they are where nobody is named."""
    if not recipient:
        yield file
        return
    try:
        to = pyrage.x25519.Recipient.from_str(recipient)
    except pyrage.RecipientError as wrong:
        raise BadInputError(
            f"{recipient!r} is no public key of age (age1…); make one with soken backup-key."
        ) from wrong
    with _through(lambda source: pyrage.encrypt_io(source, file, [to])) as stream:
        yield stream


@contextmanager
def _through(work: Callable[[IO[bytes]], object]) -> Iterator[IO[bytes]]:
    """Give a stream that is read by a function in a thread of its own; what it raises is raised here."""
    reading, writing = os.pipe()
    failed: list[BaseException] = []

    def run() -> None:
        with os.fdopen(reading, "rb") as source:
            try:
                work(source)
            except BaseException as problem:  # noqa: BLE001 (raised in the thread that waits)
                failed.append(problem)

    worker = threading.Thread(target=run)
    worker.start()
    try:
        with os.fdopen(writing, "wb") as stream:
            yield stream
    except BrokenPipeError:
        if not failed:
            raise
    finally:
        worker.join()
    if failed:
        raise failed[0]
