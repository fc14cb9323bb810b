"""A sliding window of decoded text over a file of any size that still knows byte offsets and line numbers.

Formats whose rows are no lines (SQL dumps, JSON) are lexed as text, so that a CP932 trail byte that looks like a
backslash cannot be taken for one. Bytes that the encoding cannot hold become lone surrogates: they never stop the
reading, and the row that holds them is told from the others by its `Span.problem`.
"""

from __future__ import annotations

import codecs
import hashlib
import re
from contextlib import suppress
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


codecs.register_error("soken-euc-jp", _euc_errors)
#: How what an encoding cannot hold is marked, where that is not surrogateescape.
ERRORS: Final = {"utf-16-le": "surrogatepass", "utf-16-be": "surrogatepass", "euc_jp": "soken-euc-jp"}
_SURROGATE_RE: Final = re.compile("[\ud800-\udfff]")


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
        if raw:
            more = self._decoder.decode(raw)
        else:
            self.eof = True
            more = self._last_bytes()
        self.text = self.text[keep:] + more
        self._nul = "\0" in self.text
        self.pos -= keep
        self._at -= keep
        return bool(more) or (not self.eof and self.fill())

    def _last_bytes(self) -> str:
        """What the decoder still holds at the end; half a UTF-16 unit becomes one lone surrogate."""
        try:
            return self._decoder.decode(b"", True)
        except UnicodeDecodeError:
            return "\udcff"

    def place(self, at: int) -> tuple[int, int]:
        """Byte offset and 1-based line of the character ``at``, which is not before an earlier place asked for."""
        if at != self._at:
            part = self.text[self._at : at]
            self._offset += self.size(part)
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
            line += gap.count("\n")
            if nul and problem is None and "\0" in part:
                problem = "nul-byte"
            result.append(Span(offset, length, line, problem))
            offset += length
            line += part.count("\n")
            at = end
        self._at, self._offset, self._line = at, offset, line
        return result

    def size(self, part: str) -> int:
        """Bytes of a piece of decoded text in the file's encoding."""
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
