"""What is left out of a run's tables: found out once a run, and anew where the run's rows have changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from soken.casework.selectors.row_sight import RowSight
from soken.core.duck import shared
from soken.core.errors import DamagedStoreError, RefusedError

if TYPE_CHECKING:
    from pathlib import Path

#: Row, record and person of a run; a row of an order names no record.
_ROWS = [(1, 1, "P-1"), (2, None, "P-1"), (3, 2, "P-2"), (4, 3, "P-2"), (5, None, None)]


@pytest.fixture
def run(tmp_path: Path) -> Path:
    _write(tmp_path, _ROWS)
    pq.write_table(pa.table({"record": [1, 2, 3]}), tmp_path / "records.parquet")
    pq.write_table(pa.table({"person": ["P-1", "P-2"]}), tmp_path / "persons.parquet")
    return tmp_path


def _write(folder: Path, rows: list[tuple[int, int | None, str | None]]) -> None:
    columns = {"row": [r for r, _n, _p in rows], "record": [n for _r, n, _p in rows], "person": [p for *_r, p in rows]}
    table = pa.table({"evidence": ["E-1"] * len(rows), **columns})
    pq.write_table(table, folder / "membership.parquet")


def _sight(*rows: int, only: bool = False) -> RowSight:
    return RowSight(frozenset(("E-1", row) for row in rows), only)


def _seen(sight: RowSight, path: Path) -> list[int | str]:
    sql, tables = sight.narrowed("select * from read_parquet($path) order by 1", {"path": path})
    with shared() as cursor:
        for name, table in tables.items():
            cursor.register(name, table)
        return [one for one, *_rest in cursor.execute(sql, {"path": str(path)}).fetchall()]


@pytest.mark.parametrize(
    ("rows", "only", "records", "persons"),
    [
        ((1,), False, [2, 3], ["P-2"]),
        ((1,), True, [1], ["P-1"]),
        ((2,), False, [1, 2, 3], ["P-2"]),
        ((3,), False, [1, 3], ["P-1"]),
        ((5,), False, [1, 2, 3], ["P-1", "P-2"]),
        ((), True, [], []),
    ],
)
def test_records_and_persons_of_the_rows_are_left_out_or_alone(
    run: Path, rows: tuple[int, ...], only: bool, records: list[int], persons: list[str]
) -> None:
    assert _seen(_sight(*rows, only=only), run / "records.parquet") == records
    assert _seen(_sight(*rows, only=only), run / "persons.parquet") == persons


@pytest.mark.parametrize("only", [False, True])
@pytest.mark.parametrize("rows", [(), (1,), (2,), (3, 5), (4, 1)])
def test_single_lines_are_left_out_as_whole_questions_leave_them_out(
    run: Path, rows: tuple[int, ...], only: bool
) -> None:
    reading = run / "E-1" / "readings" / "0001"
    reading.mkdir(parents=True)
    owners = pa.array([1, 1, None, 4, 4], pa.int64())
    pq.write_table(pa.table({"row": [1, 2, 3, 4, 5], "owner": owners}), reading / "rows.parquet")
    pq.write_table(pa.table({"record": [1, 2, 3], "person": ["P-1", "P-2", "P-2"]}), run / "clusters.parquet")
    sight = _sight(*rows, only=only)
    for path in (reading / "rows.parquet", *(run / f"{name}.parquet" for name in ("records", "clusters"))):
        kept = sight.kept(path, pq.read_table(path))
        assert kept.column(0).to_pylist() == _seen(sight, path), path.name
    kept = sight.kept(run / "membership.parquet", pq.read_table(run / "membership.parquet"))
    assert [row in rows for row in kept["row"].to_pylist()] == [only] * kept.num_rows
    assert kept.num_rows == (len(rows) if only else len(_ROWS) - len(rows))


def test_the_rows_of_a_run_are_gone_through_once(run: Path) -> None:
    first, again = (
        _sight(1).narrowed("from read_parquet($path)", {"path": run / "records.parquet"})[1] for _ in range(2)
    )
    assert first["rows_of_compartments_in_path"] is again["rows_of_compartments_in_path"]
    other = _sight(3).narrowed("from read_parquet($path)", {"path": run / "records.parquet"})[1]
    assert other["rows_of_compartments_in_path"] is not first["rows_of_compartments_in_path"]


def test_a_run_whose_rows_have_changed_is_gone_through_anew(run: Path) -> None:
    assert _seen(_sight(1), run / "records.parquet") == [2, 3]
    (run / "membership.parquet").unlink()
    _write(run, [(1, 2, "P-1")])
    assert _seen(_sight(1), run / "records.parquet") == [1, 3]


def test_what_cannot_be_told_is_not_read(run: Path) -> None:
    with pytest.raises(RefusedError, match=r"terms\.parquet"):
        _sight(1).narrowed("from read_parquet($path)", {"path": run / "terms.parquet"})
    with pytest.raises(RefusedError, match=r"persons\.parquet"):
        _sight(1).kept(run / "persons.parquet", pa.table({"person": ["P-1"]}))
    (run / "membership.parquet").unlink()
    with pytest.raises(DamagedStoreError):
        _sight(1).narrowed("from read_parquet($path)", {"path": run / "records.parquet"})
