"""Which row belongs to which proposed person: the run's rows and persons as two tables, written once by DuckDB.

``membership.parquet`` has one line for every accepted row of every reading; ``persons.parquet`` one for every
proposed person, for the list. Pages, exports and the case database read these instead of joining again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pyarrow.parquet as pq

from soken.core import vault
from soken.core.duck import at, connect, roomy
from soken.core.parquet import rows_in
from soken.core.row_groups import join_tables
from soken.normalise.lists import write_parquet

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import duckdb

_MEMBERSHIP: Final = "membership.parquet"
#: MiB that the sort of all rows may hold before it goes on on the disk: on a machine with little memory, and with much.
_MEMORY: Final = (2300, 4500)
#: Forms of a date that shops write; a date in another form is shown on the person's page but not in the list.
_ORDER_DATES: Final = (
    "%Y-%m-%d %H:%M:%S",
    "%Y/%m/%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%S",
    "%Y/%m/%d %H:%M",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%d %H:%M:%S.%f",
    "%Y-%m-%d",
    "%Y/%m/%d",
    "%Y%m%d",
)

#: The rows of the readings in the view ``rows_of_readings``.
_ROWS: Final = """
select r.evidence, r.row, r.kind, r.owner, o.record, c.person, c.band, c.review_with,
       r.item_code,
       cast(cast(try_strptime(regexp_replace(r.ordered_at, '(Z|[+-]\\d\\d:?\\d\\d| [+-]\\d{4})$', ''), $formats)
            as date) as varchar) as ordered_on
from (select * from rows_of_readings) r
left join read_parquet($row_records) o on o.evidence = r.evidence and o.row = r.owner
left join read_parquet($clusters) c on c.record = o.record
"""
_IN_ORDER: Final = "order by person nulls last, evidence, row"

#: ``{some}``: which persons.
_PERSONS: Final = """
    with counted as (
        select person, any_value(band) as band, any_value(review_with) as review_with, count(*) as rows,
               count(distinct record) as records, count(distinct item_code) as items,
               min(ordered_on) as first_order, max(ordered_on) as last_order
        from read_parquet($membership) m {some} where m.person is not null group by person
    ), shown as (
        select c.person, arg_max({{name: coalesce(r.name, ''), kana: coalesce(r.kana, '')}}, (r.rows, -r.record))
                   filter (r.name is not null) as names,
               arg_max(r.prefecture, (r.rows, -r.record)) filter (r.prefecture is not null) as prefecture
        from read_parquet($clusters) c {some} join read_parquet($records) r using (record) group by c.person
    )
    select p.person, coalesce(s.names.name, '') as name, coalesce(s.names.kana, '') as kana,
           coalesce(s.prefecture, '') as prefecture, p.band, coalesce(p.review_with, '') as review_with, p.rows,
           p.records, p.items, coalesce(p.first_order, '') as first_order, coalesce(p.last_order, '') as last_order
    from counted p join shown s using (person)
"""

#: Records of the run before that are another person's now, or whose person is asked about otherwise.
_CHANGED: Final = """
create table changed as
select record, was.person as was, now.person, now.band, now.review_with
from read_parquet($clusters) now join read_parquet($was) was using (record)
where now.person <> was.person or now.band <> was.band or now.review_with is distinct from was.review_with
"""
_PLACES: Final = """
select m.file_row_number as place, c.band, c.review_with, c.person <> c.was as moved
from read_parquet($before, file_row_number = true) m join changed c using (record)
"""
_MOVED: Final = """
select m.* replace (c.person as person, c.band as band, c.review_with as review_with)
from read_parquet($before) m join changed c using (record) where c.person <> c.was
"""
_TOUCHED: Final = """
create table touched as select distinct person from (
    select person from read_parquet($further) union all select person from changed union all select was from changed
) where person is not null
"""
#: More rows than this share of all outside the order of the persons, and the table is written anew in that order.
_OUT_OF_ORDER: Final = 0.25


@dataclass(frozen=True, slots=True)
class RowsOf:
    """The accepted rows of one reading.

    Attributes:
        evidence: id of the evidence item.
        rows: its current ``rows.parquet``.
    """

    evidence: str
    rows: Path


def write_membership(readings: Sequence[RowsOf], run: Path, *, before: Path | None = None, known: int = 0) -> None:
    """Write ``membership.parquet`` and ``persons.parquet`` into a run's folder.

    Of a run that goes on from another only what changed is made anew. ``membership.parquet`` lies in the order of the
    persons, so that a page about one reads little of it; there further rows lie behind, in that order by themselves.

    Args:
        readings: every reading that the run resolved.
        run: folder that holds ``records.parquet``, ``row_records.parquet`` and ``clusters.parquet``.
        before: folder of the run that this one went on from, None if there is none.
        known: how many of the readings it had; they are the first.
    """
    if before is not None and _too_many_further(readings[known:], before / _MEMBERSHIP):
        before, known = None, 0
    with _connection(run) as con:
        _rows_of(con, readings[known:])
        given = {
            "formats": list(_ORDER_DATES),
            "row_records": at(run / "row_records.parquet"),
            "clusters": at(run / "clusters.parquet"),
        }
        if before is None:
            write_parquet(con, f"{_ROWS} {_IN_ORDER}", run / _MEMBERSHIP, given)
            write_persons(run, run / "persons.parquet")
        else:
            _go_on(con, run, before, given)


def write_persons(run: Path, target: Path) -> None:
    """Write the persons of a run whose other tables are there.

    Args:
        run: its folder.
        target: the file to write.
    """
    with _connection(run) as con:
        write_parquet(con, f"{_PERSONS.format(some='')} order by person", target, _tables(run))


def _connection(run: Path) -> duckdb.DuckDBPyConnection:
    """Return a DuckDB that uses the disk where the run is."""
    con = connect({"temp_directory": str(run), "memory_limit": roomy(*_MEMORY)})
    con.execute("set preserve_insertion_order = false")
    return con


def _tables(run: Path) -> dict[str, str]:
    """Return what a run's persons are made of."""
    return {name: at(run / f"{name}.parquet") for name in ("membership", "clusters", "records")}


def _rows_of(con: duckdb.DuckDBPyConnection, readings: Sequence[RowsOf]) -> None:
    """Build ``rows_of_readings``, empty where there are none."""
    con.execute("create table items (evidence varchar, path varchar)")
    if not readings:
        con.execute(
            "create view rows_of_readings as select null::varchar as evidence, null::bigint as row, "
            "null::varchar as kind, null::bigint as owner, null::varchar as item_code, null::varchar as ordered_at "
            "limit 0"
        )
        return
    con.executemany("insert into items values (?, ?)", [(r.evidence, at(r.rows)) for r in readings])
    con.execute(
        "create view rows_of_readings as select i.evidence, f.* exclude (filename) from "
        f"read_parquet([{', '.join(_quoted(at(r.rows)) for r in readings)}], filename = true) f "
        "join items i on i.path = f.filename"
    )


def _too_many_further(readings: Sequence[RowsOf], membership: Path) -> bool:
    """Tell whether with these readings too much of the table would lie outside the order of the persons."""
    with vault.opened(membership) as file:
        account = pq.read_metadata(file)
    column = account.schema.names.index("person")
    ordered, last = 0, ""
    for number in range(account.num_row_groups):
        group = account.row_group(number)
        known = group.column(column).statistics
        if known is not None and known.has_min_max:
            if known.min < last:
                break
            last = known.max
        ordered += group.num_rows
    every = account.num_rows + sum(rows_in(one.rows) for one in readings)
    return bool(every - ordered > _OUT_OF_ORDER * every)


def _go_on(con: duckdb.DuckDBPyConnection, run: Path, before: Path, given: dict[str, Any]) -> None:
    """Write both tables from those of the run before."""
    was = at(before / _MEMBERSHIP)
    con.execute(_CHANGED, {"clusters": given["clusters"], "was": at(before / "clusters.parquet")})
    further = run / "further.parquet"
    write_parquet(con, f"({_ROWS}) union all ({_MOVED}) {_IN_ORDER}", further, {**given, "before": was})
    con.execute(f"create table places as {_PLACES}", {"before": was})
    join_tables(
        [before / _MEMBERSHIP, further],
        run / _MEMBERSHIP,
        changed=con.sql("select place, band, review_with from places where not moved").to_arrow_table(),
        gone=[place for (place,) in con.execute("select place from places where moved").fetchall()],
    )
    con.execute(_TOUCHED, {"further": at(further)})
    further.unlink()
    write_parquet(
        con,
        f"select * from read_parquet($persons) anti join touched using (person) union all "
        f"({_PERSONS.format(some='semi join touched using (person)')}) order by person",
        run / "persons.parquet",
        {**_tables(run), "persons": at(before / "persons.parquet")},
    )


def _quoted(text: str) -> str:
    """Return text as an SQL string."""
    return "'" + text.replace("'", "''") + "'"
