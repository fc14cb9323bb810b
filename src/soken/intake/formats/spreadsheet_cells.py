"""Cells as text, and which row of a sheet is the heading."""

from __future__ import annotations

import datetime
import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

Value = int | float | str | bool | datetime.time | datetime.date | datetime.datetime | datetime.timedelta

#: Up to here a float holds every whole number exactly.
_EXACT: Final = 2**53
#: What no heading looks like: a mail address, or five digits (a phone, a postal code, a number of an order).
_DATA_RE: Final = re.compile(r"\S@\S|(?:[0-9０-９][-‐−ー－/.: ]?){5}")
#: A heading fills at least this part of the columns that rows fill.
_FILLED: Final = 0.5


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
