"""A receipt or a disposition that was recorded by mistake is withdrawn: it stays to be read, and counts for nothing."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from typer.testing import CliRunner

from soken.casework.actions.advance import GateError, advance
from soken.casework.actions.end_dossier import end_dossier
from soken.casework.actions.receive_referral import receive_referral
from soken.casework.actions.record_clearance import Clearance, record_clearance
from soken.casework.actions.record_disposition import office_now
from soken.casework.actions.reopen_referral import ask_inquest, reopen_referral, resolve_inquest
from soken.casework.actions.take_vintage import take_vintage
from soken.casework.actions.withdraw_prosecutor import withdraw_disposition, withdraw_receipt
from soken.casework.models import Disposition, Dossier, Referral, WithdrawnReceipt
from soken.casework.selectors.referrals import referrals_in, referrals_of
from soken.casework.selectors.statistics import annual_report, is_behind
from soken.commands.main import app
from soken.core.errors import BadInputError, NotFoundError, RefusedError
from soken.core.home import open_home
from soken.report.counting import CLEARANCES
from soken.review.stages import Stage
from tests.casework.dossiers import AT, Room, decide

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]
DAY = AT.date()


@pytest.fixture
def room(room_and_ready: tuple[Room, Dossier]) -> Room:
    return room_and_ready[0]


def test_a_wrong_receipt_is_kept_and_the_case_waits_for_the_right_one(sent: Dossier, room: Room, now: Any) -> None:
    receive_referral(sent, by=room.liaison, on=DAY, number="検1号")
    withdraw_receipt(sent, by=room.investigator, reason="別の事件の受理番号")
    now.shift(timedelta(days=2))
    (seen,) = referrals_of(sent)
    assert (sent.stage, seen.waiting, seen.days) == (Stage.REFERRED, "receipt", 2)
    assert [(one.received_number, one.received_by, one.by, one.reason) for one in seen.receipts] == [
        ("検1号", room.liaison, room.investigator, "別の事件の受理番号")
    ]
    receive_referral(sent, by=room.liaison, on=DAY + timedelta(days=2), number="検2号")
    assert referrals_of(sent)[0].referral.received_number == "検2号"


def test_a_wrong_decision_brings_the_case_back_before_the_prosecutor(sent: Dossier, room: Room) -> None:
    decide(sent, room, "no-suspicion")
    withdraw_disposition(sent, by=room.liaison, reason="別人の処分通知")
    assert sent.stage == Stage.REFERRED
    step = sent.stage_changes.order_by("pk").last()
    assert (step.before, step.after, step.by, step.reason) == ("decided", "referred", room.liaison, "別人の処分通知")
    (seen,) = referrals_in(room.operation, waiting=True)
    assert (seen.waiting, seen.days) == ("decision", 0)
    decide(sent, room, "summary-order")
    assert sent.stage == Stage.DECIDED
    kept = [(one.kind, bool(one.withdrawn_at), one.withdrawn_reason) for one in referrals_of(sent)[0].dispositions]
    assert kept == [("no-suspicion", True, "別人の処分通知"), ("summary-order", False, "")]


def test_a_closed_case_comes_back_too(sent: Dossier, room: Room) -> None:
    decide(sent, room, "no-suspicion")
    advance(sent, by=room.reviewer, to=Stage.CLOSED, reason="終結")
    withdraw_disposition(sent, by=room.reviewer, reason="別人の処分通知")
    assert sent.stage == Stage.REFERRED
    with pytest.raises(RefusedError):
        advance(sent, by=room.reviewer, to=Stage.CLOSED, reason="終結")


def test_after_a_reopening_the_decision_before_it_stays_lifted(sent: Dossier, room: Room) -> None:
    decide(sent, room, "insufficient-evidence")
    reopen_referral(sent, by=room.liaison, ground="prosecutor", on=DAY, reason="新証拠")
    decide(sent, room, "formal-trial")
    withdraw_disposition(sent, by=room.liaison, reason="誤記")
    assert sent.stage == Stage.REFERRED
    with pytest.raises(GateError, match="no-disposition"):
        advance(sent, by=room.reviewer, to=Stage.DECIDED, reason="手続")
    # The one before, lifted, was a mistake too: the case was never decided.
    withdraw_disposition(sent, by=room.liaison, reason="誤記")
    assert (sent.stage, referrals_of(sent)[0].waiting) == (Stage.REFERRED, "decision")


def test_a_transfer_by_mistake_brings_the_case_back_to_its_office(sent: Dossier, room: Room) -> None:
    decide(sent, room, "transfer", office="osaka")
    referral = Referral.objects.get()
    assert office_now(referral) == "osaka"
    withdraw_disposition(sent, by=room.liaison, reason="移送されていない")
    assert (office_now(referral), referrals_of(sent)[0].office, sent.stage) == ("tokyo", "tokyo", Stage.REFERRED)
    decide(sent, room, "transfer", office="osaka")


def test_the_last_step_is_withdrawn_first(sent: Dossier, room: Room) -> None:
    decide(sent, room, "transfer", office="osaka")
    with pytest.raises(RefusedError, match="withdraw that first"):
        withdraw_receipt(sent, by=room.liaison, reason="誤記")
    withdraw_disposition(sent, by=room.liaison, reason="誤記")
    withdraw_receipt(sent, by=room.liaison, reason="誤記")
    with pytest.raises(RefusedError, match="no receipt to withdraw"):
        withdraw_receipt(sent, by=room.liaison, reason="誤記")
    with pytest.raises(RefusedError, match="nothing to withdraw"):
        withdraw_disposition(sent, by=room.liaison, reason="誤記")


def test_what_a_committee_took_up_was_decided(sent: Dossier, room: Room) -> None:
    """Else an open review could be shaken off, and the case closed under it."""
    decide(sent, room, "no-suspicion")
    ask_inquest(sent, by=room.liaison, committee="東京第一検察審査会", on=DAY)
    for _state in ("open", "resolved"):
        with pytest.raises(RefusedError, match="committee"):
            withdraw_disposition(sent, by=room.liaison, reason="誤記")
        if _state == "open":
            resolve_inquest(sent, by=room.liaison, resolution="proper", on=DAY)
    assert sent.stage == Stage.DECIDED


@pytest.mark.parametrize("act", [withdraw_receipt, withdraw_disposition])
def test_who_may_not_and_who_says_no_reason(act: Any, sent: Dossier, room: Room) -> None:
    decide(sent, room)
    for who in ("analyst", "auditor", "stranger"):
        with pytest.raises((RefusedError, NotFoundError)):
            act(sent, by=room.users[who], reason="誤記")
    with pytest.raises(BadInputError, match="reason"):
        act(sent, by=room.liaison, reason=" ")
    with pytest.raises(RefusedError, match="Somebody else"):
        act(sent, by=room.liaison, reason="誤記", seen=sent.version - 1)
    assert not WithdrawnReceipt.objects.exists()
    assert sent.stage == Stage.DECIDED


def test_a_person_found_to_be_the_wrong_one_stays_frozen(sent: Dossier, room: Room) -> None:
    decide(sent, room)
    end_dossier(sent, by=room.reviewer, kind="misidentified", basis="別人と判明", on=None)
    with pytest.raises(RefusedError, match="No way leads"):
        withdraw_disposition(sent, by=room.liaison, reason="誤記")
    assert Disposition.objects.filter(withdrawn_at__isnull=True).count() == 1


def test_what_is_counted_stays_counted(sent: Dossier, room: Room, tmp_path: Path) -> None:
    """A clearance is the police's count of the referral: what the prosecutor did or did not decide changes nothing."""
    record_clearance(sent, Clearance("possession", DAY, "tokyo", occurred_at="tokyo", age=41), by=room.liaison)
    decide(sent, room)
    home = open_home(tmp_path)
    before = take_vintage(home, by=None)
    withdraw_disposition(sent, by=room.liaison, reason="誤記")
    withdraw_receipt(sent, by=room.liaison, reason="誤記")
    assert is_behind(before), "the decision is counted too, by itself"
    then, now = (
        annual_report(home, one, DAY.year, reader=None).figures for one in (before, take_vintage(home, by=None))
    )
    assert all(then[unit.value] == now[unit.value] for unit in CLEARANCES)


def test_the_database_refuses_half_a_withdrawal(sent: Dossier, room: Room) -> None:
    decide(sent, room)
    with pytest.raises(IntegrityError), transaction.atomic():
        Disposition.objects.update(withdrawn_at=AT)


def test_the_page_offers_it_and_shows_what_was_withdrawn(sent: Dossier, room: Room) -> None:
    desk, page = Client(), f"/operations/heron/persons/{sent.person_code}/referral"
    desk.force_login(room.liaison)
    receive_referral(sent, by=room.liaison, on=DAY, number="検77号")
    sent.refresh_from_db()
    assert 'value="withdraw-receipt"' in desk.get(page).content.decode()
    said = {"act": "withdraw-receipt", "version": sent.version, "reason": "別の事件"}
    assert desk.post(page, said).status_code == 302
    decide(sent, room, "no-suspicion")
    assert 'value="withdraw-disposition"' in desk.get(page).content.decode()
    said = {"act": "withdraw-disposition", "version": sent.version, "reason": "誤送の通知"}
    assert desk.post(page, said).status_code == 302
    shown = desk.get(page, headers={"accept-language": "ja"}).content.decode()
    for words in ("検77号", "別の事件", "誤送の通知", "取消し（誤記録）"):
        assert words in shown


def test_the_command_withdraws_both(sent: Dossier, room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("soken.commands.referral", "soken.commands.dossier_act"):
        monkeypatch.setattr(f"{module}.acting_user", lambda _by: room.liaison)
    monkeypatch.setattr("soken.commands.referral.started", lambda: None)
    decide(sent, room)

    def run(*words: str) -> Any:
        done = CliRunner().invoke(app, ["referral", *words, "--operation", "heron", "--json"])
        return json.loads(done.output) if done.exit_code == 0 else done.exception

    gone = ("withdraw", sent.person_code, "--reason", "誤記", "--what")
    assert run(*gone, "disposition")["stage"] == "referred"
    assert run(*gone, "receipt")["stage"] == "referred"
    assert isinstance(run(*gone, "packet"), BadInputError)
    (seen,) = run("list")["referrals"]
    assert (seen["received_on"], len(seen["withdrawn_receipts"])) == (None, 1)
    assert seen["dispositions"][0]["withdrawn_reason"] == "誤記"
