"""A transfer has two sides, and an offer that nobody can see is said at once (R19, R24)."""

from __future__ import annotations

import pytest

from soken.access.models import Role, User
from soken.casework.actions.answer_transfer import accept_transfer, receive_transfer
from soken.casework.actions.offer_transfer import offer_transfer
from soken.casework.models import Membership, Transfer
from soken.casework.selectors.transfers import nobody_there
from soken.core.errors import RefusedError
from soken.route.transfers import rules
from tests.casework.dossiers import Room, make_dossier, make_room

pytestmark = pytest.mark.django_db

FORM = dict.fromkeys(rules().form, "別添のとおり")


@pytest.fixture
def room() -> Room:
    return make_room()


def offered(room: Room, by: User) -> Transfer:
    return offer_transfer(make_dossier(room), by=by, to="osaka", kind="transfer", reason="転居のため", form=FORM)


def of_osaka(room: Room, role: Role, *, active: bool = True) -> User:
    user = User.objects.create(username=f"osaka-{role}", role=role, force="osaka", password="!", is_active=active)
    Membership.objects.create(operation=room.operation, user=user)
    return user


def test_who_offers_does_not_accept_even_for_the_centre(room: Room) -> None:
    transfer = offered(room, room.analyst)
    receive_transfer(room.operation, transfer.pk, by=room.analyst)
    with pytest.raises(RefusedError, match="somebody else has to accept"):
        accept_transfer(room.operation, transfer.pk, by=room.analyst)
    transfer.dossier.refresh_from_db()
    assert transfer.dossier.force == "tokyo", "the owner has not changed"
    accept_transfer(room.operation, transfer.pk, by=room.reviewer)
    transfer.dossier.refresh_from_db()
    assert transfer.dossier.force == "osaka"


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
