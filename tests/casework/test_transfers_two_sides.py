"""A transfer has two sides, and an offer that nobody can see is said at once (R19, R24)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import time_machine

from soken.access.models import Role, User
from soken.casework.actions.answer_transfer import accept_transfer, receive_transfer, return_transfer
from soken.casework.actions.offer_transfer import offer_transfer
from soken.casework.models import Membership, Transfer
from soken.casework.selectors.transfers import nobody_there
from soken.core.errors import BadInputError, RefusedError
from soken.route.transfers import rules
from tests.casework.dossiers import AT, Room, make_dossier

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.django_db

WHY = "大阪に担当者なし"
FORM = dict.fromkeys(rules().form, "別添のとおり")


def offered(room: Room, by: User) -> Transfer:
    return offer_transfer(make_dossier(room), by=by, to="osaka", kind="transfer", reason="転居のため", form=FORM)


def of_osaka(room: Room, role: Role, *, active: bool = True) -> User:
    user = User.objects.create(username=f"osaka-{role}", role=role, force="osaka", password="!", is_active=active)
    Membership.objects.create(operation=room.operation, user=user)
    return user


def test_who_offers_does_not_accept_even_for_the_centre(room: Room) -> None:
    transfer = offered(room, room.analyst)
    receive_transfer(room.operation, transfer.pk, by=room.analyst2, answer=WHY)
    with pytest.raises(RefusedError, match="somebody else has to accept"):
        accept_transfer(room.operation, transfer.pk, by=room.analyst, answer=WHY)
    transfer.dossier.refresh_from_db()
    assert transfer.dossier.force == "tokyo", "the owner has not changed"
    accept_transfer(room.operation, transfer.pk, by=room.reviewer, answer="電話で大阪の了解を得た")
    transfer.refresh_from_db()
    assert transfer.dossier.force == "osaka"
    assert transfer.answer == f"{WHY}\n電話で大阪の了解を得た"


ANSWERS = [receive_transfer, accept_transfer, return_transfer]


def waiting(room: Room, act: Callable[..., object], osaka: User) -> Transfer:
    """Return a transfer, offered by the centre, that waits for this act."""
    transfer = offered(room, room.analyst)
    if act is not receive_transfer:
        receive_transfer(room.operation, transfer.pk, by=osaka)
    return transfer


@pytest.mark.parametrize("act", ANSWERS)
def test_the_centre_does_not_play_the_other_side_while_that_can_answer(act: Callable[..., object], room: Room) -> None:
    """As the review played it: one colleague of the centre offers, another answers, and nobody of Osaka acts."""
    osaka = of_osaka(room, Role.INVESTIGATOR)
    transfer = waiting(room, act, osaka)
    before = Transfer.objects.values().get(pk=transfer.pk)
    with pytest.raises(RefusedError, match="can answer this themselves"):
        act(room.operation, transfer.pk, by=room.reviewer, answer="急ぐため")
    assert Transfer.objects.values().get(pk=transfer.pk) == before
    transfer.dossier.refresh_from_db()
    assert transfer.dossier.force == "tokyo"
    act(room.operation, transfer.pk, by=osaka, answer="当方で対応")


@pytest.mark.parametrize("act", ANSWERS)
def test_the_centre_answers_for_a_force_once_nobody_has_for_too_long(act: Callable[..., object], room: Room) -> None:
    with time_machine.travel(AT, tick=False) as clock:
        transfer = waiting(room, act, of_osaka(room, Role.INVESTIGATOR))
        clock.shift(rules().escalate - timedelta(minutes=1))
        with pytest.raises(RefusedError, match="can answer this themselves"):
            act(room.operation, transfer.pk, by=room.reviewer, answer="回答なし")
        clock.shift(timedelta(minutes=1))
        act(room.operation, transfer.pk, by=room.reviewer, answer="回答なし")


@pytest.mark.parametrize("act", [receive_transfer, accept_transfer])
def test_the_centre_answers_for_a_force_that_has_nobody_with_a_reason_only(
    act: Callable[..., object], room: Room
) -> None:
    osaka = of_osaka(room, Role.INVESTIGATOR)
    transfer = waiting(room, act, osaka)
    User.objects.filter(pk=osaka.pk).update(is_active=False)
    with pytest.raises(BadInputError, match="say why"):
        act(room.operation, transfer.pk, by=room.reviewer, answer=" ")
    act(room.operation, transfer.pk, by=room.reviewer, answer=WHY)


@pytest.mark.parametrize(
    ("role", "active", "nobody"),
    [
        (None, True, True),
        (Role.AUDITOR, True, True),
        (Role.INVESTIGATOR, False, True),
        (Role.INVESTIGATOR, True, False),
    ],
    ids=["no member", "a member who may not answer", "a member who has left", "a member who may answer"],
)
def test_an_offer_that_nobody_there_can_answer_is_known(
    role: Role | None, active: bool, nobody: bool, room: Room
) -> None:
    if role:
        of_osaka(room, role, active=active)
    assert nobody_there(offered(room, room.analyst)) is nobody
