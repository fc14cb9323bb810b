"""Which folders of a home have keys of their own, and giving all of them new ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from soken.core import vault
from soken.core.documents import document_folders, laid_open, lay_anew

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from soken.core.home import Home


@dataclass(frozen=True, slots=True)
class Rekeyed:
    """What was done.

    Attributes:
        wrapped: folders whose key was wrapped anew.
        encrypted: of them, those whose files were encrypted anew.
        still_open: folders that are not encrypted.
    """

    wrapped: int
    encrypted: int
    still_open: int


def keyed_folders(home: Home) -> Iterator[Path]:
    """Yield the folders that have a key of their own where the store is encrypted: of items, runs and documents."""
    yield from sorted(one for one in home.evidence.iterdir() if one.is_dir())
    for kind in ("runs", "candidates"):
        yield from sorted(one for one in home.operations.glob(f"*/{kind}/*") if one.is_dir())
    yield from sorted(home.begun.glob("*"))
    yield from document_folders(home)


def waiting_folders(home: Home) -> Iterator[Path]:
    """Yield the folders of files that wait to be taken in and have a key of their own."""
    if home.uploads.is_dir():
        keyed = (one for one in home.uploads.iterdir() if vault.has_key(one))
        yield from sorted(one for one in keyed if (one / vault.UPLOAD).is_file())


def rekey(home: Home, *, data: bool, advance: Callable[[int], None]) -> Rekeyed:
    """Wrap every folder's key with the store's newest key; done again it finishes what was cut off.

    Args:
        home: whose store.
        data: give every folder a new key too, and encrypt all its files with it, those that are open still as well.
        advance: told of every folder that is done.

    Raises:
        EnvironmentProblemError: no key is named, or one that does not open what there is.
        DamagedStoreError: a file cannot be read; it stays as it is.
    """
    wrapped = encrypted = still_open = 0
    if data:
        lay_anew(home)
    # A file that waits is encrypted once it is taken in; its writer may still be at it.
    for folder in waiting_folders(home):
        vault.rewrap(folder)
    for folder in keyed_folders(home):
        if data:
            vault.renew(folder, fresh=True)
            encrypted += 1
        elif vault.has_key(folder):
            vault.rewrap(folder)
        else:
            still_open += 1
            continue
        wrapped += 1
        advance(1)
    return Rekeyed(wrapped, encrypted, still_open + len(laid_open(home)))


def open_folders(home: Home) -> list[str]:
    """Return the names of folders that hold a file which is not encrypted, and of documents without a folder.

    Raises:
        EnvironmentProblemError: no key is named, or the wrong one.
    """
    open_ones = [
        one.name
        for one in keyed_folders(home)
        if not (vault.has_key(one) and all(vault.is_encrypted(path) for path in vault.files_in(one)))
    ]
    return [*open_ones, *(one.name for one in laid_open(home))]
