"""Zen Cart and osCommerce: the right owners, claims, accounts and item codes, whatever the table prefix."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.intake.shops import has, taken_in

if TYPE_CHECKING:
    from pathlib import Path

    from tests.intake.shops import Tables


@pytest.mark.parametrize("prefix", ["", "zen_", "osc"])
def test_zen_cart_and_oscommerce(tmp_path: Path, prefix: str) -> None:
    order: dict[str, Any] = {
        "orders_id": 50,
        "customers_id": 7,
        "customers_name": "Ann Sample",
        "customers_company": "",
        "customers_street_address": "1 Main St",
        "customers_suburb": "",
        "customers_city": "Springfield",
        "customers_postcode": "12345",
        "customers_state": "Illinois",
        "customers_country": "United States",
        "customers_telephone": "555-0101",
        "customers_email_address": "ann@example.org",
        "delivery_name": "Bob Sample",
        "delivery_city": "Shelbyville",
        "billing_name": "Dan Payer",
        "payment_method": "Money order",
        "date_purchased": "2010-02-03 04:05:06",
        "orders_status": 3,
        "currency": "USD",
        "order_total": "45",
        "ip_address": "192.0.2.1 - 192.0.2.1",
    }
    tables: Tables = {
        "address_book": [
            {
                "address_book_id": 1,
                "customers_id": 7,
                "entry_company": "",
                "entry_firstname": "Ann",
                "entry_lastname": "Sample",
                "entry_street_address": "1 Main St",
                "entry_suburb": "",
                "entry_postcode": "12345",
                "entry_city": "Springfield",
                "entry_state": "Illinois",
                "entry_country_id": 223,
                "entry_zone_id": 0,
            }
        ],
        "countries": [{"countries_id": 223, "countries_name": "United States", "countries_iso_code_2": "US"}],
        "customers": [
            {
                "customers_id": 7,
                "customers_gender": "f",
                "customers_firstname": "Ann",
                "customers_lastname": "Sample",
                "customers_dob": "0001-01-01 00:00:00",
                "customers_email_address": "ann@example.org",
                "customers_nick": "",
                "customers_default_address_id": 1,
                "customers_telephone": "555-0101",
            }
        ],
        "customers_info": [
            {
                "customers_info_id": 7,
                "customers_info_date_of_last_logon": "2011-01-01 00:00:00",
                "customers_info_date_account_created": "2009-01-02 03:04:05",
            }
        ],
        "orders": [order, {**order, "orders_id": 51, "customers_id": 0, "customers_name": "Cid Sample"}],
        "orders_products": [
            {
                "orders_products_id": 1,
                "orders_id": 50,
                "products_id": 901,
                "products_model": "TITLE-X-01",
                "products_name": "TITLE-X-01",
                "products_price": "20",
                "final_price": "20",
                "products_quantity": 2,
            }
        ],
        "orders_status": [{"orders_status_id": 3, "language_id": 1, "orders_status_name": "Delivered"}],
    }
    taken = taken_in(tmp_path, prefix, tables)
    assert taken.result.profile == "zencart"
    customer = taken.one(prefix + "customers")
    has(
        customer,
        kind="identity",
        account="7",
        given_name="Ann",
        family_name="Sample",
        sex="f",
        birth_date=None,
        address="1 Main St",
        prefecture="Illinois",
        country="United States",
        registered_at="2009-01-02 03:04:05",
        last_login_at="2011-01-01 00:00:00",
    )
    has(taken.one(prefix + "address_book"), kind="attached", owner=customer["row"])
    placed, guest = taken.of(prefix + "orders")
    has(
        placed,
        kind="identity",
        account="7",
        order_no="50",
        full_name="Ann Sample",
        payer_name="Dan Payer",
        ship_full_name="Bob Sample",
        ship_city="Shelbyville",
        order_status="Delivered",
        amount="45",
    )
    has(guest, kind="identity", account=None, full_name="Cid Sample")
    has(
        taken.one(prefix + "orders_products"), kind="attached", owner=placed["row"], item_code="ITEM-0001", quantity="2"
    )
