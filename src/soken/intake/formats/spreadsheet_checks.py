"""What must be known of a workbook before a library opens it: what it is, and that it is whole, open and no bomb."""

from __future__ import annotations

import errno
import re
import zipfile
import zlib
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Final

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from soken.core.errors import BadInputError
from soken.intake.formats.spreadsheet_errors import OdsScan, xls_unreadable
from soken.intake.formats.spreadsheet_xlsb import scan_sheet, xlsb_sheets

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
#: A sheet of an .xls ends at row 65,536 and column 256.
_MAX_XLS_BYTES: Final = 1024**3
_LOCKED: Final = "{} is protected with a password: save it without one and take that in as well."
_DAMAGED: Final = "{} is a workbook that is cut off or damaged: ask for the whole file."
_CHUNK: Final = 4 * 1024 * 1024
_MAX_DIRECTORY_BYTES: Final = 16 * 1024**2

_CELL_RE: Final = re.compile(rb'<(?:\w+:)?c\b([^<>]*\bt="e"[^<>]*)>')
_NO_RESULT_RE: Final = re.compile(
    rb"<(?:\w+:)?c\b([^<>]*)>\s*<(?:\w+:)?f\b[^<>]*(?:/>|>[^<]*</(?:\w+:)?f>)\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?"
    rb"\s*</(?:\w+:)?c>"
)
_PLACE_RE: Final = re.compile(rb'\br="([A-Z]{1,3})([0-9]{1,7})"')
#: Columns and rows as a cell or a row names them: a row that says nothing of itself has cells that do.
_CELL_AT_RE: Final = re.compile(rb"""<(?:\w+:)?c\b[^<>]*?\br\s*=\s*["']([A-Za-z]+)([0-9]+)""")
_ROW_RE: Final = re.compile(rb"""<(?:\w+:)?row\b[^<>]*?\br\s*=\s*["']([0-9]+)""")
#: No row or column has a number or name of so many signs; of a longer one these are enough to refuse it.
_MOST_SIGNS: Final = 12
_RELATION: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


class Kind(StrEnum):
    """Families of workbooks, by the bytes that they begin with."""

    OLE = "xls"
    OOXML = "xlsx"
    ODS = "ods"


@dataclass(slots=True)
class Oddities:
    """What a look into the file tells that the library does not.

    Attributes:
        unreadable: sheet name → rows (from 1) that hold an error or a formula without a stored result.
        by_position: the same for an .xls, whose sheets are known by their order.
    """

    unreadable: dict[str, set[int]] = field(default_factory=dict)
    by_position: list[set[int]] = field(default_factory=list)

    def of_sheet(self, name: str, position: int) -> set[int]:
        """Rows of one sheet that cannot be read."""
        at = self.by_position[position] if position < len(self.by_position) else set()
        return self.unreadable.get(name, set()) | at


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
        return _check_ole(source)
    try:
        with zipfile.ZipFile(source.path) as archive:
            _check_sizes(archive, source)
            if kind is Kind.ODS:
                _check_ods(archive, source)
            # Reading every part once proves that it is whole and unpacks to no more than it declares.
            oddities = Oddities()
            sheets = (xlsb_sheets(archive) or sheet_parts(archive)) if kind is Kind.OOXML else {}
            for part in archive.infolist():
                _look_through(archive, part, sheets.get(part.filename), oddities, source)
            return oddities
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, UnicodeDecodeError) as error:
        raise BadInputError(_DAMAGED.format(source.name)) from error
    except OSError as error:
        # A place before the file, as a damaged directory names it, is an invalid argument to the system.
        if error.errno != errno.EINVAL:
            raise
        raise BadInputError(_DAMAGED.format(source.name)) from error


def _check_ole(source: Source) -> Oddities:
    """An old .xls, or a newer workbook with a password in the same wrapping."""
    if Path(source.path).stat().st_size > _MAX_XLS_BYTES:
        raise BadInputError(f"{source.name} is larger than any .xls can be: it is damaged or another kind of file.")
    data = Path(source.path).read_bytes()
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise BadInputError(_LOCKED.format(source.name))
    if "Workbook".encode("utf-16-le") not in data and "Book".encode("utf-16-le") not in data:
        raise BadInputError(f"{source.name} holds no workbook: it is another kind of file, or cut off.")
    try:
        return Oddities(by_position=xls_unreadable(data))
    except ValueError as error:
        raise BadInputError(_DAMAGED.format(source.name)) from error


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
        raise BadInputError(_LOCKED.format(source.name))


def _check_ods(archive: zipfile.ZipFile, source: Source) -> None:
    try:
        manifest = archive.read("META-INF/manifest.xml")
    except KeyError:
        return
    if b"encryption-data" in manifest:
        raise BadInputError(_LOCKED.format(source.name))


def sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Path inside the archive → name, of every sheet of an .xlsx (an .xlsb is not XML)."""
    try:
        parts = [archive.getinfo(name) for name in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels")]
    except KeyError:
        return {}
    if any(part.file_size > _MAX_DIRECTORY_BYTES for part in parts):
        return {}
    try:
        workbook, relations = (fromstring(archive.read(part)) for part in parts)
    except (ParseError, DefusedXmlException):
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
    if part.filename == "content.xml":
        scan = OdsScan()
        scan.feed(_pieces(archive, part, b"<"))
        oddities.unreadable.update(scan.unreadable)
        _check_extent(scan.cells, source)
        return
    if sheet is not None and part.filename.endswith(".bin"):
        with archive.open(part) as stream:
            oddities.unreadable[sheet], cells = scan_sheet(stream)
        _check_extent(cells, source)
        return
    columns: set[bytes] = set()
    last_row = 0
    for text in _pieces(archive, part, b"<row" if sheet is not None else b""):
        if sheet is None:
            continue
        places = _CELL_AT_RE.findall(text)
        columns.update({letters for letters, _row in places})
        rows_named = {row for _letters, row in places}.union(_ROW_RE.findall(text))
        last_row = max([last_row, *map(_row_number, rows_named)])
        if b'"e"' in text or b"<f" in text or b":f" in text:
            rows = oddities.unreadable.setdefault(sheet, set())
            rows.update(_unreadable_rows(text))
    widest = max((_column_number(letters) for letters in columns), default=0)
    _check_extent(widest * last_row, source)


def _check_extent(cells: int, source: Source) -> None:
    if cells > MAX_CELLS:
        raise BadInputError(
            f"{source.name} has a sheet that reaches over {cells:,} cells, more than can be held: delete what stands "
            "far off in a copy and take that in as well."
        )


def _pieces(archive: zipfile.ZipFile, part: zipfile.ZipInfo, before: bytes) -> Iterator[bytes]:
    """The content of a part in pieces that end before the tag ``before``, so that no row or tag is torn."""
    carried = b""
    with archive.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            text = carried + chunk
            cut = text.rfind(before) if before else -1
            if cut <= 0 and before:
                # Another prefix than usual, or one enormous row: then at least no tag is torn.
                cut = text.rfind(b"<")
            cut = cut if cut > 0 else len(text)
            yield text[:cut]
            carried = text[cut:]
            if len(carried) > 16 * _CHUNK:
                yield carried
                carried = b""
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
    for letter in letters[:_MOST_SIGNS].upper():
        number = number * 26 + letter - 64
    return number


def _row_number(digits: bytes) -> int:
    return int(digits[:_MOST_SIGNS])
