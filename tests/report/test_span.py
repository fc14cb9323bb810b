"""Reports of a year, a half-year and a month count by the same rules, each beside the one of the year before (R39)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

from soken.core.errors import BadInputError
from soken.report.annual import figures_of, series
from soken.report.counting import CLEARANCES, Place, Scope, Unit, crossed, total
from soken.report.linked import linked_with
from soken.report.span import PARTS, Span
from soken.report.tables import table_kind, table_kinds
from soken.report.whole import Counted, Source, one_table, whole_report
from tests.report.units import Units

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb

SOURCE = Source("live", 1, final=False, cut_off=datetime(2018, 1, 31, tzinfo=UTC), sha256="0")


@pytest.mark.parametrize(
    ("span", "first", "last", "label", "english", "japanese"),
    [
        (Span(2017), date(2017, 1, 1), date(2017, 12, 31), "2017", "2017", "2017年"),
        (Span(2017, "H1"), date(2017, 1, 1), date(2017, 6, 30), "2017-H1", "the first half of 2017", "2017年上半期"),
        (Span(2017, "H2"), date(2017, 7, 1), date(2017, 12, 31), "2017-H2", "the second half of 2017", "2017年下半期"),
        (Span(2016, "02"), date(2016, 2, 1), date(2016, 2, 29), "2016-02", "2016-02", "2016年2月"),
        (Span(2017, "12"), date(2017, 12, 1), date(2017, 12, 31), "2017-12", "2017-12", "2017年12月"),
    ],
    ids=lambda one: str(one),
)
def test_a_span_is_days_with_a_name(
    span: Span, first: date, last: date, label: str, english: str, japanese: str
) -> None:
    assert (span.period.first, span.period.last, span.label) == (first, last, label)
    assert (span.said("en"), span.said("ja")) == (english, japanese)
    assert span.before == Span(span.year - 1, span.part)


@pytest.mark.parametrize("part", ["13", "00", "5", "H3", "Q1"])
def test_a_year_has_no_other_part(part: str) -> None:
    with pytest.raises(BadInputError, match="no part of a year"):
        Span(2017, part)


@pytest.fixture
def con(tmp_path: Path) -> duckdb.DuckDBPyConnection:
    """A person and a child in three months of a year; another of each the year before."""
    units = Units()
    person, child = units.person(age=30), units.victim("primary")
    for month in (2, 3, 9):
        units.case(date(2017, month, 1), persons=(person,), victims=((child, "covert", "none"),), at="osaka")
    other, second = units.person(age=16), units.victim("high")
    units.case(date(2016, 2, 1), group="possession", persons=(other,), victims=((second, "other", "none"),))
    units.add("lawbreaking", 1, "possession", date(2017, 2, 9), "tokyo", "sent", "")
    return units.opened(tmp_path)


@pytest.mark.parametrize(
    ("span", "counts", "changes"),
    [
        (Span(2017), (3, 1, 1), (2, 0, 0)),
        (Span(2017, "H1"), (2, 1, 1), (1, 0, 0)),
        (Span(2017, "H2"), (1, 1, 1), (None, None, None)),
        (Span(2017, "02"), (1, 1, 1), (0, 0, 0)),
        (Span(2017, "05"), (0, 0, 0), (None, None, None)),
    ],
    ids=lambda one: getattr(one, "label", str(one)),
)
def test_each_part_is_counted_by_itself_and_beside_the_same_part_of_the_year_before(
    span: Span, counts: tuple[int, ...], changes: tuple[int | None, ...], con: duckdb.DuckDBPyConnection
) -> None:
    figures = figures_of(con, span)
    assert tuple(figures[unit.value]["total"] for unit in CLEARANCES) == counts
    assert tuple(figures[unit.value]["change"] for unit in CLEARANCES) == changes
    assert figures["period"] == {
        "part": span.part, "first": span.period.first.isoformat(), "last": span.period.last.isoformat(),
    }  # fmt: skip


def test_the_whole_report_of_a_month_says_which_and_counts_its_tables(con: duckdb.DuckDBPyConnection) -> None:
    report = whole_report(con, SOURCE, list(table_kinds().values()), Span(2017, "02"))
    (forces,) = [one for one in report.tables if one.kind.code == "victims-force"]
    assert (forces.rows, forces.total) == (("osaka",), 1), "victims by force"
    assert report.figures["lawbreaking"] == {"total": 1}
    listed = [note for note in report.notes("en") if "cases" in note]
    assert "1 cases, 1 persons, 1 children" in listed[0]


@pytest.mark.parametrize(
    ("part", "labels"),
    [
        ("", ["2016", "2017"]),
        ("H1", ["2016-H1", "2017-H1", "2017-H2"]),
        ("03", ["2017-02", "2017-03"]),
        ("12", ["2016-02", "2017-02", "2017-03", "2017-09"]),
    ],
)
def test_the_series_goes_by_the_same_kind_of_part_and_by_months_over_two_years(
    part: str, labels: list[str], con: duckdb.DuckDBPyConnection
) -> None:
    found = series(con, Span(2017, part))
    expected = labels if part != "03" else ["2016-02", *labels]
    assert [one["label"] for one in found] == expected
    for one in found:
        span = Span(one["year"], one["label"][5:])
        assert [one[unit.value] for unit in CLEARANCES] == [
            total(con, unit, Scope(span.period)) for unit in CLEARANCES
        ], "by the rules of every other count"


def test_victims_are_counted_by_force(con: duckdb.DuckDBPyConnection) -> None:
    assert crossed(con, Unit.VICTIMS, ("force",), Scope(Span(2017).period)) == {("osaka",): 1}


@pytest.mark.parametrize("part", ["", "H1", "02"])
@pytest.mark.parametrize("public", [False, True])
@pytest.mark.parametrize("code", [*table_kinds()])
def test_a_table_alone_is_the_table_of_the_report(code: str, public: bool, part: str, tmp_path: Path) -> None:
    units = Units()
    for at in range(60):
        person, child = units.person(age=14 + at, occupation="teacher" if at % 7 else ""), units.victim("primary")
        units.case(
            date(2017, 1 + at % 3, 1), group="production" if at % 5 else "possession", persons=(person,),
            victims=((child, "covert" if at % 4 else "other", "none"),), source="heron" if at % 3 else "",
        )  # fmt: skip
        units.add("lawbreaking", at, "possession", date(2017, 2, 9), "tokyo", "sent" if at % 2 else "told", "")
    con, kinds = units.opened(tmp_path), list(table_kinds().values())
    span = Span(2017, part)
    report = whole_report(con, SOURCE, kinds, span, public=public)
    alone = one_table(con, table_kind(code), kinds, Counted(span, SOURCE, Place.CLEARED_AT, public))
    assert alone == next((one for one in report.tables if one.kind.code == code), None)
    assert (alone is None) is (code in {one.code for one in report.left_out})


def test_of_a_table_alone_no_more_is_counted_than_what_gives_it_away() -> None:
    kinds = list(table_kinds().values())
    needed = {one.code: {each.code for each in linked_with(one, kinds)} for one in kinds}
    assert needed["cases-group-month"] == {"cases-group-month", "cases-group-half", "cases-month"}
    assert needed["cases-group-half"] == needed["cases-group-month"]
    assert needed["persons-age-group"] == {"persons-age-group", "persons-group-juvenile", "persons-age"}
    assert needed["persons-force"] == {"persons-force", "persons-age"}
    assert needed["cases-force"] == {"cases-force"}
    assert max(map(len, needed.values())) == 3
    assert "" in PARTS
