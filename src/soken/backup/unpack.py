"""Putting a backup back: unpacked beside its place, compared with its description, and only then put in place."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tarfile
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING, Any, Final

import pyrage

from soken.backup.archive import DATABASE, DESCRIPTION, DUMP, FORM, Backup
from soken.backup.rows import Picture, TableDigest, check, check_same, picture
from soken.backup.server import loaded
from soken.core.errors import BadInputError, DamagedStoreError, NotFoundError, RefusedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_MAGIC: Final = b"age-encryption.org/"
_CHUNK: Final = 1 << 20


def read_backup(
    file: Path,
    target: Path,
    *,
    identity: str,
    advance: Callable[[int], None],
    server: str = "",
    check_also: Callable[[Path], None] = lambda _folder: None,
) -> Backup:
    """Put a backup into an empty folder and compare everything with its description.

    Args:
        file: the backup.
        target: a folder that is not there, or is empty; filled whole or left as it was.
        identity: secret key (AGE-SECRET-KEY-1…), '' for a backup that is not encrypted.
        advance: told how many bytes were read.
        server: address of an empty PostgreSQL database, for a backup of one; filled whole or left empty.
        check_also: looks through what was unpacked before it is put in place, and raises if it is not whole.

    Raises:
        NotFoundError: there is no such file.
        RefusedError: the target, or the database, is not empty; or the database is of the other kind.
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
        # It becomes the home: entered by its user alone.
        staged.mkdir(parents=True, mode=0o700)
        found = _unpack(file, staged, identity, advance)
        with _database_back(found, staged, server):
            check_also(staged)
            if target.exists():
                target.rmdir()
            staged.rename(target)
    finally:
        if staged.exists():
            shutil.rmtree(staged)
    return found


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
                if member.name == DESCRIPTION:
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


@contextmanager
def _database_back(found: Backup, staged: Path, server: str) -> Iterator[None]:
    """Compare every row of the database, and the ledger's head, with the description; put a dump into its server first.

    Raises:
        RefusedError: the backup is of the other kind of database, or the server's is not empty.
        DamagedStoreError: something differs.
    """
    wanted = Picture(dict(found.tables), found.ledger)
    if DUMP not in found.files:
        if server:
            raise RefusedError("The backup is of an installation on SQLite: put it back without --database.")
        check(staged / DATABASE)
        check_same(wanted, picture(staged / DATABASE))
        yield
        return
    if not server:
        raise RefusedError("The backup is of an installation on PostgreSQL: name an empty database with --database.")
    with loaded(server, staged / DUMP) as there:
        check_same(wanted, there)
        (staged / DUMP).unlink()
        yield
