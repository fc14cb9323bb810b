"""The pages of a person ask why they are opened: once in a sitting, told to the ledger with each page (R33)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from soken.access.reasons import all_reasons, read_reasons, reasons_on
from soken.casework.actions.open_dossier import open_dossier
from soken.casework.models import Membership
from soken.core.errors import DamagedStoreError
from soken.desk.sitting import IDLE, KEY, MOST, Given, keep_reason
from soken.ledger.models import Entry
from tests.desk.factory import RELATIVE, TAKAHASHI, World, make_world

if TYPE_CHECKING:
    from django.http import HttpResponse

AT = datetime(2026, 4, 1, 9, 0, tzinfo=UTC)
SAID = {"opened_for": "work", "opened_because": "Order 12"}
database = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world() -> World:
    return make_world()


def fresh(world: World) -> Client:
    """Return a sitting in which nothing has been said yet."""
    client = Client(headers={"accept-language": "en"})
    client.force_login(world.users["analyst"])
    session = client.session
    del session[KEY]
    session.save()
    return client


def page(code: str = TAKAHASHI, name: str = "person") -> str:
    return reverse(name, args=["kingfisher", code])


def asks(answer: HttpResponse) -> bool:
    return 'name="opened_for"' in answer.content.decode()


def consultations() -> list[Any]:
    return list(Entry.objects.filter(kind="consultation").order_by("seq"))


@database
def test_the_first_page_of_a_person_asks_and_shows_nothing(world: World) -> None:
    answer = fresh(world).get(page())
    assert asks(answer)
    assert "髙橋" not in answer.content.decode()
    assert consultations() == []


@database
def test_the_reason_holds_for_the_sitting_is_shown_and_is_in_the_ledger(world: World) -> None:
    client = fresh(world)
    assert client.post(page(), SAID).headers["Location"] == page()
    for name in ("person", "graph"):
        assert "Open for: I work on this person" in client.get(page(name=name)).content.decode()
    told = consultations()
    assert [one.reason for one in told] == ["work", "work"]
    assert all("Order 12" not in f"{one.facts}{one.sealed}{one.changes}" for one in told)
    assert asks(client.get(page(RELATIVE)))
    assert asks(fresh(world).get(page()))


@database
def test_one_reason_may_stand_for_every_person_of_the_operation_and_no_other(world: World) -> None:
    client, other = fresh(world), make_world(slug="heron")
    Membership.objects.create(operation=other.operation, user=world.users["analyst"])
    client.post(page(), {**SAID, "opened_all": "on"})
    assert not asks(client.get(page(RELATIVE)))
    assert asks(client.get(reverse("person", args=["heron", TAKAHASHI])))


@database
@pytest.mark.parametrize(
    "said",
    [
        {"opened_for": "work"},
        {"opened_because": "Order 12"},
        {**SAID, "opened_for": "curious"},
        {**SAID, "opened_because": " "},
    ],
    ids=["no words", "no code", "unknown code", "blank words"],
)
def test_half_a_reason_opens_nothing(world: World, said: dict[str, str]) -> None:
    client = fresh(world)
    answer = client.post(page(), said)
    assert (answer.status_code, asks(answer), asks(client.get(page()))) == (422, True, True)


@database
def test_idle_time_closes_and_use_keeps_open(world: World) -> None:
    with time_machine.travel(AT, tick=False) as clock:
        client = fresh(world)
        client.post(page(), SAID)
        for _page in range(3):
            clock.shift(IDLE - timedelta(seconds=1))
            assert not asks(client.get(page()))
        # Other pages keep the sitting alive, and not the reason.
        for _half in range(2):
            clock.shift(IDLE / 2 + timedelta(seconds=1))
            assert client.get(reverse("operations")).status_code == 200
        assert asks(client.get(page()))


@database
def test_what_was_sent_after_the_reason_lapsed_is_carried_and_done(world: World) -> None:
    dossier = open_dossier(world.operation, TAKAHASHI, by=world.users["analyst"])
    client, notes = fresh(world), page(name="notes")
    sent = {"act": "note", "text": 'Kept "so"'}
    asking = client.post(notes, sent)
    assert asks(asking)
    assert 'name="text" value="Kept &quot;so&quot;"' in asking.content.decode()
    assert dossier.notes.count() == 0
    assert client.post(notes, {**sent, **SAID}).status_code == 302
    assert [one.text for one in dossier.notes.all()] == ['Kept "so"']


@database
def test_who_may_not_see_the_person_is_refused_before_being_asked(world: World) -> None:
    client = Client()
    client.force_login(world.users["auditor"])
    assert client.get(page()).status_code == 403
    client.force_login(world.users["stranger"])
    assert client.get(page()).status_code == 404


def test_a_sitting_forgets_the_reason_unused_longest() -> None:
    session: dict[str, Any] = {}
    for number in range(MOST + 1):
        keep_reason(session, f"heron/{number}", Given("work", "x"), AT + timedelta(seconds=number))
    assert len(session[KEY]) == MOST
    assert "heron/0" not in session[KEY]


def test_a_reason_holds_from_its_first_to_its_last_day() -> None:
    one = read_reasons('[[reason]]\ncode="a"\nen="a"\nja="あ"\nsince=2026-01-02\nuntil=2026-01-03\n')[0]
    assert [one.holds(date(2026, 1, day)) for day in (1, 2, 3, 4)] == [False, True, True, False]
    assert len(reasons_on(date(2026, 11, 24))) == len(all_reasons())


@pytest.mark.parametrize(
    "text",
    ["", "[[reason]]\ncode='a'\n", "[[reason]]\ncode='a'\nen='a'\nja='a'\nsince='soon'\n",
     "[[reason]]\ncode='a'\nen='a'\nja='a'\nsince=2026-01-01\n" * 2],
    ids=["empty", "fields missing", "no day", "twice"],
)  # fmt: skip
def test_a_damaged_list_is_refused_in_one_sentence(text: str) -> None:
    with pytest.raises(DamagedStoreError, match="list of reasons"):
        read_reasons(text)
