"""Delimited text (CSV, TSV and their kin) in any encoding that shops wrote: every row with its place, none lost."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from soken.core.errors import BadInputError
from soken.intake.encoding import Encoding, find_encoding, utf16_by_nul
from soken.intake.events import Event, Source, TableStart, open_source
from soken.intake.formats.delimited_columns import ColumnReader
from soken.intake.formats.delimited_dialect import SAMPLE_LINES, Finding, find_dialect
from soken.intake.formats.delimited_headings import Heading, column_names, find_heading
from soken.intake.formats.delimited_lines import MAX_ROW_BYTES, Block, Lines, LongLine, read_blocks
from soken.intake.formats.delimited_records import RecordSplitter
from soken.intake.formats.delimited_rows import RowReader

if TYPE_CHECKING:
    from collections.abc import Iterator

#: More control characters than this share of the bytes, and it is no text.
_CONTROL_SHARE: Final = 0.02
_CONTROL_RE: Final = re.compile(rb"[\x02-\x08\x0e-\x19\x7f]")
_NOTHING: Final = "\0\ufeff\x1a\u3000 \t\r\n"
_NAMES: Final = {",": "comma", "\t": "tab", ";": "semicolon", "|": "vertical bar"}


@dataclass(frozen=True, slots=True)
class _Plan:
    """How the rows of this file are read: found out from its beginning."""

    found: Finding
    heading: Heading
    width: int
    data_line: int
    notes: dict[str, str]


class DelimitedReader:
    """Reads delimited text (`Reader` protocol)."""

    name = "delimited"

    def recognises(self, head: bytes, source: Source) -> bool:
        """Tell whether the bytes are text at all: this reader is asked last."""
        wide = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or utf16_by_nul(head)
        if wide:
            head = head.decode("utf-16" if wide is True else wide, "replace").encode()
        kept = re.sub(rb"\0+", b"", head)
        return bool(kept) and len(_CONTROL_RE.findall(kept)) <= _CONTROL_SHARE * len(kept)

    def read(self, source: Source) -> Iterator[Event]:
        """Read every row, in the order of the file, with its line, byte offset and length (line end included).

        Raises:
            BadInputError: the file holds nothing but blank lines, or is in UTF-32.
        """
        with open_source(source) as stream:
            encoding = find_encoding(stream, source.name)
            blocks = read_blocks(stream, encoding)
            sample = _sample(blocks)
            plan = _plan(sample, encoding, source)
            yield TableStart("", column_names(plan.heading.cells, plan.width), source.member, plan.notes)
            headings = plan.heading.cells if len(plan.heading.cells) == plan.width else None
            splitter = RecordSplitter(plan.found.dialect, plan.width, headings)
            columns = ColumnReader(plan.found.dialect, plan.width, headings)
            yield from RowReader(splitter, columns, plan.data_line).read(sample, blocks)
            if splitter.blank_lines:
                plan.notes["blank lines"] = str(splitter.blank_lines)


def _sample(blocks: Iterator[Block | LongLine]) -> list[Lines | LongLine]:
    """The first blocks, up to as many lines as the dialect is found out from."""
    sample: list[Lines | LongLine] = []
    for block in blocks:
        sample += block.lines() if isinstance(block, Block) else [block]
        if sum(len(part.texts) for part in sample if isinstance(part, Lines)) >= SAMPLE_LINES:
            break
    return sample


def _plan(sample: list[Lines | LongLine], encoding: Encoding, source: Source) -> _Plan:
    """Find out dialect, heading line and width."""
    texts, number = _first_texts(sample)
    if not texts:
        if any(isinstance(part, LongLine) for part in sample):
            raise BadInputError(
                f"{source.name} begins with a line of more than {MAX_ROW_BYTES} bytes, so it is no list with a row a "
                "line: find out what wrote it."
            )
        raise BadInputError(f"{source.name} holds nothing but blank lines: ask for the file again.")
    found = find_dialect(texts)
    heading = find_heading(found.rows, found.width)
    width = max(found.width, len(heading.cells)) if heading.cells else found.width
    notes = dict(encoding.notes)
    delimiter = found.dialect.delimiter
    notes["delimiter"] = "none: one column" if width == 1 else _NAMES.get(delimiter, f"U+{ord(delimiter):04X}")
    if found.dialect.quote != '"':
        notes["quotation mark"] = found.dialect.quote or "means nothing"
    if found.dialect.escape:
        notes["escape"] = "backslash"
    width = _settle_width(found, heading, width, notes)
    data = found.skip + _heading_end(found, heading)
    _note_heading(notes, found, heading, number)
    return _Plan(found, heading, width, number + data, notes)


def _first_texts(sample: list[Lines | LongLine]) -> tuple[list[str], int]:
    """The first lines that say something, up to a line that is too long, and the number of the first of them."""
    texts: list[str] = []
    number = 1
    for part in sample:
        if isinstance(part, Lines):
            if not texts:
                number = part.number
            texts += part.texts
        elif "".join(texts).strip(_NOTHING):
            break
        else:
            texts = []
    return (texts[:SAMPLE_LINES], number) if "".join(texts).strip(_NOTHING) else ([], number)


def _settle_width(found: Finding, heading: Heading, width: int, notes: dict[str, str]) -> int:
    """Headings and rows may differ by one trailing delimiter; rows that are one wider throughout get a column more."""
    titles = len(heading.cells)
    if not titles or titles == found.width:
        return width
    if titles == found.width + 1 and not heading.cells[-1].strip():
        notes["width"] = "the heading line ends with a delimiter, the rows do not"
        heading.cells.pop()
        return found.width
    if titles == found.width - 1:
        notes["width"] = f"rows have {found.width} cells under {titles} headings: the last column has no heading"
        return found.width
    return titles


def _heading_end(found: Finding, heading: Heading) -> int:
    return found.rows[heading.preamble].end if heading.cells else 0


def _note_heading(notes: dict[str, str], found: Finding, heading: Heading, first: int) -> None:
    if heading.cells:
        notes["heading line"] = str(first + found.skip + found.rows[heading.preamble].start)
        if heading.preamble:
            notes["lines before the heading line"] = str(found.rows[heading.preamble].start)
    elif heading.certain:
        notes["heading line"] = "none: the first line is data"
    else:
        notes["heading line"] = "none was recognised; the first line is kept as data, check it"
