"""Two of one house, or two strangers, whom something in common must not make one person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.resolve.factory import record
from tests.resolve.people import HOME, MAIL, OTHER_HOME, OTHER_MAIL, PHONE, TARO, bands

if TYPE_CHECKING:
    from pathlib import Path

HALF = {"name": "田中", "family": "田中", "family_readings": ["tanaka"]}
ABROAD = {"address": "緑町 1-2-3", "postal_key": "1000001"}

#: case → records of which the first and the last are two people.
APART: dict[str, list[dict[str, Any]]] = {
    "half a name between two given names, of which the kanji cannot be read as the other": [
        record("田中 直樹", readings="tanaka naoki", sure=False, **MAIL, **HOME),
        record(**HALF, **MAIL, **HOME),
        record("タナカ ミツオ", readings="tanaka mitsuo", name_script="kana", **MAIL, **HOME),
    ],
    "half a name, and the whole one has another mobile in another row": [
        record(**TARO, **MAIL, **HOME, phone="+818012345678"),
        record(**TARO, **MAIL, **HOME),
        record(**HALF, **MAIL, **HOME, **PHONE),
    ],
    "an initial, and the whole name has another mobile in another row": [
        record("tanaka taro", **MAIL, **HOME, phone="+818012345678"),
        record("tanaka taro", **MAIL, **HOME),
        record("tanaka t", **MAIL, **HOME, **PHONE),
    ],
    "half a name at another home, the mailbox in common": [
        record(**TARO, **MAIL, address="緑町 1-2-3"),
        record(**HALF, **MAIL, prefecture="47", municipality="N", town="本町", street_key="9", address_key="47本町9"),
    ],
    "two kanji that nobody divided, another mobile": [
        record("霜山", **MAIL, **PHONE),
        record("霜山", **MAIL, phone="+818012345678"),
    ],
    "two kanji that nobody divided, another mobile, and a third row between them": [
        record("霜山", **MAIL, **PHONE),
        record("霜山", **MAIL),
        record("霜山", **MAIL, phone="+818012345678"),
    ],
    "the family name is what two long names have in common": [
        record("khanh nguyen", name_words=["khanh", "nguyen", "van"], **PHONE, **HOME),
        record("toan nguyen", name_words=["duc", "nguyen", "toan"], **PHONE, **HOME, **OTHER_MAIL),
    ],
    "two long names one letter apart, at the landline of the house": [
        record("tran minh", name_words=["minh", "tran", "van"], phone="+81312345678", **HOME, **MAIL),
        record("tran linh", name_words=["linh", "tran", "van"], phone="+81312345678", **HOME, **OTHER_MAIL),
    ],
    "the mailbox of one bears the usual reading, the other typed another": [
        record("田中 葵", readings="tanaka aoi|ai", sure=False, email="aoi0121@shop.example", **HOME),
        record("タナカ アイ", readings="tanaka ai", name_script="kana", **HOME),
    ],
    "a name in the other order, and another in the place of a slip": [
        record("james david", locale="intl", phone="+61355796708", **HOME, email="james858@mail.example"),
        record("david jaden", locale="intl", phone="+61355796708", **OTHER_HOME, email="jaden341@shop.example"),
    ],
    "one letter more at a landline, each with a mailbox": [
        record("thredgold roberta", locale="intl", phone="+61358419594", **ABROAD, email="rt884@mail.example"),
        record("thredgold robert", locale="intl", phone="+61358419594", **ABROAD, email="rt367@shop.example"),
    ],
}


@pytest.mark.parametrize("case", APART)
def test_two_people_stay_two(case: str, tmp_path: Path) -> None:
    persons, _ = bands(tmp_path, *APART[case])
    assert persons[0] != persons[-1]


@pytest.mark.parametrize(("others", "joined"), [(0, True), (25, False)])
def test_figures_that_a_platform_issues_are_nobodys_own(others: int, joined: bool, tmp_path: Path) -> None:
    accounts = [
        record(login="ユーザー849438", account="E-000000000001:1", **MAIL),
        record(login="ユーザー849438", account="E-000000000001:2", **OTHER_MAIL),
        *(
            record(login=f"ユーザー{100000 + 7919 * n}", account=f"E-000000000001:{n + 9}", email=f"{n}x@a.example")
            for n in range(others)
        ),
    ]
    persons, _ = bands(tmp_path, *accounts)
    assert (persons[0] == persons[1]) is joined


#: case → records of one person, whom none of this must part.
TOGETHER: dict[str, list[dict[str, Any]]] = {
    "a reading that the mailbox holds in the family name alone": [
        record("藤野 仁", readings="fujino jin|hitoshi", sure=False, email="fujino88@shop.example", **HOME),
        record("フジノ ヒトシ", readings="fujino hitoshi", name_script="kana", email="fujino88@shop.example", **HOME),
    ],
    "another family name and its initial by marriage": [
        record("reyes maria", name_words=["c", "maria", "reyes"], **MAIL, **PHONE, **HOME),
        record("santos maria", name_words=["maria", "r", "santos"], **MAIL, **PHONE, **HOME),
    ],
    "half a name, and everything else": [
        record(**TARO, **MAIL, **HOME, **PHONE),
        record(**HALF, **MAIL, **HOME, **PHONE),
    ],
}


@pytest.mark.parametrize("case", TOGETHER)
def test_one_person_stays_one(case: str, tmp_path: Path) -> None:
    persons, _ = bands(tmp_path, *TOGETHER[case])
    assert persons[0] == persons[-1]


@pytest.mark.parametrize("names", ["yuki{:04}", "0908765{:04}"])
def test_figures_that_people_chose_are_their_own_in_a_long_list(names: str, tmp_path: Path) -> None:
    accounts = [
        record(login=names.format(412), account="E-000000000001:1", **MAIL),
        record(login=names.format(412), account="E-000000000001:2", **OTHER_MAIL),
        *(record(login=names.format(1000 + 7 * n), email=f"{n}x@a.example") for n in range(25)),
        *(record(login=f"{chr(97 + n % 26)}{chr(97 + n // 26)}{n}b", email=f"{n}y@b.example") for n in range(1500)),
    ]
    persons, _ = bands(tmp_path, *accounts)
    assert persons[0] == persons[1]
