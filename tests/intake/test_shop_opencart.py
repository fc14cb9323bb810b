"""OpenCart: the right owners, claims, accounts and item codes, whatever the table prefix."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.intake.shops import has, taken_in

if TYPE_CHECKING:
    from pathlib import Path

    from tests.intake.shops import Tables


@pytest.mark.parametrize("prefix", ["oc_", "", "shop7"])
def test_opencart(tmp_path: Path, prefix: str) -> None:
    place: dict[str, Any] = {
        "firstname": "Ann",
        "lastname": "Sample",
        "company": "",
        "address_1": "1 Main St",
        "address_2": "",
        "city": "Springfield",
        "postcode": "12345",
        "country_id": 223,
        "zone_id": 3635,
    }
    order: dict[str, Any] = {
        "order_id": 50,
        "customer_id": 7,
        "firstname": "Ann",
        "lastname": "Sample",
        "email": "ann@example.org",
        "telephone": "555-0101",
        "payment_firstname": "Dan",
        "payment_lastname": "Payer",
        "payment_address_1": "1 Main St",
        "payment_city": "Springfield",
        "payment_zone": "Illinois",
        "shipping_firstname": "Bob",
        "shipping_lastname": "Sample",
        "shipping_zone": "Ohio",
        "payment_method": "Bank transfer",
        "total": "45",
        "order_status_id": 5,
        "currency_code": "USD",
        "ip": "192.0.2.1",
        "date_added": "2022-02-03 04:05:06",
    }
    tables: Tables = {
        "address": [
            {"address_id": 1, "customer_id": 7, **place, "address_1": "9 Old St", "address_2": "Room 9"},
            {"address_id": 2, "customer_id": 7, **place},
        ],
        "country": [{"country_id": 223, "name": "United States", "iso_code_2": "US"}],
        "customer": [
            {
                "customer_id": 7,
                "customer_group_id": 1,
                "firstname": "Ann",
                "lastname": "Sample",
                "email": "ann@example.org",
                "telephone": "555-0101",
                "address_id": 2,
                "ip": "192.0.2.1",
                "date_added": "2020-01-02 03:04:05",
            }
        ],
        "order": [order, {**order, "order_id": 51, "customer_id": 0}],
        "order_product": [
            {
                "order_product_id": 1,
                "order_id": 50,
                "product_id": 901,
                "name": "TITLE-X-01",
                "model": "TITLE-X-01",
                "quantity": 2,
                "price": "20",
            }
        ],
        "order_status": [{"order_status_id": 5, "language_id": 1, "name": "Complete"}],
        "product_description": [
            {"product_id": 901, "language_id": 1, "name": "TITLE-X-01", "description": "TITLE-X-01"}
        ],
        "zone": [{"zone_id": 3635, "country_id": 223, "name": "Illinois", "code": "IL"}],
    }
    taken = taken_in(tmp_path, prefix, tables)
    assert taken.result.profile == "opencart"
    customer = taken.one(prefix + "customer")
    has(
        customer,
        kind="identity",
        account="7",
        given_name="Ann",
        family_name="Sample",
        email="ann@example.org",
        phone="555-0101",
        address="1 Main St",
        address2=None,
        city="Springfield",
        prefecture="Illinois",
        country="United States",
    )
    assert {row["owner"] for row in taken.of(prefix + "address")} == {customer["row"]}
    placed, guest = taken.of(prefix + "order")
    has(
        placed,
        kind="identity",
        account="7",
        order_no="50",
        given_name="Ann",
        payer_name="Dan Payer",
        prefecture="Illinois",
        ship_given_name="Bob",
        ship_prefecture="Ohio",
        order_status="Complete",
        amount="45",
    )
    has(guest, kind="identity", account=None)
    has(taken.one(prefix + "order_product"), kind="attached", owner=placed["row"], item_code="ITEM-0001", quantity="2")
    has(taken.one(prefix + "product_description"), kind="other", owner=None)
