"""Small fields; what stands for nothing joins nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from soken.normalise.plain import (
    normalise_account,
    normalise_card,
    normalise_company,
    normalise_device,
    normalise_login,
    normalise_number,
    normalise_sex,
)
from soken.normalise.readings import learned
from soken.normalise.regions import region_of

if TYPE_CHECKING:
    from collections.abc import Callable

_SEX = [
    ("男", "m"), ("女", "f"), ("男性", "m"), ("女性", "f"), ("男子", "m"), ("おとこ", "m"), ("オンナ", "f"), ("ｵﾝﾅ", "f"), ("Ｆ", "f"),
    ("m", "m"), ("Male", "m"), ("FEMALE", "f"), ("woman", "f"), ("Mr.", "m"), ("Ms", "f"), ("♂", "m"), ("♀", "f"), (" 女 ", "f"),
    ("1", None), ("2", None), ("0", None), ("", None), ("回答しない", None), ("不明", None), ("その他", None), ("男・女", None), ("n/a", None),
]  # fmt: skip
_NUMBER = [
    ("５３０４-２１８", "5304218"), ("ab 12-34", "AB1234"), ("ａｂ１２３４", "AB1234"), ("123-45-6789", "123456789"),
    ("1234 5678 9012", "123456789012"), ("第12号", "第12号"), ("0012345", "0012345"), ("12.345.678", "12345678"),
    ("123_456", "123456"), ("  A-100 ", "A100"), ("１２３", "123"), ("№ 4711", "NO4711"), ("abc", "ABC"),
    ("0000000", None), ("111111", None), ("９９９９", None), ("12", None), ("x", None), ("", None), ("なし", None), ("N/A", None),
    ("−−−−", None), ("未登録", None), ("unknown", None),
]  # fmt: skip
_ACCOUNT = [
    (" 0017 ", "0017"), ("17", "17"), ("１７", "17"), ("A_1", "A_1"), ("a_1", "a_1"), ("001-002", "001-002"), ("C 17", "C 17"),
    ("ユーザー1", "ユーザー1"), ("100", "100"), ("guest17", "guest17"), ("x", "x"),
    ("0", None), ("00", None), ("０", None), ("-1", None), ("guest", None), ("GUEST", None), ("非会員", None), ("ゲスト", None),
    ("NULL", None), ("none", None), ("anonymous", None), ("匿名", None), ("退会済み", None), ("", None), (" - ", None),
]  # fmt: skip
_LOGIN = [
    ("Taro_Y", "taro_y"), ("taro.y", "taro.y"), ("taro-y", "taro-y"), ("tarojy", "tarojy"), ("taro y", "taro y"),
    ("ＴＡＲＯ", "taro"), ("Ａ１", "a1"), ("山田", "山田"), ("ﾀﾛｳ", "タロウ"), ("  x_1 ", "x_1"), ("taro@example.jp", "taro@example.jp"),
    ("a", "a"), ("null_pointer", "null_pointer"), ("tester", "tester"), ("100", "100"),
    ("null", None), ("NULL", None), ("guest", None), ("test", None), ("no name", None), ("-", None), ("0", None), ("", None),
    ("退会", None),
]  # fmt: skip
_COMPANY = [
    ("株式会社 青葉", "青葉"), ("青葉㈱", "青葉"), ("(株)青葉", "青葉"), ("（有）青葉", "青葉"), ("有限会社青葉", "青葉"), ("青葉（同）", "青葉"),
    ("合同会社青葉", "青葉"), ("一般社団法人青葉", "青葉"), ("学校法人 青葉学園", "青葉学園"), ("青葉　商事", "青葉商事"),
    ("青葉商事株式会社", "青葉商事"), ("NPO法人 青葉", "青葉"), ("アオバ", "アオバ"), ("ｱｵﾊﾞ", "アオバ"),
    ("Aoba Co., Ltd.", "aoba"), ("AOBA CO.,LTD", "aoba"), ("Aoba Inc.", "aoba"), ("Aoba GmbH", "aoba"), ("Aoba K.K.", "aoba"),
    ("Income Aoba", "incomeaoba"), ("Aoba B:V", "aobabv"), ("0B:V", "0"), ("株式会社", "株式会社"), ("なし", None), ("個人", None), ("自営業", None), ("-", None), ("", None),
]  # fmt: skip
_CARD = [
    ("9041 07/17", "9041 2017-07"), ("**** **** **** 9041 07/17", "9041 2017-07"), ("xxxx9041 07/17", "9041 2017-07"),
    ("07/17 9041", "9041 2017-07"), ("9041 7/2017", "9041 2017-07"), ("9041 2017-07", "9041 2017-07"),
    ("９０４１　０７／１７", "9041 2017-07"), ("0345 12-24", "0345 2024-12"), ("9041 07 / 17", "9041 2017-07"),
    ("VISA 9041 07/17", "9041 2017-07"), ("4111 1111 1111 1111", "4111111111111111"),
    ("4111-1111-1111-1111", "4111111111111111"), ("4111111111111111 05/27", "4111111111111111"),
    ("****-****-****-9041 07/17", "9041 2017-07"),
    ("4111111111111112", None), ("0000000000000000", None), ("20270531235959", None),
    ("05/31/2027", None), ("05-31-2027", None), ("2027-05-31 1200", None),
    ("9041", None), ("07/17", None), ("9041 13/17", None), ("9041 07/17 08/18", None), ("9041 9042 07/17", None),
    ("", None), ("カード", None), ("07/17 07/17", None), ("なし", None),
]  # fmt: skip
_DEVICE = [
    ("46E33C15-2A99-481A-852B-8B0C0070F3FC", "46e33c152a99481a852b8b0c0070f3fc"),
    ("46e33c152a99481a852b8b0c0070f3fc", "46e33c152a99481a852b8b0c0070f3fc"),
    ("{46E33C15-2A99-481A-852B-8B0C0070F3FC}", "46e33c152a99481a852b8b0c0070f3fc"),
    ("f02828cb2c250fae", "f02828cb2c250fae"), ("F02828CB2C250FAE", "f02828cb2c250fae"), (" f02828cb2c250fae ", "f02828cb2c250fae"),
    ("ｆ０２８２８ｃｂ２ｃ２５０ｆａｅ", "f02828cb2c250fae"), ("35-209900-176148-1", "352099001761481"),
    ("352099001761481", "352099001761481"), ("12:34:56:78:9A:BC", "123456789abc"), ("R58M12ABCDE", None),
    ("R58M123ABCD4", "r58m123abcd4"), ("undefined", None), ("not available", None), ("iPhone 12 Pro", None),
    ("9774d56d682e549c", None),
    ("00000000-0000-0000-0000-000000000000", None), ("0000000000000000", None), ("ffffffffffffffff", None),
    ("iPhone", None), ("ios", None), ("android", None), ("", None), ("null", None), ("abc1234", None),
]  # fmt: skip
_REGION = [
    ("Australia", "AU"), ("au", "AU"), ("AUS", "AU"), ("日本", "JP"), ("JAPAN", "JP"), ("ＪＡＰＡＮ", "JP"), ("jpn", "JP"),
    ("アメリカ合衆国", "US"), ("米国", "US"), ("U.S.A.", "US"), ("United States", "US"), ("united kingdom", "GB"), ("UK", "GB"),
    ("英国", "GB"), ("韓国", "KR"), ("South Korea", "KR"), ("中国", "CN"), ("Taiwan", "TW"), ("台湾", "TW"), ("Deutschland", "DE"),
    (" New Zealand ", "NZ"), ("Atlantis", None), ("392", None), ("", None), ("ja", None), ("Earth", None),
]  # fmt: skip
_CASES: list[tuple[Callable[[str], str | None], str, str | None]] = [
    (function, *case)
    for function, cases in (
        (normalise_sex, _SEX), (normalise_number, _NUMBER), (normalise_account, _ACCOUNT), (normalise_login, _LOGIN),
        (normalise_company, _COMPANY), (normalise_card, _CARD), (normalise_device, _DEVICE), (region_of, _REGION),
    )
    for case in cases
]  # fmt: skip


@pytest.mark.parametrize(("function", "typed", "key"), _CASES, ids=[f"{case[0].__name__}-{case[1]}" for case in _CASES])
def test_key(function: Callable[[str], str | None], typed: str, key: str | None) -> None:
    assert function(typed) == key


@given(st.text())
@example("\u1fe7")
def test_idempotent_and_never_raises(text: str) -> None:
    for function in (
        normalise_number, normalise_account, normalise_login, normalise_company, normalise_card, normalise_device,
        region_of,
    ):  # fmt: skip
        key = function(text)
        assert key is None or function(key) == key
    assert normalise_sex(text) in {"m", "f", None}


def test_readings_are_learned_by_how_often_they_are_typed() -> None:
    found = learned(
        [("東", "azuma", 8), ("東", "higashi", 4), ("東", "tanaka", 1), ("山", "ya" * 20, 9), ("六花", "rikka", 1)]
    )
    assert found == {"東": [("azuma", 8), ("higashi", 4)], "六花": [("rikka", 1)]}
