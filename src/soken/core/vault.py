"""How files lie in the store, encrypted and packed or not, and opening them so that nobody else needs to know.

A folder that is built whole (an evidence item, a run, a candidate, an attached document) has a key of its own in
``key.age``, wrapped by the store's key (`soken.core.store_key`). All its files are encrypted to it, so that rotating
the store's key rewrites small files only, and whoever destroys ``key.age`` destroys the item. While a key is renewed
the file holds two: the first encrypts, both open.

A sealed original is packed (`soken.core.packed`), and what is packed is encrypted. That it is packed its name says,
never its content: a seized file may be of any format. Items that were sealed before hold it as it was handed in.
"""

from __future__ import annotations

import io
import os
import shutil
from functools import lru_cache
from typing import TYPE_CHECKING, BinaryIO, Final, cast

from soken.core.age_file import AgeFile, AgeWriter, Identity, WrongKeyError, is_age
from soken.core.errors import DamagedStoreError, EnvironmentProblemError
from soken.core.packed import PackedFile, PackedWriter
from soken.core.placed import AlteredError, PlacedStream, PlainFile
from soken.core.store_key import COMMAND, FILE, VALUE, StoreKey, store_key

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from soken.core.placed import Placed

KEY: Final = "key.age"
#: What an item's original is called: packed, and as it was handed in.
PACKED: Final = "original.zst"
PLAIN: Final = "original"
#: What a document is called that is attached to dossiers, and a file that waits for a worker to take it in.
DOCUMENT: Final = "document"
UPLOAD: Final = "upload"
_KEPT_CLOSED: Final = frozenset({PACKED, PLAIN, "reading.json", DOCUMENT, UPLOAD})
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
    """Return the files of an item, a reading, a run or a document that are encrypted where its folder has a key.

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


def original_in(item: Path) -> Path:
    """Return the file that holds an evidence item's original, or should hold it.

    Args:
        item: the item's folder.

    Raises:
        DamagedStoreError: there are two, of which nobody could say which one is read and which one is erased.
    """
    packed, plain = item / PACKED, item / PLAIN
    if not plain.is_file():
        return packed
    if packed.is_file():
        raise DamagedStoreError(
            f"{item.name} holds two originals, {PLAIN} and {PACKED}: move the one away that was put there by hand."
        )
    return plain


def opened(path: Path) -> BinaryIO:
    """Open a file of the store for reading what was written into it.

    Raises:
        EnvironmentProblemError: it is encrypted, and no key or the wrong one is named.
        DamagedStoreError: it is cut off or altered.
    """
    return _told(_unpacked(path), path) if path.name == PACKED else _decrypted(path)


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


def created(path: Path, *, like: Path | None = None) -> BinaryIO:
    """Open a new file of the store for writing; readable by its user only.

    It is packed if its name says so, and encrypted where its folder has a key.

    Args:
        path: the file.
        like: the folder that it is going to be in, where that is not the one that it is in.
    """
    out = _created(path, _newest(like or _folder_of(path)))
    return cast("BinaryIO", PackedWriter(out)) if path.name == PACKED else out


def created_open(path: Path) -> BinaryIO:
    """Open a new file for what is being worked on, neither packed nor encrypted; readable by its user only."""
    return _created(path, None)


def sync_file(path: Path) -> None:
    """Make a file survive a power cut."""
    with path.open("rb") as stream:
        os.fsync(stream.fileno())


def sync_folder(folder: Path) -> None:
    """Make the names in a folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def size_of(path: Path) -> int:
    """Return how many bytes were written into a file."""
    if path.name != PACKED and not is_encrypted(path):
        return path.stat().st_size
    file: Placed = _unpacked(path) if path.name == PACKED else encrypted(path)
    file.close()
    return file.size


def copy_open(path: Path, target: Path) -> None:
    """Write what a file holds to a new file that is neither packed nor encrypted, readable by its user only."""
    with opened(path) as source, created_open(target) as out:
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
    with _decrypted(path) as source, _created(part, to) as out:
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


def _decrypted(path: Path) -> BinaryIO:
    """Open a file for reading what lies under its encryption: a packed one stays packed."""
    return _told(encrypted(path), path) if is_encrypted(path) else path.open("rb")


def _unpacked(path: Path) -> PackedFile:
    """Open a packed file for reading at any place."""
    try:
        return PackedFile(encrypted(path) if is_encrypted(path) else PlainFile(path))
    except AlteredError as wrong:
        raise altered(path) from wrong


def _told(file: Placed, path: Path) -> BinaryIO:
    """Return a stream of a file that says in a sentence what is wrong with it."""
    return cast("BinaryIO", io.BufferedReader(_Told(file, path), _BUFFER))


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

    def __init__(self, file: Placed, path: Path) -> None:
        super().__init__(file)
        self._path = path

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        try:
            return super().readinto(buffer)
        except AlteredError as wrong:
            raise altered(self._path) from wrong
