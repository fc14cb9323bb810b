"""Who may write at the same time: locks on files that the operating system drops when their holder dies."""

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
            raise _busy(what) from busy
        yield


@contextmanager
def together(path: Path, what: str = "") -> Iterator[None]:
    """Hold a lock file for the length of the block that several hold at once, and that whoever wants it alone cannot.

    Args:
        path: the lock file; it stays behind, empty.
        what: what whoever holds it alone does, for the message; '' to wait for them.

    Raises:
        RefusedError: somebody holds it alone, and is not to be waited for.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_SH | (fcntl.LOCK_NB if what else 0))
        except BlockingIOError as busy:
            raise _busy(what) from busy
        yield


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Hold a lock file alone for the length of the block, once everybody who holds it has let go of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield


def nobody_holds(path: Path) -> None:
    """Wait until everybody who holds a lock file now has let go of it."""
    with alone(path):
        pass


def _busy(what: str) -> RefusedError:
    return RefusedError(f"{what} is already being done by another process; wait for it to end.")
