"""Encryption at rest: which key a file of the store has, and opening it whether it is encrypted or not.

A folder that is built whole (an evidence item, a run, a candidate) has a key of its own in ``key.age``, wrapped by the
store's key (`soken.core.store_key`). All its files are encrypted to it, so that rotating the store's key rewrites small
files only, and whoever destroys ``key.age`` destroys the item. While a key is renewed the file holds two: the first
encrypts, both open.
"""

from __future__ import annotations

import io
import os
import shutil
from functools import lru_cache
from typing import TYPE_CHECKING, BinaryIO, Final, cast

from soken.core.age_file import AgeFile, AgeWriter, Identity, WrongKeyError, is_age
from soken.core.errors import DamagedStoreError, EnvironmentProblemError
from soken.core.placed import AlteredError, PlacedStream
from soken.core.store_key import COMMAND, FILE, VALUE, StoreKey, store_key

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

KEY: Final = "key.age"
_KEPT_CLOSED: Final = frozenset({"original", "reading.json"})
_BUFFER: Final = 1 << 20
_PART: Final = ".encrypting"


def give_key(folder: Path) -> bool:
    """Give a folder that is being built a key of its own; False where the store is not encrypted."""
    key = store_key()
    if key is not None:
        _write_key(folder, key, [Identity.make()])
    return key is not None


def has_key(folder: Path) -> bool:
    """Tell whether a folder is encrypted."""
    return (folder / KEY).is_file()


def files_in(folder: Path) -> list[Path]:
    """Return the files of an item, a reading or a run that are encrypted where its folder has a key.

    Open stay what says nothing of a person on a list: manifest, custody, numbers of erased rows, account of a run.
    """
    return sorted(one for one in folder.rglob("*") if one.suffix == ".parquet" or one.name in _KEPT_CLOSED)


def check_named(folders: Iterable[Path]) -> None:
    """Refuse to put open files beside encrypted ones, because somebody forgot to name the key.

    Args:
        folders: those that there are.

    Raises:
        EnvironmentProblemError: one is encrypted, and no key is named.
    """
    if store_key() is None and any(has_key(one) for one in folders):
        raise _unnamed("The evidence store")


def is_encrypted(path: Path) -> bool:
    """Tell whether a file is encrypted with its folder's key; a seized file that is itself one of age is not.

    Raises:
        EnvironmentProblemError: its folder has a key, and no key of the store or the wrong one is named.
    """
    folder = _folder_of(path)
    if folder is None or not is_age(path):
        return False
    try:
        AgeFile(path, _identities(folder)).close()
    except WrongKeyError:
        return False
    except AlteredError:
        return True
    return True


def opened(path: Path) -> BinaryIO:
    """Open a file of the store for reading what was written into it.

    Raises:
        EnvironmentProblemError: it is encrypted, and no key or the wrong one is named.
        DamagedStoreError: it is cut off or altered.
    """
    if not is_encrypted(path):
        return path.open("rb")
    return cast("BinaryIO", io.BufferedReader(_Told(encrypted(path), path), _BUFFER))


def encrypted(path: Path) -> AgeFile:
    """Open an encrypted file of the store for reading at any place; see `opened`."""
    try:
        return AgeFile(path, identities_of(path))
    except WrongKeyError as wrong:
        raise DamagedStoreError(f"{path} is encrypted with a key that is not its folder's; restore it.") from wrong
    except AlteredError as wrong:
        raise altered(path) from wrong


def altered(path: Path) -> DamagedStoreError:
    """Return the refusal of a file that is not what was written."""
    return DamagedStoreError(f"{path} is altered or cut off: restore it from a copy of the store.")


def created(path: Path) -> BinaryIO:
    """Open a new file of the store for writing, encrypted where its folder has a key; readable by its user only."""
    return _created(path, _newest(_folder_of(path)))


def sync_file(path: Path) -> None:
    """Make a file survive a power cut."""
    with path.open("rb") as stream:
        os.fsync(stream.fileno())


def size_of(path: Path) -> int:
    """Return how many bytes were written into a file."""
    if not is_encrypted(path):
        return path.stat().st_size
    file = encrypted(path)
    file.close()
    return file.size


def copy_open(path: Path, target: Path) -> None:
    """Write what a file holds to a new file that is not encrypted, readable by its user only."""
    with opened(path) as source, os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        shutil.copyfileobj(source, out, _BUFFER)


def encrypt_in_place(path: Path, *, like: Path | None = None) -> None:
    """Write a file again as its folder wants it: encrypted to its newest key, or open; nothing where it is so already.

    Args:
        path: the file.
        like: the folder that it is going to be in, where that is not the one that it is in.
    """
    to = _newest(like or _folder_of(path))
    if _is_so(path, to):
        return
    part, mode = path.with_name(path.name + _PART), path.stat().st_mode & 0o777
    part.unlink(missing_ok=True)
    with opened(path) as source, _created(part, to) as out:
        shutil.copyfileobj(source, out, _BUFFER)
    sync_file(part)
    part.chmod(mode)
    part.replace(path)


def encrypt_tables(folder: Path) -> None:
    """Encrypt the tables of a run that is still in the staging with a key of its own, where the store is encrypted."""
    if give_key(folder):
        for path in files_in(folder):
            encrypt_in_place(path)


def renew(folder: Path, *, fresh: bool) -> None:
    """Encrypt the files of a folder that is in its place; done again it finishes what was cut off.

    Args:
        folder: an item's or a run's.
        fresh: with a new key, and the old one destroyed; else only what is still open, with the key there is.

    Raises:
        EnvironmentProblemError: no key is named.
    """
    key = _named(folder)
    known = list(_identities(folder)) if has_key(folder) else []
    cut_off = len(known) > 1
    if not known or (fresh and not cut_off):
        known.insert(0, Identity.make())
        _write_key(folder, key, known)
    for path in files_in(folder):
        encrypt_in_place(path)
    if len(known) > 1:
        _write_key(folder, key, known[:1])


def rewrap(folder: Path) -> None:
    """Wrap a folder's key with the store's newest one; its files stay as they are."""
    _write_key(folder, _named(folder), list(_identities(folder)))


def identities_of(path: Path) -> tuple[Identity, ...]:
    """Return the keys of the folder that a file is in.

    Raises:
        EnvironmentProblemError: no key or the wrong one is named.
        DamagedStoreError: the folder's key is gone.
    """
    folder = _folder_of(path)
    if folder is None:
        raise DamagedStoreError(
            f"{path} is encrypted, and its key ({KEY}) is gone: restore it from a copy of the store."
        )
    return _identities(folder)


def _identities(folder: Path) -> tuple[Identity, ...]:
    return _unwrapped((folder / KEY).read_bytes(), _named(folder))


@lru_cache(maxsize=4096)
def _unwrapped(wrapped: bytes, key: StoreKey) -> tuple[Identity, ...]:
    """Return the keys in a key file; remembered, because a command that unwraps may be slow."""
    try:
        return tuple(Identity.read(line) for line in key.unwrap(wrapped).decode().split())
    except (WrongKeyError, UnicodeDecodeError) as wrong:
        raise EnvironmentProblemError(
            "What unwraps the evidence store's keys gives no key: see to its command."
        ) from wrong


def _write_key(folder: Path, key: StoreKey, identities: Iterable[Identity]) -> None:
    """Write a folder's key file in one step."""
    part = folder / f"{KEY}.part"
    with part.open("wb") as stream:
        stream.write(key.wrap("\n".join(one.text for one in identities).encode()))
        stream.flush()
        os.fsync(stream.fileno())
    part.chmod(0o600)
    part.replace(folder / KEY)


def _created(path: Path, to: Identity | None) -> BinaryIO:
    """Open a new file, readable by its user only, encrypted to a key if there is one."""
    if to is not None:
        return cast("BinaryIO", AgeWriter(path, to))
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "wb")


def _newest(folder: Path | None) -> Identity | None:
    """Return the key that a folder's files are encrypted to, None where they are open."""
    return _identities(folder)[0] if folder is not None and has_key(folder) else None


def _is_so(path: Path, to: Identity | None) -> bool:
    """Tell whether a file is encrypted to a key, or open where there is none."""
    if to is None or not is_age(path):
        return to is None and not is_encrypted(path)
    try:
        AgeFile(path, [to]).close()
    except WrongKeyError:
        return False
    return True


def _folder_of(path: Path) -> Path | None:
    """Return the nearest folder above a file that has a key."""
    return next((one for one in path.parents if has_key(one)), None)


def _named(folder: Path) -> StoreKey:
    """Return the store's key, which must be named."""
    key = store_key()
    if key is None:
        raise _unnamed(folder.name)
    return key


def _unnamed(what: str) -> EnvironmentProblemError:
    return EnvironmentProblemError(
        f"{what} is encrypted and no key is named: set {FILE} (or {VALUE}, or {COMMAND}) to the evidence store's key."
    )


class _Told(PlacedStream):
    """A stream that says in a sentence what is wrong with its file."""

    def __init__(self, file: AgeFile, path: Path) -> None:
        super().__init__(file)
        self._path = path

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        try:
            return super().readinto(buffer)
        except AlteredError as wrong:
            raise altered(self._path) from wrong
