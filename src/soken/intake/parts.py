"""One value in several columns: a telephone number in three, a postal code in two, a birth date in three.

A heading says the part (``TEL1``, ``郵便番号(上)``, ``birth_month``), and the values must be parts: ``電話番号1`` and
``電話番号2`` may as well be two telephone numbers.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import groupby
from typing import TYPE_CHECKING, Final

from soken.intake.headings import fold_heading, meaning

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

#: What stands between the parts of a field's value; between other columns of one field stands a space.
JOINED_BY: Final = {
    "phone": "-",
    "phone2": "-",
    "postal_code": "-",
    "birth_date": "-",
    "ship_phone": "-",
    "ship_postal_code": "-",
}
_CONFIDENCE: Final = 0.85
_SAMPLE: Final = 200
#: From this share of the rows on, the values are parts.
_SHARE: Final = 0.8
_COUNTED: Final = re.compile(
    r"(?P<stem>.*?)(?P<part>0?[1-4]|[a-d]|[上中下前後]|前半|後半|市外局番|市内局番|加入者番号)"
)
_FIRST: Final = frozenset({"1", "a", "上", "前", "前半", "市外局番"})
_DIGITS: Final = re.compile(r"\d+")
#: How many digits the parts of a value have: each, and together. A workbook loses the zeros in front.
_PHONE: Final = (range(1, 6), range(8, 12))
_POSTAL: Final = (range(1, 5), range(4, 8))
_SHAPES: Final = {
    "phone": (_PHONE, (2, 3)),
    "phone2": (_PHONE, (2, 3)),
    "ship_phone": (_PHONE, (2, 3)),
    "postal_code": (_POSTAL, (2,)),
    "ship_postal_code": (_POSTAL, (2,)),
}
_YEARS: Final = re.compile(r"(?P<stem>.*?)(?P<part>年|year|yyyy|yy|y)")
_MONTHS: Final = re.compile(r"(?P<stem>.*?)(?P<part>月|month|mon|mm|m)")
_DAYS: Final = re.compile(r"(?P<stem>.*?)(?P<part>日|day|dd|d)")
_BIRTH: Final = frozenset(
    {"生", "誕生", "誕生日", "生年月日", "出生", "birth", "dob", "birthday", "birthdate", "dateofbirth"}
)
_YEAR: Final = re.compile(r"(?:19|20)\d\d年?|(?:[MTSHR]|明治|大正|昭和|平成|令和)\s*(?:\d{1,2}|元)年?")
_MONTH: Final = re.compile(r"0?[1-9]月?|1[0-2]月?")
_DAY: Final = re.compile(r"0?[1-9]日?|[12]\d日?|3[01]日?")


def in_parts(filled: Mapping[str, Sequence[str | None]]) -> dict[str, tuple[str, float]]:
    """Return the columns that hold parts of one value.

    Args:
        filled: heading → its cells, in the order of the file.

    Returns:
        heading → (field, confidence); the columns of one field stand in the order of its parts.
    """
    found: dict[str, tuple[str, float]] = {}
    for field, columns in _runs(list(filled)):
        if field not in {one for one, _sure in found.values()} and _are_parts(field, [filled[one] for one in columns]):
            found |= dict.fromkeys(columns, (field, _CONFIDENCE))
    birth = _birth(list(filled))
    if birth and _are_dates([filled[one] for one in birth]):
        found |= dict.fromkeys(birth, ("birth_date", _CONFIDENCE))
    return found


def _runs(headings: Sequence[str]) -> list[tuple[str, list[str]]]:
    """Return neighbouring columns whose headings differ by a part only, with the field that the rest of them names."""
    runs = []
    for stem, group in groupby(headings, key=_stem):
        columns = list(group)
        said = meaning(stem) if stem and _part(columns[0]) in _FIRST else None
        if said is None or len({_part(one) for one in columns}) < len(columns):
            continue
        shape = _SHAPES.get(said[0])
        if shape and len(columns) in shape[1]:
            runs.append((said[0], columns))
    return runs


def _match(heading: str) -> re.Match[str] | None:
    return _COUNTED.fullmatch(fold_heading(heading))


def _stem(heading: str) -> str:
    found = _match(heading)
    return found["stem"] if found else ""


def _part(heading: str) -> str:
    found = _match(heading)
    return found["part"].removeprefix("0") if found else ""


def _are_parts(field: str, columns: Sequence[Sequence[str | None]]) -> bool:
    """Tell whether most rows with a value have digits in each column, each and together as many as parts have."""
    (each, together), _columns = _SHAPES[field]
    rows = [[_digits(cell) for cell in row] for row in zip(*columns, strict=True) if any(row)][:_SAMPLE]
    hits = sum(all(len(one) in each for one in row) and sum(map(len, row)) in together for row in rows)
    return bool(rows) and hits >= _SHARE * len(rows)


def _digits(cell: str | None) -> str:
    plain = unicodedata.normalize("NFKC", cell or "").strip("'() -")
    return plain if _DIGITS.fullmatch(plain) else ""


def _birth(headings: Sequence[str]) -> list[str]:
    """Return the columns of year, month and day of birth, [] if one of them is missing."""
    parts = []
    for pattern in (_YEARS, _MONTHS, _DAYS):
        named = [one for one in headings if (found := pattern.fullmatch(fold_heading(one))) and found["stem"] in _BIRTH]
        parts += named[:1]
    return parts if len(set(parts)) == 3 else []


def _are_dates(columns: Sequence[Sequence[str | None]]) -> bool:
    """Tell whether most rows with a value have a year, a month and a day."""
    shapes = (_YEAR, _MONTH, _DAY)
    rows = [row for row in zip(*columns, strict=True) if any(row)][:_SAMPLE]
    hits = sum(
        all(
            shape.fullmatch(unicodedata.normalize("NFKC", cell or "").strip())
            for shape, cell in zip(shapes, row, strict=True)
        )
        for row in rows
    )
    return bool(rows) and hits >= _SHARE * len(rows)
