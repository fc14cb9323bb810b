"""DuckDB that reads the store's files whether they are encrypted or not.

DuckDB encrypts Parquet itself, but writes it only with an extension that is fetched from the network (2.0: "a read-only
crypto module"), and one query reads files of one key only, while every evidence item has its own.
"""

from __future__ import annotations

import atexit
import os
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import duckdb
from fsspec import AbstractFileSystem

from soken.core import vault
from soken.core.errors import DamagedStoreError
from soken.core.placed import AlteredError, PlacedStream

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from soken.core.placed import Placed

_PROTOCOL: Final = "age"


def connect(config: Mapping[str, str | int] | None = None) -> duckdb.DuckDBPyConnection:
    """Return a DuckDB in memory that opens what `at` names."""
    connection = duckdb.connect(config=dict(config or {}))
    connection.register_filesystem(_Encrypted())
    return connection


def shared() -> duckdb.DuckDBPyConnection:
    """Return a connection of this process's DuckDB, to be closed after use: for questions that leave nothing there.

    To begin a DuckDB takes longer than to ask it a thing. A server's workers are forked from a process that may have
    asked before: its DuckDB has threads that they have not, and crashes in their hands.
    """
    found = _engines.get(os.getpid())
    if found is None:
        found = _engines[os.getpid()] = connect({"threads": 2, "memory_limit": "1GB"})
        # What a file holds where is read once, and again when the file has changed.
        found.execute("SET parquet_metadata_cache = true")
    return found.cursor()


#: Process → its DuckDB.
_engines: Final[dict[int, duckdb.DuckDBPyConnection]] = {}


def end_shared() -> None:
    """End this process's DuckDB; the next question begins another. For whoever is about to fork."""
    found = _engines.pop(os.getpid(), None)
    if found is not None:
        found.close()


# What is still there at the end DuckDB's library reports at length.
atexit.register(end_shared)


class HaltedError(Exception):
    """Nobody wants any more what was to be made."""


class Halt:
    """Stops what DuckDB makes on another thread, in the middle of a statement.

    DuckDB forgets an interruption that comes between two statements: it is repeated until the other thread has ended.
    """

    def __init__(self) -> None:
        self._halted, self._lock = False, threading.Lock()
        self._at_work: duckdb.DuckDBPyConnection | None = None

    @contextmanager
    def over(self, connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
        """Let a connection's statements be interrupted for the length of a block.

        Raises:
            HaltedError: they are no longer wanted.
        """
        with self._lock:
            self.check()
            self._at_work = connection
        try:
            yield
        finally:
            with self._lock:
                self._at_work = None

    def check(self) -> None:
        """Go no further where nobody wants what would be made.

        Raises:
            HaltedError: nobody does.
        """
        if self._halted:
            raise HaltedError

    def until(self, ended: Callable[[], bool]) -> None:
        """Stop the other thread, and come back when it has ended.

        Args:
            ended: whether it has; nothing is stopped where it has already.
        """
        while not ended():
            with self._lock:
                self._halted = True
                if self._at_work is not None:
                    self._at_work.interrupt()
            time.sleep(_BETWEEN)


#: Seconds between two interruptions.
_BETWEEN: Final = 0.02


def roomy(least: int, most: int) -> str:
    """Return a limit of memory, beyond which DuckDB uses the disk: a quarter of the machine's, within bounds.

    Args:
        least: MiB that the work takes on any machine.
        most: MiB that it has use for.
    """
    quarter = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") >> 22
    return f"{min(most, max(least, quarter))}MiB"


def at(path: str | Path) -> str:
    """Return how a query names a file of the store.

    Raises:
        EnvironmentProblemError: it is encrypted, and no key or the wrong one is named.
        DamagedStoreError: it is encrypted, and cut off or altered.
    """
    file = Path(path)
    if not vault.is_encrypted(file):
        return str(path)
    # Said here in a sentence, and not by DuckDB in the middle of a query.
    vault.encrypted(file).close()
    return f"{_PROTOCOL}://{path}"


@contextmanager
def readable(otherwise: str) -> Iterator[None]:
    """Say in a sentence that a file of the store is missing, damaged or altered, where a query reads one.

    Raises:
        DamagedStoreError: it is.
    """
    try:
        yield
    except duckdb.Error as problem:
        # What a file system in Python raises comes back as DuckDB's plainest error, with the other's name in it.
        altered = AlteredError.__name__ in str(problem)
        if altered or isinstance(problem, duckdb.IOException | duckdb.InvalidInputException):
            raise DamagedStoreError(otherwise) from problem
        raise


class _Encrypted(AbstractFileSystem):  # type: ignore[misc] # fsspec has no types
    """The store's encrypted files, for reading."""

    protocol = _PROTOCOL

    def _open(self, path: str, mode: str = "rb", **_options: Any) -> _Handle:
        if mode != "rb":
            raise PermissionError(f"{path} is for reading only.")
        return _Handle(vault.encrypted(Path(self._strip_protocol(path))))

    def info(self, path: str, **_options: Any) -> dict[str, Any]:
        """Return what a file is."""
        name = self._strip_protocol(path)
        return {"name": name, "size": vault.size_of(Path(name)), "type": "file"}

    def modified(self, path: str) -> datetime:
        """Return when a file was changed."""
        return datetime.fromtimestamp(os.stat(self._strip_protocol(path)).st_mtime, UTC)  # noqa: PTH116 (a text)


class _Handle(PlacedStream):
    """A stream that DuckDB's threads share: each has a place of its own, for it seeks and reads in two steps."""

    def __init__(self, file: Placed) -> None:
        self._places = threading.local()
        super().__init__(file)

    @property
    def _position(self) -> int:
        return getattr(self._places, "at", 0)

    @_position.setter
    def _position(self, value: int) -> None:
        self._places.at = value

    def read(self, size: int = -1) -> bytes:
        """Return bytes from this thread's place on."""
        found = self._file.at(self._position, self._file.size if size < 0 else size)
        self._position += len(found)
        return found
