"""Shop systems that are used all over the world: owners, claims, accounts and item codes, whatever the table prefix."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.intake.shops import dump, take

if TYPE_CHECKING:
    from pathlib import Path

    from tests.intake.shops import Tables, Taken

PREFIXES = ["", "wp_", "x7q_shop_"]


def has(said: dict[str, Any], **wanted: Any) -> None:
    """See that a row says exactly this of these fields."""
    assert {name: said.get(name) for name in wanted} == wanted


def taken_in(folder: Path, prefix: str, tables: Tables) -> Taken:
    """Take in a dump whose tables have this prefix; no title may get out of the sealed original."""
    taken = take(folder, dump({prefix + name: rows for name, rows in tables.items()}), "shop.sql")
    assert "TITLE" not in str(taken.rows)
    for record in (folder / "home" / "evidence").rglob("*.json*"):
        assert "TITLE" not in record.read_text(encoding="utf-8")
    return taken


# -- WooCommerce -------------------------------------------------------------------------------------------------------


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


# -- OpenCart ----------------------------------------------------------------------------------------------------------


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


# -- PrestaShop --------------------------------------------------------------------------------------------------------


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


# -- Magento 2 ---------------------------------------------------------------------------------------------------------


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


# -- Zen Cart and osCommerce -------------------------------------------------------------------------------------------


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
