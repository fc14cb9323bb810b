"""The case database on PostgreSQL: migrations, acts and selectors give what they give on SQLite."""

from __future__ import annotations

import pytest

from tests.on_postgres import passed_again

#: Run once more, there: what talks to the database most.
AGAIN = [
    "tests/casework/test_brought.py",
    "tests/casework/test_jobs.py",
    "tests/casework/test_hand_in.py",
    "tests/casework/test_reread_job.py",
    "tests/casework/test_due.py",
    "tests/casework/test_boards.py",
    "tests/casework/test_looks_after.py",
    "tests/casework/test_notes_tasks.py",
    "tests/casework/test_old_cases.py",
    "tests/casework/test_clocks.py",
    "tests/casework/test_warrants.py",
    "tests/casework/test_recorded_by_mistake.py",
    "tests/casework/test_referral.py",
    "tests/casework/test_reopening.py",
    "tests/casework/test_squads.py",
    "tests/casework/test_feed.py",
    "tests/casework/test_lines_of_enquiry.py",
    "tests/casework/test_link_graph.py",
    "tests/casework/test_begins.py",
    "tests/casework/test_selectors_persons.py",
    "tests/casework/test_dossier_acts.py",
    "tests/casework/test_dossier_at_once.py",
    "tests/casework/test_stage_lock.py",
    "tests/casework/test_bulk.py",
    "tests/casework/test_large_bulk.py",
    "tests/casework/test_second_assessments.py",
    "tests/casework/test_interviews.py",
    "tests/casework/test_death.py",
    "tests/casework/test_priority.py",
    "tests/casework/test_safety.py",
    "tests/casework/test_review_queue.py",
    "tests/casework/test_review_queue_persons.py",
    "tests/casework/test_review_queue_at_once.py",
    "tests/casework/test_protected_at_once.py",
    "tests/casework/test_ownership.py",
    "tests/casework/test_transfers_elsewhere.py",
    "tests/casework/test_transfers_strangers.py",
    "tests/casework/test_handovers.py",
    "tests/casework/test_transfers_two_sides.py",
    "tests/casework/test_transfers_told.py",
    "tests/casework/test_changes_of_law.py",
    "tests/casework/test_attachments.py",
    "tests/casework/test_priority_orders.py",
    "tests/casework/test_join_dossier.py",
    "tests/casework/test_gate_holes.py",
    "tests/casework/test_review_queue_machine.py",
    "tests/casework/test_unowned.py",
    "tests/casework/test_band_rates.py",
]

pytestmark = pytest.mark.postgres


def test_the_same_tests_pass_on_postgresql() -> None:
    told = passed_again(AGAIN)
    assert "SQLite's own plan" in told, "the one test that only SQLite can pass must have been skipped"
