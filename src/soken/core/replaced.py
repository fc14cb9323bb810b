"""Files of the store that are written anew while somebody reads them: by an erasure, or where keys are renewed.

A file is replaced by one rename, so that whoever has it open reads on. But to read a table is to open it more than
once, for its account and for its lines, and beside others: what was read is then of neither state. It is no damage:
it is read again.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, ClassVar, Final, TypeVar

from soken.core.errors import SokenError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

T = TypeVar("T")
#: By what it is known that a file is still the one it was: its number on the disk, when it was written, its size; None
#: where there is none.
State = tuple[int, int, int] | None
#: How often something is read.
_TIMES: Final = 4


class ReplacedError(SokenError):
    """A file was written anew while it was read. Nobody is refused a right: the ledger hears of no refusal."""

    code: ClassVar[str] = "refused"
    exit_code: ClassVar[int] = 5

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path.name} of the evidence store was written anew while it was read, as an erasure does; read it again."
        )


def state_of(path: Path) -> State:
    """Return what a file is known by."""
    try:
        told = path.stat()
    except OSError:
        return None
    return told.st_ino, told.st_mtime_ns, told.st_size


def states_of(paths: Iterable[Path]) -> dict[Path, State]:
    """Return what files are known by; see `unreplaced`."""
    return {path: state_of(path) for path in paths}


@contextmanager
def unreplaced(known: Mapping[Path, State]) -> Iterator[None]:
    """Read files inside the block, each as it was before it.

    Args:
        known: what `states_of` gave before anything was read of them.

    Raises:
        ReplacedError: one is another by now, whether or not it could be read.
    """
    try:
        yield
    except Exception:
        # Whatever came of it: bytes of two files, read as one, are told as anything.
        _check(known)
        raise
    _check(known)


def _check(known: Mapping[Path, State]) -> None:
    """Tell which file is not the one that it was.

    Raises:
        ReplacedError: there is one.
    """
    for path, state in known.items():
        if state_of(path) != state:
            raise ReplacedError(path)


def reread(read: Callable[[], T]) -> T:
    """Return what a reading comes to, done again where a file was replaced meanwhile.

    Raises:
        ReplacedError: one was, each time.
    """
    for _time in range(_TIMES - 1):
        try:
            return read()
        except ReplacedError:
            continue
    return read()
