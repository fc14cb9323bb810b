"""Dates of birth: Western and Japanese calendar, in every spelling met, with what is unsure marked as such.

Impossible dates are refused (30 February, Shōwa 64 January 8, a thirteenth month that cannot be a day). A date that can
be read two ways (01/02/1980), a two-digit year and a spreadsheet's serial number are read, and marked unsure.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from soken.normalise.numerals import arabic
from soken.normalise.width import fold_width

#: Era → (first day, last day or None). Source: the era names law and cabinet orders; Meiji from the day on which
#: its era began.
_ERAS: dict[str, tuple[date, date | None]] = {
    "明治": (date(1868, 1, 25), date(1912, 7, 29)),
    "大正": (date(1912, 7, 30), date(1926, 12, 24)),
    "昭和": (date(1926, 12, 25), date(1989, 1, 7)),
    "平成": (date(1989, 1, 8), date(2019, 4, 30)),
    "令和": (date(2019, 5, 1), None),
}
_SHORT = {"明": "明治", "大": "大正", "昭": "昭和", "平": "平成", "令": "令和",
          "m": "明治", "t": "大正", "s": "昭和", "h": "平成", "r": "令和"}  # fmt: skip
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ERA = re.compile(
    r"(明治|大正|昭和|平成|令和|[明大昭平令mtshr])\.?\s*(元|\d{1,2})\s*(?:年|[./\-\s])\s*(\d{1,2})\s*(?:月|[./\-\s])\s*(\d{1,2})\s*日?"
)
_ERA_PACKED = re.compile(r"([mtshr])(\d{2})(\d{2})(\d{2})")
_YEAR_FIRST = re.compile(r"(\d{4})\s*(?:年|[./\-\s])\s*(\d{1,2})\s*(?:月|[./\-\s])\s*(\d{1,2})\s*日?")
_YEAR_LAST = re.compile(r"(\d{1,2})\s*[./\-\s]\s*(\d{1,2})\s*[./\-\s]\s*(\d{4})")
_SHORT_YEAR = re.compile(r"(\d{2})\s*(?:年|[./\-])\s*(\d{1,2})\s*(?:月|[./\-])\s*(\d{1,2})\s*日?")
_PACKED = re.compile(r"(\d{4})(\d{2})(\d{2})")
_DAY_NAMED = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[\s\-./]*([a-z]{3,9})\.?[\s\-./,]*(\d{4})")
_NAMED_DAY = re.compile(r"([a-z]{3,9})\.?[\s\-./]*(\d{1,2})(?:st|nd|rd|th)?[\s\-./,]+(\d{4})")
_SERIAL = re.compile(r"(\d{5})(?:\.0+)?")
_TIME = re.compile(r"(?<=\d)(?:日)?[t\s]\s*\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s*(?:z|utc|[+-]\d{2}:?\d{2})?$")
_FLOAT = re.compile(r"^(\d{8})\.0+$")
_NOISE = re.compile(r"\([日月火水木金土]\)|生まれ|生$|^西暦")
_EARLIEST, _LATEST = 1868, 2100
_EXCEL_EPOCH = date(1899, 12, 30)
#: Serials of 1900-01-01 to about 2064 have five digits from 10000 (1927) on.
_SERIALS = range(10000, 60000)


@dataclass(frozen=True, slots=True)
class DateKey:
    """A date in comparable form.

    Attributes:
        iso: "YYYY-MM-DD"; None where the text is no date or an impossible one.
        sure: False where the text can be read in more than one way.
        flag: 'day-month', 'short-year', 'serial' with a date; 'impossible', 'not-a-date' without; "" otherwise.
    """

    iso: str | None
    sure: bool = True
    flag: str = ""


_NONE = DateKey(None, sure=False, flag="not-a-date")
_IMPOSSIBLE = DateKey(None, sure=False, flag="impossible")


def normalise_date(text: str, *, day_first: bool | None = None) -> DateKey:
    """Return the comparable form of a date.

    Accepts any text: 昭和63年1月7日, S63.1.7, ㍼63年, 平成元年, kanji numerals, 1988-01-07, 19880107, 7 Jan 1988,
    01/07/1988, a time behind it. Partial dates (a year and month only) are refused.

    Args:
        text: as typed.
        day_first: how the list writes 01/02/1980, if that is known; None leaves such a date unsure (read as month
            first).
    """
    plain = arabic(_NOISE.sub("", fold_width(text))).lower()
    plain = _FLOAT.sub(r"\1", _TIME.sub("", plain).strip())
    return _era(plain) or _year_first(plain) or _year_last(plain, day_first) or _named(plain) or _unsure(plain) or _NONE


def _era(text: str) -> DateKey | None:
    """Return the key of a date of the Japanese calendar, or None if it is none; the day must lie within its era."""
    match = _ERA.fullmatch(text) or _ERA_PACKED.fullmatch(text)
    if match is None:
        return None
    name, year, month, day = match.groups()
    first, last = _ERAS[_SHORT.get(name, name)]
    number = 1 if year == "元" else int(year)
    found = _day(first.year + number - 1, int(month), int(day)) if number else None
    if found is None or found < first or (last is not None and found > last):
        return _IMPOSSIBLE
    return DateKey(found.isoformat())


def _day(year: int, month: int, day: int) -> date | None:
    """Return the day, or None if the calendar does not have it or it lies out of all reason."""
    if not _EARLIEST <= year <= _LATEST:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _checked(year: int, month: int, day: int, *, flag: str = "") -> DateKey:
    """Return the key of a day, or the refusal of an impossible one."""
    found = _day(year, month, day)
    return DateKey(found.isoformat(), sure=not flag, flag=flag) if found else _IMPOSSIBLE


def _year_first(text: str) -> DateKey | None:
    """Return the key of year, month, day."""
    match = _YEAR_FIRST.fullmatch(text) or _PACKED.fullmatch(text)
    return _checked(*map(int, match.groups())) if match else None


def _year_last(text: str, day_first: bool | None) -> DateKey | None:
    """Return the key of a date whose year stands last: sure only where one of the numbers cannot be a month."""
    match = _YEAR_LAST.fullmatch(text)
    if match is None:
        return None
    one, two, year = map(int, match.groups())
    if one > 12 or two > 12:
        return _checked(year, min(one, two), max(one, two)) if min(one, two) <= 12 else _IMPOSSIBLE
    if one == two:
        return _checked(year, one, two)
    if day_first is None:
        return _checked(year, one, two, flag="day-month")
    return _checked(year, two, one) if day_first else _checked(year, one, two)


def _named(text: str) -> DateKey | None:
    """Return the key of a date with the month's English name."""
    if match := _DAY_NAMED.fullmatch(text):
        day, name, year = match.groups()
    elif match := _NAMED_DAY.fullmatch(text):
        name, day, year = match.groups()
    else:
        return None
    return _checked(int(year), _MONTHS.index(name[:3]) + 1, int(day)) if name[:3] in _MONTHS else None


def _unsure(text: str) -> DateKey | None:
    """Return the key of a two-digit year (taken as 19xx) or of a spreadsheet's day number."""
    if match := _SHORT_YEAR.fullmatch(text):
        year, month, day = map(int, match.groups())
        return _checked(1900 + year if year > 25 else 2000 + year, month, day, flag="short-year")
    if (match := _SERIAL.fullmatch(text)) and int(match.group(1)) in _SERIALS:
        found = _EXCEL_EPOCH + timedelta(days=int(match.group(1)))
        return DateKey(found.isoformat(), sure=False, flag="serial")
    return None


def day_first_of(texts: list[str]) -> bool | None:
    """Return how a list writes 01/02/1980: True for day first, False for month first, None if its dates do not show it.

    A date like 23/10/1980 or 10/23/1980 shows it; at least three must, and nearly all (19 in 20) the same way.
    """
    day, month = 0, 0
    for text in texts:
        match = _YEAR_LAST.fullmatch(fold_width(text).lower())
        if match is not None:
            one, two = int(match.group(1)), int(match.group(2))
            day += one > 12 >= two
            month += two > 12 >= one
    if day + month < 3 or min(day, month) * 20 > day + month:
        return None
    return day > month
