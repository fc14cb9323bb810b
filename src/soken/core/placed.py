"""Bytes that can be read at any place, whatever they lie under: nothing, encryption (`soken.core.age_file`), packing
(`soken.core.packed`), or one of these over another.
"""

from __future__ import annotations

import io
import os
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


class AlteredError(Exception):
    """A file is cut off, or is not what was written."""


class Placed(Protocol):
    """Something that is read at any place."""

    @property
    def size(self) -> int:
        """Bytes that there are."""

    def at(self, offset: int, length: int) -> bytes:
        """Return up to so many bytes from an offset on.

        Raises:
            AlteredError: they are not what was written.
        """

    def close(self) -> None:
        """Close it, and what it lies under."""


def pieced(piece: Callable[[int], bytes], each: int, size: int, offset: int, length: int) -> bytes:
    """Return up to so many bytes from an offset on, of what is kept in pieces of one length.

    Args:
        piece: gives the piece of a number, from 0.
        each: bytes of a piece; the last one may be shorter.
        size: bytes that there are.
        offset: where to begin.
        length: how many bytes.
    """
    end = min(size, offset + length)
    if offset >= end:
        return b""
    first = offset // each
    found = b"".join(piece(number) for number in range(first, (end - 1) // each + 1))
    return found[offset - first * each : end - first * each]


class PlainFile:
    """A file as it lies there; many threads may ask at once."""

    def __init__(self, path: Path) -> None:
        self._handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        self.size = os.fstat(self._handle).st_size

    def at(self, offset: int, length: int) -> bytes:
        """Return up to so many bytes from an offset on."""
        return os.pread(self._handle, length, offset)

    def close(self) -> None:
        """Close it."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1


class PlacedStream(io.RawIOBase):
    """What is read at any place as a stream of bytes, which closes it."""

    def __init__(self, file: Placed) -> None:
        self._file = file
        self._position = 0

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is."""
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to a place and return it."""
        before = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self._file.size}[whence]
        self._position = max(0, before + offset)
        return self._position

    def tell(self) -> int:
        """Return the place."""
        return self._position

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Read into a buffer; return how many bytes."""
        found = self._file.at(self._position, len(buffer))
        buffer[: len(found)] = found
        self._position += len(found)
        return len(found)

    def close(self) -> None:
        """Close it and the file."""
        self._file.close()
        super().close()
