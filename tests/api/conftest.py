"""The small operation in a store of its own, and programs that ask with tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from soken.core.home import open_home
from tests.desk.factory import World, make_world

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_django import Settings


@pytest.fixture(autouse=True)
def own_home(settings: Settings, tmp_path: Path) -> None:
    settings.HOME = open_home(tmp_path / "home")


@pytest.fixture
def world(db: None) -> World:
    return make_world()
