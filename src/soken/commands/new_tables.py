"""The tables of a new case database, made at once: only one that has a history walks through the migrations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.management.sql import emit_post_migrate_signal, emit_pre_migrate_signal

if TYPE_CHECKING:
    from django.db.migrations.executor import MigrationExecutor


def is_new(executor: MigrationExecutor) -> bool:
    """Tell whether the executor's database has no table at all."""
    return not executor.connection.introspection.table_names()


def make_tables(executor: MigrationExecutor) -> None:
    """Make the tables as the newest migrations leave them, and note all as applied: in one transaction, whole or not.

    What a migration does to rows is left out, as there are none; that both ways end at the same database has a test
    (tests/casework/test_migrations.py).

    Args:
        executor: of a database that `is_new`.
    """
    connection, loader, recorder = executor.connection, executor.loader, executor.recorder
    newest = loader.graph.leaf_nodes()
    plan = executor.migration_plan(newest, clean_start=True)
    emit_pre_migrate_signal(verbosity=0, interactive=False, db=connection.alias, plan=plan)
    with connection.schema_editor() as editor:
        for model in loader.project_state(newest).apps.get_models():
            editor.create_model(model)
        editor.create_model(recorder.Migration)
        recorder.migration_qs.bulk_create(
            recorder.Migration(app=migration.app_label, name=migration.name) for migration, _backwards in plan
        )
    emit_post_migrate_signal(verbosity=0, interactive=False, db=connection.alias, plan=plan)
