"""One writer at a time: a lock on a file that the operating system drops when its holder dies."""

from __future__ import annotations

import fcntl
from contextlib import contextmanager
from typing import TYPE_CHECKING

from soken.core.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def only_one(path: Path, what: str) -> Iterator[None]:
    """Hold the lock file ``path`` (made if new) for the length of the block.

    Args:
        path: the lock file; it stays behind, empty.
        what: what is being done, for the message to whoever comes second.

    Raises:
        RefusedError: another process holds it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as busy:
            raise RefusedError(f"{what} is already being done by another process; wait for it to end.") from busy
        yield
