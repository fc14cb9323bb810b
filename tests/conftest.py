"""Every test runs in a home of its own making; the user's home is never touched."""

import atexit
import functools
import math
import os
import shutil
import tempfile
from datetime import UTC, datetime

import django
import pytest
import typer.testing
from django.db.models.signals import post_delete, post_save
from django.utils import translation
from hypothesis import settings
from pytest_django.plugin import DjangoDbBlocker

_home = tempfile.mkdtemp(prefix="soken-test-")


def _removed_by(maker: int) -> None:
    """Remove the home as its maker ends; a fork that ends otherwise than by `os._exit` leaves it alone."""
    if os.getpid() == maker:
        shutil.rmtree(_home, ignore_errors=True)


atexit.register(_removed_by, os.getpid())
os.environ["SOKEN_HOME"] = _home
# Not in pyproject.toml: pytest-django would read the settings, and so the user's home, before this file runs.
os.environ["DJANGO_SETTINGS_MODULE"] = "soken.desk.settings"
django.setup()

from django.conf import settings as django_settings  # noqa: E402 (only once Django is set up)
from django.contrib.auth.signals import user_logged_in  # noqa: E402
from django.core.cache import cache  # noqa: E402
from django.db.models import Model  # noqa: E402
from django.http import HttpRequest  # noqa: E402

from soken.access import eyes  # noqa: E402
from soken.access.eyes import acting_for_installation, compartments_changed, machine_sees_all  # noqa: E402
from soken.access.models import User  # noqa: E402
from soken.casework.models import Operation  # noqa: E402
from soken.desk.sitting import ALL, Given, keep_reason  # noqa: E402
from tests.emptied import empty_what_is_full, note_what_stands  # noqa: E402
from tests.resolved_once import resolve_once  # noqa: E402

# Argon2 takes its time by design; that it is what a real installation uses has a test of its own.
ARGON2, *_ = django_settings.PASSWORD_HASHERS
django_settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# No test cuts the power, and whom a test kills leaves what it wrote to the machine: nothing waits for the disk. What a
# test starts as a process from nothing waits for it, as a real installation does.
os.fsync = lambda _handle: None
_options = django_settings.DATABASES["default"].get("OPTIONS", {})
if "init_command" in _options:
    _options["init_command"] = _options["init_command"].replace("synchronous=FULL", "synchronous=OFF")

# Typer makes every command anew each time that one is invoked inside a test's process, a third of a second.
typer.testing._get_command = functools.cache(typer.main.get_command)

empty_what_is_full()

# Most tests begin with a list that many begin with.
resolve_once()

# How often it is asked who is shut away would depend on how busy the machine is; that it is has a test of its own.
GOOD_FOR, eyes._GOOD_FOR = eyes._GOOD_FOR, math.inf

# Properties are about what comes out, never about how fast: a busy machine must not fail them.
settings.register_profile("soken", deadline=None)
settings.load_profile("soken")


#: What takes longest begins first, so that the workers of a whole run end at about the same time.
_LONGEST_FIRST = (
    "test_commands",
    "test_rows_on_postgres",
    "test_on_postgres",
    "test_demo_cases",
    "test_desk",
    "test_two_forces",
    "test_review_queue_machine",
    "test_logs_hold_nobody",
    "test_in_japanese",
    "test_schemathesis",
    "test_worker",
    "test_incremental",
    "test_questions",
    "test_bench_lists",
)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first; the order within a file stays."""
    place = {name: at for at, name in enumerate(_LONGEST_FIRST)}
    items.sort(key=lambda item: place.get(item.path.stem, len(place)))


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Have the databases made, as pytest-django does, and know them again when they are emptied."""
    with django_db_blocker.unblock():
        note_what_stands()


@pytest.fixture(autouse=True)
def own_language():
    """A page in Japanese leaves its language active; the next test begins in the installation's."""
    yield
    translation.deactivate()


@pytest.fixture(autouse=True)
def home_as_before():
    """A helper may put a home of its own into the settings, and take it away; the next test begins in the first one."""
    before = django_settings.HOME
    yield
    if django_settings.HOME is not before:
        django_settings.HOME = before


@pytest.fixture(autouse=True)
def own_account():
    """A test reads and writes as an account of the machine does that is no user: what it asks a page shows its user."""
    with acting_for_installation():
        yield


@pytest.fixture(autouse=True)
def own_rate_limits():
    """A minute's sign-ins are counted for each address, and every test comes from the same one."""
    cache.clear()


def _compartment_made(sender: type[Model], **_signal: object) -> None:
    """Tests shut people away by hand, where acts say themselves that a compartment has changed."""
    if sender.__name__.startswith("Compartment"):
        compartments_changed()


post_save.connect(_compartment_made, dispatch_uid="tests-compartment-made")
post_delete.connect(_compartment_made, dispatch_uid="tests-compartment-gone")


def _has_second_factor(request: HttpRequest, user: User, **_signal: object) -> None:
    """Let every sitting of a test have shown a second factor: what asks for one has tests of its own."""
    if WITHOUT_SECOND_FACTOR not in request.META:
        request.session["account_authentication_methods"] = [{"method": "mfa", "type": "totp", "at": 0}]
        request.session["account_authentication_methods_user"] = str(user.pk)


#: In a request's environment: this test asks what happens without.
WITHOUT_SECOND_FACTOR = "soken.tests.without_second_factor"


def _has_reason(request: HttpRequest, **_signal: object) -> None:
    """Give every sitting of a test a reason that never lapses: what asks for one has tests of its own."""
    never = datetime(9999, 1, 1, tzinfo=UTC)
    with machine_sees_all():  # a live server signs in on a thread of its own, on which nobody looks yet
        slugs = list(Operation.objects.values_list("slug", flat=True))
    for slug in slugs:
        keep_reason(request.session, f"{slug}/{ALL}", Given("work", "a test"), never)


user_logged_in.connect(_has_reason, dispatch_uid="tests-reason")
user_logged_in.connect(_has_second_factor, dispatch_uid="tests-second-factor")
