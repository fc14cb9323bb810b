"""An item's original for who needs it as a file of its own, and putting another in its place."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from soken.core.vault import PLAIN, copy_open, created, has_key, original_in, sync_file, sync_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from soken.core.home import Home

_CHUNK: Final = 1 << 20


@contextmanager
def original_of(home: Home, evidence_id: str, staging: Path) -> Iterator[Path]:
    """Give an item's original as it was handed in, for reading: a copy in the staging, unpacked and decrypted.

    Where it lies there neither packed nor encrypted it is itself given. The copy is readable by Soken's user only, and
    gone at the end of the block; after ``kill -9`` with the rest of the staging at the next start.

    Args:
        home: the installation's folders.
        evidence_id: the evidence item.
        staging: a folder of this act's own.
    """
    item = home.evidence / evidence_id
    original = original_in(item)
    if original.name == PLAIN and not has_key(item):
        yield original
        return
    copy = staging / PLAIN
    copy_open(original, copy)
    try:
        yield copy
    finally:
        copy.unlink(missing_ok=True)


def put_in_place(item: Path, content: Path, staging: Path) -> None:
    """Put a file's bytes in the place of an item's original by one rename, packed and encrypted as that is.

    Args:
        item: the item's folder.
        content: the file; it stays.
        staging: a folder of this act's own.
    """
    original = original_in(item)
    made = staging / original.name
    with content.open("rb") as source, created(made, like=item) as out:
        shutil.copyfileobj(source, out, _CHUNK)
    sync_file(made)
    made.chmod(0o400)
    made.replace(original)
    sync_folder(item)
