"""Homes for commands: bringing an empty case database up to date takes seconds, so it is done once and copied."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.commands.homes import Soken
from tests.home_database import copy_home

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def empty_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with an up-to-date case database and nothing in it; to be copied, not used."""
    home = tmp_path_factory.mktemp("empty") / "home"
    Soken(home)("doctor")
    return home


@pytest.fixture
def soken(empty_home: Path, tmp_path: Path) -> Soken:
    """The command in an empty home of the test's own."""
    copy_home(empty_home, tmp_path / "home")
    return Soken(tmp_path / "home")
