"""The SQL of a table's fields: which column fills which field, on which rows, in which words."""

# ruff: noqa: S608 (names in the queries are numbers and fields of our own; texts are quoted by `sql_text`)
from __future__ import annotations

from typing import TYPE_CHECKING

from soken.core.fields import SECRET_FIELDS
from soken.intake.sql_words import sql_listed, sql_name, sql_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from soken.intake.laid import Laid
    from soken.intake.rules import Columns as Source


class FieldSql:
    """Writes the expressions for the fields of laid-down tables.

    Args:
        lookups: names of the lookups whose tables there are.
        several: several shops in one file have customers.
    """

    def __init__(self, lookups: Iterable[str], *, several: bool) -> None:
        self._lookups = set(lookups)
        self._several = several

    def pivoted(self, one: Laid) -> list[str]:
        """Return the fields of a table of names and values."""
        pivot = one.rule.pivot
        name, value = (one.column(pivot.name), one.column(pivot.value)) if pivot else (None, None)
        if pivot is None or name is None or value is None:
            return []
        by_field: dict[str, list[str]] = {}
        for key, field in pivot.fields.items():
            if field not in SECRET_FIELDS:
                by_field.setdefault(field, []).append(key)
        selected = []
        for field, keys in by_field.items():
            said = " and ".join([f"{name} in ({sql_listed(keys)})", *self._not_blank(one, field, value)])
            selected.append(f"case when {said} then {self.told(one, field, value)} end as {field}")
        return selected

    def told(self, one: Laid, field: str, value: str) -> str:
        """Return a field's value; customer 7 of one shop is not customer 7 of the next in the same database."""
        return f"{sql_text(one.prefix)} || {value}" if field == "account" and self._several else value

    def passes(self, one: Laid) -> str:
        """Return the condition under which a row of a table speaks of somebody."""
        conditions = []
        for name, allowed in one.rule.only.items():
            if column := one.column(name):
                conditions.append(f"coalesce({column} in ({sql_listed(allowed)}), false)")
        return "(" + (" and ".join(conditions) or "true") + ")"

    def spoken(self, one: Laid, field: str, columns: Source, value: str) -> list[str]:
        """Return the conditions under which a field's value says something."""
        return self._when(one, columns) + self._not_blank(one, field, value)

    def _when(self, one: Laid, columns: Source) -> list[str]:
        """Return the conditions on a row's other columns."""
        return [
            f"coalesce({column}, '') in ({sql_listed(allowed)})"
            for name, allowed in columns.when.items()
            if (column := one.column(name))
        ]

    def _not_blank(self, one: Laid, field: str, value: str) -> list[str]:
        """Return the condition that a value is not one with which the shop says nothing."""
        blank = one.rule.blank.get(field)
        return [f"{value} not in ({sql_listed(blank)})"] if blank else []

    def item_conditions(self, one: Laid) -> list[str]:
        """Return the conditions under which a row has an item."""
        sources = [one.rule.fields[name] for name in ("item_key", "item_title") if name in one.rule.fields]
        return self._when(one, sources[0]) if sources else []

    def value(self, one: Laid, columns: Source) -> str:
        """Return the expression of a field's value, '' where the table has none of its columns."""
        parts = [part for name in columns.names if (part := one.column(name))]
        if columns.lookup in self._lookups:
            table = sql_name(f"lookup_{columns.lookup}")
            parts = [f"coalesce((select words from {table} where code = trim({part})), {part})" for part in parts]
        if len(parts) < 2:
            return parts[0] if parts else ""
        return f"nullif(concat_ws({sql_text(columns.join)}, {', '.join(parts)}), '')"
