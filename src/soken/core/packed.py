"""Files packed by Zstandard, written as a stream and read at any place.

The format is another's, published ("Zstandard Seekable Format" 0.1.0, in zstd's own repository): frames that know
nothing of one another, and behind them a table of their sizes in a frame that programs for Zstandard pass over. Every
one of them unpacks the whole (``zstd -dc``); here only the frames are unpacked in which somebody reads.

All frames hold a mebibyte but the last, each with its size and a check sum of what it holds. What is packed already
lies in them as it is, and costs some fifty bytes a mebibyte.
"""

from __future__ import annotations

import io
import os
import struct
import threading
from array import array
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from itertools import accumulate
from typing import TYPE_CHECKING, BinaryIO, Final

import zstandard

from soken.core.placed import AlteredError, pieced

if TYPE_CHECKING:
    from concurrent.futures import Future

    from soken.core.placed import Placed

FRAME: Final = 1 << 20
#: No frame takes more room, whatever it holds.
_LARGEST: Final = FRAME + (FRAME >> 7)
#: A level more takes a third more time and saves a seventh (ADR 15).
_LEVEL: Final = 1
_THREADS: Final = min(4, os.cpu_count() or 1)
#: Frames that are being packed or wait to be written.
_AHEAD: Final = 16
#: Of the table: magic number of a frame that is passed over, and its size; sizes of a frame packed and unpacked; how
#: many frames, what each entry says, magic number.
_HEAD: Final = struct.Struct("<II")
_ENTRY: Final = struct.Struct("<II")
_FOOT: Final = struct.Struct("<IBI")
_PASSED_OVER: Final = 0x184D2A5E
_SEEKABLE: Final = 0x8F92EAB1
_SIZES_ONLY: Final = 0


class PackedWriter(io.RawIOBase):
    """A stream whose bytes reach another one packed; whole only when it was closed, which closes the other.

    Left by an error it is closed without its table, and cannot be read. Frames are packed beside whoever writes.

    Args:
        target: a new file, written from its beginning.
    """

    def __init__(self, target: BinaryIO) -> None:
        self._target = target
        self._held = bytearray()
        self._waiting: deque[tuple[int, Future[bytes]]] = deque()
        self._sizes: list[tuple[int, int]] = []
        self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="packing")
        self._packers = threading.local()

    def writable(self) -> bool:
        """It is."""
        return True

    def write(self, data: bytes | memoryview) -> int:  # type: ignore[override]
        """Take bytes; return how many."""
        self._held += data
        whole = len(self._held) // FRAME * FRAME
        if whole:
            with memoryview(self._held) as held:
                for at in range(0, whole, FRAME):
                    self._pack(bytes(held[at : at + FRAME]))
            del self._held[:whole]
        return memoryview(data).nbytes

    def __exit__(self, *problem: object) -> None:
        if problem[0] is not None:
            self._end()
        super().__exit__(*problem)  # type: ignore[arg-type]

    def close(self) -> None:
        """Write what is left and the table."""
        if self.closed:
            return
        try:
            if self._held:
                self._pack(bytes(self._held))
            self._put(0)
            self._target.write(_table(self._sizes))
            self._target.close()
        except BaseException:
            self._end()
            raise
        self._pool.shutdown()
        super().close()

    def _end(self) -> None:
        """Close what it writes to as after an error."""
        self._pool.shutdown(cancel_futures=True)
        try:
            self._target.__exit__(AlteredError, AlteredError(), None)
        finally:
            super().close()

    def _pack(self, frame: bytes) -> None:
        self._waiting.append((len(frame), self._pool.submit(self._packed, frame)))
        self._put(_AHEAD)

    def _put(self, left: int) -> None:
        """Write frames in their order: those that are done, and more until so many are left."""
        while self._waiting and (len(self._waiting) > left or self._waiting[0][1].done()):
            size, future = self._waiting.popleft()
            packed = future.result()
            self._target.write(packed)
            self._sizes.append((len(packed), size))

    def _packed(self, frame: bytes) -> bytes:
        packer = getattr(self._packers, "one", None)
        if packer is None:
            packer = self._packers.one = zstandard.ZstdCompressor(level=_LEVEL, write_checksum=True)
        return packer.compress(frame)


class PackedFile:
    """A packed file opened for reading at any place, by one thread at a time.

    Args:
        packed: its bytes; closed with it, and where it cannot be opened.

    Raises:
        AlteredError: the file is cut off, or its table is not what was written.
    """

    def __init__(self, packed: Placed) -> None:
        self._packed = packed
        try:
            #: Bytes of what was written, and where each frame begins.
            self.size, self._begins = _read_table(packed)
        except BaseException:
            packed.close()
            raise
        self._unpacker = zstandard.ZstdDecompressor()
        self._last: tuple[int, bytes] = -1, b""

    def at(self, offset: int, length: int) -> bytes:
        """Return up to so many bytes from an offset on.

        Raises:
            AlteredError: they are not what was written.
        """
        return pieced(self._frame, FRAME, self.size, offset, length)

    def close(self) -> None:
        """Close it, and what it lies under."""
        self._packed.close()

    def _frame(self, number: int) -> bytes:
        """Return what a frame holds; the last one is remembered, for who reads on."""
        if self._last[0] != number:
            begin, end = self._begins[number : number + 2]
            self._last = number, self._unpacked(self._packed.at(begin, end - begin), number)
        return self._last[1]

    def _unpacked(self, frame: bytes, number: int) -> bytes:
        try:
            # Looked at first: as much room is made as a frame says.
            if zstandard.get_frame_parameters(frame).content_size != min(FRAME, self.size - number * FRAME):
                raise AlteredError
            return self._unpacker.decompress(frame, allow_extra_data=False)
        except zstandard.ZstdError as wrong:
            raise AlteredError from wrong


def _table(sizes: list[tuple[int, int]]) -> bytes:
    """Return the table of frames of some sizes, packed and unpacked."""
    entries = b"".join(_ENTRY.pack(*one) for one in sizes)
    head = _HEAD.pack(_PASSED_OVER, len(entries) + _FOOT.size)
    return head + entries + _FOOT.pack(len(sizes), _SIZES_ONLY, _SEEKABLE)


def _read_table(packed: Placed) -> tuple[int, array[int]]:
    """Return how many bytes all frames hold, and where each begins and the last ends.

    Raises:
        AlteredError: there is no table, or it does not say what this file is.
    """
    if packed.size < _HEAD.size + _FOOT.size:
        raise AlteredError
    many, says, magic = _FOOT.unpack(packed.at(packed.size - _FOOT.size, _FOOT.size))
    begin = packed.size - _FOOT.size - many * _ENTRY.size - _HEAD.size
    if begin < 0 or (says, magic) != (_SIZES_ONLY, _SEEKABLE):
        raise AlteredError
    told = packed.at(begin, packed.size - begin)
    head, sizes = _HEAD.unpack_from(told), list(_ENTRY.iter_unpack(told[_HEAD.size : -_FOOT.size]))
    begins = array("Q", accumulate((size for size, _held in sizes), initial=0))
    held = [size for _packed, size in sizes]
    if (
        head != (_PASSED_OVER, packed.size - begin - _HEAD.size)
        or begins[-1] != begin
        or max((size for size, _held in sizes), default=0) > _LARGEST
        or any(size != FRAME for size in held[:-1])
        or not all(0 < size <= FRAME for size in held)
    ):
        raise AlteredError
    return sum(held), begins
