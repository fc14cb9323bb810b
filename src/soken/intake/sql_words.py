"""Texts and names as they stand in DuckDB's SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def sql_text(value: str) -> str:
    """Return a text as an SQL literal."""
    return "'" + value.replace("'", "''") + "'"


def sql_listed(values: Iterable[str]) -> str:
    """Return texts as a list of SQL literals."""
    return ", ".join(sql_text(value) for value in sorted(values))


def sql_name(value: str) -> str:
    """Return a name as an SQL identifier."""
    return '"' + value.replace('"', '""') + '"'
