"""The file handed in: opened once for reading, copied and hashed in one pass, never changed."""

from __future__ import annotations

import hashlib
import os
import stat
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Final

from soken.core.errors import BadInputError
from soken.core.vault import created, created_open, sync_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from soken.core.progress import Advance

_CHUNK_BYTES: Final = 4 * 1024 * 1024


@contextmanager
def opened_source(path: Path) -> Iterator[int]:
    """A handle on a regular file that is not empty; a pipe is not waited for."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as problem:
        raise BadInputError(f"{path} cannot be read: {problem.strerror}.") from problem
    try:
        state = os.fstat(handle)
        if stat.S_ISDIR(state.st_mode):
            raise BadInputError(f"{path} is a folder: give the files in it, or an archive of it.")
        if not stat.S_ISREG(state.st_mode):
            raise BadInputError(f"{path} is no regular file: copy its content into a file first.")
        if state.st_size == 0:
            raise BadInputError(f"{path} is empty (0 bytes): ask for the file again.")
        yield handle
    finally:
        os.close(handle)


def copy_hashed(source: int, target: Path, path: Path, advance: Advance, *, beside: Path | None = None) -> str:
    """Copy and hash in one pass; the copy is read-only and on the disk when this returns.

    It is packed, and encrypted where its folder has a key; the hash is that of the bytes handed in.

    Args:
        source: handle on the file handed in.
        target: a file of the store that does not exist yet.
        path: the file handed in, for what is said of it.
        advance: told of the bytes copied.
        beside: a second new file, for a copy as it was handed in.
    """
    digest = hashlib.sha256()
    with created(target) as copy, created_open(beside) if beside else nullcontext() as other:
        while True:
            try:
                chunk = os.read(source, _CHUNK_BYTES)
            except OSError as problem:
                raise BadInputError(f"{path} cannot be read to its end: {problem.strerror}.") from problem
            if not chunk:
                break
            copy.write(chunk)
            digest.update(chunk)
            if other:
                other.write(chunk)
            advance(len(chunk))
    target.chmod(0o400)
    sync_file(target)
    return digest.hexdigest()


def check_unchanged(source: int, path: Path, before: os.stat_result, copied: int) -> None:
    """Refuse a file that somebody wrote to, or put another in place of, while it was copied."""
    after = os.fstat(source)
    try:
        named = path.stat()
    except OSError:
        named = before
    replaced = (named.st_dev, named.st_ino) != (before.st_dev, before.st_ino)
    written = (after.st_size, after.st_mtime_ns) != (before.st_size, before.st_mtime_ns)
    if copied != before.st_size or replaced or written:
        raise BadInputError(f"{path} changed while it was being read: copy it to where nobody writes, and give that.")
