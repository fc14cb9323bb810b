"""Starting Django for a command, on a database that is up to date."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from soken.core.home import Home


def started() -> Home:
    """Set Django up, bring the case database up to date, sweep away what was interrupted; return the home."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "soken.desk.settings")
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    from soken.commands.new_tables import is_new, make_tables

    executor = MigrationExecutor(connection)
    if is_new(executor):
        make_tables(executor)
    elif executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", verbosity=0, interactive=False)
    from soken.casework.stage_lock import ensure_locked
    from soken.ledger.triggers import ensure_guarded

    ensure_locked()
    ensure_guarded()
    home: Home = settings.HOME
    home.clear_stale()
    return home
