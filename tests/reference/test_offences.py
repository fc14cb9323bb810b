"""Offences by paragraph: from when they count, what they carry, when limitation is complete (R27, R28)."""

from __future__ import annotations

from datetime import date

import pytest

from soken.reference.offences import imprisonment_on, limitation_years, offences
from soken.review import words


def test_article_seven_has_eight_paragraphs() -> None:
    assert [one.paragraph for one in offences().values()] == [f"7({number})" for number in range(1, 9)]


def test_own_purpose_possession_is_an_offence_since_2015_07_15_the_others_since_2014_07_15() -> None:
    days = {code: one.punishable for code, one in offences().items()}
    assert days.pop("7-1") == date(2015, 7, 15)
    assert set(days.values()) == {date(2014, 7, 15)}


def test_the_element_checklist_speaks_of_the_same_paragraph_and_day() -> None:
    assert words.punishable_from() == offences()["7-1"].punishable


@pytest.mark.parametrize(
    ("code", "last", "under"),
    [
        pytest.param("7-1", date(2015, 7, 14), False, id="the day before"),
        pytest.param("7-1", date(2015, 7, 15), True, id="the first day"),
        pytest.param("7-6", date(2014, 7, 14), False, id="under other numbers"),
        pytest.param("7-6", date(2014, 7, 15), True, id="as numbered now"),
    ],
)
def test_an_act_that_ended_before_the_law_is_no_offence(code: str, last: date, under: bool) -> None:
    assert offences()[code].under_law(last) is under


@pytest.mark.parametrize(
    ("code", "years", "fine", "limitation"),
    [("7-1", 1, 1_000_000, 3), ("7-2", 3, 3_000_000, 3), ("7-6", 5, 5_000_000, 5), ("7-8", 5, 5_000_000, 5)],
)
def test_penalties_and_limitation(code: str, years: int, fine: int, limitation: int) -> None:
    found = offences()[code]
    assert (found.years, found.fine, found.limitation) == (years, fine, limitation)


@pytest.mark.parametrize(
    ("years", "limitation"),
    [
        pytest.param(1, 3, id="one"),
        pytest.param(4, 3, id="under five"),
        pytest.param(5, 5, id="exactly five is not under five"),
        pytest.param(9, 5, id="under ten"),
        pytest.param(10, 7, id="ten"),
        pytest.param(14, 7, id="under fifteen"),
        pytest.param(15, 10, id="fifteen"),
    ],
)
def test_tiers_of_limitation(years: int, limitation: int) -> None:
    assert limitation_years(years) == limitation


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2015, 7, 15), "懲役"),
        (date(2025, 5, 31), "懲役"),
        (date(2025, 6, 1), "拘禁刑"),
        (date(2026, 11, 23), "拘禁刑"),
    ],
)
def test_imprisonment_has_another_name_for_acts_since_2025_06_01(day: date, name: str) -> None:
    assert imprisonment_on(day).ja == name


def test_a_penalty_is_said_in_both_languages() -> None:
    possession, display = offences()["7-1"], offences()["7-6"]
    assert possession.penalty(date(2025, 5, 31), "ja") == "1年以下の懲役又は100万円以下の罰金"
    assert possession.penalty(date(2025, 6, 1), "ja") == "1年以下の拘禁刑又は100万円以下の罰金"
    assert display.penalty(date(2025, 6, 1), "ja") == "5年以下の拘禁刑若しくは500万円以下の罰金、又は併科"
    assert (
        possession.penalty(date(2020, 1, 1), "en")
        == "imprisonment with work up to 1 year or a fine up to 1,000,000 yen"
    )
    assert display.penalty(date(2025, 6, 1), "en").endswith("a fine up to 5,000,000 yen, or both")


def test_an_offence_is_named_with_its_paragraph() -> None:
    assert offences()["7-1"].said("ja").startswith("第7条第1項 単純所持")
    assert offences()["7-2"].said("en") == "art. 7(2): provision to specific persons"
