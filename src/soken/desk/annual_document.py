"""A year's report as people see it: on its page, and as a document that stands alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import override

from soken.core.errors import DamagedStoreError
from soken.reference.forces import force_of_prefecture
from soken.reference.prefectures import prefectures
from soken.report.charts import Line, bar_chart, series_chart, tile_map, tiles
from soken.report.counting import Unit
from soken.report.tables import attribute_words, unit_words, value_words, word

if TYPE_CHECKING:
    from soken.report.tables import Table
    from soken.report.whole import Report

_STYLE: Final = "desk/soken.css"


def annual_document(report: Report, language: str) -> str:
    """Return the report as one HTML document with its style inside, to keep, send or print.

    Raises:
        DamagedStoreError: the style sheet is missing.
    """
    found = finders.find(_STYLE)
    if not isinstance(found, str):
        raise DamagedStoreError("The style sheet of the desk is missing; reinstall Soken.")
    with override(language), open(found, encoding="utf-8") as style:  # noqa: PTH123 (a path as a string)
        # Our own style sheet.
        context = annual_context(report, language) | {"style": mark_safe(style.read())}  # noqa: S308
        return render_to_string("desk/annual_document.html", context)


def annual_context(report: Report, language: str) -> dict[str, Any]:
    """Return what the templates of a report show."""
    withheld = word("withheld", language)
    return {
        "report": report,
        "language": language,
        "title": word("report", language).format(year=report.year),
        "state": word("final" if report.source.final else "provisional", language),
        "place": word(report.place.value, language),
        "headline": [
            {"name": unit_words(unit, language)[0], "definition": unit_words(unit, language)[1]}
            | report.figures[unit.value]
            for unit in Unit
        ],
        "notes": report.notes(language),
        "series": _series(report, language),
        "map": _map(report, language),
        "tables": [_table(report, table, language, withheld) for table in report.tables],
        "funnel": [
            {"source": source, "stages": [(_reached(stage), units) for stage, units in stages.items()]}
            for source, stages in report.figures["funnel"].items()
        ],
        "withheld": word("suppressed", language),
        "withheld_mark": withheld,
    }


def _series(report: Report, language: str) -> str:
    """Return the three counts over the years as a chart; '' for a single year."""
    if len(report.series) < 2:
        return ""
    lines = [
        Line(unit.value, unit_words(unit, language)[0], [one[unit.value] for one in report.series]) for unit in Unit
    ]
    points = [str(one["year"]) for one in report.series]
    # Every text in a chart is escaped where it is made.
    return mark_safe(series_chart(word("series", language), points, lines, identity="series"))  # noqa: S308


def _map(report: Report, language: str) -> str:
    """Return the cases of each force on a map of equal tiles; '' where no table counts them."""
    table = next((one for one in report.tables if one.kind.rows == "force" and one.kind.unit is Unit.CASES), None)
    if table is None:
        return ""
    values = {}
    for prefecture in tiles():
        units = table.row_totals.get(force_of_prefecture(prefecture) or "")
        if units is not None:
            values[prefecture] = units
    names = {code: _short(code, language) for code in tiles()}
    return mark_safe(  # noqa: S308 (escaped where it is made)
        tile_map(_("Cases cleared by force"), values, names, nothing=word("unstated", language), identity="map")
    )


def _short(code: str, language: str) -> str:
    """Return a prefecture's name as it fits on a tile."""
    if language != "ja":
        return prefectures()[code].en[:5]
    name = prefectures()[code].ja
    return name if name == "北海道" else name[:-1]


def _table(report: Report, table: Table, language: str, withheld: str) -> dict[str, Any]:
    """Return a table with its words."""
    name, definition = unit_words(table.kind.unit, language)
    labels = [value_words(table.kind.rows, row, language) for row in table.rows]
    bars = {label: table.row_totals[row] for label, row in zip(labels, table.rows, strict=True)}
    return {
        "code": table.kind.code,
        "title": table.kind.said(language),
        "unit": name,
        "definition": definition,
        "head": attribute_words(table.kind.rows, language),
        "columns": [value_words(table.kind.columns, column, language) for column in table.columns],
        "rows": [
            {
                "name": label,
                "cells": [table.cells.get((row, column), 0) for column in table.columns],
                "total": table.row_totals[row],
            }
            for label, row in zip(labels, table.rows, strict=True)
        ],
        "column_totals": [table.column_totals[column] for column in table.columns],
        "total": table.total,
        "plain": len(table.columns) < 2,
        "bars": mark_safe(  # noqa: S308 (escaped where it is made)
            bar_chart(table.kind.said(language), bars, withheld=withheld, identity=f"bars-{table.kind.code}")
        )
        if bars
        else "",
    }


def _reached(stage: str) -> str:
    """Return how far somebody on a list came, in words."""
    return {
        "listed": _("on the list"),
        "chargeable": _("judged chargeable"),
        "cleared": _("cleared"),
        "referred": _("referred"),
    }[stage]
