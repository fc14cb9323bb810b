"""Disclosure control: small crossings are withheld, and so much beside them that nobody can work them out (R40).

A crossing of one to four could point to a person. It is withheld; its row's and column's totals stay, so further cells
have to be withheld as well. Each small crossing gets a *rectangle* of withheld cells: whoever adds to it and takes from
its neighbour in the row does the opposite in the other row, and every total stays as published. How far that can be
driven without a negative cell is a range that the reader cannot narrow (the hypercube method, Repsilber 1994); it must
be as wide as the smallness that it protects. Where one table's cells are sums of another's (juveniles of ages,
half-years of months), the two are protected as one: a rectangle that changes sums withholds those sums as well, and a
small sum gets a rectangle of the finer table that changes it. Tests attack the result by linear programming, all tables
of a report at once. Tables of one row or column are plain totals and stay.

What room there is can be less than what a table counts: who counts in both halves of a year can be known from the three
totals, and then cannot be moved (`soken.report.together`). Then cells are weighed by the table, and room is measured in
the rest.

Plain totals of the finer table are published even where it is left out. Beside them a large sum can say a small
crossing of its parts: where all adults were cleared for one group of offence, so were the three in their twenties. Such
sums are withheld like small ones (`_told_by_parts`).

A row whose total is small has no such room, so that small rows (and columns) are put together into one first. Of that
row only its total is shown: the totals of its parts may stand in a table of plain totals, and would say the rest. A
crossing that has no room even so is left out; of two linked tables the finer one is, and that of its sums stands alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from soken.report.tables import OTHERS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Set

    from soken.report.tables import Table

#: A crossing of fewer units than this, and of any, is withheld.
SMALL: Final = 5

Cell = tuple[str, str]
#: A value of a side → the published totals of the parts that it is the sum of: units, and those that could be moved.
Parts = Mapping[str, Sequence[tuple[int, int]]]


class _Level(Enum):
    """Of two linked tables, the finer one or that of its sums."""

    FINE = 0
    SUMS = 1


#: A cell of one of two linked tables.
_Spot = tuple[_Level, Cell]


@dataclass(frozen=True, slots=True)
class _Rectangle:
    """Corners between which units can be moved without changing a total: what some gain the others lose.

    Attributes:
        gain, lose: corners of the finer table, and the sums that change with them.
    """

    gain: frozenset[_Spot]
    lose: frozenset[_Spot]


_NO_PARTS: Final[Parts] = MappingProxyType({})


def protect(table: Table, room: Table | None = None, parts: Parts = _NO_PARTS) -> Table | None:
    """Return a table with what could point to a person withheld (None); a table of one row or column as it is.

    Args:
        table: as counted.
        room: the same of the units that could be moved; None for all of them.
        parts: of its rows or columns, where totals of such are published.

    Returns:
        None where its totals leave no room to withhold anything safely: the table must not be published.
    """
    if _is_plain(table):
        return table
    together, movable = _small_together(table, room or table)
    units = _units(together, _Level.FINE)
    mixed = {
        (level, (row, column))
        for level, (row, column) in units
        if OTHERS in (row, column) and together.row_totals[row] and together.column_totals[column]
    }
    mixed |= {(_Level.FINE, cell) for cell in _told_by_parts(together, movable, parts)}
    withheld = _withheld(units, _units(movable, _Level.FINE), None, mixed)
    return None if withheld is None else _shown(together, _Level.FINE, units, withheld)


def protect_linked(
    fine: Table,
    sums: Table,
    part_of: Callable[[Cell], Cell],
    rooms: tuple[Table, Table] | None = None,
    parts: Parts = _NO_PARTS,
) -> tuple[Table | None, Table | None]:
    """Return two tables, protected as one, of which one holds sums of the other's cells.

    Where no rectangle is wide enough, the finer table is left out (None), and that of its sums is protected alone.

    Args:
        fine: as counted.
        sums: as counted, of the same units.
        part_of: cell of the finer table → the sum that it is part of. The cells of one sum stand in one row or column.
        rooms: the same two of the units that could be moved; None for all of them.
        parts: of rows or columns of the sums, where totals of such are published.
    """
    fine_room, sums_room = rooms or (fine, sums)
    if _is_plain(fine) or _is_plain(sums):
        # Plain totals are sums of rows or columns, which the other table publishes anyway.
        return protect(fine, fine_room), protect(sums, sums_room, parts)
    units = _units(fine, _Level.FINE) | _units(sums, _Level.SUMS)
    movable = _units(fine_room, _Level.FINE) | _units(sums_room, _Level.SUMS)
    withheld = _withheld(units, movable, part_of)
    if withheld is None:
        return None, protect(sums, sums_room, parts)
    return _shown(fine, _Level.FINE, units, withheld), _shown(sums, _Level.SUMS, units, withheld)


def withhold_too(public: Table, others: Iterable[tuple[Table, Table | None]]) -> Table:
    """Return a published table that shows no crossing which others of the same kind withhold.

    Args:
        public: as it would be published.
        others: tables as counted, each with how it is published, None where it is not.
    """
    beside = list(others)
    cells = {
        cell: None if any(_hides(published, true, cell) for true, published in beside) else many
        for cell, many in public.cells.items()
    }
    return replace(public, cells=cells)


def _hides(public: Table | None, true: Table, cell: Cell) -> bool:
    """Tell whether a published table withholds a crossing of which its totals do not say that nothing is there."""
    row, column = cell
    if not true.row_totals.get(row) or not true.column_totals.get(column):
        return False
    if public is None or row not in public.rows or column not in public.columns:
        return True
    return public.cells.get(cell, 0) is None


def _is_plain(table: Table) -> bool:
    """Tell whether a table holds nothing beside its totals."""
    return len(table.rows) < 2 or len(table.columns) < 2


def _units(table: Table, level: _Level) -> dict[_Spot, int]:
    """Return the true units of every cell."""
    return {
        (level, (row, column)): table.cells.get((row, column)) or 0 for row in table.rows for column in table.columns
    }


def _shown(table: Table, level: _Level, units: Mapping[_Spot, int], withheld: Set[_Spot]) -> Table:
    """Return a table as it is published."""
    cells = {cell: None if (at, cell) in withheld else many for (at, cell), many in units.items() if at is level}
    return replace(table, cells=cells)


def _small_together(table: Table, room: Table) -> tuple[Table, Table]:
    """Return a table and its room in which rows with little of that are one row, `OTHERS`, and columns likewise."""
    rows = _parts(table.row_totals, room.row_totals)
    columns = _parts(table.column_totals, room.column_totals)
    return _put_together(table, rows, columns), _put_together(room, rows, columns)


def _put_together(table: Table, rows: Set[str], columns: Set[str]) -> Table:
    """Return a table in which some rows are one row, and some columns one column."""
    cells: dict[Cell, int] = {}
    for (row, column), many in table.cells.items():
        cell = OTHERS if row in rows else row, OTHERS if column in columns else column
        cells[cell] = cells.get(cell, 0) + (many or 0)
    return replace(
        table,
        rows=_kept(table.rows, rows),
        columns=_kept(table.columns, columns),
        cells=cells,
        row_totals=_added(table.row_totals, rows),
        column_totals=_added(table.column_totals, columns),
    )


def _parts(totals: Mapping[str, int | None], rooms: Mapping[str, int | None]) -> set[str]:
    """Return the values that are put together: those with little room, and the next larger until theirs is enough."""
    parts: set[str] = set()
    together = 0
    room = {value: rooms.get(value) or 0 for value, many in totals.items() if many}
    for value in sorted(room, key=lambda one: (room[one], one)):
        if room[value] < SMALL or (parts and together < SMALL) or len(parts) == 1:
            parts.add(value)
            together += room[value]
    return parts


def _kept(values: tuple[str, ...], parts: Set[str]) -> tuple[str, ...]:
    """Return the values of one side with those that are put together as one, at its end."""
    return tuple(one for one in values if one not in parts) + ((OTHERS,) if parts else ())


def _added(totals: Mapping[str, int | None], parts: Set[str]) -> dict[str, int | None]:
    """Return the totals of one side with those that are put together as one."""
    found = {value: many for value, many in totals.items() if value not in parts}
    return found | ({OTHERS: sum(totals[value] or 0 for value in parts)} if parts else {})


def _told_by_parts(table: Table, room: Table, parts: Parts) -> Iterator[Cell]:
    """Yield the cells that would say a small crossing of their parts, to whoever has the parts' totals."""
    for cell, many in table.cells.items():
        for side in (0, 1):
            totals = (table.row_totals, table.column_totals)[side], (room.row_totals, room.column_totals)[side]
            of, across = cell[side], (room.column_totals, room.row_totals)[side].get(cell[1 - side]) or 0
            for units, movable in parts.get(of, ()):
                least, most = _between(units, many or 0, totals[0].get(of) or 0)
                if not most or least >= SMALL:
                    continue
                low, high = _between(movable, room.cells.get(cell) or 0, totals[1].get(of) or 0)
                if high - low < min(SMALL, movable, across):
                    yield cell


def _between(part: int, sum_: int, whole: int) -> tuple[int, int]:
    """Return the least and the most of a part that can stand in a cell, by its total, the cell and that of its side."""
    return max(0, part - (whole - sum_)), min(part, sum_)


def _withheld(
    units: Mapping[_Spot, int],
    room: Mapping[_Spot, int],
    part_of: Callable[[Cell], Cell] | None,
    mixed: Set[_Spot] = frozenset(),
) -> set[_Spot] | None:
    """Return what is withheld: each small crossing, and what must be beside them, with its rectangle.

    Args:
        units: of every cell.
        room: of them, those that could be moved.
        part_of: see `protect_linked`; None for one table.
        mixed: cells that must not be shown however large.

    Returns:
        None where one has no rectangle.
    """
    unsafe = {spot for spot, many in units.items() if 0 < many < SMALL} | mixed
    small = sorted(unsafe, key=lambda one: (one[0].value, one[1]))
    withheld = set(small)
    for spot in small:
        further = _best(units, room, withheld, _around(units, spot, part_of))
        if further is None:
            return None
        withheld |= further.gain | further.lose
    return withheld


def _best(
    units: Mapping[_Spot, int], room: Mapping[_Spot, int], withheld: Set[_Spot], rectangles: Iterator[_Rectangle]
) -> _Rectangle | None:
    """Return the rectangle that withholds as few and as small cells more as do; None where none is wide enough."""
    best: tuple[tuple[int, int, list[Cell]], _Rectangle] | None = None
    for one in rectangles:
        if min(room[spot] for spot in one.lose) + min(room[spot] for spot in one.gain) < SMALL:
            continue
        new = (one.gain | one.lose) - withheld
        cost = (sum(units[spot] for spot in new), len(new), sorted(cell for _level, cell in one.gain))
        if best is None or cost < best[0]:
            best = cost, one
    return best[1] if best else None


def _around(units: Mapping[_Spot, int], spot: _Spot, part_of: Callable[[Cell], Cell] | None) -> Iterator[_Rectangle]:
    """Yield the rectangles that change a cell."""
    fine = [cell for level, cell in units if level is _Level.FINE]
    for cell in [spot[1]] if spot[0] is _Level.FINE else fine:
        if part_of is not None and spot[0] is _Level.SUMS and part_of(cell) != spot[1]:
            continue
        for row, column in fine:
            if row == cell[0] or column == cell[1]:
                continue
            found = _rectangle((cell, (row, column)), ((cell[0], column), (row, cell[1])), part_of)
            if spot in found.gain and found.gain | found.lose <= units.keys():
                yield found


def _rectangle(gain: tuple[Cell, Cell], lose: tuple[Cell, Cell], part_of: Callable[[Cell], Cell] | None) -> _Rectangle:
    """Return a rectangle of the finer table with the sums that it changes: none where what they gain they lose."""
    more = {(_Level.FINE, cell) for cell in gain}
    less = {(_Level.FINE, cell) for cell in lose}
    if part_of is not None:
        gained, lost = ({(_Level.SUMS, part_of(cell)) for cell in cells} for cells in (gain, lose))
        if not gained & lost:
            more, less = more | gained, less | lost
    return _Rectangle(frozenset(more), frozenset(less))
