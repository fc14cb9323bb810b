"""What a reader can say who has the publications of a year and of its halves, and knows who counts in both halves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from soken.report.counting import HALVES, Scope
from soken.report.disclosure import SMALL
from soken.report.span import Span
from soken.report.tables import count_halves, count_table
from soken.report.whole import whole_report
from tests.report.attack import Solver, parts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import duckdb

    from soken.report.tables import HalfTable, Table, TableKind
    from soken.report.whole import Source
    from tests.report.attack import Equation, Spot

Cell = tuple[str, str]


@dataclass(frozen=True)
class Year:
    """A table of a year and of its halves, as counted and as published.

    Attributes:
        true: of the year.
        halves: of each half, with those who count in it alone.
        public: label of a span → the table, None where it is left out.
        every: the crossings of the three.
    """

    true: Table
    halves: Mapping[str, HalfTable]
    public: Mapping[str, Table | None]
    every: Sequence[Cell]

    def spots(self, half: str, cells: Sequence[Cell]) -> list[Spot]:
        """Who counts in a half alone, by crossings of the table."""
        return [(f"{half} {self.true.kind.code}", *cell) for cell in cells]

    def alone(self, half: str, cells: Sequence[Cell]) -> int:
        return sum(self.halves[half].alone.cells.get(cell, 0) or 0 for cell in cells)

    def totals(self) -> Iterator[Equation]:
        """The totals of the halves, which stand in plain tables, without those who count in both: they are known."""
        for half in HALVES:
            for side in (0, 1):
                for value in {cell[side] for cell in self.every}:
                    cells = [cell for cell in self.every if cell[side] == value]
                    yield [(spot, 1) for spot in self.spots(half, cells)], self.alone(half, cells)

    def shown(self) -> Iterator[Equation]:
        """The crossings of the three publications."""
        for part, public in self.public.items():
            true, halves = (self.halves[part].table, [part]) if part else (self.true, [*HALVES])
            for row in public.rows if public else ():
                for column in public.columns if public else ():
                    units = public.cells.get((row, column), 0) if public else None
                    if units is None or not public:
                        continue
                    cells = [
                        (one, other)
                        for one in parts(public.rows, true.rows, row)
                        for other in parts(public.columns, true.columns, column)
                    ]
                    both = sum(true.cells.get(cell, 0) or 0 for cell in cells) - sum(
                        self.alone(one, cells) for one in halves
                    )
                    yield [(spot, 1) for half in halves for spot in self.spots(half, cells)], units - both

    def small(self) -> Iterator[tuple[list[Spot], list[tuple[list[Spot], int]]]]:
        """Small crossings, as who counts in one half alone; and of each the halves' with the range that they must have.

        One of the year is as wide as that of a half in which it is small.
        """
        for cell in self.every:
            rooms = []
            for half, told in self.halves.items():
                if _plain(told.table) or not 0 < (told.table.cells.get(cell, 0) or 0) < SMALL:
                    continue
                row, column = (
                    self.alone(half, [one for one in self.every if one[side] == cell[side]]) for side in (0, 1)
                )
                rooms.append((self.spots(half, [cell]), min(SMALL, row, column)))
                yield rooms[-1][0], rooms[-1:]
            if rooms and 0 < (self.true.cells.get(cell, 0) or 0) < SMALL:
                yield [spot for half in HALVES for spot in self.spots(half, [cell])], rooms


def assert_year_and_halves_tell_nobody(
    con: duckdb.DuckDBPyConnection,
    source: Source,
    kinds: Sequence[TableKind],
    linked: Mapping[tuple[str, str], Mapping[str, Sequence[str]]],
    hidden: Sequence[TableKind],
) -> dict[str, dict[str, Table | None]]:
    """No small crossing of the three publications is known to less than a range of five, or than the totals alone tell.

    Args:
        con: the units, of 2017.
        source: what is said of them.
        kinds: tables.
        linked: (finer table, that of its sums) → columns of the second, each with its parts among the first's rows.
        hidden: tables that nobody publishes, with the same parts for rows.

    Returns:
        Part of the year → table → as published, None where it is left out.
    """
    public: dict[str, dict[str, Table | None]] = {}
    for part in ("", *HALVES):
        report = whole_report(con, source, kinds, Span(2017, part), public=True)
        public[part] = dict.fromkeys((one.code for one in kinds), None) | {one.kind.code: one for one in report.tables}
    years = {}
    # By half-years and by years a half has one column: its totals.
    for kind in (one for one in (*kinds, *hidden) if one.columns not in {"half", "year"}):
        true, halves = count_table(con, kind, scope := Scope(Span(2017).period)), count_halves(con, kind, scope)
        tables = [true, *(one.table for one in halves.values())]
        rows, columns = ({value for one in tables for value in getattr(one, side)} for side in ("rows", "columns"))
        every = [(row, column) for row in sorted(rows) for column in sorted(columns)]
        shown = {part: found.get(kind.code) for part, found in public.items()}
        years[kind.code] = Year(true, halves, shown, every)
    together = [[years[fine], years[sums]] for fine, sums in linked if fine in years and sums in years]
    pairs = {one.true.kind.code for group in together for one in group}
    for group in [*together, *([one] for code, one in years.items() if code not in pairs)]:
        _attack(group, list(_links(group, linked)))
    return public


def _links(group: Sequence[Year], linked: Mapping[tuple[str, str], Mapping[str, Sequence[str]]]) -> Iterator[Equation]:
    """What each of two linked tables says of the other, in each half."""
    if len(group) < 2:
        return
    fine, sums = group
    of = linked[fine.true.kind.code, sums.true.kind.code]
    for half in HALVES:
        for row, column in sums.every:
            cells = [(part, row) for part in of[column] if (part, row) in fine.every]
            yield (
                [
                    *((spot, -1) for spot in sums.spots(half, [(row, column)])),
                    *((spot, 1) for spot in fine.spots(half, cells)),
                ],
                0,
            )


def _attack(group: Sequence[Year], links: list[Equation]) -> None:
    every = [spot for one in group for half in HALVES for spot in one.spots(half, one.every)]
    totals = [told for one in group for told in one.totals()] + links
    solver = Solver(every, totals + [told for one in group for told in one.shown()])
    plain = Solver(every, totals)
    for one in group:
        for spots, rooms in one.small():
            least, most = solver.ends(spots)
            if most - least < max(room for _spots, room in rooms) - 1e-6:
                by_totals = [(plain.ends(alone), room) for alone, room in rooms]
                needed = max(min(room, high - low) for (low, high), room in by_totals)
                assert most - least >= needed - 1e-6, f"{spots} is {least} to {most}, by totals {by_totals}"


def _plain(table: Table) -> bool:
    return len(table.rows) < 2 or len(table.columns) < 2
