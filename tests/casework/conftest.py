"""What tests of casework begin with: an operation, and those who work on it; a moment; a home."""

from __future__ import annotations

from contextlib import contextmanager
from copy import deepcopy
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeVar

import pytest
import time_machine
from django.db import transaction
from django.utils import translation

from soken.access.eyes import acting_for_installation
from soken.core.home import Home, open_home
from soken.review.stages import Stage
from tests.casework.dossiers import AT, Room, bring_to, decide, make_dossier, make_room, refer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pytest_django.plugin import DjangoDbBlocker

    from soken.casework.models import Dossier

T = TypeVar("T")


@pytest.fixture
def room() -> Room:
    """An operation with its people and nobody's dossier; a test that needs another overrides it."""
    return make_room()


@pytest.fixture
def now() -> Iterator[Any]:
    """The moment at which everything happens, told in English, until the test moves on."""
    with time_machine.travel(AT, tick=False) as traveller, translation.override("en"):
        yield traveller


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """An empty home."""
    return open_home(tmp_path)


@contextmanager
def standing(blocker: DjangoDbBlocker, make: Callable[[], T]) -> Iterator[T]:
    """Make something by the real acts once for all tests of a file.

    Each test's own transaction is a part of this one: what the test does is taken back, and this stands for the next.

    Args:
        blocker: of pytest-django, which lets nobody at the database between tests.
        make: makes it; a test changes a copy (``deepcopy``), so that no other sees what it changes in memory.
    """
    whole = transaction.atomic()
    with blocker.unblock(), time_machine.travel(AT, tick=False), acting_for_installation():
        whole.__enter__()
        made = make()
    yield made
    with blocker.unblock():
        transaction.set_rollback(True)
        whole.__exit__(None, None, None)


def _brought_to(stage: Stage) -> tuple[Room, Dossier]:
    room = make_room()
    return room, bring_to(make_dossier(room), stage, room)


@pytest.fixture(scope="module")
def once_ready(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[tuple[Room, Dossier]]:
    """Somebody ready for action."""
    with standing(django_db_blocker, lambda: _brought_to(Stage.READY)) as made:
        yield made


@pytest.fixture
def room_and_ready(once_ready: tuple[Room, Dossier]) -> tuple[Room, Dossier]:
    """The same, of the test's own."""
    return deepcopy(once_ready)


@pytest.fixture(scope="module")
def once_referred(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[tuple[Room, Dossier]]:
    """Somebody whose case was referred."""
    with standing(django_db_blocker, lambda: _brought_to(Stage.REFERRED)) as made:
        yield made


@pytest.fixture
def room_and_referred(once_referred: tuple[Room, Dossier]) -> tuple[Room, Dossier]:
    """The same, of the test's own."""
    return deepcopy(once_referred)


@pytest.fixture
def sent(room_and_ready: tuple[Room, Dossier]) -> Dossier:
    """A person who was referred to the prosecutor."""
    room, dossier = room_and_ready
    refer(dossier, room, sent_on=AT.date())
    return dossier


@pytest.fixture
def tried(sent: Dossier, room_and_ready: tuple[Room, Dossier], now: Any) -> Dossier:
    """A person who was indicted a month ago."""
    decide(sent, room_and_ready[0], "formal-trial")
    now.shift(timedelta(days=30))
    return sent
