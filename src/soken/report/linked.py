"""Which tables of a report give one another away: those of which one holds sums of the other's cells (R40)."""

from __future__ import annotations

from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from soken.report.codes import UNSTATED, code_list
from soken.report.counting import OF_AGE
from soken.report.disclosure import protect, protect_linked

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from soken.report.disclosure import Cell, Parts
    from soken.report.tables import Table, TableKind

#: Attribute → the attribute whose values are sums of its values.
_SUMS: Final[Mapping[str, str]] = MappingProxyType({"age": "juvenile", "month": "half"})
#: Columns of a table of plain totals.
_PLAIN: Final = "year"
_FIRST_HALF: Final = 6


def protect_all(tables: Sequence[Table], rooms: Sequence[Table] | None = None) -> list[Table | None]:
    """Return the tables of a report with small crossings withheld, so that no two of them together give one away.

    Args:
        tables: as counted, from the same units in the same scope.
        rooms: the same, of the units that could be moved (`soken.report.disclosure`); None for all of them.

    Returns:
        In the same order; None for those that cannot be published.
    """
    movable = dict(zip((one.kind.code for one in tables), rooms or tables, strict=True))
    found: dict[str, Table | None] = {}
    for fine in tables:
        for sums in tables:
            if _sums_up(fine.kind, sums.kind):
                part_of = partial(_part_of, fine.kind, sums.kind)
                room, parts = (movable[fine.kind.code], movable[sums.kind.code]), _parts(sums, tables, movable)
                found[fine.kind.code], found[sums.kind.code] = protect_linked(fine, sums, part_of, room, parts)
    return [
        found[one.kind.code]
        if one.kind.code in found
        else protect(one, movable[one.kind.code], _parts(one, tables, movable))
        for one in tables
    ]


def _parts(sums: Table, tables: Sequence[Table], movable: Mapping[str, Table]) -> Parts:
    """Return what tables of plain totals say of the parts of a table's rows and columns."""
    found: dict[str, list[tuple[int, int]]] = {}
    for plain in tables:
        if _tells_parts(plain.kind, sums.kind):
            could_be = movable[plain.kind.code].row_totals
            for value, many in plain.row_totals.items():
                found.setdefault(_summed(plain.kind.rows, value)[1], []).append((many or 0, could_be.get(value) or 0))
    return found


def _tells_parts(plain: TableKind, sums: TableKind) -> bool:
    """Tell whether a table holds the plain totals of parts of the other's rows or columns."""
    summed = _SUMS.get(plain.rows)
    return plain.unit is sums.unit and plain.columns == _PLAIN and summed in {sums.rows, sums.columns}


def linked_with(kind: TableKind, kinds: Sequence[TableKind]) -> list[TableKind]:
    """Return the tables that have to be counted for one of them to be published: it, and those linked with it."""
    linked = [one for one in kinds if one is kind or _sums_up(one, kind) or _sums_up(kind, one)]
    return [one for one in kinds if one in linked or any(_tells_parts(one, other) for other in linked)]


def is_finer(kind: TableKind, kinds: Sequence[TableKind]) -> bool:
    """Tell whether a table's cells add up to those of another."""
    return any(_sums_up(kind, one) for one in kinds)


def _sums_up(fine: TableKind, sums: TableKind) -> bool:
    """Tell whether a table's cells are sums of the other's; either may have rows for columns."""
    one, other = {fine.rows, fine.columns}, {sums.rows, sums.columns}
    return fine.unit is sums.unit and one != other and {_SUMS.get(name, name) for name in one} == other


def _part_of(fine: TableKind, sums: TableKind, cell: Cell) -> Cell:
    """Return the cell of a table of sums that a cell of the finer table is part of."""
    by = dict(_summed(name, value) for name, value in zip((fine.rows, fine.columns), cell, strict=True))
    return by[sums.rows], by[sums.columns]


def _summed(attribute: str, value: str) -> tuple[str, str]:
    """Return under which attribute and value a value is summed up; itself where no table does."""
    if attribute not in _SUMS or value == UNSTATED:
        return _SUMS.get(attribute, attribute), value
    if attribute == "month":
        return "half", "H1" if int(value) <= _FIRST_HALF else "H2"
    begins = code_list("ages")[value].begins
    return "juvenile", "juvenile" if begins is not None and begins < OF_AGE else "adult"
