"""Mappings: proposals people can rely on, files that say what columns are, and a sentence for each slip in one."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow.parquet as pq
import pytest

from soken.core.errors import BadInputError
from soken.core.fields import FIELDS
from soken.core.home import Home, open_home
from soken.intake import Acquisition, IntakeResult, load_mapping, reread, take_in
from soken.intake.profile import profile_named, profiles
from soken.intake.proposals import propose
from tests.intake.shops import dump, take

if TYPE_CHECKING:
    from soken.intake.mapping import Mapping

DOCS = (Path(__file__).parents[2] / "docs" / "reference" / "mapping-and-profiles.md").read_text(encoding="utf-8")
LIST = "コードＡ,文字１,文字２,数字１,備考\n7,佐藤 太郎,サトウ タロウ,090-1111-2222,あ\n8,鈴木 花子,スズキ ハナコ,,い\n"


def example(name: str) -> str:
    """An example of the reference page."""
    found = re.search(rf"<!-- example: {name} -->\n```\w+\n(.*?)```", DOCS, re.DOTALL)
    assert found is not None
    return found[1]


def hand_in(folder: Path, mapping: Mapping | None = None, text: str = LIST) -> tuple[Home, IntakeResult]:
    home = open_home(folder / "home")
    (folder / "list.csv").write_text(text, encoding="utf-8")
    return home, take_in(
        folder / "list.csv",
        home=home,
        operation_slug="op",
        acquisition=Acquisition(),
        mapping=mapping,
        actor="analyst",
    )


def written(folder: Path, text: str, name: str = "mapping.toml", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_text(text, encoding=encoding)
    return path


def test_the_examples_of_the_reference_say_the_same(tmp_path: Path) -> None:
    as_toml = load_mapping(written(tmp_path, example("mapping")))
    as_csv = load_mapping(written(tmp_path, example("mapping-csv"), "mapping.csv"))
    assert as_toml == as_csv
    assert as_toml[""]["文字１"] == "full_name"
    assert as_toml["注文"] == {"コードＢ": "order_no"}


def test_the_example_of_the_reference_maps_a_list(tmp_path: Path) -> None:
    mapping = {"": load_mapping(written(tmp_path, example("mapping")))[""]}
    _home, result = hand_in(tmp_path, mapping)
    said = {heading: one["field"] for heading, one in result.mapping[""].items()}
    assert said == {"コードＡ": "account", "文字１": "full_name", "文字２": "full_kana", "数字１": "phone"}


def test_the_profile_of_the_reference_joins_a_dump(tmp_path: Path) -> None:
    profile = written(tmp_path, example("profile"), "shop.toml")
    assert profile_named(str(profile)).name == "little-shop"
    clients = [{"client_id": 1, "label": "佐藤 太郎", "mailbox": "a@example.com", "area": "13"}]
    bought = [{"purchase_id": 5, "client": 1, "bought": "2021-01-02", "article": "ITEM-0001"}]
    taken = take(tmp_path, dump({"x_clients": clients, "x_purchases": bought}), "shop.sql", str(profile))
    assert taken.says("x_clients")["prefecture"] == "東京都"
    assert taken.one("x_purchases")["owner"] == taken.one("x_clients")["row"]


def test_the_reference_lists_every_profile_and_every_field() -> None:
    for one in profiles().values():
        assert f"| `{one.name}` | {one.system} | {one.versions} |" in DOCS
    assert set(FIELDS) - {"item_code"} <= set(re.findall(r"`(\w+)`", DOCS))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("name", ["mapping.toml", "mapping.csv"])
def test_a_byte_order_mark_does_not_matter(tmp_path: Path, name: str, encoding: str) -> None:
    text = '"文字１" = "full_name"\n' if name.endswith("toml") else "文字１,full_name\n"
    assert load_mapping(written(tmp_path, text, name, encoding)) == {"": {"文字１": "full_name"}}


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("a.toml", '"x" = "fullname"', "'fullname', which is no field"),
        ("a.csv", "x,fullname", "'fullname', which is no field"),
        ("a.toml", '"x" = "item_code"', "'item_code', which is no field"),
        ("a.toml", '"x" = ', "cannot be read"),
        ("a.toml", '"x" = "email"\n"x" = "phone"', "cannot be read"),
        ("a.csv", "x,email\nx,phone", "'x' is given two fields"),
        ("a.csv", "x", "1 cells instead of 2 or 3"),
        ("a.csv", '"x,email', "cannot be read"),
        ("a.toml", '"x" = 1', "'x' is given no field"),
        ("a.toml", '["t"."u"]\n"x" = "email"', "'u' is given no field"),
        ("a.toml", '"x" = "email"\n"y" = "email"', "'x' and 'y' to 'email', which takes one column"),
    ],
)
def test_a_slip_in_a_mapping_file_is_one_clear_sentence(tmp_path: Path, name: str, text: str, told: str) -> None:
    with pytest.raises(BadInputError) as caught:
        load_mapping(written(tmp_path, text, name))
    assert told in str(caught.value)
    assert name in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_mapping_file_in_another_encoding_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="save it as UTF-8"):
        load_mapping(written(tmp_path, "名前,full_name", "a.csv", "cp932"))
    with pytest.raises(BadInputError, match="cannot be read"):
        load_mapping(tmp_path / "none.toml")


@pytest.mark.parametrize(
    ("mapping", "told"),
    [
        ({"": {"文字３": "full_name"}}, "a column '文字３' that list.csv does not have; it has: コードＡ, 文字１"),
        ({"名簿": {"文字１": "full_name"}}, "a table '名簿' that list.csv does not have"),
        ({"": {"文字１": "name"}}, "'name', which is no field"),
    ],
)
def test_a_mapping_that_does_not_fit_the_file_changes_nothing(tmp_path: Path, mapping: Mapping, told: str) -> None:
    with pytest.raises(BadInputError) as caught:
        hand_in(tmp_path, mapping)
    assert told in str(caught.value)
    assert not any((tmp_path / "home" / "evidence").iterdir())


def test_several_columns_may_fill_one_field(tmp_path: Path) -> None:
    text = "a,b,t1,t2,t3\n佐藤,太郎,090,1111,2222\n鈴木,花子,080,3333,4444\n"
    home, result = hand_in(
        tmp_path,
        {"": {"a": "family_name", "b": "given_name", "t1": "phone", "t2": "phone", "t3": "phone"}},
        text,
    )
    rows = pq.read_table(home.evidence / result.evidence_id / "readings" / "0001" / "rows.parquet").to_pylist()
    assert [row["phone"] for row in rows] == ["090-1111-2222", "080-3333-4444"]


def test_a_corrected_mapping_makes_a_new_reading_with_the_same_row_numbers(tmp_path: Path) -> None:
    home, first = hand_in(tmp_path)
    second = reread(
        first.evidence_id,
        home=home,
        operation_slug="op",
        mapping={"": {"文字１": "full_name", "文字２": "ship_full_name"}},
        actor="analyst",
    )
    assert second.reading == first.reading + 1
    assert (second.rows_read, second.rows_accepted) == (first.rows_read, first.rows_accepted)
    readings = home.evidence / first.evidence_id / "readings"
    before, after = (pq.read_table(readings / one / "rows.parquet").to_pylist() for one in ("0001", "0002"))
    assert [row["row"] for row in before] == [row["row"] for row in after]
    assert [row["line"] for row in before] == [row["line"] for row in after]
    assert after[0]["ship_full_name"] == "サトウ タロウ"


def test_the_same_bytes_again_are_known_and_read_anew_only_for_another_mapping(tmp_path: Path) -> None:
    _home, first = hand_in(tmp_path)
    _home, again = hand_in(tmp_path)
    assert (again.known_before, again.reading, again.evidence_id) == (True, 1, first.evidence_id)
    _home, other = hand_in(tmp_path, {"": {"備考": "company"}})
    assert (other.known_before, other.reading) == (True, 2)


CELLS = {
    "full_name": ["佐藤 太郎", "鈴木 花子", "高橋 一郎"],
    "full_kana": ["サトウ タロウ", "スズキ ハナコ", "タカハシ イチロウ"],
    "email": ["a@example.com", "b@example.net", "c@example.org"],
    "phone": ["090-1111-2222", "03-1111-2222", "+81 80 1111 2222"],
    "postal_code": ["150-0001", "〒530-0001", "060-0001"],
    "address": ["東京都渋谷区神宮前1-2-3", "大阪府大阪市北区梅田1-1", "北海道札幌市中央区1-1"],
    "birth_date": ["1960-01-02", "昭和50年3月4日", "1995/12/31"],
    "ordered_at": ["2021-01-02 10:00", "2021-03-04 11:00", "2021-05-06 12:00"],
}


@pytest.mark.parametrize("field", sorted(CELLS))
def test_content_tells_what_a_heading_does_not(field: str) -> None:
    (one,) = propose(["xyz"], [[cell] for cell in CELLS[field]])
    assert (one.field, one.how) == (field, "content")
    assert one.confidence <= 0.8


def test_content_that_contradicts_a_heading_wins() -> None:
    (one,) = propose(["メール"], [[cell] for cell in CELLS["phone"]])
    assert (one.field, one.how) == ("phone", "content")


NAMES = ("斎藤実", "酒井 健一", "猿沢裕子", "松田 恵")


@pytest.mark.parametrize(
    ("columns", "cells", "fields"),
    [
        (("account_name", "email"), NAMES, ("full_name", "email")),
        (("表示名", "display_name", "email"), NAMES, ("", "full_name", "email")),
        (("account_name", "email"), ("kuro50", "hana-san", "midori_usagi", "K.S"), ("login", "email")),
        (("account_name", "氏名"), NAMES, ("login", "full_name")),
        (("nickname", "email"), NAMES, ("login", "email")),
        (("account_name", "email"), ("鬼滅の刃", "夜桜", "黒猫", "紅蓮の騎士"), ("login", "email")),
    ],
)
def test_names_in_kanji_that_people_sign_in_by_are_theirs_where_no_other_column_has_them(
    columns: tuple[str, ...], cells: tuple[str, ...], fields: tuple[str, ...]
) -> None:
    rows = [
        tuple(cell if name != "email" else f"m{n}@mail.example" for name in columns) for n, cell in enumerate(cells)
    ]
    assert tuple(one.field for one in propose(columns, rows)) == fields


def test_a_device_does_not_make_a_persons_name_of_a_things_name() -> None:
    rows = [["f02828cb2c250fae", "ITEM-0042", "2021-01-02"], ["0a91e876c4bd40c8", "ITEM-0043", "2021-01-03"]]
    assert [one.field for one in propose(["device_id", "name", "downloaded_at"], rows)][:2] == ["device", ""]
