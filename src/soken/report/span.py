"""What a report is of: a year, one of its halves, or one of its months."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import Final

from soken.core.errors import BadInputError
from soken.report.counting import HALVES, Period

_HALVES: Final = dict(zip(HALVES, ((1, 6), (7, 12)), strict=True))
#: The parts of a year that a report can be of; '' is the whole.
PARTS: Final = ("", *_HALVES, *(f"{month:02}" for month in range(1, 13)))
_EN: Final = {"H1": "the first half of {year}", "H2": "the second half of {year}"}
_JA: Final = {"H1": "{year}年上半期", "H2": "{year}年下半期"}


@dataclass(frozen=True, slots=True)
class Span:
    """Days of clearing that make a year or a part of it.

    Attributes:
        year: of clearing.
        part: '' for the whole year, "H1" or "H2" for a half, "01" to "12" for a month.

    Raises:
        BadInputError: a year has no such part.
    """

    year: int
    part: str = ""

    def __post_init__(self) -> None:
        """Refuse a part that no year has."""
        if self.part not in PARTS:
            raise BadInputError(f"{self.part!r} is no part of a year: give H1, H2, or a month as 05.")

    @property
    def period(self) -> Period:
        """The days, both ends included."""
        first, last = _HALVES.get(self.part) or ((int(self.part),) * 2 if self.part else (1, 12))
        return Period(date(self.year, first, 1), date(self.year, last, monthrange(self.year, last)[1]))

    @property
    def before(self) -> Span:
        """The same part of the year before."""
        return Span(self.year - 1, self.part)

    @property
    def label(self) -> str:
        """A short name that sorts by time, as in 2017, 2017-H1 and 2017-05."""
        return f"{self.year}-{self.part}" if self.part else str(self.year)

    def said(self, language: str) -> str:
        """Return what it is called in "ja", else in English."""
        if language == "ja":
            return _JA.get(self.part, "{year}年" + (f"{int(self.part)}月" if self.part.isdigit() else "")).format(
                year=self.year
            )
        return _EN.get(self.part, self.label).format(year=self.year)
