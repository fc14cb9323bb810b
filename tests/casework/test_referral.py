"""A case at the prosecutor's: sent through the gate, received, decided (R30)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from soken.casework.actions.add_party_role import add_party_role
from soken.casework.actions.advance import GateError, advance
from soken.casework.actions.confirm_identity import confirm_identity
from soken.casework.actions.receive_referral import receive_referral
from soken.casework.actions.record_custody_step import record_custody_step
from soken.casework.actions.record_restraint import record_restraint
from soken.casework.actions.withdraw_confirmation import withdraw_confirmation
from soken.casework.models import Disposition, Dossier, Person, Referral
from soken.casework.selectors.dossier import today
from soken.casework.selectors.referrals import referrals_in, referrals_of
from soken.core.errors import BadInputError, NotFoundError, RefusedError
from soken.refer.contents import digest_of
from soken.reference.dispositions import disposition_kinds
from soken.review.stages import Stage
from tests.casework.dossiers import AT, BORN, Room, bring_to, decide, make_dossier, make_room, refer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]
FINAL = [code for code, one in disposition_kinds().items() if one.final and not one.after]
DAY = AT.date()


@pytest.fixture
def room(room_and_ready: tuple[Room, Dossier]) -> Room:
    return room_and_ready[0]


@pytest.fixture
def ready(room_and_ready: tuple[Room, Dossier]) -> Dossier:
    return room_and_ready[1]


def said(kind: str) -> dict[str, str]:
    """What a disposition of this kind needs beside its day and number."""
    return {"words": {"words": "理由の記載"}, "office": {"office": "osaka"}}.get(disposition_kinds()[kind].needs, {})


# Sending


def test_a_case_is_sent_on_papers_with_its_data(ready: Dossier, room: Room) -> None:
    made = refer(ready, room, reference="送致12号")
    assert (ready.stage, made.kind, made.office, made.sent_on, made.liaison) == (
        Stage.REFERRED, "papers", "tokyo", DAY, room.liaison,
    )  # fmt: skip
    assert made.restraint is None


def test_no_case_is_sent_by_a_step_without_its_data(ready: Dossier, room: Room) -> None:
    with pytest.raises(GateError, match="no-referral"):
        advance(ready, by=room.reviewer, to=Stage.REFERRED)
    assert not Referral.objects.exists()


@pytest.mark.parametrize("stage", [one for one in Stage if one is not Stage.READY])
def test_a_case_is_sent_from_ready_alone(stage: Stage, room: Room) -> None:
    dossier = bring_to(make_dossier(room), stage, room)
    before = Referral.objects.count()
    with pytest.raises(RefusedError):
        refer(dossier, room)
    assert (Referral.objects.count(), dossier.stage) == (before, stage)


def test_the_gate_is_asked_again_and_nothing_is_half_done(ready: Dossier, room: Room) -> None:
    Person.objects.filter(code=ready.person_code).update(band="review")
    with pytest.raises(GateError, match="review-open"):
        refer(ready, room)
    assert not Referral.objects.exists()
    ready.refresh_from_db()
    assert ready.stage == Stage.READY


@pytest.mark.parametrize("who", ["analyst", "investigator", "liaison", "auditor", "stranger"])
def test_only_a_supervisor_sends(who: str, ready: Dossier, room: Room) -> None:
    with pytest.raises((RefusedError, NotFoundError)):
        refer(ready, room, by=room.users[who])
    assert not Referral.objects.exists()


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        pytest.param({"kind": "post"}, "is not known", id="kind"),
        pytest.param({"office": "atlantis"}, "is not known", id="office"),
        pytest.param({"office": "osaka"}, "say why", id="another's office without a reason"),
        pytest.param({"reference": " "}, "reference is missing", id="no number"),
        pytest.param({"sent_on": DAY + timedelta(days=1)}, "in the future", id="future"),
        pytest.param({"sent_on": DAY - timedelta(days=1)}, "when the list was received", id="before the list"),
        pytest.param({"liaison": "heron-reviewer"}, "no liaison officer", id="not a liaison"),
        pytest.param({"liaison": "nobody"}, "no liaison officer", id="nobody"),
    ],
)
def test_what_cannot_be_is_refused_in_one_sentence(
    changed: dict[str, Any], says: str, ready: Dossier, room: Room
) -> None:
    with pytest.raises(BadInputError, match=says) as refused:
        refer(ready, room, **changed)
    assert "\n" not in refused.value.message
    assert (Referral.objects.count(), ready.stage) == (0, Stage.READY)


def test_another_office_with_a_reason_is_the_steps_reason(ready: Dossier, room: Room) -> None:
    refer(ready, room, office="osaka", reason="共犯事件が大阪地検に係属")
    assert ready.stage_changes.order_by("pk").last().reason == "共犯事件が大阪地検に係属"


def test_a_liaison_of_another_operation_is_none_here(ready: Dossier, room: Room) -> None:
    other = make_room("egret")
    with pytest.raises(BadInputError):
        refer(ready, room, liaison=other.liaison.username)


def test_a_number_is_used_once_however_it_is_typed(ready: Dossier, room: Room) -> None:
    refer(ready, room, reference="送致 12号")
    with pytest.raises(RefusedError, match="recorded already"):
        refer(bring_to(make_dossier(room), Stage.READY, room), room, reference="送致１２号")


def test_the_day_is_japans(ready: Dossier, room: Room, now: Any) -> None:
    now.move_to(datetime.fromisoformat("2026-11-21T00:30+09:00"))
    assert refer(ready, room, sent_on=date(2026, 11, 21)).sent_on == date(2026, 11, 21)


# On papers and in custody


def hold(dossier: Dossier, room: Room) -> None:
    record_restraint(
        dossier, by=room.investigator, began_at=AT - timedelta(hours=5), arrested_by="police", form="warrant"
    )


def test_who_is_held_goes_in_custody(ready: Dossier, room: Room) -> None:
    hold(ready, room)
    with pytest.raises(RefusedError, match="is held"):
        refer(ready, room)
    assert refer(ready, room, kind="custody").restraint == ready.restraints.get()


def test_who_is_not_held_goes_on_papers(ready: Dossier, room: Room) -> None:
    with pytest.raises(RefusedError, match="refer on papers"):
        refer(ready, room, kind="custody")
    hold(ready, room)
    record_custody_step(ready, by=room.investigator, kind="released", happened_at=AT - timedelta(hours=1))
    with pytest.raises(RefusedError, match="refer on papers"):
        refer(ready, room, kind="custody")
    assert refer(ready, room).restraint is None


# What is sent


def test_facts_assessments_and_categories_are_sent_apart(ready: Dossier, room: Room) -> None:
    add_party_role(ready, by=room.analyst, role="payer", other="母", basis="決済名義")
    contents = refer(ready, room).contents
    assert contents.keys() == {"facts", "assessments", "persons", "people"}
    assert {one["kind"] for one in contents["facts"]} == {"claimed-name", "row", "exhibit"}
    assert {one["kind"] for one in contents["assessments"]} == {
        "screening", "identity", "offence", "element", "corroboration", "rival-explanation",
    }  # fmt: skip
    assert [(one["who"], one["category"], one["roles"]) for one in contents["persons"]] == [
        (ready.person_code, "suspect", ["user"]),
        ("母", "other-party", ["payer"]),
    ]


def test_the_priority_is_no_finding_and_is_not_sent(ready: Dossier, room: Room) -> None:
    sent = str(refer(ready, room).contents)
    assert "priority" not in sent
    assert "band" not in sent


def test_what_was_withdrawn_is_not_sent(room: Room) -> None:
    dossier = bring_to(make_dossier(room), Stage.UNDER_INVESTIGATION, room)
    confirm_identity(dossier, by=room.analyst2, basis="誤った照合", born_on=BORN)
    withdraw_confirmation(dossier, by=room.analyst2, whose=room.analyst2.username, reason="誤記")
    advance(dossier, by=room.reviewer, to=Stage.READY)
    assert "誤った照合" not in str(refer(dossier, room).contents)


def test_what_was_sent_is_kept_and_its_hash_shows_a_change(ready: Dossier, room: Room) -> None:
    made = refer(ready, room)
    made.refresh_from_db()
    assert digest_of(made.contents) == made.contents_sha256
    made.contents["facts"][0]["code"] = "E-000000000009:1"
    assert digest_of(made.contents) != made.contents_sha256


# Receipt and decision


def test_nothing_is_decided_before_the_office_has_received_it(ready: Dossier, room: Room) -> None:
    refer(ready, room)
    from soken.casework.actions.record_disposition import record_disposition

    with pytest.raises(RefusedError, match="has not received"):
        record_disposition(ready, by=room.liaison, kind="summary-order", on=DAY, reference="検1号")
    receive_referral(ready, by=room.liaison, on=DAY, number="検1号")
    with pytest.raises(RefusedError, match="already"):
        receive_referral(ready, by=room.liaison, on=DAY, number="検2号")
    decide(ready, room)
    assert ready.stage == Stage.DECIDED


def test_a_receipt_does_not_come_before_the_sending(ready: Dossier, room: Room, now: Any) -> None:
    now.shift(timedelta(days=3))
    refer(ready, room)
    with pytest.raises(BadInputError, match="the step before it"):
        receive_referral(ready, by=room.liaison, on=DAY, number="検1号")


@pytest.mark.parametrize("kind", [one for one in FINAL if one != "family-court"])
def test_a_final_disposition_decides_the_case(kind: str, ready: Dossier, room: Room) -> None:
    refer(ready, room)
    decide(ready, room, kind, **said(kind))
    assert ready.stage == Stage.DECIDED
    with pytest.raises(RefusedError):
        decide(ready, room, kind, **said(kind))
    assert Disposition.objects.count() == 1


def test_no_case_is_decided_or_closed_by_a_click(ready: Dossier, room: Room) -> None:
    refer(ready, room)
    with pytest.raises(GateError, match="no-disposition"):
        advance(ready, by=room.reviewer, to=Stage.DECIDED, reason="処分済み")


def test_a_transfer_and_a_suspension_leave_it_with_a_prosecutor(ready: Dossier, room: Room) -> None:
    refer(ready, room)
    decide(ready, room, "transfer", office="osaka")
    decide(ready, room, "suspension-of-investigation", words="所在不明")
    assert ready.stage == Stage.REFERRED
    (seen,) = referrals_of(ready)
    assert (seen.office, seen.waiting) == ("osaka", "decision")
    with pytest.raises(BadInputError, match="before Osaka District Public Prosecutors Office already"):
        decide(ready, room, "transfer", office="osaka")
    decide(ready, room, "formal-trial")
    assert ready.stage == Stage.DECIDED


@pytest.mark.parametrize(
    ("kind", "more", "says"),
    [
        ("hanging", {}, "is not known"),
        ("transfer", {}, "is not known"),
        ("summary-order", {"office": "osaka"}, "Only a transfer"),
        ("other-ground", {"words": " "}, "ground is missing"),
        ("summary-order", {"reference": ""}, "number is missing"),
        ("summary-order", {"on": DAY + timedelta(days=1)}, "in the future"),
    ],
)
def test_a_disposition_that_cannot_be_is_refused(
    kind: str, more: dict[str, Any], says: str, ready: Dossier, room: Room
) -> None:
    refer(ready, room)
    with pytest.raises(BadInputError, match=says):
        decide(ready, room, kind, **more)
    assert not Disposition.objects.exists()


def test_an_adult_does_not_go_to_family_court(ready: Dossier, room: Room) -> None:
    refer(ready, room)
    with pytest.raises(RefusedError, match="under 20"):
        decide(ready, room, "family-court")
    ready.confirmations.update(born_on=date(2006, 11, 21))
    decide(ready, room, "family-court")
    assert ready.stage == Stage.DECIDED


@pytest.mark.parametrize("who", ["analyst", "auditor", "stranger"])
def test_who_has_nothing_to_do_with_the_prosecutor_records_nothing(who: str, ready: Dossier, room: Room) -> None:
    refer(ready, room)
    with pytest.raises((RefusedError, NotFoundError)):
        receive_referral(ready, by=room.users[who], on=DAY, number="検1号")


# Lists


def test_who_waits_longest_stands_first(room: Room, now: Any) -> None:
    late, soon, done = (bring_to(make_dossier(room), Stage.READY, room) for _number in range(3))
    refer(late, room)
    now.shift(timedelta(days=4))
    refer(soon, room)
    refer(done, room)
    decide(done, room)
    receive_referral(soon, by=room.liaison, on=today(), number="検3号")
    found = referrals_in(room.operation, waiting=True)
    assert [(one.person, one.waiting, one.days) for one in found] == [
        (late.person_code, "receipt", 4),
        (soon.person_code, "decision", 0),
    ]
    assert len(referrals_in(room.operation)) == 3


# The database


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param({"received_on": DAY}, id="a receipt without number and hand"),
        pytest.param({"kind": "custody"}, id="in custody without a restraint"),
    ],
)
def test_the_database_refuses_half_a_referral(broken: dict[str, Any], ready: Dossier, room: Room) -> None:
    made = refer(ready, room)
    with pytest.raises(IntegrityError), transaction.atomic():
        Referral.objects.filter(pk=made.pk).update(**broken)


def test_the_database_refuses_two_decisions(ready: Dossier, room: Room) -> None:
    refer(ready, room)
    decide(ready, room)
    first = Disposition.objects.get()
    first.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        first.save(force_insert=True)
