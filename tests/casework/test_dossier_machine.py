"""Every order of acts, by several people: nobody comes to *ready for action* or *referred* with a guard unmet."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from soken.casework.actions.confirm_identity import confirm_identity
from soken.casework.models import Operation
from soken.review.facts import Ending
from soken.review.stages import Stage
from tests.casework.dossier_machine import Work
from tests.casework.dossiers import AT, make_room
from tests.casework.machine_said import SHUTS


@pytest.fixture
def work(db: None) -> type[Work]:
    Work.room = make_room()
    Work.elsewhere = Operation.objects.create(name="Operation Egret", slug="egret", created_at=AT)
    Work.came.clear()
    return Work


def test_no_order_of_acts_passes_a_gate_with_a_guard_unmet(work: type[Work]) -> None:
    run_state_machine_as_test(
        work,
        settings=settings(
            max_examples=40,
            stateful_step_count=12,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
        ),
    )


@pytest.mark.parametrize("what", SHUTS)
def test_what_shuts_the_gate(what: str, work: type[Work]) -> None:
    """Whoever takes a guard out of the table hears of it here, whatever the machine happens to try."""
    one = work()
    try:
        one.begin(force="tokyo", but="", at=Stage.UNDER_INVESTIGATION, approvals=None)
        one.shut_by(what)
        if what != "a run elsewhere":
            # What asks for a look into other operations too shall not be held up by that alone.
            one.looks_elsewhere("analyst")
        one.ahead("reviewer", 2)
    finally:
        one.teardown()
    assert not work.came


@pytest.mark.parametrize(
    ("approvals", "came"),
    [(None, ["ready-for-action", "referred"]), (4, ["ready-for-action", "referred"]), (3, ["ready-for-action"])],
    ids=["one force", "squad with all approvals", "squad without one of the referral"],
)
def test_what_is_looked_for_is_reached(approvals: int | None, came: list[str], work: type[Work]) -> None:
    """Both gates open to whom nothing is missing, and it is there that the database is looked at."""
    one = work()
    try:
        one.begin(force="tokyo", but="", at=Stage.UNDER_INVESTIGATION, approvals=approvals)
        one.ahead("reviewer", 2)
    finally:
        one.teardown()
    assert [*work.came] == came


@pytest.mark.parametrize("but", ["", "priority", "welfare", "role", "offence", "elsewhere", "element possession"])
def test_the_case_of_the_dead_is_sent_with_all_that_shows_it_and_nothing_that_protects_the_living(
    but: str, work: type[Work]
) -> None:
    one = work()
    try:
        one.begin(force="tokyo", but=but, at=Stage.SCREENED, approvals=None)
        one.ends("reviewer", Ending.DECEASED, True, 7)
        one.ahead("reviewer", 1)
        one.the_stage_is_where_the_prosecutor_has_the_case()
        one.the_history_leads_to_the_stage()
    finally:
        one.teardown()
    assert [*work.came] == ([Stage.DECEASED] if but in {"", "priority", "welfare"} else [])


@pytest.mark.parametrize("again", [(), ("analyst",), ("analyst", "analyst2")], ids=["nobody", "one", "two"])
def test_a_row_that_came_later_is_two_peoples_word_too(again: tuple[str, ...], work: type[Work]) -> None:
    """Who confirmed before it came has not seen it: the gate opens to two who confirm all rows that there are now."""
    one = work()
    try:
        one.begin(force="tokyo", but="", at=Stage.UNDER_INVESTIGATION, approvals=None)
        one.happens("a row is moved in")
        one.looks_elsewhere("analyst")
        for who in ("analyst", "investigator"):
            one.takes_back(who, who, "confirmation")
        for who in again:
            one.attempt(confirm_identity, who, basis="住民票と照合", born_on=date(1979, 5, 1))
        one.ahead("reviewer", 1)
    finally:
        one.teardown()
    assert [*work.came] == (["ready-for-action"] if len(again) == 2 else [])


@pytest.mark.parametrize("decides", ["before", "after", "never"])
def test_who_dies_at_the_prosecutors_and_lives_again_is_where_the_case_is(decides: str, work: type[Work]) -> None:
    """The machine seldom comes so far by chance: here its invariants are asked after each step of that way."""
    one = work()
    try:
        one.begin(force="tokyo", but="", at=Stage.UNDER_INVESTIGATION, approvals=None)
        one.ahead("reviewer", 2)
        one.the_prosecutor_acts("reviewer", "receive", "suspect-dead")
        for step in ("before", "death", "after", "life"):
            if step == decides:
                one.the_prosecutor_acts("reviewer", "decide", "suspect-dead")
            elif step == "death":
                one.ends("reviewer", Ending.DECEASED, True, 0)
                assert one.dossier.stage == Stage.DECEASED
            elif step == "life":
                for to in (Stage.PROPOSED, Stage.REFERRED, Stage.DECIDED):
                    one.a_death_turns_out_to_be_a_mistake("reviewer", to)
            one.the_stage_is_where_the_prosecutor_has_the_case()
            one.the_history_leads_to_the_stage()
        assert one.dossier.stage == (Stage.REFERRED if decides == "never" else Stage.DECIDED)
    finally:
        one.teardown()
