"""The published national figures are counted again, cell by cell, from units that were made to them (R38, R39)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from soken.report.annual import figures_of
from soken.report.counting import Scope, Unit, crossed
from soken.report.published import TABLES, published_units
from soken.report.span import Span
from soken.report.tables import table_kind
from soken.report.units import open_units, write_units
from soken.report.whole import Report, Source, whole_report

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb


@pytest.fixture(scope="module")
def con(tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    folder = tmp_path_factory.mktemp("published")
    write_units(folder, published_units())
    return open_units(folder)


#: As published; written down here a second time, from the sources, not read from the data file.
PUBLISHED = [
    (2015, "cases.total", 1938), (2015, "cases.production", 1063), (2015, "persons.total", 1483),
    (2015, "victims.total", 905), (2015, "victims.self_generated", 376), (2015, "cases.change", None),
    (2016, "cases.total", 2097), (2016, "cases.production", 1262), (2016, "persons.total", 1531),
    (2016, "victims.total", 1313), (2016, "victims.self_generated", 480), (2016, "victims.self_generated_share", 36.6),
    (2017, "cases.total", 2413), (2017, "cases.change", 316), (2017, "cases.production", 1414),
    (2017, "cases.provision_display", 798), (2017, "cases.possession", 201), (2017, "cases.unstated", 0),
    (2017, "persons.total", 1703), (2017, "persons.teachers", 21), (2017, "victims.total", 1216),
    (2017, "victims.self_generated", 515), (2017, "victims.self_generated_share", 42.4),
    (2018, "cases.total", 3097), (2018, "cases.production", 1417), (2018, "cases.provision_display", 729),
    (2018, "cases.possession", 951), (2018, "persons.total", 2315), (2018, "persons.teachers", 47),
    (2018, "victims.total", 1276), (2018, "victims.change", 60), (2018, "victims.self_generated", 541),
]  # fmt: skip
HALVES = {
    2017: {"production": (724, 690), "provision-display": (387, 411), "possession": (31, 170)},
    2018: {"production": (686, 731), "provision-display": (344, 385), "possession": (393, 558)},
}
FORCES = {"kanagawa": 239, "tokyo": 190, "aichi": 182, "fukuoka": 129, "yamanashi": 8, "shimane": 6}


@pytest.mark.parametrize(("year", "figure", "value"), PUBLISHED, ids=lambda one: str(one))
def test_each_published_figure_is_counted(
    year: int, figure: str, value: float | None, con: duckdb.DuckDBPyConnection
) -> None:
    count, name = figure.split(".")
    assert figures_of(con, Span(year))[count][name] == value


@pytest.mark.parametrize("year", HALVES)
def test_half_years(year: int, con: duckdb.DuckDBPyConnection) -> None:
    found = crossed(con, Unit.CASES, ("group", "half"), Scope(Span(year).period))
    assert found == {
        (group, half): units[at] for group, units in HALVES[year].items() for at, half in enumerate(("H1", "H2"))
    }


def test_forces_and_what_nobody_published_of_them(con: duckdb.DuckDBPyConnection) -> None:
    found = crossed(con, Unit.CASES, ("force",), Scope(Span(2017).period))
    assert found == {(force,): units for force, units in FORCES.items()} | {("unstated",): 2413 - sum(FORCES.values())}


def test_what_one_list_did_to_the_first_half_of_2018(con: duckdb.DuckDBPyConnection) -> None:
    assert figures_of(con, Span(2018))["sources"] == [
        {"source": "list-2017", "group": "possession", "cases": 338, "of": 951, "share": 35.5}
    ]
    halves = crossed(con, Unit.CASES, ("source", "half"), Scope(Span(2018).period))
    assert halves["list-2017", "H1"] == 338


def test_the_funnel_of_the_list(con: duckdb.DuckDBPyConnection) -> None:
    (stages,) = figures_of(con, Span(2017))["funnel"].values()
    assert stages == {"listed": 7000, "chargeable": 2700, "referred": 870}, "what was not published is not said"


def test_one_case_more_is_one_case_more(tmp_path: Path) -> None:
    """The figures are counted, not quoted: another unit is another figure."""
    units: dict[str, Any] = published_units()
    key, _group, *rest = next(one for one in units["cases"] if one[1] == "possession" and one[2].year == 2017)
    units["cases"].remove((key, "possession", *rest))
    units["cases"].append((key, "production", *rest))
    units["case_victims"].append((key, 999, "", "self-generated", ""))
    write_units(tmp_path, units)
    figures = figures_of(open_units(tmp_path), Span(2017))
    assert (figures["cases"]["production"], figures["cases"]["possession"]) == (1415, 200)
    assert (figures["victims"]["total"], figures["victims"]["self_generated"]) == (1217, 516)


def test_the_report_says_what_the_press_has_mixed_up(con: duckdb.DuckDBPyConnection) -> None:
    report = report_of(con, 2017)
    english = " ".join(report.notes("en"))
    assert "42.4 % is a share of the child victims (515 of 1,216)" in english
    assert "1,703 are all persons cleared in the country in 2017" in english
    assert "7,000 in all) 2,700 were judged chargeable and 870 referred" in english
    assert "42.4％は被害児童に占める割合" in " ".join(report.notes("ja"))


def report_of(con: duckdb.DuckDBPyConnection, year: int, *, public: bool = False) -> Report:
    source = Source("published", 1, final=True, cut_off=datetime(2026, 11, 24, tzinfo=UTC), sha256="0" * 64)
    return whole_report(con, source, [table_kind(code) for code in TABLES], Span(year), public=public)


def test_of_what_nobody_published_no_nought_is_said(con: duckdb.DuckDBPyConnection) -> None:
    early, late = report_of(con, 2015).figures, report_of(con, 2017).figures
    assert early["cases"] == {
        "total": 1938, "production": 1063, "provision_display": None, "possession": None, "unstated": 875,
        "change": None, "change_percent": None,
    }  # fmt: skip
    assert late["cases"]["unstated"] == 0, "all of it was published by group"
    persons = {name: late["persons"][name] for name in ("total", "juvenile", "teachers", "positions_of_trust")}
    assert persons == {"total": 1703, "juvenile": None, "teachers": 21, "positions_of_trust": None}
    assert early["persons"]["teachers"] is None
    assert late["victims"]["self_generated"] == 515


@pytest.mark.parametrize("public", [False, True])
def test_tables_have_no_rows_of_which_nothing_was_published_and_their_totals_stay(
    public: bool, con: duckdb.DuckDBPyConnection
) -> None:
    told = {one.kind.code: one for one in report_of(con, 2017, public=public).tables}
    occupations, forms = told["persons-occupation"], told["victims-form"]
    assert (occupations.rows, occupations.total) == (("teacher", "unstated"), 1703)
    assert (forms.rows, forms.total) == (("self-generated", "unstated"), 1216)
    assert told["cases-group-half"].rows == ("production", "provision-display", "possession")
    assert told["cases-source-group"].rows == ("unstated",), "that no case came from a list was not published"
    later = {one.kind.code: one for one in report_of(con, 2018).tables}["cases-source-group"]
    assert later.row_totals == {"list-2017": 338, "unstated": 3097 - 338}
    early = {one.kind.code: one for one in report_of(con, 2015, public=public).tables}["cases-group-half"]
    assert (early.rows, early.columns, early.total) == (("production", "unstated"), ("unstated",), 1938)


def test_units_that_were_recorded_here_keep_their_noughts(con: duckdb.DuckDBPyConnection) -> None:
    source = Source("live", 1, final=True, cut_off=datetime(2026, 11, 24, tzinfo=UTC), sha256="0" * 64)
    told = whole_report(con, source, [table_kind("persons-occupation")], Span(2017))
    assert (told.figures["persons"]["juvenile"], told.tables[0].row_totals["police"]) == (0, 0)
