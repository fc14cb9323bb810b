"""Small fields; what stands for nothing joins nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soken.normalise.plain import (
    normalise_account,
    normalise_company,
    normalise_login,
    normalise_number,
    normalise_sex,
)
from soken.normalise.readings import learned
from soken.normalise.regions import region_of

if TYPE_CHECKING:
    from collections.abc import Callable

_CASES: list[tuple[Callable[[str], str | None], str, str | None]] = [
    (normalise_sex, "男", "m"), (normalise_sex, "女性", "f"), (normalise_sex, "Ｆ", "f"), (normalise_sex, "Male", "m"), (normalise_sex, "1", None),
    (normalise_sex, "回答しない", None), (normalise_number, "５３０４-２１８", "5304218"), (normalise_number, "ab 12-34", "AB1234"),
    (normalise_number, "0000000", None), (normalise_number, "12", None), (normalise_number, "なし", None), (normalise_account, " 0017 ", "0017"),
    (normalise_account, "17", "17"), (normalise_account, "0", None), (normalise_account, "guest", None), (normalise_account, "非会員", None),
    (normalise_account, "A_1", "A_1"), (normalise_login, "Taro_Y", "taro_y"), (normalise_login, "ＴＡＲＯ", "taro"), (normalise_login, "null", None),
    (normalise_company, "株式会社 青葉", "青葉"), (normalise_company, "青葉㈱", "青葉"), (normalise_company, "Aoba Co., Ltd.", "aoba"),
    (normalise_company, "なし", None), (normalise_company, "株式会社", "株式会社"), (region_of, "Australia", "AU"), (region_of, "au", "AU"), (region_of, "Atlantis", None),
]  # fmt: skip


@pytest.mark.parametrize(("function", "typed", "key"), _CASES, ids=[f"{case[0].__name__}-{case[1]}" for case in _CASES])
def test_key(function: Callable[[str], str | None], typed: str, key: str | None) -> None:
    assert function(typed) == key


@given(st.text())
def test_idempotent_and_never_raises(text: str) -> None:
    for function in (normalise_number, normalise_account, normalise_login, normalise_company):
        key = function(text)
        assert key is None or function(key) == key


def test_readings_are_learned_by_how_often_they_are_typed() -> None:
    found = learned(
        [("東", "azuma", 8), ("東", "higashi", 4), ("東", "tanaka", 1), ("山", "ya" * 20, 9), ("六花", "rikka", 1)]
    )
    assert found == {"東": [("azuma", 8), ("higashi", 4)], "六花": [("rikka", 1)]}
