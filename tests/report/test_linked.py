"""All tables of a publication together give nobody away: attacked at once by linear programming (R40)."""

from __future__ import annotations

import tempfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from soken.report.counting import Scope, Unit
from soken.report.span import Span
from soken.report.tables import Table, TableKind, count_table, table_kinds
from soken.report.whole import Source, whole_report
from tests.report.attack import assert_not_worked_out, assert_parts_not_worked_out
from tests.report.units import Units

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tests.report.attack import Equation

SOURCE = Source("live", 1, final=False, cut_off=datetime(2018, 1, 31, tzinfo=UTC), sha256="0")
YEAR = Span(2017)
GROUPS = ("production", "provision-display", "possession")
#: A sum and its parts, as a reader of the publication knows them.
BANDS = {
    "juvenile": ("14-19",),
    "adult": ("20-29", "30-39", "40-49", "50-59", "60-up"),
    "unstated": ("unstated",),
}
MONTHS = {
    "H1": tuple(f"{month:02}" for month in range(1, 7)),
    "H2": tuple(f"{month:02}" for month in range(7, 13)),
}


#: Crossings that a reader with the totals of the parts would like to know → the table of their sums, and which parts.
PARTS = {
    TableKind("group-by-age", Unit.PERSONS, "group", "age", "", ""): ("persons-group-juvenile", BANDS),
    TableKind("force-by-age", Unit.PERSONS, "force", "age", "", ""): ("persons-force", BANDS),
    TableKind("group-by-month", Unit.CASES, "group", "month", "", ""): ("cases-group-half", MONTHS),
}


def counted(units: Units, span: Span, *, public: bool) -> dict[str, Table]:
    with tempfile.TemporaryDirectory() as folder, units.opened(Path(folder)) as con:
        report = whole_report(con, SOURCE, list(table_kinds().values()), span, public=public)
    return {one.kind.code: one for one in report.tables}


def beside(true: dict[str, Table], public: dict[str, Table]) -> Iterator[Equation]:
    """What linked tables say of one another, where both are published."""
    for fine, sums, of in (
        ("persons-age-group", "persons-group-juvenile", BANDS),
        ("cases-group-month", "cases-group-half", MONTHS),
    ):
        if not all(
            code in public and len(true[code].rows) > 1 and len(true[code].columns) > 1 for code in (fine, sums)
        ):
            continue
        for group in GROUPS:
            for whole, parts in of.items():
                spots = [((fine, *((part, group) if of is BANDS else (group, part))), 1) for part in parts]
                there = [
                    (spot, sign) for spot, sign in spots if spot[1] in true[fine].rows and spot[2] in true[fine].columns
                ]
                if group in true[sums].rows and whole in true[sums].columns:
                    yield [((sums, group, whole), -1), *there], 0


def assert_nobody_is_given_away(units: Units, span: Span = YEAR) -> dict[str, Table]:
    true, public = counted(units, span, public=False), counted(units, span, public=True)
    crossings = [code for code, one in public.items() if len(true[code].rows) > 1 and len(true[code].columns) > 1]
    further = list(beside(true, public))
    linked = {spot[0] for spots, _ in further for spot, _ in spots}
    assert_not_worked_out([(true[code], public[code]) for code in crossings if code in linked], further)
    for code in crossings:
        if code not in linked:
            assert_not_worked_out([(true[code], public[code])])
    with tempfile.TemporaryDirectory() as folder, units.opened(Path(folder)) as con:
        parts = {kind: count_table(con, kind, Scope(span.period)) for kind in PARTS}
    for kind, fine in parts.items():
        sums, of = PARTS[kind]
        assert_parts_not_worked_out(fine, list(sums_of(fine, true[sums], of)), true[sums], public.get(sums))
    return public


def sums_of(fine: Table, sums: Table, of: Mapping[str, Sequence[str]]) -> Iterator[Equation]:
    """Which crossings by parts add up to which of the table of their sums; both have the parts for columns."""
    for row in sums.rows:
        for column in sums.columns:
            parts = [((fine.kind.code, row, part), 1) for part in of.get(column, (column,)) if part in fine.columns]
            yield [((sums.kind.code, row, column), -1), *parts], 0


def many(units: Units, count: int, *, group: str, age: int | None = None, month: int = 5) -> None:
    """Cases of one suspect each."""
    for _ in range(count):
        person = units.person(age=age)
        units.case(date(2017, month, 1), group=group, persons=(person,))


def test_ages_are_not_given_away_by_juveniles_and_adults() -> None:
    units = Units()
    for group, counts in {"production": (70, 150, 3), "possession": (50, 160, 20)}.items():
        for age, count in zip((16, 33, 64), counts, strict=True):
            many(units, count, group=group, age=age)
    assert_nobody_is_given_away(units)


@pytest.mark.parametrize("age", [16, None], ids=["juvenile", "not stated"])
def test_a_small_sum_is_not_given_away_by_its_parts(age: int | None) -> None:
    """The cheapest cells to withhold beside it stand in another group by ages than by juveniles and adults."""
    units = Units()
    many(units, 3, group="production", age=age)
    many(units, 30, group="production", age=33)
    for of_age, possession, provision in ((age, 20, 60), (33, 21, 10), (12, 100, 0), (45, 150, 0)):
        many(units, possession, group="possession", age=of_age)
        many(units, provision, group="provision-display", age=of_age)
    assert_nobody_is_given_away(units)


@pytest.mark.parametrize("months", [(1, 2), (1, 8)], ids=["in a half-year", "in a month"])
def test_months_and_half_years_do_not_give_one_another_away(months: tuple[int, int]) -> None:
    units = Units()
    many(units, 3, group="production", month=months[0])
    many(units, 30, group="production", month=months[1])
    many(units, 40, group="production", month=9)
    for month in (1, 2, 8, 9):
        many(units, 20, group="possession", month=month)
    public = assert_nobody_is_given_away(units)
    assert public["cases-group-half"].cells["possession", "H2"] in (None, 40)


@pytest.mark.parametrize("table", ["persons-group-juvenile", "persons-force"])
def test_the_totals_by_age_and_what_is_shown_of_juveniles_and_adults_tell_no_age(table: str) -> None:
    """Three in their twenties, and adults in one place alone: its total less nobody's says where the three are."""
    units = Units()
    for count, age, here in ((3, 25, True), (40, 33, True), (20, 16, False)):
        for _ in range(count):
            group = "production" if here else "possession"
            units.case(date(2017, 5, 1), group=group, at="tokyo" if here else "osaka", persons=(units.person(age=age),))
    public = assert_nobody_is_given_away(units)
    assert "persons-age-group" not in public
    assert public["persons-age"].row_totals["20-29"] == 3
    assert not any((one or 0) > 0 for one in public[table].cells.values()), "withheld, since it would say it"


@settings(max_examples=15, deadline=None)
@given(
    said=st.lists(
        st.tuples(
            st.one_of(st.integers(1, 6), st.integers(5, 25)),
            st.sampled_from(GROUPS),
            st.sampled_from((None, 12, 16, 18, 25, 33, 64)),
            st.sampled_from((1, 2, 7, 8)),
        ),
        min_size=6,
        max_size=24,
    )
)
def test_no_publication_gives_a_small_crossing_away(said: list[tuple[int, str, int | None, int]]) -> None:
    units = Units()
    for count, group, age, month in said:
        many(units, count, group=group, age=age, month=month)
    assert_nobody_is_given_away(units)
