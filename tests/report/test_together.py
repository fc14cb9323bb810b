"""A year and its half-years, all three published: nobody works out a small crossing from them (R40)."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from soken.report.counting import CLEARANCES, HALVES, Scope, Unit, crossed, crossed_by_halves
from soken.report.span import Span
from soken.report.tables import OTHERS, TableKind, table_kinds
from soken.report.whole import whole_report
from tests.report.attack_together import assert_year_and_halves_tell_nobody
from tests.report.test_linked import BANDS, GROUPS, SOURCE, assert_nobody_is_given_away
from tests.report.units import Units

if TYPE_CHECKING:
    from soken.report.tables import Table

CODES = (
    "cases-group-half", "cases-month", "cases-group-month", "cases-force-group", "persons-age-group",
    "persons-group-juvenile", "persons-age", "persons-force", "victims-relation-stage", "dispositions-half",
    "dispositions-source",
)  # fmt: skip
KINDS = [table_kinds()[code] for code in CODES]
HIDDEN = [TableKind("age-by-force", Unit.PERSONS, "age", "force", "", "")]
LINKED = {
    ("persons-age-group", "persons-group-juvenile"): BANDS,
    ("age-by-force", "persons-force"): BANDS,
}


def attacked(units: Units) -> dict[str, dict[str, Table | None]]:
    with tempfile.TemporaryDirectory() as folder, units.opened(Path(folder)) as con:
        return assert_year_and_halves_tell_nobody(con, SOURCE, KINDS, LINKED, HIDDEN)


def many(
    units: Units, count: int, *, group: str, month: int, at: str = "tokyo", age: int | None = None, again: int = 0
) -> None:
    """Cases of one suspect and one child each; again: in which month both are there once more, elsewhere."""
    for _ in range(count):
        person, child = units.person(age=age), units.victim("primary" if at == "tokyo" else "high")
        units.case(
            date(2017, month, 1), group=group, at=at, persons=(person,),
            victims=((child, "covert", "family" if group == "production" else "none"),),
        )  # fmt: skip
        code = "summary-order" if group == "possession" else "suspension-of-prosecution"
        units.disposition(person, code, month, source="heron" if at == "kyoto" else "")
        if again:
            units.case(
                date(2017, again, 2), group="possession", at="osaka", persons=(person,),
                victims=((child, "other", "network"),),
            )  # fmt: skip
            units.disposition(person, "formal-trial", again)


def cells(table: Table | None, *cell: str) -> int | None:
    assert table is not None
    return table.cells.get((cell[0], cell[1]), 0)


def test_a_half_is_not_told_by_the_year_less_the_other_half() -> None:
    """Three of the first half would be what the year shows less what the second half shows."""
    units = Units()
    for at, groups in {"tokyo": (40, 30, 20), "osaka": (3, 25, 30), "kyoto": (30, 20, 9)}.items():
        for group, count in zip(GROUPS, groups, strict=True):
            many(units, count, group=group, at=at, month=3)
            many(units, 20, group=group, at=at, month=9)
    found = attacked(units)
    assert cells(found["H1"]["cases-force-group"], "osaka", "production") is None, "three"
    assert cells(found["H2"]["cases-force-group"], "osaka", "production") == 20
    assert cells(found[""]["cases-force-group"], "osaka", "production") is None, "else 23 less 20"
    table = found[""]["cases-force-group"]
    assert table is not None
    assert [one for one in table.cells.values() if one is not None], "it is no empty table for that"


def test_a_half_is_published_alike_before_and_after_the_other_half_began() -> None:
    units = Units()
    for at in ("tokyo", "osaka", "kyoto"):
        for number, group in enumerate(GROUPS):
            many(units, 3 if (at, number) == ("osaka", 0) else 12 + 7 * number, group=group, at=at, month=3)
    before = attacked(units)["H1"]
    for at in ("tokyo", "osaka", "kyoto"):
        for group in GROUPS:
            many(units, 2 if at == "kyoto" else 8, group=group, at=at, month=10)
    after = attacked(units)["H1"]
    assert before["cases-force-group"] == after["cases-force-group"]
    assert before["persons-force"] == after["persons-force"]


def test_a_finer_table_that_a_half_leaves_out_the_year_leaves_out_too() -> None:
    """The year's ages less those of the first half are those of the second: one in their twenties, and all adults."""
    units = Units()
    for month, group, age, count in (
        (1, "production", 16, 5), (7, "production", 16, 5), (7, "provision-display", 25, 1),
        (7, "provision-display", 33, 4),
    ):  # fmt: skip
        many(units, count, group=group, age=age, month=month)
    found = attacked(units)
    assert found["H1"]["persons-age-group"] is not None
    assert found["H2"]["persons-age-group"] is None
    assert found[""]["persons-age-group"] is None


def test_who_counts_in_both_halves_takes_no_room_from_the_others() -> None:
    """Known from the totals, they cannot be moved; where few others are left, a half withholds more than by itself."""
    units = Units()
    for count, group, age, month, again in (
        (7, "production", 33, 1, 9), (4, "possession", 16, 1, 0), (11, "provision-display", 25, 1, 0),
        (22, "provision-display", 16, 7, 0), (5, "provision-display", 33, 1, 3), (6, "production", None, 2, 0),
        (9, "provision-display", 16, 1, 0), (4, "possession", None, 2, 3), (2, "production", 33, 8, 3),
    ):  # fmt: skip
        many(units, count, group=group, age=age, month=month, again=again)
    attacked(units)


@pytest.mark.parametrize("part", HALVES)
def test_each_half_alone_gives_nobody_away(part: str) -> None:
    units = Units()
    for month in (1, 2, 8, 9):
        many(units, 2, group="production", month=month, age=16)
        many(units, 30, group="production", month=month, age=33)
        many(units, 21, group="possession", month=month, age=33)
        many(units, 20, group="possession", month=month, age=16)
    public = assert_nobody_is_given_away(units, Span(2017, part))
    assert public["cases-force-group"].total == 146


@settings(max_examples=12, deadline=None)
@given(
    said=st.lists(
        st.tuples(
            st.one_of(st.integers(1, 6), st.integers(5, 25)),
            st.sampled_from(GROUPS),
            st.sampled_from((16, 25, 33, None)),
            st.sampled_from(("tokyo", "osaka", "kyoto")),
            st.sampled_from((1, 2, 7, 8)),
            st.sampled_from((0, 0, 0, 3, 9)),
        ),
        min_size=8,
        max_size=24,
    )
)
def test_no_three_publications_give_a_small_crossing_away(
    said: list[tuple[int, str, int | None, str, int, int]],
) -> None:
    units = Units()
    for count, group, age, at, month, again in said:
        many(units, count, group=group, age=age, at=at, month=month, again=again)
    attacked(units)


def test_both_halves_are_counted_at_once_as_each_is_by_itself() -> None:
    units = Units()
    many(units, 4, group="production", month=2, again=9)
    many(units, 3, group="possession", month=2, age=30)
    many(units, 2, group="possession", month=11, at="osaka", age=16)
    units.add("lawbreaking", 1, "possession", date(2017, 2, 9), "tokyo", "sent", "")
    units.add("lawbreaking", 1, "possession", date(2017, 9, 9), "tokyo", "sent", "")
    with tempfile.TemporaryDirectory() as folder, units.opened(Path(folder)) as con:
        for kind in table_kinds().values():
            by = (kind.rows, kind.columns)
            found = crossed_by_halves(con, kind.unit, by, Scope(Span(2017).period))
            for half in HALVES:
                assert found[half].counts == crossed(con, kind.unit, by, Scope(Span(2017, half).period)), kind.code
        for unit, alone in zip((*CLEARANCES, Unit.LAWBREAKING, Unit.DISPOSED), (7, 3, 3, 0, 3), strict=True):
            told = crossed_by_halves(con, unit, ("source",), Scope(Span(2017).period))
            assert sum(told["H1"].alone.values()) == alone, f"{unit}: four are in the other half too"


#: What has no table of plain totals: sums of such, parts of a year, and whose list it was.
NO_PLAIN = {"juvenile", "half", "year", "source", "decision"}


@pytest.mark.parametrize("part", ["", *HALVES])
def test_every_plain_total_is_published_whatever_a_crossing_puts_together_or_leaves_out(part: str) -> None:
    units = Units()
    for month in (3, 9):
        for group in GROUPS:
            for age in (16, 33):
                for at in ("tokyo", "osaka", "kyoto"):
                    many(units, 20, group=group, at=at, month=month, age=age)
        many(units, 1, group="production", at="nara", month=month, age=33)
        units.disposition(units.person(), "suspect-dead", month, source="egret")
        units.case(date(2017, month, 1), victims=((units.victim("junior-high"), "other", "family"),))
    kinds = list(table_kinds().values())
    with tempfile.TemporaryDirectory() as folder, units.opened(Path(folder)) as con:
        true, public = (whole_report(con, SOURCE, kinds, Span(2017, part), public=one) for one in (False, True))
    crossings = {one.kind.code: one for one in public.tables if len(one.columns) > 1}
    assert {one.code for one in public.left_out} >= {"victims-stage-form", "victims-network-stage"}
    assert {code for code, one in crossings.items() if OTHERS in one.rows} >= {"persons-force", "dispositions-source"}
    plain = {(one.kind.unit, one.kind.rows): one.row_totals for one in public.tables if one.kind.columns == "year"}
    for table in true.tables:
        for side, totals in ((table.kind.rows, table.row_totals), (table.kind.columns, table.column_totals)):
            if side not in NO_PLAIN and (table.kind.unit, side) != (Unit.CASES, "group"):
                assert plain[table.kind.unit, side] == totals, f"{table.kind.unit} by {side}"
    told = [unit.value for unit in CLEARANCES]
    assert [public.figures[one] for one in told] == [true.figures[one] for one in told], "cases by group among them"


@pytest.mark.parametrize(("halves", "told"), [((5, 2), None), ((6, 5), 11), ((5, 0), 5)])
def test_few_lawbreaking_children_of_a_half_are_not_told_by_the_year(halves: tuple[int, int], told: int | None) -> None:
    units = Units()
    units.case()
    for child in range(sum(halves)):
        month = 2 if child < halves[0] else 9
        units.add("lawbreaking", child, "possession", date(2017, month, 9), "tokyo", "sent", "")
    kinds = list(table_kinds().values())
    with tempfile.TemporaryDirectory() as folder, units.opened(Path(folder)) as con:
        found = {part: whole_report(con, SOURCE, kinds, Span(2017, part), public=True) for part in ("", *HALVES)}
    assert found[""].figures["lawbreaking"]["total"] == told
    assert (told is None) is not any(one.kind.unit is Unit.LAWBREAKING for one in found[""].tables)
    assert found["H1"].figures["lawbreaking"]["total"] == halves[0], "it was published before"
