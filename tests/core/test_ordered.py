"""Looking into a table in the order of a text: whatever is asked for, the lines that a look at all would give."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from soken.core.errors import DamagedStoreError
from soken.core.ordered import OrderedFile, ordered, silent_columns, told_silent
from soken.core.parquet import without_rows
from soken.core.row_groups import join_tables

_TEXTS = st.lists(st.text(alphabet="ab山田\U0010fffe\0", max_size=4), max_size=40)


def _write(path: Path, texts: list[str]) -> Path:
    lines = sorted(texts, key=str.encode)
    schema = pa.schema([("term", pa.string()), ("record", pa.int64())])
    table = pa.table({"term": lines, "record": range(len(lines))}, schema)
    pq.write_table(table, path, row_group_size=3, compression="zstd")
    return path


@given(
    lists=st.lists(_TEXTS, min_size=1, max_size=3), low=st.text(alphabet="ab山", max_size=3), more=st.text(max_size=2)
)
def test_what_lies_between_is_what_a_look_at_every_line_finds(
    tmp_path_factory: pytest.TempPathFactory, lists: list[list[str]], low: str, more: str
) -> None:
    folder = tmp_path_factory.mktemp("ordered")
    parts = [_write(folder / f"{number}.parquet", texts) for number, texts in enumerate(lists)]
    join_tables(parts, folder / "whole.parquet")
    found = [
        one for lines in OrderedFile(folder / "whole.parquet", "term").between(low, low + more) for one in lines["term"]
    ]
    every = [one for part in parts for one in pq.read_table(part)["term"].to_pylist()]
    assert [one.as_py() for one in found] == [
        one for one in every if low.encode() <= one.encode() < (low + more).encode()
    ]


def test_a_file_that_changed_is_opened_anew(tmp_path: Path) -> None:
    path = _write(tmp_path / "a.parquet", ["a"])
    assert ordered(path, "term") is ordered(path, "term")
    first = ordered(path, "term")
    path.unlink()
    assert ordered(_write(path, ["a", "b", "b"]), "term") is not first
    assert sum(len(lines) for lines in ordered(path, "term").between("a", "c")) == 3


@pytest.mark.parametrize("content", [None, b"", b"PAR1 no table PAR1"])
def test_what_is_no_table_is_said(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "terms.parquet"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(DamagedStoreError, match=r"terms\.parquet"):
        ordered(path, "term")


@given(
    lists=st.lists(_TEXTS, min_size=1, max_size=3), wanted=st.lists(st.text(alphabet="ab山", max_size=3), max_size=5)
)
def test_lines_of_some_texts_are_those_of_a_look_at_every_line(
    tmp_path_factory: pytest.TempPathFactory, lists: list[list[str]], wanted: list[str]
) -> None:
    folder = tmp_path_factory.mktemp("holding")
    parts = [_write(folder / f"{number}.parquet", texts) for number, texts in enumerate(lists)]
    join_tables(parts, folder / "whole.parquet")
    found = OrderedFile(folder / "whole.parquet", "term").holding(wanted, ["record"])
    every = [line for part in parts for line in pq.read_table(part).to_pylist()]
    assert found.to_pylist() == [line for line in every if line["term"] in wanted]


@given(records=st.lists(st.integers(0, 60), max_size=40), wanted=st.lists(st.integers(-1, 61), max_size=8))
def test_lines_of_some_numbers_are_found_in_whatever_order_they_lie(
    tmp_path_factory: pytest.TempPathFactory, records: list[int], wanted: list[int]
) -> None:
    path = tmp_path_factory.mktemp("numbers") / "a.parquet"
    schema = pa.schema([("name", pa.string()), ("record", pa.int64())])
    pq.write_table(pa.table({"name": [str(r) for r in records], "record": records}, schema), path, row_group_size=3)
    found = OrderedFile(path, "record").holding(wanted, ["name"])
    assert found["record"].to_pylist() == [one for one in records if one in wanted]
    assert found["name"].to_pylist() == [str(one) for one in records if one in wanted]


def test_a_column_that_is_not_there_is_said(tmp_path: Path) -> None:
    path = _write(tmp_path / "a.parquet", ["a"])
    for asked in (
        lambda: OrderedFile(path, "record").holding([1], ["name"]),
        lambda: OrderedFile(path, "record").having(["record"], [1], ["name"]),
        lambda: OrderedFile(path, "name"),
    ):
        with pytest.raises(DamagedStoreError, match=r"a\.parquet"):
            asked()


@given(
    pairs=st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=20),
    wanted=st.lists(st.integers(0, 10), max_size=4),
)
def test_lines_with_a_number_on_either_side_are_found(
    tmp_path_factory: pytest.TempPathFactory, pairs: list[tuple[int, int]], wanted: list[int]
) -> None:
    path = tmp_path_factory.mktemp("pairs") / "links.parquet"
    lines = [{"l": left, "r": right, "why": f"{left} {right}"} for left, right in sorted(pairs)]
    schema = pa.schema([("l", pa.int64()), ("r", pa.int64()), ("why", pa.string())])
    pq.write_table(pa.Table.from_pylist(lines, schema), path, row_group_size=3)
    found = OrderedFile(path, "l").having(("l", "r"), wanted, ["why"])
    assert found["why"].to_pylist() == [one["why"] for one in lines if one["l"] in wanted or one["r"] in wanted]


def test_groups_in_which_no_line_has_a_key_are_not_read(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    texts = pa.array(["a", "b", None, None, None, None, "c", "d"], pa.string())
    pq.write_table(pa.table({"term": texts, "record": range(8)}), path, row_group_size=2)
    file = OrderedFile(path, "term")
    assert file.holding(["b", "c"], ["record"])["record"].to_pylist() == [1, 6]
    assert file.spread("a", "z") == 2


def test_columns_that_say_nothing_are_told_as_empty_without_being_read(tmp_path: Path) -> None:
    path = tmp_path / "rows.parquet"
    schema = pa.schema([("row", pa.int64()), ("name", pa.string()), ("card", pa.string())])
    lines = pa.table({"row": [1, 2, 3], "name": ["山田", None, "佐藤"], "card": ["read", "by", "nobody"]}, schema)
    with pq.ParquetWriter(path, schema) as writer:
        writer.write_table(lines)
        writer.add_key_value_metadata(told_silent(["card"]))
    file = OrderedFile(path, "row")
    assert silent_columns(pq.read_metadata(path)) == {"card"}
    assert file.holding([2, 3], ["card", "name"]).to_pylist() == [
        {"row": 2, "card": None, "name": None}, {"row": 3, "card": None, "name": "佐藤"},
    ]  # fmt: skip
    assert file.holding([9], ["card", "name"]).schema.field("card").type == pa.string()
    assert without_rows(path, [3]) == 1
    assert silent_columns(pq.read_metadata(path)) == {"card"}


def test_of_a_file_that_was_written_anew_nothing_is_told_from_memory(tmp_path: Path) -> None:
    path = _write(tmp_path / "a.parquet", ["a", "b"])
    assert ordered(path, "term").kept_between("a", "z")["term"].to_pylist() == ["a", "b"]
    assert ordered(path, "term").having(["record"], [1], ["term"])["term"].to_pylist() == ["b"]
    assert without_rows(path, [1], column="record") == 1
    assert ordered(path, "term").kept_between("a", "z")["term"].to_pylist() == ["a"]
    assert ordered(path, "term").having(["record"], [0, 1], ["term"])["term"].to_pylist() == ["a"]
