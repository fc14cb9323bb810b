"""Both sides of a transfer are told what the other did, and nobody of what they did themselves (R19, R24)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from soken.access.models import Role, User
from soken.casework.actions.answer_transfer import accept_transfer, receive_transfer, return_transfer, withdraw_transfer
from soken.casework.actions.offer_transfer import offer_transfer
from soken.casework.models import Membership, Transfer
from soken.casework.selectors.notifications import notifications_of
from soken.core.errors import RefusedError
from soken.route.transfers import rules
from tests.casework.dossiers import Room, make_dossier, make_room

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.fixture
def room() -> Room:
    room = make_room()
    for name, force, role in (
        ("tokyo", "tokyo", Role.INVESTIGATOR),
        ("osaka", "osaka", Role.INVESTIGATOR),
        ("osaka-auditor", "osaka", Role.AUDITOR),
        ("hyogo", "hyogo", Role.INVESTIGATOR),
    ):
        room.users[name] = User.objects.create(username=name, role=role, force=force, password="!")
        Membership.objects.create(operation=room.operation, user=room.users[name])
    room.users["outside"] = User.objects.create(username="outside", role=Role.INVESTIGATOR, force="osaka", password="!")
    return room


@pytest.fixture
def sent(room: Room) -> Transfer:
    return offer_transfer(
        make_dossier(room), by=room.users["tokyo"], to="osaka", kind="transfer", reason="転居のため",
        form=dict.fromkeys(rules().form, "別添のとおり"),
    )  # fmt: skip


def told(room: Room) -> dict[str, list[str]]:
    """Return who is told what, the newest first."""
    found = {name: [one.kind for one in notifications_of(user)] for name, user in room.users.items()}
    return {name: kinds for name, kinds in found.items() if kinds}


def test_who_can_answer_is_told_of_an_offer_and_nobody_else(room: Room, sent: Transfer) -> None:
    assert told(room) == {"osaka": ["transfer-offered"]}
    assert not room.users["outside"].notifications.exists(), "no member of the operation"


@pytest.mark.parametrize(
    ("act", "kind"), [(accept_transfer, "transfer-accepted"), (return_transfer, "transfer-returned")]
)
def test_who_offered_is_told_of_the_answer(room: Room, sent: Transfer, act: object, kind: str) -> None:
    assert callable(act)
    receive_transfer(room.operation, sent.pk, by=room.users["osaka"])
    assert "tokyo" not in told(room)
    act(room.operation, sent.pk, by=room.users["osaka"], answer="回答")
    assert told(room)["tokyo"] == [kind]
    with pytest.raises(RefusedError):
        act(room.operation, sent.pk, by=room.users["osaka"], answer="回答")
    assert told(room)["tokyo"] == [kind], "a refused act tells nobody"


def test_a_withdrawn_offer_is_told_to_those_who_were_asked(room: Room, sent: Transfer) -> None:
    withdraw_transfer(room.operation, sent.pk, by=room.users["tokyo"], answer="誤り")
    assert told(room) == {"osaka": ["transfer-withdrawn", "transfer-offered"]}


def test_the_bell_leads_to_the_transfer(room: Room, sent: Transfer, client: Client) -> None:
    client.force_login(room.users["osaka"])
    page = client.get("/notifications").content.decode()
    assert f'href="/operations/heron/persons/{sent.dossier.person_code}/owner"' in page


def test_who_offered_receives_nothing_though_they_work_for_the_centre(room: Room, sent: Transfer) -> None:
    User.objects.filter(pk=room.users["tokyo"].pk).update(force="")
    with pytest.raises(RefusedError, match="You made this offer yourself"):
        receive_transfer(room.operation, sent.pk, by=User.objects.get(pk=room.users["tokyo"].pk))
    receive_transfer(room.operation, sent.pk, by=room.users["osaka"])
