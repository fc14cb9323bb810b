"""Documents attached to dossiers: each in a folder named by its SHA-256, once for all dossiers, with a key of its own.

Where the store is encrypted the folder holds ``key.age`` and the document encrypted to it. Before they had folders
they lay open as ``attachments/ab/abcd…``: one of those is read where it lies, and `lay_anew` moves it. What an erasure
sets apart has ``.erasing`` behind its name until the database has let its person go.
"""

from __future__ import annotations

import os
import shutil
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from soken.core.lock import alone, nobody_holds, together
from soken.core.replaced import reread, states_of, unreplaced
from soken.core.vault import DOCUMENT, KEY, check_named, created, give_key, has_key, opened, sync_file, sync_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from pathlib import Path

    from soken.core.home import Home

_ERASING: Final = ".erasing"
_ATTACH: Final = "documents.lock"
#: Length of the names of folders that held open documents: the first digits of their hashes.
_SHORT: Final = 2
#: Seconds after which bytes that no dossier has are no document that is just being attached.
_OLD: Final = 24 * 60 * 60


def document_file(home: Home, sha256: str) -> Path:
    """Return the file that a document's bytes are in, or would be; `soken.core.vault.opened` reads it."""
    now, before = home.attachments / sha256 / DOCUMENT, _before(home, sha256)
    return before if before.is_file() and not now.is_file() else now


def document_bytes(home: Home, sha256: str) -> bytes:
    """Return a document as it was attached; nothing where there is none.

    Raises:
        EnvironmentProblemError: it is encrypted, and no key or the wrong one is named.
        DamagedStoreError: it is altered.
    """

    def read() -> bytes:
        path = document_file(home, sha256)
        with unreplaced(states_of([path, path.with_name(KEY)])):
            if not path.is_file():
                return b""
            with opened(path) as stream:
                return stream.read()

    return reread(read)


def keep_document(home: Home, sha256: str, content: bytes) -> None:
    """Put a document in its place by one rename, encrypted where the store is; what lies there stays.

    Args:
        home: whose.
        sha256: of the bytes.
        content: the bytes.

    Raises:
        EnvironmentProblemError: others are encrypted, and no key is named.
    """
    check_named(document_folders(home))
    if _kept_already(home, sha256):
        return
    with keys_given(home), home.stage() as staging:
        _place(home, _built(staging / sha256, content), sha256)


def document_folders(home: Home) -> list[Path]:
    """Return the folders of all documents, those that are set apart among them."""
    return [one for one in _entries(home) if one.is_dir()]


def laid_open(home: Home) -> list[Path]:
    """Return the documents that lie as they did before each had a folder: open."""
    return [one for one in _entries(home) if not one.is_dir()]


def lay_anew(home: Home) -> int:
    """Give every document that lies open as before a folder, with a key where one is named; return how many.

    The new place is whole, and on the disk, before the old one goes: done again it finishes what was cut off.
    """
    before = laid_open(home)
    for path in before:
        with home.stage() as staging:
            _place(home, _built(staging / path.name, path.read_bytes()), path.name)
        path.unlink()
        if not any(path.parent.iterdir()):
            path.parent.rmdir()
    return len(before)


def set_apart(home: Home, sha256: str) -> None:
    """Take a document out of its place; `settle` removes it or brings it back."""
    for place in (home.attachments / sha256, _before(home, sha256)):
        if place.exists():
            _apart(place)


@contextmanager
def attaching(home: Home) -> Iterator[None]:
    """Put a document in its place and name it in the case database, while nothing is settled (`settle`).

    Held until the database has it for good: before, nobody else sees that a dossier has the document.
    """
    with together(home.root / _ATTACH):
        yield


def settle(home: Home, asked: Callable[[], Collection[str]]) -> None:
    """Remove what was set apart, and what no dossier has had for a day; put back what one has.

    Args:
        home: whose.
        asked: says the SHA-256 of each document that a dossier has; asked while nobody attaches any.
    """
    with alone(home.root / _ATTACH):
        _settle(home, asked())


def _settle(home: Home, held: Collection[str]) -> None:
    """Remove or put back what there is, by what dossiers have."""
    for path in _entries(home):
        sha256 = path.name.removesuffix(_ERASING)
        if sha256 in held:
            _back(path, path.with_name(sha256))
        elif path.name != sha256:
            _remove(path)
        elif _is_old(path):
            _remove(_apart(path))


@contextmanager
def keys_given(home: Home) -> Iterator[None]:
    """Give a folder its key, and put it in its place, with no change of the store's key between (`no_key_half_given`).

    For what does not hold the lock of intake or of resolve, under which keys are given otherwise.
    """
    with together(home.root / "keys.lock"):
        yield


def no_key_half_given(home: Home) -> None:
    """Wait until every folder whose key was wrapped with the store's former key is in its place."""
    nobody_holds(home.root / "keys.lock")


def _before(home: Home, sha256: str) -> Path:
    """Return where a document lay before it had a folder."""
    return home.attachments / sha256[:_SHORT] / sha256


def _entries(home: Home) -> list[Path]:
    """Return all documents, as folders or as the files that they were before."""
    if not home.attachments.is_dir():
        return []
    found = sorted(home.attachments.iterdir())
    return [*(one for one in found if len(one.name) > _SHORT),
            *(path for one in found if len(one.name) == _SHORT for path in sorted(one.iterdir()))]  # fmt: skip


def _kept_already(home: Home, sha256: str) -> bool:
    """Tell whether a document is there; it counts as attached just now, so that no erasure takes it for left behind."""
    try:
        os.utime(document_file(home, sha256))
    except FileNotFoundError:
        return False
    return True


def _built(folder: Path, content: bytes) -> Path:
    """Write a document's folder in the staging, whole and on the disk."""
    folder.mkdir(mode=0o700)
    give_key(folder)
    with created(folder / DOCUMENT) as out:
        out.write(content)
    sync_file(folder / DOCUMENT)
    sync_folder(folder)
    return folder


def _place(home: Home, built: Path, name: str) -> None:
    """Put a folder in its place; where somebody else was quicker theirs stays: it holds the same."""
    home.attachments.mkdir(mode=0o700, exist_ok=True)
    try:
        built.rename(home.attachments / name)
    except OSError:
        if not (home.attachments / name / DOCUMENT).is_file():
            raise
    sync_folder(home.attachments)


def _apart(place: Path) -> Path:
    """Set a document apart, and return where; what was set apart before is the same, and goes."""
    aside = place.with_name(f"{place.name}{_ERASING}")
    if aside.exists():
        _remove(aside)
    place.rename(aside)
    return aside


def _back(path: Path, place: Path) -> None:
    """Bring a document back to its place, unless one has been put there since: it is the same."""
    if path == place:
        return
    if place.exists():
        _remove(path)
    else:
        path.rename(place)


def _remove(path: Path) -> None:
    """Remove a document that is set apart, its key first: of a folder that is cut off half-way nothing can be read."""
    if path.is_dir():
        if has_key(path):
            (path / KEY).unlink()
        shutil.rmtree(path)
    else:
        path.unlink()


def _is_old(path: Path) -> bool:
    """Tell whether bytes have lain there for a day."""
    file = path / DOCUMENT if path.is_dir() else path
    return not file.is_file() or time.time() - file.stat().st_mtime > _OLD
