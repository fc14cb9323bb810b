"""A ground of keeping or erasing that says what a court decided stands only while a recorded verdict bears it out."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings as installation
from django.test import Client

from soken.casework.actions.carry_out_erasure import carry_out_erasure
from soken.casework.actions.record_verdict import withdraw_verdict
from soken.casework.actions.review_retention import propose_retention, settle_retention
from soken.casework.actions.withdraw_prosecutor import withdraw_disposition
from soken.casework.models import Dossier, DossierRow, RetentionReview
from soken.casework.selectors.dossier import today
from soken.casework.selectors.retention import reviews_due
from soken.core.errors import RefusedError
from soken.core.home import open_home
from tests.casework.dossiers import Room, decide, judge_in_court, make_dossier

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]
LATER = timedelta(days=30)


@pytest.fixture
def room(room_and_ready: tuple[Room, Dossier]) -> Room:
    return room_and_ready[0]


@pytest.fixture
def tried(tried: Dossier) -> Dossier:
    """A person of no rows who was indicted a month ago."""
    DossierRow.objects.filter(dossier=tried).delete()
    return tried


def erase(room: Room, dossier: Dossier, ground: str = "acquitted") -> RetentionReview:
    return propose_retention(room.operation, dossier.person_code, by=room.reviewer, choice="erase", ground=ground)


def keep(room: Room, dossier: Dossier, ground: str = "convicted") -> RetentionReview:
    return propose_retention(
        room.operation, dossier.person_code, by=room.reviewer, choice="keep", ground=ground,
        review_on=today() + timedelta(days=2000),
    )  # fmt: skip


def agree(room: Room, made: RetentionReview) -> None:
    settle_retention(room.operation, made.pk, by=room.reviewer2, agree=True)


def take_back(room: Room, dossier: Dossier) -> None:
    """The acquittal was a co-accused's."""
    withdraw_verdict(dossier, by=room.liaison, reason="共犯者の判決")


def test_nobody_agrees_to_erase_as_acquitted_once_the_acquittal_was_withdrawn(tried: Dossier, room: Room) -> None:
    judge_in_court(tried, room, final_on=today())
    made = erase(room, tried)
    take_back(room, tried)
    with pytest.raises(RefusedError, match="no final verdict that says “acquitted for good”"):
        agree(room, made)
    made.refresh_from_db()
    assert made.agreed is None
    settle_retention(room.operation, made.pk, by=room.reviewer2, agree=False)


@pytest.mark.parametrize("then", ["nothing", "convicted", "no decision"])
def test_nobody_is_erased_as_acquitted_once_the_acquittal_was_withdrawn(
    then: str, tried: Dossier, room: Room, settings: Any, tmp_path: Path
) -> None:
    settings.HOME = open_home(tmp_path / "home")
    judge_in_court(tried, room, final_on=today())
    made = erase(room, tried)
    agree(room, made)
    take_back(room, tried)
    if then == "convicted":
        judge_in_court(tried, room, "imprisonment", final_on=today())
    if then == "no decision":
        withdraw_disposition(tried, by=room.liaison, reason="共犯者の処分")
    with pytest.raises(RefusedError, match="no final verdict that says “acquitted for good”"):
        carry_out_erasure(room.operation, made.pk, by=room.reviewer, home=installation.HOME)
    assert Dossier.objects.filter(pk=tried.pk).exists()
    made.refresh_from_db()
    assert made.erased_at is None


def test_while_the_acquittal_stands_the_erasure_is_carried_out(
    tried: Dossier, room: Room, settings: Any, tmp_path: Path
) -> None:
    settings.HOME = open_home(tmp_path / "home")
    judge_in_court(tried, room, final_on=today())
    made = erase(room, tried)
    agree(room, made)
    for _again in range(2):
        carry_out_erasure(room.operation, made.pk, by=room.reviewer, home=installation.HOME)
    assert not Dossier.objects.filter(pk=tried.pk).exists()


@pytest.mark.parametrize(("language", "words"), [("en", "The ground no longer stands"), ("ja", "根拠が失われています")])
@pytest.mark.parametrize("agreed", [False, True])
def test_the_page_says_that_the_ground_no_longer_stands(
    agreed: bool, language: str, words: str, tried: Dossier, room: Room
) -> None:
    desk, page = Client(headers={"accept-language": language}), "/operations/heron/retention"
    desk.force_login(room.reviewer2)
    judge_in_court(tried, room, final_on=today())
    made = erase(room, tried)
    if agreed:
        agree(room, made)
    offered = f"carry-out {made.pk}" if agreed else 'value="agree"'
    before = desk.get(page).content.decode()
    assert words not in before
    assert offered in before
    take_back(room, tried)
    after = desk.get(page).content.decode()
    assert words in after
    assert offered not in after


@pytest.mark.parametrize("decision", ["no-suspicion", "insufficient-evidence", "suspension-of-prosecution"])
def test_nobody_was_convicted_or_acquitted_whom_the_prosecutor_did_not_prosecute(
    decision: str, sent: Dossier, room: Room, now: Any
) -> None:
    decide(sent, room, decision)
    DossierRow.objects.filter(dossier=sent).delete()
    for propose in (keep, erase):
        with pytest.raises(RefusedError, match="no final verdict that says"):
            propose(room, sent)
    now.shift(timedelta(days=40))
    if decision == "no-suspicion":
        assert [one.outcome for one in reviews_due(room.operation)] == ["no-suspicion"]


def test_while_the_prosecutor_has_the_case_no_court_has_decided_it(sent: Dossier, room: Room) -> None:
    with pytest.raises(RefusedError, match="no final verdict that says"):
        keep(room, sent)


@pytest.mark.parametrize("decision", ["final-judgment", "already-indicted"])
def test_what_another_case_decides_whoever_proposes_answers_for(decision: str, sent: Dossier, room: Room) -> None:
    decide(sent, room, decision)
    agree(room, keep(room, sent))
    assert reviews_due(room.operation) == []


def test_of_a_case_that_was_never_sent_from_here_whoever_proposes_answers(room: Room) -> None:
    agree(room, keep(room, make_dossier(room)))


def test_who_was_kept_as_convicted_is_due_again_once_the_verdict_was_withdrawn(
    tried: Dossier, room: Room, now: Any
) -> None:
    judge_in_court(tried, room, "imprisonment", final_on=today())
    agree(room, keep(room, tried))
    now.shift(timedelta(days=400))
    assert reviews_due(room.operation) == []
    take_back(room, tried)
    assert [one.outcome for one in reviews_due(room.operation)] == ["prosecuted"]
    agree(room, keep(room, tried, "child-safety"))
    assert reviews_due(room.operation) == []


def test_of_whom_the_criminal_court_sent_to_the_family_court_that_courts_decision_is_asked(
    tried: Dossier, room: Room, now: Any
) -> None:
    judge_in_court(tried, room, "to-family-court", final_on=today())
    now.shift(timedelta(days=366))
    assert [one.outcome for one in reviews_due(room.operation)] == ["family-court"]
