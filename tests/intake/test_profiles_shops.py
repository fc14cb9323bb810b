"""Each shop's list comes out with the right owners, claims, accounts and item codes, whatever its table prefix."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.intake.shops import dump, sheet, take

if TYPE_CHECKING:
    from pathlib import Path

    from tests.intake.shops import Tables


def has(said: dict[str, Any], **wanted: Any) -> None:
    """See that a row says exactly this of these fields."""
    assert {name: said.get(name) for name in wanted} == wanted


# -- EC-CUBE -----------------------------------------------------------------------------------------------------------

EC4_NAME: dict[str, Any] = {
    "name01": "架空",
    "name02": "太郎",
    "kana01": "カクウ",
    "kana02": "タロウ",
    "company_name": None,
}
EC4_HOME: dict[str, Any] = {
    "phone_number": "0300000001",
    "postal_code": "1000001",
    "pref_id": 13,
    "addr01": "見本区見本町",
    "addr02": "1-2-3",
}
EC4_GIFT: dict[str, Any] = {
    "name01": "見本",
    "name02": "花子",
    "kana01": "ミホン",
    "kana02": "ハナコ",
    "company_name": None,
}
EC4_AWAY: dict[str, Any] = {
    "phone_number": "0600000002",
    "postal_code": "5300001",
    "pref_id": 27,
    "addr01": "例市例町",
    "addr02": "4-5",
}


def eccube4(*, masters: bool) -> Tables:
    tables: Tables = {
        "dtb_customer": [
            {
                "id": 7,
                "sex_id": 1,
                "job_id": None,
                **EC4_NAME,
                **EC4_HOME,
                "email": "taro@example.jp",
                "birth": None,
                "create_date": "2021-01-02 03:04:05",
                "password": "x",
            },
        ],
        "dtb_customer_address": [{"id": 1, "customer_id": 7, **EC4_GIFT, **EC4_AWAY}],
        "dtb_order": [
            {
                "id": 70,
                "customer_id": 7,
                "order_no": "N70",
                **EC4_NAME,
                **EC4_HOME,
                "email": "taro@example.jp",
                "order_date": "2021-02-03 04:05:06",
                "payment_total": "3300.00",
                "payment_method": "銀行振込",
                "order_status_id": 5,
                "currency_code": "JPY",
                "sex_id": 1,
            },
            {
                "id": 71,
                "customer_id": None,
                "order_no": "N71",
                **EC4_GIFT,
                **EC4_AWAY,
                "email": "hanako@example.com",
                "order_date": "2021-02-04 04:05:06",
                "payment_total": "1100.00",
                "payment_method": "銀行振込",
                "order_status_id": 1,
                "currency_code": "JPY",
                "sex_id": None,
            },
        ],
        "dtb_order_item": [
            {
                "id": 1,
                "order_id": 70,
                "product_id": 5,
                "product_name": "TITLE-X-05",
                "price": "1100.00",
                "quantity": "3",
                "currency_code": "JPY",
            },
            {
                "id": 2,
                "order_id": 70,
                "product_id": None,
                "product_name": "送料",
                "price": "500.00",
                "quantity": "1",
                "currency_code": "JPY",
            },
            {
                "id": 3,
                "order_id": 71,
                "product_id": 6,
                "product_name": "TITLE-X-06",
                "price": "1100.00",
                "quantity": "1",
                "currency_code": "JPY",
            },
        ],
        "dtb_shipping": [{"id": 1, "order_id": 70, **EC4_GIFT, **EC4_AWAY}],
        "dtb_product": [{"id": 5, "name": "TITLE-X-05"}],
    }
    if masters:
        tables = {
            **tables,
            "mtb_pref": [{"id": 13, "name": "東京都", "sort_no": 1}, {"id": 27, "name": "大阪府", "sort_no": 2}],
            "mtb_order_status": [{"id": 1, "name": "新規受付"}, {"id": 5, "name": "発送済み"}],
        }
    return tables


@pytest.mark.parametrize("masters", [True, False], ids=["with-masters", "without-masters"])
def test_eccube4_database(tmp_path: Path, masters: bool) -> None:
    taken = take(tmp_path, dump(eccube4(masters=masters)), "shop.sql")
    assert taken.result.profile == "eccube4"
    customer, address = taken.one("dtb_customer"), taken.one("dtb_customer_address")
    order, guest = taken.of("dtb_order")
    has(
        customer,
        kind="identity",
        owner=customer["row"],
        account="7",
        family_name="架空",
        given_name="太郎",
        family_kana="カクウ",
        given_kana="タロウ",
        email="taro@example.jp",
        phone="0300000001",
        postal_code="1000001",
        prefecture="東京都",
        address="見本区見本町 1-2-3",
        sex="男性",
        registered_at="2021-01-02 03:04:05",
    )
    has(address, kind="attached", owner=customer["row"], family_name="見本", prefecture="大阪府")
    has(
        order,
        kind="identity",
        owner=order["row"],
        account="7",
        order_no="N70",
        family_name="架空",
        amount="3300.00",
        ordered_at="2021-02-03 04:05:06",
        payment_method="銀行振込",
        order_status="発送済み" if masters else "5",
        ship_family_name="見本",
        ship_given_name="花子",
        ship_prefecture="大阪府",
        ship_address="例市例町 4-5",
        ship_phone="0600000002",
        ship_postal_code="5300001",
    )
    has(guest, kind="identity", owner=guest["row"], account=None, family_name="見本", ship_family_name=None)
    bought, postage, other = taken.of("dtb_order_item")
    has(bought, kind="attached", owner=order["row"], item_code="ITEM-0001", quantity="3", amount="1100.00")
    has(postage, kind="attached", owner=order["row"], item_code=None)
    has(other, kind="attached", owner=guest["row"], item_code="ITEM-0002")
    has(taken.one("dtb_shipping"), kind="attached", owner=order["row"])
    has(taken.one("dtb_product"), kind="other", owner=None)
    assert "TITLE" not in str(taken.rows)


EC4_CUSTOMERS = {
    "会員ID": "7",
    "お名前(姓)": "架空",
    "お名前(名)": "太郎",
    "お名前(セイ)": "カクウ",
    "お名前(メイ)": "タロウ",
    "会社名": "",
    "郵便番号": "1000001",
    "都道府県(ID)": "13",
    "都道府県(名称)": "東京都",
    "住所1": "見本区見本町",
    "住所2": "1-2-3",
    "メールアドレス": "taro@example.jp",
    "TEL": "0300000001",
    "性別(ID)": "1",
    "性別(名称)": "男性",
    "職業(ID)": "",
    "職業(名称)": "",
    "誕生日": "1980/02/03",
    "初回購入日": "",
    "最終購入日": "",
    "購入回数": "1",
    "ショップ用メモ欄": "",
    "会員ステータス(ID)": "2",
    "会員ステータス(名称)": "本会員",
    "登録日": "2021/01/02 03:04:05",
    "更新日": "",
}


def test_eccube4_customer_export(tmp_path: Path) -> None:
    taken = take(tmp_path, sheet([EC4_CUSTOMERS]), "customer.csv")
    assert taken.result.profile == "eccube4-customers-csv"
    assert taken.result.locale == "ja"
    assert taken.says("") == {
        "account": "7",
        "family_name": "架空",
        "given_name": "太郎",
        "family_kana": "カクウ",
        "given_kana": "タロウ",
        "postal_code": "1000001",
        "prefecture": "東京都",
        "address": "見本区見本町 1-2-3",
        "email": "taro@example.jp",
        "phone": "0300000001",
        "sex": "男性",
        "birth_date": "1980/02/03",
        "registered_at": "2021/01/02 03:04:05",
    }
    has(taken.one(""), kind="identity", owner=1)


def test_eccube4_order_export(tmp_path: Path) -> None:
    who = {name: EC4_CUSTOMERS[name] for name in list(EC4_CUSTOMERS)[:13] if name != "会員ID"}
    order = {
        "注文ID": "70",
        "注文番号": "N70",
        "会員ID": "",
        **who,
        "支払合計": "1600",
        "対応状況(名称)": "発送済み",
        "支払方法(名称)": "銀行振込",
        "受注日": "2021/02/03 04:05:06",
        "配送先_お名前(姓)": "見本",
        "配送先_お名前(名)": "花子",
        "配送先_都道府県(名称)": "大阪府",
        "配送先_住所1": "例市例町",
        "配送先_住所2": "4-5",
        "配送先_TEL": "0600000002",
    }
    lines = [
        {**order, "商品ID": "5", "商品名": "TITLE-X-05", "価格": "1100", "個数": "1"},
        {**order, "商品ID": "", "商品名": "送料", "価格": "500", "個数": "1"},
        {**order, "商品ID": "", "商品名": "TITLE-X-06", "価格": "0", "個数": "1"},
    ]
    taken = take(tmp_path, sheet(lines), "order.csv")
    assert taken.result.profile == "eccube4-orders-csv"
    has(
        taken.one(""),
        kind="identity",
        owner=1,
        account=None,
        order_no="N70",
        ordered_at="2021/02/03 04:05:06",
        family_name="架空",
        item_code="ITEM-0001",
        amount="1100",
        quantity="1",
        ship_family_name="見本",
        ship_prefecture="大阪府",
        ship_address="例市例町 4-5",
        ship_phone="0600000002",
    )
    assert [row.get("item_code") for row in taken.rows] == ["ITEM-0001", None, "ITEM-0002"]
    assert "TITLE" not in str(taken.rows)


EC2_HOME: dict[str, Any] = {
    "tel01": "03",
    "tel02": "0000",
    "tel03": "0001",
    "zip01": "100",
    "zip02": "0001",
    "pref": 13,
    "addr01": "見本区見本町",
    "addr02": "1-2-3",
}
EC2_NAME: dict[str, Any] = {"name01": "架空", "name02": "太郎", "kana01": "カクウ", "kana02": "タロウ"}
EC2_AWAY: dict[str, Any] = {
    "tel01": "06",
    "tel02": "0000",
    "tel03": "0002",
    "zip01": "530",
    "zip02": "0001",
    "pref": 27,
    "addr01": "例市例町",
    "addr02": "4-5",
}
EC2_GIFT: dict[str, Any] = {"name01": "見本", "name02": "花子", "kana01": "ミホン", "kana02": "ハナコ"}


def under(prefix: str, *rows: dict[str, Any]) -> dict[str, Any]:
    return {prefix + name: value for row in rows for name, value in row.items()}


def eccube_old(version: int, *, shipping: bool) -> Tables:
    sent = under("shipping_", EC2_GIFT, EC2_AWAY)
    order = {
        "order_id": 70,
        "customer_id": 7,
        **under("order_", EC2_NAME, EC2_HOME),
        "order_email": "taro@example.jp",
        "order_sex": 1,
        "payment_total": "3300",
        "payment_method": "銀行振込",
        "status": 5,
        "create_date": "2011-02-03 04:05:06",
        "order_date": "2011-02-03 04:05:06",
    }
    guest = {**order, "order_id": 71, "customer_id": 0 if version == 2 else None, **under("order_", EC2_GIFT, EC2_AWAY)}
    if not shipping:
        order |= under("deliv_", EC2_GIFT, EC2_AWAY)
    book = ("dtb_other_deliv", "other_deliv_id") if version == 2 else ("dtb_customer_address", "customer_address_id")
    return {
        "dtb_customer": [
            {
                "customer_id": 7,
                **EC2_NAME,
                **EC2_HOME,
                "email": "taro@example.jp",
                "email_mobile": "taro-m@example.jp",
                "sex": 1,
                "job": None,
                "birth": "1980-02-03",
            }
        ],
        book[0]: [{book[1]: 1, "customer_id": 7, **EC2_GIFT, **EC2_AWAY}],
        "dtb_order": [order, guest],
        "dtb_order_detail": [
            {
                "order_detail_id": 1,
                "order_id": 70,
                "product_id": 5,
                "product_name": "TITLE-X-05",
                "price": "1100",
                "quantity": "3",
            },
        ],
        **({"dtb_shipping": [{"shipping_id": 0, "order_id": 70, **sent}]} if shipping else {}),
    }


@pytest.mark.parametrize(
    ("version", "shipping"), [(2, True), (2, False), (3, True)], ids=["2.13", "2.4-addressee-in-order", "3.0"]
)
def test_eccube_2_and_3_databases(tmp_path: Path, version: int, shipping: bool) -> None:
    taken = take(tmp_path, dump(eccube_old(version, shipping=shipping)), "shop.sql")
    assert taken.result.profile == f"eccube{version}"
    customer = taken.one("dtb_customer")
    order, guest = taken.of("dtb_order")
    has(
        customer,
        kind="identity",
        account="7",
        family_name="架空",
        phone="03-0000-0001",
        postal_code="100-0001",
        prefecture="東京都",
        address="見本区見本町 1-2-3",
        sex="男性",
        email="taro@example.jp",
        email2="taro-m@example.jp" if version == 2 else None,
    )
    has(
        order,
        kind="identity",
        account="7",
        order_no="70",
        family_name="架空",
        phone="03-0000-0001",
        prefecture="東京都",
        email="taro@example.jp",
        ordered_at="2011-02-03 04:05:06",
        ship_family_name="見本",
        ship_prefecture="大阪府",
        ship_phone="06-0000-0002",
        ship_postal_code="530-0001",
        ship_address="例市例町 4-5",
    )
    has(guest, kind="identity", account=None, family_name="見本", ship_family_name=None)
    has(taken.one("dtb_order_detail"), kind="attached", owner=order["row"], item_code="ITEM-0001", quantity="3")
    book = "dtb_other_deliv" if version == 2 else "dtb_customer_address"
    has(taken.one(book), kind="attached", owner=customer["row"], prefecture="大阪府")


EC2_LIST = {
    "お名前(姓)": "架空",
    "お名前(名)": "太郎",
    "お名前(フリガナ・姓)": "カクウ",
    "会社名": "",
    "郵便番号1": "100",
    "郵便番号2": "0001",
    "住所1": "見本区見本町",
    "住所2": "1-2-3",
}
EC3_LIST = {
    "お名前(姓)": "架空",
    "お名前(名)": "太郎",
    "お名前(セイ)": "カクウ",
    "お名前(メイ)": "タロウ",
    "郵便番号1": "100",
    "郵便番号2": "0001",
    "都道府県(名称)": "東京都",
    "住所1": "見本区見本町",
    "住所2": "1-2-3",
    "メールアドレス": "taro@example.jp",
    "TEL1": "03",
    "TEL2": "0000",
    "TEL3": "0001",
}


@pytest.mark.parametrize(
    ("row", "profile", "extra"),
    [
        (
            {
                "会員ID": "7",
                **EC2_LIST,
                "お名前(フリガナ・名)": "タロウ",
                "都道府県": "東京都",
                "E-MAIL": "taro@example.jp",
                "TEL1": "03",
                "TEL2": "0000",
                "TEL3": "0001",
                "登録日": "2011-01-02",
            },
            "eccube2-customers-csv",
            {"registered_at": "2011-01-02"},
        ),
        ({"会員ID": "7", **EC3_LIST, "登録日": "2011-01-02"}, "eccube2-customers-csv", {"registered_at": "2011-01-02"}),
        (
            {
                "注文番号": "70",
                "会員ID": "7",
                **EC2_LIST,
                "お名前(フリガナ名)": "タロウ",
                "都道府県": "東京都",
                "メールアドレス": "taro@example.jp",
                "電話番号1": "03",
                "電話番号2": "0000",
                "電話番号3": "0001",
                "お支払い合計": "3300",
                "注文日時": "2011-02-03",
            },
            "eccube2-orders-csv",
            {"order_no": "70", "amount": "3300", "ordered_at": "2011-02-03"},
        ),
        (
            {
                "注文ID": "70",
                "会員ID": "7",
                **EC3_LIST,
                "受注日": "2011-02-03",
                "商品ID": "5",
                "商品名": "TITLE-X-05",
                "価格": "1100",
                "個数": "1",
            },
            "eccube2-orders-csv",
            {"order_no": "70", "item_code": "ITEM-0001", "quantity": "1"},
        ),
    ],
    ids=["2-customers", "3-customers", "2-orders", "3-orders"],
)
def test_eccube_2_and_3_exports(tmp_path: Path, row: dict[str, str], profile: str, extra: dict[str, str]) -> None:
    taken = take(tmp_path, sheet([row]), "list.csv")
    assert taken.result.profile == profile
    has(
        taken.one(""),
        kind="identity",
        account="7",
        family_name="架空",
        given_name="太郎",
        family_kana="カクウ",
        given_kana="タロウ",
        postal_code="100-0001",
        prefecture="東京都",
        address="見本区見本町 1-2-3",
        email="taro@example.jp",
        phone="03-0000-0001",
        **extra,
    )


# -- Shopify -----------------------------------------------------------------------------------------------------------

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
