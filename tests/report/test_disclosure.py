"""What is published of small crossings: nobody can work them out, and every total stays (R40)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from soken.report.counting import Unit
from soken.report.disclosure import SMALL, protect, protect_months
from soken.report.tables import Table, TableKind

if TYPE_CHECKING:
    from collections.abc import Sequence

KIND = TableKind("t", Unit.CASES, "force", "group", "t", "t")


def table(figures: Sequence[Sequence[int]], columns: Sequence[str] | None = None) -> Table:
    rows = tuple(f"r{at}" for at in range(len(figures)))
    named = tuple(columns or (f"c{at}" for at in range(len(figures[0]))))
    cells = {(row, column): figures[i][j] for i, row in enumerate(rows) for j, column in enumerate(named)}
    return Table(
        KIND,
        rows,
        named,
        cells,
        {row: sum(figures[i]) for i, row in enumerate(rows)},
        {column: sum(one[j] for one in figures) for j, column in enumerate(named)},
        sum(map(sum, figures)),
    )


def worked_out(shown: Table) -> dict[tuple[str, str], tuple[float, float]]:
    """What a reader with a pencil and a solver can say of each withheld cell: from the published figures alone."""
    hidden = [cell for cell, units in shown.cells.items() if units is None]
    found = {}
    equations, sums = [], []
    for side, totals in ((0, shown.row_totals), (1, shown.column_totals)):
        for value, whole in totals.items():
            inside = [cell[side] == value for cell in hidden]
            if any(inside):
                equations.append(inside)
                sums.append(whole - sum(u for cell, u in shown.cells.items() if cell[side] == value and u is not None))
    for at in range(len(hidden)):
        aim = np.eye(len(hidden))[at]
        ends = [linprog(sign * aim, A_eq=np.array(equations, float), b_eq=sums).fun * sign for sign in (1, -1)]
        found[hidden[at]] = (ends[0], ends[1])
    return found


CASES = {
    "one small crossing": [[1, 20, 30], [40, 50, 60], [70, 80, 90]],
    "small ones in a row": [[2, 3, 30], [40, 50, 60], [70, 80, 90]],
    "a small one among nothing": [[3, 0], [0, 900]],
    "two by two": [[4, 9], [8, 7]],
    "every crossing small": [[1, 2], [3, 4]],
    "a small row": [[1, 1, 1], [100, 100, 100]],
}


@pytest.mark.parametrize("figures", CASES.values(), ids=CASES)
def test_no_small_crossing_can_be_worked_out(figures: list[list[int]]) -> None:
    true, shown = table(figures), protect(table(figures))
    assert (shown.row_totals, shown.column_totals, shown.total) == (true.row_totals, true.column_totals, true.total)
    small = {cell for cell, units in true.cells.items() if units is not None and 0 < units < SMALL}
    assert small
    for cell, (low, high) in worked_out(shown).items():
        if cell in small:
            # Where totals alone leave no room, everything is withheld and no more can be done.
            everything = all(units is None for units in shown.cells.values())
            assert everything or high - low >= SMALL - 1e-6


@settings(max_examples=25)
@given(
    figures=st.integers(2, 5).flatmap(
        lambda wide: st.lists(
            st.lists(st.one_of(st.integers(0, 6), st.integers(0, 300)), min_size=wide, max_size=wide),
            min_size=2,
            max_size=6,
        )
    )
)
def test_no_table_gives_a_small_crossing_away(figures: list[list[int]]) -> None:
    true, shown = table(figures), protect(table(figures))
    assert all(units is None or units == true.cells[cell] for cell, units in shown.cells.items())
    assert not any(units is not None and 0 < units < SMALL for units in shown.cells.values())
    if all(units is None for units in shown.cells.values()):
        return
    for cell, (low, high) in worked_out(shown).items():
        if 0 < (true.cells[cell] or 0) < SMALL:
            assert high - low >= SMALL - 1e-6


def test_a_table_without_small_crossings_is_shown_whole() -> None:
    assert protect(table([[10, 20], [30, 40]])).cells == table([[10, 20], [30, 40]]).cells


def test_plain_totals_stay_however_small() -> None:
    assert protect(table([[3], [900]])).cells == table([[3], [900]]).cells


def test_half_years_do_not_give_away_months() -> None:
    columns = [f"{month:02}" for month in range(1, 13)]
    months = table([[2, 30, 30, 30, 30, 30] + [40] * 6, [50] * 12], columns)
    halves = protect(table([[152, 240], [300, 300]], ["H1", "H2"]))
    shown = protect_months(months, halves)
    hidden = [cell for cell, units in shown.cells.items() if units is None]
    assert ("r0", "01") in hidden
    first = [cell for cell in hidden if cell[0] == "r0" and int(cell[1]) <= 6]
    assert len(first) > 1, "the half-year's figure would give away a single withheld month"
