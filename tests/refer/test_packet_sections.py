"""What a packet says: facts, assessments and categories apart, and what is not known said aloud."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from soken.refer.packet import Cover, Original, RowPlace, Section, packet_sections
from soken.refer.packet_words import Officer
from soken.review.words import elements, rival_explanations

COVER = Cover("PK-1", "P-1", "山田 太郎", "Heron", "警視庁", sha256="ab" * 32)
ROWS = (
    RowPlace("E-1", 5, line="6", byte="210", item="ITEM-0042", ordered="2017-01-02"),
    RowPlace("E-1", 9, member="orders.csv", table="dtb_order", key="77", item="ITEM-0007"),
    RowPlace("E-1", 12),
)
ORIGINAL = Original("E-1", "cd" * 32, 1234, "2017-05-01", ((1, "2017-05-01", "somebody", "sealed", "noted"),))


def told(kind: str, code: str, by: str = "an analyst", **said: str) -> dict[str, Any]:
    return {"kind": kind, "code": code, "said": said, "by": by, "on": "2026-11-20"}


def contents(*assessments: dict[str, Any], facts: tuple[dict[str, Any], ...] = ()) -> dict[str, Any]:
    rows = [told("row", f"{one.evidence}:{one.row}", "", file_sha256="cd" * 32) for one in ROWS]
    return {
        "facts": [*rows, *facts],
        "assessments": list(assessments),
        "persons": [{"who": "P-1", "category": "suspect", "roles": ["account-holder", "payer"]}],
    }


def sections(said: dict[str, Any], language: str = "en") -> dict[str, Section]:
    return {one.title: one for one in packet_sections(COVER, said, ROWS, (ORIGINAL,), language)}


WHOLE = (
    *(told("identity", "P-1", by, basis="seen", born_on="1985-12-04") for by in ("one", "two")),
    *(told("element", code, exhibit="甲2", shown_on="2026-11-19") for code in elements()),
    *(told("rival-explanation", code, state="ruled-out", result="asked") for code in rival_explanations()),
    told("corroboration", "payment", exhibit="甲1"),
    told("offence", "7-1", first_on="", last_on="2026-11-19", basis="found at home"),
)


def test_each_purchase_is_a_code_and_each_row_has_its_place() -> None:
    found = sections(contents())
    assert found["7  Purchases, items as codes"].rows == (
        ("2017-01-02", "ITEM-0042", "E-1", "5"),
        ("–", "ITEM-0007", "E-1", "9"),
    )
    assert found["8  Where each row stands in the original"].rows == (
        ("E-1", "5", "line 6　byte 210"),
        ("E-1", "9", "orders.csv　table dtb_order　key 77"),
        ("E-1", "12", "–"),
    )
    assert ("SHA-256", "cd" * 32) in found["9  Custody of the evidence"].pairs


def test_facts_and_assessments_stand_apart() -> None:
    exhibit = told("exhibit", "甲2", origin="search", obtained_on="2026-11-18")
    found = sections(contents(*WHOLE, facts=(exhibit,)))
    assert [row[0] for row in found["1  Facts: exhibits and custody of the person"].rows] == ["甲2"]
    assert [row[0] for row in found["3  Identity"].rows] == ["one", "two"]
    assert found["6  Persons spoken of"].rows == (("P-1 山田 太郎", "suspect", "account holder, payer"),)


#: What is missing → the sentence that says so.
GAPS = {
    "identity": ("0 of two people have confirmed the identity.", "The birth date has not been established."),
    "element": tuple(f"No exhibit shows: {one.en}" for one in elements().values()),
    "rival-explanation": tuple(f"Not tested: {one.en}" for one in rival_explanations().values() if one.flag),
    "corroboration": ("Nothing besides the seized list bears it out.",),
    "offence": ("No offence is recorded.",),
}
ALWAYS = (
    "Purchases without a day: 1.",
    "A record of a purchase shows neither possession on a later day, nor purpose, nor who used what was bought.",
)


@pytest.mark.parametrize("kind", GAPS)
def test_what_is_not_known_is_said(kind: str) -> None:
    found = sections(contents(*(one for one in WHOLE if one["kind"] != kind)))
    assert found["10  What is not known"].points == (*GAPS[kind], *ALWAYS)


def test_where_all_is_shown_only_what_no_list_can_show_stays_open() -> None:
    assert sections(contents(*WHOLE))["10  What is not known"].points == ALWAYS


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ([told("rival-explanation", next(iter(rival_explanations())), state="holds", result="")], "Found to hold:"),
        (
            [told("offence", "7-1", first_on="", last_on="2026-11-19", ended_on="", basis="found at home")],
            "When the act ended, from which limitation runs, is not recorded: art. 7(1)",
        ),
        (
            [told("rival-explanation", next(iter(rival_explanations())), state="open", result="")],
            "Not finished testing:",
        ),
        ([told("identity", "P-1", "three", basis="x", born_on="1985-04-12")], "state different birth dates"),
    ],
    ids=["holds", "limitation", "open", "births"],
)
def test_what_speaks_against_is_said(changed: list[dict[str, Any]], said: str) -> None:
    points = sections(contents(*WHOLE, *changed))["10  What is not known"].points
    assert any(said in point for point in points)


def test_a_row_whose_place_is_gone_is_said() -> None:
    said = contents(*WHOLE, facts=(told("row", "E-2:1", "", file_sha256=""),))
    assert "Rows whose place could not be read: 1." in sections(said)["10  What is not known"].points


PEOPLE = {
    "one": Officer("佐藤 一郎", "analyst", "警視庁"),
    "two": Officer("鈴木 花子", "investigator"),
    "somebody": Officer("", "reviewer", "警視庁"),
}


def test_people_stand_under_their_name_and_post_and_the_user_name_is_an_addition() -> None:
    found = {
        one.title: one
        for one in packet_sections(
            replace(COVER, liaison="one"), contents(*WHOLE, told("screening", "x", "two", reviewed_by="one")), ROWS,
            (ORIGINAL,), "ja", PEOPLE,
        )
    }  # fmt: skip
    one, two = "佐藤 一郎（分析担当、警視庁、one）", "鈴木 花子（捜査担当、two）"
    assert dict(found["表紙"].pairs)["送致担当"] == one
    assert [row[0] for row in found["三　被疑者の特定"].rows] == [one, two]
    assert dict(found["二　罪名及び構成要件"].pairs)["立件可否の判断"].endswith(f"{two}、審査 {one}")
    assert found["九　証拠品の保管経過"].rows[0][2] == "somebody（審査担当、警視庁）", "who entered no name"
    rivals = {row[2] for row in found["五　他の説明の検討"].rows}
    assert rivals == {"an analyst"}, "who is no user here stands as it was recorded"


def test_a_birth_date_that_cannot_be_established_is_said_as_that() -> None:
    unknown = [told("identity", "P-1", by, basis="旅券", born_on="", birth_unknown="yes") for by in ("one", "two")]
    found = sections(contents(*unknown, *(one for one in WHOLE if one["kind"] != "identity")))
    assert [row[2] for row in found["3  Identity"].rows] == ["cannot be established"] * 2
    assert any("cannot be established, they say" in point for point in found["10  What is not known"].points)


@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_section_has_its_words_in_both_languages(language: str) -> None:
    found = packet_sections(COVER, contents(*WHOLE), ROWS, (ORIGINAL,), language)
    assert len(found) == 12
    for one in found:
        assert one.title
        assert one.pairs or one.rows or one.points or one.empty
        assert all(len(row) == len(one.head) for row in one.rows)
