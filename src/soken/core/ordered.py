"""Looking into a Parquet file whose lines are in the order of a text: the few row groups that can hold it are read.

DuckDB does this too, and takes ten times as long to ask a thousand row groups what they hold as to read the one that
answers; a search box asks a dozen such questions a time.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from soken.core import vault
from soken.core.errors import DamagedStoreError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

#: Files of which is remembered what their row groups hold.
_REMEMBERED: Final = 64


class OrderedFile:
    """A Parquet file whose lines are in the order of the bytes of its first column, a text; or several such, joined.

    Args:
        path: the file, encrypted or not.

    Raises:
        DamagedStoreError: it is missing, or no such file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            with vault.opened(path) as file:
                self._account = pq.read_metadata(file)
        except (OSError, pa.ArrowInvalid) as problem:
            raise _damaged(path) from problem
        self._key = self._account.schema.column(0).name
        self._runs = _in_order([self._bounds_of(number) for number in range(self._account.num_row_groups)])

    def between(self, low: str, high: str) -> Iterator[pa.Table]:
        """Yield the lines whose text is not before ``low`` and before ``high``, row group by row group as they lie.

        Raises:
            DamagedStoreError: the file cannot be read.
        """
        groups = self._groups(low, high)
        if not groups:
            return
        try:
            with vault.opened(self._path) as file:
                table = pq.ParquetFile(file, metadata=self._account)
                for at in groups:
                    lines = table.read_row_group(at, use_threads=False)
                    key = lines[self._key]
                    yield lines.filter(pc.and_(pc.greater_equal(key, low), pc.less(key, high)))
        except (OSError, pa.ArrowInvalid) as problem:
            raise _damaged(self._path) from problem

    def spread(self, low: str, high: str) -> int:
        """Return how many row groups `between` would read."""
        return len(self._groups(low, high))

    def _groups(self, low: str, high: str) -> list[int]:
        """Return which row groups can hold such a text."""
        return [at for run in self._runs for at in run.groups(low.encode(), high.encode())]

    def _bounds_of(self, number: int) -> tuple[bytes, bytes]:
        """Return the least and the greatest text of a row group; all there can be where the file does not say."""
        told = self._account.row_group(number).column(0).statistics
        if told is None or not told.has_min_max:
            return b"", b"\xff"
        return told.min.encode(), told.max.encode()


@dataclass(frozen=True, slots=True)
class _Run:
    """Row groups of which none begins before the one before it ends.

    Attributes:
        first: number of the first of them in the file.
        least: the least text of each.
        most: the greatest text of each.
    """

    first: int
    least: list[bytes]
    most: list[bytes]

    def groups(self, low: bytes, high: bytes) -> range:
        """Return which row groups can hold a text that is not before ``low`` and before ``high``."""
        return range(self.first + bisect_left(self.most, low), self.first + bisect_left(self.least, high))


def _in_order(bounds: list[tuple[bytes, bytes]]) -> list[_Run]:
    """Divide row groups where one begins before the one before it ends: there a further file was joined."""
    runs: list[_Run] = []
    for number, (least, most) in enumerate(bounds):
        if not runs or least < runs[-1].most[-1]:
            runs.append(_Run(number, [], []))
        runs[-1].least.append(least)
        runs[-1].most.append(most)
    return runs


def ordered(path: Path) -> OrderedFile:
    """Return the file, opened once a process for as long as it stays what it is.

    Raises:
        DamagedStoreError: it is missing, or no such file.
    """
    try:
        told = path.stat()
    except OSError as problem:
        raise _damaged(path) from problem
    return _remembered(path, told.st_ino, told.st_mtime_ns, told.st_size)


@lru_cache(maxsize=_REMEMBERED)
def _remembered(path: Path, _inode: int, _changed: int, _size: int) -> OrderedFile:
    return OrderedFile(path)


def _damaged(path: Path) -> DamagedStoreError:
    return DamagedStoreError(f"{path.name} of the evidence store cannot be read; run `soken doctor` and resolve again.")
