"""What tests of casework begin with: an operation, and those who work on it; a moment; a home."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.utils import translation

from soken.core.home import Home, open_home
from tests.casework.dossiers import AT, Room, make_room

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


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
