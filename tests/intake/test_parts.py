"""One value in several columns: telephone, postal code and birth date in parts are read without mapping or profile."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from soken.intake.proposals import propose
from tests.intake.shops import dump, has, sheet, take

if TYPE_CHECKING:
    from pathlib import Path

#: Headings as strangers write them → the parts of one person.
PHONES = {
    "as EC-CUBE does": ["TEL1", "TEL2", "TEL3"],
    "in full width": ["ＴＥＬ１", "ＴＥＬ２", "ＴＥＬ３"],
    "with noughts": ["tel01", "tel02", "tel03"],
    "whose it is": ["注文者電話番号1", "注文者電話番号2", "注文者電話番号3"],
    "in brackets": ["電話番号（１）", "電話番号（２）", "電話番号（３）"],
    "by the parts' names": ["電話番号(市外局番)", "電話番号(市内局番)", "電話番号(加入者番号)"],
    "in English": ["phone_1", "phone_2", "phone_3"],
    "with letters": ["電話A", "電話B", "電話C"],
}
CODES = {
    "by numbers": ["郵便番号1", "郵便番号2"],
    "by halves": ["郵便番号（上）", "郵便番号（下）"],
    "with noughts": ["zip01", "zip02"],
    "mark": ["〒1", "〒2"],
}
BIRTHS = {
    "short": ["生年", "生月", "生日"],
    "long": ["生年月日（年）", "生年月日（月）", "生年月日（日）"],
    "birthday": ["誕生年", "誕生月", "誕生日"],
    "in English": ["birth_year", "birth_month", "birth_day"],
}


def said(folder: Path, headings: list[str], *rows: list[str]) -> list[dict[str, str]]:
    table = [dict(zip(["氏名", *headings], ["佐藤 太郎", *row], strict=True)) for row in rows]
    taken = take(folder, sheet(table), "list.csv")
    return [taken.says("", number) for number in range(len(rows))]


@pytest.mark.parametrize("style", sorted(PHONES))
def test_a_telephone_number_in_three_columns_is_one(tmp_path: Path, style: str) -> None:
    first, second = said(tmp_path, PHONES[style], ["090", "1111", "2222"], ["03", "3333", "0044"])
    has(first, phone="090-1111-2222", phone2=None)
    has(second, phone="03-3333-0044", phone2=None)


@pytest.mark.parametrize("style", sorted(CODES))
def test_a_postal_code_in_two_columns_is_one(tmp_path: Path, style: str) -> None:
    first, second = said(tmp_path, CODES[style], ["150", "0001"], ["060", "0042"])
    has(first, postal_code="150-0001")
    has(second, postal_code="060-0042")


@pytest.mark.parametrize("style", sorted(BIRTHS))
def test_a_birth_date_in_three_columns_is_one(tmp_path: Path, style: str) -> None:
    first, second = said(tmp_path, BIRTHS[style], ["1980", "1", "2"], ["昭和55", "12", "31"])
    has(first, birth_date="1980-1-2")
    has(second, birth_date="昭和55-12-31")


def test_two_whole_numbers_in_counted_columns_stay_two(tmp_path: Path) -> None:
    (first,) = said(tmp_path, ["電話番号1", "電話番号2"], ["090-1111-2222", "03-3333-4444"])
    has(first, phone="090-1111-2222", phone2="03-3333-4444")


def test_the_mobile_in_parts_stands_beside_the_telephone_in_parts(tmp_path: Path) -> None:
    headings = ["TEL1", "TEL2", "TEL3", "携帯1", "携帯2", "携帯3", "FAX1", "FAX2", "FAX3"]
    (first,) = said(tmp_path, headings, ["03", "3333", "4444", "090", "1111", "2222", "03", "5555", "6666"])
    has(first, phone="03-3333-4444", phone2="090-1111-2222")


def test_the_addressee_has_parts_of_his_own(tmp_path: Path) -> None:
    headings = [
        "TEL1",
        "TEL2",
        "TEL3",
        "送付先電話番号1",
        "送付先電話番号2",
        "送付先電話番号3",
        "送付先郵便番号1",
        "送付先郵便番号2",
    ]
    (first,) = said(tmp_path, headings, ["03", "3333", "4444", "090", "1111", "2222", "150", "0001"])
    has(first, phone="03-3333-4444", ship_phone="090-1111-2222", ship_postal_code="150-0001")


def test_a_person_without_a_telephone_has_none(tmp_path: Path) -> None:
    _first, second = said(tmp_path, ["TEL1", "TEL2", "TEL3"], ["090", "1111", "2222"], ["", "", ""])
    has(second, phone=None)


def test_parts_in_a_database_are_joined_as_well(tmp_path: Path) -> None:
    rows = [{"id": n, "shimei": "佐藤 太郎", "tel1": "090", "tel2": "1111", "tel3": f"{n:04}"} for n in range(1, 4)]
    taken = take(tmp_path, dump({"meibo": rows}), "a.sql")
    assert [row["phone"] for row in taken.rows] == ["090-1111-0001", "090-1111-0002", "090-1111-0003"]


def test_the_birthday_alone_is_a_whole_date() -> None:
    rows = [("佐藤 太郎", "1980-01-02"), ("鈴木 花子", "1981-03-04")]
    assert [one.field for one in propose(("氏名", "誕生日"), rows)] == ["full_name", "birth_date"]
