"""The invented order list: right in shape, damaged on purpose where it says so, and nobody real in it."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from soken.demo.lists import HEADINGS, DemoList, load_rates, write_demo_list

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> DemoList:
    folder = tmp_path_factory.mktemp("demo")
    return write_demo_list(folder / "list.csv", rows=3000, seed=3, truth_path=folder / "truth.csv")


@pytest.fixture(scope="module")
def good_rows(made: DemoList) -> list[dict[str, str]]:
    """The rows that a strict reader accepts, line by line."""
    accepted = []
    for line in made.path.read_bytes().splitlines()[1:]:
        try:
            cells = next(csv.reader(io.StringIO(line.decode("cp932")), strict=True))
        except (UnicodeDecodeError, csv.Error):
            continue
        if len(cells) == len(HEADINGS):
            accepted.append(dict(zip(HEADINGS, cells, strict=True)))
    return accepted


def test_the_same_arguments_give_the_same_bytes(made: DemoList, tmp_path: Path) -> None:
    again = write_demo_list(tmp_path / "again.csv", rows=3000, seed=3)

    assert again.path.read_bytes() == made.path.read_bytes()
    assert again.truth_path is None
    assert list(tmp_path.iterdir()) == [again.path]


def test_another_seed_gives_other_people(made: DemoList, tmp_path: Path) -> None:
    other = write_demo_list(tmp_path / "other.csv", rows=3000, seed=4)

    assert other.path.read_bytes() != made.path.read_bytes()


def test_rows_are_counted_damaged_ones_included(made: DemoList, good_rows: list[dict[str, str]]) -> None:
    lines = made.path.read_bytes().splitlines()

    assert len(lines) == 1 + made.rows
    assert made.damaged == sum(load_rates()["damage"].values())
    assert len(good_rows) == made.rows - made.damaged


def test_the_truth_names_a_person_for_each_readable_row_only(made: DemoList, good_rows: list[dict[str, str]]) -> None:
    assert made.truth_path is not None
    with made.truth_path.open() as stream:
        truth = {int(row["row"]): row["person"] for row in csv.DictReader(stream)}

    assert set(truth) == {int(row["注文ID"]) for row in good_rows}
    assert len(set(truth.values())) == made.persons
    assert made.persons == pytest.approx(made.rows / 1.4, rel=0.02)


def test_a_short_list_is_not_damaged(tmp_path: Path) -> None:
    assert write_demo_list(tmp_path / "short.csv", rows=20).damaged == 0


def test_nobody_can_be_reached(good_rows: list[dict[str, str]]) -> None:
    """Phones lie in a range that is not given out, mail at ``.example``, whatever the width of the letters."""
    narrow = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
    for row in good_rows:
        phone, mail = row["TEL"].translate(narrow), row["メールアドレス"].translate(narrow)
        assert re.fullmatch(r"(\+81-9|09)0-?0\d{3}-?\d{4}", phone) or not phone
        assert mail.lower().endswith(".example") or not mail


def test_items_are_bare_codes(good_rows: list[dict[str, str]]) -> None:
    for row in good_rows:
        assert re.fullmatch(r"A-\d{4}", row["商品コード"])
        assert row["商品名"] == row["商品コード"]


@pytest.mark.parametrize(
    ("what", "pattern", "column", "expected"),
    [
        ("hiragana", r"[ぁ-ん]+", "お名前(姓)", 0.06),
        ("half-width kana", r"[ｦ-ﾟ]+", "お名前(姓)", 0.04),
        ("romaji", r"[A-Za-z]+", "お名前(姓)", 0.10),
        ("no kana", r"", "お名前(セイ)", 0.15),
        ("full-width mail", r"[！-～]+", "メールアドレス", 0.02),
        ("no phone", r"", "TEL", 0.05),
    ],
)
def test_variation_comes_at_the_stated_rate(
    good_rows: list[dict[str, str]], what: str, pattern: str, column: str, expected: float
) -> None:
    share = sum(bool(re.fullmatch(pattern, row[column])) for row in good_rows) / len(good_rows)

    assert share == pytest.approx(expected, rel=0.35), what


def test_households_and_namesakes_are_there(good_rows: list[dict[str, str]], made: DemoList) -> None:
    """Some mailboxes serve two people, some names two: the traps that a resolver must not fall into."""
    assert made.truth_path is not None
    with made.truth_path.open() as stream:
        truth = {row["row"]: row["person"] for row in csv.DictReader(stream)}
    by_mail: dict[str, set[str]] = {}
    by_name: dict[tuple[str, str], set[str]] = {}
    for row in good_rows:
        person = truth[row["注文ID"]]
        by_mail.setdefault(row["メールアドレス"], set()).add(person)
        by_name.setdefault((row["お名前(姓)"], row["お名前(名)"]), set()).add(person)
    shared = Counter(len(people) for mail, people in by_mail.items() if mail)
    names = Counter(len(people) for people in by_name.values())

    assert shared[2] >= 20
    assert names[2] >= 15
