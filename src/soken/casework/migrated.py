"""What migrations that change rows have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def check_references(schema: BaseDatabaseSchemaEditor) -> None:
    """Have the references of changed rows checked now, and not at the end of the migration.

    A migration makes the index of a new reference as its last step, and PostgreSQL makes none on a table of which
    references still wait to be checked.
    """
    if schema.connection.vendor == "postgresql":
        schema.execute("set constraints all immediate")
