"""What must be known of a workbook before a library opens it: what it is, and that it is whole, open and no bomb."""

from __future__ import annotations

import re
import zipfile
import zlib
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree

from soken.core.errors import BadInputError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from soken.intake.events import Source

OLE_MAGIC: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP_MAGIC: Final = b"PK\x03\x04"
_ODS_TYPE: Final = b"application/vnd.oasis.opendocument.spreadsheet"

#: A workbook may unpack to this much, and one of its parts to this many times its packed size.
MAX_UNPACKED_BYTES: Final = 4 * 1024**3
_MAX_RATIO: Final = 500
_RATIO_MATTERS_FROM: Final = 64 * 1024**2
#: Cells between the first and the last of a sheet, empty ones included: the library holds them all.
MAX_CELLS: Final = 100_000_000
_CHUNK: Final = 4 * 1024 * 1024
_MAX_DIRECTORY_BYTES: Final = 16 * 1024**2

_CELL_RE: Final = re.compile(rb'<(?:\w+:)?c\b([^<>]*\bt="e"[^<>]*)>')
_NO_RESULT_RE: Final = re.compile(
    rb"<(?:\w+:)?c\b([^<>]*)>\s*<(?:\w+:)?f\b[^<>]*(?:/>|>[^<]*</(?:\w+:)?f>)\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?"
    rb"\s*</(?:\w+:)?c>"
)
_PLACE_RE: Final = re.compile(rb'\br="([A-Z]{1,3})([0-9]{1,7})"')
_COLUMN_RE: Final = re.compile(rb'<(?:\w+:)?c\b[^<>]*?\br="([A-Z]{1,3})[0-9]')
_ROW_RE: Final = re.compile(rb'<(?:\w+:)?row\b[^<>]*?\br="([0-9]{1,7})"')
_RELATION: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


class Kind(StrEnum):
    """Families of workbooks, by the bytes that they begin with."""

    OLE = "xls"
    OOXML = "xlsx"
    ODS = "ods"


@dataclass(slots=True)
class Oddities:
    """What a look into the XML of an .xlsx tells that the library does not.

    Attributes:
        unreadable: sheet name → rows (from 1) that hold an error or a formula without a stored result.
    """

    unreadable: dict[str, set[int]] = field(default_factory=dict)


def kind_of(head: bytes) -> Kind | None:
    """What the first bytes say the file is; None if no workbook."""
    if head.startswith(OLE_MAGIC):
        return Kind.OLE
    if not head.startswith(ZIP_MAGIC):
        return None
    if _ODS_TYPE in head[:200]:
        return Kind.ODS
    return Kind.OOXML if re.search(rb"\[Content_Types\]\.xml|xl/workbook\.|xl/worksheets/", head) else None


def check(source: Source, kind: Kind) -> Oddities:
    """Refuse what is encrypted, cut off or a bomb; look through the sheets of an .xlsx.

    Raises:
        BadInputError: one sentence that says which of these it is.
    """
    if kind is Kind.OLE:
        _check_ole(source)
        return Oddities()
    try:
        with zipfile.ZipFile(source.path) as archive:
            _check_sizes(archive, source)
            if kind is Kind.ODS:
                _check_ods(archive, source)
            # Reading every part once proves that it is whole and unpacks to no more than it declares.
            oddities = Oddities()
            sheets = _sheets(archive) if kind is Kind.OOXML else {}
            for part in archive.infolist():
                _look_through(archive, part, sheets.get(part.filename), oddities, source)
            return oddities
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise BadInputError(
            f"{source.name} is a workbook that is cut off or damaged ({error}): ask for the whole file."
        ) from error


def _check_ole(source: Source) -> None:
    """An old .xls, or a newer workbook with a password in the same wrapping."""
    with Path(source.path).open("rb") as stream:
        header = stream.read(512)
        size = stream.seek(0, 2)
        stream.seek(0)
        names = stream.read(min(size, 64 * 1024**2))
    if "EncryptedPackage".encode("utf-16-le") in names:
        raise BadInputError(
            f"{source.name} is protected with a password: save it without one and take that in as well."
        )
    if len(header) < 512:
        raise BadInputError(f"{source.name} is a workbook cut off inside its header: ask for the whole file.")
    if "Workbook".encode("utf-16-le") not in names and "Book".encode("utf-16-le") not in names:
        raise BadInputError(
            f"{source.name} holds no workbook that can be read: it is another kind of file, or cut off."
        )


def _check_sizes(archive: zipfile.ZipFile, source: Source) -> None:
    total = sum(part.file_size for part in archive.infolist())
    blown_up = any(
        part.file_size > _RATIO_MATTERS_FROM and part.file_size > _MAX_RATIO * max(1, part.compress_size)
        for part in archive.infolist()
    )
    if total > MAX_UNPACKED_BYTES or blown_up:
        raise BadInputError(
            f"{source.name} would unpack to {total:,} bytes, which no customer list does: it looks like a zip bomb."
        )
    if any(part.flag_bits & 0x1 for part in archive.infolist()):
        raise BadInputError(
            f"{source.name} is protected with a password: save it without one and take that in as well."
        )


def _check_ods(archive: zipfile.ZipFile, source: Source) -> None:
    try:
        manifest = archive.read("META-INF/manifest.xml")
    except KeyError:
        return
    if b"encryption-data" in manifest:
        raise BadInputError(
            f"{source.name} is protected with a password: save it without one and take that in as well."
        )


def _sheets(archive: zipfile.ZipFile) -> dict[str, str]:
    """Path inside the archive → name, of every sheet of an .xlsx (empty for an .xlsb, which is not XML)."""
    try:
        parts = [archive.getinfo(name) for name in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels")]
    except KeyError:
        return {}
    if any(part.file_size > _MAX_DIRECTORY_BYTES for part in parts):
        return {}
    try:
        # Small, and expat stops entity bombs itself since 2.4.
        workbook, relations = (ElementTree.fromstring(archive.read(part)) for part in parts)  # noqa: S314
    except ElementTree.ParseError:
        return {}
    targets = {relation.get("Id"): relation.get("Target", "") for relation in relations}
    result: dict[str, str] = {}
    for element in workbook.iter():
        target = targets.get(element.get(_RELATION))
        if element.tag.endswith("}sheet") and target:
            result[target.lstrip("/") if target.startswith("/") else f"xl/{target}"] = element.get("name", "")
    return result


def _look_through(
    archive: zipfile.ZipFile, part: zipfile.ZipInfo, sheet: str | None, oddities: Oddities, source: Source
) -> None:
    """Unpack one part to its end; note error cells and the extent if it is a sheet."""
    columns: set[bytes] = set()
    last_row = 0
    for text in _pieces(archive, part):
        if sheet is None:
            continue
        columns.update(_COLUMN_RE.findall(text))
        last_row = max((last_row, *map(int, _ROW_RE.findall(text))))
        if b'"e"' in text or b"<f" in text or b":f" in text:
            rows = oddities.unreadable.setdefault(sheet, set())
            rows.update(_unreadable_rows(text))
    widest = max((_column_number(letters) for letters in columns), default=0)
    if widest * last_row > MAX_CELLS:
        raise BadInputError(
            f"{source.name} has a sheet that reaches to row {last_row:,} and column {widest:,}, too far to be held: "
            "delete what stands far off in a copy and take that in as well."
        )


def _pieces(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """The content of a part in pieces that end where a row ends (or anywhere, where there are no rows)."""
    carried = b""
    with archive.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            text = carried + chunk
            cut = text.rfind(b"<row")
            cut = cut if cut > 0 else max(text.rfind(b":row ") - 32, 0)
            if not cut or len(text) - cut > _CHUNK:
                yield text
                carried = b""
            else:
                yield text[:cut]
                carried = text[cut:]
    yield carried


def _unreadable_rows(text: bytes) -> Iterator[int]:
    for match in _CELL_RE.finditer(text):
        if (place := _PLACE_RE.search(match[1])) is not None:
            yield int(place[2])
    for match in _NO_RESULT_RE.finditer(text):
        # t="str" says that the result is text, and an empty text is a result.
        if b't="str"' not in match[1] and (place := _PLACE_RE.search(match[1])) is not None:
            yield int(place[2])


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
