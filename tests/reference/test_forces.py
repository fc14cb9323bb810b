"""Forces, bureaus and prosecutors' offices, as of a day (R23)."""

from __future__ import annotations

from datetime import date

import pytest

from soken.reference.forces import bureaus, force_of_prefecture, forces, offices_of_force, prosecutors_offices
from soken.reference.prefectures import prefectures

BEFORE, AFTER = date(2019, 3, 31), date(2019, 4, 1)


def test_there_is_one_force_a_prefecture() -> None:
    found = forces(AFTER)
    assert len(found) == 47
    assert sorted(one.prefecture for one in found.values()) == sorted(prefectures())
    assert (found["tokyo"].ja, found["hokkaido"].ja, found["osaka"].ja) == ("警視庁", "北海道警察", "大阪府警察")


@pytest.mark.parametrize(("day", "count"), [(BEFORE, 7), (AFTER, 6), (date(1999, 1, 1), 7), (date(2026, 11, 23), 6)])
def test_seven_bureaus_became_six(day: date, count: int) -> None:
    assert len(bureaus(day)) == count


@pytest.mark.parametrize(
    ("force", "before", "after"),
    [
        ("hiroshima", "chugoku", "chugoku-shikoku"),
        ("kagawa", "shikoku", "chugoku-shikoku"),
        ("niigata", "kanto", "kanto"),
        ("shizuoka", "kanto", "kanto"),
        ("fukui", "chubu", "chubu"),
        ("mie", "chubu", "chubu"),
        ("okinawa", "kyushu", "kyushu"),
        ("aomori", "tohoku", "tohoku"),
        ("wakayama", "kinki", "kinki"),
        ("tokyo", None, None),
        ("hokkaido", None, None),
    ],
)
def test_a_force_is_under_its_bureau_of_the_day(force: str, before: str | None, after: str | None) -> None:
    found = [forces(day)[force].bureau for day in (BEFORE, AFTER)]
    assert [one.code if one else None for one in found] == [before, after]


@pytest.mark.parametrize("day", [BEFORE, AFTER])
def test_all_but_tokyo_and_hokkaido_have_a_bureau(day: date) -> None:
    assert [code for code, one in forces(day).items() if one.bureau is None] == ["hokkaido", "tokyo"]


def test_there_are_fifty_district_offices_four_of_them_in_hokkaido() -> None:
    assert len(prosecutors_offices()) == 50
    assert [one.code for one in offices_of_force("hokkaido")] == ["sapporo", "hakodate", "asahikawa", "kushiro"]
    assert [one.ja for one in offices_of_force("kanagawa")] == ["横浜地方検察庁"]
    assert all(len(offices_of_force(code)) == 1 for code in forces(AFTER) if code != "hokkaido")


@pytest.mark.parametrize(
    ("prefecture", "force"), [("13", "tokyo"), ("01", "hokkaido"), ("47", "okinawa"), ("48", None)]
)
def test_a_prefecture_has_its_force(prefecture: str, force: str | None) -> None:
    assert force_of_prefecture(prefecture) == force
