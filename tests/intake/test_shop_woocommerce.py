"""WooCommerce: the right owners, claims, accounts and item codes, whatever the table prefix."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.intake.shops import has, taken_in

if TYPE_CHECKING:
    from pathlib import Path

    from tests.intake.shops import Tables, Taken

PREFIXES = ["", "wp_", "x7q_shop_"]


def meta(owner: str, of: int, said: dict[str, str]) -> list[dict[str, Any]]:
    key = "umeta_id" if owner == "user_id" else "meta_id"
    return [
        {key: of * 100 + number, owner: of, "meta_key": name, "meta_value": value}
        for number, (name, value) in enumerate(said.items())
    ]


USERS: Tables = {
    "users": [
        {
            "ID": 7,
            "user_login": "ann7",
            "user_email": "ann@example.org",
            "user_registered": "2020-01-02 03:04:05",
            "display_name": "ann7",
        }
    ],
    "usermeta": meta(
        "user_id",
        7,
        {
            "nickname": "ann7",
            "first_name": "Ann",
            "last_name": "Sample",
            "billing_phone": "555-0101",
            "billing_city": "Springfield",
            "wp_capabilities": "x",
        },
    ),
}
ITEMS: Tables = {
    "woocommerce_order_items": [
        {"order_item_id": 1, "order_item_name": "TITLE-X-01", "order_item_type": "line_item", "order_id": 50},
        {"order_item_id": 2, "order_item_name": "TITLE-X-02", "order_item_type": "line_item", "order_id": 50},
        {"order_item_id": 3, "order_item_name": "Flat rate", "order_item_type": "shipping", "order_id": 50},
        {"order_item_id": 4, "order_item_name": "TITLE-X-01 (new)", "order_item_type": "line_item", "order_id": 51},
    ],
    "woocommerce_order_itemmeta": [
        *meta("order_item_id", 1, {"_product_id": "901", "_qty": "1", "_line_total": "10"}),
        *meta("order_item_id", 2, {"_product_id": "902", "_qty": "3", "_line_total": "30"}),
        *meta("order_item_id", 3, {"method_id": "flat_rate", "cost": "5"}),
        *meta("order_item_id", 4, {"_product_id": "901", "_qty": "1", "_line_total": "12"}),
    ],
}


def bought(taken: Taken, prefix: str) -> None:
    """See whose the items are and that an item has one code, whatever its title was at the time."""
    table = prefix + "woocommerce_order_items"
    orders = [row["row"] for row in taken.rows if row.get("order_no") in {"50", "51"} and row["kind"] == "identity"]
    assert [row["owner"] for row in taken.of(table)] == [orders[0]] * 3 + [orders[1]]
    assert [row.get("item_code") for row in taken.of(table)] == ["ITEM-0001", "ITEM-0002", None, "ITEM-0001"]
    assert [row.get("quantity") for row in taken.of(table)] == ["1", "3", None, "1"]
    assert {row["owner"] for row in taken.of(prefix + "woocommerce_order_itemmeta")} == set(orders)


BILL = {
    "_billing_first_name": "Ann",
    "_billing_last_name": "Sample",
    "_billing_email": "ann@example.org",
    "_billing_phone": "555-0101",
    "_billing_address_1": "1 Main St",
    "_billing_address_2": "Apt 2",
    "_billing_city": "Springfield",
    "_billing_postcode": "12345",
    "_billing_country": "US",
    "_shipping_first_name": "Bob",
    "_shipping_last_name": "Sample",
    "_shipping_city": "Shelbyville",
    "_order_total": "45",
}


def post(number: int, kind: str = "shop_order") -> dict[str, Any]:
    return {
        "ID": number,
        "post_date": "2022-02-03 04:05:06",
        "post_title": "TITLE-X-00",
        "post_status": "wc-completed",
        "post_parent": 0,
        "post_type": kind,
    }


@pytest.mark.parametrize("prefix", PREFIXES)
def test_woocommerce_with_orders_as_posts(tmp_path: Path, prefix: str) -> None:
    tables: Tables = {
        **USERS,
        "posts": [post(901, "product"), post(50), post(51)],
        "postmeta": [
            *meta("post_id", 50, {"_customer_user": "7", "_sku": "TITLE-X-09", **BILL}),
            *meta("post_id", 51, {"_customer_user": "0", **BILL, "_billing_first_name": "Cid"}),
            *meta("post_id", 901, {"_sku": "TITLE-X-09"}),
        ],
        **ITEMS,
    }
    taken = taken_in(tmp_path, prefix, tables)
    assert taken.result.profile == "woocommerce"
    product, order, guest = taken.of(prefix + "posts")
    has(product, kind="other", owner=None)
    has(
        order,
        kind="identity",
        owner=order["row"],
        account="7",
        order_no="50",
        given_name="Ann",
        family_name="Sample",
        email="ann@example.org",
        phone="555-0101",
        address="1 Main St",
        address2="Apt 2",
        city="Springfield",
        postal_code="12345",
        country="US",
        amount="45",
        ordered_at="2022-02-03 04:05:06",
        order_status="wc-completed",
        ship_given_name="Bob",
        ship_city="Shelbyville",
    )
    has(guest, kind="identity", account=None, given_name="Cid")
    user = taken.one(prefix + "users")
    has(
        user,
        kind="identity",
        account="7",
        login="ann7",
        email="ann@example.org",
        given_name="Ann",
        family_name="Sample",
        phone="555-0101",
        city="Springfield",
    )
    assert {row["owner"] for row in taken.of(prefix + "usermeta")} == {user["row"]}
    bought(taken, prefix)


@pytest.mark.parametrize("prefix", PREFIXES)
def test_woocommerce_with_order_tables(tmp_path: Path, prefix: str) -> None:
    order: dict[str, Any] = {
        "id": 50,
        "status": "wc-completed",
        "currency": "JPY",
        "type": "shop_order",
        "total_amount": "45",
        "customer_id": 7,
        "billing_email": "ann@example.org",
        "date_created_gmt": "2022-02-03 04:05:06",
        "payment_method_title": "Bank transfer",
        "ip_address": "192.0.2.1",
    }
    address: dict[str, Any] = {
        "id": 1,
        "order_id": 50,
        "address_type": "shipping",
        "first_name": "Bob",
        "last_name": "Sample",
        "address_1": "2 Side St",
        "address_2": None,
        "city": "Osaka",
        "state": "JP27",
        "postcode": "530-0001",
        "country": "JP",
        "email": None,
        "phone": None,
    }
    bill: dict[str, Any] = {
        "id": 2,
        "address_type": "billing",
        "first_name": "Ann",
        "state": "JP13",
        "phone": "0300000001",
        "email": "ann@example.org",
    }
    tables: Tables = {
        **USERS,
        "wc_orders": [order, {**order, "id": 51, "customer_id": 0}, {**order, "id": 52, "type": "shop_order_refund"}],
        "wc_order_addresses": [
            address,
            {**address, **bill},
            {**address, **bill, "id": 3, "order_id": 51, "state": "CA"},
        ],
        "wc_orders_meta": [
            {"id": 1, "order_id": 50, "meta_key": "_billing_yomigana_last_name", "meta_value": "サンプル"}
        ],
        "posts": [post(50, "shop_order_placehold"), post(901, "product")],
        "postmeta": meta("post_id", 901, {"_sku": "TITLE-X-09"}),
        **ITEMS,
    }
    taken = taken_in(tmp_path, prefix, tables)
    assert taken.result.profile == "woocommerce-hpos"
    placed, guest, refund = taken.of(prefix + "wc_orders")
    has(
        placed,
        kind="identity",
        account="7",
        order_no="50",
        given_name="Ann",
        family_name="Sample",
        family_kana="サンプル",
        prefecture="東京都",
        phone="0300000001",
        email="ann@example.org",
        ip="192.0.2.1",
        amount="45",
        ship_given_name="Bob",
        ship_prefecture="大阪府",
        ship_phone=None,
    )
    has(guest, kind="identity", account=None, given_name="Ann", prefecture="CA", ship_given_name=None)
    has(refund, kind="other", owner=None)
    assert {row["owner"] for row in taken.of(prefix + "wc_order_addresses")} == {placed["row"], guest["row"]}
    bought(taken, prefix)


def test_two_shops_in_one_database_are_not_mixed(tmp_path: Path) -> None:
    tables: Tables = {
        "a_posts": [post(50)],
        "a_postmeta": meta(
            "post_id", 50, {"_customer_user": "7", "_billing_first_name": "Ann", "_billing_email": "ann@example.org"}
        ),
        "b_postmeta": meta(
            "post_id", 50, {"_customer_user": "7", "_billing_first_name": "Dan", "_billing_phone": "555-0199"}
        ),
        "b_posts": [post(50)],
    }
    taken = taken_in(tmp_path, "", tables)
    has(taken.one("a_posts"), given_name="Ann", email="ann@example.org", phone=None, account="a_7")
    has(taken.one("b_posts"), given_name="Dan", email=None, phone="555-0199", account="b_7")
    assert {row["owner"] for row in taken.of("b_postmeta")} == {taken.one("b_posts")["row"]}
