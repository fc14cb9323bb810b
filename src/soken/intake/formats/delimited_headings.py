"""Which line of a delimited text names the columns, if one does.

When in doubt a line is data: a heading taken for a customer can be seen and corrected, a customer taken for a
heading is lost.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from soken.intake.formats.delimited_dialect import TITLE_ROWS
from soken.intake.headings import is_heading_word, meaning

if TYPE_CHECKING:
    from collections.abc import Sequence

    from soken.intake.formats.delimited_dialect import Sampled

#: Rows below a line that are compared with it.
_BELOW: Final = 50
_LONGEST_HEADING: Final = 60
#: A cell is looked at no further: expressions that search all of a megabyte take hours.
_LONGEST_DATA: Final = 320
_MAIL_RE: Final = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
_FIGURES_RE: Final = re.compile(
    r"(?!〒\s?\d$)[\d\s+\-/:.,()¥$%年月日時分秒〒=\"T]*\d[\d\s+\-/:.,()¥$%年月日時分秒円〒=\"TZ]*"
)


@dataclass(frozen=True, slots=True)
class Heading:
    """The heading line found.

    Attributes:
        cells: the headings as typed; empty where the file has no heading line.
        preamble: rows of the sample before it that are neither headings nor data.
        certain: False where no line could be told to be one, and the first was kept as data for safety.
    """

    cells: list[str]
    preamble: int = 0
    certain: bool = True


def _is_data(cell: str) -> bool:
    """Is a cell of the kind that no heading is: a mail address, or figures (number, date, telephone)?"""
    folded = unicodedata.normalize("NFKC", cell[:_LONGEST_DATA]).strip()
    return _MAIL_RE.search(folded) is not None or _FIGURES_RE.fullmatch(folded) is not None


def _can_head(cells: Sequence[str]) -> bool:
    filled = [cell for cell in cells if cell.strip()]
    short = all(len(cell) <= _LONGEST_HEADING for cell in filled)
    return bool(filled) and 2 * len(filled) > len(cells) and short and not any(map(_is_data, filled))


def _contrasts(cells: Sequence[str], below: list[list[str]]) -> bool:
    """Does a column hold mail addresses or figures all the way down, and only this line not?"""
    for at, cell in enumerate(cells):
        column = [row[at] for row in below if at < len(row) and row[at].strip()]
        if cell.strip() and len(column) > 1 and all(map(_is_data, column)):
            return True
    # Column names as programmers write them, over Japanese.
    ascii_names = all(re.fullmatch(r"[A-Za-z][\w .\-]*", cell) for cell in cells)
    return ascii_names and bool(below) and any(not cell.isascii() for row in below for cell in row)


def _repeats(cells: Sequence[str], below: list[list[str]]) -> bool:
    """Does a cell of the line stand again below it, in its column (as a prefecture would)?"""
    return any(cell.strip() and any(row[at : at + 1] == [cell] for row in below) for at, cell in enumerate(cells))


def _is_group_line(cells: Sequence[str], following: Sequence[Sampled]) -> bool:
    """Is it the upper of two heading lines, in which a heading stands over several of the next line's?"""
    filled = [cell for cell in cells if cell.strip()]
    if not filled or len(filled) == len(cells) or not following or any(map(_is_data, filled)):
        return False
    below = following[0].cells
    return len(filled) > 1 and _can_head(below) and 2 * sum(map(is_heading_word, below)) >= len(below)


def _with_groups(groups: Sequence[str], cells: list[str]) -> list[str]:
    """Return headings with the one above them where that says more: ``配送先`` over ``氏名``."""
    if not groups:
        return cells
    over, result = "", []
    for at, cell in enumerate(cells):
        over = (groups[at].strip() if at < len(groups) else "") or over
        both = f"{over} {cell}".strip()
        says, more = meaning(cell), meaning(both)
        result.append(both if not cell.strip() or (more and (says is None or says[0] != more[0])) else cell)
    return result


def find_heading(rows: list[Sampled], width: int) -> Heading:
    """Find the heading line among the first rows of the sample.

    Args:
        rows: the sample's rows; those that could not be read have no cells.
        width: cells in most rows.
    """
    groups: Sequence[str] = ()
    for at, row in enumerate(rows[:TITLE_ROWS]):
        if abs(len(row.cells) - width) > 1 or (len(row.cells) < width and width == 2):
            continue
        if not groups and _is_group_line(row.cells, rows[at + 1 : at + 2]):
            groups = row.cells
            continue
        if not _can_head(row.cells):
            if sum(1 for cell in row.cells if cell.strip()) <= 1 < width:
                continue  # a title line padded with empty cells
            break
        below = [other.cells for other in rows[at + 1 : at + 1 + _BELOW] if len(other.cells) >= width]
        named = sum(map(is_heading_word, row.cells))
        if _repeats(row.cells, below) and 2 * named < len(row.cells):
            break
        if named and (width == 1 or named > 1 or 3 * named >= width or _contrasts(row.cells, below)):
            return Heading(_with_groups(groups, row.cells), at)
        if _contrasts(row.cells, below):
            return Heading(_with_groups(groups, row.cells), at)
        break
    first = rows[0].cells if rows else []
    return Heading([], 0, certain=any(map(_is_data, first)))


def column_names(cells: Sequence[str], width: int) -> tuple[str, ...]:
    """Return headings, made unique: a repeated one gets ``#2``, one that is missing becomes ``column <n>``."""
    seen: set[str] = set()
    names: list[str] = []
    for number in range(1, width + 1):
        typed = cells[number - 1].strip().lstrip("\ufeff") if number <= len(cells) else ""
        base = typed or f"column {number}"
        unique, again = base, 1
        while unique in seen:
            again += 1
            unique = f"{base}#{again}"
        seen.add(unique)
        names.append(unique)
    return tuple(names)
