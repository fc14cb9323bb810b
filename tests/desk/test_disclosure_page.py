"""The page of copies that leave: each sees what they can do, and nothing is handed out by an address alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.utils import translation

from soken.access.models import Role
from soken.casework.actions.open_dossier import open_dossier
from soken.casework.models import Disclosure
from soken.ledger.entries import Kind
from soken.ledger.models import Entry
from tests.desk.factory import TAKAHASHI, World
from tests.desk.reading import signed_in, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = "/operations/kingfisher/disclosures"
ASK = {"act": "ask", "form": "packet", "person": TAKAHASHI, "recipient": "東京地検", "reason": "送致2026-42"}


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.mark.django_db(transaction=True)
def test_one_asks_another_releases_and_the_first_takes_it(world: World) -> None:
    open_dossier(world.operation, TAKAHASHI, by=world.users["analyst"])
    asker, second = signed_in(world.users["analyst"]), signed_in(world.users["reviewer"])
    assert asker.post(PAGE, ASK).status_code == 302
    asked = Disclosure.objects.get()
    page = text_of(asker.get(PAGE))
    assert "waits for another person" in page
    assert "Release" not in page
    assert "Take the copy" not in page
    assert asker.post(PAGE, {"act": "take", "key": asked.pk}).status_code == 409
    assert asker.post(PAGE, {"act": "release", "key": asked.pk}).status_code == 409
    assert "送致2026-42" in text_of(second.get(PAGE))
    assert second.post(PAGE, {"act": "release", "key": asked.pk, "until": "soon"}).status_code == 422
    assert second.post(PAGE, {"act": "release", "key": asked.pk, "until": ""}).status_code == 302
    assert asker.get(f"{PAGE}?take={asked.pk}")["Content-Type"].startswith("text/html")
    copy = asker.post(PAGE, {"act": "take", "key": asked.pk})
    assert (copy["Content-Type"], copy["Content-Disposition"]) == (
        "application/pdf", f'attachment; filename="D-{asked.pk}-{TAKAHASHI}.pdf"',
    )  # fmt: skip
    told = Entry.objects.get(kind=Kind.DISCLOSURE)
    assert (told.by, told.through) == ("kingfisher-analyst", "page disclosures")
    assert asker.post(PAGE, {"act": "take", "key": asked.pk}).status_code == 409


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({**ASK, "recipient": " "}, 422),
        ({**ASK, "reason": ""}, 422),
        ({**ASK, "person": ""}, 422),
        ({**ASK, "form": "links"}, 422),
        ({**ASK, "form": "letter"}, 422),
        ({"act": "withdraw", "key": "999"}, 404),
        ({"act": "take", "key": "x"}, 404),
        ({"act": "shred", "key": "1"}, 404),
    ],
)
def test_what_is_not_said_rightly_changes_nothing(said: dict[str, str], status: int, world: World) -> None:
    assert signed_in(world.users["analyst"]).post(PAGE, said).status_code == status
    assert not Disclosure.objects.exists()


@pytest.mark.parametrize("act", ["release", "take"])
def test_more_packets_than_a_page_can_wait_for_are_for_the_command_line(
    act: str, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = Disclosure.objects.create(
        operation=world.operation, form="packet", language="ja", recipient="東京地検", reason="送致",
        asked_at="2026-11-28T03:00:00+00:00", asked_by=world.users["analyst"],
    )  # fmt: skip
    monkeypatch.setattr("soken.desk.views.disclosures.MOST_PACKETS", -1)
    who = "reviewer" if act == "release" else "analyst"
    answer = signed_in(world.users[who]).post(PAGE, {"act": act, "key": str(asked.pk), "until": ""})
    assert answer.status_code == 409
    assert f"soken disclosure {act} {asked.pk}" in answer.content.decode()
    asked.refresh_from_db()
    assert asked.state == "asked"


def test_the_list_of_persons_leads_to_asking_for_it_whole(world: World) -> None:
    client = signed_in(world.users["analyst"])
    assert f"{PAGE}?form=persons" in client.get("/operations/kingfisher/persons").content.decode()
    assert '<option value="persons" selected>' in client.get(f"{PAGE}?form=persons").content.decode()


def test_who_sees_no_person_sees_no_request(world: World) -> None:
    for role in (Role.STATISTICIAN, Role.AUDITOR, Role.ADMINISTRATOR):
        assert signed_in(world.users[role]).get(PAGE).status_code == 403
