"""The tables of a new case database, made at once: only one that has a history walks through the migrations."""

from __future__ import annotations

import pkgutil
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

from django.apps import apps
from django.core.management.sql import emit_post_migrate_signal, emit_pre_migrate_signal
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.migrations.executor import MigrationExecutor


def is_up_to_date(connection: BaseDatabaseWrapper) -> bool:
    """Tell whether a database has been through every migration that there is.

    By their names: to read the migrations themselves takes each command a quarter of its time.
    """
    return set(_migrations()) <= set(MigrationRecorder(connection).applied_migrations())


def _migrations() -> Iterator[tuple[str, str]]:
    """Yield app and name of every migration, as Django's loader finds them."""
    for app in apps.get_app_configs():
        package, _named = MigrationLoader.migrations_module(app.label)
        if package is None or find_spec(package) is None:
            continue
        for module in pkgutil.iter_modules(import_module(package).__path__):
            if not module.ispkg and module.name[0] not in "_~":
                yield app.label, module.name


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
