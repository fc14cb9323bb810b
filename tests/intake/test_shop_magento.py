"""Magento 2: the right owners, claims, accounts and item codes, whatever the table prefix."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.intake.shops import has, taken_in

if TYPE_CHECKING:
    from pathlib import Path

    from tests.intake.shops import Tables


@pytest.mark.parametrize("prefix", ["", "mg_"])
def test_magento(tmp_path: Path, prefix: str) -> None:
    place: dict[str, Any] = {
        "entity_id": 1,
        "parent_id": 7,
        "firstname": "Ann",
        "lastname": "Sample",
        "street": "1 Main St\nApt 2",
        "city": "Springfield",
        "region": "Illinois",
        "postcode": "12345",
        "country_id": "US",
        "telephone": "555-0101",
        "company": None,
    }
    order: dict[str, Any] = {
        "entity_id": 50,
        "increment_id": "000000050",
        "customer_id": 7,
        "customer_email": "ann@example.org",
        "customer_firstname": "Ann",
        "customer_lastname": "Sample",
        "customer_dob": None,
        "customer_gender": None,
        "grand_total": "45",
        "order_currency_code": "USD",
        "status": "complete",
        "remote_ip": "192.0.2.1",
        "created_at": "2022-02-03 04:05:06",
    }
    guest: dict[str, Any] = {
        "entity_id": 51,
        "increment_id": "000000051",
        "customer_id": None,
        "customer_firstname": None,
        "customer_lastname": None,
        "customer_email": "cid@example.org",
    }
    sent: dict[str, Any] = {
        **place,
        "parent_id": 50,
        "address_type": "shipping",
        "firstname": "Bob",
        "email": "ann@example.org",
    }
    item: dict[str, Any] = {"order_id": 50, "qty_ordered": "2", "price": "20"}
    tables: Tables = {
        "catalog_product_entity_varchar": [{"value_id": 1, "entity_id": 901, "value": "TITLE-X-01"}],
        "customer_entity": [
            {
                "entity_id": 7,
                "email": "ann@example.org",
                "firstname": "Ann",
                "lastname": "Sample",
                "dob": "1980-02-03",
                "gender": 2,
                "taxvat": None,
                "default_billing": 1,
                "created_at": "2020-01-02 03:04:05",
            }
        ],
        "customer_address_entity": [place],
        "sales_order": [order, {**order, **guest}],
        "sales_order_address": [
            {**sent, "entity_id": 1},
            {**sent, "entity_id": 2, "address_type": "billing", "firstname": "Ann"},
            {**sent, "entity_id": 3, "parent_id": 51, "address_type": "billing", "firstname": "Cid"},
        ],
        "sales_order_item": [
            {**item, "item_id": 1, "parent_item_id": None, "product_id": 901, "name": "TITLE-X-01"},
            {**item, "item_id": 2, "parent_item_id": 1, "product_id": 902, "name": "TITLE-X-01-RED"},
        ],
        "sales_order_payment": [{"entity_id": 1, "parent_id": 50, "method": "banktransfer", "cc_owner": "D PAYER"}],
    }
    taken = taken_in(tmp_path, prefix, tables)
    assert taken.result.profile == "magento2"
    customer = taken.one(prefix + "customer_entity")
    has(
        customer,
        kind="identity",
        account="7",
        given_name="Ann",
        birth_date="1980-02-03",
        sex="female",
        address="1 Main St\nApt 2",
        prefecture="Illinois",
        phone="555-0101",
    )
    has(taken.one(prefix + "customer_address_entity"), kind="attached", owner=customer["row"])
    placed, unknown = taken.of(prefix + "sales_order")
    has(
        placed,
        kind="identity",
        account="7",
        order_no="000000050",
        given_name="Ann",
        phone="555-0101",
        city="Springfield",
        ship_given_name="Bob",
        payment_method="banktransfer",
        payer_name="D PAYER",
        ip="192.0.2.1",
    )
    has(unknown, kind="identity", account=None, given_name="Cid", family_name="Sample", ship_given_name=None)
    whole, part = taken.of(prefix + "sales_order_item")
    has(whole, kind="attached", owner=placed["row"], item_code="ITEM-0001", quantity="2", amount="20")
    has(part, kind="attached", owner=placed["row"], item_code=None, quantity=None)
