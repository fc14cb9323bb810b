"""A home of one's own for each test, as the desk's tests have it."""

from tests.desk.conftest import desk, own_home, world

__all__ = ["desk", "own_home", "world"]
