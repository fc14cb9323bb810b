"""What is published of small crossings: nobody can work them out, and every total stays (R40)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from soken.report.counting import Unit
from soken.report.disclosure import SMALL, protect
from soken.report.tables import OTHERS, Table, TableKind
from tests.report.attack import assert_not_worked_out

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


CASES = {
    "one small crossing": [[1, 20, 30], [40, 50, 60], [70, 80, 90]],
    "small ones in a row": [[2, 3, 30], [40, 50, 60], [70, 80, 90]],
    "two by two": [[4, 9], [8, 7]],
    "a small row": [[1, 1, 1], [100, 100, 100], [90, 80, 70]],
}


@pytest.mark.parametrize("figures", CASES.values(), ids=CASES)
def test_no_small_crossing_can_be_worked_out(figures: list[list[int]]) -> None:
    true, shown = table(figures), protect(table(figures))
    assert shown is not None
    assert shown.total == true.total == sum(shown.row_totals.values()) == sum(shown.column_totals.values())
    assert any(0 < (units or 0) < SMALL for units in true.cells.values())
    assert_not_worked_out([(true, shown)])


@settings(max_examples=25, deadline=None)
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
    if shown is None:
        return
    same = [cell for cell in shown.cells if cell in true.cells]
    assert all(shown.cells[cell] in (None, true.cells[cell]) for cell in same)
    assert not any(units is not None and 0 < units < SMALL for units in shown.cells.values())
    assert_not_worked_out([(true, shown)])


@pytest.mark.parametrize(
    "figures", [[[0, 0, 2], [0, 0, 1]], [[1, 2], [3, 4]], [[2, 0], [0, 900]]], ids=["the demo's", "small", "one cell"]
)
def test_a_table_whose_totals_leave_no_room_is_left_out(figures: list[list[int]]) -> None:
    assert protect(table(figures)) is None


@pytest.mark.parametrize("copies", [1, 8])
def test_one_small_row_costs_a_table_of_large_numbers_little(copies: int) -> None:
    large = [[120, 340, 95], [80, 60, 210], [400, 33, 71], [55, 150, 68], [90, 72, 130]] * copies
    true, shown = table([*large, [1, 1, 0]]), protect(table([*large, [1, 1, 0]]))
    assert shown is not None
    assert shown.rows[-1] == OTHERS
    assert len(shown.rows) == len(large), "the small row stands with the smallest other"
    assert sum(units is None for units in shown.cells.values()) <= 7, "its three cells, and four beside them"
    assert_not_worked_out([(true, shown)])


def test_a_table_without_small_crossings_is_shown_whole() -> None:
    assert shown_cells([[10, 20], [30, 40]]) == table([[10, 20], [30, 40]]).cells


def test_plain_totals_stay_however_small() -> None:
    assert shown_cells([[3], [900]]) == table([[3], [900]]).cells


def shown_cells(figures: list[list[int]]) -> object:
    shown = protect(table(figures))
    return shown and shown.cells
