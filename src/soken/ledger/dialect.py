"""The driver's own cursor: the ledger's statements are its own, not those of the page or act that it records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.backends.base.base import BaseDatabaseWrapper


class Raw:
    """Runs statements inside the transaction that a connection is in."""

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        connection.ensure_connection()
        self.connection = connection
        self.postgresql = connection.vendor == "postgresql"
        self._cursor: Any = connection.connection.cursor()

    def run(self, statement: str, values: Sequence[Any] = ()) -> None:
        """Run a statement whose places for values are written as ``?``."""
        with self.connection.wrap_database_errors:
            self._cursor.execute(statement.replace("?", "%s") if self.postgresql else statement, values)

    def rows(self, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run a statement and return its rows."""
        self.run(statement, values)
        return list(self._cursor.fetchall())

    def row(self, statement: str, values: Sequence[Any] = ()) -> tuple[Any, ...] | None:
        """Run a statement and return its first row, if there is one."""
        found = self.rows(statement, values)
        return found[0] if found else None
