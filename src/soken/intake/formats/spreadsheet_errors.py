"""Rows of .xls and .ods sheets that hold an error, which the library shows as empty; and how far a sheet reaches."""

from __future__ import annotations

import html
import re
import struct
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_ODS_RE: Final = re.compile(
    rb'<table:table\b[^<>]*?\btable:name="(?P<table>[^"]*)"[^<>]*>'
    rb"|<table:table-row\b(?P<row>[^<>]*)>|<table:(?:covered-)?table-cell\b(?P<cell>[^<>]*)>"
)
_ROWS_REPEATED_RE: Final = re.compile(rb'\btable:number-rows-repeated="(\d{1,9})"')
_COLUMNS_REPEATED_RE: Final = re.compile(rb'\btable:number-columns-repeated="(\d{1,9})"')

_END_OF_CHAIN: Final = 0xFFFFFFFA
_FORMULA: Final = 0x0006
_BOOLEAN_OR_ERROR: Final = 0x0205
_SHEET: Final = 0x0085
_DIMENSIONS: Final = 0x0200
#: Records of several cells in a row end with the last one's column; all others have their column after the row.
_SEVERAL: Final = frozenset({0x00BD, 0x00BE})
_CELLS: Final = _SEVERAL | {_FORMULA, _BOOLEAN_OR_ERROR, 0x0201, 0x0203, 0x0204, 0x027E, 0x00D6, 0x00FD}
_MAX_ROWS: Final = 65_536
_MAX_COLUMNS: Final = 256
_BEGIN: Final = 0x0809
_END: Final = 0x000A


class OdsScan:
    """One pass over the XML of an .ods.

    Attributes:
        unreadable: sheet name → rows (from 1) that hold an error.
        cells: the most cells that a sheet reaches over, empty ones included.
    """

    def __init__(self) -> None:
        self.unreadable: dict[str, set[int]] = {}
        self.cells = 0
        self._table = ""
        self._row = 0
        self._next_row = 1
        self._column = 0
        self._width = 0

    def feed(self, pieces: Iterable[bytes]) -> None:
        """Take in the XML, in pieces that end before a tag."""
        for piece in pieces:
            for match in _ODS_RE.finditer(piece):
                self._take(match)

    def _take(self, match: re.Match[bytes]) -> None:
        if match["table"] is not None:
            self._table = html.unescape(match["table"].decode("utf-8", "replace"))
            self._row, self._next_row, self._width = 0, 1, 0
        elif match["row"] is not None:
            self._row, self._column = self._next_row, 0
            self._next_row += _repeated(_ROWS_REPEATED_RE, match["row"])
        else:
            self._column += _repeated(_COLUMNS_REPEATED_RE, match["cell"])
            if b"office:value-type=" in match["cell"]:
                self._width = max(self._width, self._column)
                self.cells = max(self.cells, self._width * (self._next_row - 1))
            if b'calcext:value-type="error"' in match["cell"]:
                self.unreadable.setdefault(self._table, set()).add(self._row)


def _repeated(pattern: re.Pattern[bytes], attributes: bytes) -> int:
    match = pattern.search(attributes)
    return int(match[1]) if match is not None else 1


def xls_unreadable(data: bytes) -> list[set[int]]:
    """For each sheet of an .xls, in order, the rows (from 1) that hold an error.

    Arguments:
        data: the whole file.

    Raises:
        ValueError: the file is not laid out as an .xls is ([MS-CFB] and [MS-XLS], Microsoft's published formats).
    """
    try:
        stream = _workbook_stream(data)
        starts = [
            struct.unpack_from("<I", body)[0] for kind, body in _records(stream, 0) if kind == _SHEET and len(body) > 4
        ]
        return [set(_error_rows(stream, start)) for start in starts]
    except (struct.error, IndexError) as error:
        raise ValueError(str(error)) from error


def _error_rows(stream: bytes, start: int) -> Iterator[int]:
    for kind, body in _records(stream, start):
        _check_extent(kind, body)
        # A formula's result is an error if its last two bytes are FF and its first is 2.
        in_formula = kind == _FORMULA and body[12:14] == b"\xff\xff" and body[6] == 2
        if in_formula or (kind == _BOOLEAN_OR_ERROR and body[7] == 1):
            yield int(struct.unpack_from("<H", body)[0]) + 1


def _check_extent(kind: int, body: bytes) -> None:
    """Refuse a place outside a sheet: the library would hold every cell up to it, four thousand million at worst."""
    rows, columns = 1, 1
    if kind == _DIMENSIONS:
        # Row numbers of two bytes before Excel 97, of four since.
        rows, columns = struct.unpack_from("<4xI2xH" if len(body) >= 14 else "<2xH2xH", body)
    elif kind in _CELLS:
        columns = 1 + struct.unpack_from("<H", body, len(body) - 2 if kind in _SEVERAL else 2)[0]
    if columns > _MAX_COLUMNS or rows * columns > _MAX_ROWS * _MAX_COLUMNS:
        raise ValueError("a cell outside the sheet")


def _records(stream: bytes, start: int) -> Iterator[tuple[int, bytes]]:
    """Records of one substream, without those of charts inside it."""
    depth, at = 0, start
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        if kind == _BEGIN:
            depth += 1
        elif kind == _END:
            depth -= 1
            if depth <= 0:
                return
        elif depth == 1:
            yield kind, stream[at + 4 : at + 4 + length]
        at += 4 + length


def _workbook_stream(data: bytes) -> bytes:
    """The stream ``Workbook`` of an OLE file."""
    size = 1 << struct.unpack_from("<H", data, 30)[0]
    if size not in (512, 4096):
        raise ValueError("odd sector size")
    fat = _allocation_table(data, size)
    directory = _chain(data, struct.unpack_from("<I", data, 48)[0], fat, size)
    small_limit = struct.unpack_from("<I", data, 56)[0]
    root = b""
    for at in range(0, len(directory) - 127, 128):
        name_length, kind = struct.unpack_from("<HB", directory, at + 64)
        start, length = struct.unpack_from("<II", directory, at + 116)
        name = directory[at : at + max(0, name_length - 2)].decode("utf-16-le", "replace")
        if kind == 5:
            root = _chain(data, start, fat, size)
        elif kind == 2 and name in ("Workbook", "Book"):
            if length >= small_limit:
                return _chain(data, start, fat, size)[:length]
            small = _chain(data, struct.unpack_from("<I", data, 60)[0], fat, size)
            small_fat = list(struct.unpack(f"<{len(small) // 4}I", small))
            # Small streams live inside the root's stream, which has no header before its first sector.
            return _chain(b"\0" * 64 + root, start, small_fat, 64)[:length]
    raise ValueError("no workbook inside")


def _allocation_table(data: bytes, size: int) -> list[int]:
    """Which sector follows which."""
    sectors = list(struct.unpack_from("<109I", data, 76))
    further, count = struct.unpack_from("<II", data, 68)
    for _ in range(min(count, len(data) // size)):
        if further >= _END_OF_CHAIN:
            break
        more = struct.unpack_from(f"<{size // 4}I", data, (further + 1) * size)
        sectors += more[:-1]
        further = more[-1]
    table: list[int] = []
    for sector in sectors:
        if sector < _END_OF_CHAIN:
            table += struct.unpack_from(f"<{size // 4}I", data, (sector + 1) * size)
    return table


def _chain(data: bytes, start: int, table: list[int], size: int) -> bytes:
    """The sectors from ``start`` on, joined; a chain that turns in a circle is an error."""
    parts: list[bytes] = []
    at = start
    while at < _END_OF_CHAIN:
        if len(parts) > len(table):
            raise ValueError("sectors in a circle")
        if (at + 1) * size >= len(data):
            raise ValueError("a sector is missing")
        parts.append(data[(at + 1) * size : (at + 2) * size])
        at = table[at]
    return b"".join(parts)
