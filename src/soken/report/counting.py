"""The counting rules: what a case, a person and a victim is in a period, and how they are crossed (R38).

- A *case* counts once, in the period in which it was cleared.
- A *person* counts once in a period, however many cases and operations, and every suspect of a case is one; under the
  gravest group of those cases (criminal statistics rules, art. 6; the order of the list of groups), with the first of
  them for place and day. Who is one over several operations, the vintage knows (facts 1.14, 1.15).
- A *victim* counts once in a period, with the first of the cases for form, relation, place and day, and with the
  school stage of that time: in another period with that of then.
- A *lawbreaking child*, under 14 at the act, counts once in a period, and is no case and no person.
- A person *decided on* counts once in a period, under the newest thing that prosecutors decided on them in it.
- By place a unit counts with the force that cleared (the default) or with the one where the offence happened (1.17).
- What nobody said is "unstated" and stays in every total.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from soken.core.errors import BadInputError
from soken.reference.dispositions import disposition_kinds
from soken.report.codes import UNSTATED, code_list
from soken.report.units import holds
from soken.route.juvenile import PUNISHABLE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    import duckdb


class Unit(StrEnum):
    """What is counted. None is ever added to another."""

    CASES = "cases"
    PERSONS = "persons"
    VICTIMS = "victims"
    LAWBREAKING = "lawbreaking"
    DISPOSED = "disposed"


#: The counts of clearances. Lawbreaking children are none: under 14 nobody commits a crime (Penal Code art. 41).
CLEARANCES: Final = (Unit.CASES, Unit.PERSONS, Unit.VICTIMS)


class Place(StrEnum):
    """With which force a unit counts."""

    CLEARED_AT = "cleared-at"
    OCCURRED_AT = "occurred-at"


@dataclass(frozen=True, slots=True)
class Period:
    """Days of clearing, both included.

    Raises:
        BadInputError: it ends before it begins.
    """

    first: date
    last: date

    def __post_init__(self) -> None:
        """Refuse a period that ends before it begins."""
        if self.last < self.first:
            raise BadInputError(f"The period ends on {self.last}, before it begins on {self.first}.")


@dataclass(frozen=True, slots=True)
class Scope:
    """Which units count, and with which force.

    Attributes:
        period: days of clearing.
        place: with which force.
        source: only cases of this source operation; '' for all.
        without: no cases of this source operation; '' for no such limit.
    """

    period: Period
    place: Place = Place.CLEARED_AT
    source: str = ""
    without: str = ""


@dataclass(frozen=True, slots=True)
class HalfCount:
    """Units of a half-year by the values of some attributes.

    Attributes:
        counts: values → all of them.
        alone: values → those that do not count in the other half of the year too.
    """

    counts: dict[tuple[str, ...], int]
    alone: dict[tuple[str, ...], int]


#: The halves of a year, as parts of one (`soken.report.span.Span`).
HALVES: Final = ("H1", "H2")

#: From this age on one is no juvenile (Juvenile Act art. 2); a border of the age bands too.
OF_AGE: Final = 20

#: Attribute → (units that have it, how it is found). Columns: those of `soken.report.units.UNITS`, and "force".
ATTRIBUTES: Final[Mapping[str, tuple[frozenset[Unit], str]]] = MappingProxyType(
    {
        "group": (frozenset({Unit.CASES, Unit.PERSONS, Unit.LAWBREAKING}), '"group"'),
        "force": (frozenset(Unit) - {Unit.DISPOSED}, f"coalesce(nullif(force, ''), '{UNSTATED}')"),
        "source": (frozenset(Unit), "coalesce(nullif(source, ''), 'none')"),
        "network": (frozenset({Unit.CASES, Unit.VICTIMS}), f"coalesce(network, '{UNSTATED}')"),
        "year": (frozenset(Unit), "year(cleared_on)::VARCHAR"),
        "half": (
            frozenset(Unit),
            f"CASE WHEN precision = 'year' THEN '{UNSTATED}' WHEN month(cleared_on) <= 6 THEN 'H1' ELSE 'H2' END",
        ),
        "month": (
            frozenset(Unit),
            f"CASE WHEN precision <> 'day' THEN '{UNSTATED}' ELSE strftime(cleared_on, '%m') END",
        ),
        "age": (frozenset({Unit.PERSONS}), ""),
        "juvenile": (
            frozenset({Unit.PERSONS}),
            f"CASE WHEN age IS NULL THEN '{UNSTATED}' WHEN age < {OF_AGE} THEN 'juvenile' ELSE 'adult' END",
        ),
        "occupation": (frozenset({Unit.PERSONS}), f"coalesce(nullif(occupation, ''), '{UNSTATED}')"),
        "trust": (frozenset({Unit.PERSONS}), ""),
        "measure": (frozenset({Unit.LAWBREAKING}), f"coalesce(nullif(measure, ''), '{UNSTATED}')"),
        "disposition": (frozenset({Unit.DISPOSED}), "disposition"),
        "decision": (frozenset({Unit.DISPOSED}), ""),
        "stage": (frozenset({Unit.VICTIMS}), f"coalesce(nullif(stage, ''), '{UNSTATED}')"),
        "form": (frozenset({Unit.VICTIMS}), f"coalesce(nullif(form, ''), '{UNSTATED}')"),
        "relation": (frozenset({Unit.VICTIMS}), f"coalesce(nullif(relation, ''), '{UNSTATED}')"),
    }
)


def crossed(
    con: duckdb.DuckDBPyConnection, unit: Unit, attributes: Sequence[str], scope: Scope
) -> dict[tuple[str, ...], int]:
    """Count units by the values of some attributes; none of them: the plain total under ``()``.

    Args:
        con: holds the units (`soken.report.units.open_units`).
        unit: what to count.
        attributes: of `ATTRIBUTES`.
        scope: which units, and with which force.

    Raises:
        BadInputError: the unit has no such attribute.
    """
    keys = _keys(unit, attributes)
    grouped = f"GROUP BY {', '.join(str(at + 1) for at in range(len(attributes)))}" if attributes else ""
    rows = con.execute(
        f"WITH {_SCOPED}, counted AS ({_one_each(con, unit, '')}) "  # noqa: S608 (our own words)
        f"SELECT {''.join(f'{key}, ' for key in keys)}count(*) FROM counted {grouped}",
        _parameters(scope),
    ).fetchall()
    return {tuple(row[:-1]): row[-1] for row in rows}


def crossed_by_halves(
    con: duckdb.DuckDBPyConnection, unit: Unit, attributes: Sequence[str], scope: Scope
) -> dict[str, HalfCount]:
    """Count units by the values of some attributes in each half of a year, as `crossed` counts them in each.

    Args:
        con, unit, attributes: see `crossed`.
        scope: of a whole year.

    Returns:
        Both halves by their names (`HALVES`).
    """
    keys = _keys(unit, attributes)
    grouped = ", ".join(str(at + 1) for at in range(len(attributes) + 1))
    rows = con.execute(
        f"WITH {_SCOPED}, counted AS ({_one_each(con, unit, ', part_of_year')}), "  # noqa: S608 (our own words)
        f"told AS (SELECT *, {_ALONE[unit]} AS alone FROM counted) "
        f"SELECT {''.join(f'{key}, ' for key in keys)}part_of_year, count(*), count(*) FILTER (WHERE alone) "
        f"FROM told GROUP BY {grouped}",
        _parameters(scope),
    ).fetchall()
    found = {half: HalfCount({}, {}) for half in HALVES}
    for *values, half, units, alone in rows:
        found[half].counts[tuple(values)] = units
        found[half].alone[tuple(values)] = alone
    return found


def total(con: duckdb.DuckDBPyConnection, unit: Unit, scope: Scope) -> int:
    """Return how many units there are in a scope."""
    return crossed(con, unit, (), scope)[()]


def _half_of(day: str) -> str:
    """Return in which half of its year a day is, in SQL."""
    return f"CASE WHEN month({day}) <= 6 THEN 'H1' ELSE 'H2' END AS part_of_year"


#: The cases of the scope, each with the force that it counts with.
_SCOPED: Final = f"""scoped AS (
    SELECT *, CASE WHEN $occurred THEN occurred_at ELSE cleared_at END AS force, {_half_of("cleared_on")} FROM cases
    WHERE cleared_on BETWEEN $first AND $last AND ($source = '' OR source = $source)
        AND ($without = '' OR source <> $without)
)"""  # noqa: S608 (our own words)

#: Unit → one row for each of them in the scope. arg_min takes the first case; for age, occupation and school stage the
#: first that says it: whoever counts in two years is counted in each with what was so in that year. {rank}: the gravest
#: group. {part}: once in each part of the year, where it is named.
_COUNTED: Final[Mapping[Unit, str]] = MappingProxyType(
    {
        Unit.CASES: "SELECT * FROM scoped",
        Unit.PERSONS: """SELECT person{part}, arg_min("group", {rank}) AS "group", min(cleared_on) AS cleared_on,
            arg_min(force, (cleared_on, "case")) AS force, arg_min(source, (cleared_on, "case")) AS source,
            arg_min(precision, (cleared_on, "case")) AS precision,
            arg_min(age, (cleared_on, "case")) FILTER (WHERE age IS NOT NULL) AS age,
            arg_min(occupation, (cleared_on, "case")) FILTER (WHERE occupation NOT IN ('', '{unstated}')) AS occupation
            FROM scoped JOIN case_persons USING ("case")
            WHERE age IS NULL OR age >= {punishable} GROUP BY person{part}""",
        Unit.VICTIMS: """SELECT victim{part}, min(cleared_on) AS cleared_on,
            arg_min(form, (cleared_on, "case")) AS form, arg_min(relation, (cleared_on, "case")) AS relation,
            arg_min(force, (cleared_on, "case")) AS force,
            arg_min(source, (cleared_on, "case")) AS source, arg_min(network, (cleared_on, "case")) AS network,
            arg_min(precision, (cleared_on, "case")) AS precision,
            arg_min(stage, (cleared_on, "case")) FILTER (WHERE stage NOT IN ('', '{unstated}')) AS stage
            FROM scoped JOIN case_victims USING ("case") GROUP BY victim{part}""",
        Unit.LAWBREAKING: """SELECT child{part}, arg_min("group", {rank}) AS "group", min(guided_on) AS cleared_on,
            'day' AS precision, arg_min(guided_at, (guided_on, entry)) AS force,
            arg_min(source, (guided_on, entry)) AS source, arg_min(measure, (guided_on, entry)) AS measure
            FROM (SELECT *, {guided} FROM lawbreaking) WHERE guided_on BETWEEN $first AND $last
            AND ($source = '' OR source = $source) AND ($without = '' OR source <> $without) GROUP BY child{part}""",
        Unit.DISPOSED: """SELECT person{part}, arg_max(disposition, (decided_on, entry)) AS disposition,
            max(decided_on) AS cleared_on, 'day' AS precision, arg_max(source, (decided_on, entry)) AS source
            FROM (SELECT *, {decided} FROM disposed) WHERE decided_on BETWEEN $first AND $last
            AND ($source = '' OR source = $source) AND ($without = '' OR source <> $without) GROUP BY person{part}""",
    }
)
#: Unit → whether it counts in no other part of the year, in SQL over one row for each of them in each part.
_ALONE: Final = MappingProxyType(
    {
        Unit.CASES: "true",
        Unit.PERSONS: "count(*) OVER (PARTITION BY person) = 1",
        Unit.VICTIMS: "count(*) OVER (PARTITION BY victim) = 1",
        Unit.LAWBREAKING: "count(*) OVER (PARTITION BY child) = 1",
        Unit.DISPOSED: "count(*) OVER (PARTITION BY person) = 1",
    }
)


def _keys(unit: Unit, attributes: Sequence[str]) -> list[str]:
    """Return the attributes in SQL.

    Raises:
        BadInputError: the unit has no such attribute.
    """
    for name in attributes:
        if name not in ATTRIBUTES or unit not in ATTRIBUTES[name][0]:
            has = ", ".join(one for one, (units, _sql) in ATTRIBUTES.items() if unit in units)
            raise BadInputError(f"{unit.value.capitalize()} cannot be counted by {name!r}; they can by {has}.")
    return [_MADE[name]() if name in _MADE else ATTRIBUTES[name][1] for name in attributes]


def _one_each(con: duckdb.DuckDBPyConnection, unit: Unit, part: str) -> str:
    """Return the query that has one row for each unit of the scope, or one in each part of the year."""
    return _COUNTED[unit].format(
        rank=_rank(), unstated=UNSTATED, punishable=_youngest(con), part=part, guided=_half_of("guided_on"),
        decided=_half_of("decided_on"),
    )  # fmt: skip


def _parameters(scope: Scope) -> dict[str, object]:
    """Return what the queries ask the scope for."""
    return {
        "first": scope.period.first,
        "last": scope.period.last,
        "occurred": scope.place is Place.OCCURRED_AT,
        "source": scope.source,
        "without": scope.without,
    }


def _youngest(con: duckdb.DuckDBPyConnection) -> int:
    """Return the age from which on a person of a case is counted.

    A vintage that was taken before anybody under 14 was refused keeps the count that it had (R39).
    """
    return PUNISHABLE if holds(con, Unit.LAWBREAKING.value) else 0


def _rank() -> str:
    """Return how grave a group is, in SQL: the gravest is the least."""
    ranks = " ".join(f"WHEN '{code}' THEN {at}" for at, code in enumerate(code_list("groups")))
    return f'CASE "group" {ranks} END'


def _decisions() -> str:
    """Return what a disposition means for the case, in SQL."""
    cases = " ".join(f"WHEN '{code}' THEN '{one.of.value}'" for code, one in disposition_kinds().items())
    return f"CASE disposition {cases} ELSE '{UNSTATED}' END"


def _trusts() -> str:
    """Return whether an occupation is a position of trust, in SQL; one that the list does not know is not stated."""
    held = {code: "yes" if one.trust else "no" for code, one in code_list("occupations").items() if code != UNSTATED}
    cases = " ".join(f"WHEN '{code}' THEN '{trusted}'" for code, trusted in held.items())
    return f"CASE occupation {cases} ELSE '{UNSTATED}' END"


def _ages() -> str:
    """Return the age band, in SQL."""
    bands = sorted(
        ((one.begins, code) for code, one in code_list("ages").items() if one.begins is not None), reverse=True
    )
    cases = " ".join(f"WHEN age >= {begins} THEN '{code}'" for begins, code in bands)
    return f"CASE WHEN age IS NULL THEN '{UNSTATED}' {cases} END"


#: Attribute → how its SQL is made, where that is of a list.
_MADE: Final[Mapping[str, Callable[[], str]]] = MappingProxyType(
    {"age": _ages, "decision": _decisions, "trust": _trusts}
)
