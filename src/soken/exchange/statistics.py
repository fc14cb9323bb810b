"""A report of the statistics as JSON, CSV, XLSX and PDF; each table with its definition, filter and cut-off (R39)."""

from __future__ import annotations

import io
import json
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from openpyxl import Workbook
from openpyxl.styles import Font

from soken.exchange.cells import csv_text, safe
from soken.exchange.typesetting import typeset_pdf
from soken.report.charts import told_by
from soken.report.counting import CLEARANCES
from soken.report.drawn import change_word, funnels_told, map_drawn, series_drawn, series_word, waiting_drawn
from soken.report.tables import attribute_words, filter_words, unit_words, value_words, word
from soken.route.clocks import JAPAN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from soken.report.counting import Unit
    from soken.report.tables import Table
    from soken.report.whole import Counted, Report

_SHEET_NAME: Final = 31
#: Says to a spreadsheet that a CSV is UTF-8.
_MARK: Final = b"\xef\xbb\xbf"


def report_object(report: Report, language: str) -> dict[str, Any]:
    """Return the report as one JSON object."""
    source = report.source
    return {
        **report.figures,
        "dataset": source.dataset,
        "vintage": {
            "number": source.vintage,
            "state": "final" if source.final else "provisional",
            "cut_off": source.cut_off.isoformat(),
            "made_at": source.made_at.isoformat() if source.made_at else None,
            "sha256": source.sha256,
        },
        "place": report.place.value,
        "withheld_small_crossings": report.public,
        "units": {
            "self_generated_share": "per cent of victims.total",
            "change_percent": "per cent of the same period of the year before",
        },
        "series": report.series,
        "notes": report.notes(language),
        "tables": [table_object(report, table, language) for table in report.tables],
        "left_out": left_out(report, language),
    }


def left_out(report: Report, language: str) -> list[dict[str, str]]:
    """Return the tables that a publication leaves out, each with the reason."""
    return [
        {"code": one.code, "title": one.said(language), "reason": word("not-published", language)}
        for one in report.left_out
    ]


def table_object(counted: Counted, table: Table, language: str) -> dict[str, Any]:
    """Return one table as an object: its words, what it counts and leaves out, and its cells (None: withheld)."""
    name, definition = unit_words(table.kind.unit, language)
    return {
        "code": table.kind.code,
        "title": table.kind.said(language),
        "unit": name,
        "definition": definition,
        "filter": _filter(counted, table.kind.unit, language),
        "cut_off": _cut_off(counted, language),
        "rows": [{"code": row, "name": value_words(table.kind.rows, row, language)} for row in table.rows],
        "columns": [
            {"code": column, "name": value_words(table.kind.columns, column, language)} for column in table.columns
        ],
        "cells": [[table.cells.get((row, column), 0) for column in table.columns] for row in table.rows],
        "row_totals": [table.row_totals[row] for row in table.rows],
        "column_totals": [table.column_totals[column] for column in table.columns],
        "total": table.total,
    }


def report_json(report: Report, language: str) -> bytes:
    """Return the report as JSON."""
    return (json.dumps(report_object(report, language), ensure_ascii=False, indent=2) + "\n").encode()


def table_json(counted: Counted, table: Table, language: str) -> bytes:
    """Return one table as JSON, with its definition, filter and cut-off."""
    return (json.dumps(table_object(counted, table, language), ensure_ascii=False, indent=2) + "\n").encode()


def table_csv(counted: Counted, table: Table, language: str) -> bytes:
    """Return one table as CSV (UTF-8 with a mark, CRLF), under its definition, filter and cut-off."""
    return _MARK + csv_text(_lines(counted, table, language)).encode()


def table_xlsx(counted: Counted, table: Table, language: str) -> bytes:
    """Return one table as a workbook of one sheet, under its definition, filter and cut-off."""
    book = Workbook()
    assert book.active is not None  # noqa: S101 (a new workbook has a sheet)  # nosec B101
    book.remove(book.active)
    _add_sheet(book, counted, table, language)
    return _saved(book, counted)


def report_csv(report: Report, language: str) -> bytes:
    """Return the figures, how to read them, and all tables as one CSV (UTF-8 with a mark, CRLF)."""
    lines: list[list[object]] = [["count", "figure", "value"], *_flat(report)]
    lines += [[], [word("notes", language)]]
    lines += [[note] for note in report.notes(language)]
    for table in report.tables:
        lines += [[], *_lines(report, table, language)]
    for one in left_out(report, language):
        lines += [[], [one["title"]], [one["reason"]]]
    return _MARK + csv_text(lines).encode()


def report_xlsx(report: Report, language: str) -> bytes:
    """Return the figures and all tables as one workbook, a sheet each."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None  # noqa: S101 (a new workbook has a sheet)  # nosec B101
    sheet.title = report.span.label
    sheet.append(["count", "figure", "value"])
    for line in _flat(report):
        sheet.append([safe(value) for value in line])
    for note in report.notes(language):
        sheet.append([safe(note)])
    for table in report.tables:
        _add_sheet(book, report, table, language)
    return _saved(book, report)


def report_pdf(report: Report, language: str) -> bytes:
    """Return the report as a PDF to print; the same report gives the same bytes."""
    source = report.source
    moment = source.cut_off
    told = {
        **report_object(report, language),
        "language": language,
        "words": {code: word(code, language) for code in _WORDS}
        | {"change": change_word(report, language), "series": word(series_word(report), language)},
        "title": word("report", language).format(span=report.span.said(language)),
        "state": word("final" if source.final else "provisional", language),
        "cut_off": _cut_off(report, language),
        "place": word(report.place.value, language),
        "moment": [moment.year, moment.month, moment.day],
        "row_heads": [attribute_words(table.kind.rows, language) for table in report.tables],
        "funnels": funnels_told(report, language),
        "charts": [
            {"title": word(code, language), "svg": printable(svg), "told": f"{word(code, language)}: {told_by(svg)}"}
            for code, draw in ((series_word(report), series_drawn), ("map", map_drawn), ("waiting", waiting_drawn))
            if (svg := draw(report, language))
        ],
        "headline": [{"name": unit_words(unit, language)[0], **report.figures[unit.value]} for unit in CLEARANCES],
    }
    return typeset_pdf("statistics", told)


def printable(svg: str) -> str:
    """Return a chart with its style inside: on a page the style sheet of the page gives it."""
    head, rest = svg.split(">", 1)
    return f"{head}><style>{_chart_style()}</style>{rest}"


@cache
def _chart_style() -> str:
    """Return the style of charts on paper."""
    return files("soken.exchange").joinpath("charts.css").read_text("utf-8")


_WORDS: Final = (
    "of-listed",
    "total",
    "suppressed",
    "change",
    "notes",
    "figures",
    "withheld",
    "series",
    "definition",
    "of",
    "page",
)


def _flat(report: Report) -> Iterator[list[object]]:
    """Yield (count, figure, value) of the headline figures."""
    for count in ("cases", "persons", "victims"):
        for name, value in report.figures[count].items():
            yield [count, name, "" if value is None else value]
    if "lawbreaking" in report.figures:
        children = report.figures["lawbreaking"]["total"]
        yield ["lawbreaking", "total", word("withheld", "en") if children is None else children]
    for source, stages in report.figures["funnel"].items():
        for stage, units in stages.items():
            yield [f"funnel {source}", stage, word("withheld", "en") if units is None else units]
    for one in report.figures["waiting"]:
        for figure in ("persons", "late"):
            yield [f"waiting {one['band'] or 'not assessed'}", figure, one[figure]]


def _add_sheet(book: Workbook, counted: Counted, table: Table, language: str) -> None:
    """Add a table to a workbook, on a sheet of its own."""
    page = book.create_sheet(table.kind.code[:_SHEET_NAME])
    for line in _lines(counted, table, language):
        page.append([safe(value) for value in line])
    page.cell(1, 1).font = Font(bold=True)


def _saved(book: Workbook, counted: Counted) -> bytes:
    """Return a workbook as a file; its own stamps say when what it holds was cut off."""
    book.properties.created = book.properties.modified = counted.source.cut_off.replace(tzinfo=None)
    book.properties.creator = "Soken"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _lines(counted: Counted, table: Table, language: str) -> Iterator[list[object]]:
    """Yield a table as lines: its words first, then its head, rows and totals."""
    told = table_object(counted, table, language)
    total, withheld = word("total", language), word("withheld", language)
    yield [told["title"]]
    yield [f"{told['unit']}: {told['definition']}"]
    yield [told["filter"]]
    yield [told["cut_off"]]
    yield [attribute_words(table.kind.rows, language), *(one["name"] for one in told["columns"]), total]
    for row, cells, whole in zip(told["rows"], told["cells"], told["row_totals"], strict=True):
        yield [row["name"], *(withheld if cell is None else cell for cell in cells), whole]
    yield [total, *told["column_totals"], told["total"]]


def _filter(counted: Counted, unit: Unit, language: str) -> str:
    """Return in words which units count, and with which force."""
    days = (counted.span.period.first, counted.span.period.last)
    first, last = (f"{day.year}年{day.month}月{day.day}日" if language == "ja" else day.isoformat() for day in days)
    return filter_words(unit, language).format(first=first, last=last, place=word(counted.place.value, language))


def _cut_off(counted: Counted, language: str) -> str:
    """Return in words what the figures were counted from."""
    source = counted.source
    return word("vintage", language).format(
        number=source.vintage,
        state=word("final" if source.final else "provisional", language),
        cut_off=source.cut_off.astimezone(JAPAN).isoformat(timespec="minutes"),
        sha256=source.sha256[:16],
    )
