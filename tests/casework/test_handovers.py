"""The acts of a handover between installations: two people are two, and nobody acts on a person who is away."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.db import DatabaseError, transaction

from soken.access.models import Role, User
from soken.casework.actions.accept_handover import accept_handover
from soken.casework.actions.approve_handover import approve_handover
from soken.casework.actions.confirm_identity import confirm_identity
from soken.casework.actions.notify_safety import notify_safety
from soken.casework.actions.offer_handover import offer_handover
from soken.casework.actions.offer_transfer import offer_transfer
from soken.casework.actions.open_dossier import open_dossier
from soken.casework.actions.receive_handover import answer_file, receive_handover, return_handover
from soken.casework.actions.record_place import record_place
from soken.casework.actions.record_restraint import record_restraint
from soken.casework.actions.send_handover import send_handover
from soken.casework.actions.take_in_handover import take_in_handover
from soken.casework.actions.tell_due import tell_due
from soken.casework.actions.trust_peer import compare_peer, register_peer, revoke_peer
from soken.casework.actions.withdraw_handover import withdraw_handover
from soken.casework.actions.write_note import write_note
from soken.casework.models import (
    Dossier,
    IncomingHandover,
    Judgement,
    Membership,
    NotificationKind,
    OutgoingHandover,
    SafetyNotification,
)
from soken.casework.selectors.boards import board
from soken.casework.selectors.handover_keys import own_card, unsealed
from soken.casework.selectors.handovers import becoming_of, box_of
from soken.core.errors import BadInputError, NotFoundError, RefusedError
from soken.core.home import open_home
from soken.core.progress import silent
from soken.exchange.handover import content_digest
from soken.ledger.entries import Kind
from soken.ledger.models import Entry
from soken.route.handover import How, Word
from soken.route.transfers import rules
from tests.casework.dossiers import taken_on
from tests.casework.other_installation import OtherInstallation
from tests.desk.factory import TAKAHASHI, World, make_world

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_django import Settings

pytestmark = pytest.mark.django_db

FORM = dict.fromkeys(rules().form, "別添のとおり")


@dataclass
class Case:
    """A person of Tokyo, the people of Tokyo, and Osaka's installation."""

    world: World
    osaka: OtherInstallation
    dossier: Dossier

    @property
    def prepares(self) -> User:
        return self.world.users[Role.INVESTIGATOR]

    @property
    def approves(self) -> User:
        return self.world.users[Role.REVIEWER]

    def prepared(self, **changes: Any) -> OutgoingHandover:
        said = {"peer": "Osaka", "to": "osaka", "kind": "transfer", "reason": "転居", "form": FORM, **changes}
        return offer_handover(self.dossier, by=self.prepares, **said)

    def approved(self) -> OutgoingHandover:
        return approve_handover(self.world.operation, self.prepared().transfer, by=self.approves)

    def sent(self) -> bytes:
        _handover, file = send_handover(self.world.operation, self.approved().transfer, by=self.prepares)
        return file

    def hears(self, file: bytes, by: User | None = None) -> Any:
        return take_in_handover(self.world.operation, file, by=by or self.prepares)


@pytest.fixture
def case(settings: Settings, tmp_path: Path) -> Case:
    settings.HOME = open_home(tmp_path / "home")
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    world, osaka = make_world(), OtherInstallation()
    osaka.trusted()
    dossier = open_dossier(world.operation, TAKAHASHI, by=world.users[Role.ANALYST])
    taken_on(dossier, "tokyo")
    dossier.refresh_from_db()
    return Case(world, osaka, dossier)


def with_force(world: World, force: str) -> User:
    user = User.objects.create(username=force, role=Role.INVESTIGATOR, force=force, password="!")
    Membership.objects.create(operation=world.operation, user=user)
    return user


# -- sending -----------------------------------------------------------------------------------------------------------


def test_whoever_approves_neither_prepared_nor_sends(case: Case) -> None:
    made = offer_handover(
        case.dossier, by=case.approves, peer="Osaka", to="osaka", kind="transfer", reason="転居", form=FORM
    )
    with pytest.raises(RefusedError, match="prepared this handover yourself"):
        approve_handover(case.world.operation, made.transfer, by=case.approves)
    other = User.objects.create(username="other", role=Role.REVIEWER, password="!")
    Membership.objects.create(operation=case.world.operation, user=other)
    approve_handover(case.world.operation, made.transfer, by=other)
    with pytest.raises(RefusedError, match="approved this handover"):
        send_handover(case.world.operation, made.transfer, by=other)
    send_handover(case.world.operation, made.transfer, by=case.approves)
    for wrong in ({"approved_by": made.offered_by_id}, {"sent_by": other.pk}):
        with pytest.raises(DatabaseError), transaction.atomic():
            OutgoingHandover.objects.update(**wrong)


def test_an_investigator_may_not_approve_and_nothing_leaves_that_is_not_approved(case: Case) -> None:
    made = case.prepared()
    with pytest.raises(RefusedError, match="Your role"):
        approve_handover(case.world.operation, made.transfer, by=case.prepares)
    with pytest.raises(RefusedError, match="stands at"):
        send_handover(case.world.operation, made.transfer, by=case.prepares)
    made.refresh_from_db()
    assert made.sealed is None


def test_a_change_of_what_would_leave_asks_for_a_new_approval(case: Case) -> None:
    made = case.approved()
    record_place(case.dossier, by=case.prepares, ground="residence", prefecture="27", basis="住民票")
    with pytest.raises(RefusedError, match="changed since it was approved"):
        send_handover(case.world.operation, made.transfer, by=case.prepares)
    approve_handover(case.world.operation, made.transfer, by=case.approves)
    send_handover(case.world.operation, made.transfer, by=case.prepares)


def test_what_leaves_holds_rows_with_their_places_and_no_title_and_no_other_person(case: Case) -> None:
    confirm_identity(case.dossier, by=case.prepares, basis="住民票と照合")
    said = case.osaka.opens(case.sent()).body
    assert [row["row"] for row in said["rows"]] == [1, 2, 3]
    assert said["originals"][0]["sha256"] == case.world.item.sha256
    assert said["rows"][1]["place"] == {"line": "3", "byteOffset": "240", "byteLength": "119"}
    assert said["rows"][1]["cells"]["ship_full_name"] == "山本 葵"
    assert said["form"] == FORM
    assert [one["kind"] for one in said["assessments"]] == ["identity"]
    assert "misaki" not in str(said)
    assert not {"band", "title", "item_title"} & set(str(said).split("'"))


def test_sent_again_it_is_the_same_file_and_each_time_a_disclosure(case: Case) -> None:
    file = case.sent()
    transfer = OutgoingHandover.objects.get().transfer
    assert send_handover(case.world.operation, transfer, by=case.prepares)[1] == file


@pytest.mark.django_db(transaction=True)
def test_the_ledger_tells_to_whom_it_went_each_time(case: Case) -> None:
    case.approved()
    transfer = OutgoingHandover.objects.get().transfer
    for _time in range(2):
        send_handover(case.world.operation, transfer, by=case.prepares)
    told = Entry.objects.filter(kind=Kind.DISCLOSURE, person=TAKAHASHI)
    assert [(one.recipient, one.about) for one in told] == [("Osaka", transfer)] * 2


@pytest.mark.parametrize(
    ("changes", "error", "says"),
    [
        ({"peer": "Kyoto"}, NotFoundError, "No installation is registered"),
        ({"to": "nowhere"}, BadInputError, "No force has the code"),
        ({"kind": "gift"}, BadInputError, "is not known"),
        ({"reason": " "}, BadInputError, "missing"),
        ({"form": {}}, BadInputError, "missing"),
    ],
)
def test_a_handover_that_cannot_be_is_refused(
    case: Case, changes: dict[str, Any], error: type[Exception], says: str
) -> None:
    with pytest.raises(error, match=says):
        case.prepared(**changes)
    assert not OutgoingHandover.objects.exists()


def test_one_handover_of_a_person_at_a_time_and_none_beside_an_offer_inside(case: Case) -> None:
    made = case.prepared()
    with pytest.raises(RefusedError, match="prepared already"):
        case.prepared()
    withdraw_handover(case.world.operation, made.transfer, by=case.prepares, reason="誤り")
    offer_transfer(case.dossier, by=case.prepares, to="kyoto", kind="transfer", reason="転居", form=FORM)
    with pytest.raises(RefusedError, match="offered already"):
        case.prepared()


def test_a_person_who_is_held_does_not_leave_by_file(case: Case) -> None:
    made = case.approved()
    record_restraint(case.dossier, by=case.prepares, began_at=datetime.now(UTC) - timedelta(hours=1), form="warrant")
    with pytest.raises(RefusedError, match="is held"):
        send_handover(case.world.operation, made.transfer, by=case.prepares)


# -- away --------------------------------------------------------------------------------------------------------------


def test_nobody_acts_on_a_person_who_is_away_not_even_the_centre_but_child_safety_goes_on(case: Case) -> None:
    case.sent()
    for by in (case.prepares, case.world.users[Role.ANALYST], case.approves):
        with pytest.raises(RefusedError, match="was handed over to Osaka"):
            write_note(case.dossier, by=by, text="試み")
    began = datetime.now(UTC) - timedelta(minutes=5)
    with pytest.raises(RefusedError, match="was handed over to Osaka"):
        record_restraint(case.dossier, by=case.prepares, began_at=began, form="warrant")
    with pytest.raises(DatabaseError), transaction.atomic():
        Dossier.objects.filter(pk=case.dossier.pk).update(stage="screened")
    notify_safety(
        case.world.operation, TAKAHASHI, by=case.prepares, body="school-board", office="教育委員会", method="phone"
    )


def test_an_acceptance_gives_the_person_away_for_good(case: Case) -> None:
    file = case.sent()
    assert case.hears(case.osaka.answers(file, Word.RECEIPT)).state == "received"
    acceptance = case.osaka.answers(file, Word.ACCEPTANCE, "受理 5号")
    analyst = case.world.users[Role.ANALYST]
    assert case.hears(acceptance, by=analyst).state == "accepted"
    case.dossier.refresh_from_db()
    assert case.dossier.force == "osaka"
    assert OutgoingHandover.objects.get().answer == "受理 5号"
    assert list(case.prepares.notifications.values_list("kind", flat=True)) == [NotificationKind.TRANSFER_ACCEPTED]
    with pytest.raises(RefusedError, match="was handed over to Osaka"):
        write_note(case.dossier, by=case.prepares, text="試み")
    assert case.hears(acceptance).how is How.AGAIN
    assert case.hears(case.osaka.answers(file, Word.RECEIPT)).how is How.LATE
    with pytest.raises(RefusedError, match="contradict"):
        case.hears(case.osaka.answers(file, Word.RETURN, "返戻"))
    with pytest.raises(DatabaseError), transaction.atomic():
        OutgoingHandover.objects.update(state="returned")


def test_a_return_gives_the_person_back_and_a_later_acceptance_contradicts(case: Case) -> None:
    file = case.sent()
    assert case.hears(case.osaka.answers(file, Word.RETURN, "居住の事実なし")).state == "returned"
    write_note(case.dossier, by=case.prepares, text="戻り")
    with pytest.raises(RefusedError, match="call them before anybody acts"):
        case.hears(case.osaka.answers(file, Word.ACCEPTANCE))
    case.dossier.refresh_from_db()
    assert case.dossier.force == "tokyo"


def test_a_withdrawal_is_a_request_until_it_is_answered(case: Case) -> None:
    file = case.sent()
    transfer = OutgoingHandover.objects.get().transfer
    _handover, asked = withdraw_handover(case.world.operation, transfer, by=case.prepares, reason="誤送")
    assert asked is not None
    assert case.osaka.opens(asked).word is Word.WITHDRAWAL
    with pytest.raises(RefusedError, match="was handed over"):
        write_note(case.dossier, by=case.prepares, text="試み")
    again = withdraw_handover(case.world.operation, transfer, by=case.prepares, reason="別の理由")[1]
    assert again is not None
    assert case.osaka.opens(again) == case.osaka.opens(asked)
    assert case.hears(case.osaka.answers(file, Word.WITHDRAWN)).state == "withdrawn"
    write_note(case.dossier, by=case.prepares, text="戻り")


def test_words_that_are_not_osakas_to_say_move_nothing(case: Case) -> None:
    file = case.sent()
    heard = case.osaka.opens(file)
    kyoto = OtherInstallation("Kyoto", seed=9)
    forged = kyoto.says(Word.ACCEPTANCE, heard.transfer, heard.content)
    with pytest.raises(RefusedError, match="nobody has registered"):
        case.hears(forged)
    kyoto.trusted()
    with pytest.raises(RefusedError, match="is not one of Kyoto"):
        case.hears(forged)
    with pytest.raises(RefusedError, match="other contents"):
        case.hears(case.osaka.says(Word.ACCEPTANCE, heard.transfer, "0" * 64))
    with pytest.raises(RefusedError, match="never sent from here"):
        case.hears(case.osaka.says(Word.ACCEPTANCE, "H-999999999999", heard.content))
    with pytest.raises(RefusedError, match="for another installation"):
        case.hears(case.osaka.says(Word.ACCEPTANCE, heard.transfer, heard.content, hearer=kyoto.card.signing))
    revoke_peer("Osaka", by=case.approves, reason="鍵の紛失")
    with pytest.raises(RefusedError, match="revoked"):
        case.hears(case.osaka.answers(file, Word.ACCEPTANCE))
    case.dossier.refresh_from_db()
    assert (case.dossier.force, OutgoingHandover.objects.get().state) == ("tokyo", "sent")


def test_an_installation_with_new_keys_can_still_answer_under_its_name(case: Case) -> None:
    file = case.sent()
    revoke_peer("Osaka", by=case.approves, reason="鍵の更新")
    renewed = OtherInstallation("Osaka", seed=11)
    one = User.objects.create(username="one", role=Role.REVIEWER, password="!")
    register_peer(renewed.card, by=one, name="Osaka", fingerprint=renewed.card.fingerprint)
    heard = case.osaka.opens(file)
    answer = renewed.says(Word.ACCEPTANCE, heard.transfer, heard.content)
    with pytest.raises(RefusedError, match="second person has not compared"):
        case.hears(answer)
    compare_peer("Osaka", by=case.approves, fingerprint=renewed.card.fingerprint)
    assert case.hears(answer).state == "accepted"


def test_silence_shows_to_both_and_to_nobody_elses(case: Case) -> None:
    case.sent()
    with time_machine.travel(datetime.now(UTC) + rules().receive, tick=False):
        found = board(case.prepares)
        assert found is not None
        assert [(one.waited.late, one.waited.escalated) for one in found.handovers.shown] == [(True, False)]
        assert box_of(with_force(case.world, "kyoto")).out == ()
    with time_machine.travel(datetime.now(UTC) + rules().escalate, tick=False):
        assert box_of(case.prepares).out[0].waited.escalated


def test_silence_is_told_once_when_it_is_late_and_once_when_it_escalates(case: Case) -> None:
    case.sent()
    sent_at = OutgoingHandover.objects.get().sent_at
    assert sent_at is not None
    told = []
    for hours in (1, 24, 25, 144, 145):
        with time_machine.travel(sent_at + timedelta(hours=hours), tick=False):
            tell_due(case.world.operation)
            told.append(case.prepares.notifications.filter(kind=NotificationKind.HANDOVER_UNANSWERED).count())
    assert told == [0, 1, 1, 2, 2]


# -- receiving ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def offer(case: Case) -> dict[str, Any]:
    """What Tokyo would send, sent back as if Osaka had it: a person of Osaka's, offered to Tokyo."""
    body = dict(case.osaka.opens(case.sent()).body)
    body |= {"from_force": "osaka", "to_force": "tokyo", "name": "中村 一"}
    first, second = body["rows"][0], body["rows"][1]
    body["judgements"] = [
        {"left_evidence": first["evidence"], "left_row": 1, "right_evidence": second["evidence"], "right_row": 2,
         "verdict": "same", "reason": "同じ電話", "by": "osaka-ana", "at": "2026-11-01T00:00:00+00:00"},
    ]  # fmt: skip
    body["told"] = [
        {"body": "school-board", "office": "教育委員会", "method": "phone", "notified_at": "2026-11-01T00:00:00+00:00",
         "note": "", "by": "osaka-ana", "acknowledged_at": "", "acknowledged_by": ""},
        {"body": "a-new-body", "office": "x", "method": "phone", "notified_at": "2026-11-01T00:00:00+00:00",
         "note": "", "by": "osaka-ana", "acknowledged_at": "", "acknowledged_by": ""},
    ]  # fmt: skip
    return body


def test_what_has_come_is_shown_before_it_is_accepted_and_becomes_exactly_that(
    case: Case, offer: dict[str, Any]
) -> None:
    done = case.hears(case.osaka.offers(offer))
    assert (done.how, done.state) == (How.NEWS, "arrived")
    found = IncomingHandover.objects.get()
    becoming = becoming_of(found)
    assert becoming is not None
    assert (becoming.unanswered, becoming.unknown) == (1, ("notification a-new-body",))
    with pytest.raises(RefusedError, match="stands at"):
        accept_handover(case.world.operation, done.transfer, by=case.prepares, progress=silent())
    receive_handover(case.world.operation, done.transfer, by=case.prepares)
    accepted = accept_handover(case.world.operation, done.transfer, by=case.prepares, progress=silent(), answer="受理")
    dossier = accepted.dossier
    assert dossier is not None
    assert (dossier.name, dossier.force, dossier.stage) == ("中村 一", "tokyo", "proposed")
    assert dossier.received_on.isoformat() == offer["received_on"]
    assert dossier.rows.count() == len(offer["rows"])
    assert dossier.confirmations.count() == 0
    told = SafetyNotification.objects.get(person_code=dossier.person_code)
    assert (told.office, told.is_open, "Osaka" in told.note) == ("教育委員会", True, True)
    given = Judgement.objects.get()
    assert (given.left_row, given.right_row, given.verdict, given.by) == (
        *sorted(dossier.rows.values_list("row", flat=True))[:2], "same", None,
    )  # fmt: skip
    heard = case.osaka.opens(answer_file(case.world.operation, done.transfer, by=case.prepares))
    assert (heard.word, heard.body) == (Word.ACCEPTANCE, {"reason": "受理"})
    write_note(dossier, by=case.prepares, text="着手")


def test_a_return_keeps_nothing_of_the_person(case: Case, offer: dict[str, Any]) -> None:
    file = case.osaka.offers(offer)
    transfer = case.hears(file).transfer
    receive_handover(case.world.operation, transfer, by=case.prepares)
    return_handover(case.world.operation, transfer, by=case.prepares, reason="管轄外")
    found = IncomingHandover.objects.get()
    assert (found.state, found.sealed, becoming_of(found)) == ("returned", None, None)
    assert case.hears(file).how is How.AGAIN
    withdrawal = case.osaka.says(Word.WITHDRAWAL, transfer, found.content_sha256, {"reason": "誤送"})
    assert case.hears(withdrawal).how is How.LATE
    assert case.osaka.opens(answer_file(case.world.operation, transfer, by=case.prepares)).word is Word.RETURN


def test_a_file_is_for_one_installation_and_one_content(case: Case, offer: dict[str, Any]) -> None:
    third = OtherInstallation("Kyoto", seed=12).card.signing
    passed_on = case.osaka.says(Word.OFFER, "H-0000000000BB", content_digest(offer), offer, hearer=third)
    with pytest.raises(RefusedError, match="for another installation"):
        case.hears(passed_on)
    case.hears(case.osaka.offers(offer))
    with pytest.raises(RefusedError, match="other contents"):
        case.hears(case.osaka.offers(offer | {"name": "別人"}))
    with pytest.raises(RefusedError, match="written by this installation itself"):
        case.hears(bytes(OutgoingHandover.objects.get().sealed or b""))
    assert becoming_of(IncomingHandover.objects.get()).handed.name == "中村 一"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"rows": []}, "between 1 and"),
        ({"received_on": "soon"}, "does not say what a transfer must say"),
        ({"to_force": "nowhere"}, "No force has the code"),
        ({"form": None}, "does not say what a transfer must say"),
        ({"unheard": 1}, "does not say what a transfer must say"),
        ({"originals": []}, "one of a file that it does not name"),
        ({"stage": 3}, "is no str"),
    ],
    ids=lambda one: next(iter(one)) if isinstance(one, dict) else "",
)
def test_contents_that_do_not_hold_together_are_told(
    case: Case, offer: dict[str, Any], change: dict[str, Any], says: str
) -> None:
    with pytest.raises(BadInputError, match=says):
        case.hears(case.osaka.offers(offer | change))
    assert not IncomingHandover.objects.exists()


def test_only_the_force_that_is_meant_and_the_centre_answer(case: Case, offer: dict[str, Any]) -> None:
    transfer = case.hears(case.osaka.offers(offer)).transfer
    kyoto = with_force(case.world, "kyoto")
    for act in (receive_handover, answer_file):
        with pytest.raises(RefusedError, match="This is for people of"):
            act(case.world.operation, transfer, by=kyoto)
    receive_handover(case.world.operation, transfer, by=with_force(case.world, "tokyo"))


# -- trust -------------------------------------------------------------------------------------------------------------


def test_keys_are_compared_by_two_people_each_with_the_fingerprint_that_was_told(case: Case) -> None:
    kyoto = OtherInstallation("Kyoto", seed=9)
    one, two = case.approves, User.objects.create(username="two", role=Role.REVIEWER, password="!")
    with pytest.raises(BadInputError, match="not that of these keys"):
        register_peer(kyoto.card, by=one, name="Kyoto", fingerprint=case.osaka.card.fingerprint)
    swapped = replace(kyoto.card, recipient=case.osaka.card.recipient)
    with pytest.raises(BadInputError, match="not that of these keys"):
        register_peer(swapped, by=one, name="Kyoto", fingerprint=kyoto.card.fingerprint)
    register_peer(kyoto.card, by=one, name="Kyoto", fingerprint=kyoto.card.fingerprint.upper())
    with pytest.raises(RefusedError, match="second person has to compare"):
        compare_peer("Kyoto", by=one, fingerprint=kyoto.card.fingerprint)
    with pytest.raises(RefusedError, match="not been compared by a second person"):
        case.prepared(peer="Kyoto")
    with pytest.raises(RefusedError, match="Your role"):
        compare_peer("Kyoto", by=case.prepares, fingerprint=kyoto.card.fingerprint)
    compare_peer("Kyoto", by=two, fingerprint=kyoto.card.fingerprint)
    case.prepared(peer="Kyoto")


def test_an_installation_does_not_trust_itself_or_one_key_under_two_names(case: Case) -> None:
    own = own_card()
    with pytest.raises(RefusedError, match="own keys"):
        register_peer(own, by=case.approves, name="Me", fingerprint=own.fingerprint)
    with pytest.raises(RefusedError, match="registered already"):
        register_peer(case.osaka.card, by=case.approves, name="Osaka 2", fingerprint=case.osaka.card.fingerprint)
    assert unsealed(case.osaka.says(Word.RECEIPT, "H-1", "0" * 64)).speaker == case.osaka.card.signing
