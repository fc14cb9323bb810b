"""The API on PostgreSQL: it answers what it answers on SQLite, and falls over nothing that is asked."""

from __future__ import annotations

import pytest

from tests.on_postgres import passed_again

#: Run once more, there: what talks to the database most, and what asks it the oddest things.
AGAIN = ["tests/api/test_answers.py", "tests/api/test_clearances.py", "tests/api/test_schemathesis.py"]

pytestmark = pytest.mark.postgres


def test_the_same_tests_pass_on_postgresql() -> None:
    passed_again(AGAIN)
