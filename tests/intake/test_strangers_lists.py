"""Lists as strangers make them: every column that says who somebody is, is found without a mapping."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

import pyarrow.parquet as pq
import pytest

from soken.core.errors import BadInputError
from soken.core.home import open_home
from soken.intake import Acquisition, take_in
from tests.intake.shops import Taken

if TYPE_CHECKING:
    from pathlib import Path

FIELDS = ["account", "full_name", "full_kana", "email", "postal_code", "address", "phone", "birth_date", "ordered_at"]
FAMILIES = [("佐藤", "サトウ"), ("鈴木", "スズキ"), ("高橋", "タカハシ"), ("田中", "タナカ"), ("渡辺", "ワタナベ")]
PEOPLE = [
    [
        f"A{at:04d}",
        f"{FAMILIES[at % 5][0]} 太郎",
        f"{FAMILIES[at % 5][1]} タロウ",
        f"u{at}@example.com",
        f"150-{at:04d}",
        f"東京都渋谷区神宮前1-{at}-3",
        f"090-1111-{2000 + at}",
        f"19{50 + at}-03-04",
        f"2021-02-{at + 1:02d}",
    ]
    for at in range(20)
]
HEADINGS = {
    "as forms say": ["会員ID", "お名前", "フリガナ", "メールアドレス", "〒", "住所１", "TEL", "生年月日", "ご購入日"],
    "as orders say": [
        "顧客番号",
        "注文者氏名",
        "注文者氏名（カナ）",
        "ご注文者メール",
        "注文者〒",
        "注文者住所",
        "お電話番号",
        "誕生日",
        "注文日付",
    ],
    "in romaji": [
        "kaiin_no",
        "shimei",
        "furigana",
        "meeru",
        "yubin_bango",
        "jusho",
        "denwa",
        "seinengappi",
        "kounyubi",
    ],
    "in English": [
        "cust_no",
        "Full Name",
        "Kana",
        "E-mail Address",
        "ZIP",
        "Address Line 1",
        "PhoneNo",
        "dob",
        "Order Date",
    ],
    "in full width": [
        "会員ＩＤ",
        "氏　名",
        "フリガナ",
        "Ｅ－ｍａｉｌ",
        "郵便番号",
        "住　所",
        "ＴＥＬ",
        "生年月日",
        "購入日",
    ],
}


def take_bytes(folder: Path, data: bytes, name: str) -> Taken:
    home = open_home(folder / "home")
    (folder / name).write_bytes(data)
    result = take_in(folder / name, home=home, operation_slug="op", acquisition=Acquisition(), actor="analyst")
    rows = home.evidence / result.evidence_id / "readings" / "0001" / "rows.parquet"
    return Taken(result, pq.read_table(rows).to_pylist())


def text(headings: list[str], delimiter: str = ",", *, people: list[list[str]] = PEOPLE) -> str:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter)
    writer.writerows([headings, *people] if headings else people)
    return out.getvalue()


def assert_everybody_is_there(taken: Taken, *, but: frozenset[str] = frozenset()) -> None:
    people = [row for row in taken.rows if row["kind"] == "identity"]
    assert len(people) == len(PEOPLE)
    for row, person in zip(people, PEOPLE, strict=True):
        assert {name: row.get(name) for name in FIELDS if name not in but} == {
            name: cell for name, cell in zip(FIELDS, person, strict=True) if name not in but
        }


@pytest.mark.parametrize("style", sorted(HEADINGS))
def test_headings_of_every_style_are_understood(tmp_path: Path, style: str) -> None:
    assert_everybody_is_there(take_bytes(tmp_path, text(HEADINGS[style]).encode(), "list.csv"))


USUAL = HEADINGS["as forms say"]
LAYOUTS = {
    "semicolons": text(USUAL, ";"),
    "bars": text(USUAL, "|"),
    "tabs": text(USUAL, "\t"),
    "a title above": "会員名簿 2021年度\r\n\r\n" + text(USUAL),
    "a padded title above": "会員名簿" + "," * 8 + "\r\n" + text(USUAL),
    "two heading lines": "お客様,,,,ご住所,,連絡先,その他,\r\n" + text(USUAL),
    "a total below": text(USUAL) + "合計,20件,,,,,,,\r\n",
}


@pytest.mark.parametrize("layout", sorted(LAYOUTS))
def test_layouts_of_every_kind_are_read(tmp_path: Path, layout: str) -> None:
    assert_everybody_is_there(take_bytes(tmp_path, LAYOUTS[layout].encode(), "list.txt"))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp932", "euc_jp", "iso2022_jp"])
def test_encodings_of_every_kind_are_read(tmp_path: Path, encoding: str) -> None:
    assert_everybody_is_there(take_bytes(tmp_path, text(USUAL).encode(encoding), "list.csv"))


@pytest.mark.parametrize("headings", [[], [f"c{at}" for at in range(9)]], ids=["no headings", "headings without sense"])
def test_content_is_enough(tmp_path: Path, headings: list[str]) -> None:
    taken = take_bytes(tmp_path, text(headings).encode(), "list.csv")
    assert_everybody_is_there(taken, but=frozenset({"account"}))


def test_a_line_break_in_an_address_stays_in_its_row(tmp_path: Path) -> None:
    people = [[*one[:5], one[5] + "\nメゾン1", *one[6:]] for one in PEOPLE]
    taken = take_bytes(tmp_path, text(USUAL, people=people).encode(), "list.csv")
    assert [row["address"] for row in taken.rows] == [one[5] for one in people]


def test_nested_objects_are_understood(tmp_path: Path) -> None:
    people = [
        {
            "name": {"first": f"John{at}", "last": "Smith"},
            "contact": {"email": f"j{at}@example.com", "phones": [f"+44 20 7946 {1000 + at}"]},
            "address": {"street": f"{at} Main St", "zip": "90210"},
        }
        for at in range(9)
    ]
    taken = take_bytes(tmp_path, json.dumps({"customers": people}).encode(), "list.json")
    assert len(taken.rows) == 9
    first = taken.rows[0]
    said = {name: first[name] for name in ("given_name", "family_name", "email", "phone", "address", "postal_code")}
    assert said == {
        "given_name": "John0",
        "family_name": "Smith",
        "email": "j0@example.com",
        "phone": "+44 20 7946 1000",
        "address": "0 Main St",
        "postal_code": "90210",
    }


DAMAGED = {
    "unbalanced quote": (text(USUAL).replace("A0003,", '"A0003,', 1).encode(), "unbalanced-quote"),
    "too few fields": ((text(USUAL) + "a,b\r\n").encode(), "too-few-fields"),
    "too many fields": ((text(USUAL) + "a" + ",b" * 20 + "\r\n").encode(), "too-many-fields"),
    "a NUL byte": (text(USUAL).replace("u3@", "u\0@").encode(), "nul-byte"),
    "another encoding": (text(USUAL).encode() + ",".join(PEOPLE[0]).encode("cp932") + b"\r\n", "undecodable"),
    "the headings again": (text(USUAL).encode() + ",".join(USUAL).encode() + b"\r\n", "heading-again"),
}


@pytest.mark.parametrize("damage", sorted(DAMAGED))
def test_a_damaged_row_is_set_aside_and_the_others_stay(tmp_path: Path, damage: str) -> None:
    data, reason = DAMAGED[damage]
    result = take_bytes(tmp_path, data, "list.csv").result
    assert result.reasons == {reason: 1}
    assert result.rows_read == result.rows_accepted + result.rows_set_aside
    assert result.rows_accepted >= len(PEOPLE) - 1


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "is empty"),
        (b"\n\n \n", "nothing but blank lines"),
        (",".join(USUAL).encode() + b"\n", "holds no rows"),
        ("会員ID,備考\n1,あ\n2,い\n".encode(), "no column that says who somebody is"),
    ],
    ids=["empty", "blank", "headings only", "nobody"],
)
def test_a_list_of_nobody_is_refused_and_the_store_stays_as_it_was(tmp_path: Path, data: bytes, told: str) -> None:
    with pytest.raises(BadInputError, match=told):
        take_bytes(tmp_path, data, "list.csv")
    evidence = tmp_path / "home" / "evidence"
    assert not evidence.exists() or not any(evidence.iterdir())


@pytest.mark.parametrize(
    ("columns", "heading"), [(20_000, "備考{}"), (200, "備考{}" + "欄" * 50)], ids=["very many", "many and long"]
)
def test_a_list_of_very_many_columns_is_refused_in_one_short_sentence(
    tmp_path: Path, columns: int, heading: str
) -> None:
    headings = ",".join(heading.format(at) for at in range(columns))
    with pytest.raises(BadInputError, match="no column that says who somebody is") as refused:
        take_bytes(tmp_path, f"{headings}\n{'1,' * (columns - 1)}1\n{'2,' * (columns - 1)}2\n".encode(), "list.csv")
    assert "備考0" in refused.value.message
    assert f"(+{columns - 10:,})" in refused.value.message
    assert len(refused.value.message) < 600
