"""The published tables: what each counts and crosses, its cells with their totals, and its words (data: TOML)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from soken.core.errors import BadInputError
from soken.reference.dispositions import disposition_kinds
from soken.reference.forces import forces
from soken.report.codes import UNSTATED, code_list
from soken.report.counting import Unit, crossed, crossed_by_halves

if TYPE_CHECKING:
    from collections.abc import Mapping

    import duckdb

    from soken.reference.forces import Force
    from soken.report.counting import Scope

_FILE: Final = "tables.toml"
#: Stands for rows, or columns, that a publication puts together because their totals are small.
OTHERS: Final = "others"
#: Values that a table has only where something is counted under them.
_WHERE_COUNTED: Final = frozenset({UNSTATED, "under-14"})
#: Attribute → its code list.
_CODED: Final = MappingProxyType(
    {
        "group": "groups",
        "network": "networks",
        "age": "ages",
        "juvenile": "juveniles",
        "occupation": "occupations",
        "trust": "trusts",
        "stage": "stages",
        "form": "forms",
        "relation": "relations",
        "measure": "measures",
        "decision": "decisions",
    }
)


@dataclass(frozen=True, slots=True)
class TableKind:
    """A table that can be published.

    Attributes:
        code: short name.
        unit: what it counts.
        rows, columns: attributes.
        en, ja: its title.
    """

    code: str
    unit: Unit
    rows: str
    columns: str
    en: str
    ja: str

    def said(self, language: str) -> str:
        """Return the title in "ja", else in English."""
        return self.ja if language == "ja" else self.en


@dataclass(frozen=True, slots=True)
class Table:
    """A counted table.

    Attributes:
        kind: which.
        rows, columns: the values crossed, in order.
        cells: (row, column) → units; what is not there is 0, what is None is withheld.
        row_totals, column_totals: value → units.
        total: all units of the scope.
    """

    kind: TableKind
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: Mapping[tuple[str, str], int | None]
    row_totals: Mapping[str, int | None]
    column_totals: Mapping[str, int | None]
    total: int


@dataclass(frozen=True, slots=True)
class HalfTable:
    """A table of a half-year.

    Attributes:
        table: as counted.
        alone: the same, of the units that do not count in the other half of the year too.
    """

    table: Table
    alone: Table


@cache
def table_kinds() -> Mapping[str, TableKind]:
    """Return the tables by short name, in the order of the report."""
    return MappingProxyType(
        {
            code: TableKind(code, Unit(said["unit"]), said["rows"], said["columns"], said["en"], said["ja"])
            for code, said in _file()["tables"].items()
        }
    )


def table_kind(code: str) -> TableKind:
    """Return a table by its short name.

    Raises:
        BadInputError: there is none of this name.
    """
    if code not in table_kinds():
        raise BadInputError(f"There is no table {code!r}; there are {', '.join(table_kinds())}.")
    return table_kinds()[code]


def count_table(con: duckdb.DuckDBPyConnection, kind: TableKind, scope: Scope) -> Table:
    """Count a table.

    Args:
        con: holds the units (`soken.report.units.open_units`).
        kind: which.
        scope: which units, and with which force.
    """
    cells = crossed(con, kind.unit, (kind.rows, kind.columns), scope)
    return _table(kind, *_values(kind, cells), cells)


def as_published(table: Table) -> Table:
    """Return a table of published units without the rows and columns of which nothing was published.

    Of a value that no unit has, while others are unstated, 0 would say that there was none.
    """
    rows, columns = _published(table.rows, table.row_totals), _published(table.columns, table.column_totals)
    return replace(
        table,
        rows=rows,
        columns=columns,
        row_totals={row: table.row_totals[row] for row in rows},
        column_totals={column: table.column_totals[column] for column in columns},
    )


def _published(values: tuple[str, ...], totals: Mapping[str, int | None]) -> tuple[str, ...]:
    """Return the values of a side of which something was published, all where every unit states its own."""
    return tuple(one for one in values if totals[one]) if totals.get(UNSTATED) else values


def count_halves(con: duckdb.DuckDBPyConnection, kind: TableKind, scope: Scope) -> dict[str, HalfTable]:
    """Count a table in each half of a year, as `count_table` counts it in each.

    Args:
        con, kind: see `count_table`.
        scope: of a whole year.
    """
    found = {}
    for half, told in crossed_by_halves(con, kind.unit, (kind.rows, kind.columns), scope).items():
        sides = _values(kind, told.counts)
        found[half] = HalfTable(_table(kind, *sides, told.counts), _table(kind, *sides, told.alone))
    return found


def _values(kind: TableKind, cells: Mapping[tuple[str, ...], int]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the values of both sides of a table, in order."""
    rows, columns = (_ordered(name, {pair[at] for pair in cells}) for at, name in enumerate((kind.rows, kind.columns)))
    return rows, columns


def _table(
    kind: TableKind, rows: tuple[str, ...], columns: tuple[str, ...], cells: Mapping[tuple[str, ...], int]
) -> Table:
    """Return a table with its totals."""
    pairs: dict[tuple[str, str], int | None] = {(row, column): units for (row, column), units in cells.items()}
    return Table(
        kind,
        rows,
        columns,
        MappingProxyType(pairs),
        {row: sum(units for (one, _), units in cells.items() if one == row) for row in rows},
        {column: sum(units for (_, one), units in cells.items() if one == column) for column in columns},
        sum(cells.values()),
    )


def value_words(attribute: str, value: str, language: str) -> str:
    """Return a value of an attribute in "ja", else in English."""
    if value == OTHERS:
        return word(OTHERS, language)
    if attribute in _CODED:
        return code_list(_CODED[attribute])[value].said(language)
    if attribute == "disposition" and value in disposition_kinds():
        return disposition_kinds()[value].said(language)
    if attribute == "force" and value in _forces():
        return _forces()[value].said(language)
    if attribute == "month" and value != UNSTATED:
        return f"{int(value)}月" if language == "ja" else value
    return word(value, language) if value in _file()["words"] else value


def attribute_words(attribute: str, language: str) -> str:
    """Return what an attribute is called."""
    return _said(_file()["attributes"][attribute], language)


def unit_words(unit: Unit, language: str) -> tuple[str, str]:
    """Return what a unit is called, and its definition."""
    said = _file()["units"][unit.value]
    return _said(said, language), str(said["definition-ja" if language == "ja" else "definition-en"])


def filter_words(unit: Unit, language: str) -> str:
    """Return which units of a period a table counts, with ``{first}``, ``{last}`` and ``{place}`` to be filled in."""
    return str(_file()["units"][unit.value]["filter-ja" if language == "ja" else "filter-en"])


def word(code: str, language: str) -> str:
    """Return a word of the tables."""
    return _said(_file()["words"][code], language)


def _ordered(attribute: str, values: set[str]) -> tuple[str, ...]:
    """Return the values of one side in their list's order; every code of a short list, of long ones what occurs."""
    if attribute == "force":
        order = [*_forces(), UNSTATED]
        return tuple(one for one in order if one in values)
    if attribute == "disposition":
        listed = tuple(one for one in disposition_kinds() if one in values)
        return listed + tuple(sorted(values - set(listed)))
    if attribute in _CODED:
        known = tuple(code_list(_CODED[attribute]))
        return tuple(one for one in known if one not in _WHERE_COUNTED or one in values)
    return tuple(sorted(values - {UNSTATED, "none"})) + tuple(one for one in ("none", UNSTATED) if one in values)


def _forces() -> Mapping[str, Force]:
    """Return the forces; their names and their order have not changed in the years that are counted."""
    return forces(date.max)


def _said(said: Mapping[str, str], language: str) -> str:
    return said["ja" if language == "ja" else "en"]


@cache
def _file() -> dict[str, Any]:
    """Return the file as it is."""
    return tomllib.loads(files("soken.report").joinpath(_FILE).read_text("utf-8"))
