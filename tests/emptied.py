"""A test's database is emptied of what the test put there, and of nothing else.

Django empties every table, and then makes anew whatever comes after a migration: content types, permissions, hundreds
of triggers, the policies of rows. Almost all tables were empty, and what was made still stands. So only those with rows
are emptied; and what comes after a migration is made anew where a test took some of it away.
"""

from __future__ import annotations

from graphlib import TopologicalSorter
from typing import TYPE_CHECKING, Any, Final

from django.apps import apps
from django.core.management.commands import flush
from django.db import connections, transaction
from django.db.backends.base.operations import BaseDatabaseOperations

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.backends.base.base import BaseDatabaseWrapper

#: What comes after a migration fills, the same each time.
_FILLED: Final = frozenset({"django_content_type", "auth_permission"})
#: Asks which tables hold rows, on PostgreSQL which ever held some: there it would look at the policies of all.
_FULL: Final[dict[str, Callable[[list[str]], str]]] = {
    "sqlite": lambda tables: " union all ".join(f"select '{one}' where exists (select 1 from {one})" for one in tables),
    "postgresql": lambda _tables: (
        "select relname from pg_class "
        "where relnamespace = current_schema()::regnamespace and relkind = 'r' and pg_relation_size(oid) > 0"
    ),
}
#: Everything that the receivers of post_migrate make, in an order.
_MADE: Final = {
    "sqlite": "select type, name, sql from sqlite_master order by type, name",
    "postgresql": """
        select 't', tgrelid::regclass::text, tgname, tgenabled::text, tgfoid::regproc::text
          from pg_trigger where not tgisinternal
        union all select 'p', polrelid::regclass::text, polname, obj_description(oid, 'pg_policy'), ''
          from pg_policy
        union all select 'c', relname, relkind::text, relrowsecurity::text, relforcerowsecurity::text
          from pg_class where relnamespace = current_schema()::regnamespace
        union all select 'f', proname, md5(prosrc), '', ''
          from pg_proc where pronamespace = current_schema()::regnamespace
        order by 1, 2, 3, 4, 5""",
}
#: What stood in each database before the first test.
_stood: dict[str, list[Any]] = {}
_make_anew = flush.emit_post_migrate_signal


def _order() -> list[str]:
    """Return the tables that tests fill, each before those that its rows belong to."""
    pointed_at: dict[str, set[str]] = {}
    for model in apps.get_models(include_auto_created=True):
        table = model._meta.db_table
        pointed_at.setdefault(table, set())
        for field in model._meta.local_concrete_fields:
            if field.is_relation and (to := field.related_model._meta.db_table) != table:
                pointed_at.setdefault(to, set()).add(table)
    return [table for table in TopologicalSorter(pointed_at).static_order() if table not in _FILLED]


def full(using: BaseDatabaseWrapper, tables: list[str]) -> set[str]:
    """Return which tables hold rows; on PostgreSQL which ever held some."""
    with using.cursor() as cursor:
        cursor.execute(_FULL[using.vendor](tables))
        return {one for (one,) in cursor.fetchall()}


def _empty(operations: BaseDatabaseOperations, _statements: list[str]) -> None:
    """Take the rows out of the tables that hold some; the ledger would refuse, and would record every row that goes."""
    from soken.access.eyes import machine_sees_all
    from soken.ledger.triggers import refusing

    using, tables = operations.connection.alias, _order()
    with machine_sees_all(), transaction.atomic(using=using), operations.connection.cursor() as cursor:
        filled = full(operations.connection, tables)
        refusing(using, on=False)
        # What is caught meanwhile is written to the second of these.
        for table in [*(one for one in tables if one in filled), "ledger_entry_pending"]:
            cursor.execute(f"delete from {table}")
        refusing(using, on=True)


def _made(using: str) -> list[Any]:
    """Return what came after the migration of a database, in words to be compared."""
    with connections[using].cursor() as cursor:
        cursor.execute(_MADE[connections[using].vendor])
        found: list[Any] = cursor.fetchall()
    return found


def _make_anew_what_is_gone(verbosity: int, interactive: bool, db: str, **said: Any) -> None:
    """Do what is done after a migration where something of it stands no longer."""
    if _made(db) != _stood[db]:
        _make_anew(verbosity, interactive, db, **said)


def note_what_stands() -> None:
    """Note what came after the migration of every database; called once they are made."""
    _stood.update({using: _made(using) for using in connections})


def empty_what_is_full() -> None:
    """Have Django empty test databases so; called before any test."""
    BaseDatabaseOperations.execute_sql_flush = _empty
    flush.emit_post_migrate_signal = _make_anew_what_is_gone
