"""The report's figures and tables, counted from a vintage as the desk and the command line count them."""

from __future__ import annotations

from typing import Any, Final

from ninja import Query, Router

from soken.access.policy import Act
from soken.api.gate import Asked, reading
from soken.api.shapes.questions import Paged
from soken.api.shapes.statistics import (
    ReportSaid,
    StatisticsAsked,
    TableCode,
    TableLeftOut,
    TableName,
    TableSaid,
    VintageList,
    VintageSaid,
    Year,
    YearTotals,
)
from soken.casework.language import page_language
from soken.casework.models import Vintage
from soken.casework.selectors.statistics import annual_report, annual_table
from soken.casework.selectors.store import home
from soken.casework.selectors.vintages import vintage_for
from soken.exchange.statistics import left_out, table_object
from soken.report.counting import Place
from soken.report.span import Span

router = Router(tags=["statistics"])

#: Vintages on a page.
PAGE: Final = 100


@reading(router, "/statistics/vintages", Act.SEE_STATISTICS, VintageList, summary="Vintages of the statistics")
def vintages(request: Asked, asked: Query[Paged]) -> VintageList:
    """List the vintages that were taken: what figures were counted from, and can be counted from again."""
    every = Vintage.objects.order_by("dataset", "-number")
    total = every.count()
    return VintageList(
        vintages=[_vintage(one) for one in every[PAGE * (asked.page - 1) : PAGE * asked.page]],
        total=total,
        pages=max(1, -(-total // PAGE)),
    )


@reading(router, "/statistics/{year}", Act.SEE_STATISTICS, ReportSaid, summary="A year's figures")
def year_figures(request: Asked, year: Year, asked: Query[StatisticsAsked]) -> ReportSaid:
    """Give the counts of cases, persons and victims of a year, their changes and shares, and what they do not say.

    With ``part``: of a half-year or month of it.
    """
    vintage = _vintage_of(year, asked)
    report = annual_report(home(), vintage, year, **_how(request, asked))
    language, figures = page_language(), report.figures
    return ReportSaid(
        year=year,
        period=figures["period"],
        vintage=_vintage(vintage),
        place=report.place.value,
        withheld_small_crossings=report.public,
        notes=report.notes(language),
        series=[YearTotals(**one) for one in report.series],
        tables=[TableName(code=one.kind.code, title=one.kind.said(language)) for one in report.tables],
        left_out=[TableLeftOut(**one) for one in left_out(report, language)],
        lawbreaking=figures.get("lawbreaking"),
        **{name: figures[name] for name in ("cases", "persons", "victims", "sources", "funnel")},
    )


@reading(router, "/statistics/{year}/tables/{table}", Act.SEE_STATISTICS, TableSaid, summary="A table of a year")
def year_table(request: Asked, year: Year, table: TableCode, asked: Query[StatisticsAsked]) -> dict[str, Any]:
    """Give one table with its definition, filter and cut-off; its words in the reader's language.

    One that cannot be published is refused with the reason.
    """
    counted, found = annual_table(home(), _vintage_of(year, asked), year, table, **_how(request, asked))
    return table_object(counted, found, page_language())


def _vintage_of(year: int, asked: StatisticsAsked) -> Vintage:
    """Return the vintage that was asked for.

    Raises:
        NotFoundError: there is no such vintage, or nothing was cleared in that span.
        RefusedError: two data sets have cases of it.
    """
    span = Span(year, asked.part)
    return vintage_for(home(), dataset=asked.dataset, number=asked.vintage or None, span=span)


def _how(request: Asked, asked: StatisticsAsked) -> dict[str, Any]:
    """Return for whom figures are counted, and how."""
    return {
        "reader": request.auth.user, "part": asked.part, "place": Place(asked.place), "public": asked.public == "yes",
    }  # fmt: skip


def _vintage(one: Vintage) -> VintageSaid:
    """Say what figures are counted from."""
    return VintageSaid(
        dataset=one.dataset, number=one.number, state="final" if one.final else "provisional", cut_off=one.cut_off,
        made_at=one.made_at, cases=one.cases, sha256=one.sha256,
    )  # fmt: skip
