"""Which row belongs to which proposed person: the run's rows and persons as two tables, written once by DuckDB.

``membership.parquet`` has one line for every accepted row of every reading; ``persons.parquet`` one for every
proposed person, for the list. Pages, exports and the case database read these instead of joining again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from soken.core.duck import at, connect

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

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

_MEMBERSHIP: Final = """
copy (
    select r.evidence, r.row, r.kind, r.owner, o.record, c.person, c.band, c.review_with,
           r.item_code,
           cast(cast(try_strptime(regexp_replace(r.ordered_at, '(Z|[+-]\\d\\d:?\\d\\d| [+-]\\d{{4}})$', ''), $formats)
                as date) as varchar) as ordered_on
    from (select * from rows_of_all_readings) r
    left join read_parquet($row_records) o on o.evidence = r.evidence and o.row = r.owner
    left join read_parquet($clusters) c on c.record = o.record
    order by c.person nulls last, r.evidence, r.row
) to '{target}' (format parquet, compression zstd, row_group_size 20000)
"""

_PERSONS: Final = """
copy (
    with counted as (
        select person, any_value(band) as band, any_value(review_with) as review_with, count(*) as rows,
               count(distinct record) as records, count(distinct item_code) as items,
               min(ordered_on) as first_order, max(ordered_on) as last_order, min((evidence, row)) as anchor
        from read_parquet($membership) where person is not null group by person
    ), shown as (
        select c.person, arg_max({{name: coalesce(r.name, ''), kana: coalesce(r.kana, '')}}, (r.rows, -r.record))
                   filter (r.name is not null) as names,
               arg_max(r.prefecture, (r.rows, -r.record)) filter (r.prefecture is not null) as prefecture
        from read_parquet($clusters) c join read_parquet($records) r using (record) group by c.person
    )
    select p.person, coalesce(s.names.name, '') as name, coalesce(s.names.kana, '') as kana,
           coalesce(s.prefecture, '') as prefecture, p.band, coalesce(p.review_with, '') as review_with, p.rows,
           p.records, p.items, coalesce(p.first_order, '') as first_order, coalesce(p.last_order, '') as last_order
    from counted p join shown s using (person)
    order by p.anchor
) to '{target}' (format parquet, compression zstd)
"""


@dataclass(frozen=True, slots=True)
class RowsOf:
    """The accepted rows of one reading.

    Attributes:
        evidence: id of the evidence item.
        rows: its current ``rows.parquet``.
    """

    evidence: str
    rows: Path


def write_membership(readings: Sequence[RowsOf], run: Path) -> None:
    """Write ``membership.parquet`` and ``persons.parquet`` into a run's folder.

    Args:
        readings: every reading that the run resolved.
        run: folder that holds ``records.parquet``, ``row_records.parquet`` and ``clusters.parquet``.
    """
    with connect() as connection:
        connection.execute("set temp_directory = ?", [str(run)])
        connection.execute("set preserve_insertion_order = false")
        connection.execute("create table items (evidence varchar, path varchar)")
        connection.executemany("insert into items values (?, ?)", [(r.evidence, at(r.rows)) for r in readings])
        connection.execute(
            "create view rows_of_all_readings as select i.evidence, f.* exclude (filename) from "
            f"read_parquet([{', '.join(_quoted(at(r.rows)) for r in readings)}], filename = true) f "
            "join items i on i.path = f.filename"
        )
        connection.execute(
            _MEMBERSHIP.format(target=_inside_quotes(str(run / "membership.parquet"))),
            {
                "formats": list(_ORDER_DATES),
                "row_records": at(run / "row_records.parquet"),
                "clusters": at(run / "clusters.parquet"),
            },
        )
    write_persons(run, run / "persons.parquet")


def write_persons(run: Path, target: Path) -> None:
    """Write the persons of a run whose other tables are there.

    Args:
        run: its folder.
        target: the file to write.
    """
    with connect() as connection:
        connection.execute("set temp_directory = ?", [str(run)])
        connection.execute("set preserve_insertion_order = false")
        connection.execute(
            _PERSONS.format(target=_inside_quotes(str(target))),
            {
                "membership": at(run / "membership.parquet"),
                "clusters": at(run / "clusters.parquet"),
                "records": at(run / "records.parquet"),
            },
        )


def _inside_quotes(text: str) -> str:
    """Return text fit to stand between single quotes in SQL."""
    return text.replace("'", "''")


def _quoted(text: str) -> str:
    """Return text as an SQL string."""
    return f"'{_inside_quotes(text)}'"
