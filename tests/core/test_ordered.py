"""Looking into a table in the order of a text: whatever is asked for, the lines that a look at all would give."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from soken.core.errors import DamagedStoreError
from soken.core.ordered import OrderedFile, ordered
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
    found = [one for lines in OrderedFile(folder / "whole.parquet").between(low, low + more) for one in lines["term"]]
    every = [one for part in parts for one in pq.read_table(part)["term"].to_pylist()]
    assert [one.as_py() for one in found] == [
        one for one in every if low.encode() <= one.encode() < (low + more).encode()
    ]


def test_a_file_that_changed_is_opened_anew(tmp_path: Path) -> None:
    path = _write(tmp_path / "a.parquet", ["a"])
    assert ordered(path) is ordered(path)
    first = ordered(path)
    path.unlink()
    assert ordered(_write(path, ["a", "b", "b"])) is not first
    assert sum(len(lines) for lines in ordered(path).between("a", "c")) == 3


@pytest.mark.parametrize("content", [None, b"", b"PAR1 no table PAR1"])
def test_what_is_no_table_is_said(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "terms.parquet"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(DamagedStoreError, match=r"terms\.parquet"):
        ordered(path)
