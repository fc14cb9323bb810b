"""Rows become records: only rows that say the same share one, and every identity row is accounted for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from soken.core.errors import DamagedStoreError
from soken.core.fields import FIELDS
from soken.core.progress import Timings, silent
from soken.normalise import workers
from soken.normalise.records import RecordsResult, build_records
from soken.normalise.schema import RECORD_SCHEMA, ROW_RECORD_SCHEMA

if TYPE_CHECKING:
    from pathlib import Path

Row = dict[str, Any]
_TARO: Row = {"family_name": "山田", "given_name": "太郎", "email": "taro@example.com"}


def write_rows(path: Path, rows: list[Row]) -> Path:
    """Write ``rows.parquet`` as intake does; ``kind`` is 'identity' unless a row says otherwise."""
    path.mkdir(parents=True, exist_ok=True)
    columns = {
        "row": pa.array(range(1, len(rows) + 1), pa.int64()),
        "kind": pa.array([row.get("kind", "identity") for row in rows], pa.string()),
        "owner": pa.array(range(1, len(rows) + 1), pa.int64()),
        **{name: pa.array([row.get(name) for row in rows], pa.string()) for name in FIELDS},
    }
    pq.write_table(pa.table(columns), path / "rows.parquet")
    return path / "rows.parquet"


def built(tmp_path: Path, rows: list[Row], locale: str = "ja") -> list[Row]:
    """Return the records of one list."""
    build_records([("E-1", write_rows(tmp_path, rows), locale)], tmp_path, progress=silent())
    return pq.read_table(tmp_path / "records.parquet").to_pylist()


def persons(tmp_path: Path, rows: list[Row], locale: str = "ja") -> int:
    """Return how many records a list of rows makes."""
    return len(built(tmp_path, rows, locale))


def test_files_have_the_promised_columns(tmp_path: Path) -> None:
    built(tmp_path, [_TARO])
    for name, promised in (("records", RECORD_SCHEMA), ("row_records", ROW_RECORD_SCHEMA)):
        written = pq.read_schema(tmp_path / f"{name}.parquet")
        assert [(column.name, column.type) for column in written] == [(column.name, column.type) for column in promised]
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "records.parquet",
        "reuse",
        "row_records.parquet",
        "rows.parquet",
    ]


_SAME: dict[str, tuple[Row, Row]] = {
    "spaces and case": (_TARO, {**_TARO, "email": " TARO@example.com "}),
    "one field and two": (_TARO, {"full_name": "山田　太郎", "email": "taro@example.com"}),
    "variant kanji": ({**_TARO, "family_name": "髙橋"}, {**_TARO, "family_name": "高橋"}),
    "phone": ({**_TARO, "phone": "090-1234-5671"}, {**_TARO, "phone": "+81 90 1234 5671"}),
    "address": (
        {**_TARO, "address": "東京都新宿区西新宿2-8-1"},
        {**_TARO, "prefecture": "東京都", "address": "新宿区西新宿２丁目８番１号"},
    ),
    "date": ({**_TARO, "birth_date": "S63.1.7"}, {**_TARO, "birth_date": "1988/01/07"}),
    "empty words": ({**_TARO, "phone": "NULL", "company": " "}, _TARO),
}


@pytest.mark.parametrize(("one", "other"), _SAME.values(), ids=_SAME)
def test_rows_that_say_the_same_share_a_record(tmp_path: Path, one: Row, other: Row) -> None:
    found = built(tmp_path, [one, other])
    assert [record["rows"] for record in found] == [2]


_OTHER: dict[str, tuple[Row, Row]] = {
    "given name": (_TARO, {**_TARO, "given_name": "次郎"}),
    "mail": (_TARO, {**_TARO, "email": "ta_ro@example.com"}),
    "phone": ({**_TARO, "phone": "090-1234-5671"}, {**_TARO, "phone": "090-1234-5672"}),
    "phone said and not said": (_TARO, {**_TARO, "phone": "090-1234-5671"}),
    "room": (
        {**_TARO, "address": "東京都港区芝1-2-3", "address2": "101"},
        {**_TARO, "address": "東京都港区芝1-2-3", "address2": "102"},
    ),
    "reading": (
        {**_TARO, "family_kana": "ヤマダ", "given_kana": "タロウ"},
        {**_TARO, "family_kana": "ヤマタ", "given_kana": "タロウ"},
    ),
    "length of a vowel": ({**_TARO, "family_name": "おの"}, {**_TARO, "family_name": "おおの"}),
    "birth": ({**_TARO, "birth_date": "1988-01-07"}, {**_TARO, "birth_date": "1988-01-08"}),
    "account": ({**_TARO, "account": "17"}, {**_TARO, "account": "18"}),
    "mail in the other field": (_TARO, {"family_name": "山田", "given_name": "太郎", "email2": "taro@example.com"}),
    "nothing but a name": ({"full_name": "山田太郎"}, {"full_name": "山田太郎"}),
    "name and town only": (
        {"full_name": "山田太郎", "address": "東京都港区"},
        {"full_name": "山田太郎", "address": "東京都港区"},
    ),
    "nothing at all": ({}, {}),
    "the same junk phone": (
        {"full_name": "山田太郎", "phone": "000-0000-0000"},
        {"full_name": "山田太郎", "phone": "000-0000-0000"},
    ),
    "guests": ({"full_name": "山田太郎", "account": "0"}, {"full_name": "山田太郎", "account": "0"}),
}


@pytest.mark.parametrize(("one", "other"), _OTHER.values(), ids=_OTHER)
def test_rows_that_differ_or_say_too_little_stay_apart(tmp_path: Path, one: Row, other: Row) -> None:
    assert persons(tmp_path, [one, other]) == 2


_ABOVE: Row = {"full_name": "山田太郎", "phone": "090-1234-5671", "address": "東京都港区芝1-2-3"}

#: Rows of a sheet; of which row's values each is read.
_DITTO: dict[str, tuple[list[Row], list[int]]] = {
    "signs": ([_ABOVE, {"full_name": "〃", "phone": "〃", "address": "〃"}], [1, 1]),
    "words": ([_ABOVE, {"full_name": "同上", "phone": "同上", "address": "上に同じ"}], [1, 1]),
    "between dashes": ([_ABOVE, {"full_name": "- 〃 -", "phone": "― 〃 ―", "address": " 〃 "}], [1, 1]),
    "one below the other": ([_ABOVE, *[{"full_name": "〃", "phone": "”", "address": "″"}] * 2], [1, 1, 1]),
    "of two customers": (
        [_ABOVE, _TARO | {"full_name": "山田花子"}, {"family_name": "〃", "given_name": "〃", "email": "〃"}],
        [1, 2, 2],
    ),
    "an address in a form, no ditto of another customer": (
        [_ABOVE, {"full_name": "佐藤花子", "phone": "03-3211-1111", "address": "同上"}],
        [1, 2],
    ),
    "a telephone of one's own": ([_ABOVE, {"full_name": "同上", "phone": "03-3211-1111", "address": "〃"}], [1, 2]),
    "a given name of one's own": (
        [_ABOVE, {"family_name": "山田", "given_name": "太郎"}, {"family_name": "〃", "given_name": "花子"}],
        [1, 2, 3],
    ),
    "somebody called so": ([_ABOVE, {"full_name": "Ditto", "phone": ""}], [1, 2]),
    "what the sign leaves out": ([_ABOVE, {"full_name": "〃"}], [1, 1]),
    "nothing stands above": ([{"full_name": "〃", "phone": "〃"}, _ABOVE], [1, 2]),
    "the cell above is empty": ([_ABOVE, {}, {"full_name": "〃", "phone": "〃", "address": "〃"}], [1, 2, 3]),
}


@pytest.mark.parametrize(("rows", "said_by"), _DITTO.values(), ids=_DITTO)
def test_a_ditto_sign_says_what_the_cell_above_it_says(tmp_path: Path, rows: list[Row], said_by: list[int]) -> None:
    built(tmp_path, rows)
    records = {row["row"]: row["record"] for row in pq.read_table(tmp_path / "row_records.parquet").to_pylist()}
    assert [records[number] for number in range(1, len(rows) + 1)] == [records[number] for number in said_by]


def test_a_ditto_sign_that_is_not_read_says_nothing(tmp_path: Path) -> None:
    found = built(tmp_path, [{"full_name": "〃", "phone": "〃"}, {"full_name": "佐藤花子", "address": "同上"}])
    assert [(record["name_key"], record["phone_key"], record["address_key"]) for record in found] == [
        (None, None, None),
        ("佐藤花子", None, None),
    ]


@pytest.mark.parametrize("gap", [{3: None}, {1: "A", 2: "A", 3: "B"}], ids=["a row set aside", "another table"])
def test_a_ditto_sign_never_speaks_of_a_row_that_is_not_right_above(tmp_path: Path, gap: dict[int, str | None]) -> None:
    path = write_rows(tmp_path, [_ABOVE, _ABOVE, {"full_name": "〃", "phone": "〃", "address": "〃"}])
    table = pq.read_table(path)
    if None in gap.values():
        table = table.set_column(0, "row", pa.array([1, 2, 4], pa.int64()))
    else:
        table = table.append_column("source_table", pa.array(list(gap.values()), pa.string()))
    pq.write_table(table, path)
    build_records([("E-1", path, "ja")], tmp_path, progress=silent())
    assert [record["rows"] for record in pq.read_table(tmp_path / "records.parquet").to_pylist()] == [2, 1]


@pytest.mark.parametrize("words", ["前と同じ", "前回と同じ", "同じ", "いつもの住所"])
def test_a_place_known_from_before_is_no_place(tmp_path: Path, words: str) -> None:
    assert built(tmp_path, [{**_TARO, "address": words}])[0]["address_key"] is None


def test_every_identity_row_has_one_record_and_no_other_row_has_any(tmp_path: Path) -> None:
    rows = [_TARO, {"kind": "attached", **_TARO}, {"kind": "other"}, _TARO, {"full_name": "佐藤花子"}, {}]
    result = build_records([("E-1", write_rows(tmp_path, rows), "ja")], tmp_path, progress=silent())
    assert result == RecordsResult(records=3, identity_rows=4, rows=6)
    links = pq.read_table(tmp_path / "row_records.parquet").to_pylist()
    assert [(link["row"], link["record"]) for link in links] == [(1, 1), (4, 1), (5, 2), (6, 3)]


def test_records_are_numbered_by_their_first_row_and_show_what_it_typed(tmp_path: Path) -> None:
    found = built(
        tmp_path,
        [{**_TARO, "email": "TARO@example.com", "phone": "０９０−１２３４−５６７１"}, {"full_name": "佐藤 花子"}],
    )
    assert [(one["record"], one["first_row"], one["name"]) for one in found] == [
        (1, 1, "山田 太郎"),
        (2, 2, "佐藤 花子"),
    ]
    assert (found[0]["email"], found[0]["email_key"]) == ("TARO@example.com", "taro@example.com")
    assert (found[0]["phone"], found[0]["phone_key"]) == ("０９０−１２３４−５６７１", "+819012345671")


def test_two_readings_keep_their_evidence_apart(tmp_path: Path) -> None:
    one = write_rows(tmp_path / "one", [{**_TARO, "account": "7"}])
    two = write_rows(tmp_path / "two", [{**_TARO, "account": "7"}, _TARO])
    build_records([("E-1", one, "ja"), ("E-2", two, "ja")], tmp_path, progress=silent())
    found = pq.read_table(tmp_path / "records.parquet").to_pylist()
    assert [(one["account"], one["first_evidence"], one["first_row"]) for one in found] == [
        ("E-1:7", "E-1", 1), ("E-2:7", "E-2", 1), (None, "E-2", 2),
    ]  # fmt: skip


def test_a_list_teaches_its_readings(tmp_path: Path) -> None:
    taught = [
        {
            "family_name": "東",
            "given_name": "裕子",
            "family_kana": "アズマ",
            "given_kana": "ヒロコ",
            "phone": f"090-1234-56{n}",
        }
        for n in range(70, 76)
    ]
    asked = {"family_name": "東", "given_name": "裕子", "phone": "090-1234-5699"}
    found = built(tmp_path, [*taught, asked])[-1]
    assert found["family_readings"] == ["azuma"]
    assert found["given_readings"][0] == "hiroko"
    assert "yuko" in found["given_readings"]
    assert found["full_readings"][0] == "azumahiroko"
    assert not found["reading_sure"]


def test_typed_readings_are_sure_and_alone(tmp_path: Path) -> None:
    found = built(tmp_path, [{**_TARO, "family_kana": "ﾔﾏﾀﾞ", "given_kana": "ﾀﾛｳ"}])[0]
    assert (found["full_readings"], found["reading_sure"]) == (["yamadataro"], True)
    assert (found["family_exact"], found["given_exact"]) == ("ヤマダ", "タロウ")


def test_an_undivided_name_gets_the_readings_of_its_likely_divisions(tmp_path: Path) -> None:
    found = built(tmp_path, [{"full_name": "東出昌大", "email": "a@example.com"}])[0]
    assert found["family"] is None
    assert any(reading.startswith("higashide") for reading in found["full_readings"])


def test_names_in_kana_are_divided_by_what_the_kanji_rows_show(tmp_path: Path) -> None:
    rows = [
        {"full_name": "小鳥遊　六花", "full_kana": "タカナシ　リッカ", "phone": f"090-1234-56{n}"}
        for n in range(70, 75)
    ]
    found = built(tmp_path, [*rows, {"full_name": "たかなしりっか", "phone": "090-1234-5699"}])[-1]
    assert (found["family"], found["given"]) == ("タカナシ", "リッカ")


def test_an_addressee_stands_in_only_where_the_list_has_no_holder(tmp_path: Path) -> None:
    shipped = {"ship_full_name": "山田太郎", "ship_address": "東京都港区芝1-2-3", "ship_phone": "090-1234-5671"}
    assert built(tmp_path, [shipped])[0]["name_key"] == "山田太郎"
    holder = {"full_name": "佐藤花子", "email": "hanako@example.com"}
    found = built(tmp_path, [{**holder, **shipped}, holder])
    assert [(one["name_key"], one["address_key"], one["phone_key"]) for one in found] == [("佐藤花子", None, None)]
    same = built(tmp_path, [{**holder, **shipped, "ship_full_name": "佐藤 花子"}])
    assert same[0]["street_key"] == "1-2-3"


def test_international_list(tmp_path: Path) -> None:
    row = {
        "given_name": "Sinéad", "family_name": "O'Brien", "address": "12 Main Street", "address2": "Flat 3", "city": "Winston Hills",
        "prefecture": "NSW", "postal_code": "2153", "birth_date": "19391023", "id_number": "5304218", "phone": "02 9876 5432",
    }  # fmt: skip
    found = built(tmp_path, [row], "intl")[0]
    expected = {
        "name_key": "sineadobrien", "family": "obrien", "given": "sinead", "street_key": "12 main st", "building_key": "3",
        "municipality": "winston hills", "prefecture": "nsw", "postal_key": "2153", "birth_date": "1939-10-23", "birth_sure": True,
        "id_number": "5304218", "phone_key": "+61298765432", "address_key": "12 main st winston hills nsw 2153",
    }  # fmt: skip
    assert {name: found[name] for name in expected} == expected


def test_the_list_shows_which_number_is_the_day(tmp_path: Path) -> None:
    dates = ["23/10/1939", "30/01/1971", "13/05/1960", "01/02/1980"]
    found = built(
        tmp_path, [{"full_name": f"Ann Smith{n}", "birth_date": text} for n, text in enumerate(dates)], "intl"
    )
    assert (found[-1]["birth_date"], found[-1]["birth_sure"]) == ("1980-02-01", True)


def test_worker_processes_give_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names, towns = ["山田太郎", "佐藤 花子", "ｻﾄｳ ﾊﾅｺ", "TARO YAMADA", "髙橋一郎"], ["芝", "赤坂", "六本木"]
    rows = [
        {"full_name": names[n % 5], "address": f"東京都港区{towns[n % 3]}{n}-1", "email": f"a{n % 40}@example.com"}
        for n in range(120)
    ]
    path = write_rows(tmp_path, rows)
    outputs = []
    for count, chunk in ((0, 25_000), (2, 17)):
        monkeypatch.setattr(workers, "CHUNK", chunk)
        monkeypatch.setattr(workers, "WORTHWHILE", 50)
        out = tmp_path / str(count)
        out.mkdir()
        build_records([("E-1", path, "ja")], out, progress=silent(), workers=count)
        outputs.append([(out / name).read_bytes() for name in ("records.parquet", "row_records.parquet")])
    assert outputs[0] == outputs[1]


def test_progress_is_told(tmp_path: Path) -> None:
    timings = Timings()
    build_records([("E-1", write_rows(tmp_path, [_TARO]), "ja")], tmp_path, progress=timings)
    assert {"read rows", "email", "addresses", "collapse rows"} <= set(timings.seconds)


def test_no_rows_give_no_records(tmp_path: Path) -> None:
    assert built(tmp_path, []) == []


def test_a_missing_reading_is_said(tmp_path: Path) -> None:
    with pytest.raises(DamagedStoreError, match="take evidence E-1 in again"):
        build_records([("E-1", tmp_path / "rows.parquet", "ja")], tmp_path, progress=silent())
    assert list(tmp_path.iterdir()) == []
