"""The ledger on PostgreSQL: caught, chained, kept and verified as on SQLite."""

from __future__ import annotations

import pytest

from tests.on_postgres import passed_again

AGAIN = [
    "tests/ledger/test_at_once.py",
    "tests/ledger/test_catching.py",
    "tests/ledger/test_doors.py",
    "tests/ledger/test_erased.py",
    "tests/ledger/test_kept.py",
    "tests/ledger/test_page.py",
    "tests/ledger/test_replayed.py",
    "tests/ledger/test_verify.py",
]

pytestmark = pytest.mark.postgres


def test_the_same_tests_pass_on_postgresql() -> None:
    passed_again(AGAIN)
