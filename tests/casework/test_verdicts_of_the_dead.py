"""What follows a verdict that is not final: a formal trial, nothing that convicts the dead; what is retried when."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from soken.casework.actions.end_dossier import end_dossier
from soken.casework.actions.record_verdict import record_verdict_final
from soken.casework.models import CourtVerdict, Disposition, Dossier
from soken.casework.selectors.court import final_of
from soken.casework.selectors.dossier import today
from soken.core.errors import BadInputError, RefusedError
from tests.casework.dossiers import Room, decide, judge_in_court

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]
LATER = timedelta(days=30)
DAYS = timedelta(days=15)


@pytest.fixture
def room(room_and_ready: tuple[Room, Dossier]) -> Room:
    return room_and_ready[0]


def outcome(dossier: Dossier) -> str:
    found = final_of(Disposition.objects.get(referral__dossier=dossier))
    return found.outcome.value if found else ""


def dies(dossier: Dossier, room: Room, now: Any) -> None:
    """The person dies, and a fortnight passes."""
    end_dossier(dossier, by=room.analyst, kind="deceased", basis="戸籍の写し", on=today())
    now.shift(DAYS)


def test_no_conviction_becomes_final_after_the_death_and_the_court_ends_the_case(
    tried: Dossier, room: Room, now: Any
) -> None:
    judge_in_court(tried, room, "imprisonment")
    died = today()
    dies(tried, room, now)
    with pytest.raises(RefusedError, match=r"died on .* cannot become final .* art\. 339"):
        record_verdict_final(tried, by=room.liaison, on=today())
    assert outcome(tried) == ""
    assert CourtVerdict.objects.get().final_on is None
    with pytest.raises(RefusedError, match="does not follow"):
        judge_in_court(tried, room, "acquitted")
    judge_in_court(tried, room, "dismissed-by-ruling", final_on=today())
    assert outcome(tried) == "court-ended"
    assert died < today()


def test_what_became_final_while_the_person_lived_is_recorded_after_the_death(
    tried: Dossier, room: Room, now: Any
) -> None:
    judge_in_court(tried, room, "imprisonment")
    died = today()
    dies(tried, room, now)
    record_verdict_final(tried, by=room.liaison, on=died)
    assert outcome(tried) == "convicted"


@pytest.mark.parametrize(("before", "may"), [("imprisonment", False), ("acquitted", True)])
def test_no_conviction_is_upheld_of_the_dead(before: str, may: bool, tried: Dossier, room: Room, now: Any) -> None:
    judge_in_court(tried, room, before)
    dies(tried, room, now)
    if may:
        judge_in_court(tried, room, "upheld", instance="appeal", final_on=today())
        assert outcome(tried) == "acquitted"
        return
    for final_on in (None, today()):
        with pytest.raises(RefusedError, match="died on"):
            judge_in_court(tried, room, "upheld", instance="appeal", final_on=final_on)
    assert CourtVerdict.objects.count() == 1


def test_an_appeal_that_was_dismissed_while_the_person_lived_makes_nothing_final_after_the_death(
    tried: Dossier, room: Room, now: Any
) -> None:
    judge_in_court(tried, room, "imprisonment")
    judge_in_court(tried, room, "upheld", instance="appeal")
    dies(tried, room, now)
    with pytest.raises(RefusedError, match="“Guilty: imprisonment, to be served” cannot become final"):
        record_verdict_final(tried, by=room.liaison, on=today())


@pytest.mark.parametrize("kind", ["acquitted", "imprisonment"])
def test_a_retrial_of_the_dead_ends_for_good_also_upheld(kind: str, tried: Dossier, room: Room, now: Any) -> None:
    judge_in_court(tried, room, "imprisonment", final_on=today())
    dies(tried, room, now)
    judge_in_court(tried, room, kind, instance="retrial")
    judge_in_court(tried, room, "upheld", instance="appeal", final_on=today())
    assert outcome(tried) == ("acquitted" if kind == "acquitted" else "convicted")


def test_after_a_summary_order_a_formal_trial_can_acquit(sent: Dossier, room: Room, now: Any) -> None:
    decide(sent, room, "summary-order")
    judge_in_court(sent, room, "summary-order")
    now.shift(LATER)
    with pytest.raises(RefusedError, match="does not follow"):
        judge_in_court(sent, room, "summary-order")
    judge_in_court(sent, room, "acquitted", final_on=today())
    assert outcome(sent) == "acquitted"


def test_after_a_final_summary_order_and_after_a_judgment_no_formal_trial_follows(
    sent: Dossier, room: Room, now: Any
) -> None:
    decide(sent, room, "summary-order")
    judge_in_court(sent, room, "summary-order", final_on=today())
    with pytest.raises(RefusedError, match="nothing but a retrial"):
        judge_in_court(sent, room, "acquitted")
    assert outcome(sent) == "convicted"


def test_nothing_is_retried_before_it_is_final(tried: Dossier, room: Room) -> None:
    judge_in_court(tried, room, "imprisonment", on=today() - timedelta(days=10), final_on=today() - timedelta(days=5))
    with pytest.raises(BadInputError, match="lies before"):
        judge_in_court(tried, room, "acquitted", instance="retrial", on=today() - timedelta(days=8))
    judge_in_court(tried, room, "acquitted", instance="retrial", on=today() - timedelta(days=5), final_on=today())
    assert outcome(tried) == "acquitted"
