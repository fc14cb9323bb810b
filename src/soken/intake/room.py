"""What a full disk or too little memory is said to be, while a file is taken in."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

import duckdb

from soken.core.errors import EnvironmentProblemError

if TYPE_CHECKING:
    from soken.core.home import Home


class Room:
    """Tells a disk or a memory that does not suffice in a sentence; what was begun is in the staging and goes."""

    def __init__(self, home: Home) -> None:
        self._home = home

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, problem: BaseException | None, _trace: object) -> None:
        disk = f"The disk that holds {self._home.root}"
        if isinstance(problem, OSError):
            full = problem.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
            why = (
                f"{disk} is full: make room" if full else f"{disk} cannot be written to ({problem.strerror}): see to it"
            )
        elif isinstance(problem, duckdb.IOException):
            # While tables are joined, what does not fit into memory goes to the disk.
            why = f"{disk} is full or failing while tables are joined: make room"
        elif isinstance(problem, duckdb.OutOfMemoryException):
            why = f"The memory does not suffice to join the tables, nor does {disk[0].lower()}{disk[1:]}: make room"
        else:
            return
        raise EnvironmentProblemError(f"{why} and take the file in again; nothing was kept.") from problem
