"""What tests of casework begin with: an operation, and those who work on it."""

import pytest

from tests.casework.dossiers import Room, make_room


@pytest.fixture
def room() -> Room:
    """An operation with its people and nobody's dossier; a test that needs another overrides it."""
    return make_room()
