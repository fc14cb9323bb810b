"""A report: figures, tables and notes of a year or a part of it from one vintage, ready to be shown in any shape."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from soken.report.annual import figures_as_published, figures_of, series
from soken.report.codes import code_list
from soken.report.counting import HALVES, Place, Scope, Unit, total
from soken.report.disclosure import SMALL
from soken.report.funnel import REACHED
from soken.report.linked import linked_with, protect_all
from soken.report.naming import Naming, name_sources
from soken.report.span import Span
from soken.report.tables import as_published, count_table, value_words
from soken.report.together import published_tables
from soken.report.units import holds
from soken.route.clocks import JAPAN

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
        made_at: when the vintage was made: what became of a list, and who waits, are as they stood then; None where
            that was not kept.
    """

    dataset: str
    vintage: int
    final: bool
    cut_off: datetime
    sha256: str
    made_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Counted:
    """What figures and tables were counted from, and how.

    Attributes:
        span: of clearing.
        source: what it was counted from.
        place: with which force units count.
        public: whether small crossings are withheld.
    """

    span: Span
    source: Source
    place: Place
    public: bool


@dataclass(frozen=True, slots=True)
class Report(Counted):
    """The report of a year, or of a part of one.

    Attributes:
        figures: see `soken.report.annual.figures_of`.
        series: the totals of each year, half-year or month.
        tables: in their order.
        left_out: tables that their totals leave no room to publish.
        unnamed: whether it does not name every source operation that it counts.
    """

    figures: dict[str, Any]
    series: list[dict[str, Any]]
    tables: tuple[Table, ...]
    unnamed: bool = False
    left_out: tuple[TableKind, ...] = ()

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
        found += _of_trust(persons, language)
        listed = "not-the-list" if self.source.dataset == "published" else "not-the-list-here"
        found += [
            _said(text[listed], language, persons=persons["total"], year=self.span.said(language),
                  source=value_words("source", source, language),
                  **{stage: stages[stage] for stage in REACHED})
            for source, stages in figures["funnel"].items()
            if stages["referred"]
        ]  # fmt: skip
        if self.source.dataset == "live":
            found.append(_said(text["persons-across"], language))
        if any(one.kind.unit is Unit.DISPOSED and one.total for one in self.tables):
            found.append(_said(text["decided-is-not-cleared"], language))
        if "lawbreaking" in figures:
            children = figures["lawbreaking"]["total"]
            told = "lawbreaking-few" if children is None else "lawbreaking"
            found.append(_said(text[told], language, children=children, small=SMALL))
        found.append(_said(text["cleared-is-not-guilty"], language))
        if any("safeguarded" in stages for stages in figures["funnel"].values()):
            found.append(_said(text["children-safeguarded"], language))
        if self.source.dataset == "published":
            found.append(_said(text["published-units"], language))
        elif self.source.made_at is None:
            found.append(_said(text["made-nobody-knows-when"], language))
        else:
            made = self.source.made_at.astimezone(JAPAN).isoformat(timespec="minutes")
            found.append(_said(text["as-when-made"], language, made=made))
        if self.unnamed:
            found.append(_said(text["not-named-in-public" if self.public else "not-named-to-you"], language))
        if self.public:
            found.append(_said(text["small-numbers"], language, small=SMALL))
        if self.public and self.source.dataset == "live" and self.span.part in {"", *HALVES}:
            found.append(_said(text["halves-together"], language))
        if self.left_out:
            titles = " / ".join(one.said(language) for one in self.left_out)
            found.append(_said(text["left-out"], language, titles=titles))
        return found


def whole_report(
    con: duckdb.DuckDBPyConnection,
    source: Source,
    kinds: Sequence[TableKind],
    span: Span,
    *,
    place: Place = Place.CLEARED_AT,
    public: bool = False,
    naming: Naming | None = None,
) -> Report:
    """Count a report.

    Args:
        con: holds the units of the vintage.
        source: the vintage.
        kinds: the tables to count.
        span: of clearing.
        place: with which force units count.
        public: whether to withhold small crossings, for publication.
        naming: which source operations are named; None for all.

    Raises:
        BadInputError: see `name_sources`.
    """
    unnamed = name_sources(con, naming) if naming else False
    tables = _tables(con, kinds, Counted(span, source, place, public))
    figures = figures_of(con, span)
    if source.dataset == "published":
        figures = figures_as_published(figures)
    if source.dataset == "live" and holds(con, Unit.LAWBREAKING.value):
        figures["lawbreaking"] = {"total": total(con, Unit.LAWBREAKING, Scope(span.period, place))}
    if public:
        figures["sources"] = _without_withheld(figures["sources"], tables)
        figures["funnel"] = {source: _without_few(stages) for source, stages in figures["funnel"].items()}
        # How work stands is for those who do it.
        figures["waiting"] = []
        if "lawbreaking" in figures and _few_children(con, span):
            figures["lawbreaking"] = {"total": None}
    shown = {one.kind for one in tables}
    left_out = tuple(kind for kind in kinds if kind not in shown)
    return Report(span, source, place, public, figures, series(con, span), tuple(tables), unnamed, left_out)


def one_table(
    con: duckdb.DuckDBPyConnection,
    kind: TableKind,
    kinds: Sequence[TableKind],
    counted: Counted,
    *,
    naming: Naming | None = None,
) -> Table | None:
    """Count one table as it stands in the report, and nothing that it does not need.

    For publication that is the table with which it is linked, for the two are protected as one.

    Args:
        con: holds the units of the vintage.
        kind: which table.
        kinds: the tables of the report.
        counted: from what, and how.
        naming: which source operations are named; None for all.

    Returns:
        None where its totals leave no room to publish it.

    Raises:
        BadInputError: see `name_sources`.
    """
    if naming is not None and (naming.tags or "source" in {kind.rows, kind.columns}):
        name_sources(con, naming)
    needed = linked_with(kind, kinds) if counted.public else [kind]
    return next((one for one in _tables(con, needed, counted) if one.kind is kind), None)


def _tables(con: duckdb.DuckDBPyConnection, kinds: Sequence[TableKind], counted: Counted) -> list[Table]:
    """Return tables as they stand in a report; those that cannot be published are left out of a publication."""
    span, scope = counted.span, Scope(counted.span.period, counted.place)
    if counted.source.dataset == "published":
        tables = [as_published(count_table(con, kind, scope)) for kind in kinds]
        return [one for one in protect_all(tables) if one is not None] if counted.public else tables
    if not counted.public:
        return [count_table(con, kind, scope) for kind in kinds]
    found: list[Table | None]
    if span.part not in {"", *HALVES}:
        # A month has no halves.
        found = protect_all([count_table(con, kind, scope) for kind in kinds])
    else:
        found = published_tables(con, kinds, span, counted.place)
    few = any(one.unit is Unit.LAWBREAKING for one in kinds) and _few_children(con, span)
    return [one for one in found if one is not None and not (few and one.kind.unit is Unit.LAWBREAKING)]


def _few_children(con: duckdb.DuckDBPyConnection, span: Span) -> bool:
    """Tell whether so few lawbreaking children are counted that they could be pointed at.

    For a year, in any of its halves too: the year's number less that of the other half would say it.
    """
    spans = [span] if span.part else [span, *(Span(span.year, half) for half in HALVES)]
    return any(0 < total(con, Unit.LAWBREAKING, Scope(one.period)) < SMALL for one in spans)


def _without_few(stages: dict[str, int]) -> dict[str, int | None]:
    """Return a list's counts; few children could be pointed at, so that their number is withheld (None)."""
    few = 0 < stages.get("safeguarded", 0) < SMALL
    return {**stages, "safeguarded": None} if few else {**stages}


def _without_withheld(sources: list[dict[str, Any]], tables: Sequence[Table]) -> list[dict[str, Any]]:
    """Return what source operations add, without what the table that crosses the same withholds."""
    table = next((one for one in tables if (one.kind.rows, one.kind.columns) == ("source", "group")), None)
    if table is None:
        return []
    return [one for one in sources if table.cells.get((one["source"], str(one["group"]).replace("_", "-"))) is not None]


def _of_trust(persons: dict[str, int | None], language: str) -> list[str]:
    """Return the note on who held a position of trust; none where nobody was cleared, or where it is not known."""
    if persons["positions_of_trust"] is None or not persons["total"]:
        return []
    named = [one.said(language) for one in code_list("occupations").values() if one.trust]
    return [
        _said(_notes()["positions-of-trust"], language, trusted=persons["positions_of_trust"],
              persons=persons["total"], unstated=persons["occupation_unstated"],
              occupations=("、" if language == "ja" else "; ").join(named))
    ]  # fmt: skip


def _said(text: dict[str, str], language: str, **values: Any) -> str:
    """Return a note with its figures, thousands parted."""
    shown = {name: f"{value:,}" if isinstance(value, int) else str(value) for name, value in values.items()}
    return text["ja" if language == "ja" else "en"].format(**shown)


@cache
def _notes() -> dict[str, dict[str, str]]:
    return tomllib.loads(files("soken.report").joinpath("notes.toml").read_text("utf-8"))
