"""The figures of a year, each counted from the units, beside those of the year before; and what they do not say."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from soken.report.codes import UNSTATED, code_list
from soken.report.counting import CLEARANCES, Period, Scope, Unit, crossed, total
from soken.report.funnel import funnel, waiting

if TYPE_CHECKING:
    from collections.abc import Mapping

    import duckdb


def annual_figures(con: duckdb.DuckDBPyConnection, year: int) -> dict[str, Any]:
    """Return the figures of a year.

    Args:
        con: holds the units (`soken.report.units.open_units`).
        year: of clearing.

    Returns:
        ``cases``, ``persons`` and ``victims``, each with its total, parts, and change against the year before (None
        where nothing is known of that year); shares in per cent, to one decimal; ``sources``, ``funnel`` and
        ``waiting``, which are as they stood at the cut-off, whatever the year.
    """
    now, before = _figures(con, year), _figures(con, year - 1)
    for unit in CLEARANCES:
        changes(now[unit.value], before[unit.value])
    return {"year": year, **now, "sources": _sources(con, year), "funnel": funnel(con), "waiting": waiting(con)}


def series(con: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """Return the totals of every year that has a case, in order, for the chart of the series."""
    years = [row[0] for row in con.execute("SELECT DISTINCT year(cleared_on) FROM cases ORDER BY 1").fetchall()]
    return [
        {"year": year, **{unit.value: total(con, unit, Scope(whole_year(year))) for unit in CLEARANCES}}
        for year in years
    ]


def whole_year(year: int) -> Period:
    """Return the days of a year."""
    return Period(date(year, 1, 1), date(year, 12, 31))


def share(part: int, whole: int) -> float | None:
    """Return a share in per cent to one decimal; None of nothing."""
    return round(100 * part / whole, 1) if whole else None


def changes(now: dict[str, Any], before: Mapping[str, Any]) -> None:
    """Add to the figures of a unit their change against the year before, None where that year has none."""
    known = before["total"] > 0
    now["change"] = now["total"] - before["total"] if known else None
    now["change_percent"] = share(now["change"], before["total"]) if known else None


def _figures(con: duckdb.DuckDBPyConnection, year: int) -> dict[str, dict[str, Any]]:
    """Return the three counts of a year with their parts."""
    scope = Scope(whole_year(year))
    groups = crossed(con, Unit.CASES, ("group",), scope)
    occupations = crossed(con, Unit.PERSONS, ("occupation",), scope)
    juveniles = crossed(con, Unit.PERSONS, ("juvenile",), scope)
    forms = crossed(con, Unit.VICTIMS, ("form",), scope)
    persons, victims = sum(occupations.values()), sum(forms.values())
    trusted = sum(occupations.get((code,), 0) for code, one in code_list("occupations").items() if one.trust)
    generated = forms.get(("self-generated",), 0)
    return {
        "cases": {"total": sum(groups.values())} | {_key(code): groups.get((code,), 0) for code in code_list("groups")},
        "persons": {
            "total": persons,
            "juvenile": juveniles.get(("juvenile",), 0),
            "age_unstated": juveniles.get((UNSTATED,), 0),
            "teachers": occupations.get(("teacher",), 0),
            "positions_of_trust": trusted,
            "occupation_unstated": occupations.get((UNSTATED,), 0),
        },
        "victims": {
            "total": victims,
            "self_generated": generated,
            "self_generated_share": share(generated, victims),
            "form_unstated": forms.get((UNSTATED,), 0),
        },
    }


def _sources(con: duckdb.DuckDBPyConnection, year: int) -> list[dict[str, Any]]:
    """Return what each source operation adds to a year: one seizure can move the national series (2.14)."""
    scope = Scope(whole_year(year))
    found = crossed(con, Unit.CASES, ("source", "group"), scope)
    whole = crossed(con, Unit.CASES, ("group",), scope)
    return [
        {
            "source": source,
            "group": _key(group),
            "cases": units,
            "of": whole[(group,)],
            "share": share(units, whole[(group,)]),
        }
        for (source, group), units in sorted(found.items())
        if source != "none"
    ]


def _key(code: str) -> str:
    """Return a code as the key of an object."""
    return code.replace("-", "_")
