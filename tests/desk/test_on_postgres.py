"""The desk on PostgreSQL: pages and search give what they give on SQLite."""

from __future__ import annotations

import pytest

from tests.on_postgres import passed_again

#: Run once more, there: what talks to the database most.
AGAIN = [
    "tests/desk/test_compartments_shut.py",
    "tests/desk/test_compartments_open.py",
    "tests/desk/test_saved_filters.py",
    "tests/desk/test_search.py",
    "tests/desk/test_priority_pages.py",
    "tests/desk/test_dossier_page.py",
    "tests/desk/test_pages.py",
]

pytestmark = pytest.mark.postgres


def test_the_same_tests_pass_on_postgresql() -> None:
    passed_again(AGAIN)
