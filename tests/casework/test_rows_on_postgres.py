"""Row-level security on a server, and everything that walks compartments, roles and pages once more under it."""

from __future__ import annotations

import pytest

from tests.on_postgres import passed_again

AGAIN = [
    "tests/casework/test_row_security.py",
    "tests/casework/test_shut_in_acts.py",
    "tests/casework/test_handover_few.py",
    "tests/casework/test_suspects.py",
    "tests/casework/test_same_suspects.py",
    "tests/casework/test_accept_rows.py",
    "tests/casework/test_review_queue_candidate.py::"
    "test_what_would_change_is_shown_and_nothing_changes_until_it_is_accepted",
    "tests/casework/test_erasure.py::test_what_another_operation_has_as_evidence_too_is_not_erased_whoever_asks",
    "tests/casework/test_erasure.py::test_nor_what_another_operation_has_taken_in_since_two_people_agreed",
    "tests/casework/test_read_by_force.py",
    "tests/casework/test_set_reading.py",
    "tests/desk/test_read_by_force_walk.py::test_no_page_and_no_answer_tells_an_outsider[reviewer]",
    "tests/desk/test_read_by_force_walk.py::test_nothing_that_an_outsider_sends_changes_it[reviewer]",
    "tests/desk/test_compartments_walk.py",
    "tests/desk/test_permissions.py",
    "tests/desk/test_gate.py",
    "tests/api/test_gate.py",
]

pytestmark = pytest.mark.postgres


def test_rows_are_bound_and_the_walks_pass_under_it() -> None:
    told = passed_again(AGAIN)
    assert "only PostgreSQL binds rows" not in told, "what only PostgreSQL can show must not have been skipped"
