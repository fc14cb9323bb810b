"""Sheets and lists joined by a column headed only ``ID`` or ``会員``: orders belong to the customer they mean.

Where a number may as well be the row's own, nothing is joined: a wrong customer is worse than none.
"""

from __future__ import annotations

import io
import json
import zipfile
from typing import TYPE_CHECKING

import openpyxl
import pytest

from tests.intake.shops import dump, sheet
from tests.intake.test_relating import owners, take_bytes

if TYPE_CHECKING:
    from pathlib import Path

    from tests.intake.shops import Taken

COUNT = 4000
DAY = "2021-02-{:02}"


def person(at: int, **more: object) -> dict[str, object]:
    return {**more, "お名前": f"佐藤 {'太郎' if at % 2 else '花子'}", "メール": f"u{at}@example.com"}


def workbook(tables: dict[str, list[dict[str, object]]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in tables.items():
        made = book.create_sheet(name)
        made.append(list(rows[0]))
        for row in rows:
            made.append(list(row.values()))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def archive(tables: dict[str, list[dict[str, object]]]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, rows in tables.items():
            made.writestr(f"{name}.csv", sheet([{key: str(cell) for key, cell in row.items()} for row in rows]))
    return out.getvalue()


def in_all(folder: Path, tables: dict[str, list[dict[str, object]]], second: str) -> list[list[str | None]]:
    """The owners of the second table's rows, taken in as a workbook, as an archive of lists, as JSON and as a dump."""
    texts = {name: [{key: str(cell) for key, cell in row.items()} for row in rows] for name, rows in tables.items()}
    made = {
        "a.xlsx": workbook(tables),
        "a.zip": archive(tables),
        "a.json": json.dumps(texts).encode(),
        "a.sql": dump(texts).encode(),
    }
    found = []
    for name, data in made.items():
        (folder / name).mkdir()
        found.append(_owned(take_bytes(folder / name, data, name), second))
    return found


def _owned(taken: Taken, second: str) -> list[str | None]:
    if taken.of(second):
        return owners(taken, second)
    mails = {row["row"]: row.get("email") for row in taken.rows}
    return [mails[row["owner"]] if "owner" in row else None for row in taken.rows if row["member"] == f"{second}.csv"]


@pytest.mark.parametrize("own", ["ID", "No.", "番号"])
@pytest.mark.parametrize("pointer", ["会員ID", "顧客番号", "会員", "customer", "購入者"])
def test_orders_point_at_the_customers_own_number(tmp_path: Path, own: str, pointer: str) -> None:
    people = [person(at, **{own: at}) for at in range(1, 9)]
    orders: list[dict[str, object]] = [
        {"注文番号": f"R{at}", pointer: at % 5 + 1, "購入日": DAY.format(at)} for at in range(1, 12)
    ]
    wanted = [f"u{at % 5 + 1}@example.com" for at in range(1, 12)]
    assert in_all(tmp_path, {"meibo": people, "chumon": orders}, "chumon") == [wanted] * 4


def test_orders_headed_id_belong_to_whom_the_id_means_if_it_has_several_days(tmp_path: Path) -> None:
    people = [person(at, ID=at) for at in range(1, 9)]
    bought: list[dict[str, object]] = [
        {"ID": at % 4 + 1, "商品名": f"X-{at}", "購入日": DAY.format(at)} for at in range(1, 12)
    ]
    wanted = [f"u{at % 4 + 1}@example.com" for at in range(1, 12)]
    assert in_all(tmp_path, {"meibo": people, "konyu": bought}, "konyu") == [wanted] * 4


def test_an_id_that_is_no_count_needs_no_days(tmp_path: Path) -> None:
    people = [person(at, ID=f"A{at:05}") for at in range(1, 9)]
    bought: list[dict[str, object]] = [{"ID": f"A{at % 4 + 1:05}", "商品名": f"X-{at}"} for at in range(1, 12)]
    wanted = [f"u{at % 4 + 1}@example.com" for at in range(1, 12)]
    assert in_all(tmp_path, {"meibo": people, "konyu": bought}, "konyu") == [wanted] * 4


@pytest.mark.parametrize(
    "bought",
    [
        [{"ID": at, "商品名": f"X-{at}", "購入日": DAY.format(at)} for at in range(1, 9)],
        [{"ID": at // 2 + 1, "商品名": f"X-{at}", "購入日": DAY.format(at // 2 + 1)} for at in range(1, 9)],
        [{"番号": at % 3 + 1, "商品名": f"X-{at}", "数量": 1} for at in range(1, 9)],
        [{"ID": f"{at % 3}9", "商品名": f"X-{at}", "購入日": DAY.format(at)} for at in range(1, 9)],
    ],
    ids=["each row its own", "lines of one order a day", "nothing speaks for it", "numbers that no customer has"],
)
def test_a_number_that_may_be_the_rows_own_joins_nothing(tmp_path: Path, bought: list[dict[str, object]]) -> None:
    people = [person(at, ID=at) for at in range(1, 9)]
    assert in_all(tmp_path, {"meibo": people, "konyu": bought}, "konyu") == [[None] * 8] * 4


def test_numbers_of_two_lists_of_people_join_nothing(tmp_path: Path) -> None:
    tables: dict[str, list[dict[str, object]]] = {
        "east": [person(at, ID=at) for at in range(1, 9)],
        "west": [person(at + 50, ID=at) for at in range(1, 9)],
        "chumon": [{"注文番号": f"R{at}", "会員ID": at, "購入日": DAY.format(at)} for at in range(1, 9)],
    }
    assert in_all(tmp_path, tables, "chumon") == [[None] * 8] * 4


def test_what_was_found_is_told_and_can_be_seen(tmp_path: Path) -> None:
    people = [person(at, ID=at) for at in range(1, 9)]
    orders: list[dict[str, object]] = [
        {"注文番号": f"R{at}", "会員ID": at, "購入日": DAY.format(at)} for at in range(1, 9)
    ]
    taken = take_bytes(tmp_path, workbook({"meibo": people, "chumon": orders}), "a.xlsx")
    assert taken.result.mapping["meibo"]["ID"] == {"field": "account", "confidence": 0.7, "how": "key"}
    assert taken.one("meibo", 2)["account"] == "3"
    assert "tables: 8 rows belong to the person whose number they have" in taken.result.notes


def test_orders_of_customers_far_down_the_list_are_found(tmp_path: Path) -> None:
    people = [person(at, ID=at) for at in range(1, COUNT + 1)]
    orders: list[dict[str, object]] = [
        {"注文番号": f"R{at}", "会員ID": COUNT - at, "購入日": DAY.format(at % 28 + 1)} for at in range(1500)
    ]
    taken = take_bytes(tmp_path, archive({"meibo": people, "chumon": orders}), "a.zip")
    assert sum(row["kind"] == "attached" for row in taken.rows) == 1500
