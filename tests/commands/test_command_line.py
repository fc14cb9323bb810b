"""The command line, as a person or a script uses it: a process of its own, a home of its own."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING

import pytest

from soken.core.vault import created, opened

if TYPE_CHECKING:
    from pathlib import Path

    from tests.commands.homes import Soken

LIST = """氏名,フリガナ,メールアドレス,電話番号,郵便番号,住所,注文日,商品名
佐藤 花子,サトウ ハナコ,hanako@mail.example,090-1234-5678,100-0001,東京都千代田区千代田1-1,2016-04-01 10:00,TITLE-X-1
佐藤花子,,HANAKO@mail.example,09012345678,1000001,東京都千代田区千代田１－１,2016-05-02 11:00,TITLE-X-2
鈴木 一郎,スズキ イチロウ,ichiro@post.example,03-1234-5678,530-0001,大阪府大阪市北区梅田2-2,2016-06-03 12:00,TITLE-X-1
"""


@pytest.fixture
def shop_list(tmp_path: Path) -> Path:
    path = tmp_path / "list.csv"
    path.write_text(LIST, encoding="cp932")
    return path


def test_a_list_becomes_persons_and_every_row_is_in_the_export(soken: Soken, shop_list: Path, tmp_path: Path) -> None:
    soken("operation", "new", "Operation Tanuki")
    taken = json.loads(soken("intake", shop_list, "--operation", "Operation Tanuki", "--json").stdout)
    resolved = json.loads(soken("resolve", "--operation", "operation-tanuki", "--json").stdout)
    soken("links", "export", "--operation", "operation-tanuki", "--out", tmp_path / "links.csv")
    persons = json.loads(soken("persons", "list", "--operation", "operation-tanuki", "--json").stdout)

    assert (taken["rows_read"], taken["rows_accepted"], taken["rows_set_aside"]) == (3, 3, 0)
    assert {"records", "persons", "review_links"} <= set(resolved)
    with (tmp_path / "links.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert list(rows[0])[:5] == ["evidence", "row", "person", "band", "review_with"]
    assert [row["row"] for row in rows] == ["1", "2", "3"]
    assert rows[0]["person"] == rows[1]["person"] != rows[2]["person"]
    assert [(row["item_code"], row["ordered_on"]) for row in rows] == [
        ("ITEM-0001", "2016-04-01"),
        ("ITEM-0002", "2016-05-02"),
        ("ITEM-0001", "2016-06-03"),
    ]
    assert {row["band"] for row in rows} <= {"same", "review"}
    assert persons["persons"] == resolved["persons"] == 2
    assert {one["rows"] for one in persons["list"]} == {1, 2}


def test_a_row_that_cannot_be_read_is_set_aside_and_keeps_its_number(soken: Soken, tmp_path: Path) -> None:
    lines = LIST.splitlines()
    lines.insert(2, "高橋,too few")
    broken = tmp_path / "broken.csv"
    broken.write_text("\n".join(lines) + "\n", encoding="utf-8")
    soken("operation", "new", "T")
    taken = json.loads(soken("intake", broken, "--operation", "T", "--json").stdout)
    soken("resolve", "--operation", "T")
    soken("links", "export", "--operation", "T", "--out", tmp_path / "links.csv")

    assert (taken["rows_read"], taken["rows_accepted"], taken["rows_set_aside"]) == (4, 3, 1)
    assert taken["set_aside_reasons"] == {"too-few-fields": 1}
    with (tmp_path / "links.csv").open(encoding="utf-8", newline="") as stream:
        assert [row["row"] for row in csv.DictReader(stream)] == ["1", "3", "4"]


def test_the_same_file_twice_is_one_evidence_item(soken: Soken, shop_list: Path) -> None:
    soken("operation", "new", "T")
    first = json.loads(soken("intake", shop_list, "--operation", "T", "--json").stdout)["evidence"][0]
    again = json.loads(soken("intake", shop_list, "--operation", "T", "--json").stdout)["evidence"][0]

    assert not first["known_before"]
    assert again["known_before"]
    assert again["evidence"] == first["evidence"]
    assert again["rows_accepted"] == first["rows_accepted"]


def test_a_mapping_file_says_what_columns_are(soken: Soken, tmp_path: Path) -> None:
    odd = tmp_path / "odd.csv"
    odd.write_text(
        "a,b,c\nSato Hanako,x1,hanako@mail.example\nSuzuki Ichiro,x2,ichiro@post.example\n", encoding="utf-8"
    )
    mapping = tmp_path / "mapping.csv"
    mapping.write_text("heading,field\na,full_name\nb,login\n", encoding="utf-8")
    soken("operation", "new", "T")
    soken("intake", odd, "--operation", "T", "--mapping", mapping)
    soken("resolve", "--operation", "T")
    persons = json.loads(soken("persons", "list", "--operation", "T", "--json").stdout)

    assert sorted(one["name"] for one in persons["list"]) == ["Sato Hanako", "Suzuki Ichiro"]


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        pytest.param(["intake", "list.csv", "--operation", "nowhere"], 4, "nowhere", id="no such operation"),
        pytest.param(["intake", "absent.csv", "--operation", "T"], 3, "absent.csv", id="no such file"),
        pytest.param(["intake", "empty.csv", "--operation", "T"], 3, "empty", id="empty file"),
        pytest.param(["intake", "header.csv", "--operation", "T"], 3, "no rows", id="only a header"),
        pytest.param(["intake", "picture.png", "--operation", "T"], 3, "no images", id="an image"),
        pytest.param(["intake", "list.csv", "--operation", "T", "--profile", "x"], 4, "profile", id="no such profile"),
        pytest.param(["resolve", "--operation", "T"], 5, "no evidence", id="resolve without evidence"),
        pytest.param(["links", "export", "--operation", "T", "--out", "x.csv"], 5, "resolve", id="too early"),
        pytest.param(["operation", "new", "T"], 5, "exists", id="operation twice"),
        pytest.param(["operation", "new", " "], 3, "name", id="operation without name"),
        pytest.param(["operation", "new", "two\nlines"], 3, "one line", id="operation with a line break"),
        pytest.param(["operation", "new", "a\u2028b"], 3, "one line", id="operation with a line separator"),
        pytest.param(["operation", "new", "a\x1b[1mb"], 3, "one line", id="operation with an escape"),
        pytest.param(
            ["intake", "list.csv", "--operation", "T", "--received-at", "0001-01-01T00:00:00+09:00"],
            3,
            "before 1999-11-01",
            id="a receipt before the calendar",
        ),
        pytest.param(
            ["intake", "list.csv", "--operation", "T", "--seized-at", "1800-01-01"],
            3,
            "before 1999-11-01",
            id="a seizure in another century",
        ),
    ],
)
def test_errors_are_one_line_with_an_exit_code_and_change_nothing(
    soken: Soken, shop_list: Path, tmp_path: Path, words: list[str], code: int, says: str
) -> None:
    (tmp_path / "empty.csv").touch()
    (tmp_path / "header.csv").write_text("氏名,メールアドレス\n", encoding="utf-8")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(64))
    soken("operation", "new", "T")
    failed = soken(*words, code=code)

    error = [line for line in failed.stderr.splitlines() if line.startswith("soken: ")]
    assert len(error) == 1
    assert says in error[0]
    assert "Traceback" not in failed.stderr
    assert list((tmp_path / "home" / "evidence").iterdir()) == []
    assert list((tmp_path / "home" / "staging").iterdir()) == []


def test_a_name_that_makes_no_folder_is_kept_and_the_short_name_made_of_it_is_told(soken: Soken) -> None:
    assert soken("operation", "new", "x/../y").stdout == "Opened x/../y (short name xy).\n"


def test_the_doctor_finds_a_changed_original(soken: Soken, shop_list: Path, tmp_path: Path) -> None:
    soken("operation", "new", "T")
    soken("intake", shop_list, "--operation", "T")
    soken("doctor")
    (original,) = (tmp_path / "home" / "evidence").glob("*/original.zst")
    with opened(original) as stream:
        said = stream.read()
    original.unlink()
    with created(original) as out:
        out.write(said.replace(b"X-1", b"X-9"))

    assert "not what was sealed" in soken("doctor", code=7).stdout
