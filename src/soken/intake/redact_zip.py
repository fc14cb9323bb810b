"""Masking rows inside zip files: in the lists that an archive holds, and in the cells of a workbook (XLSX).

The zip file is written anew, member by member: what is not masked keeps its bytes. A row keeps its place and its
number, its cells say nothing any more. What a workbook says of it elsewhere (comments, links, caches) is not masked:
whoever redacts looks through every member for the rows' values (`members_with`), and refuses where one is left.
"""

from __future__ import annotations

import copy
import html
import re
import shutil
import zipfile
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from soken.intake.archive_streams import zip_name
from soken.intake.formats.spreadsheet_checks import sheet_parts

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from pathlib import Path

    Mask = Callable[[bytes], bytes]

_CHUNK: Final = 1 << 20
_TELLING: Final = 4
_STRINGS: Final = "xl/sharedStrings.xml"
#: What an XLSX workbook has, and no other container.
WORKBOOK: Final = "xl/workbook.xml"
_ROW: Final = re.compile(rb"<row\b([^>]*?)(/>|>(.*?)</row>)", re.S)
_CELL: Final = re.compile(rb"<c\b([^>]*?)(/>|>(.*?)</c>)", re.S)
_NUMBER: Final = re.compile(rb'\br="(\d+)"')
_KIND: Final = re.compile(rb'\s*\bt="(\w+)"')
_VALUE: Final = re.compile(rb"<v>(.*?)</v>", re.S)
_STRING: Final = re.compile(rb"<si\b[^>]*?(?:/>|>.*?</si>)", re.S)
_NOTHING: Final = b"<si><t>x</t></si>"


class NotMaskedError(Exception):
    """A file in which rows cannot be masked one by one."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row stands.

    Attributes:
        member: path inside the archive, '' for a file that is none.
        table: name of the sheet or table.
        line: line, or row of the sheet; None where lines mean nothing.
        offset, length: bytes in the member, None where the row has no bytes of its own.
    """

    member: str
    table: str
    line: int | None
    offset: int | None
    length: int | None


def mask_zip(
    path: Path, places: Collection[Place], mask: Mask, mask_bytes: Callable[[Path, Collection[Place], Mask], None]
) -> None:
    """Mask rows in a zip file.

    Args:
        path: the file, in a folder where more may be written; written anew.
        places: rows in it.
        mask: what a row's bytes become.
        mask_bytes: masks rows of a member that is no zip file.

    Raises:
        NotMaskedError: it is no zip file, or a row is not found in it.
    """
    if not zipfile.is_zipfile(path):
        raise NotMaskedError
    with zipfile.ZipFile(path) as source:
        if WORKBOOK in source.namelist() and all(not one.member for one in places):
            changed = _masked_workbook(source, places)
        else:
            changed = {}
            for entry in source.infolist():
                if inside := list(_inside(zip_name(entry), places)):
                    changed[entry.filename] = _masked_member(source, entry, inside, mask, path, mask_bytes)
            if sum(1 for entry in source.infolist() for _one in _inside(zip_name(entry), places)) != len(places):
                raise NotMaskedError
        written = path.with_name(f"{path.name}.zip")
        with zipfile.ZipFile(written, "w") as target:
            target.comment = source.comment
            for entry in source.infolist():
                _copied(source, entry, target, changed.get(entry.filename))
    written.replace(path)


def _inside(name: str, places: Collection[Place]) -> Iterator[Place]:
    """Yield the places that are in a member, as that one names them."""
    for one in places:
        if one.member == name:
            yield replace(one, member="")
        elif one.member.startswith(f"{name}/"):
            yield replace(one, member=one.member.removeprefix(f"{name}/"))


def _masked_member(
    source: zipfile.ZipFile, entry: zipfile.ZipInfo, places: Collection[Place], mask: Mask, path: Path,
    mask_bytes: Callable[[Path, Collection[Place], Mask], None],
) -> bytes:  # fmt: skip
    """Return what a member becomes."""
    unpacked = path.with_name(f"{path.name}-member")
    with source.open(entry) as stream, unpacked.open("wb") as out:
        shutil.copyfileobj(stream, out, _CHUNK)
    mask_bytes(unpacked, places, mask)
    found = unpacked.read_bytes()
    unpacked.unlink()
    return found


def _copied(source: zipfile.ZipFile, entry: zipfile.ZipInfo, target: zipfile.ZipFile, changed: bytes | None) -> None:
    """Write a member as it was, or as it became."""
    made = copy.copy(entry)
    made.filename = zip_name(entry)
    with target.open(made, "w") as out:
        if changed is not None:
            out.write(changed)
        else:
            with source.open(entry) as stream:
                shutil.copyfileobj(stream, out, _CHUNK)


def _masked_workbook(source: zipfile.ZipFile, places: Collection[Place]) -> dict[str, bytes]:
    """Return the parts of a workbook that change: the sheets with the rows, and the texts that no other row uses."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for one in places:
        wanted[one.table].add(one.line or 0)
    changed: dict[str, bytes] = {}
    used: set[int] = set()
    names = sheet_parts(source)
    for part in (one for one in source.namelist() if one.startswith("xl/worksheets/") and one.endswith(".xml")):
        sheet = _Sheet(wanted.get(names.get(part, ""), set()))
        masked = _ROW.sub(sheet.row, source.read(part))
        used |= sheet.used
        if sheet.found:
            changed[part] = masked
            wanted[names[part]] -= sheet.found
    if any(wanted.values()):
        raise NotMaskedError
    if _STRINGS in source.namelist():
        numbers = iter(range(1 << 62))
        changed[_STRINGS] = _STRING.sub(
            lambda match: match[0] if next(numbers) in used else _NOTHING, source.read(_STRINGS)
        )
    return changed


class _Sheet:
    """Masks rows of a sheet and notes which shared texts its other rows use.

    Args:
        wanted: numbers of the rows.
    """

    def __init__(self, wanted: Collection[int]) -> None:
        self._wanted = wanted
        self._last = 0
        self.found: set[int] = set()
        self.used: set[int] = set()

    def row(self, match: re.Match[bytes]) -> bytes:
        """Return what a row becomes."""
        said = _NUMBER.search(match[1])
        self._last = int(said[1]) if said else self._last + 1
        if self._last in self._wanted:
            self.found.add(self._last)
            return b"<row%s>%s</row>" % (match[1], _CELL.sub(_masked_cell, match[3] or b""))
        for cell in _CELL.finditer(match[3] or b""):
            kind, value = _KIND.search(cell[1]), _VALUE.search(cell[3] or b"")
            if kind and kind[1] == b"s" and value:
                self.used.add(int(value[1]))
        return match[0]


def _masked_cell(match: re.Match[bytes]) -> bytes:
    """Return what a cell becomes: a number 0, anything else a text that says nothing; an empty one stays."""
    attributes, content = match[1], match[3]
    if not content:
        return match[0]
    kind = _KIND.search(attributes)
    if kind is None or kind[1] in (b"n", b"b", b"d"):
        return b"<c%s><v>0</v></c>" % _KIND.sub(b"", attributes)
    return b'<c%s t="inlineStr"><is><t>x</t></is></c>' % _KIND.sub(b"", attributes)


def members_with(path: Path, values: Collection[str]) -> list[str]:
    """Return the members of a zip file in which one of some values still stands, as it is or as XML writes it.

    Values of fewer than four signs stand everywhere by chance and are passed over.
    """
    needles = {needle for value in values if len(value) >= _TELLING for needle in _written(value)}
    found = []
    with zipfile.ZipFile(path) as archive:
        for one in archive.infolist():
            data = archive.read(one)
            if any(needle in data for needle in needles):
                found.append(one.filename)
    return found


def _written(value: str) -> Iterator[bytes]:
    """Yield the bytes that a text can stand as."""
    yield html.escape(value, quote=False).encode("ascii", "xmlcharrefreplace")
    for text in {value, html.escape(value, quote=False)}:
        for code in ("utf-8", "cp932", "utf-16-le"):
            with suppress(UnicodeEncodeError):
                yield text.encode(code)
