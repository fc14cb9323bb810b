"""Tables without a profile: an order belongs to the customer whose number it has, to nobody where that is unclear."""

from __future__ import annotations

import io
import sqlite3
import zipfile
from typing import TYPE_CHECKING

import openpyxl
import pyarrow.parquet as pq
import pytest

from soken.core.home import open_home
from soken.intake import Acquisition, take_in
from tests.intake.shops import Taken, dump, take

if TYPE_CHECKING:
    from pathlib import Path

NAMES = ["佐藤 太郎", "鈴木 花子", "高橋 一郎"]
CUSTOMERS = [{"id": at, "name": name, "email": f"u{at}@example.com"} for at, name in enumerate(NAMES, 1)]
ORDERS = [
    {"id": 100 + at, "customer_id": customer, "ordered_at": "2021-02-03"}
    for at, customer in enumerate([2, 1, 2, 99, None])
]
ITEMS = [{"id": 1, "order_id": 100, "sku": "ITEM-0001"}, {"id": 2, "order_id": 103, "sku": "ITEM-0002"}]


def take_bytes(folder: Path, data: bytes, name: str) -> Taken:
    home = open_home(folder / "home")
    (folder / name).write_bytes(data)
    result = take_in(folder / name, home=home, operation_slug="op", acquisition=Acquisition(), actor="analyst")
    rows = home.evidence / result.evidence_id / "readings" / "0001" / "rows.parquet"
    return Taken(result, pq.read_table(rows).to_pylist())


def owners(taken: Taken, table: str) -> list[str | None]:
    """The mail of the person that each row of a table belongs to."""
    mails = {row["row"]: row.get("email") for row in taken.rows}
    return [mails[row["owner"]] if "owner" in row else None for row in taken.of(table)]


def test_orders_in_a_dump_belong_to_the_customer_they_point_at(tmp_path: Path) -> None:
    taken = take(tmp_path, dump({"customers": CUSTOMERS, "orders": ORDERS, "order_items": ITEMS}), "shop.sql")
    assert owners(taken, "orders") == ["u2@example.com", "u1@example.com", "u2@example.com", None, None]
    assert [row["kind"] for row in taken.of("orders")] == ["attached"] * 3 + ["other"] * 2
    assert taken.result.mapping["customers"]["id"] == {"field": "account", "confidence": 0.7, "how": "key"}


def test_order_items_belong_to_the_customer_of_their_order(tmp_path: Path) -> None:
    taken = take(tmp_path, dump({"order_items": ITEMS, "orders": ORDERS, "customers": CUSTOMERS}), "shop.sql")
    assert owners(taken, "order_items") == ["u2@example.com", None]


def test_orders_in_a_database_file_belong_to_the_customer_they_point_at(tmp_path: Path) -> None:
    path = tmp_path / "made.sqlite"
    with sqlite3.connect(path) as made:
        made.execute("create table members (id integer primary key, name text, email text)")
        made.execute("create table orders (id integer primary key, member_id int, order_date text)")
        made.executemany("insert into members values (:id, :name, :email)", CUSTOMERS)
        made.executemany("insert into orders values (:id, :customer_id, :ordered_at)", ORDERS)
    taken = take_bytes(tmp_path, path.read_bytes(), "shop.sqlite")
    assert owners(taken, "orders") == ["u2@example.com", "u1@example.com", "u2@example.com", None, None]


@pytest.mark.parametrize("orders_first", [True, False], ids=["orders first", "customers first"])
def test_orders_on_one_sheet_belong_to_customers_on_another(tmp_path: Path, *, orders_first: bool) -> None:
    out = io.BytesIO()
    customers = [["顧客ID", "氏名", "メール"], *([*one.values()] for one in CUSTOMERS)]
    orders = [["注文番号", "顧客ID", "注文日"], *([*one.values()] for one in ORDERS)]
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sorted({"顧客": customers, "注文": orders}.items(), reverse=orders_first):
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(out)
    taken = take_bytes(tmp_path, out.getvalue(), "shop.xlsx")
    assert owners(taken, "注文") == ["u2@example.com", "u1@example.com", "u2@example.com", None, None]


def test_a_number_that_two_tables_of_customers_have_joins_nothing(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("a.csv", "会員ID,氏名,メール\n1,佐藤 太郎,a@example.com\n")
        made.writestr("b.csv", "会員ID,氏名,メール\n1,鈴木 花子,b@example.com\n2,高橋 一郎,c@example.com\n")
        made.writestr("orders.csv", "注文番号,会員ID,注文日\n100,1,2021-02-03\n101,2,2021-02-04\n")
    taken = take_bytes(tmp_path, out.getvalue(), "shops.zip")
    orders = [row for row in taken.rows if "order_no" in row]
    assert [row["kind"] for row in orders] == ["other", "attached"]


def test_a_number_of_rows_is_no_number_of_customers(tmp_path: Path) -> None:
    settings = [{"id": 1, "title": "ITEM-0001"}, {"id": 2, "title": "ITEM-0002"}]
    taken = take(tmp_path, dump({"customers": CUSTOMERS, "settings": settings}), "shop.sql")
    assert "account" not in taken.one("customers")
    assert {row["kind"] for row in taken.of("settings")} == {"other"}
