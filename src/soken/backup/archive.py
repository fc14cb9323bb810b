"""The file of a backup: a tar of the home's files with what each must be, encrypted to whoever may put it back (age).

The database is copied first and the files after it: a file is in its place before a row speaks of it, and none is
changed once it is there, so every file that the copied rows speak of is found. What came in between is too much, never
too little. The description stands last, when every file has been hashed on its way in.
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
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING, Any, Final

import pyrage

from soken.backup.rows import TableDigest, check, digests, ledger_head, snapshot
from soken.core.errors import BadInputError, DamagedStoreError, NotFoundError, RefusedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from soken.core.home import Home

#: Grows with every change of the form that an older Soken could not read.
FORM: Final = 1
_DESCRIPTION: Final = "soken-backup.json"
_DATABASE: Final = "soken.sqlite3"
#: Folders of the home that are kept; staging and uploads are work in progress.
_FOLDERS: Final = ("evidence", "operations", "statistics")
_KEYS: Final = "keys"
_MAGIC: Final = b"age-encryption.org/"
_CHUNK: Final = 1 << 20


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
    home: Home, out: Path, *, recipient: str, keys: bool, made_at: str, tool: str, advance: Callable[[int], None]
) -> Backup:
    """Write a backup of a home that may be in use; the file is there whole or not at all.

    Args:
        home: whose.
        out: a file that does not exist yet.
        recipient: public key (age1…) of who may put it back; '' for a file that everybody can read.
        keys: whether the installation's keys go with it.
        made_at, tool: for the description.
        advance: told how many bytes were written.

    Raises:
        BadInputError: the recipient is no key; or keys were asked for without one.
        RefusedError: the file is there already.
        DamagedStoreError: the database is damaged.
    """
    if keys and not recipient:
        raise BadInputError("Keys go only into an encrypted backup: say who may open it with --to.")
    if out.exists():
        raise RefusedError(f"{out} is there already; choose another name.")
    partial = out.with_name(f"{out.name}.partial")
    try:
        with home.stage() as staged, partial.open("wb") as file, _encrypted(file, recipient) as stream:
            snapshot(home.database, staged / _DATABASE)
            files: dict[str, str] = {}
            with tarfile.open(fileobj=stream, mode="w|", format=tarfile.PAX_FORMAT) as tar:
                for name, path in _files(home, staged / _DATABASE, keys=keys):
                    files[name] = _add(tar, name, path)
                    advance(path.stat().st_size)
                found = Backup(
                    FORM, made_at, tool, files, digests(staged / _DATABASE), ledger_head(staged / _DATABASE), keys
                )
                _describe(tar, found)
        partial.rename(out)
    finally:
        partial.unlink(missing_ok=True)
    return found


def read_backup(file: Path, target: Path, *, identity: str, advance: Callable[[int], None]) -> Backup:
    """Put a backup into an empty folder and compare everything with its description.

    Args:
        file: the backup.
        target: a folder that is not there, or is empty; filled whole or left as it was.
        identity: secret key (AGE-SECRET-KEY-1…), '' for a backup that is not encrypted.
        advance: told how many bytes were read.

    Raises:
        NotFoundError: there is no such file.
        RefusedError: the target is not empty.
        BadInputError: the key does not open it, it is no backup, or a newer Soken wrote it.
        DamagedStoreError: it is cut off, or something in it is not what its description says.
    """
    if not file.is_file():
        raise NotFoundError(f"There is no file {file}.")
    if target.exists() and any(target.iterdir()):
        raise RefusedError(f"{target} is not empty; a backup is put back only into a folder with nothing in it.")
    staged = target.with_name(f"{target.name}.partial")
    if staged.exists():
        raise RefusedError(f"{staged} is left of an earlier try; remove it first.")
    try:
        staged.mkdir(parents=True)
        found = _unpack(file, staged, identity, advance)
        _compare(found, staged)
        if target.exists():
            target.rmdir()
        staged.rename(target)
    finally:
        if staged.exists():
            shutil.rmtree(staged)
    return found


def _files(home: Home, database: Path, *, keys: bool) -> Iterator[tuple[str, Path]]:
    """Yield (name in the archive, path) of what is kept, the database first."""
    yield _DATABASE, database
    for folder in (*_FOLDERS, *([_KEYS] if keys else [])):
        for path in sorted((home.root / folder).rglob("*")):
            if path.is_file():
                yield path.relative_to(home.root).as_posix(), path


def _add(tar: tarfile.TarFile, name: str, path: Path) -> str:
    """Add a file as it is and return its SHA-256."""
    with path.open("rb") as file:
        # A custody record grows: what is there now is taken, no more.
        size = os.fstat(file.fileno()).st_size
        info = tarfile.TarInfo(name)
        info.size, info.mode = size, 0o600
        hashed = _Hashed(file, size)
        tar.addfile(info, hashed)
    return hashed.digest.hexdigest()


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
    info = tarfile.TarInfo(_DESCRIPTION)
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


def _unpack(file: Path, staged: Path, identity: str, advance: Callable[[int], None]) -> Backup:
    """Write the members of a backup into a folder and return its description, having compared their hashes."""
    files: dict[str, str] = {}
    said: dict[str, Any] | None = None
    plain = file
    try:
        with file.open("rb") as start:
            sealed = start.read(len(_MAGIC)) == _MAGIC
        if sealed:
            plain = staged / ".tar"
            _decrypt(file, plain, identity)
        with tarfile.open(plain, mode="r|") as tar:
            for member in tar:
                data = tar.extractfile(member)
                if data is None:
                    raise BadInputError(f"{file.name} holds something that is no file: {member.name}.")
                if member.name == _DESCRIPTION:
                    said = json.loads(data.read())
                    continue
                files[member.name] = _write(data, _inside(staged, member.name))
                advance(member.size)
    except (tarfile.TarError, EOFError, json.JSONDecodeError) as cut:
        raise DamagedStoreError(f"{file.name} is no backup, or is cut off: {cut}; use another copy.") from cut
    finally:
        if plain is not file:
            plain.unlink(missing_ok=True)
    if said is None:
        raise DamagedStoreError(f"{file.name} ends before its description: it is cut off; use another copy.")
    if said.get("form", 0) > FORM:
        raise BadInputError(f"{file.name} was written by a newer Soken ({said.get('tool')}); install that one.")
    found = Backup(**said | {"tables": {name: TableDigest(**one) for name, one in said["tables"].items()}})
    wrong = sorted(name for name in found.files.keys() | files.keys() if found.files.get(name) != files.get(name))
    if wrong:
        raise DamagedStoreError(f"{file.name}: {wrong[0]} is not what was backed up ({len(wrong)} files differ).")
    return found


def _decrypt(file: Path, plain: Path, identity: str) -> None:
    """Decrypt a backup into a file."""
    if not identity:
        raise BadInputError(f"{file.name} is encrypted: name the file of the secret key with --identity.")
    try:
        key = pyrage.x25519.Identity.from_str(identity.strip())
        with file.open("rb") as source, plain.open("wb") as target:
            pyrage.decrypt_io(source, target, [key])
    except pyrage.IdentityError as wrong:
        raise BadInputError("The identity is no secret key of age (AGE-SECRET-KEY-1…).") from wrong
    except pyrage.DecryptError as wrong:
        raise BadInputError(f"{file.name} does not open with this key, or is altered or cut off: {wrong}.") from wrong
    except OSError as wrong:
        if wrong.errno is not None:
            raise
        raise DamagedStoreError(f"{file.name} is altered or cut off: {wrong}; use another copy.") from wrong


def _inside(folder: Path, name: str) -> Path:
    """Return the path of a member, which must lie inside the folder.

    Raises:
        BadInputError: it would lie elsewhere.
    """
    parts = PurePosixPath(name).parts
    if name.startswith("/") or ".." in parts or not parts:
        raise BadInputError(f"The backup holds a file that would lie elsewhere: {name}.")
    return folder.joinpath(*parts)


def _write(data: IO[bytes], path: Path) -> str:
    """Write a file, readable by its user only, and return its SHA-256."""
    path.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        while chunk := data.read(_CHUNK):
            digest.update(chunk)
            file.write(chunk)
    return digest.hexdigest()


def _compare(found: Backup, staged: Path) -> None:
    """Compare every row of the database, and the ledger's head, with the description.

    Raises:
        DamagedStoreError: something differs.
    """
    database = staged / _DATABASE
    check(database)
    there = digests(database)
    for table in sorted(found.tables.keys() | there.keys()):
        if found.tables.get(table) != there.get(table):
            raise DamagedStoreError(f"The table {table} is not what was backed up; use another copy.")
    if ledger_head(database) != found.ledger:
        raise DamagedStoreError("The ledger does not end where it did when it was backed up; use another copy.")
