"""PrestaShop: the right owners, claims, accounts and item codes, whatever the table prefix."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.intake.shops import has, taken_in

if TYPE_CHECKING:
    from pathlib import Path

    from tests.intake.shops import Tables


@pytest.mark.parametrize("prefix", ["ps_", "", "x7q_"])
def test_prestashop(tmp_path: Path, prefix: str) -> None:
    home: dict[str, Any] = {
        "id_address": 1,
        "id_country": 21,
        "id_state": 17,
        "id_customer": 7,
        "id_manufacturer": 0,
        "id_supplier": 0,
        "alias": "Home",
        "company": "",
        "lastname": "Sample",
        "firstname": "Ann",
        "address1": "1 Main St",
        "address2": "",
        "postcode": "12345",
        "city": "Springfield",
        "phone": "555-0101",
        "phone_mobile": "",
        "dni": "",
        "deleted": 0,
    }
    tables: Tables = {
        "address": [
            {
                **home,
                "id_address": 9,
                "id_customer": 0,
                "id_supplier": 3,
                "lastname": "supplier",
                "firstname": "supplier",
            },
            home,
            {**home, "id_address": 2, "firstname": "Bob", "city": "Shelbyville", "phone": "555-0102"},
        ],
        "country_lang": [
            {"id_country": 21, "id_lang": 1, "name": "United States"},
            {"id_country": 21, "id_lang": 2, "name": "États-Unis"},
        ],
        "customer": [
            {
                "id_customer": 7,
                "id_gender": 2,
                "company": None,
                "firstname": "Ann",
                "lastname": "Sample",
                "email": "ann@example.org",
                "birthday": "0000-00-00",
                "date_add": "2020-01-02 03:04:05",
            }
        ],
        "order_detail": [
            {
                "id_order_detail": 1,
                "id_order": 50,
                "product_id": 901,
                "product_name": "TITLE-X-01",
                "product_quantity": 2,
                "product_price": "20",
            }
        ],
        "orders": [
            {
                "id_order": 50,
                "reference": "XKBKNABJK",
                "id_customer": 7,
                "id_address_delivery": 2,
                "id_address_invoice": 1,
                "current_state": 5,
                "payment": "Bank wire",
                "total_paid": "45",
                "date_add": "2022-02-03 04:05:06",
            }
        ],
        "product_lang": [{"id_product": 901, "id_lang": 1, "name": "TITLE-X-01"}],
        "state": [{"id_state": 17, "id_country": 21, "name": "Illinois", "iso_code": "IL"}],
    }
    taken = taken_in(tmp_path, prefix, tables)
    assert taken.result.profile == "prestashop"
    customer = taken.one(prefix + "customer")
    has(
        customer,
        kind="identity",
        account="7",
        given_name="Ann",
        family_name="Sample",
        email="ann@example.org",
        sex="female",
        birth_date=None,
        address="1 Main St",
        city="Springfield",
        prefecture="Illinois",
        country="United States",
        phone="555-0101",
    )
    supplier, own, other = taken.of(prefix + "address")
    has(supplier, kind="other", owner=None)
    has(own, kind="attached", owner=customer["row"])
    has(other, kind="attached", owner=customer["row"], given_name="Bob")
    order = taken.one(prefix + "orders")
    has(
        order,
        kind="attached",
        owner=customer["row"],
        account="7",
        order_no="XKBKNABJK",
        amount="45",
        ordered_at="2022-02-03 04:05:06",
        ship_given_name="Bob",
        ship_city="Shelbyville",
        ship_phone="555-0102",
        given_name=None,
    )
    has(
        taken.one(prefix + "order_detail"),
        kind="attached",
        owner=customer["row"],
        item_code="ITEM-0001",
        quantity="2",
    )
