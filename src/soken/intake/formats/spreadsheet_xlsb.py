"""Rows of .xlsb sheets that hold an error, which the library shows as empty; and how far a sheet reaches.

After [MS-XLSB], Microsoft's published format: a part is a row of records, each a kind, a length and a body.
"""

from __future__ import annotations

import struct
from typing import IO, TYPE_CHECKING, Final

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

if TYPE_CHECKING:
    import zipfile
    from collections.abc import Iterator

WORKBOOK: Final = "xl/workbook.bin"
_RELATIONS: Final = "xl/_rels/workbook.bin.rels"
_CHUNK: Final = 1024 * 1024
_MAX_DIRECTORY_BYTES: Final = 16 * 1024**2
_ROW: Final = 0
#: Kinds of cells: from an empty one to a formula whose result is an error.
_CELLS: Final = range(1, 12)
#: An error typed, and an error that a formula came to.
_ERRORS: Final = frozenset({3, 11})
_ROWS_END: Final = 146
_SHEET: Final = 156


def xlsb_sheets(archive: zipfile.ZipFile) -> dict[str, str]:
    """Return path inside the archive → name, of every sheet; empty where the workbook cannot be understood."""
    try:
        parts = [archive.getinfo(name) for name in (WORKBOOK, _RELATIONS)]
        if any(part.file_size > _MAX_DIRECTORY_BYTES for part in parts):
            return {}
        relations = fromstring(archive.read(_RELATIONS))
        targets = {relation.get("Id"): relation.get("Target", "") for relation in relations}
        with archive.open(WORKBOOK) as stream:
            named = [_texts(body[8:]) for kind, body in _records(stream) if kind == _SHEET]
    except (KeyError, ParseError, DefusedXmlException, struct.error):
        return {}
    found = [(targets.get(relation, ""), name) for relation, name in named]
    return {path.lstrip("/") if path.startswith("/") else f"xl/{path}": name for path, name in found if path}


def _texts(body: bytes) -> tuple[str, str]:
    """Return the first two texts of a record."""
    (length,) = struct.unpack_from("<I", body)
    first = body[4 : 4 + 2 * length].decode("utf-16-le", "replace")
    at = 4 + 2 * length
    (length,) = struct.unpack_from("<I", body, at)
    return first, body[at + 4 : at + 4 + 2 * length].decode("utf-16-le", "replace")


def scan_sheet(stream: IO[bytes]) -> tuple[set[int], int]:
    """Return the rows of a sheet (from 1) that hold an error, and the cells that it reaches over, empty ones included.

    Raises:
        EOFError: the part ends inside a record, or before its rows do.
    """
    unreadable: set[int] = set()
    row = last_row = widest = 0
    ended = False
    for kind, body in _records(stream):
        if kind == _ROW:
            row = int.from_bytes(body[:4], "little") + 1
        elif kind in _CELLS:
            last_row = max(last_row, row)
            widest = max(widest, int.from_bytes(body[:4], "little") + 1)
            if kind in _ERRORS:
                unreadable.add(row)
        elif kind == _ROWS_END:
            ended = True
    if not ended:
        raise EOFError
    return unreadable, last_row * widest


def _records(stream: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    """Yield kind and body of every record."""
    held, at = b"", 0
    while True:
        if len(held) - at < _CHUNK and (more := stream.read(_CHUNK)):
            held, at = held[at:] + more, 0
        if at >= len(held):
            return
        kind, at = _number(held, at, 2)
        length, at = _number(held, at, 4)
        while len(held) < at + length:
            more = stream.read(max(_CHUNK, at + length - len(held)))
            if not more:
                raise EOFError
            held, at = held[at:] + more, 0
        yield kind, held[at : at + length]
        at += length


def _number(held: bytes, at: int, most: int) -> tuple[int, int]:
    """Return a number of up to ``most`` bytes of seven bits each, and the place behind it."""
    number = 0
    for byte in range(most):
        if at >= len(held):
            raise EOFError
        part = held[at]
        at += 1
        number |= (part & 0x7F) << (7 * byte)
        if part < 0x80:
            break
    return number, at
