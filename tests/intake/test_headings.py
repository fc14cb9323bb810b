"""Headings: what strangers write above their columns is understood, and what only looks like it is not."""

from __future__ import annotations

import pytest

from soken.intake.headings import is_heading_word, meaning

MEANT = {
    "account": [
        "会員ID",
        "cust_no",
        "cust_id",
        "customer_id",
        "kaiin_no",
        "kaiin_id",
        "kokyaku_id",
        "CustomerID",
        "customer_no",
        "client_no",
        "client_id",
        "cust#",
        "CustNo",
        "Member ID",
        "user_id",
        "uid",
        "acct_no",
        "account_no",
    ],
    "address": [
        "住所１",
        "住所２",
        "jusho",
        "juusho",
        "banchi",
        "住所（番地）",
        "ご住所1",
        "Address Line 1",
        "Street Address",
        "street_1",
        "Mailing Address",
        "residential_address",
    ],
    "address2": ["tatemono", "住所（建物名）", "address_line_2", "street_2"],
    "birth_date": [
        "生年月日",
        "dob",
        "seinengappi",
        "tanjoubi",
        "tanjobi",
        "生年月日（西暦）",
        "誕生年月日",
        "Birth Date",
        "BirthDate",
        "birth_dt",
        "date_of_birth",
        "Birthday",
        "D.O.B.",
    ],
    "city": ["shikuchoson", "住所(市区町村)"],
    "email": [
        "E-mail Address",
        "e_mail",
        "meeru",
        "購入者メールアドレス",
        "お客様メールアドレス",
        "E-Mail",
        "Ｅメール",
        "Ｅ－ｍａｉｌ",
        "メルアド",
        "メアド",
        "PCアドレス",
        "contact_email",
        "EmailAddr",
        "email_addr",
        "mail_address",
        "Email ID",
        "primary_email",
        "work_email",
        "home_email",
    ],
    "email2": ["携帯メールアドレス"],
    "family_kana": ["sei_kana", "姓（カナ）", "セイ"],
    "family_name": ["LastName", "last_name", "sei", "myoji", "氏名_姓", "name_last", "Last", "family", "Nom"],
    "full_kana": ["フリガナ", "furigana", "氏名（カナ）", "氏名（フリガナ）", "氏名（ふりがな）"],
    "full_name": [
        "お名前",
        "注文者氏名",
        "shimei",
        "namae",
        "onamae",
        "ご注文者名",
        "ご依頼主名",
        "氏名（漢字）",
        "お名前（漢字）",
        "漢字氏名",
        "会員氏名",
        "利用者氏名",
        "申込者氏名",
        "申込者名",
        "契約者名",
        "契約者氏名",
        "登録者名",
        "宛名",
        "Full Name",
        "FULL_NAME",
        "customer_name",
        "Customer Full Name",
        "client_name",
        "Bill To Name",
    ],
    "given_kana": ["mei_kana", "名（カナ）"],
    "given_name": [
        "FirstName",
        "first_name",
        "mei",
        "氏名_名",
        "name_first",
        "First",
        "given",
        "billing_first_name",
        "Prénom",
    ],
    "item_title": ["商品"],
    "login": ["login_name", "screen_name", "handle"],
    "occupation": ["shokugyo"],
    "order_no": ["chumon_no"],
    "ordered_at": [
        "ご購入日",
        "kounyubi",
        "chumonbi",
        "注文日付",
        "購入年月日",
        "購入日時",
        "注文日",
        "利用日時",
        "申込日",
        "Purchase Date",
        "purchased_on",
        "Order Date",
        "order_dt",
        "date_ordered",
        "Date of Order",
    ],
    "payer_name": ["Card Holder", "cardholder_name"],
    "phone": [
        "TEL",
        "denwa",
        "denwabango",
        "denwa_bangou",
        "お電話番号",
        "ご連絡先電話番号",
        "お電話",
        "電話番号（自宅）",
        "電話番号(日中)",
        "ＴＥＬ",
        "Tel.",
        "Phone No",
        "phone_no.",
        "PhoneNo",
        "phone_num",
        "Tel No",
        "telephone_number",
        "home_phone",
        "work_phone",
        "Day Phone",
        "primary_phone",
        "contact_phone",
    ],
    "phone2": ["keitai", "携帯電話番号", "電話番号（携帯）", "mobile_no", "mobile_phone_number", "cell_phone"],
    "postal_code": [
        "〒",
        "ZIP",
        "yubin",
        "yubinbango",
        "yuubin_bangou",
        "郵便番号1",
        "〒番号",
        "郵便番号（ハイフンなし）",
        "zip_code",
        "Post Code",
        "Postal",
        "ZIP/Postal Code",
    ],
    "prefecture": ["todofuken", "ご住所（都道府県）", "住所（都道府県）", "State/Province", "Prov"],
    "sex": ["seibetsu"],
    "ship_address": ["送付先住所", "届先住所", "宛先住所", "shipping_address_1", "Ship Address", "delivery_address"],
    "ship_full_name": ["お届け先氏名", "配送先氏名", "受取人氏名", "ship_to_name", "recipient_name"],
    "ship_postal_code": ["お届け先〒", "shipping_zip"],
}
NESTED = {
    "name.first": "given_name",
    "name.last": "family_name",
    "contact.email": "email",
    "contact.phones": "phone",
    "address.street": "address",
    "address.zip": "postal_code",
    "billing_address.zip": "postal_code",
    "shipping_address.postcode": "ship_postal_code",
    "shipping_address.city": "ship_city",
    "profile.dateOfBirth": "birth_date",
    "customer.name": "full_name",
    "shipping.address.state": "ship_prefecture",
}
TWO_LANGUAGES = {
    "氏名 Name": "full_name",
    "お名前　NAME": "full_name",
    "住所 Address": "address",
    "電話番号/Tel": "phone",
    "E-mailアドレス": "email",
    "生年月日 DOB": "birth_date",
    "配送先氏名 Ship name": "ship_full_name",
    "Web会員番号": "account",
    "account_uuid": "account",
    "user GUID": "account",
    "カード番号(下4桁)": "card",
    "card_exp": "card",
    "端末ID": "device",
    "device_uuid": "device",
}
NO_FIELD = [
    "product.name.en", "address.id", "category.name", "tags.name", "orders", "shop.address.id",
    "id", "No.", "連番", "備考", "年齢", "パスワード", "password", "会員種別", "会員ランク", "購入回数", "お問い合わせ",
    "メール配信", "配送方法", "配送先ID", "配送日", "本人確認", "Last Order", "Family member", "First order date",
    "birth place", "contact id", "order_address_id", "account type", "email verified", "customer group", "post_title",
    "shipping method", "note id", "郵便番号2", "お届け日", "", "商品 Name", "店舗Name", "Movie名", "DVD名前", "File名",
    "CD名", "Model名", "Shop名", "紹介者Email", "店舗TEL", "保護者Email", "有効期限", "expiration_date",
    "カテゴリ name", "氏名 Title",
    "氏名ID", "国籍 Nationality", "備考 Note", "uuid",
]  # fmt: skip


@pytest.mark.parametrize(
    ("heading", "field"),
    [(heading, field) for field, headings in MEANT.items() for heading in headings]
    + [*NESTED.items(), *TWO_LANGUAGES.items()],
)
def test_a_heading_is_understood_in_every_style(heading: str, field: str) -> None:
    said = meaning(heading)
    assert said is not None
    assert said[0] == field


@pytest.mark.parametrize("heading", NO_FIELD)
def test_a_heading_of_something_else_is_no_field(heading: str) -> None:
    assert meaning(heading) is None


@pytest.mark.parametrize("heading", ["氏名", "備考", "E-mail", "no.", "住所2", "password", "メモ1", "Prénom"])
def test_a_heading_word_is_told_from_data(heading: str) -> None:
    assert is_heading_word(heading)


@pytest.mark.parametrize("cell", ["山田 太郎", "東京都", "taro@example.com", "ITEM-0042", "Smith", "A-1", ""])
def test_data_is_no_heading_word(cell: str) -> None:
    assert not is_heading_word(cell)


def test_a_whole_heading_is_surer_than_a_loosened_one() -> None:
    exact, whose, loose = (meaning(one) for one in ("氏名", "配送先氏名", "電話番号（日中）"))
    assert exact is not None
    assert whose is not None
    assert loose is not None
    assert exact[1] > whose[1] > loose[1]
