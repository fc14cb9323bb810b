"""Whose a person is, on the page: proposed, accepted, offered and answered by people of two forces."""

from __future__ import annotations

from html import unescape
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from soken.access.models import Role, User
from soken.casework.actions.offer_transfer import offer_transfer
from soken.casework.actions.open_dossier import open_dossier
from soken.casework.models import Dossier, Membership
from soken.route.transfers import rules
from tests.casework.dossiers import taken_on
from tests.desk.factory import TAKAHASHI, World, make_world

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.fixture
def dossier(world: World) -> Dossier:
    return open_dossier(world.operation, TAKAHASHI, by=world.users[Role.ANALYST])


def of_force(world: World, force: str) -> User:
    user = User.objects.create(username=force, role=Role.REVIEWER, force=force, password="!")
    Membership.objects.create(operation=world.operation, user=user)
    return user


def post(client: Client, world: World, by: User, **said: str) -> str:
    client.force_login(by)
    answer = client.post(reverse("owner", args=(world.operation.slug, TAKAHASHI)), said, follow=True)
    return unescape(answer.content.decode())


def test_a_person_goes_from_one_force_to_another(client: Client, world: World, dossier: Dossier) -> None:
    tokyo, osaka = of_force(world, "tokyo"), of_force(world, "osaka")
    assert "Metropolitan Police Department" in post(
        client, world, tokyo, act="own", force="tokyo", reason="本部事件の端緒", version="1"
    )
    dossier.refresh_from_db()
    form = dict.fromkeys((f"form-{box}" for box in rules().form), "別添")
    said = {"act": "offer", "to": "osaka", "kind": "transfer", "reason": "転居", "version": str(dossier.version)}
    post(client, world, tokyo, **said, **form)
    sent = dossier.transfers.get()
    client.force_login(osaka)
    waiting = unescape(client.get(reverse("inbox")).content.decode())
    assert dossier.person_code in waiting
    assert f"#transfer-{sent.pk}" in waiting
    post(client, world, osaka, act="receive", key=str(sent.pk))
    page = post(client, world, osaka, act="accept", key=str(sent.pk))
    assert "Osaka Prefectural Police" in page
    dossier.refresh_from_db()
    assert dossier.force == "osaka"


def test_the_centre_is_offered_the_other_sides_answer_only_where_nobody_there_can_give_it(
    client: Client, world: World, dossier: Dossier
) -> None:
    centre = world.users[Role.ANALYST]
    tokyo, osaka = of_force(world, "tokyo"), of_force(world, "osaka")
    taken_on(dossier, "tokyo")
    form = dict.fromkeys(rules().form, "別添")
    sent = offer_transfer(dossier, by=tokyo, to="osaka", kind="transfer", reason="転居", form=form)
    client.force_login(centre)
    address = reverse("owner", args=(world.operation.slug, TAKAHASHI))
    receive = 'name="act" value="receive"'
    assert receive not in client.get(address).content.decode()
    assert "can answer this themselves" in post(client, world, centre, act="receive", key=str(sent.pk), answer="急ぐ")
    User.objects.filter(pk=osaka.pk).update(is_active=False)
    page = client.get(address).content.decode()
    assert receive in page
    assert "Why you answer for the other force" in page
    assert "大阪に担当者なし" in post(client, world, centre, act="receive", key=str(sent.pk), answer="大阪に担当者なし")
    sent.refresh_from_db()
    assert sent.state == "received"


def test_a_refusal_keeps_what_was_typed(client: Client, world: World, dossier: Dossier) -> None:
    page = post(
        client, world, world.users[Role.ANALYST], act="place", ground="residence", prefecture="99", basis="住民票の写し"
    )
    assert "is not known" in page
    assert "住民票の写し" in page
    assert not dossier.places.exists()


def test_another_operation_that_one_may_not_see_is_told_without_its_name(
    client: Client, world: World, dossier: Dossier
) -> None:
    client.force_login(world.users[Role.ANALYST])
    address = reverse("owner", args=(world.operation.slug, TAKAHASHI))
    assert "No other operation holds one of these values today." in client.get(address).content.decode()
    other = make_world(slug="ibis")
    theirs = open_dossier(other.operation, TAKAHASHI, by=other.users[Role.ANALYST])
    taken_on(theirs, "osaka")
    page = client.get(address).content.decode()
    assert "another operation, not open to you" in page
    assert "Osaka Prefectural Police" in page.split('id="elsewhere"')[1].split("</section>")[0]
    assert "ibis" not in page.lower()
    Membership.objects.create(operation=other.operation, user=world.users[Role.ANALYST])
    assert "Operation Ibis" in client.get(address).content.decode()


def test_a_form_that_the_page_has_not_is_not_found(client: Client, world: World, dossier: Dossier) -> None:
    client.force_login(world.users[Role.ANALYST])
    address = reverse("owner", args=(world.operation.slug, TAKAHASHI))
    assert client.post(address, {"act": "seize"}).status_code == 404
    assert client.post(address, {"act": "accept", "key": "999"}).status_code == 404
