"""EC-CUBE 2 and 3: the right owners, claims, accounts and item codes, in their databases and exports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.intake.shops import dump, has, sheet, take

if TYPE_CHECKING:
    from pathlib import Path

    from tests.intake.shops import Tables

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
