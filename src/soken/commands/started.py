"""Starting Django for a command, on a database that is up to date."""

from __future__ import annotations

import os
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

from soken.commands.language import spoken_language
from soken.core.errors import EnvironmentProblemError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from soken.core.home import Home


@cache
def started() -> Home:
    """Set Django up in the language spoken, bring the case database up to date, sweep up; return the home.

    Once for each command (`rights.guard`), however many of its parts ask.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "soken.desk.settings")
    import django

    django.setup()
    from django.utils import translation

    translation.activate(spoken_language())
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    from soken.access.eyes import machine_sees_all
    from soken.casework.row_policies import ensure_bound
    from soken.casework.stage_lock import ensure_locked
    from soken.commands.new_tables import is_new, is_up_to_date, make_tables
    from soken.ledger.triggers import ensure_guarded

    # Who looks is asked of tables that a new database has not got yet.
    with machine_sees_all(), _database_reached(), _tables_altered():
        if not is_up_to_date(connection):
            executor = MigrationExecutor(connection)
            if is_new(executor):
                make_tables(executor)
            else:
                call_command("migrate", verbosity=0, interactive=False)
        ensure_locked()
        ensure_guarded()
        ensure_bound()
    home: Home = settings.HOME
    home.clear_stale()
    return home


@contextmanager
def _tables_altered() -> Iterator[None]:
    """Say in a sentence that the tables have to be altered, and that the database's role may not.

    Raises:
        EnvironmentProblemError: so it is.
    """
    from django.db import ProgrammingError

    try:
        yield
    except ProgrammingError as problem:
        # 42501, insufficient_privilege: what the desk's own role gets after an update (docs/how-to/postgresql.md).
        if getattr(problem.__cause__, "sqlstate", "") != "42501":
            raise
        raise EnvironmentProblemError(
            "The case database must be brought up to date, which its role may not; run one command, such as "
            "soken doctor, as the owner of the tables."
        ) from problem


@contextmanager
def _database_reached() -> Iterator[None]:
    """Say in a sentence that PostgreSQL does not answer, or lets this role not in.

    Raises:
        EnvironmentProblemError: so it is.
    """
    from django.db import OperationalError, connection

    try:
        yield
    except OperationalError as problem:
        # With a connection it is something else: a lock, a full disk.
        if connection.vendor != "postgresql" or connection.connection is not None:
            raise
        said = connection.settings_dict
        raise EnvironmentProblemError(
            f"The case database {said['NAME']} at {said['HOST'] or 'the local socket'} cannot be opened; look whether "
            "the server runs, and whether SOKEN_DATABASE_URL names its address, role and password."
        ) from problem
