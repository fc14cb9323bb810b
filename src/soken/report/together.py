"""A year and its half-years, protected so that who holds all three publications works out no small crossing (R40).

A half-year is published while nobody knows the rest of the year. So each half is protected by itself, from what it
counts alone, and the year withholds whatever either half withholds, beside what it would by itself. Each crossing that
the year shows is then one that both halves show, or of which their totals say that nothing is there: the year tells no
more than they do together, and they tell nothing of one another. Of a table that a half leaves out, the year shows what
that half does not count at all; one that is finer than another the year leaves out too, since the year's crossings less
those of the other half would be this one's.

Cases of the halves add up to those of the year. Of persons and children some count in both halves, and how many of
each kind they are can be read off the totals of the three. Whoever knows them can move only the others; where these
leave too little room, the halves withhold more. That is added to what each withholds by itself, never taken away, so
that the report of a half-year that was published before the other one began keeps what it promised.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from soken.report.counting import HALVES, Place, Scope
from soken.report.disclosure import withhold_too
from soken.report.linked import is_finer, protect_all
from soken.report.span import Span
from soken.report.tables import count_halves, count_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb

    from soken.report.tables import HalfTable, Table, TableKind


def published_tables(
    con: duckdb.DuckDBPyConnection, kinds: Sequence[TableKind], span: Span, place: Place
) -> list[Table | None]:
    """Return tables of a year or of one of its halves as they are published.

    Args:
        con: holds the units (`soken.report.units.open_units`).
        kinds: the tables; of two that are linked, both.
        span: the year, or the half.
        place: with which force units count.

    Returns:
        In the order of the kinds; None for those that cannot be published.
    """
    year = Scope(Span(span.year).period, place)
    counted = [count_halves(con, kind, year) for kind in kinds]
    if span.part:
        return _half_shown([one[span.part] for one in counted])
    itself = protect_all([count_table(con, kind, year) for kind in kinds])
    halves = []
    for half in HALVES:
        tables = [one[half] for one in counted]
        halves.append([(one.table, public) for one, public in zip(tables, _half_shown(tables), strict=True)])
    return [
        None
        if table is None or (is_finer(table.kind, kinds) and any(public is None for _true, public in beside))
        else withhold_too(table, beside)
        for table, *beside in zip(itself, *halves, strict=True)
    ]


def _half_shown(tables: Sequence[HalfTable]) -> list[Table | None]:
    """Return the tables of a half-year as they are published."""
    counted, rooms = [one.table for one in tables], [one.alone for one in tables]
    itself = protect_all(counted)
    if all(one.cells == room.cells for one, room in zip(counted, rooms, strict=True)):
        return itself
    beside = protect_all(counted, rooms)
    return [
        withhold_too(public, [(true, before)]) if public and before else None
        for public, true, before in zip(beside, counted, itself, strict=True)
    ]
