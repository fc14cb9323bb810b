"""A report: figures, tables and notes of one year from one vintage, ready to be shown in any shape."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from soken.report.annual import annual_figures, series, whole_year
from soken.report.counting import Place, Scope
from soken.report.disclosure import SMALL, protect, protect_months
from soken.report.tables import count_table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    import duckdb

    from soken.report.tables import Table, TableKind


@dataclass(frozen=True, slots=True)
class Source:
    """What a report was counted from (R39).

    Attributes:
        dataset: "live" or "published".
        vintage: its number.
        final: final, else provisional.
        cut_off: what was recorded later does not count.
        sha256: of the units.
    """

    dataset: str
    vintage: int
    final: bool
    cut_off: datetime
    sha256: str


@dataclass(frozen=True, slots=True)
class Report:
    """A year's report.

    Attributes:
        year: of clearing.
        source: what it was counted from.
        place: with which force units count.
        public: whether small crossings are withheld.
        figures: see `soken.report.annual.annual_figures`.
        series: the totals of each year.
        tables: in their order.
    """

    year: int
    source: Source
    place: Place
    public: bool
    figures: dict[str, Any]
    series: list[dict[str, Any]]
    tables: tuple[Table, ...]

    def notes(self, language: str) -> list[str]:
        """Return what a reader has to know, in "ja", else in English."""
        figures, text = self.figures, _notes()
        cases, persons, victims = figures["cases"], figures["persons"], figures["victims"]
        found = [
            _said(text["three-counts"], language, cases=cases["total"], persons=persons["total"],
                  victims=victims["total"]),
        ]  # fmt: skip
        if victims["self_generated_share"] is not None:
            found.append(
                _said(text["share-of-victims"], language, share=victims["self_generated_share"],
                      part=victims["self_generated"], whole=victims["total"])
            )  # fmt: skip
        found += [
            _said(text["not-the-list"], language, persons=persons["total"], year=str(self.year), source=source,
                  **{stage: units for stage, units in stages.items() if stage != "cleared"})
            for source, stages in figures["funnel"].items()
            if stages["referred"]
        ]  # fmt: skip
        found.append(_said(text["cleared-is-not-guilty"], language))
        if self.source.dataset == "published":
            found.append(_said(text["published-units"], language))
        if self.public:
            found.append(_said(text["small-numbers"], language, small=SMALL))
        return found


def year_report(
    con: duckdb.DuckDBPyConnection,
    source: Source,
    kinds: Sequence[TableKind],
    year: int,
    *,
    place: Place = Place.CLEARED_AT,
    public: bool = False,
) -> Report:
    """Count a year's report.

    Args:
        con: holds the units of the vintage.
        source: the vintage.
        kinds: the tables to count.
        year: of clearing.
        place: with which force units count.
        public: whether to withhold small crossings, for publication.
    """
    tables = [count_table(con, kind, Scope(whole_year(year), place)) for kind in kinds]
    if public:
        tables = _protected(tables)
    return Report(year, source, place, public, annual_figures(con, year), series(con), tuple(tables))


def _protected(tables: Sequence[Table]) -> list[Table]:
    """Return the tables with small crossings withheld; months know what half-years give away."""
    halves = {(table.kind.unit, table.kind.rows): protect(table) for table in tables if table.kind.columns == "half"}
    found = []
    for table in tables:
        known = halves.get((table.kind.unit, table.kind.rows))
        if table.kind.columns == "half" and known is not None:
            found.append(known)
        elif table.kind.columns == "month" and known is not None:
            found.append(protect_months(table, known))
        else:
            found.append(protect(table))
    return found


def _said(text: dict[str, str], language: str, **values: Any) -> str:
    """Return a note with its figures, thousands parted."""
    shown = {name: f"{value:,}" if isinstance(value, int) else str(value) for name, value in values.items()}
    return text["ja" if language == "ja" else "en"].format(**shown)


@cache
def _notes() -> dict[str, dict[str, str]]:
    return tomllib.loads(files("soken.report").joinpath("notes.toml").read_text("utf-8"))
