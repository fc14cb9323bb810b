"""The hard line: a title stays in the sealed original and goes nowhere else. Titles here are opaque stand-ins."""

from __future__ import annotations

import json
import sqlite3
from typing import TYPE_CHECKING

import pyarrow.parquet as pq
import pytest

from soken.core.errors import BadInputError
from soken.core.home import Home, open_home
from soken.core.progress import silent
from soken.core.vault import PACKED
from soken.intake import Acquisition, take_in

if TYPE_CHECKING:
    from pathlib import Path

TITLES = ("TITLE-X-17", "TITLE-X-18", "TITLE-X-19")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return open_home(tmp_path / "home")


def taken(home: Home, path: Path):
    return take_in(path, home=home, operation_slug="t", acquisition=Acquisition(), actor="tester", progress=silent())


def everything_but_originals(home: Home) -> str:
    """All that the store holds, Parquet opened, as one text."""
    found = []
    for path in home.root.rglob("*"):
        if path.is_file() and path.name != PACKED:
            found.append(str(pq.read_table(path).to_pylist()) if path.suffix == ".parquet" else "")
            found.append(path.read_bytes().decode("latin-1"))
    return "\n".join(found)


def test_no_title_is_stored_from_good_rows_or_bad_ones(home: Home, tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text(
        "氏名,メールアドレス,商品名,備考\n"
        f"佐藤 花子,hanako@mail.example,{TITLES[0]},{TITLES[1]}\n"
        f"鈴木 一郎,ichiro@mail.example,{TITLES[0]}\n"
        f'高橋 次郎,jiro@mail.example,"{TITLES[2]},\n'
        f"田中 三郎,saburo@mail.example,{TITLES[2]},\n",
        encoding="utf-8",
    )
    result = taken(home, path)

    assert result.rows_read == 4
    assert result.rows_set_aside == 2
    stored = everything_but_originals(home)
    assert not [title for title in TITLES if title in stored]
    (rows,) = home.evidence.glob("*/readings/0001/rows.parquet")
    assert [row["item_code"] for row in pq.read_table(rows).to_pylist()] == ["ITEM-0001", "ITEM-0002"]


def test_a_product_table_without_a_profile_is_not_taken_for_persons(home: Home, tmp_path: Path) -> None:
    path = tmp_path / "shop.db"
    with sqlite3.connect(path) as database:
        database.execute("create table buyers (id integer primary key, name text, email text)")
        database.execute("insert into buyers values (1, 'Hanako Sato', 'hanako@mail.example')")
        database.execute("create table bought (id integer primary key, buyer integer, name text, price integer)")
        database.executemany("insert into bought values (?, 1, ?, 100)", enumerate(TITLES, 1))
        database.execute("create table groups (id integer primary key, name text)")
        database.execute("insert into groups values (1, ?)", (TITLES[0],))
    result = taken(home, path)

    assert (result.rows_read, result.rows_accepted) == (5, 5)
    stored = everything_but_originals(home)
    assert not [title for title in TITLES if title in stored]
    (rows,) = home.evidence.glob("*/readings/0001/rows.parquet")
    kinds = [(row["source_table"], row["kind"], row["full_name"]) for row in pq.read_table(rows).to_pylist()]
    assert ("buyers", "identity", "Hanako Sato") in kinds
    assert {(table, kind) for table, kind, _name in kinds if table != "buyers"} == {
        ("bought", "attached"), ("groups", "other"),
    }  # fmt: skip


def test_an_error_names_headings_and_no_content(home: Home, tmp_path: Path) -> None:
    path = tmp_path / "products.csv"
    path.write_text(f"title,price\n{TITLES[0]},100\n{TITLES[1]},200\n", encoding="utf-8")
    with pytest.raises(BadInputError) as refused:
        taken(home, path)

    assert "price" in refused.value.message
    assert TITLES[0] not in refused.value.message
    assert list(home.evidence.iterdir()) == []


def test_codes_are_shared_by_the_lists_of_an_operation_and_the_book_holds_no_title(home: Home, tmp_path: Path) -> None:
    for number, title in enumerate((TITLES[1], TITLES[0], TITLES[1])):
        path = tmp_path / f"{number}.csv"
        path.write_text(f"name,email,title\nA B,{number}@mail.example,{title}\n", encoding="utf-8")
        taken(home, path)
    codes = [
        pq.read_table(rows).to_pylist()[0]["item_code"] for rows in home.evidence.glob("*/readings/0001/rows.parquet")
    ]
    book = [json.loads(line) for line in (home.operations / "t" / "items.jsonl").read_text().splitlines()]

    assert sorted(codes) == ["ITEM-0001", "ITEM-0001", "ITEM-0002"]
    assert [entry["code"] for entry in book] == ["ITEM-0001", "ITEM-0002"]
