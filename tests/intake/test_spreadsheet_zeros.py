"""Zeros in front of phones and postal codes, which workbooks drop, are put back where nothing else can be meant."""

from __future__ import annotations

import io

import openpyxl
import pytest

from soken.intake.formats.spreadsheet import SpreadsheetReader
from tests.intake.told import Told, told


def read(*rows: tuple[object, ...]) -> Told:
    out = io.BytesIO()
    book = openpyxl.Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    book.save(out)
    return told(SpreadsheetReader(), out.getvalue(), "list.xlsx")


@pytest.mark.parametrize(
    ("heading", "cell", "text"),
    [
        ("電話番号", 9012345678, "09012345678"),
        ("電話番号", 312345678, "0312345678"),
        ("携帯電話", 7012345678.0, "07012345678"),
        ("電話番号", 5012345678, "05012345678"),
        ("お届け先電話番号", 312345678, "0312345678"),
        ("郵便番号", 600001, "0600001"),
        ("郵便番号", 10001, "0010001"),
        ("〒", 600001, "0600001"),
        ("郵便番号", 1500001, "1500001"),
        ("電話番号", "312345678", "312345678"),
        ("電話番号", 6112345678, "6112345678"),
        ("電話番号", 12345, "12345"),
        ("注文番号", 312345678, "312345678"),
        ("金額", 600001, "600001"),
    ],
)
def test_a_number_gets_its_zeros_back_only_where_it_must_have_lost_them(heading: str, cell: object, text: str) -> None:
    result = read(("氏名", heading), ("佐藤 太郎", cell))
    assert result.rows == [("佐藤 太郎", text)]


def test_a_list_in_another_language_keeps_its_numbers() -> None:
    result = read(("Name", "Phone", "ZIP"), ("John Smith", 9012345678, 90210))
    assert result.rows == [("John Smith", "9012345678", "90210")]


def test_the_reading_says_what_was_done() -> None:
    result = read(("氏名", "電話番号", "郵便番号"), ("佐藤 太郎", 9012345678, "060-0001"))
    (notes,) = result.notes.values()
    assert notes["zeros"] == "電話番号: held as numbers; the zeros in front were put back"
    assert "numbers" not in notes
