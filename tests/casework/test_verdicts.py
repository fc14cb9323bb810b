"""What a court decides after the prosecutor: recorded on what came before it; only a final one counts (R30, R36)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from soken.casework.actions.advance import advance
from soken.casework.actions.end_dossier import end_dossier
from soken.casework.actions.record_verdict import record_verdict_final, withdraw_verdict
from soken.casework.actions.reopen_referral import reopen_referral
from soken.casework.actions.review_retention import propose_retention, settle_retention
from soken.casework.actions.withdraw_prosecutor import withdraw_disposition
from soken.casework.models import CourtVerdict, Disposition, Dossier
from soken.casework.selectors.court import final_of
from soken.casework.selectors.dossier import today
from soken.casework.selectors.referrals import referrals_of
from soken.casework.selectors.retention import reviews_due
from soken.core.errors import BadInputError, RefusedError, SokenError
from soken.review.retention import rules
from soken.review.stages import Stage
from tests.casework.dossiers import AT, Room, decide, judge_in_court, refer

if TYPE_CHECKING:
    from soken.review.court import Final

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]
DAY = AT.date()
LATER = timedelta(days=30)


@pytest.fixture
def room(room_and_ready: tuple[Room, Dossier]) -> Room:
    return room_and_ready[0]


def counts(dossier: Dossier) -> Final | None:
    return final_of(Disposition.objects.get(referral__dossier=dossier, lifted_on=None, withdrawn_at=None))


def outcome_due(room: Room, now: Any, days: int = 0) -> tuple[str, date, bool]:
    """What retention says of the one person, so many days on."""
    now.shift(timedelta(days=days, hours=1))
    [due] = reviews_due(room.operation)
    return due.outcome, due.due_on, due.rule.word.flag


# What it follows


def test_a_verdict_is_recorded_with_who_and_when_and_moves_no_stage(tried: Dossier, room: Room) -> None:
    made = judge_in_court(tried, room, "suspended-sentence", reference="令和8年(わ)第7号")
    assert (made.by, made.at.date(), made.final_on) == (room.liaison, today(), None)
    assert tried.stage == Stage.DECIDED
    assert counts(tried) is None
    record_verdict_final(tried, by=room.investigator, on=today())
    made.refresh_from_db()
    assert (made.final_on, made.final_by) == (today(), room.investigator)
    assert counts(tried).outcome == "convicted"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("decision", "verdict", "may"),
    [
        ("formal-trial", "acquitted", True),
        ("formal-trial", "summary-order", False),
        ("formal-trial", "protective-measure", False),
        ("summary-order", "summary-order", True),
        ("summary-order", "acquitted", True),
        ("speedy-trial", "suspended-sentence", True),
        ("insufficient-evidence", "acquitted", False),
        ("suspension-of-prosecution", "fine", False),
    ],
)
def test_a_verdict_follows_what_came_before_its_court(
    decision: str, verdict: str, may: bool, sent: Dossier, room: Room
) -> None:
    decide(sent, room, decision)
    if may:
        judge_in_court(sent, room, verdict)
        return
    with pytest.raises(RefusedError, match=r"before no court|went the way of"):
        judge_in_court(sent, room, verdict)
    assert not CourtVerdict.objects.exists()


def test_the_family_court_decides_of_a_juvenile_as_it_decides(sent: Dossier, room: Room, now: Any) -> None:
    sent.confirmations.update(born_on=date(2010, 5, 1))
    decide(sent, room, "family-court")
    with pytest.raises(RefusedError, match="went the way of"):
        judge_in_court(sent, room, "acquitted")
    judge_in_court(sent, room, "no-delinquency", final_on=today())
    assert outcome_due(room, now)[::2] == ("acquitted", True)


def test_what_the_criminal_court_sent_to_the_family_court_is_decided_there(tried: Dossier, room: Room) -> None:
    judge_in_court(tried, room, "to-family-court", final_on=today())
    assert counts(tried) is None
    with pytest.raises(RefusedError, match="went the way of"):
        judge_in_court(tried, room, "fine")
    judge_in_court(tried, room, "protective-measure", court="東京家庭裁判所", final_on=today())
    assert counts(tried).outcome == "measure"  # type: ignore[union-attr]


def test_nothing_is_judged_that_was_not_decided(sent: Dossier, room: Room) -> None:
    with pytest.raises(RefusedError, match="No decision stands"):
        judge_in_court(sent, room)


@pytest.mark.parametrize(
    ("said", "error", "match"),
    [
        ({"kind": "pardon"}, BadInputError, "not known"),
        ({"instance": "moon"}, BadInputError, "not known"),
        ({"court": " "}, BadInputError, "missing"),
        ({"reference": ""}, BadInputError, "missing"),
        ({"on": DAY - timedelta(days=1)}, BadInputError, "lies before"),
        ({"on": DAY + LATER + timedelta(days=1)}, BadInputError, "future"),
        ({"on": DAY + LATER, "final_on": DAY + LATER - timedelta(days=1)}, BadInputError, "lies before"),
        ({"final_on": DAY + LATER + timedelta(days=1)}, BadInputError, "future"),
        ({"instance": "appeal"}, RefusedError, "record the one of the first instance"),
        ({"instance": "retrial"}, RefusedError, "follows a final verdict only"),
        ({"kind": "upheld"}, RefusedError, "not decided at this instance"),
        ({"kind": "upheld", "instance": "appeal"}, RefusedError, "follows an earlier verdict"),
        ({"instance": "revocation"}, RefusedError, "not decided at this instance"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_recorded(
    said: dict[str, Any], error: type[SokenError], match: str, tried: Dossier, room: Room
) -> None:
    before = tried.version
    with pytest.raises(error, match=match):
        judge_in_court(tried, room, **said)
    tried.refresh_from_db()
    assert (CourtVerdict.objects.count(), tried.version) == (0, before)


# Appeal, retrial, mistakes


def test_the_appeal_court_reverses_and_only_its_final_verdict_counts(tried: Dossier, room: Room, now: Any) -> None:
    judge_in_court(tried, room, "imprisonment")
    now.shift(LATER)
    judge_in_court(tried, room, "acquitted", instance="appeal", court="東京高等裁判所")
    assert counts(tried) is None
    now.shift(LATER)
    record_verdict_final(tried, by=room.liaison, on=today())
    found = counts(tried)
    assert found is not None
    assert (found.kind, found.on) == ("acquitted", today())
    assert [one.kind for one in CourtVerdict.objects.all()] == ["imprisonment", "acquitted"]


def test_a_dismissed_appeal_makes_the_first_verdict_final(tried: Dossier, room: Room, now: Any) -> None:
    judge_in_court(tried, room, "acquitted")
    now.shift(LATER)
    judge_in_court(tried, room, "upheld", instance="appeal", final_on=today())
    assert outcome_due(room, now) == ("acquitted", DAY + 2 * LATER, True)


def test_what_was_sent_back_is_tried_anew(tried: Dossier, room: Room) -> None:
    judge_in_court(tried, room, "imprisonment")
    judge_in_court(tried, room, "remanded", instance="appeal")
    with pytest.raises(RefusedError, match="none is recorded"):
        judge_in_court(tried, room, "upheld", instance="final-appeal")
    judge_in_court(tried, room, "acquitted", final_on=today())
    assert counts(tried).outcome == "acquitted"  # type: ignore[union-attr]


def test_after_a_final_verdict_a_retrial_alone_follows_and_clears(tried: Dossier, room: Room, now: Any) -> None:
    judge_in_court(tried, room, "imprisonment", final_on=today())
    for instance in ("first", "appeal", "final-appeal"):
        with pytest.raises(RefusedError, match="nothing but a retrial"):
            judge_in_court(tried, room, "acquitted", instance=instance)
    now.shift(LATER)
    judge_in_court(tried, room, "acquitted", instance="retrial")
    assert counts(tried).outcome == "convicted"  # type: ignore[union-attr]
    record_verdict_final(tried, by=room.liaison, on=today())
    assert outcome_due(room, now) == ("acquitted", DAY + 2 * LATER, True)


def test_a_wrong_entry_is_withdrawn_and_entered_anew_and_both_stay_to_be_read(tried: Dossier, room: Room) -> None:
    judge_in_court(tried, room, "acquitted", final_on=today())
    with pytest.raises(RefusedError, match="enter it anew"):
        record_verdict_final(tried, by=room.liaison, on=today())
    withdraw_verdict(tried, by=room.investigator, reason="共犯者の判決")
    assert counts(tried) is None
    judge_in_court(tried, room, "fine", final_on=today())
    [seen] = referrals_of(tried)
    kept = [(one.kind, one.withdrawn_reason, one.withdrawn_by) for one in seen.dispositions[0].verdicts.all()]
    assert kept == [("acquitted", "共犯者の判決", room.investigator), ("fine", "", None)]
    assert counts(tried).outcome == "convicted"  # type: ignore[union-attr]


def test_where_nothing_was_judged_nothing_is_withdrawn_or_final(tried: Dossier, room: Room) -> None:
    with pytest.raises(RefusedError, match="No verdict of a court"):
        withdraw_verdict(tried, by=room.liaison, reason="誤記")
    with pytest.raises(RefusedError, match="No verdict of a court"):
        record_verdict_final(tried, by=room.liaison, on=today())


def test_a_decision_on_which_a_court_decided_is_not_withdrawn_under_it(tried: Dossier, room: Room) -> None:
    judge_in_court(tried, room)
    with pytest.raises(RefusedError, match="withdraw its verdict first"):
        withdraw_disposition(tried, by=room.liaison, reason="誤記")
    withdraw_verdict(tried, by=room.liaison, reason="誤記")
    withdraw_disposition(tried, by=room.liaison, reason="誤記")
    assert tried.stage == Stage.REFERRED


@pytest.mark.parametrize("kind", ["dismissed-by-judgment", "no-jurisdiction"])
def test_what_the_court_dismissed_can_be_brought_anew(kind: str, tried: Dossier, room: Room) -> None:
    judge_in_court(tried, room, kind)
    with pytest.raises(RefusedError, match="before the court"):
        reopen_referral(tried, by=room.liaison, ground="dismissed", on=today(), reason="再度の起訴")
    record_verdict_final(tried, by=room.liaison, on=today())
    with pytest.raises(RefusedError, match="does not take up again"):
        reopen_referral(tried, by=room.liaison, ground="prosecutor", on=today(), reason="再度の起訴")
    with pytest.raises(BadInputError, match="lies before"):
        reopen_referral(tried, by=room.liaison, ground="dismissed", on=DAY, reason="再度の起訴")
    reopen_referral(tried, by=room.liaison, ground="dismissed", on=today(), reason="再度の起訴")
    decide(tried, room, "formal-trial")
    assert counts(tried) is None


@pytest.mark.parametrize("kind", ["acquitted", "discharged", "fine"])
def test_what_was_judged_is_not_brought_anew(kind: str, tried: Dossier, room: Room) -> None:
    judge_in_court(tried, room, kind, final_on=today())
    with pytest.raises(RefusedError, match="before the court"):
        reopen_referral(tried, by=room.liaison, ground="dismissed", on=today(), reason="再度の起訴")


def test_what_the_family_court_decided_does_not_come_back(sent: Dossier, room: Room) -> None:
    sent.confirmations.update(born_on=date(2010, 5, 1))
    decide(sent, room, "family-court")
    judge_in_court(sent, room, "protective-measure")
    with pytest.raises(RefusedError, match="has decided on it"):
        reopen_referral(sent, by=room.liaison, ground="family-court", on=today(), reason="逆送")
    judge_in_court(sent, room, "remanded", instance="appeal")
    reopen_referral(sent, by=room.liaison, ground="family-court", on=today(), reason="逆送")
    assert sent.stage == Stage.REFERRED


def test_the_court_clears_the_wrong_person_and_the_dead_too(tried: Dossier, room: Room) -> None:
    """Work on them has ended; what the court says of them still has to be written down."""
    end_dossier(tried, by=room.reviewer, kind="misidentified", basis="別人と判明", on=None)
    judge_in_court(tried, room, "acquitted", final_on=today())
    assert (tried.stage, counts(tried).outcome) == (Stage.MISIDENTIFIED, "acquitted")  # type: ignore[union-attr]


def test_nobody_is_convicted_after_death_and_a_retrial_clears_the_dead(tried: Dossier, room: Room, now: Any) -> None:
    judge_in_court(tried, room, "imprisonment", final_on=today())
    end_dossier(tried, by=room.analyst, kind="deceased", basis="戸籍の写し", on=today())
    now.shift(LATER)
    judge_in_court(tried, room, "acquitted", instance="retrial")
    with pytest.raises(RefusedError, match="died on"):
        judge_in_court(tried, room, "imprisonment", instance="appeal")
    record_verdict_final(tried, by=room.liaison, on=today())
    assert counts(tried).outcome == "acquitted"  # type: ignore[union-attr]


def test_a_lifted_prosecution_that_was_a_mistake_can_be_withdrawn_with_its_verdict(tried: Dossier, room: Room) -> None:
    judge_in_court(tried, room, "dismissed-by-judgment", final_on=today())
    reopen_referral(tried, by=room.liaison, ground="dismissed", on=today(), reason="再度の起訴")
    withdraw_disposition(tried, by=room.liaison, reason="再起は誤記")
    decide(tried, room, "formal-trial")
    assert counts(tried) is None


def test_the_court_goes_on_with_what_the_police_took_up_again(tried: Dossier, room: Room, now: Any) -> None:
    advance(tried, by=room.reviewer, to=Stage.CLOSED, reason="終結")
    advance(tried, by=room.reviewer, to=Stage.UNDER_INVESTIGATION, reason="余罪")
    judge_in_court(tried, room, final_on=today())
    assert counts(tried).outcome == "acquitted"  # type: ignore[union-attr]
    page = f"/operations/heron/persons/{tried.person_code}/referral"
    desk = Client()
    desk.force_login(room.liaison)
    assert 'value="withdraw-verdict"' in desk.get(page).content.decode()
    # The police work on the person again: nothing is erased by default meanwhile.
    assert outcome_due(room, now, rules().outcomes["open"].days)[::2] == ("open", False)


def test_of_two_cases_the_one_that_is_kept_longer_counts(tried: Dossier, room: Room, now: Any) -> None:
    judge_in_court(tried, room, "fine", final_on=today())
    advance(tried, by=room.reviewer, to=Stage.CLOSED, reason="終結")
    advance(tried, by=room.reviewer, to=Stage.UNDER_INVESTIGATION, reason="余罪")
    for after in (Stage.READY,):
        advance(tried, by=room.reviewer, to=after, reason="手続")
    refer(tried, room)
    decide(tried, room, "no-suspicion")
    days = rules().outcomes["convicted"].days
    now.shift(timedelta(days=60))
    assert reviews_due(room.operation) == []
    assert outcome_due(room, now, days - 60) == ("convicted", DAY + LATER + timedelta(days=days), False)


# Retention


@pytest.mark.parametrize(
    ("kind", "outcome", "erase"),
    [
        ("acquitted", "acquitted", True),
        ("discharged", "court-ended", False),
        ("dismissed-by-ruling", "court-ended", False),
        ("imprisonment", "convicted", False),
        ("suspended-sentence", "convicted", False),
        ("fine", "convicted", False),
    ],
)
def test_the_rule_of_the_outcome_counts_from_the_day_on_which_it_became_final(
    kind: str, outcome: str, erase: bool, tried: Dossier, room: Room, now: Any
) -> None:
    final = today() - timedelta(days=2)
    judge_in_court(tried, room, kind, on=DAY, final_on=final)
    days = rules().outcomes[outcome].days
    if days > 2:
        assert reviews_due(room.operation) == []
    assert outcome_due(room, now, days) == (outcome, final + timedelta(days=days), erase)


def test_an_acquittal_that_is_not_final_erases_nobody(tried: Dossier, room: Room, now: Any) -> None:
    judge_in_court(tried, room)
    assert reviews_due(room.operation) == []
    with pytest.raises(RefusedError, match="no final verdict that says"):
        propose_retention(room.operation, tried.person_code, by=room.reviewer, choice="erase", ground="acquitted")
    assert outcome_due(room, now, 365)[::2] == ("prosecuted", False)


def test_of_whom_was_sent_to_the_family_court_its_decision_is_asked_within_a_year(
    sent: Dossier, room: Room, now: Any
) -> None:
    sent.confirmations.update(born_on=date(2010, 5, 1))
    decide(sent, room, "family-court")
    assert outcome_due(room, now, 365) == ("family-court", DAY + timedelta(days=365), False)


def test_a_ground_that_the_verdict_contradicts_is_refused(tried: Dossier, room: Room) -> None:
    judge_in_court(tried, room, "fine", final_on=today())
    with pytest.raises(RefusedError, match="acquitted for good"):
        propose_retention(room.operation, tried.person_code, by=room.reviewer, choice="erase", ground="acquitted")
    withdraw_verdict(tried, by=room.liaison, reason="誤記")
    judge_in_court(tried, room, "acquitted", final_on=today())
    with pytest.raises(RefusedError, match="convicted for good"):
        propose_retention(
            room.operation, tried.person_code, by=room.reviewer, choice="keep", ground="convicted",
            review_on=today() + LATER,
        )  # fmt: skip


def keep(room: Room, dossier: Dossier, ground: str) -> None:
    made = propose_retention(
        room.operation, dossier.person_code, by=room.reviewer, choice="keep", ground=ground,
        review_on=today() + timedelta(days=2000),
    )  # fmt: skip
    settle_retention(room.operation, made.pk, by=room.reviewer2, agree=True)


def test_who_was_kept_for_the_trial_is_not_kept_on_after_the_acquittal(tried: Dossier, room: Room, now: Any) -> None:
    keep(room, tried, "proceedings-open")
    now.shift(LATER)
    judge_in_court(tried, room, final_on=today())
    assert outcome_due(room, now)[::2] == ("acquitted", True)
    keep(room, tried, "claim")
    assert reviews_due(room.operation) == []
