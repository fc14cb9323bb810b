"""Two heading lines: the upper one says whose the columns of the lower one are, and neither becomes a customer."""

from __future__ import annotations

import pytest

from soken.intake.formats.delimited import DelimitedReader
from tests.intake.told import told

ROWS = "A1,佐藤 太郎,150-0001,鈴木 花子,530-0001\nA2,高橋 一郎,060-0001,高橋 一郎,060-0001\n"


@pytest.mark.parametrize(
    ("head", "columns"),
    [
        (
            "会員ID,注文者,,配送先,\n,氏名,郵便番号,氏名,郵便番号\n",
            ("会員ID", "氏名", "郵便番号", "配送先 氏名", "配送先 郵便番号"),
        ),
        (
            "お客様,,,お届け先,\n会員番号,お名前,〒,お名前,〒\n",
            ("会員番号", "お名前", "〒", "お届け先 お名前", "お届け先 〒"),
        ),
        (
            "名簿,,,,\n\n,Billing,,Shipping,\nMember No,Name,Zip,Name,Zip\n",
            ("Member No", "Name", "Zip", "Shipping Name", "Shipping Zip"),
        ),
    ],
)
def test_the_upper_line_says_whose_a_column_is(head: str, columns: tuple[str, ...]) -> None:
    result = told(DelimitedReader(), (head + ROWS).encode())
    assert next(iter(result.columns.values())) == columns
    assert [row[0] for row in result.rows] == ["A1", "A2"]


def test_a_customer_with_few_values_is_no_heading_line() -> None:
    result = told(DelimitedReader(), f",佐藤,,,\n{ROWS}".encode())
    assert len(result.rows) == 3
