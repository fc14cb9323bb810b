"""EC-CUBE 4: the right owners, claims, accounts and item codes, in its database and its exports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.intake.shops import dump, has, sheet, take

if TYPE_CHECKING:
    from pathlib import Path

    from tests.intake.shops import Tables

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
