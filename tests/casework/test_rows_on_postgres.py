"""Row-level security on a server, and everything that walks compartments, roles and pages once more under it."""

from __future__ import annotations

import pytest

from tests.on_postgres import passed_again

AGAIN = [
    "tests/casework/test_row_security.py",
    "tests/desk/test_compartments_walk.py",
    "tests/desk/test_permissions.py",
    "tests/desk/test_gate.py",
    "tests/api/test_gate.py",
]

pytestmark = pytest.mark.postgres


def test_rows_are_bound_and_the_walks_pass_under_it() -> None:
    told = passed_again(AGAIN)
    assert "only PostgreSQL binds rows" not in told, "what only PostgreSQL can show must not have been skipped"
