"""Cases, persons and victims are three counts; each unit counts once, and what nobody said stays in the total (R38)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from soken.core.errors import BadInputError
from soken.report.annual import figures_of, share
from soken.report.codes import code_list, known_code
from soken.report.counting import Period, Place, Scope, Unit, crossed, total
from soken.report.span import Span
from soken.report.tables import count_table, table_kind, table_kinds, value_words
from tests.report.units import Units

if TYPE_CHECKING:
    from pathlib import Path

YEAR = Scope(Span(2017).period)


def test_a_person_with_three_cases_is_one_person_under_the_gravest_group(tmp_path: Path) -> None:
    units = Units()
    person = units.person(age=37)
    for group in ("possession", "production", "provision-display"):
        units.case(group=group, persons=(person,))
    con = units.opened(tmp_path)
    assert total(con, Unit.CASES, YEAR) == 3
    assert crossed(con, Unit.PERSONS, ("group",), YEAR) == {("production",): 1}


def test_a_child_of_two_cases_is_one_victim_with_the_first_of_them(tmp_path: Path) -> None:
    units = Units()
    child = units.victim("primary")
    units.case(date(2017, 9, 1), victims=((child, "covert", "none"),))
    units.case(date(2017, 2, 1), victims=((child, "self-generated", "network"),))
    con = units.opened(tmp_path)
    assert crossed(con, Unit.VICTIMS, ("stage", "form"), YEAR) == {("primary", "self-generated"): 1}


def test_a_child_of_cases_of_two_years_counts_in_each_with_the_school_stage_of_then(tmp_path: Path) -> None:
    units = Units()
    child = units.victim()
    units.case(date(2016, 9, 1), victims=((child, "covert", "none"),), stage="primary")
    units.case(date(2017, 2, 1), victims=((child, "covert", "none"),), stage="")
    units.case(date(2017, 9, 1), victims=((child, "covert", "none"),), stage="junior-high")
    con = units.opened(tmp_path)
    stages = [crossed(con, Unit.VICTIMS, ("stage",), Scope(Span(year).period)) for year in (2016, 2017)]
    assert stages == [{("primary",): 1}, {("junior-high",): 1}], "of the cases of a year, the first that states it"


def test_a_person_cleared_in_two_years_counts_in_each(tmp_path: Path) -> None:
    units = Units()
    person = units.person()
    units.case(date(2016, 12, 31), persons=(person,))
    units.case(date(2017, 1, 1), persons=(person,))
    con = units.opened(tmp_path)
    assert [total(con, Unit.PERSONS, Scope(Span(year).period)) for year in (2016, 2017)] == [1, 1]


def test_by_place_of_clearing_or_by_place_of_the_offence(tmp_path: Path) -> None:
    units = Units()
    units.case(at="tokyo", occurred="osaka")
    units.case(at="tokyo")
    con = units.opened(tmp_path)
    assert crossed(con, Unit.CASES, ("force",), YEAR) == {("tokyo",): 2}
    occurred = Scope(Span(2017).period, Place.OCCURRED_AT)
    assert crossed(con, Unit.CASES, ("force",), occurred) == {("osaka",): 1, ("unstated",): 1}


@pytest.mark.parametrize(
    ("scope", "cases"),
    [
        (Scope(Span(2017).period, source="list-2017"), 1),
        (Scope(Span(2017).period, without="list-2017"), 2),
        (Scope(Period(date(2017, 6, 30), date(2017, 6, 30))), 1),
    ],
    ids=["of one list", "without it", "one day"],
)
def test_what_one_list_did_to_the_numbers(scope: Scope, cases: int, tmp_path: Path) -> None:
    units = Units()
    units.case(source="list-2017")
    units.case(date(2017, 6, 30))
    units.case()
    assert total(units.opened(tmp_path), Unit.CASES, scope) == cases


@pytest.mark.parametrize(
    ("age", "band", "juvenile"),
    [
        (None, "unstated", "unstated"),
        (14, "14-19", "juvenile"),
        (19, "14-19", "juvenile"),
        (20, "20-29", "adult"),
        (60, "60-up", "adult"),
    ],
)
def test_ages(age: int | None, band: str, juvenile: str, tmp_path: Path) -> None:
    units = Units()
    units.case(persons=(units.person(age=age),))
    assert crossed(units.opened(tmp_path), Unit.PERSONS, ("age", "juvenile"), YEAR) == {(band, juvenile): 1}


def test_nobody_under_fourteen_is_a_cleared_person(tmp_path: Path) -> None:
    """Not even of a vintage that was taken while such a person could be recorded."""
    units = Units()
    units.case(persons=(units.person(age=13), units.person(age=14)))
    con = units.opened(tmp_path)
    assert crossed(con, Unit.PERSONS, ("age",), YEAR) == {("14-19",): 1}
    assert total(con, Unit.LAWBREAKING, YEAR) == 0, "nor is anybody a lawbreaking child by a slip"


def test_a_lawbreaking_child_is_one_child_and_neither_a_case_nor_a_person(tmp_path: Path) -> None:
    units = Units()
    for child, on, group in ((1, date(2017, 3, 1), "possession"), (1, date(2017, 2, 1), "production")):
        units.add("lawbreaking", child, group, on, "tokyo", "sent", "heron")
    units.add("lawbreaking", 2, "possession", date(2016, 12, 31), "tokyo", "", "")
    con = units.opened(tmp_path)
    assert [total(con, unit, YEAR) for unit in Unit] == [0, 0, 0, 1, 0]
    assert crossed(con, Unit.LAWBREAKING, ("group", "measure", "force"), YEAR) == {("production", "sent", "tokyo"): 1}
    assert total(con, Unit.LAWBREAKING, Scope(Span(2017).period, without="heron")) == 0


@pytest.mark.parametrize(("unit", "attribute"), [("cases", "age"), ("victims", "occupation"), ("persons", "form")])
def test_a_unit_is_not_counted_by_what_it_has_not(unit: str, attribute: str, tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match=f"cannot be counted by '{attribute}'; they can by"):
        crossed(Units().opened(tmp_path), Unit(unit), (attribute,), YEAR)


def test_a_period_does_not_end_before_it_begins() -> None:
    with pytest.raises(BadInputError, match="before it begins"):
        Period(date(2017, 2, 1), date(2017, 1, 31))


@pytest.mark.parametrize(("part", "whole", "said"), [(515, 1216, 42.4), (0, 7, 0.0), (1, 0, None)])
def test_shares(part: int, whole: int, said: float | None) -> None:
    assert share(part, whole) == said


def test_a_change_is_not_said_against_a_year_of_which_nothing_is_known(tmp_path: Path) -> None:
    units = Units()
    units.case()
    figures = figures_of(units.opened(tmp_path), Span(2017))
    assert (figures["cases"]["total"], figures["cases"]["change"], figures["cases"]["change_percent"]) == (
        1,
        None,
        None,
    )


def test_a_code_must_be_known_on_its_day() -> None:
    assert known_code("stages", "").code == "unstated"
    with pytest.raises(BadInputError, match="none of the groups: give one of production"):
        known_code("groups", "theft")
    with pytest.raises(BadInputError, match="none of the groups"):
        known_code("groups", "production", day=date(1999, 10, 31))


_CASES = st.lists(
    st.tuples(
        st.sampled_from(list(code_list("groups"))),
        st.integers(0, 364),
        st.sampled_from(["tokyo", "osaka", ""]),
        st.integers(0, 4),
        st.lists(st.tuples(st.integers(0, 3), st.sampled_from(list(code_list("forms")))), max_size=2),
    ),
    max_size=12,
)


@settings(max_examples=20)
@given(made=_CASES)
def test_every_table_adds_up_to_the_plain_total(
    made: list[tuple[str, int, str, int, list[tuple[int, str]]]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    units = Units()
    persons = [units.person(age=age) for age in (None, 12, 19, 40, 70)]
    victims = [units.victim(stage) for stage in ("", "primary", "high", "other")]
    for group, day, force, person, children in made:
        told = {victims[child]: form for child, form in children}
        units.case(
            date(2017, 1, 1) + timedelta(days=day),
            group=group,
            at=force,
            persons=(persons[person],),
            victims=tuple((child, form, "") for child, form in told.items()),
        )
    con = units.opened(tmp_path_factory.mktemp("units"))
    for kind in table_kinds().values():
        table = count_table(con, kind, YEAR)
        whole = total(con, kind.unit, YEAR)
        assert table.total == whole == sum(table.row_totals.values()) == sum(table.column_totals.values())
        assert all(value_words(kind.rows, row, language) for row in table.rows for language in ("ja", "en"))


def test_an_unknown_table_is_answered_with_all() -> None:
    with pytest.raises(BadInputError, match="there are cases-group-half"):
        table_kind("cases-by-moon")


def test_who_held_a_position_of_trust_is_a_table_of_its_own(tmp_path: Path) -> None:
    """R39: each occupation says whether it is one; what nobody stated is neither."""
    units = Units()
    for occupation in ("teacher", "medical", "police", "employee", "unemployed", ""):
        units.case(date(2017, 1, 3), persons=(units.person(occupation=occupation),))
    table = count_table(units.opened(tmp_path), table_kind("persons-trust"), YEAR)
    assert table.row_totals == {"yes": 3, "no": 2, "unstated": 1}
    assert table.total == 6
