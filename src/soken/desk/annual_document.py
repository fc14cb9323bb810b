"""A year's report as people see it: on its page, and as a document that stands alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import override

from soken.core.errors import DamagedStoreError
from soken.exchange.statistics import left_out
from soken.report.charts import bar_chart
from soken.report.counting import CLEARANCES
from soken.report.drawn import change_word, funnels_told, map_drawn, series_drawn, series_word, waiting_drawn
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
    with override(language), open(found, encoding="utf-8") as file:  # noqa: PTH123 (a path as a string)
        style = mark_safe(file.read())  # noqa: S308 (our own style sheet)  # nosec B308 B703
        context = annual_context(report, language) | {"style": style}
        return render_to_string("desk/annual_document.html", context)


def _drawn(svg: str) -> SafeString:
    """Mark a chart as markup: every text in it was escaped where it was made (`soken.report.charts`)."""
    return mark_safe(svg)  # noqa: S308 (escaped where it is made)  # nosec B308 B703


def annual_context(report: Report, language: str) -> dict[str, Any]:
    """Return what the templates of a report show."""
    withheld = word("withheld", language)
    return {
        "report": report,
        "language": language,
        "title": word("report", language).format(span=report.span.said(language)),
        "state": word("final" if report.source.final else "provisional", language),
        "place": word(report.place.value, language),
        "headline": [
            {"name": unit_words(unit, language)[0], "definition": unit_words(unit, language)[1]}
            | report.figures[unit.value]
            for unit in CLEARANCES
        ],
        "change": change_word(report, language),
        "series_title": word(series_word(report), language),
        "notes": report.notes(language),
        "series": _drawn(series_drawn(report, language)),
        "map": _drawn(map_drawn(report, language)),
        "map_title": word("map", language),
        "tables": [_table(report, table, language, withheld) for table in report.tables],
        "left_out": left_out(report, language),
        "funnel": funnels_told(report, language),
        "of_listed": word("of-listed", language),
        "waiting": _drawn(waiting_drawn(report, language)),
        "waiting_title": word("waiting", language),
        "waiting_note": word("waiting-note", language),
        "withheld": word("suppressed", language),
        "withheld_mark": withheld,
    }


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
        "bars": _drawn(
            bar_chart(table.kind.said(language), bars, withheld=withheld, identity=f"bars-{table.kind.code}")
        )
        if bars
        else "",
    }
