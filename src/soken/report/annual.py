"""The figures of a year or a part of it, each counted from the units, beside those of the year before."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from soken.report.codes import UNSTATED, code_list
from soken.report.counting import CLEARANCES, Scope, Unit, crossed
from soken.report.funnel import funnel, waiting
from soken.report.span import Span
from soken.route.juvenile import PUNISHABLE

if TYPE_CHECKING:
    from collections.abc import Mapping

    import duckdb


def figures_of(con: duckdb.DuckDBPyConnection, span: Span) -> dict[str, Any]:
    """Return the figures of a year, or of a part of one.

    Args:
        con: holds the units (`soken.report.units.open_units`).
        span: of clearing.

    Returns:
        ``cases``, ``persons`` and ``victims``, each with its total, parts, and change against the same span of the year
        before (None where nothing is known of that); shares in per cent, to one decimal; ``sources``, ``funnel`` and
        ``waiting``, which are as they stood at the cut-off, whatever the year.
    """
    now, before = _figures(con, span), _figures(con, span.before)
    for unit in CLEARANCES:
        changes(now[unit.value], before[unit.value])
    return {
        "year": span.year,
        "period": {
            "part": span.part,
            "first": span.period.first.isoformat(),
            "last": span.period.last.isoformat(),
        },
        **now,
        "sources": _sources(con, span),
        "funnel": funnel(con),
        "waiting": waiting(con),
    }


def figures_as_published(figures: Mapping[str, Any]) -> dict[str, Any]:
    """Return figures of published units, None where nothing was published: of units that are unstated 0 says too much.

    Args:
        figures: what `figures_of` gives; left as it is.
    """
    said = {unit.value: dict(figures[unit.value]) for unit in CLEARANCES}
    for unit, rest, parts in _PARTS:
        for part in parts if said[unit.value][rest] else ():
            said[unit.value][part] = said[unit.value][part] or None
    if said["persons"]["occupation_unstated"]:
        # Of some positions of trust nothing was published, so that the others are not all.
        said["persons"]["positions_of_trust"] = None
    return {**figures, **said}


#: Unit → the figure of what nobody stated, and those that would be more if it were stated.
_PARTS: Final = (
    (Unit.CASES, "unstated", ("production", "provision_display", "possession")),
    (Unit.PERSONS, "age_unstated", ("juvenile",)),
    (Unit.PERSONS, "occupation_unstated", ("teachers",)),
    (Unit.VICTIMS, "form_unstated", ("self_generated", "self_generated_share")),
)


def series(con: duckdb.DuckDBPyConnection, span: Span) -> list[dict[str, Any]]:
    """Return the totals of every year that has a case, in order, for the chart of the series.

    For a part of a year: of every half-year, or of the months of two years up to it. A total of a unit is the number of
    different ones in the span, so that all of them are counted at once.
    """
    kind = "year" if not span.part else "half" if span.part.startswith("H") else "month"
    found: dict[tuple[int, str], dict[str, int]] = {}
    for unit in CLEARANCES:
        sql = _TOTALS[unit].format(part=_PART[kind], punishable=PUNISHABLE)
        for year, part, units in con.execute(sql).fetchall():
            found.setdefault((year, part), {})[unit.value] = units
    spans = [Span(year, part) for year, part in sorted(found)]
    if kind == "month":
        spans = [one for one in spans if Span(span.year - 2, span.part).label < one.label <= span.label]
    return [
        {"year": one.year, "label": one.label}
        | {unit.value: found[one.year, one.part].get(unit.value, 0) for unit in CLEARANCES}
        for one in spans
    ]


#: Kind of span → the part of the year of a case, in SQL.
_PART: Final = MappingProxyType(
    {
        "year": "''",
        "half": "CASE WHEN month(cleared_on) <= 6 THEN 'H1' ELSE 'H2' END",
        "month": "strftime(cleared_on, '%m')",
    }
)
#: Unit → how many there are in each span.
_TOTALS: Final = MappingProxyType(
    {
        Unit.CASES: "SELECT year(cleared_on), {part}, count(*) FROM cases GROUP BY ALL",
        Unit.PERSONS: """SELECT year(cleared_on), {part}, count(DISTINCT person) FROM cases
            JOIN case_persons USING ("case") WHERE age IS NULL OR age >= {punishable} GROUP BY ALL""",
        Unit.VICTIMS: """SELECT year(cleared_on), {part}, count(DISTINCT victim) FROM cases
            JOIN case_victims USING ("case") GROUP BY ALL""",
    }
)


def share(part: int, whole: int) -> float | None:
    """Return a share in per cent to one decimal; None of nothing."""
    return round(100 * part / whole, 1) if whole else None


def changes(now: dict[str, Any], before: Mapping[str, Any]) -> None:
    """Add to the figures of a unit their change against the year before, None where it has none."""
    known = before["total"] > 0
    now["change"] = now["total"] - before["total"] if known else None
    now["change_percent"] = share(now["change"], before["total"]) if known else None


def _figures(con: duckdb.DuckDBPyConnection, span: Span) -> dict[str, dict[str, Any]]:
    """Return the three counts of a span with their parts."""
    scope = Scope(span.period)
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


def _sources(con: duckdb.DuckDBPyConnection, span: Span) -> list[dict[str, Any]]:
    """Return what each source operation adds to a span: one seizure can move the national series (2.14)."""
    scope = Scope(span.period)
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
        if source not in {"none", UNSTATED}
    ]


def _key(code: str) -> str:
    """Return a code as the key of an object."""
    return code.replace("-", "_")
