"""A sliding window of decoded text over a file of any size that still knows byte offsets and line numbers.

Formats whose rows are no lines (SQL dumps, JSON) are lexed as text, so that a CP932 trail byte that looks like a
backslash cannot be taken for one. Bytes that the encoding cannot hold become lone surrogates: they never stop the
reading, and the row that holds them is told from the others by its `Span.problem`.
"""

from __future__ import annotations

import codecs
import hashlib
import re
from bisect import bisect_left
from contextlib import suppress
from functools import cache
from operator import itemgetter
from types import MappingProxyType
from typing import TYPE_CHECKING, BinaryIO, Final, NamedTuple

from soken.intake.events import SetAside

if TYPE_CHECKING:
    from collections.abc import Sequence

#: Bytes read at a time: large against a row, small against memory.
CHUNK_BYTES: Final = 1024 * 1024

#: A row longer than this is set aside instead of being held in memory.
MAX_ROW_CHARS: Final = 16 * 1024 * 1024

#: A set-aside row hands over at most this many of its bytes.
MAX_RAW_BYTES: Final = 1024 * 1024


#: Why text is no text: the reason codes of a set-aside row, with their sentences.
PROBLEMS: Final = MappingProxyType(
    {
        "undecodable": "the row holds bytes that are not text in the file's encoding",
        "nul-byte": "the row holds a NUL byte",
    }
)


class Span(NamedTuple):
    """Where a row is: byte offset and length, 1-based line, and one of `PROBLEMS` if its bytes are no text."""

    offset: int
    length: int
    line: int
    problem: str | None = None


def _euc_errors(error: UnicodeError) -> tuple[str | bytes, int]:
    """Read the makers' characters (①, ㈱, 髙) that EUC-JP dumps hold and Python's codec lacks, as CP932 has them."""
    if isinstance(error, UnicodeDecodeError):
        pair = error.object[error.start : error.start + 2]
        if len(pair) == 2 and min(pair) >= 0xA1 and max(pair) <= 0xFE:
            row, cell = pair[0] - 0xA1, pair[1] - 0xA1
            lead = row // 2 + (0x81 if row < 62 else 0xC1)
            trail = cell + 0x9F if row % 2 else cell + (0x40 if cell < 63 else 0x41)
            with suppress(UnicodeDecodeError):
                return bytes((lead, trail)).decode("cp932"), error.start + 2
        return chr(0xDC00 + error.object[error.start]), error.start + 1
    if isinstance(error, UnicodeEncodeError):
        # Only the size matters: one byte for what could not be decoded, two for what CP932 helped to.
        code = ord(error.object[error.start])
        return b"?" if 0xDC00 <= code <= 0xDCFF else b"??", error.start + 1
    raise error


_EUC_JP: Final = "euc_jp"
#: A stretch of other than ASCII; no character of EUC-JP reaches over its borders.
_HIGH_RE: Final = re.compile(rb"[\x80-\xff]+")


#: The one letter that Python reads from three bytes and writes in one: a tilde of JIS X 0212.
_TILDE: Final = b"\x8f\xa2\xb7"


@cache
def _doubtful() -> re.Pattern[str]:
    """Return the pattern of the characters that have two bytes as the makers write them, and three in EUC-JP's own way.

    Python's codec writes the latter: what such a character took in the file is known where it was read, and only there.
    """
    pairs = (bytes((row, cell)) for row in range(0xA1, 0xFF) for cell in range(0xA1, 0xFF))
    read = {pair.decode(_EUC_JP, ERRORS[_EUC_JP]) for pair in pairs}
    return re.compile(f"[{''.join(sorted(one for one in read if len(one) == 1 and _written(one) == 3))}]")


def _written(character: str) -> int:
    """Return in how many bytes Python's codec writes a character of EUC-JP."""
    return len(character.encode(_EUC_JP, ERRORS[_EUC_JP]))


def _misfits(given: bytes) -> list[tuple[int, int]]:
    """Return which characters of decoded EUC-JP took other bytes than they are written in, and how many less.

    Args:
        given: whole characters.
    """
    found: list[tuple[int, int]] = []
    number = before = 0
    for stretch in _HIGH_RE.finditer(given):
        number += stretch.start() - before
        before, at, high = stretch.end(), 0, stretch[0]
        while at < len(high):
            size = _size_of_first(high, at)
            if size > 1:
                less = _written(high[at : at + size].decode(_EUC_JP, ERRORS[_EUC_JP])) - size
                found += [(number, less)] if less else []
            at += size
            number += 1
    return found


def _size_of_first(high: bytes, at: int) -> int:
    """Return the bytes of the character that begins in a stretch of other than ASCII; 1 for a byte that is none."""
    own = high[at : at + (3 if high[at] == 0x8F else 2)]
    if _is_one(own, "strict"):
        return len(own)
    return 2 if _is_one(high[at : at + 2], ERRORS[_EUC_JP]) else 1


def _is_one(given: bytes, errors: str) -> bool:
    """Tell whether bytes are one character of EUC-JP."""
    try:
        return len(given) > 1 and len(given.decode(_EUC_JP, errors)) == 1
    except UnicodeDecodeError:
        return False


codecs.register_error("soken-euc-jp", _euc_errors)
#: How what an encoding cannot hold is marked, where that is not surrogateescape.
ERRORS: Final = {"utf-16-le": "surrogatepass", "utf-16-be": "surrogatepass", "euc_jp": "soken-euc-jp"}
_SURROGATE_RE: Final = re.compile("[\ud800-\udfff]")


def _placed(misfits: Sequence[tuple[int, int]], at: int) -> int:
    """Return how many of some characters stand before a place."""
    return bisect_left(misfits, at, key=itemgetter(0))


class TextWindow:
    """Decoded text from `pos` onwards; `fill` drops what lies before `pos` and reads on.

    Attributes:
        text: the text held now.
        pos: where the reader stands in `text`; only the reader moves it.
        eof: no more text will come.
        encoding: of the file.
    """

    def __init__(self, stream: BinaryIO, encoding: str, skip: int = 0) -> None:
        """Read ``stream`` from byte ``skip`` (after a byte order mark) in ``encoding``, which names no mark."""
        stream.seek(skip)
        self._stream = stream
        self._encoding = self.encoding = encoding
        self._errors = ERRORS.get(encoding, "surrogateescape")
        # In these a character below 128 is one byte.
        self._ascii_alike = not encoding.startswith("utf-16")
        self._decoder = codecs.getincrementaldecoder(encoding)(self._errors)
        #: Characters of `text` that took other bytes in the file than they are written in, and how many less.
        self._misfits: list[tuple[int, int]] = []
        self.text = ""
        self.pos = 0
        self.eof = False
        self._nul = False
        # The place in the file of the character `_at` of `text`.
        self._at = 0
        self._offset = skip
        self._line = 1

    def fill(self) -> bool:
        """Read more behind the text held; False if there is no more. Indices into the old `text` become invalid."""
        if self.eof:
            return False
        keep = min(self.pos, self._at)
        if self._at < self.pos:
            self.place(self.pos)
            keep = self.pos
        # Doubling keeps one very long row linear instead of quadratic.
        held = len(self.text) - keep
        raw = self._stream.read(max(CHUNK_BYTES, held))
        pending = self._decoder.getstate()[0] if self._encoding == _EUC_JP else b""
        if raw:
            more = self._decoder.decode(raw)
        else:
            self.eof = True
            more = self._last_bytes()
        self.text = self.text[keep:] + more
        self._misfits = [(at - keep, less) for at, less in self._misfits if at >= keep]
        if self._encoding == _EUC_JP:
            self._look_for_misfits(pending + raw, more)
        self._nul = "\0" in self.text
        self.pos -= keep
        self._at -= keep
        return bool(more) or (not self.eof and self.fill())

    def _look_for_misfits(self, given: bytes, more: str) -> None:
        """Note which characters that came last took other bytes than they are written in.

        Args:
            given: the bytes that the decoder had; it may hold the last of them back.
            more: what it made of them.
        """
        if _TILDE in given or _doubtful().search(more):
            whole = given[: len(given) - len(self._decoder.getstate()[0])]
            first = len(self.text) - len(more)
            self._misfits += [(first + at, less) for at, less in _misfits(whole)]

    def _last_bytes(self) -> str:
        """What the decoder still holds at the end; half a UTF-16 unit becomes one lone surrogate."""
        text = ""
        try:
            while True:
                held = self._decoder.getstate()[0]
                text += self._decoder.decode(b"", True)
                # Of several bytes that are no text one call may take the first alone.
                if self._decoder.getstate()[0] in (b"", held):
                    return text
        except UnicodeDecodeError:
            return text + "\udcff"

    def place(self, at: int) -> tuple[int, int]:
        """Byte offset and 1-based line of the character ``at``, which is not before an earlier place asked for."""
        if at != self._at:
            part = self.text[self._at : at]
            self._offset += self.taken(self._at, at)
            self._line += part.count("\n")
            self._at = at
        return self._offset, self._line

    def go_on(self, at: int, size: int, lines: int) -> None:
        """Move on to the character ``at`` from a place that was asked for last; whoever calls this has counted.

        Args:
            at: where the reader stands then.
            size: bytes up to there.
            lines: line ends up to there.
        """
        self._offset += size
        self._line += lines
        self._at = self.pos = at

    def span(self, start: int, end: int) -> Span:
        """Place of the characters ``start`` to ``end``, which do not begin before an earlier place asked for."""
        return self.spans((start,), (end,))[0]

    def spans(self, starts: Sequence[int], ends: Sequence[int]) -> list[Span]:
        """`span` of many pieces in order, in one go, for the rows that come by the thousand."""
        text, encoding, ascii_alike = self.text, self._encoding, self._ascii_alike
        at, offset, line = self._at, self._offset, self._line
        nul = self._nul
        result: list[Span] = []
        for start, end in zip(starts, ends, strict=True):
            gap = text[at:start]
            offset += len(gap) if ascii_alike and gap.isascii() else self.size(gap)
            part = text[start:end]
            problem = None
            try:
                length = len(part) if ascii_alike and part.isascii() else len(part.encode(encoding))
            except UnicodeEncodeError:
                problem = "undecodable" if _SURROGATE_RE.search(part) is not None else None
                length = self.size(part)
            if self._misfits:
                offset -= self._shorter(at, start)
                length -= self._shorter(start, end)
            line += gap.count("\n")
            if nul and problem is None and "\0" in part:
                problem = "nul-byte"
            result.append(Span(offset, length, line, problem))
            offset += length
            line += part.count("\n")
            at = end
        self._at, self._offset, self._line = at, offset, line
        return result

    def as_written(self, start: int, end: int) -> bool:
        """Tell whether each character of a piece took as many bytes in the file as it is written with."""
        return _placed(self._misfits, start) == _placed(self._misfits, end)

    def taken(self, start: int, end: int) -> int:
        """Bytes that a piece of the text held took in the file."""
        return self.size(self.text[start:end]) - self._shorter(start, end)

    def _shorter(self, start: int, end: int) -> int:
        """Return how many bytes less a piece took in the file than it is written with."""
        misfits = self._misfits[_placed(self._misfits, start) : _placed(self._misfits, end)]
        return sum(less for _at, less in misfits)

    def size(self, part: str) -> int:
        """Bytes in which a piece of decoded text is written in the file's encoding."""
        if self._ascii_alike and part.isascii():
            return len(part)
        return len(part.encode(self._encoding, self._errors))

    def set_aside(self, reason: str, detail: str, span: Span) -> SetAside:
        """The row at ``span`` as set aside: with its bytes, or their beginning and their SHA-256 if there are many."""
        back = self._stream.tell()
        self._stream.seek(span.offset)
        raw = self._stream.read(min(span.length, MAX_RAW_BYTES))
        digest = None
        if span.length > MAX_RAW_BYTES:
            whole, left = hashlib.sha256(raw), span.length - len(raw)
            while left > 0 and (chunk := self._stream.read(min(left, MAX_RAW_BYTES))):
                whole.update(chunk)
                left -= len(chunk)
            digest = whole.hexdigest()
        self._stream.seek(back)
        return SetAside(reason, detail, raw, span.line, span.offset, span.length, raw_sha256=digest)
