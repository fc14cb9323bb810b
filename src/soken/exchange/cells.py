"""Tables for spreadsheets: the one place that makes cells of CSV and workbooks, so that none can be a formula.

A text that a spreadsheet could run gets an apostrophe before it (OWASP, *CSV Injection*); numbers stay numbers,
negative ones too. A text that already looks like one of ours gets one more, so that `typed_in` gives back exactly what
was there.
"""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING, Final, TextIO

if TYPE_CHECKING:
    from collections.abc import Iterable

#: What a spreadsheet may take for the beginning of a formula; Japanese ones take the full-width forms too. What stands
#: before it and is not seen (spaces, controls, marks of direction) does not make it safe.
_FORMULA: Final = re.compile(
    r"[\s\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]*[=+\-@＝＋－＠﹢﹣﹦﹫−\t\r\n]"
)


def safe(value: object) -> object:
    """Return what a cell may hold: a text that a spreadsheet could run as a formula gets an apostrophe before it."""
    return "'" + value if isinstance(value, str) and _is_formula(value.lstrip("'")) else value


def typed_in(cell: str) -> str:
    """Return what a cell that `safe` wrote stands for, when the table comes back."""
    return cell[1:] if cell.startswith("'") and _is_formula(cell.lstrip("'")) else cell


def csv_text(lines: Iterable[Iterable[object]]) -> str:
    """Return lines of cells as CSV (lines end in CRLF), every cell safe."""
    out = io.StringIO(newline="")
    write_csv(out, lines)
    return out.getvalue()


def write_csv(stream: TextIO, lines: Iterable[Iterable[object]]) -> None:
    """Write lines of cells as CSV (lines end in CRLF), every cell safe, one by one.

    Args:
        stream: opened with ``newline=""``.
        lines: the cells.
    """
    csv.writer(stream).writerows([safe(cell) for cell in line] for line in lines)


def _is_formula(text: str) -> bool:
    """Say whether a spreadsheet could take a text for a formula."""
    return _FORMULA.match(text) is not None
