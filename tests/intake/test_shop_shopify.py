"""Shopify: the right owners, claims, accounts and item codes, whatever the table prefix."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.intake.shops import has, sheet, take

if TYPE_CHECKING:
    from pathlib import Path


SHOPIFY = [
    "Name",
    "Email",
    "Financial Status",
    "Paid at",
    "Currency",
    "Total",
    "Created at",
    "Lineitem quantity",
    "Lineitem name",
    "Lineitem price",
    "Lineitem sku",
    "Billing Name",
    "Billing Address1",
    "Billing City",
    "Billing Zip",
    "Billing Province",
    "Billing Country",
    "Billing Phone",
    "Shipping Name",
    "Shipping Province",
    "Payment Method",
    "Phone",
]


def test_shopify_writes_the_buyer_on_the_first_line_of_an_order(tmp_path: Path) -> None:
    first = {
        "Name": "#1001",
        "Email": "ann@example.org",
        "Financial Status": "paid",
        "Created at": "2023-01-02 03:04:05 +0900",
        "Currency": "JPY",
        "Billing Name": "Ann Sample",
        "Billing Province": "JP-13",
        "Billing Phone": "0300000001",
        "Shipping Name": "Bob Sample",
        "Shipping Province": "CA",
    }
    rows = [
        {**first, "Lineitem name": "TITLE-X-01", "Lineitem sku": "S-1", "Lineitem quantity": "1"},
        {"Name": "#1001", "Lineitem name": "TITLE-X-02", "Lineitem sku": "", "Lineitem quantity": "2"},
        {"Name": "#1001", "Email": "ann@example.org", "Lineitem name": "TITLE-X-01", "Lineitem sku": "S-1"},
        {
            **first,
            "Name": "#1002",
            "Billing Name": "Cid Sample",
            "Email": "cid@example.org",
            "Lineitem name": "TITLE-X-03",
        },
    ]
    taken = take(tmp_path, sheet(rows, SHOPIFY), "orders_export.csv")
    assert taken.result.profile == "shopify-orders-csv"
    assert [(row["kind"], row["owner"]) for row in taken.rows] == [
        ("identity", 1),
        ("attached", 1),
        ("attached", 1),
        ("identity", 4),
    ]
    assert [row["item_code"] for row in taken.rows] == ["ITEM-0001", "ITEM-0002", "ITEM-0001", "ITEM-0003"]
    has(
        taken.one(""),
        full_name="Ann Sample",
        email="ann@example.org",
        order_no="#1001",
        prefecture="東京都",
        ship_full_name="Bob Sample",
        ship_prefecture="CA",
        phone="0300000001",
    )
    assert "TITLE" not in str(taken.rows)
