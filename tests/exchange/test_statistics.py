"""The report in outside shapes: each table with definition, filter and cut-off; nothing a spreadsheet would run."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pypdfium2
import pytest
from openpyxl import load_workbook
from pyhanko.pdf_utils.generic import ArrayObject, DictionaryObject, IndirectObject
from pyhanko.pdf_utils.reader import PdfFileReader

from soken.exchange.cells import safe, typed_in
from soken.exchange.statistics import (
    report_csv,
    report_json,
    report_pdf,
    report_xlsx,
    table_csv,
    table_json,
    table_xlsx,
)
from soken.report.span import Span
from soken.report.tables import table_kinds
from soken.report.whole import Report, Source, whole_report
from tests.report.units import Units

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SOURCE = Source("live", 3, final=False, cut_off=datetime(2026, 11, 24, 9, tzinfo=UTC), sha256="ab" * 32)


def made(folder: Path, *, public: bool = False) -> Report:
    units = Units()
    for at in range(30):
        child = units.victim(("primary", "high")[at % 2])
        units.case(
            date(2025 + at % 2, 1 + at % 12, 3),
            group=("production", "possession")[at % 2],
            at=("tokyo", "osaka", "okinawa")[at % 3],
            source="=list()" if at < 4 else "",
            persons=(units.person(age=18 + at, occupation=("teacher", "")[at % 2]),),
            victims=((child, ("self-generated", "covert")[at % 2], ""),),
        )
    return whole_report(units.opened(folder), SOURCE, list(table_kinds().values()), Span(2026), public=public)


def test_json_says_what_was_counted_from_what(tmp_path: Path) -> None:
    told = json.loads(report_json(made(tmp_path), "en"))
    assert told["vintage"] == {
        "number": 3, "state": "provisional", "cut_off": "2026-11-24T09:00:00+00:00", "made_at": None,
        "sha256": "ab" * 32,
    }  # fmt: skip
    assert {"total", "change", "production", "provision_display", "possession"} <= told["cases"].keys()
    assert {"total", "self_generated", "self_generated_share"} <= told["victims"].keys()
    assert len(told["tables"]) == len(table_kinds())
    for table in told["tables"]:
        assert table["definition"]
        assert "2026-01-01" in table["filter"]
        assert "provisional" in table["cut_off"]
        assert "cut-off 2026-11-24T18:00+09:00" in table["cut_off"], "as Japan's clocks had it, on the page too"
        assert sum(map(sum, table["cells"])) == sum(table["row_totals"]) == table["total"]


def test_what_a_table_withholds_stands_nowhere_else_in_what_is_published(tmp_path: Path) -> None:
    (tmp_path / "whole").mkdir()
    (tmp_path / "public").mkdir()
    whole, public = made(tmp_path / "whole"), made(tmp_path / "public", public=True)
    assert any(one["cases"] < 5 for one in whole.figures["sources"]), "there is something to withhold"
    assert public.figures["sources"] == []
    assert "cases-source-group" in {one.code for one in public.left_out}, "its totals would say it"
    assert table_kinds()["cases-source-group"].en in " ".join(public.notes("en"))


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "2 of the 4 persons cleared held a position of trust over children (Teacher; Nursery or"),
        ("ja", "検挙人員4人のうち、児童に対し信頼を受ける立場の職業（教員、保育士等、"),
    ],
)
def test_positions_of_trust_are_said_as_such_in_every_form(language: str, said: str, tmp_path: Path) -> None:
    units = Units()
    for occupation in ("teacher", "coach", "employee", ""):
        units.case(date(2026, 1, 3), persons=(units.person(occupation=occupation),))
    report = whole_report(units.opened(tmp_path), SOURCE, list(table_kinds().values()), Span(2026))
    (note,) = [one for one in report.notes(language) if one.startswith(said)]
    assert note in json.loads(report_json(report, language))["notes"]
    pages = pypdfium2.PdfDocument(report_pdf(report, language))
    text = "".join(page.get_textpage().get_text_range() for page in pages)
    assert "".join(said.split()) in "".join(text.split())


def test_csv_and_workbook_hold_the_same_figures_and_no_formula(tmp_path: Path) -> None:
    report = made(tmp_path)
    lines = list(csv.reader(io.StringIO(report_csv(report, "ja").decode("utf-8-sig"))))
    assert ["cases", "total", "15"] in lines
    assert any(line and line[0] == "'=list()" for line in lines)
    book = load_workbook(io.BytesIO(report_xlsx(report, "ja")))
    assert len(book.sheetnames) == 1 + len(table_kinds())
    cells = [cell.value for sheet in book for row in sheet.iter_rows() for cell in row]
    assert "'=list()" in cells
    assert not any(isinstance(value, str) and value.startswith(("=", "+", "@")) for value in cells)


@pytest.mark.parametrize(
    ("value", "shown"), [("=1+1", "'=1+1"), ("@x", "'@x"), ("-5 %", "'-5 %"), ("東京", "東京"), (-5, -5)]
)
def test_a_cell_is_no_formula(value: object, shown: object) -> None:
    assert safe(value) == shown
    assert typed_in(str(shown)) == str(value)


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_printed_report_is_the_same_bytes_and_says_its_figures(language: str, tmp_path: Path) -> None:
    report = made(tmp_path, public=True)
    data = report_pdf(report, language)
    assert data == report_pdf(report, language)
    document = pypdfium2.PdfDocument(data)
    text = "".join(page.get_textpage().get_text_range() for page in document)
    assert {"ja": "検挙件数", "en": "Cases cleared"}[language] in text
    assert "15" in text
    assert "abababababababab" in text


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ("What became of the list heron", "judged chargeable", "33.3 %", "children safeguarded", "2 / 3 past")),
        ("ja", ("名簿 heron のその後", "立件可能と判断", "33.3 %", "児童の保護", "2 / 3 期日超過")),
    ],
)
def test_lists_children_safeguarded_and_ages_against_targets_are_printed(
    language: str, said: tuple[str, ...], tmp_path: Path
) -> None:
    units = Units()
    units.case(date(2026, 1, 3), persons=(units.person(),))
    units.rows["listed"] = [
        ("heron", "listed", 3), ("heron", "not-identifiable", 1), ("heron", "chargeable", 1), ("heron", "referred", 1),
        ("heron", "safeguarded", 7),
    ]  # fmt: skip
    units.rows["waiting"] = [("heron", "very-high", 3, 2), ("heron", "", 1, 0)]
    report = whole_report(units.opened(tmp_path), SOURCE, list(table_kinds().values()), Span(2026))
    assert report.figures["funnel"]["heron"] == {
        "listed": 6, "chargeable": 2, "referred": 1, "not_identifiable": 1, "safeguarded": 7,
    }  # fmt: skip
    text = "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(report_pdf(report, language)))
    assert [one for one in said if one not in text] == []
    lines = list(csv.reader(io.StringIO(report_csv(report, language).decode("utf-8-sig"))))
    assert ["funnel heron", "safeguarded", "7"] in lines
    assert ["waiting very-high", "late", "2"] in lines


def test_one_table_alone_is_what_the_report_says_of_it_in_every_shape(tmp_path: Path) -> None:
    report = made(tmp_path)
    whole = json.loads(report_json(report, "ja"))
    for table, told in zip(report.tables, whole["tables"], strict=True):
        assert json.loads(table_json(report, table, "ja")) == told
        lines = list(csv.reader(io.StringIO(table_csv(report, table, "ja").decode("utf-8-sig"))))
        assert [line[0] for line in lines[:4]] == [
            told["title"], f"{told['unit']}: {told['definition']}", told["filter"], told["cut_off"],
        ]  # fmt: skip
        assert lines[4][1:] == [*(one["name"] for one in told["columns"]), "計"]
        assert [list(map(int, line[1:])) for line in lines[5:-1]] == [
            [*cells, whole_row] for cells, whole_row in zip(told["cells"], told["row_totals"], strict=True)
        ]
        (sheet,) = load_workbook(io.BytesIO(table_xlsx(report, table, "ja")))
        rows = [["" if cell is None else str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
        assert [[cell for cell in row if cell] for row in rows] == [[cell for cell in line if cell] for line in lines]


def test_how_to_read_the_figures_stands_with_them_in_every_shape(tmp_path: Path) -> None:
    """The press has taken one count for another: what prevents it goes along."""
    report = made(tmp_path)
    notes = report.notes("ja")
    lines = [line[:1] for line in csv.reader(io.StringIO(report_csv(report, "ja").decode("utf-8-sig")))]
    at = lines.index(["数値の読み方"])
    assert lines[at + 1 : at + 1 + len(notes)] == [[note] for note in notes]
    sheet = load_workbook(io.BytesIO(report_xlsx(report, "ja"))).worksheets[0]
    assert set(notes) <= {row[0] for row in sheet.iter_rows(values_only=True)}


def test_a_printed_chart_says_in_words_what_it_shows(tmp_path: Path) -> None:
    """Whoever hears the PDF hears the figures, not only that there is a chart."""
    report = made(tmp_path)
    found = set(alternatives(PdfFileReader(io.BytesIO(report_pdf(report, "en"))).root["/StructTreeRoot"]))
    cases = {one["label"]: one["cases"] for one in report.series}
    said = ", ".join(f"{year} {units}" for year, units in cases.items())
    assert any(f"Year by year: Cases cleared: {said}." in one for one in found)
    assert any(one.startswith("Map of the cases cleared by force: ") and "Okinawa 5" in one for one in found)


def alternatives(part: Any) -> Iterator[str]:
    """The text alternatives below a part of a tagged PDF."""
    for one in part if isinstance(part, ArrayObject) else [part]:
        inner = one.get_object() if isinstance(one, IndirectObject) else one
        if isinstance(inner, DictionaryObject):
            if "/Alt" in inner:
                yield str(inner["/Alt"])
            if "/K" in inner:
                yield from alternatives(inner["/K"])
