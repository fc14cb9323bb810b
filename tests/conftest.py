"""Every test runs in a home of its own making; the user's home is never touched."""

import atexit
import os
import shutil
import tempfile

import django
import pytest
from django.db import transaction
from django.utils import translation
from hypothesis import settings

_home = tempfile.mkdtemp(prefix="soken-test-")
atexit.register(shutil.rmtree, _home, ignore_errors=True)
os.environ["SOKEN_HOME"] = _home
# Not in pyproject.toml: pytest-django would read the settings, and so the user's home, before this file runs.
os.environ["DJANGO_SETTINGS_MODULE"] = "soken.desk.settings"
django.setup()

from django.db.backends.base.operations import BaseDatabaseOperations  # noqa: E402 (only once Django is set up)

# Properties are about what comes out, never about how fast: a busy machine must not fail them.
settings.register_profile("soken", deadline=None)
settings.load_profile("soken")


#: What takes longest begins first, so that the workers of a whole run end at about the same time.
_LONGEST_FIRST = ("test_on_postgres", "test_demo_cases", "test_desk", "test_two_forces", "test_review_queue_machine")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first; the order within a file stays."""
    place = {name: at for at, name in enumerate(_LONGEST_FIRST)}
    items.sort(key=lambda item: place.get(item.path.stem, len(place)))


_emptied = BaseDatabaseOperations.execute_sql_flush


def _with_the_ledger_open(operations: BaseDatabaseOperations, statements: list[str]) -> None:
    """Empty a test's database: the ledger would refuse, and would record every row that goes."""
    from soken.ledger.triggers import refusing

    using = operations.connection.alias
    with transaction.atomic(using=using):
        refusing(using, on=False)
        _emptied(operations, statements)
        with operations.connection.cursor() as cursor:
            for table in ("ledger_entry_pending", "ledger_entry", "ledger_entry_key", "ledger_entry_head"):
                cursor.execute(f"delete from {table}")
        refusing(using, on=True)


BaseDatabaseOperations.execute_sql_flush = _with_the_ledger_open


@pytest.fixture(autouse=True)
def own_language():
    """A page in Japanese leaves its language active; the next test begins in the installation's."""
    yield
    translation.deactivate()
