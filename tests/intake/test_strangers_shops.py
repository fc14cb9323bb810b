"""Exports of shops that have no profile here: whose each value is, is told right, or not at all."""

from __future__ import annotations

import time

import pytest

from soken.intake.headings import is_heading_word, is_no_field, meaning
from soken.intake.proposals import propose

PEOPLE = [
    {
        "姓": "佐藤", "名": "太郎", "氏名": "佐藤 太郎", "メール": f"u{at}@example.com", "電話": f"090-1111-{at:04}",
        "住所": f"渋谷区神宮前1-{at}", "ID": f"0000000{at:02}", "日": f"2021-02-{at:02}", "他所": f"新宿区西新宿2-{at}",
        "他電話": f"080-2222-{at:04}", "": "", "1": "1", "商品": f"X-{at}",
    }
    for at in range(10, 30)
]  # fmt: skip


def fields(columns: dict[str, str]) -> dict[str, str]:
    """What each heading is taken for; ``columns`` is heading → which of the values above stand under it."""
    rows = [[person[column] for column in columns.values()] for person in PEOPLE]
    return {one.column: one.field for one in propose(tuple(columns), rows)}


@pytest.mark.parametrize("mark", ["配送先", "お届け先", "送付先", "届け先", "Shipping"])
def test_what_is_the_addressees_by_a_remark_is_never_the_buyers(mark: str) -> None:
    said = fields(
        {
            "氏名(購入者)": "氏名", "住所(購入者)": "住所", "電話番号(購入者)": "電話",
            f"氏名({mark})": "氏名", f"住所({mark})": "他所", f"電話番号({mark})": "他電話",
        }
    )  # fmt: skip
    assert list(said.values()) == ["full_name", "address", "phone", "ship_full_name", "ship_address", "ship_phone"]


def test_what_has_no_place_with_the_addressee_is_no_field() -> None:
    assert meaning("メールアドレス(配送先)") is None


@pytest.mark.parametrize("heading", ["氏(フリガナ)", "姓（カナ）"])
def test_a_reading_in_brackets_is_of_the_name_before_it(heading: str) -> None:
    assert (meaning(heading) or ("",))[0] == "family_kana"


@pytest.mark.parametrize(
    ("whole", "part"), [("配送先名", "ship_given_name"), ("お届け先名", "ship_given_name"), ("請求先名", "given_name")]
)
def test_a_name_beside_a_family_name_is_the_given_name(whole: str, part: str) -> None:
    family = whole.removesuffix("名") + "姓"
    assert fields({family: "姓", whole: "名", "メール": "メール"})[whole] == part


@pytest.mark.parametrize("heading", ["ID", "No.", "番号", "rec_id"])
def test_a_rows_own_number_is_no_telephone_number(heading: str) -> None:
    assert fields({heading: "ID", "氏名": "氏名", "メール": "メール"})[heading] == ""


@pytest.mark.parametrize("heading", ["更新日", "updated_at", "退会日", "作成日"])
def test_the_day_of_a_change_is_no_day_of_purchase(heading: str) -> None:
    assert fields({heading: "日", "氏名": "氏名", "メール": "メール"})[heading] == ""


@pytest.mark.parametrize("heading", ["created_at", "Date Created", "日付"])
def test_the_day_of_a_row_is_of_the_registration_where_nothing_is_bought(heading: str) -> None:
    assert fields({heading: "日", "氏名": "氏名", "メール": "メール"})[heading] == "registered_at"
    assert fields({heading: "日", "氏名": "氏名", "メール": "メール", "商品名": "商品"})[heading] == "ordered_at"


def test_a_column_without_values_takes_no_field_from_one_with_values() -> None:
    assert fields({"entry_suburb": "", "entry_city": "住所", "氏名": "氏名"}) == {
        "entry_suburb": "", "entry_city": "city", "氏名": "full_name",
    }  # fmt: skip


def test_an_address_that_stands_in_another_column_too_is_taken_once() -> None:
    said = fields({"Billing Address": "住所", "Street Address": "住所", "Name": "氏名", "Email": "メール"})
    assert [one for one in said.values() if one == "address"] == ["address"]


def test_a_switch_is_no_address() -> None:
    assert fields({"_address_street": "住所", "_address_default_billing_": "1", "email": "メール"}) == {
        "_address_street": "address", "_address_default_billing_": "", "email": "email",
    }  # fmt: skip


@pytest.mark.parametrize("sign", ["[", "(", "a", "1", "お"])
def test_a_heading_of_a_million_signs_is_none_and_costs_no_time(sign: str) -> None:
    started = time.perf_counter()
    heading = sign * 1_000_000
    assert (meaning(heading), is_heading_word(heading), is_no_field(heading)) == (None, False, False)
    assert time.perf_counter() - started < 1
