"""The small operation in a store of its own, and somebody signed in."""

from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from soken.core.home import open_home
from tests.casework.dossiers import Room, make_room
from tests.desk.factory import World, make_world
from tests.desk.reading import signed_in


@pytest.fixture(autouse=True)
def own_home(settings: Settings, tmp_path: Path) -> None:
    settings.HOME = open_home(tmp_path / "home")


@pytest.fixture
def world(db: None) -> World:
    return make_world()


@pytest.fixture
def room(db: None) -> Room:
    """An operation with its people and nobody's dossier, and no store behind it."""
    return make_room()


@pytest.fixture
def desk(world: World) -> Client:
    """A browser in which the operation's analyst has signed in."""
    return signed_in(world.users["analyst"])
