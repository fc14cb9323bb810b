"""Which encoding a text file is in: byte order mark, NUL pattern, escapes, strict UTF-8, then what Japanese looks like.

The decision is made on the whole file, streamed: in a list that is mostly ASCII the only Japanese byte may be its last.
Lines that contradict the encoding found are not guessed at: `decode` marks them, and they are set aside as rows.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, BinaryIO, Final

from soken.core.errors import BadInputError
from soken.intake.encoding_text import (
    decode_euc_jp,
    decode_iso2022_jp,
    looks_european,
    looks_like_utf8,
    odd_as_cp932,
    odd_as_euc_jp,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

_CHUNK_BYTES: Final = 1024 * 1024
_HEAD_BYTES: Final = 64 * 1024
#: Lines with other than ASCII weighed in each of the first chunks, and in each later one: enough to decide, few enough
#: to stay fast on any size of file.
_WEIGHED_FIRST: Final = 300
_WEIGHED_LATER: Final = 30
_FIRST_CHUNKS: Final = 8
#: A line longer than this is weighed by its beginning.
_WEIGHED_BYTES: Final = 4096
#: Bytes beyond ASCII from which on a line has its full say.
_FULL_WEIGHT: Final = 16
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_ESCAPE_RE: Final = re.compile(rb"\x1b(?:\$[@BA]|\$\([D]|\([JI])")
_HIGH_RE: Final = re.compile(rb"[\x80-\xff]")
_LINE_END_RE: Final = re.compile(rb"[\r\n]")
#: A codec that Python's strict decoder and the file's bytes agree on needs this share of NUL bytes on one side.
_UTF16_SHARE: Final = 0.02
_SURROGATE_RE: Final = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Encoding:
    """An encoding and how it was found out.

    Attributes:
        codec: Python's name of it ('utf-8', 'utf-16-le', 'utf-16-be', 'cp932', 'euc_jp', 'iso2022_jp', 'cp1252').
        skip: bytes of the byte order mark at the beginning of the file.
        notes: what people should be told about it.
    """

    codec: str
    skip: int = 0
    notes: dict[str, str] = field(default_factory=dict)

    @property
    def unit(self) -> int:
        """Bytes of one code unit: 2 for UTF-16, else 1."""
        return 2 if self.codec.startswith("utf-16") else 1

    def decode(self, raw: bytes) -> str:
        """Decode strictly.

        Raises:
            UnicodeDecodeError: the bytes are not in this encoding.
        """
        if self.codec == "euc_jp":
            return decode_euc_jp(raw)
        if self.codec == "iso2022_jp":
            return decode_iso2022_jp(raw)
        return raw.decode(self.codec)

    def decode_marked(self, raw: bytes) -> str:
        """Decode; bytes that the encoding cannot hold become lone surrogates (`is_clean` tells)."""
        try:
            return self.decode(raw)
        except UnicodeDecodeError:
            if self.unit == 1:
                return raw.decode("ascii" if self.codec == "iso2022_jp" else self.codec, "surrogateescape")
            whole = raw[: len(raw) & ~1].decode(self.codec, "surrogatepass")
            return whole + "\udcff" if len(raw) & 1 else whole


def is_clean(text: str) -> bool:
    """Tell whether a text from `Encoding.decode_marked` holds no byte that could not be decoded."""
    return _SURROGATE_RE.search(text) is None


def find_encoding(stream: BinaryIO, name: str) -> Encoding:
    """Find out the encoding of a text file in one or two passes with flat memory.

    Args:
        stream: the file, seekable; left anywhere.
        name: its name, for the message.

    Raises:
        BadInputError: the file is in UTF-32, which no shop writes.
    """
    stream.seek(0)
    head = stream.read(_HEAD_BYTES)
    if head.startswith((codecs.BOM_UTF32_BE, codecs.BOM_UTF32_LE)) and not head[4:8].startswith(b"\0\0\0\0"):
        raise BadInputError(f"{name} is text in UTF-32, which Soken does not read: save it as UTF-8 and take in both.")
    for mark, codec in _MARKS:
        if head.startswith(mark):
            return Encoding(codec, len(mark), {"encoding": f"{codec}, by its byte order mark"})
    wide = utf16_by_nul(head)
    if wide:
        return Encoding(wide, 0, {"encoding": f"{wide}, by the pattern of its NUL bytes"})
    seven_bit, escapes, utf8 = _survey(stream)
    if seven_bit and escapes:
        return Encoding("iso2022_jp", 0, {"encoding": "iso2022_jp, by its escape sequences"})
    if utf8:
        return Encoding("utf-8", 0, {"encoding": "ascii" if seven_bit else "utf-8"})
    return _weigh(stream)


def utf16_by_nul(head: bytes) -> str:
    """Return the codec of UTF-16 without a mark, or ''.

    It has a NUL beside every ASCII letter, comma and line end: all on one side.
    """
    even, odd = head[0::2].count(0), head[1::2].count(0)
    # A kanji may have a NUL on the other side (一 is U+4E00).
    if max(even, odd) < max(1, int(len(head) * _UTF16_SHARE)) or 3 * min(even, odd) > max(even, odd):
        return ""
    codec, line_end = ("utf-16-le", b"\n\0") if odd > even else ("utf-16-be", b"\0\n")
    # One damaged row with NUL bytes in an 8-bit file must not turn the whole file.
    plain = head.replace(line_end, b"").count(b"\n")
    if plain > head.count(line_end):
        return ""
    return codec


def _survey(stream: BinaryIO) -> tuple[bool, bool, bool]:
    """One pass: is all of it 7-bit, are there ISO-2022-JP escapes, is it UTF-8?"""
    seven_bit, escapes, utf8 = True, False, True
    decoder = codecs.getincrementaldecoder("utf-8")()
    stream.seek(0)
    before = b""
    while chunk := stream.read(_CHUNK_BYTES):
        escapes = escapes or ((b"\x1b" in chunk or b"\x1b" in before) and bool(_ESCAPE_RE.search(before + chunk)))
        before = chunk[-3:]
        if not (seven_bit and chunk.isascii()):
            seven_bit = False
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError:
                return False, False, False
    try:
        decoder.decode(b"", True)
    except UnicodeDecodeError:
        utf8 = False
    return seven_bit, escapes, utf8


def _high_lines(stream: BinaryIO) -> Iterator[bytes]:
    """Lines that hold other than ASCII, some of every chunk of the file."""
    stream.seek(0)
    rest = b""
    for number in count():
        chunk = rest + stream.read(_CHUNK_BYTES)
        if len(chunk) == len(rest):
            break
        cut = max(chunk.rfind(b"\n"), chunk.rfind(b"\r")) + 1
        rest = chunk[cut:] if cut and len(chunk) - cut < _CHUNK_BYTES else b""
        at, end = 0, cut or len(chunk)
        for _ in range(_WEIGHED_FIRST if number < _FIRST_CHUNKS else _WEIGHED_LATER):
            high = _HIGH_RE.search(chunk, at, end)
            if high is None:
                break
            begin = max(chunk.rfind(b"\n", at, high.start()), chunk.rfind(b"\r", at, high.start()), at - 1) + 1
            begin = max(begin, high.start() - _WEIGHED_BYTES)
            found = _LINE_END_RE.search(chunk, high.start(), end)
            at = found.start() if found is not None else end
            yield chunk[begin : min(at, begin + 2 * _WEIGHED_BYTES)]
    if rest and not rest.isascii():
        yield rest[: 2 * _WEIGHED_BYTES]


def _decodes(encoding: Encoding, line: bytes) -> bool:
    try:
        encoding.decode(line)
    except UnicodeDecodeError:
        return False
    return True


def _weigh(stream: BinaryIO) -> Encoding:
    """The encoding that the fewest lines contradict, by what it cannot decode and by what nobody writes."""
    against = dict.fromkeys(("utf-8", "cp932", "euc_jp", "cp1252"), 0)
    contradicted = dict.fromkeys(against, 0)
    weighed = 0
    cp932, euc_jp = Encoding("cp932"), Encoding("euc_jp")
    for line in _high_lines(stream):
        weighed += 1
        # Two bytes say little, a whole address says much.
        weight = min(_FULL_WEIGHT, len(_HIGH_RE.findall(line)))
        is_utf8 = looks_like_utf8(line)
        european = looks_european(line)
        speaks = {
            "utf-8": not _decodes(Encoding("utf-8"), line),
            "cp932": is_utf8 or not _decodes(cp932, line) or odd_as_cp932(line, european=european),
            "euc_jp": is_utf8 or not _decodes(euc_jp, line) or odd_as_euc_jp(line),
            "cp1252": is_utf8 or not european,
        }
        for codec, speaks_against in speaks.items():
            against[codec] += weight * speaks_against
            contradicted[codec] += speaks_against
    codec = min(against, key=lambda name: against[name])
    how = f"{codec}, contradicted by {contradicted[codec]} of {weighed} lines looked at"
    if codec == "cp1252":
        how += "; the last resort for European lists: check that accented letters look right"
    return Encoding(codec, 0, {"encoding": how})
