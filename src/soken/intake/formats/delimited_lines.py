"""Physical lines of a text file of any size and encoding, with the bytes each takes up.

A line ends at CR, LF or CRLF, whichever comes, and nowhere else (U+2028 and the like stay inside cells). UTF-16 is cut
on its own line-end bytes wherever they stand, so that one lost or added byte spoils one line and not the rest.
"""

from __future__ import annotations

import hashlib
import io
import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, BinaryIO, Final

import numpy as np

from soken.intake.encoding import is_clean
from soken.intake.encoding_text import is_foreign_to_cp932, looks_like_utf8

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from soken.intake.encoding import Encoding

#: Bytes read at a time: large against a row, small against memory.
BLOCK_BYTES: Final = 2 * 1024 * 1024
#: A longer row is set aside unread: no customer's row comes near, and it bounds what an unclosed quote can hold up.
MAX_ROW_BYTES: Final = 1024 * 1024
#: Of a row that is too long, only this much is handed over.
KEPT_BYTES: Final = 64 * 1024

_ENDS: Final = {
    "utf-16-le": re.compile(rb"\r\0\n\0|\r\0|\n\0"),
    "utf-16-be": re.compile(rb"\0\r\0\n|\0\r|\0\n"),
}
_END: Final = re.compile(rb"\r\n|\r|\n")
_LINE_FEEDS: Final = {"utf-16-le": b"\n\0", "utf-16-be": b"\0\n"}
_LONGEST_END: Final = 4
_LF: Final = 0x0A
#: First bytes of what UTF-8 writes in three, from the kana to the kanji; CP932 holds such bytes here and there as well.
_UTF8_LEADS: Final = (0xE3, 0xE9)
#: First and last of the half-width signs, and of the kana among them, in UTF-8.
_HALF: Final = ("｡".encode(), "ﾟ".encode())
_HALF_KANA: Final = ("ｦ".encode(), "ﾟ".encode())


@dataclass(slots=True)
class Lines:
    """Consecutive whole lines.

    Attributes:
        texts: each line decoded, with its line end.
        sizes: bytes of each.
        raw: their bytes together.
        offset: byte offset of the first in the file.
        number: 1-based number of the first.
        marked: some line may hold NUL or a lone surrogate in place of an undecodable byte.
    """

    texts: list[str]
    sizes: list[int]
    raw: bytes
    offset: int
    number: int
    marked: bool = False


@dataclass(frozen=True, slots=True)
class LongLine:
    """A line longer than `MAX_ROW_BYTES`: its place, length, hash and beginning."""

    offset: int
    number: int
    length: int
    sha256: str
    head: bytes


def positions(raw: bytes, byte: int) -> NDArray[np.int64]:
    """Return where a byte stands."""
    return np.flatnonzero(np.frombuffer(raw, np.uint8) == byte)


@dataclass(frozen=True, slots=True)
class Block:
    """Consecutive whole lines as bytes, not decoded yet.

    Attributes:
        raw: their bytes.
        offset: byte offset of the first in the file.
        number: 1-based number of the first.
        encoding: of the file.
    """

    raw: bytes
    offset: int
    number: int
    encoding: Encoding

    @property
    def count(self) -> int:
        """How many lines there are."""
        if self.encoding.unit == 1:
            returns = self.raw.count(b"\r") - self.raw.count(b"\r\n") if b"\r" in self.raw else 0
            return len(positions(self.raw, _LF)) + returns + (not self.raw.endswith((b"\n", b"\r")))
        last = 0
        count = 0
        for count, end in enumerate(_ENDS[self.encoding.codec].finditer(self.raw), start=1):  # noqa: B007 (used below)
            last = end.end()
        return count + (last != len(self.raw))

    def lines(self) -> Iterator[Lines | LongLine]:
        """Decode and cut apart; a line that is too long stands alone."""
        return _split(self.raw, self.offset, self.number, self.encoding)

    def pieces(self, size: int) -> Iterator[Block]:
        """Cut into blocks of at least ``size`` bytes, at LF."""
        at, number = 0, self.number
        end = _LINE_FEEDS.get(self.encoding.codec, b"\n")
        while at < len(self.raw):
            found = self.raw.find(end, at + size)
            cut = found + len(end) if found >= 0 else len(self.raw)
            piece = Block(self.raw[at:cut], self.offset + at, number, self.encoding)
            yield piece
            at, number = cut, number + piece.count

    def joined(self, following: Block) -> Block:
        """Return this block and the one that follows directly as one."""
        return Block(self.raw + following.raw, self.offset, self.number, self.encoding)


def read_lines(stream: BinaryIO, encoding: Encoding) -> Iterator[Lines | LongLine]:
    """Read all lines of a file; memory stays flat whatever a line's length is."""
    for block in read_blocks(stream, encoding):
        if isinstance(block, Block):
            yield from block.lines()
        else:
            yield block


def read_blocks(stream: BinaryIO, encoding: Encoding) -> Iterator[Block | LongLine]:
    """Read a file in blocks of whole lines; a line that is longer than a block stands alone."""
    stream.seek(encoding.skip)
    offset, number, rest = encoding.skip, 1, b""
    while True:
        raw = stream.read(BLOCK_BYTES)
        held = rest + raw
        if not held:
            return
        cut = len(held) if not raw else _last_end(held, encoding)
        if not cut and len(held) > MAX_ROW_BYTES:
            long, rest = _skip_long(stream, held, offset, number, encoding)
            yield long
            offset, number = offset + long.length, number + 1
            continue
        rest = held[cut:]
        if cut:
            block = Block(held[:cut], offset, number, encoding)
            yield block
            number += block.count
        offset += cut


def _last_end(held: bytes, encoding: Encoding) -> int:
    """Index behind the last line end that is whole for sure (a CR at the very end may be half of a CRLF)."""
    stop = len(held) - _LONGEST_END
    if encoding.unit == 1:
        at = max(held.rfind(b"\n", 0, stop), held.rfind(b"\r", 0, stop))
        return at + 1 + (held[at : at + 2] == b"\r\n") if at >= 0 else 0
    ends = _ENDS[encoding.codec]
    for size in (4096, 64 * 1024, len(held)):
        begin = max(0, len(held) - size)
        found = [match for match in ends.finditer(held, begin) if match.start() <= stop]
        # A match at the very beginning of the piece may be the second half of a CRLF: just as good an end.
        if found:
            return found[-1].end()
    return 0


def _skip_long(stream: BinaryIO, held: bytes, offset: int, number: int, encoding: Encoding) -> tuple[LongLine, bytes]:
    """Pass over the rest of a line that is too long; what was read behind it is given back."""
    ends = _ENDS.get(encoding.codec, _END)
    digest, length, head, at_end = hashlib.sha256(), 0, held[:KEPT_BYTES], False
    while True:
        found = ends.search(held, 0, len(held) if at_end else max(0, len(held) - _LONGEST_END))
        if found is not None or at_end:
            cut = found.end() if found is not None else len(held)
            digest.update(held[:cut])
            return LongLine(offset, number, length + cut, digest.hexdigest(), head), held[cut:]
        done = max(0, len(held) - 2 * _LONGEST_END)
        digest.update(held[:done])
        length += done
        raw = stream.read(BLOCK_BYTES)
        at_end = not raw
        held = held[done:] + raw


def _split(raw: bytes, offset: int, number: int, encoding: Encoding) -> Iterator[Lines | LongLine]:
    """Cut whole lines apart; one that is too long stands alone."""
    lines = _decode(raw, offset, number, encoding)
    if max(lines.sizes) <= MAX_ROW_BYTES:
        yield lines
        return
    # Rare: one by one.
    at = 0
    for count, (text, size) in enumerate(zip(lines.texts, lines.sizes, strict=True)):
        piece = raw[at : at + size]
        if size > MAX_ROW_BYTES:
            digest = hashlib.sha256(piece).hexdigest()
            yield LongLine(offset + at, number + count, size, digest, piece[:KEPT_BYTES])
        else:
            yield Lines([text], [size], piece, offset + at, number + count, lines.marked)
        at += size


def _decode(raw: bytes, offset: int, number: int, encoding: Encoding) -> Lines:
    """Decode and cut a block of whole lines."""
    if encoding.codec in ("utf-8", "cp932", "euc_jp", "cp1252") and raw.isascii():
        texts = list(io.StringIO(raw.decode("ascii"), newline=""))
        return Lines(texts, list(map(len, texts)), raw, offset, number, b"\0" in raw)
    if encoding.unit == 1:
        pieces = raw.splitlines(keepends=True)
    else:
        ends = [0, *(found.end() for found in _ENDS[encoding.codec].finditer(raw))]
        if ends[-1] != len(raw):
            ends.append(len(raw))
        pieces = [raw[start:end] for start, end in pairwise(ends)]
    texts = _whole(raw, encoding)
    sizes = list(map(len, pieces))
    if encoding.codec == "cp932" and texts and may_be_foreign(raw, "".join(texts).encode()):
        texts = []
    if len(texts) == len(pieces):
        return Lines(texts, sizes, raw, offset, number, "\0" in "".join(texts) if encoding.unit == 2 else b"\0" in raw)
    texts = [_decode_one(piece, encoding) for piece in pieces]
    whole = "".join(texts)
    return Lines(texts, sizes, raw, offset, number, "\0" in whole or not is_clean(whole))


def may_be_foreign(raw: bytes, utf8: bytes) -> bool:
    """Might some line be in UTF-8 or EUC-JP, though CP932 can decode it? (Looked at line by line where it might.)

    Args:
        raw: whole lines.
        utf8: the same, read as CP932 and written as UTF-8.
    """
    return _holds_utf8(raw) or _holds_odd(utf8)


def _holds_utf8(raw: bytes) -> bool:
    """Is one of the lines that hold what may be a run of UTF-8 in UTF-8 altogether?"""
    end = 0
    for start in _utf8_runs(raw):
        if start < end:
            continue
        end = raw.find(b"\n", start) + 1 or len(raw)
        if looks_like_utf8(raw[raw.rfind(b"\n", 0, start) + 1 : end]):
            return True
    return False


def _utf8_runs(raw: bytes) -> list[int]:
    """Return where two signs that UTF-8 writes in three bytes, E3 to E9 first, may stand side by side."""
    found = np.frombuffer(raw, np.uint8)
    lead = found - np.uint8(_UTF8_LEADS[0]) <= _UTF8_LEADS[1] - _UTF8_LEADS[0]
    further = found & 0xC0 == 0x80
    at = np.flatnonzero(lead[:-5] & further[1:-4] & lead[3:-2])
    at = at[further[at + 2] & further[at + 4] & further[at + 5]]
    starts: list[int] = at.tolist()
    return starts


def _holds_odd(utf8: bytes) -> bool:
    """Do half-width marks stand where nobody types them (before another, after kana), or private characters?

    That is what EUC-JP becomes when it is read as CP932. U+E000 to U+FFFF begin with the bytes EE and EF.
    """
    found = np.frombuffer(utf8, np.uint8)
    at = np.flatnonzero((found & 0xFE) == 0xEE)
    first, second, third = found[at], found[at + 1], found[at + 2]
    if bool(((first == 0xEE) | (second <= 0xA3)).any()):
        return True
    marks = at[(second == 0xBD) & (third >= 0xA1) & (third <= 0xA5)].tolist()
    return any(
        _HALF[0] <= utf8[mark + 3 : mark + 6] <= _HALF[1]
        or (utf8[mark + 2] <= 0xA3 and _HALF_KANA[0] <= utf8[mark - 3 : mark] <= _HALF_KANA[1])
        for mark in marks
    )


def _decode_one(piece: bytes, encoding: Encoding) -> str:
    if encoding.codec == "cp932" and not piece.isascii() and is_foreign_to_cp932(piece):
        return piece.decode("ascii", "surrogateescape")
    return encoding.decode_marked(piece)


def _whole(raw: bytes, encoding: Encoding) -> list[str]:
    """Lines of a block decoded in one go; none if it cannot be (then each line is decoded by itself)."""
    if encoding.codec == "iso2022_jp":
        return []
    try:
        return list(io.StringIO(raw.decode(encoding.codec), newline=""))
    except UnicodeDecodeError:
        return []
