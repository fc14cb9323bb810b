"""Finding out how a delimited text is written: what stands between cells, what encloses them, how wide rows are.

Every candidate is tried on the beginning of the file; the one under which the most lines are rows of one width wins.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final

from soken.intake.formats.delimited_cells import Dialect

#: Lines looked at; and how many lines one cell may run over in them.
SAMPLE_LINES: Final = 400
_CELL_LINES: Final = 60
#: Rows at the beginning among which the heading line is looked for.
TITLE_ROWS: Final = 20
_USUAL: Final = (",", "\t", ";", "|")
#: Tried only where no usual delimiter fits; the first and the last two are control characters made for this.
_UNUSUAL: Final = ("\x1f", "^", "~", ":", "、", "，", "\x01", "\x1e")
#: At least this share of lines must be rows of one width, where the first line is not one of them.
_FITS: Final = 0.8
_NAMED_RE: Final = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)
#: Where quotation marks mean nothing, this much larger a share of the lines must fit.
_NO_QUOTE_GAIN: Final = 0.1


@dataclass(frozen=True, slots=True)
class Sampled:
    """One row of the sample: the line at which it begins, the line behind it, its cells."""

    start: int
    end: int
    cells: list[str]


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found out.

    Attributes:
        dialect: how cells are written.
        width: cells in most rows.
        skip: lines before the first row that only name the delimiter (``sep=;``).
        rows: the sample's rows under this dialect (blank lines left out).
    """

    dialect: Dialect
    width: int
    skip: int
    rows: list[Sampled]


def sample_rows(texts: list[str], dialect: Dialect) -> list[Sampled]:
    """Read lines by a dialect; a line at which no row can be read is a row without cells."""
    rows: list[Sampled] = []
    at = 0
    while at < len(texts):
        reader = csv.reader(islice(texts, at, None), **dialect.options())
        begin = at
        try:
            for cells in reader:
                end = begin + reader.line_num
                if end - at > _CELL_LINES:
                    break
                if cells and (len(cells) > 1 or cells[0].strip()):
                    rows.append(Sampled(at, end, cells))
                at = end
            else:
                return rows
        except csv.Error:
            pass
        rows.append(Sampled(at, at + 1, []))
        at += 1
    return rows


def find_dialect(texts: list[str]) -> Finding:
    """Find out the dialect from the first lines of the text (whole lines, with their ends)."""
    texts = texts[:SAMPLE_LINES]
    named = _NAMED_RE.fullmatch(texts[0]) if texts else None
    if named is not None:
        body = texts[1:]
        dialect, rows = _best_quoting(body, named[1])
        return Finding(dialect, _width(rows)[0] or 1, 1, rows)
    for delimiters in (_USUAL, _UNUSUAL):
        found = [_best_quoting(texts, mark) for mark in delimiters if any(mark in text for text in texts)]
        fitting = [pair for pair in found if _fits(texts, pair[1])]
        if fitting:
            dialect, rows = max(fitting, key=lambda pair: _rank(texts, pair[1]))
            return Finding(dialect, _width(rows)[0], 0, rows)
    # One column: a mark that no line holds stands for the delimiter that there is not.
    absent = next(mark for mark in "\x1f\x1e\x1d\x1c\x02\x03\x04\ue000" if not any(mark in text for text in texts))
    dialect = Dialect(absent)
    return Finding(dialect, 1, 0, sample_rows(texts, dialect))


def _width(rows: list[Sampled]) -> tuple[int, int]:
    """The most frequent width over one, if any, and how many lines are rows of it."""
    lines: Counter[int] = Counter()
    for row in rows:
        if len(row.cells) > 1:
            lines[len(row.cells)] += row.end - row.start
    if not lines:
        return (1 if any(row.cells for row in rows) else 0), sum(1 for row in rows if row.cells)
    return lines.most_common(1)[0]


def _share(texts: list[str], rows: list[Sampled], *, titles: bool = True) -> float:
    """Share of the lines that are rows of the most frequent width.

    With ``titles``, lines of another width above the first of these rows do not count: they may be a title.
    """
    width, lines = _width(rows)
    first = next((at for at, row in enumerate(rows) if len(row.cells) == width), 0)
    above = titles and width > 1 and first < TITLE_ROWS and lines > max(1, first)
    title = rows[first].start if above else 0
    filled = sum(1 for text in texts[title:] if text.strip())
    return min(1.0, lines / filled) if filled else 0.0


def _fits(texts: list[str], rows: list[Sampled]) -> bool:
    width = _width(rows)[0]
    if width <= 1:
        return False
    first = len(rows[0].cells) if rows else 0
    return (first > 1 and abs(first - width) <= 1) or _share(texts, rows) >= _FITS


def _rank(texts: list[str], rows: list[Sampled]) -> tuple[float, bool, int]:
    width = _width(rows)[0]
    return round(_share(texts, rows), 1), len(rows[0].cells) == width, width


def _best_quoting(texts: list[str], delimiter: str) -> tuple[Dialect, list[Sampled]]:
    """The way of quoting under which the most lines are rows of one width; the standard's, unless another is better."""
    plain = Dialect(delimiter)
    best, rows = plain, sample_rows(texts, plain)
    joined = "".join(texts)
    others: list[tuple[Dialect, float]] = []
    if f'{delimiter} "' in joined:
        others.append((replace(plain, skip_space=True), 0.0))
    if '\\"' in joined or f"\\{delimiter}" in joined:
        others.append((replace(plain, escape="\\"), 0.0))
    if re.search(rf"(?:^|{re.escape(delimiter)})'[^'\n]*'(?:{re.escape(delimiter)}|\r|\n|\Z)", joined, re.MULTILINE):
        others.append((replace(plain, quote="'"), _NO_QUOTE_GAIN))
    if '"' in joined and not _encloses(joined, delimiter):
        others.append((replace(plain, quote=None), _NO_QUOTE_GAIN))
    for dialect, gain in others:
        tried = sample_rows(texts, dialect)
        if _share(texts, tried, titles=False) > _share(texts, rows, titles=False) + gain:
            best, rows = dialect, tried
    return best, rows


def _encloses(joined: str, delimiter: str) -> bool:
    """Do at least half of the quotation marks stand where they enclose a cell?"""
    mark = re.escape(delimiter)
    enclosing = len(re.findall(rf'(?:(?<={mark})|^)"|"(?={mark}|\r|\n|\Z)', joined, re.MULTILINE))
    return 2 * enclosing >= joined.count('"')
