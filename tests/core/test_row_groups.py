"""A table made of others' row groups reads as if it had been written anew."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from soken.core.errors import DamagedStoreError
from soken.core.row_groups import join_tables
from soken.core.thrift import BINARY, BYTE, DOUBLE, I32, I64, LIST, STRUCT, TRUE, ThriftError, decode, encode
from soken.normalise.lists import write_parquet

if TYPE_CHECKING:
    from pathlib import Path

Line = dict[str, Any]


def lines(start: int, count: int) -> list[Line]:
    """Return so many lines; every third lacks a word."""
    return [
        {"number": n, "word": None if n % 3 == 0 else f"w{n % 7}", "words": [f"w{n}", None][: n % 3]}
        for n in range(start, start + count)
    ]


_SCHEMA = pa.schema({"number": pa.int64(), "word": pa.string(), "words": pa.list_(pa.string())})


def written(path: Path, rows: list[Line], by: str) -> Path:
    """Write a table in several row groups, by DuckDB as resolve does, or by Arrow."""
    table = pa.Table.from_pylist(rows, _SCHEMA)
    if by == "arrow":
        pq.write_table(table, path, row_group_size=30_000, compression="zstd")
    else:
        with duckdb.connect() as con:
            con.register("made", table)
            write_parquet(con, "FROM made", path)
    return path


@pytest.fixture(params=["duckdb", "arrow"])
def tables(tmp_path: Path, request: pytest.FixtureRequest) -> list[Path]:
    parts = (lines(0, 70_000), [{**one, "word": "filled"} for one in lines(70_000, 50_000)])
    return [written(tmp_path / f"{n}.parquet", part, request.param) for n, part in enumerate(parts)]


def said(tables: list[Path]) -> list[Line]:
    """Return the lines of tables, one after the other."""
    return [line for table in tables for line in pq.read_table(table).to_pylist()]


def seen(target: Path) -> list[Line]:
    """Return the lines of a table as Arrow reads it, once DuckDB has read the same."""
    found: list[Line] = pq.read_table(target).to_pylist()
    with duckdb.connect() as con:
        by_duckdb = con.sql(f"from read_parquet('{target}')").to_arrow_table().to_pylist()
    assert by_duckdb == found
    return found


def test_tables_are_joined_as_they_are(tables: list[Path], tmp_path: Path) -> None:
    target = tmp_path / "joined.parquet"
    join_tables(tables, target)
    assert seen(target) == said(tables)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["0.parquet", "1.parquet", "joined.parquet"]


def test_changed_lines_say_what_they_say_now_and_gone_ones_are_gone(tables: list[Path], tmp_path: Path) -> None:
    target = tmp_path / "joined.parquet"
    changed = {0: ("first", -1), 45_000: (None, 5), 69_999: ("last", 6), 70_000: (None, None), 119_999: ("end", 9)}
    gone = {1, 119_998, *range(60_000, 61_000)}
    join_tables(
        tables, target, gone=gone, changed=pa.table(
            {
                "place": list(changed),
                "word": [word for word, _number in changed.values()],
                "number": pa.array([number for _word, number in changed.values()], pa.int32()),
            }
        ),
    )  # fmt: skip
    wanted = said(tables)
    for place, (word, number) in changed.items():
        wanted[place] |= {"word": word, "number": number}
    assert seen(target) == [line for place, line in enumerate(wanted) if place not in gone]


def test_a_table_may_lose_a_whole_row_group_and_be_joined_again(tables: list[Path], tmp_path: Path) -> None:
    first, second = tmp_path / "first.parquet", tmp_path / "second.parquet"
    join_tables(tables, first, gone=range(65_000))
    join_tables([first, tables[0]], second)
    assert seen(second) == [*said(tables)[65_000:], *said(tables[:1])]


def test_who_asks_for_one_word_finds_it_in_groups_that_were_taken_over(tables: list[Path], tmp_path: Path) -> None:
    target = tmp_path / "joined.parquet"
    join_tables(tables, target, changed=pa.table({"place": [100, 100_000], "word": ["new", "new"]}))
    with duckdb.connect() as con:
        asked = "select count(*) from read_parquet($p) where word = $w"
        counts = {w: con.execute(asked, {"p": str(target), "w": w}).fetchall()[0][0] for w in ("new", "w1", "no")}
    every = [line["word"] for line in seen(target)]
    assert counts == {word: every.count(word) for word in counts}


def test_what_has_other_columns_or_is_no_table_is_refused(tables: list[Path], tmp_path: Path) -> None:
    other, broken = tmp_path / "other.parquet", tmp_path / "broken.parquet"
    pq.write_table(pa.table({"number": pa.array([1], pa.int32())}), other)
    with pytest.raises(DamagedStoreError, match="other columns"):
        join_tables([tables[0], other], tmp_path / "joined.parquet")
    with pytest.raises(pa.ArrowInvalid):  # what was begun does not look like a table that is whole
        pq.read_table(tmp_path / "joined.parquet")
    for content in (b"", b"PAR1", tables[0].read_bytes()[:-9], b"\0" * 400):
        broken.write_bytes(content)
        (tmp_path / "joined.parquet").unlink(missing_ok=True)
        with pytest.raises(DamagedStoreError, match="is no Parquet file"):
            join_tables([broken], tmp_path / "joined.parquet")


_NUMBERS = st.integers(-(1 << 63), (1 << 63) - 1)
_PLAIN = st.one_of(
    st.tuples(st.sampled_from([I32, I64]), _NUMBERS),
    st.tuples(st.just(BINARY), st.binary(max_size=300)),
    st.tuples(st.just(DOUBLE), st.floats(allow_nan=False)),
    st.tuples(st.just(BYTE), st.integers(0, 255)),
    st.booleans().map(lambda yes: (TRUE if yes else TRUE + 1, yes)),
    st.tuples(st.just(LIST), st.tuples(st.just(I64), st.lists(_NUMBERS, max_size=40))),
    st.tuples(st.just(LIST), st.tuples(st.just(TRUE), st.lists(st.booleans(), max_size=20))),
)
_FIELDS = st.recursive(
    st.dictionaries(st.integers(1, 400), _PLAIN),
    lambda inner: st.dictionaries(
        st.integers(1, 400),
        st.one_of(
            st.tuples(st.just(STRUCT), inner),
            st.tuples(st.just(LIST), st.tuples(st.just(STRUCT), st.lists(inner, max_size=3))),
        ),
    ),
    max_leaves=8,
)


@settings(max_examples=60, deadline=None)
@given(_FIELDS)
def test_a_structure_comes_out_as_it_went_in(fields: Any) -> None:
    told = encode(fields)
    assert decode(told) == fields
    for cut in range(0, len(told), max(1, len(told) // 7)):
        with pytest.raises(ThriftError):
            decode(told[:cut])
