"""The fast way through the rows of an INSERT: many tuples at once, column by column.

Only tuples in which nothing is in doubt are read here: strings in single quotation marks, plain numbers and NULL. What
is written in any other way is left to `sqldump_values`, which gives the same rows.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as arrow_csv

from soken.intake.events import ColumnBatch
from soken.intake.formats.sqldump_literals import unescape_mysql

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from soken.intake.formats.sqldump_literals import Dialect

_QUOTE, _COMMA, _OPEN, _CLOSE, _LF = b"',()\n"
_SPACES: Final = np.isin(np.arange(256), list(b" \t\r\n"))
#: What stands outside of strings: numbers, NULL, and what parts values and rows.
_OUTSIDE: Final = np.isin(np.arange(256), list(b"0123456789.-+,()'NUL \t\r\n"))
_ESCAPE_RE: Final = re.compile(r"\\.", re.DOTALL)
#: What stands between two tuples, as dumps write it.
_BETWEEN: Final = ("),(", "),\n(", "), (", "),\r\n(", "),\n\t(", "),\n  (")
#: Encodings in which a byte below 64 is a character of its own.
CODECS: Final = frozenset({"utf-8", "ascii", "cp932", "euc_jp", "cp1252", "latin-1"})


class Tuples(NamedTuple):
    """Rows read: their columns, and where each begins and ends among the bytes they were read from, in lines too."""

    columns: list[pa.Array]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    lines: NDArray[np.int64]

    def batch(self, order: Sequence[int] | None, key: Sequence[int], offset: int, line: int) -> ColumnBatch:
        """Return the rows of a table.

        Args:
            order: for each column of the table the position of its value, -1 where none; None if equal.
            key: positions of the primary key in the table's columns.
            offset: byte offset of the bytes that they were read from.
            line: line on which these begin.
        """
        columns = self.columns
        if order is not None:
            nothing = pa.nulls(len(columns[0]), pa.string())
            columns = [columns[position] if position >= 0 else nothing for position in order]
        keys = [columns[position].fill_null("") for position in key]
        joined = pc.binary_join_element_wise(*keys, ",") if keys else None
        places = (pa.array(self.lines + line), pa.array(self.starts + offset), pa.array(self.ends - self.starts))
        return ColumnBatch(columns, places, joined, knows_null=True)


class _Structure(NamedTuple):
    """Text without the white space between values, where its tuples open and close, and where its bytes stood before.

    There are no ``places`` where there was no white space.
    """

    found: NDArray[np.uint8]
    opening: NDArray[np.int64]
    closing: NDArray[np.int64]
    places: NDArray[np.int64] | None = None


class TupleColumns:
    """Reads whole tuples of one table.

    Args:
        dialect: how strings are written.
        width: values of a tuple.
        codec: the file's encoding.
    """

    def __init__(self, dialect: Dialect, width: int, codec: str) -> None:
        self._backslash = dialect.backslash
        self._width = width
        self._codec = codec
        self._names = [f"c{number}" for number in range(width)]
        self._convert = arrow_csv.ConvertOptions(
            check_utf8=False, column_types=dict.fromkeys(self._names, pa.string()), null_values=["NULL"],
            strings_can_be_null=True, quoted_strings_can_be_null=False,
        )  # fmt: skip

    @property
    def fits(self) -> bool:
        """Tell whether tuples of this width and encoding can be read here at all."""
        return self._width > 1 and self._codec in CODECS

    def read(self, text: str) -> Tuples | None:
        """Read tuples parted by commas; None if anything in them is in doubt."""
        escaped = self._backslash and "\\" in text
        try:
            # With what is escaped blanked out, quotation marks are where strings begin and end.
            raw = (_ESCAPE_RE.sub(_blanked, text) if escaped else text).encode(self._codec)
            plain = _ESCAPE_RE.sub(_standard, text).encode() if escaped else text.encode()
        except UnicodeEncodeError:
            return None
        if b"\0" in plain:
            return None
        told = np.frombuffer(raw, np.uint8)
        structure = _structure(told)
        content = structure if plain == raw else _structure(np.frombuffer(plain, np.uint8))
        if structure is None or content is None or len(content.opening) != len(structure.opening):
            return None
        columns = self._columns(content)
        if columns is None:
            return None
        starts, ends = structure.opening, structure.closing
        if structure.places is not None:
            starts, ends = structure.places[starts], structure.places[ends]
        lines = np.searchsorted(np.flatnonzero(told == _LF), starts)
        return Tuples(columns, starts, ends + 1, lines)

    def _columns(self, content: _Structure) -> list[pa.Array] | None:
        """Return the values of each column; None if a tuple has not as many as it should."""
        found = content.found.copy()
        found[content.closing] = _LF
        keep = np.ones(len(found), bool)
        keep[content.opening] = False
        keep[content.closing[:-1] + 1] = False
        text = found[keep].tobytes()
        try:
            table = arrow_csv.read_csv(
                pa.BufferReader(text),
                arrow_csv.ReadOptions(use_threads=False, block_size=len(text) + 1, column_names=self._names),
                arrow_csv.ParseOptions(quote_char="'", newlines_in_values=True),
                self._convert,
            )
        except pa.ArrowInvalid:
            return None
        if table.num_rows != len(content.opening):
            return None
        return [column.chunk(0) for column in table.columns]


def last_end(text: str, start: int, end_mark: str) -> int:
    """Return where the last tuple ends that is held whole and of this statement, as far as can be told so early."""
    if (statement := text.find(f"){end_mark}\n", start)) >= 0:
        return statement + 1
    comma = max(text.rfind(mark, start) for mark in _BETWEEN)
    return comma + 1 if comma >= 0 else start


def _standard(found: re.Match[str]) -> str:
    """Return what an escape stands for as standard SQL writes it: a quotation mark doubled."""
    return "''" if found[0] == "\\'" else unescape_mysql(found[0])


def _blanked(found: re.Match[str]) -> str:
    """Return as many bytes as an escape has, without the marks that mean something."""
    return "xx" if found[0][1] in "'\\" else "x" + found[0][1]


def _structure(told: NDArray[np.uint8]) -> _Structure | None:
    """Find the tuples; None if anything else stands between strings, or a quotation mark where it cannot."""
    quotes = np.flatnonzero(told == _QUOTE)
    if len(quotes) % 2 or len(told) < 2 or told[0] != _OPEN or told[-1] != _CLOSE:
        return None
    outside = np.flatnonzero(_outside(quotes, len(told)))
    rest = told[outside]
    spaces = (rest == 32) | (rest == 10) | (rest == 13) | (rest == 9)
    if spaces.any():
        # White space parts nothing but what a comma parts already.
        gaps = outside[spaces]
        before = told[gaps - 1]
        if not ((before == _COMMA) | _SPACES[before]).all():
            return None
        kept = np.ones(len(told), bool)
        kept[gaps] = False
        dense = _structure(told[kept])
        return None if dense is None else dense._replace(places=np.flatnonzero(kept))
    if not _are_plain(told, outside, rest) or not _are_regular(told, quotes[0::2], quotes[1::2]):
        return None
    opening, closing = outside[rest == _OPEN], outside[rest == _CLOSE]
    parted = len(opening) == len(closing) and (opening[1:] == closing[:-1] + 2).all()
    if not parted or not (told[closing[:-1] + 1] == _COMMA).all():
        return None
    return _Structure(told, opening, closing)


def _outside(quotes: NDArray[np.int64], length: int) -> NDArray[np.bool_]:
    """Return which bytes stand in no string; an opening quotation mark is counted as inside, a closing one is not."""
    stretches = np.diff(quotes, prepend=0, append=length)
    return np.repeat(np.arange(len(stretches)) % 2 == 0, stretches)


def _are_plain(told: NDArray[np.uint8], outside: NDArray[np.int64], rest: NDArray[np.uint8]) -> bool:
    """Tell whether nothing but numbers and NULL stands outside of strings."""
    counts = np.bincount(rest, minlength=256)
    if counts[~_OUTSIDE].any():
        return False
    nulls = int(counts[ord("N")])
    if nulls != counts[ord("U")] or 2 * nulls != counts[ord("L")]:
        return False
    if nulls and len(re.findall(rb"(?<=[,(])NULL(?=[,)])", rest.tobytes())) != nulls:
        return False
    commas = outside[rest == _COMMA]
    if ((told[commas + 1] == _COMMA) | (told[commas + 1] == _CLOSE) | (told[commas - 1] == _OPEN)).any():
        return False
    signs = outside[(rest == ord("-")) | (rest == ord("+"))]
    before = told[signs - 1]
    return bool(((before == _COMMA) | (before == _OPEN)).all())


def _are_regular(told: NDArray[np.uint8], opening: NDArray[np.int64], closing: NDArray[np.int64]) -> bool:
    """Tell whether each quotation mark stands at the border of a value, or is one of two inside a string."""
    if not len(opening):
        return True
    doubled = closing[:-1] + 1 == opening[1:]
    before, after = told[opening - 1], told[closing + 1]
    begins = (before == _COMMA) | (before == _OPEN)
    ends = (after == _COMMA) | (after == _CLOSE)
    begins[1:] |= doubled
    ends[:-1] |= doubled
    return bool(begins.all() and ends.all())
