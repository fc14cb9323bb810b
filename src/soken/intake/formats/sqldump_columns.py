"""The fast way through the rows of an INSERT: many tuples at once, column by column.

Only tuples in which nothing is in doubt are read here: strings in single quotation marks, plain numbers and NULL. What
is written in any other way is left to `sqldump_values`, which gives the same rows.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from soken.intake.events import ColumnBatch
from soken.intake.formats.sqldump_literals import Kind, unescape_mysql

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from soken.intake.formats.sqldump_literals import Dialect

_QUOTE, _COMMA, _OPEN, _CLOSE, _LF, _N, _U, _L = b"',()\nNUL"
_DIGITS: Final = np.isin(np.arange(256), list(b"0123456789"))
_SPACES: Final = np.isin(np.arange(256), list(b" \t\r\n"))
#: What stands outside of strings: numbers, NULL, and what parts values and rows.
_OUTSIDE: Final = np.isin(np.arange(256), list(b"0123456789.-+,()'NUL \t\r\n"))
_ESCAPE_RE: Final = re.compile(r"\\.", re.DOTALL)
#: What stands between two tuples, as dumps write it.
_BETWEEN: Final = ("),(", "),\n(", "), (", "),\r\n(", "),\n\t(", "),\n  (")
#: Encodings in which a byte below 64 is a character of its own.
CODECS: Final = frozenset({"utf-8", "ascii", "cp932", "euc_jp", "cp1252", "latin-1"})


class Tuples(NamedTuple):
    """Rows read: their columns, and where each begins and ends among the bytes they were read from, in lines too.

    Of these bytes ``size`` says how many they are, ``line_ends`` how many of them end a line. ``kinds`` says what the
    values of each column look like, None where all are null.
    """

    columns: Sequence[pa.Array]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    lines: NDArray[np.int64]
    size: int
    line_ends: int
    kinds: Sequence[Kind | None] = ()

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
            columns = _Ordered(columns, order, len(self.starts))
        keys = [columns[position].fill_null("") for position in key]
        joined = pc.binary_join_element_wise(*keys, ",") if keys else None
        places = (pa.array(self.lines + line), pa.array(self.starts + offset), pa.array(self.ends - self.starts))
        return ColumnBatch(columns, places, joined, knows_null=True)


class _Structure(NamedTuple):
    """Text without the white space between values, what parts its values and tuples, and where its bytes stood before.

    There are no ``places`` where there was no white space. ``doubled`` tells whether a string holds a quotation mark.
    """

    found: NDArray[np.uint8]
    opening: NDArray[np.int64]
    closing: NDArray[np.int64]
    commas: NDArray[np.int64]
    doubled: bool
    places: NDArray[np.int64] | None = None


class _Values(Sequence[pa.Array]):
    """The columns of tuples, each cut out of the bytes when it is asked for: a table is asked for a few of its own.

    Args:
        content: what the values stand in.
        starts: where each value begins, by row and column.
        ends: where each ends.
        doubled: whether a string holds a quotation mark, which is written twice.
    """

    def __init__(
        self, content: NDArray[np.uint8], starts: NDArray[np.int64], ends: NDArray[np.int64], *, doubled: bool
    ) -> None:
        self._content = content
        self._starts, self._ends = starts, ends
        self._doubled = doubled
        self._cut: dict[int, pa.Array] = {}

    def __len__(self) -> int:
        return int(self._starts.shape[1])

    def __getitem__(self, number: int) -> pa.Array:  # type: ignore[override]
        """Return a column; null where NULL stands."""
        if not 0 <= number < len(self):
            raise IndexError(number)
        if number not in self._cut:
            self._cut[number] = self._column(self._starts[:, number], self._ends[:, number])
        return self._cut[number]

    def kinds(self) -> list[Kind | None]:
        """Return what the values of each column look like, None where all are null."""
        first, second = self._content[self._starts], self._content[self._starts + 1]
        quoted = (first == _QUOTE).any(axis=0)
        number = _DIGITS[first] | ((first == ord("-")) & _DIGITS[second])
        other = (~number & (first != _QUOTE) & (first != _N)).any(axis=0)
        return [self._kind(*told) for told in enumerate(zip(quoted, number.any(axis=0), other, strict=True))]

    def _kind(self, column: int, told: tuple[np.bool_, np.bool_, np.bool_]) -> Kind | None:
        """Return what the values of a column look like, by whether any is a text, a number, or something else."""
        quoted, number, other = map(bool, told)
        if other or (quoted and number):
            return Kind.RAW
        if quoted:
            twice = self._doubled and pc.any(pc.match_substring(self[column], "'")).as_py()
            return Kind.RAW if twice else Kind.TEXT
        return Kind.NUMBER if number else None

    def _column(self, starts: NDArray[np.int64], ends: NDArray[np.int64]) -> pa.Array:
        """Return the values that stand at these places, without their quotation marks."""
        first = self._content[starts]
        null = first == _N
        if null.all():
            return pa.nulls(len(starts), pa.string())
        quoted = (first == _QUOTE).astype(np.int64)
        lengths = np.where(null, 0, ends - starts - 2 * quoted)
        offsets = np.zeros(len(starts) + 1, np.int32)
        np.cumsum(lengths, out=offsets[1:])
        taken = np.arange(offsets[-1]) + np.repeat(starts + quoted - offsets[:-1], lengths)
        known = np.packbits(~null, bitorder="little") if null.any() else None
        column = pa.StringArray.from_buffers(
            len(starts), pa.py_buffer(offsets), pa.py_buffer(self._content[taken]),
            None if known is None else pa.py_buffer(known),
        )  # fmt: skip
        return pc.replace_substring(column, "''", "'") if self._doubled else column


class _Ordered(Sequence[pa.Array]):
    """Columns in another order.

    Args:
        columns: the columns.
        order: position of each among them, -1 for one that says nothing.
        rows: how many rows they have.
    """

    def __init__(self, columns: Sequence[pa.Array], order: Sequence[int], rows: int) -> None:
        self._columns = columns
        self._order = order
        self._rows = rows

    def __len__(self) -> int:
        return len(self._order)

    def __getitem__(self, number: int) -> pa.Array:  # type: ignore[override]
        position = self._order[number]
        return self._columns[position] if position >= 0 else pa.nulls(self._rows, pa.string())


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
        line_ends = np.flatnonzero(told == _LF)
        places = starts, ends + 1, np.searchsorted(line_ends, starts)
        return Tuples(columns, *places, len(raw), len(line_ends), columns.kinds())

    def _columns(self, content: _Structure) -> _Values | None:
        """Return the values of each column; None if a tuple has not as many as it should."""
        found, rows = content.found, len(content.opening)
        inner = content.commas[found[content.commas - 1] != _CLOSE]
        if len(inner) != rows * (self._width - 1):
            return None
        ends = np.empty((rows, self._width), np.int64)
        ends[:, :-1] = inner.reshape(rows, self._width - 1)
        ends[:, -1] = content.closing
        if (ends[:, 0] < content.opening).any() or (ends[:, -2] > content.closing).any():
            return None
        starts = np.empty_like(ends)
        starts[:, 0] = content.opening + 1
        starts[:, 1:] = ends[:, :-1] + 1
        return _Values(found, starts, ends, doubled=content.doubled)


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
    commas = outside[rest == _COMMA]
    doubled = quotes[1:-1:2] + 1 == quotes[2::2]
    if not _are_plain(told, outside, rest, commas) or not _are_regular(told, quotes[0::2], quotes[1::2], doubled):
        return None
    opening, closing = outside[rest == _OPEN], outside[rest == _CLOSE]
    parted = len(opening) == len(closing) and (opening[1:] == closing[:-1] + 2).all()
    if not parted or not (told[closing[:-1] + 1] == _COMMA).all():
        return None
    return _Structure(told, opening, closing, commas, bool(doubled.any()))


def _outside(quotes: NDArray[np.int64], length: int) -> NDArray[np.bool_]:
    """Return which bytes stand in no string; an opening quotation mark is counted as inside, a closing one is not."""
    stretches = np.diff(quotes, prepend=0, append=length)
    return np.repeat(np.arange(len(stretches)) % 2 == 0, stretches)


def _are_plain(
    told: NDArray[np.uint8], outside: NDArray[np.int64], rest: NDArray[np.uint8], commas: NDArray[np.int64]
) -> bool:
    """Tell whether nothing but numbers and NULL stands outside of strings."""
    if not _OUTSIDE[rest].all() or not _are_nulls(rest):
        return False
    if ((told[commas + 1] == _COMMA) | (told[commas + 1] == _CLOSE) | (told[commas - 1] == _OPEN)).any():
        return False
    signs = outside[(rest == ord("-")) | (rest == ord("+"))]
    before = told[signs - 1]
    return bool(((before == _COMMA) | (before == _OPEN)).all())


def _are_nulls(rest: NDArray[np.uint8]) -> bool:
    """Tell whether the letters outside of strings are those of NULL, each a whole value."""
    at = np.flatnonzero(rest == _N)
    if np.count_nonzero(rest == _U) != len(at) or np.count_nonzero(rest == _L) != 2 * len(at):
        return False
    if not len(at):
        return True
    if at[0] < 1 or at[-1] + 4 >= len(rest):
        return False
    before, after = rest[at - 1], rest[at + 4]
    whole = ((before == _COMMA) | (before == _OPEN)) & ((after == _COMMA) | (after == _CLOSE))
    return bool((whole & (rest[at + 1] == _U) & (rest[at + 2] == _L) & (rest[at + 3] == _L)).all())


def _are_regular(
    told: NDArray[np.uint8], opening: NDArray[np.int64], closing: NDArray[np.int64], doubled: NDArray[np.bool_]
) -> bool:
    """Tell whether each quotation mark stands at the border of a value, or is one of two inside a string."""
    if not len(opening):
        return True
    before, after = told[opening - 1], told[closing + 1]
    begins = (before == _COMMA) | (before == _OPEN)
    ends = (after == _COMMA) | (after == _CLOSE)
    begins[1:] |= doubled
    ends[:-1] |= doubled
    return bool(begins.all() and ends.all())
