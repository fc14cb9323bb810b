"""Statistics: vintages, the figures of a year or a part of it, its tables."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from ninja import Field, Schema
from ninja.params.functions import Path

Year = Annotated[int, Path(..., ge=1999, le=2100, description="year of clearing")]
TableCode = Annotated[str, Path(..., pattern="^[-a-z]{1,60}$", description="short name of a table")]


class StatisticsAsked(Schema):
    """What to count from, and how."""

    dataset: Literal["", "live", "published"] = Field("", description="empty: the one that has cases of the year")
    vintage: int = Field(0, ge=0, le=10**6, description="number of a vintage; 0 for the newest")
    part: Literal["", "H1", "H2", "01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12"] = Field(
        "", description="of the year: a half or a month; empty for the whole"
    )
    place: Literal["cleared-at", "occurred-at"] = Field("cleared-at", description="with which force units count")
    public: Literal["no", "yes"] = Field("no", description="yes: small crossings are withheld, for publication")


class VintageSaid(Schema):
    """Units as they stood at a moment, counted from for good."""

    dataset: str
    number: int
    state: str = Field(description="provisional or final")
    cut_off: datetime = Field(description="what was recorded later does not count")
    made_at: datetime | None = Field(description="when it was made: the funnel and who waits are as they stood then")
    cases: int
    sha256: str = Field(description="of the units")


class VintageList(Schema):
    """A page of the vintages, the newest of each data set first."""

    vintages: list[VintageSaid]
    total: int
    pages: int


class TableName(Schema):
    """A table that there is."""

    code: str
    title: str


class TableLeftOut(Schema):
    """A table that is not published, and why."""

    code: str
    title: str
    reason: str


class PeriodSaid(Schema):
    """The days of clearing that figures are of, both included."""

    part: str = Field(description="H1, H2 or a month; empty for the whole year")
    first: date
    last: date


class SourceSaid(Schema):
    """What a source operation adds to a year."""

    source: str
    group: str
    cases: int
    of: int
    share: float | None = Field(description="per cent")


class YearTotals(Schema):
    """The three counts of a year, or of a part of one."""

    year: int
    label: str = Field(description="as 2017, 2017-H1 or 2017-05")
    cases: int
    persons: int
    victims: int


class ReportSaid(Schema):
    """A year's figures: cases, persons and victims are three counts and never added up."""

    year: int
    period: PeriodSaid
    vintage: VintageSaid
    place: str
    withheld_small_crossings: bool
    cases: dict[str, float | int | None] = Field(description="total, parts, change against the year before")
    persons: dict[str, float | int | None]
    victims: dict[str, float | int | None]
    lawbreaking: dict[str, int | None] | None = Field(
        description="children under 14 at the act, in none of the three counts; null where they were not counted"
    )
    sources: list[SourceSaid]
    funnel: dict[str, dict[str, int | None]] = Field(
        description="source operation: how far those listed came; null where so few children are withheld"
    )
    series: list[YearTotals]
    notes: list[str] = Field(description="what a reader has to know, in the reader's language")
    tables: list[TableName]
    left_out: list[TableLeftOut] = Field(description="tables that are not published, each with the reason")


class ValueSaid(Schema):
    """A row or a column of a table."""

    code: str
    name: str


class TableSaid(Schema):
    """A table; null stands where a crossing is withheld."""

    code: str
    title: str
    unit: str
    definition: str
    filter: str
    cut_off: str
    rows: list[ValueSaid]
    columns: list[ValueSaid]
    cells: list[list[int | None]]
    row_totals: list[int | None]
    column_totals: list[int | None]
    total: int
