"""The page of a case at the prosecutor's: which act comes next, to whom it is offered, what a refusal says (R30)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.test import Client
from django.utils import translation

from soken.casework.actions.end_dossier import end_dossier
from soken.casework.actions.reopen_referral import ask_inquest
from soken.casework.models import Disclosure, Dossier, Referral
from soken.ledger.entries import Kind
from soken.ledger.models import Entry
from soken.review.stages import Stage
from tests.casework.dossiers import AT, Room, bring_to, decide, make_dossier, refer

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.django_db
DAY = AT.date()
PACKET = {"recipient": "東京地検", "reason": "送致2026-42", "language": "ja"}


@pytest.fixture(autouse=True)
def now() -> Iterator[Any]:
    with time_machine.travel(AT, tick=False) as traveller, translation.override("en"):
        yield traveller


@pytest.fixture
def ready(room: Room) -> Dossier:
    return bring_to(make_dossier(room), Stage.READY, room)


def get(room: Room, who: str, dossier: Dossier, language: str = "en") -> str:
    client = Client(headers={"accept-language": language})
    client.force_login(room.users[who])
    answer = client.get(f"/operations/heron/persons/{dossier.person_code}/referral")
    assert answer.status_code == 200
    return answer.content.decode()


def post(room: Room, who: str, dossier: Dossier, act: str, **said: Any) -> Any:
    client = Client(headers={"accept-language": "en"})
    client.force_login(room.users[who])
    address = f"/operations/heron/persons/{dossier.person_code}/referral"
    return client.post(address, {"act": act, "version": dossier.version, **said})


def offered(page: str) -> set[str]:
    return set(re.findall(r'name="act" value="([^"]+)"', page)) - {
        "search",
        "packet",
        "clear",
        "strike",
        "suspect",
        "same",
    }


SENT = {"kind": "papers", "office": "tokyo", "reference": "送致1号", "sent_on": DAY, "liaison": "heron-liaison"}


def test_a_case_goes_the_whole_way_on_the_page(ready: Dossier, room: Room) -> None:
    steps: list[tuple[str, str, dict[str, Any], Stage]] = [
        ("reviewer", "send", SENT, Stage.REFERRED),
        ("liaison", "receive", {"on": DAY, "number": "検9号"}, Stage.REFERRED),
        ("liaison", "dispose", {"kind": "no-suspicion", "on": DAY, "reference": "検9号"}, Stage.DECIDED),
        ("liaison", "inquest", {"committee": "東京第一検察審査会", "on": DAY}, Stage.DECIDED),
        ("liaison", "resolve", {"resolution": "not-proper", "on": DAY}, Stage.DECIDED),
        ("liaison", "reopen", {"ground": "inquest", "on": DAY, "reason": "議決"}, Stage.REFERRED),
    ]
    for who, act, said, stage in steps:
        assert act in offered(get(room, who, ready))
        assert post(room, who, ready, act, **said).status_code == 302, act
        ready.refresh_from_db()
        assert ready.stage == stage
    for language, words in (("en", "no suspicion"), ("ja", "嫌疑なし")):
        page = get(room, "analyst", ready, language)
        assert words in page
        assert "検9号" in page


@pytest.mark.parametrize(
    ("who", "stage", "acts"),
    [
        ("reviewer", Stage.UNDER_INVESTIGATION, set()),
        ("reviewer", Stage.READY, {"send"}),
        ("investigator", Stage.READY, set()),
        ("liaison", Stage.READY, set()),
        ("liaison", Stage.REFERRED, {"receive"}),
        ("analyst", Stage.REFERRED, set()),
        ("liaison", Stage.DECIDED, {"withdraw-disposition", "verdict"}),
    ],
)
def test_only_what_can_come_next_is_offered_to_whom_may(who: str, stage: Stage, acts: set[str], room: Room) -> None:
    assert offered(get(room, who, bring_to(make_dossier(room), stage, room))) == acts


def test_after_a_non_prosecution_reopening_and_committee_are_offered(ready: Dossier, room: Room) -> None:
    refer(ready, room)
    decide(ready, room, "insufficient-evidence")
    assert offered(get(room, "liaison", ready)) == {"reopen", "inquest", "withdraw-disposition"}
    ask_inquest(ready, by=room.liaison, committee="東京第一検察審査会", on=DAY)
    assert offered(get(room, "liaison", ready)) == {"reopen", "resolve"}


def test_a_refusal_keeps_what_was_typed(ready: Dossier, room: Room) -> None:
    answer = post(room, "reviewer", ready, "send", **{**SENT, "liaison": "nobody"})
    page = answer.content.decode()
    assert (answer.status_code, Referral.objects.count()) == (422, 0)
    assert "no liaison officer" in page
    assert "送致1号" in page


def test_who_looked_at_an_older_version_is_refused(ready: Dossier, room: Room) -> None:
    answer = post(room, "reviewer", ready, "send", **{**SENT, "version": ready.version - 1})
    assert (answer.status_code, Referral.objects.count()) == (409, 0)


def test_what_is_missing_before_the_sending_is_said(ready: Dossier, room: Room, now: Any) -> None:
    from datetime import timedelta

    now.shift(timedelta(days=60))
    assert "The welfare plan is out of date" in get(room, "reviewer", ready)


def test_who_sees_no_dossier_sees_no_referral(ready: Dossier, room: Room) -> None:
    client = Client()
    address = f"/operations/heron/persons/{ready.person_code}/referral"
    for who, status in (("auditor", 403), ("stranger", 404)):
        client.force_login(room.users[who])
        assert client.get(address).status_code == status


def test_the_dossier_leads_to_where_the_referral_is_recorded(ready: Dossier, room: Room) -> None:
    client = Client(headers={"accept-language": "en"})
    client.force_login(room.users["reviewer"])
    address = f"/operations/heron/persons/{ready.person_code}"
    page = client.get(f"{address}/dossier").content.decode()
    assert re.search(rf'href="{address}/referral">The referral is not recorded', page)


@pytest.mark.django_db(transaction=True)
def test_the_packet_is_asked_for_here_and_handed_out_only_once_another_person_has_released_it(
    ready: Dossier, room: Room
) -> None:
    assert ask_for_packet(ready, room, PACKET).status_code == 302
    asked = Disclosure.objects.get()
    assert (asked.form, asked.person_code, asked.recipient, asked.state) == (
        "packet", ready.person_code, "東京地検", "asked",
    )  # fmt: skip
    assert not Entry.objects.filter(kind=Kind.DISCLOSURE).exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("missing", ["recipient", "reason"])
@pytest.mark.parametrize("typed", ["", "  "])
def test_no_packet_is_handed_out_without_saying_to_whom_and_why(
    missing: str, typed: str, ready: Dossier, room: Room
) -> None:
    answer = ask_for_packet(ready, room, {**PACKET, missing: typed})
    assert answer.status_code == 422
    assert answer["Content-Type"].startswith("text/html")
    assert "The form is not complete: see below." in answer.content.decode()
    assert not Entry.objects.filter(kind=Kind.DISCLOSURE).exists()


@pytest.mark.django_db(transaction=True)
def test_no_address_alone_hands_out_a_packet(ready: Dossier, room: Room) -> None:
    client = Client()
    client.force_login(room.users["liaison"])
    answer = client.get(f"/operations/heron/persons/{ready.person_code}/referral?packet=ja")
    assert answer["Content-Type"].startswith("text/html")
    assert not Entry.objects.filter(kind=Kind.DISCLOSURE).exists()


def ask_for_packet(dossier: Dossier, room: Room, said: dict[str, str]) -> Any:
    """Ask the page for the packet as the liaison officer."""
    client = Client(headers={"accept-language": "en"})
    client.force_login(room.users["liaison"])
    return client.post(f"/operations/heron/persons/{dossier.person_code}/referral", {"act": "packet", **said})


def test_the_case_of_the_dead_is_sent_from_the_page_and_decided(ready: Dossier, room: Room) -> None:
    end_dossier(ready, by=room.analyst, kind="deceased", basis="戸籍の写し", on=DAY)
    ready.refresh_from_db()
    assert offered(get(room, "reviewer", ready)) >= {"send"}
    assert "send" not in offered(get(room, "investigator", ready))
    said = {"kind": "papers", "office": "tokyo", "reference": "送致9号", "sent_on": DAY.isoformat(),
            "liaison": room.liaison.username, "reason": ""}  # fmt: skip
    assert post(room, "reviewer", ready, "send", **said).status_code == 302
    ready.refresh_from_db()
    assert (ready.stage, Referral.objects.get().reference) == (Stage.DECEASED, "送致9号")
    assert "receive" in offered(get(room, "liaison", ready))


def test_of_the_dead_the_page_says_what_is_missing_before_the_case_is_sent(room: Room) -> None:
    dossier = make_dossier(room)
    end_dossier(dossier, by=room.analyst, kind="deceased", basis="戸籍の写し", on=DAY)
    page = get(room, "reviewer", dossier)
    assert "missing before the case can be sent" in page
    assert "welfare" not in page.lower().split("missing before the case can be sent")[1].split("</ul>")[0]
