"""Disclosure control: small crossings are withheld, and so much beside them that nobody can work them out (R40).

A crossing of one to four could point to a person. It is withheld; its row's and column's totals stay, so further cells
have to be withheld as well. Each small crossing gets a *rectangle* of withheld cells: whoever adds to it and takes from
its neighbour in the row does the opposite in the other row, and every total stays as published. How far that can be
driven without a negative cell is a range that the reader cannot narrow (the hypercube method, Repsilber 1994); it must
be as wide as the smallness that it protects. Tests attack the result by linear programming. Tables of one row or column
are plain totals and stay.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from soken.report.tables import Table

#: A crossing of fewer units than this, and of any, is withheld.
SMALL: Final = 5

Cell = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Known:
    """A sum of cells of one row that another published table gives away.

    Attributes:
        cells: of the table to protect.
    """

    cells: frozenset[Cell]


def protect(table: Table, known: Sequence[Known] = ()) -> Table:
    """Return a table with what could point to a person withheld (None); a table of one row or column as it is.

    Where no rectangle is wide enough, every cell is withheld and the totals alone remain.

    Args:
        table: as counted.
        known: which sums of its cells other published tables give away.
    """
    if len(table.rows) < 2 or len(table.columns) < 2:
        return table
    true = {(row, column): table.cells.get((row, column)) or 0 for row in table.rows for column in table.columns}
    small = sorted(cell for cell, units in true.items() if 0 < units < SMALL)
    withheld = set(small)
    for cell in small:
        further = _rectangle(true, withheld, cell, known)
        if further is None:
            withheld = set(true)
            break
        withheld |= further
    return replace(table, cells={cell: None if cell in withheld else units for cell, units in true.items()})


def protect_months(months: Table, halves: Table) -> Table:
    """Return the table by months, protected knowing the protected table of the same rows by half-years."""
    known = [
        Known(frozenset((row, month) for month in months.columns if _half(month) == half))
        for (row, half), units in halves.cells.items()
        if units is not None
    ]
    return protect(months, known)


def _half(month: str) -> str:
    """Return the half-year of a month's code."""
    return ("H1" if int(month) <= 6 else "H2") if month.isdigit() else month


def _rectangle(
    cells: Mapping[Cell, int], withheld: set[Cell], cell: Cell, known: Sequence[Known]
) -> frozenset[Cell] | None:
    """Return the corners to withhold beside a small crossing: as few and as small ones as do; None where none do."""
    best: tuple[int, int, Cell] | None = None
    for row, column in _opposite(cells, cell):
        beside, under, across = (cell[0], column), (row, cell[1]), (row, column)
        if not _keeps(known, cell, beside) or not _keeps(known, under, across):
            continue
        up, down = min(cells[beside], cells[under]), min(cells[cell], cells[across])
        if up + down < SMALL:
            continue
        new = [one for one in (beside, under, across) if one not in withheld]
        cost = (sum(cells[one] for one in new), len(new), across)
        best = cost if best is None else min(best, cost)
    if best is None:
        return None
    row, column = best[2]
    return frozenset({(cell[0], column), (row, cell[1]), (row, column)})


def _opposite(cells: Mapping[Cell, int], cell: Cell) -> Iterator[Cell]:
    """Yield the cells of other rows and columns."""
    return ((row, column) for row, column in cells if row != cell[0] and column != cell[1])


def _keeps(known: Sequence[Known], one: Cell, other: Cell) -> bool:
    """Tell whether to move units between two cells of a row changes no sum that is known."""
    return all((one in sums.cells) == (other in sums.cells) for sums in known)
