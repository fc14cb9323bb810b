"""What a reader with a pencil and a solver can say of each crossing, from all published and every plain total."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import linprog

from soken.report.disclosure import SMALL
from soken.report.tables import OTHERS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from soken.report.tables import Table

#: A cell: (table, row, column). Equation: (cells with their signs, sum).
Spot = tuple[str, str, str]
Equation = tuple[list[tuple[Spot, int]], int]


def parts(shown: Sequence[str], every: Sequence[str], value: str) -> list[str]:
    """The values that a published one stands for."""
    return [one for one in every if one not in shown] if value == OTHERS else [value]


def known(true: Table, public: Table) -> Iterator[Equation]:
    """All that a published table says of the true one's crossings, and the totals that stand in plain tables."""
    code = true.kind.code

    def spots(rows: Sequence[str], columns: Sequence[str]) -> list[tuple[Spot, int]]:
        return [((code, row, column), 1) for row in rows for column in columns]

    for row in true.rows:
        yield spots([row], true.columns), true.row_totals[row] or 0
    for column in true.columns:
        yield spots(true.rows, [column]), true.column_totals[column] or 0
    for row in public.rows:
        for column in public.columns:
            units = public.cells.get((row, column), 0)
            if units is not None:
                rows, columns = (parts(public.rows, true.rows, row), parts(public.columns, true.columns, column))
                yield spots(rows, columns), units


class Solver:
    """What can be said of sums of crossings by whoever knows others of their sums, and that none is below nothing."""

    def __init__(self, every: Sequence[Spot], told: Sequence[Equation]) -> None:
        self.at = {spot: number for number, spot in enumerate(every)}
        self.left, self.right = np.zeros((len(told), len(every))), np.array([units for _, units in told], float)
        for number, (spots, _) in enumerate(told):
            for spot, sign in spots:
                self.left[number, self.at[spot]] += sign

    def ends(self, spots: Sequence[Spot]) -> tuple[float, float]:
        """The least and the most that crossings can be together."""
        aim = np.zeros(len(self.at))
        for spot in spots:
            aim[self.at[spot]] = 1
        found = []
        for sign in (1, -1):
            solved = linprog(sign * aim, A_eq=self.left, b_eq=self.right)
            assert solved.success, solved.message
            found.append(sign * solved.fun)
        return found[0], found[1]


def assert_not_worked_out(pairs: Sequence[tuple[Table, Table]], further: Sequence[Equation] = ()) -> None:
    """No small crossing of published tables is known to less than a range of five, or than its totals alone tell.

    Args:
        pairs: tables as counted and as published.
        further: what is known of their crossings beside them.
    """
    every = [(true.kind.code, row, column) for true, _ in pairs for row in true.rows for column in true.columns]
    told = [one for true, public in pairs for one in known(true, public)] + list(further)
    solver = Solver(every, told)
    for true, _public in pairs:
        for (row, column), units in true.cells.items():
            if not 0 < (units or 0) < SMALL:
                continue
            least, most = solver.ends([(true.kind.code, row, column)])
            room = min(SMALL, true.row_totals[row] or 0, true.column_totals[column] or 0)
            assert most - least >= room - 1e-6, f"{true.kind.code} {row} {column} is {least} to {most}"


def totals(true: Table) -> Iterator[Equation]:
    """The plain totals of a table."""
    code = true.kind.code
    for row in true.rows:
        yield [((code, row, column), 1) for column in true.columns], true.row_totals[row] or 0
    for column in true.columns:
        yield [((code, row, column), 1) for row in true.rows], true.column_totals[column] or 0


def assert_parts_not_worked_out(fine: Table, links: Sequence[Equation], true: Table, public: Table | None) -> None:
    """No small crossing by parts of which nobody publishes more than the totals, or of their sums, is told by these.

    Args:
        fine: as counted, crossed by the parts.
        links: which of its crossings add up to which of the table of sums.
        true, public: the table of sums, as counted and as published.
    """
    every = [(one.kind.code, row, column) for one in (fine, true) for row in one.rows for column in one.columns]
    plain = [*totals(fine), *totals(true), *links]
    by_totals, solver = Solver(every, plain), Solver(every, [*plain, *(known(true, public) if public else ())])
    for table in (fine, true):
        for (row, column), units in table.cells.items():
            if not 0 < (units or 0) < SMALL:
                continue
            spot = [(table.kind.code, row, column)]
            least, most = solver.ends(spot)
            room = min(SMALL, table.row_totals[row] or 0, table.column_totals[column] or 0)
            if most - least < room - 1e-6:
                low, high = by_totals.ends(spot)
                assert most - least >= min(room, high - low) - 1e-6, f"{spot} is {least} to {most}"
