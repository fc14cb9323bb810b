"""Cells as text, and which row of a sheet is the heading."""

from __future__ import annotations

import datetime
import re
from typing import TYPE_CHECKING, Final

from soken.intake.headings import meaning

if TYPE_CHECKING:
    from collections.abc import Sequence

Value = int | float | str | bool | datetime.time | datetime.date | datetime.datetime | datetime.timedelta

#: Up to here a float holds every whole number exactly.
_EXACT: Final = 2**53
#: What no heading looks like: a mail address, or five digits (a phone, a postal code, a number of an order).
_DATA_RE: Final = re.compile(r"\S@\S|(?:[0-9０-９][-‐−ー－/.: ]?){5}")
#: A heading fills at least this part of the columns that rows fill.
_FILLED: Final = 0.5

_KANA_RE: Final = re.compile(r"[\u3041-\u3096\u30a1-\u30fa]")
#: What only Japanese headings say; other countries write Chinese characters too.
_JAPANESE_RE: Final = re.compile(r"[\u3041-\u3096\u30a1-\u30fa〒]|郵便|都道府県|氏名")
_POSTAL_DIGITS: Final = 7
_PHONE_RE: Final = re.compile(r"[1-9]\d{8}|[25789]0[1-9]\d{7}")
#: Field → numbers that have lost their zeros.
_DROPPED: Final = {"phone": _PHONE_RE, "phone2": _PHONE_RE, "postal_code": re.compile(r"[1-9]\d{4,5}")}


def cell_text(value: Value) -> str | None:
    """A cell as text: whole numbers without ``.0``, dates as ISO, truth as Excel shows it; None if it is empty."""
    if isinstance(value, str):
        return value or None
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < _EXACT else repr(value)
    if isinstance(value, datetime.datetime):
        return value.isoformat(" ")
    if isinstance(value, datetime.timedelta):
        return _duration(value)
    return value.isoformat() if isinstance(value, datetime.date | datetime.time) else str(value)


def _duration(value: datetime.timedelta) -> str:
    seconds = int(abs(value).total_seconds())
    sign = "-" if value < datetime.timedelta() else ""
    return f"{sign}{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def heading_row(rows: Sequence[Sequence[Value]]) -> int | None:
    """Index of the row that is the heading, among the first rows of a sheet; None if there seems to be none.

    The heading is the first row that fills most columns, whatever stands above it; it is none if it holds
    a number, a date, or what looks like a mail address or a phone.
    """
    filled = [sum(cell != "" for cell in row) for row in rows]
    width = max(filled, default=0)
    for index, count in enumerate(filled):
        if count and count >= _FILLED * width:
            return index if all(_may_head(cell) for cell in rows[index]) else None
    return None


def _may_head(cell: Value) -> bool:
    return isinstance(cell, str) and _DATA_RE.search(cell) is None


class LeadingZeros:
    """Gives Japanese phones and postal codes the zeros that a workbook drops when it holds them as numbers.

    Only where nothing else can be meant: on a sheet that is in Japanese, in a column whose heading says that it holds
    phones or postal codes, and for a number of a length that none has without its zeros. Postal codes have seven
    digits; phones ten, those of mobile and internet telephony eleven (Ministry of Internal Affairs, numbering plan).

    Args:
        columns: the headings.
        body: the first rows.
    """

    def __init__(self, columns: Sequence[str], body: Sequence[Sequence[Value]]) -> None:
        cells = (cell for row in body for cell in row if isinstance(cell, str))
        japanese = any(map(_JAPANESE_RE.search, columns)) or any(map(_KANA_RE.search, cells))
        self._kinds: dict[int, re.Pattern[str]] = {}
        for position, name in enumerate(columns if japanese else ()):
            said = meaning(name)
            field = said[0].removeprefix("ship_") if said else ""
            if field in _DROPPED:
                self._kinds[position] = _DROPPED[field]
        self.columns = [
            columns[position]
            for position in self._kinds
            if any(position < len(row) and self._padded(position, row[position]) for row in body)
        ]

    def row(self, row: Sequence[Value]) -> list[str | None]:
        """Return a row's cells as text."""
        texts = [cell_text(cell) for cell in row]
        for position in self._kinds:
            if position < len(row) and (padded := self._padded(position, row[position])):
                texts[position] = padded
        return texts

    def _padded(self, position: int, cell: Value) -> str | None:
        """Return a number with its zeros, None where it has lost none."""
        if isinstance(cell, bool) or not isinstance(cell, int | float):
            return None
        text = cell_text(cell) or ""
        if not self._kinds[position].fullmatch(text):
            return None
        return text.zfill(_POSTAL_DIGITS) if self._kinds[position] is _DROPPED["postal_code"] else f"0{text}"
