"""Taking erased rows out of a run's folder: its tables, and all that a later run would go on from."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Final

from soken.core.duck import at, connect
from soken.core.vault import encrypt_in_place, has_key, renew
from soken.normalise.lists import REUSE, write_parquet
from soken.normalise.search_index import TERMS, write_terms
from soken.resolve.membership import write_persons

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    import duckdb

_OF_RECORDS: Final = ("record", "left_record", "right_record")
_PERSONS: Final = "persons.parquet"
#: It says which records go, so it is written last: whoever does it again after a crash still finds them.
_ROW_RECORDS: Final = "row_records.parquet"
_MEMBERSHIP: Final = "membership.parquet"
#: Stands in the folder of a run while rows are taken out of it.
_ERASING: Final = "erasing"


def erase_from_run(folder: Path, rows: Collection[tuple[str, int]]) -> None:
    """Take rows, and the records that they alone make, out of every table of a run that holds any of them.

    Doing it again changes nothing, and finishes what was cut off. The run after this one reads every list again: what
    was learnt for going on is removed.

    Args:
        folder: the run's, or a candidate's.
        rows: evidence id and number of each row.
    """
    shutil.rmtree(folder / REUSE, ignore_errors=True)
    if not rows or not (folder / _ROW_RECORDS).is_file():
        return
    with connect() as con:
        con.execute("create table gone (evidence varchar, row bigint)")
        con.executemany("insert into gone values (?, ?)", [list(one) for one in rows])
        if not (folder / _ERASING).is_file() and not _holds_any(con, folder):
            return
        (folder / _ERASING).touch()
        _erase_from_tables(con, folder)
    _make_anew(folder)
    (folder / _ERASING).unlink()


def _holds_any(con: duckdb.DuckDBPyConnection, folder: Path) -> bool:
    """Tell whether a run holds any of the rows that are gone."""
    tables = [at(folder / name) for name in (_ROW_RECORDS, _MEMBERSHIP) if (folder / name).is_file()]
    counted = "select count(*) from (select evidence, row from read_parquet($p)) semi join gone using (evidence, row)"
    return any(con.execute(counted, {"p": table}).fetchall() != [(0,)] for table in tables)


def _erase_from_tables(con: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Write every table again whose lines name a row or a record."""
    con.execute(
        "create table gone_records as select record from read_parquet($p) all_rows "
        "left join gone using (evidence, row) group by record having count(*) = count(gone.row)",
        {"p": at(folder / _ROW_RECORDS)},
    )
    others = {_PERSONS, TERMS, _ROW_RECORDS}
    for path in [*(one for one in sorted(folder.glob("*.parquet")) if one.name not in others), folder / _ROW_RECORDS]:
        _rewrite(con, path)


def _make_anew(folder: Path) -> None:
    """Make what cannot be told line by line from what is left, and give a run that is encrypted another key."""
    if (folder / TERMS).is_file():
        # Of its words nobody could say whose they were.
        write_terms(folder)
    if (folder / _PERSONS).is_file():
        part = folder / f"{_PERSONS}.part"
        write_persons(folder, part)
        encrypt_in_place(part)
        part.replace(folder / _PERSONS)
    if has_key(folder):
        renew(folder, fresh=True)


def _rewrite(con: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Write a table again without what is gone."""
    names = {name for name, *_rest in con.execute("describe from read_parquet($p)", {"p": at(path)}).fetchall()}
    kept = [f'"{name}" not in (from gone_records)' for name in _OF_RECORDS if name in names]
    if {"evidence", "row"} <= names:
        kept.append("(evidence, row) not in (select (evidence, row) from gone)")
    if not kept:
        return
    part = path.with_suffix(".part")
    source = at(path).replace("'", "''")
    # A line of which a number is missing stays: it speaks of no record.
    where = " and ".join(f"coalesce({one}, true)" for one in kept)
    write_parquet(con, f"from read_parquet('{source}') where {where}", part)
    encrypt_in_place(part)
    part.replace(path)
