"""What kind of document some bytes are, told by their content: documents pass, pictures and films do not.

Nothing here looks at a file's name. What cannot be looked into (encrypted, unknown packing) is refused as well. Not
covered: pictures drawn as vectors or as a font, and what is hidden in the letters of a text. A scan is a picture.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from soken.core.errors import BadInputError

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Most bytes of a document; most bytes that it may hold once unpacked; most parts of an office document.
LARGEST: Final = 20 * 1024 * 1024
_UNPACKED: Final = 128 * 1024 * 1024
_PARTS: Final = 5000


class DocumentKind(StrEnum):
    """Kinds of documents that are taken."""

    PDF = "pdf"
    TEXT = "text"
    WORD = "docx"
    SHEET = "xlsx"
    SLIDES = "pptx"
    OPEN_TEXT = "odt"
    OPEN_SHEET = "ods"
    OPEN_SLIDES = "odp"


_OFFICE: Final = {
    "word/document.xml": DocumentKind.WORD,
    "xl/workbook.xml": DocumentKind.SHEET,
    "ppt/presentation.xml": DocumentKind.SLIDES,
}
_OPEN: Final = {
    b"application/vnd.oasis.opendocument.text": DocumentKind.OPEN_TEXT,
    b"application/vnd.oasis.opendocument.spreadsheet": DocumentKind.OPEN_SHEET,
    b"application/vnd.oasis.opendocument.presentation": DocumentKind.OPEN_SLIDES,
}
#: Marks of pictures and films that are long enough to be no accident wherever they stand.
_ANYWHERE: Final = re.compile(
    rb"\x89PNG\r\n\x1a\n|\xff\xd8\xff[\xe0-\xef]..(?:JFIF|Exif|ICC_|Adobe)|\xff\xd8\xff\xdb\x00[\x43\x84]\x00"
    rb"|GIF8[79]a.{4}[\x00-\xff].\x00|RIFF.{4}(?:WEBP|AVI |WAVE)|\x00\x00\x00.ftyp|\x00\x00\x00\x0cjP  \r\n\x87\n"
    rb"|\x1a\x45\xdf\xa3.{0,40}(?:webm|matroska)|\x30\x26\xb2\x75\x8e\x66\xcf\x11|OggS\x00\x02|\x00\x00\x00\x0cJXL "
    rb"|\x8aMNG\r\n\x1a\n|FLV\x01[\x01\x04\x05]\x00\x00\x00\x09",
    re.DOTALL,
)
#: The same for text: drawings in XML, pictures written as letters.
_IN_TEXT: Final = re.compile(
    r"<(?:\w+:)?svg[\s>]|data:(?:image|video)/|^content-type:\s*(?:image|video)/"
    r"|^begin [0-7]{3} \S|/\* XPM \*/|#define \w+_width \d"
    r"|\{\\rtf|\\pict\b|^%!PS|<pkg:binaryData|<office:binary-data"
    r"|(?:iVBORw0KGgo|/9j/[2-4]|R0lGOD[dl]h|UklGR|AAAA[A-Za-z0-9+/]{2}Z0eX)[A-Za-z0-9+/\s]{40}",
    re.IGNORECASE | re.MULTILINE,
)
#: Pictures written as letters (base64), in a text without its blanks: PNG, JPEG, GIF, RIFF; TIFF in both orders and
#: its large form; BMP, whose first letters say little, with the zeros and the size of a header that follow them.
_AS_LETTERS: Final = re.compile(
    r"(?:iVBORw0KGgo|/9j/[2-4]|R0lGOD[dl]h|UklGR|SUk[qr]A[A-P]|TU0AK[g-z0-9+/])[A-Za-z0-9+/]{40}"
    r"|Qk[0-3][A-Za-z0-9+/]{5}AAAA[A-P][A-Za-z0-9+/]{3}AA[AB][A-Za-z0-9+/]AAAA"
)
#: Between the digits of a dump: what programs that print bytes set there.
_DUMP_MARKS: Final = re.compile(r"0x|\\x|[\s,;:|_\[\]{}\"'-]+", re.IGNORECASE)
#: Pictures and films as a dump in hexadecimal, byte by byte or in words of two bytes that are swapped: PNG, JPEG, GIF,
#: RIFF, TIFF, MP4, Matroska.
_AS_DUMP: Final = re.compile(
    r"89504e470d0a1a0a|ffd8ffe[0-9a-f]{5}(?:4a464946|45786966|4943435f|41646f6265)|ffd8ffdb00(?:43|84)00"
    r"|474946383[79]61|52494646[0-9a-f]{8}(?:57454250|41564920)|49492a0008000000|4d4d002a00000008"
    r"|000000[0-9a-f]{2}66747970|1a45dfa3[0-9a-f]{8,}(?:7765626d|6d6174726f736b61)"
    r"|5089474e0a0d0a1a|d8ffe[0-9a-f]ff[0-9a-f]{4}(?:464a4649|78456669)|49474638613[79]",
    re.IGNORECASE,
)
#: PNG and JPEG as a dump in decimal and in octal numbers.
_AS_NUMBERS: Final = re.compile(
    r"\b137\D+80\D+78\D+71\D+13\D+10\D+26\D+10\b|\b255\D+216\D+255\D+2(?:19|2[4-9]|3\d)\b"
    r"|\b211\D+120\D+116\D+107\D+0?15\D+0?12\D+0?32\D+0?12\b|\b377\D+330\D+377\D+3(?:33|4[0-7]|5[0-7])\b"
)
#: Bytes written by their number among letters, as mail (quoted-printable) and addresses do, and lines broken in two.
_ESCAPED_BYTE: Final = re.compile(r"(?:=|%|\\x|&#x)([0-9a-f]{2});?|=[ \t]*\r?\n", re.IGNORECASE)
_NETPBM: Final = re.compile(r"\AP[1-7F]\s+[#\d]")
_BLANKS: Final = re.compile(r"\s+")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")


def document_kind(content: bytes) -> DocumentKind:
    """Return what kind of document this is.

    Raises:
        BadInputError: empty, too large, a picture or film or something that holds one, or nothing that is taken.
    """
    if not content:
        raise BadInputError(_("The file is empty; choose another."))
    if len(content) > LARGEST:
        raise BadInputError(
            _("The file is larger than %(most)s MB; attach a smaller one.") % {"most": LARGEST // 1024**2}
        )
    if _ANYWHERE.search(content):
        raise _picture()
    if content.startswith(b"%PDF-"):
        return _pdf(content)
    if content.startswith(b"PK\x03\x04"):
        return _office(content)
    _text(content)
    return DocumentKind.TEXT


def _picture() -> BadInputError:
    """Return the refusal of a picture or film."""
    return BadInputError(_("The file is or holds a picture or film; Soken stores documents without pictures only."))


def _unknown() -> BadInputError:
    """Return the refusal of what is no document that can be looked into."""
    return BadInputError(
        _("The file is no document that Soken can look into; attach text, PDF, or an office document (docx, odt …).")
    )


def _text(content: bytes) -> None:
    """Refuse what is no plain text."""
    marked = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "cp932", "euc_jp"):
        try:
            said = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _CONTROL.search(said):
            break
        _refuse_in_text(said)
        return
    raise _unknown()


def _refuse_in_text(said: str) -> None:
    """Refuse a picture that is written as text."""
    if _IN_TEXT.search(said) or _NETPBM.match(said) or _AS_LETTERS.search(_BLANKS.sub("", said)):
        raise _picture()
    if _AS_DUMP.search(_DUMP_MARKS.sub("", said)) or _AS_NUMBERS.search(said):
        raise _picture()
    if _ESCAPED_BYTE.search(said) and _ANYWHERE.search(_bytes_of(said)):
        raise _picture()


def _bytes_of(said: str) -> bytes:
    """Return the bytes that a text stands for in which some are written by their number."""
    read = _ESCAPED_BYTE.sub(lambda found: chr(int(found[1], 16)) if found[1] else "", said)
    return read.encode("latin-1", "replace")


def _office(content: bytes) -> DocumentKind:
    """Return which office document it is; each part must be XML."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            parts = packed.infolist()
            if len(parts) > _PARTS or sum(one.file_size for one in parts) > _UNPACKED or packed.comment:
                raise _unknown()
            kind = _kind_of_office(packed)
            for one in parts:
                if one.flag_bits & 0x1:
                    raise _unknown()
                if not one.is_dir() and one.filename != "mimetype":
                    _xml_part(packed.read(one))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, KeyError) as damaged:
        raise _unknown() from damaged
    return kind


def _kind_of_office(packed: zipfile.ZipFile) -> DocumentKind:
    """Return which office document an archive is."""
    names = set(packed.namelist())
    if "[Content_Types].xml" in names:
        for name, kind in _OFFICE.items():
            if name in names:
                return kind
    if "mimetype" in names and packed.getinfo("mimetype").file_size < 200:
        kind_of_open = _OPEN.get(packed.read("mimetype").strip())
        if kind_of_open is not None:
            return kind_of_open
    raise _unknown()


def _xml_part(part: bytes) -> None:
    """Refuse a part that is not XML: every picture, film, font, macro or document inside."""
    if not part.strip():
        return
    if not part.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<"):
        raise _picture()
    try:
        _refuse_in_text(part.decode("utf-8-sig"))
    except UnicodeDecodeError as odd:
        raise _unknown() from odd


_STREAM: Final = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)
_ESCAPED: Final = re.compile(rb"#([0-9A-Fa-f]{2})")
_PDF_PICTURE: Final = re.compile(
    rb"/Subtype\s*/(?:Image|RichMedia|Movie|Screen|3D)\b|/DCTDecode|/DCT\b|/JPXDecode|/CCITTFax|/CCF\b|/JBIG2Decode"
    rb"|/EmbeddedFile|/Thumb\b"
)
_PDF_CLOSED: Final = re.compile(rb"/Encrypt\b|/(?:ASCII85|ASCIIHex|LZW|RunLength)Decode|/Crypt\b|/(?:A85|AHx|LZW|RL)\b")
_PDF_FLATE: Final = re.compile(rb"/(?:FlateDecode|Fl)\b")
_PDF_HIDDEN: Final = re.compile(rb"/(?:Filter|DecodeParms)\s+\d+\s+\d+\s+R\b|/Predictor\s+(?!1\b)")
_PDF_TABLE: Final = re.compile(rb"/Type\s*/XRef\b")
#: A stream is packed once, seldom twice.
_MOST_LAYERS: Final = 4
_INLINE: Final = re.compile(rb"(?:^|\s)BI\s.{1,400}?\sID\s", re.DOTALL)


def _pdf(content: bytes) -> DocumentKind:
    """Refuse a PDF that holds a picture, a film or a file, or that cannot be looked into."""
    ending = content.rfind(b"%%EOF")
    if ending < 0 or content[ending + 5 :].strip():
        raise _unknown()
    left = _UNPACKED
    outside = []
    at = 0
    for found in _STREAM.finditer(content):
        before = content[at : found.start()]
        outside.append(before)
        at = found.end()
        for layer in _layers(found[1], _packings(before)):
            left -= len(layer)
            if left < 0:
                raise _unknown()
            _look_into(layer)
    outside.append(content[at:])
    _look_into(b"\n".join(outside))
    return DocumentKind.PDF


def _packings(before: bytes) -> int:
    """Return how often a stream is packed, by what stands before it.

    Raises:
        BadInputError: that stands elsewhere in the file, or the packing shifts bytes so that words in it are not seen.
    """
    about = _plain(before.rpartition(b" obj")[2])
    if _PDF_HIDDEN.search(about) and not _PDF_TABLE.search(about):
        raise _unknown()
    return len(_PDF_FLATE.findall(about))


def _layers(stream: bytes, packings: int) -> Iterator[bytes]:
    """Yield a stream unpacked, and again what is packed inside; one that is not packed as it stands.

    Raises:
        BadInputError: it is packed more often than anybody needs, or cannot be unpacked as often as is said of it.
    """
    for layer in range(_MOST_LAYERS + 1):
        found = _unpacked(stream)
        if found is None:
            if layer < packings:
                raise _unknown()
            if layer == 0:
                yield stream
            return
        yield found
        stream = found
    raise _unknown()


def _unpacked(stream: bytes) -> bytes | None:
    """Return a stream unpacked; None for one that is not packed.

    Raises:
        BadInputError: it holds too much, or stops before its end.
    """
    unpacker = zlib.decompressobj()
    try:
        found = unpacker.decompress(stream, _UNPACKED + 1)
    except zlib.error:
        return None
    if len(found) > _UNPACKED:
        raise _unknown()
    if not unpacker.eof:
        raise _unknown()
    return found


def _plain(part: bytes) -> bytes:
    """Return a part of a PDF with its escaped names as they are read."""
    return _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), part)


def _look_into(part: bytes) -> None:
    """Refuse a part of a PDF that says it is a picture, or that is one."""
    plain = _plain(part)
    if _ANYWHERE.search(part) or _PDF_PICTURE.search(plain) or _INLINE.search(plain):
        raise _picture()
    if _PDF_CLOSED.search(plain):
        raise _unknown()
    _refuse_in_text(part.decode("latin-1"))
