"""Which encoding a text dump is in: byte order mark, what the dump says of itself, and what its bytes allow."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import BinaryIO, Final

from soken.intake import encoding
from soken.intake.formats import text_window

_DECLARED_RE: Final = re.compile(
    rb"SET\s+(?:NAMES\s+|client_encoding\s*(?:=|TO)\s*|character_set_client\s*=\s*)['\"]?([A-Za-z0-9_]+)", re.IGNORECASE
)
_SURROGATE_RE: Final = re.compile("[\ud800-\udfff]")
_ISO_2022_RE: Final = re.compile(rb"\x1b\$[@B].{1,400}?\x1b\([BJ]", re.DOTALL)
#: Names that MySQL and PostgreSQL give encodings → Python's codec. latin1 is MySQL's name for Windows-1252.
CODECS: Final = MappingProxyType(
    {
        "utf8": "utf-8", "utf8mb3": "utf-8", "utf8mb4": "utf-8", "unicode": "utf-8", "ascii": "utf-8",
        "cp932": "cp932", "sjis": "cp932", "shift_jis_2004": "cp932", "mskanji": "cp932",
        "ujis": "euc_jp", "eucjpms": "euc_jp", "euc_jp": "euc_jp", "euc_jis_2004": "euc_jis_2004",
        "latin1": "cp1252", "win1252": "cp1252", "latin2": "iso8859_2",
        "gbk": "gbk", "gb2312": "gbk", "gb18030": "gb18030", "big5": "big5", "euckr": "cp949", "euc_kr": "cp949",
        "cp1250": "cp1250", "cp1251": "cp1251", "win1250": "cp1250", "win1251": "cp1251", "koi8r": "koi8_r",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class DumpEncoding:
    """An encoding and how it was found.

    Attributes:
        codec: Python's name of it, without byte order mark.
        skip: bytes of the mark at the beginning.
        notes: what should be told to people about it.
    """

    codec: str
    skip: int = 0
    notes: dict[str, str] = field(default_factory=dict)


def find_encoding(stream: BinaryIO, head: bytes, name: str, *, whole: bool) -> DumpEncoding:
    """Find out the encoding of a dump.

    UTF-8 wins wherever the bytes are UTF-8, whatever the dump says (a connection set to latin1 often carried UTF-8
    unchanged); then what the dump says; then what `soken.intake.encoding` finds.

    Arguments:
        stream: the file; left at its beginning.
        head: its first bytes.
        name: its name, for messages.
        whole: look at the whole file (one pass); else at the head only.
    """
    for mark, codec in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if head.startswith(mark):
            return DumpEncoding(codec, len(mark))
    if head[:200].count(0) * 3 > len(head[:200]):
        return DumpEncoding("utf-16-be" if head[:1] == b"\0" else "utf-16-le")
    match = _DECLARED_RE.search(head)
    said = match[1].decode("ascii").lower() if match is not None else ""
    if b"\x1b" in head and _ISO_2022_RE.search(head):
        return DumpEncoding("iso2022_jp_ext", notes={"guessed": "by its escape sequences"})
    if _decodes(stream, head, "utf-8", whole=whole):
        odd = said and CODECS.get(said, "") != "utf-8"
        return DumpEncoding("utf-8", notes={"declared": f"{said}, but all bytes are UTF-8"} if odd else {})
    declared = CODECS.get(said, "")
    if declared not in ("", "utf-8"):
        return DumpEncoding(declared, notes={"declared": said})
    # Kanji in CP932 contradict EUC-JP at once; what is EUC-JP from end to end is so.
    if _decodes(stream, head, "euc_jp", whole=whole):
        return DumpEncoding("euc_jp", notes={"guessed": "euc_jp, which no byte contradicts"})
    if not whole:
        return DumpEncoding("cp932")
    found = encoding.find_encoding(stream, name)
    return DumpEncoding(found.codec, found.skip, {"guessed": found.notes["encoding"]})


def _decodes(stream: BinaryIO, head: bytes, codec: str, *, whole: bool) -> bool:
    """Is all of it (of the head, or of the whole file) in this encoding?"""
    marks = text_window.ERRORS.get(codec)
    decoder = codecs.getincrementaldecoder(codec)(marks or "strict")
    try:
        if not whole:
            return _SURROGATE_RE.search(decoder.decode(head)) is None
        stream.seek(0)
        while chunk := stream.read(1 << 20):
            text = decoder.decode(chunk)
            # A strict decoder marks nothing: it has stopped.
            if marks is not None and _SURROGATE_RE.search(text) is not None:
                return False
        decoder.decode(b"", True)
    except UnicodeDecodeError:
        return False
    return True
