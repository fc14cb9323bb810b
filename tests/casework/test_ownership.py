"""Exactly one owner at every moment; a transfer is two-sided; what is not one's force's to do is refused (R18-R22)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, IntegrityError, transaction
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from soken.access.models import Role, User
from soken.casework.actions.advance import GateError
from soken.casework.actions.answer_transfer import accept_transfer, receive_transfer, return_transfer, withdraw_transfer
from soken.casework.actions.check_elsewhere import check_elsewhere
from soken.casework.actions.named_notice import send_notice, withdraw_notice
from soken.casework.actions.offer_transfer import offer_transfer
from soken.casework.actions.record_place import record_place
from soken.casework.actions.screen import screen
from soken.casework.actions.take_ownership import take_ownership
from soken.casework.models import Dossier, Membership, Ownership, ResolveRun, Transfer
from soken.casework.selectors.dossier import facts_of
from soken.casework.selectors.ownership import competence_of
from soken.casework.selectors.transfers import inbox, unanswered_transfers
from soken.core.errors import BadInputError, NotFoundError, RefusedError
from soken.review.stages import Stage
from soken.route.transfers import rules
from tests.casework.dossiers import AT, Room, bring_to, make_dossier, make_room, record_everything

pytestmark = pytest.mark.django_db

FORCES = ("tokyo", "osaka", "hyogo")
WHO = st.sampled_from(["centre", *FORCES])
FORM = dict.fromkeys(rules().form, "別添のとおり")


def of_force(room: Room, force: str, role: Role = Role.INVESTIGATOR) -> User:
    user = User.objects.create(username=f"{force}-{role}", role=role, force=force, password="!")
    Membership.objects.create(operation=room.operation, user=user)
    return user


@pytest.fixture
def tokyo(room: Room) -> User:
    return of_force(room, "tokyo")


@pytest.fixture
def osaka(room: Room) -> User:
    return of_force(room, "osaka")


def offer(dossier: Dossier, by: User, to: str = "osaka", **changes: Any) -> Transfer:
    return offer_transfer(
        dossier, by=by, **{"to": to, "kind": "transfer", "reason": "転居のため", "form": FORM, **changes}
    )


def test_a_person_without_an_owner_is_accepted_for_a_force_with_the_reason(room: Room) -> None:
    dossier = make_dossier(room, force="")
    assert [one.force.code for one in competence_of(dossier).proposals] == ["tokyo"], "the address that the list claims"
    record_place(dossier, by=room.analyst, ground="residence", prefecture="27", basis="住民票")
    assert competence_of(dossier).proposals[0].force.code == "osaka"
    head = of_force(room, "tokyo", Role.REVIEWER)
    take_ownership(dossier, by=head, force="tokyo", reason="本部事件の端緒")
    made = dossier.ownerships.get()
    assert (dossier.force, made.force, made.by) == ("tokyo", "tokyo", head)
    assert made.proposed == [{"force": "osaka", "grounds": ["residence"]}], "what was proposed then is kept"


@pytest.mark.parametrize(
    ("force", "reason", "says"),
    [
        ("atlantis", "理由", "No force has the code"),
        ("tokyo", " ", "is missing"),
        ("", "理由", "No force has the code"),
    ],
)
def test_bad_input_is_said_and_changes_nothing(force: str, reason: str, says: str, room: Room) -> None:
    dossier = make_dossier(room, force="")
    with pytest.raises(BadInputError, match=says):
        take_ownership(dossier, by=of_force(room, "tokyo", Role.REVIEWER), force=force, reason=reason)
    assert not dossier.ownerships.exists()


def test_a_force_accepts_for_itself_alone_and_once(room: Room) -> None:
    dossier = make_dossier(room, force="")
    tokyo, osaka = (of_force(room, force, Role.REVIEWER) for force in ("tokyo", "osaka"))
    with pytest.raises(RefusedError, match="your own force only"):
        take_ownership(dossier, by=tokyo, force="osaka", reason="住所地")
    take_ownership(dossier, by=osaka, force="osaka", reason="住所地")
    with pytest.raises(RefusedError, match="another force"):
        take_ownership(dossier, by=tokyo, force="tokyo", reason="住所地")
    with pytest.raises(RefusedError, match="has an owner already"):
        take_ownership(dossier, by=osaka, force="osaka", reason="住所地")


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("force", ["", "tokyo", "osaka"])
def test_the_forces_own_supervisor_or_liaison_accepts_and_nobody_else(force: str, role: Role, room: Room) -> None:
    """Who belongs to no force, as the centre's people, accepts nobody: a force that was not asked has nobody on it."""
    dossier = make_dossier(room, force="")
    by = of_force(room, force, role)
    if force == "tokyo" and role in {Role.REVIEWER, Role.LIAISON}:
        take_ownership(dossier, by=by, force="tokyo", reason="住所地")
        assert Dossier.objects.get().force == "tokyo"
        return
    with pytest.raises((RefusedError, NotFoundError)):
        take_ownership(dossier, by=by, force="tokyo", reason="住所地")
    assert not Ownership.objects.exists()
    assert Dossier.objects.get().force == ""


def test_the_owner_changes_when_the_other_force_accepts_and_not_before(room: Room, tokyo: User, osaka: User) -> None:
    dossier = make_dossier(room)
    sent = offer(dossier, tokyo)
    with pytest.raises(RefusedError, match="another force"):
        screen(dossier, by=osaka, reason="items-covered")
    receive_transfer(room.operation, sent.pk, by=osaka)
    dossier.refresh_from_db()
    assert dossier.force == "tokyo"
    accept_transfer(room.operation, sent.pk, by=osaka)
    dossier.refresh_from_db()
    assert dossier.force == "osaka"
    assert [(one.force, one.until is None) for one in dossier.ownerships.all()] == [("tokyo", False), ("osaka", True)]
    screen(dossier, by=osaka, reason="items-covered")
    with pytest.raises(RefusedError, match="another force"):
        screen(dossier, by=tokyo, reason="items-covered")


def test_a_returned_person_stays_with_the_offering_force(room: Room, tokyo: User, osaka: User) -> None:
    dossier = make_dossier(room)
    sent = offer(dossier, tokyo)
    receive_transfer(room.operation, sent.pk, by=osaka)
    with pytest.raises(BadInputError):
        return_transfer(room.operation, sent.pk, by=osaka, answer=" ")
    return_transfer(room.operation, sent.pk, by=osaka, answer="管内に居住の事実なし")
    dossier.refresh_from_db()
    assert dossier.force == "tokyo"
    offer(dossier, tokyo, to="hyogo")


@pytest.mark.parametrize(
    ("changes", "error", "says"),
    [
        ({"to": "tokyo"}, RefusedError, "owns .* already"),
        ({"to": "nowhere"}, BadInputError, "No force has the code"),
        ({"kind": "gift"}, BadInputError, "is not known"),
        ({"reason": ""}, BadInputError, "is missing"),
        ({"form": {**FORM, "facts": ""}}, BadInputError, "Facts of the offence in short"),
        ({"form": {**FORM, "colour": "x"}}, BadInputError, "has no box"),
    ],
)
def test_an_offer_that_cannot_be_is_refused(
    changes: dict[str, Any], error: type[Exception], says: str, room: Room, tokyo: User
) -> None:
    dossier = make_dossier(room)
    with pytest.raises(error, match=says):
        offer(dossier, tokyo, **changes)
    assert not Transfer.objects.exists()


def test_one_offer_at_a_time(room: Room, tokyo: User) -> None:
    dossier = make_dossier(room)
    first = offer(dossier, tokyo)
    with pytest.raises(RefusedError, match="offered already"):
        offer(dossier, tokyo, to="hyogo")
    withdraw_transfer(room.operation, first.pk, by=tokyo, answer="宛先誤り")
    offer(dossier, tokyo, to="hyogo")
    with pytest.raises(IntegrityError), transaction.atomic():
        Transfer.objects.create(
            dossier=dossier, kind="transfer", from_force="tokyo", to_force="osaka", reason="x", form={},
            offered_by=tokyo, offered_at=AT,
        )  # fmt: skip


def test_the_second_to_answer_is_told(room: Room, tokyo: User, osaka: User) -> None:
    sent = offer(make_dossier(room), tokyo)
    receive_transfer(room.operation, sent.pk, by=osaka)
    accept_transfer(room.operation, sent.pk, by=osaka)
    for again in (receive_transfer, accept_transfer):
        with pytest.raises(RefusedError, match="has ended: “accepted”"):
            again(room.operation, sent.pk, by=osaka)
    with pytest.raises(RefusedError, match="has ended: “accepted”"):
        withdraw_transfer(room.operation, sent.pk, by=tokyo, answer="取下げ")


def test_who_comes_at_the_wrong_moment_or_from_the_wrong_side_is_told_whose_turn_it_is(
    room: Room, tokyo: User, osaka: User
) -> None:
    sent = offer(make_dossier(room), tokyo)
    with pytest.raises(RefusedError, match=r"offered to Osaka.* Your force can withdraw the offer"):
        accept_transfer(room.operation, sent.pk, by=tokyo)
    with pytest.raises(RefusedError, match=r"not been received yet: record its arrival at Osaka"):
        accept_transfer(room.operation, sent.pk, by=osaka)
    receive_transfer(room.operation, sent.pk, by=osaka)
    with pytest.raises(RefusedError, match="received already; accept the person"):
        receive_transfer(room.operation, sent.pk, by=osaka)
    with pytest.raises(RefusedError, match="Your force can withdraw the offer"):
        receive_transfer(room.operation, sent.pk, by=tokyo)
    with pytest.raises(RefusedError, match=r"offered to Osaka.* by Metropolitan.* your force has no part in it"):
        receive_transfer(room.operation, sent.pk, by=of_force(room, "hyogo"))
    sent.refresh_from_db()
    assert (sent.state, sent.dossier.force) == ("received", "tokyo")


def test_each_side_does_its_own(room: Room, tokyo: User, osaka: User) -> None:
    sent = offer(make_dossier(room), tokyo)
    with pytest.raises(RefusedError, match="Osaka Prefectural Police"):
        receive_transfer(room.operation, sent.pk, by=tokyo)
    with pytest.raises(RefusedError, match="Metropolitan Police Department"):
        withdraw_transfer(room.operation, sent.pk, by=osaka, answer="不要")
    with pytest.raises(NotFoundError):
        receive_transfer(room.operation, sent.pk, by=room.stranger)
    with pytest.raises(RefusedError):
        receive_transfer(room.operation, sent.pk, by=room.auditor)


def test_silence_shows_on_both_sides(room: Room, tokyo: User, osaka: User) -> None:
    with time_machine.travel(AT, tick=False) as clock:
        sent = offer(make_dossier(room), tokyo)
        assert [len(unanswered_transfers(one)) for one in (tokyo, osaka)] == [0, 0]
        clock.shift(timedelta(hours=25))
        assert [len(unanswered_transfers(one)) for one in (tokyo, osaka, room.analyst, room.stranger)] == [1, 1, 1, 0]
        receive_transfer(room.operation, sent.pk, by=osaka)
        assert unanswered_transfers(tokyo) == []
        clock.shift(timedelta(hours=48))
        assert [one.late for one in inbox(osaka).to_us] == [True]


def test_the_database_refuses_an_owner_that_nobody_recorded(room: Room) -> None:
    dossier = make_dossier(room)
    with pytest.raises(DatabaseError), transaction.atomic():
        Dossier.objects.filter(pk=dossier.pk).update(force="osaka")
    with pytest.raises(IntegrityError), transaction.atomic():
        Ownership.objects.create(dossier=dossier, force="osaka", reason="x", by=room.analyst, since=AT)
    with pytest.raises(DatabaseError), transaction.atomic():
        Ownership.objects.filter(dossier=dossier).update(force="osaka", until=AT)
    with pytest.raises(DatabaseError), transaction.atomic():
        Dossier.objects.create(
            operation=room.operation, person_code="P-1", force="osaka", received_on=AT.date(), opened_at=AT,
            opened_by=room.analyst,
        )  # fmt: skip


def test_a_notice_needs_a_person_who_is_ready_for_action(room: Room) -> None:
    dossier = make_dossier(room)
    with pytest.raises(GateError) as shut:
        send_notice(dossier, by=room.reviewer, to="osaka", purpose="所在確認及び処理")
    assert {"identity-unconfirmed", "no-corroboration"} <= {one.code for one in shut.value.missing}
    record_everything(dossier, room)
    with pytest.raises(RefusedError, match="ready for action"):
        send_notice(dossier, by=room.reviewer, to="osaka", purpose="所在確認及び処理")
    ready = bring_to(make_dossier(room), Stage.READY, room)
    with pytest.raises(RefusedError):
        send_notice(ready, by=room.analyst, to="osaka", purpose="所在確認及び処理")
    made = send_notice(ready, by=room.reviewer, to="osaka", purpose="所在確認及び処理")
    with pytest.raises(RefusedError, match="already"):
        send_notice(ready, by=room.reviewer, to="osaka", purpose="再送")
    withdraw_notice(ready, by=room.reviewer, key=made.pk, reason="処理済み")
    with pytest.raises(NotFoundError):
        withdraw_notice(ready, by=room.reviewer, key=made.pk, reason="再度")


def test_a_look_into_other_operations_counts_until_lists_change(room: Room) -> None:
    dossier = make_dossier(room)
    assert facts_of(dossier).elsewhere is None
    check_elsewhere(dossier, by=room.analyst)
    assert facts_of(dossier).elsewhere is True
    other = make_room("ibis").operation
    ResolveRun.objects.create(
        operation=other, run_id="1", finished_at=AT, inputs={"evidence": []}, records=0, persons=0, same_links=0,
        review_links=0, seconds={},
    )  # fmt: skip
    assert facts_of(dossier).elsewhere is False


class Forces(RuleBasedStateMachine):
    """People of two forces and of the centre try every act in every order: there is one owner, and it is recorded."""

    def __init__(self) -> None:
        super().__init__()
        self.room = make_room(f"room{Dossier.objects.count()}-{User.objects.count()}")
        made = self.room
        self.people = {"centre": made.analyst}
        for force in FORCES:
            user = User.objects.create(username=f"{made.operation.slug}-{force}", role="reviewer", force=force)
            Membership.objects.create(operation=made.operation, user=user)
            self.people[force] = user
        self.dossier = make_dossier(made, force="")

    @rule(who=WHO, force=st.sampled_from(FORCES))
    def take(self, who: str, force: str) -> None:
        before = self._force()
        try:
            take_ownership(self.dossier, by=self.people[who], force=force, reason="住所地")
        except RefusedError:
            assert self._force() == before
        else:
            assert (before, who) == ("", force)

    @rule(who=WHO, to=st.sampled_from(FORCES))
    def offer(self, who: str, to: str) -> None:
        before = self._force()
        try:
            offer(self.dossier, self.people[who], to=to)
        except RefusedError:
            pass
        else:
            assert before not in {"", to}
            assert who in {"centre", before}
        assert self._force() == before

    @rule(
        who=WHO,
        act=st.sampled_from([receive_transfer, accept_transfer, return_transfer, withdraw_transfer]),
    )
    def answer(self, who: str, act: Any) -> None:
        sent = Transfer.objects.filter(dossier=self.dossier).order_by("-pk").first()
        if sent is None:
            return
        before, said = self._force(), {"answer": "理由"}
        try:
            act(self.room.operation, sent.pk, by=self.people[who], **said)
        except RefusedError:
            assert self._force() == before
            return
        receiving = act is not withdraw_transfer
        assert who in ({sent.to_force} if receiving else {"centre", sent.from_force}), "each force has people here"
        assert self._force() == (sent.to_force if act is accept_transfer else before)

    @invariant()
    def one_owner_and_it_is_recorded(self) -> None:
        open_ones = list(Ownership.objects.filter(dossier=self.dossier, until__isnull=True))
        force = self._force()
        assert [one.force for one in open_ones] == ([force] if force else [])
        assert Transfer.objects.filter(dossier=self.dossier, state__in=["offered", "received"]).count() <= 1

    def _force(self) -> str:
        return Dossier.objects.get(pk=self.dossier.pk).force


class ForcesTest(TestCase):
    """Runs the machine in a transaction of its own."""

    def test_there_is_exactly_one_owner_whatever_people_try(self) -> None:
        run_state_machine_as_test(
            Forces, settings=hypothesis_settings(max_examples=25, stateful_step_count=15, deadline=None)
        )
