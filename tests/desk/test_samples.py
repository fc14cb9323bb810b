"""The pages of second assessments: drawing, answering blind, comparing; and that nothing tells the first before."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import time_machine
from django.db.models import F
from django.urls import get_resolver, reverse

from soken.casework.actions.answer_second import answer_second
from soken.casework.actions.assess import assess
from soken.casework.actions.draw_sample import draw_sample
from soken.casework.models import (
    Assessment,
    BandChange,
    ChangeState,
    Dossier,
    Notification,
    NotificationKind,
    Priority,
    SecondAssessment,
)
from soken.casework.selectors.dossier import today
from soken.prioritise.instrument_file import default_instrument
from tests.api.asking import program, token_for
from tests.desk.factory import ALONE, AT, RELATIVE, TAKAHASHI, World
from tests.desk.reading import signed_in, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client

    from soken.access.models import User

CLEAN = {
    code: next(one.code for one in factor.answers.values() if not one.points)
    for code, factor in default_instrument().factors.items()
}
GRAVE = {**CLEAN, "access-work": "regular"}
ROOM = "/operations/kingfisher"
SECOND = f"{ROOM}/persons/{TAKAHASHI}/second-assessment"
SAMPLES = f"{ROOM}/priority/samples"
NAMES = {"/" + str(one.pattern): one.name for one in get_resolver().url_patterns}


@pytest.fixture(autouse=True)
def moment() -> Iterator[None]:
    with time_machine.travel(AT, tick=False):
        yield


def assessed(world: World, code: str = TAKAHASHI, answers: dict[str, str] = CLEAN, age: int = 3) -> Dossier:
    dossier = Dossier.objects.create(
        operation=world.operation, person_code=code, name="髙橋 健一", prefecture="13",
        received_on=today() - timedelta(days=age), opened_at=AT, opened_by=world.users["analyst"],
    )  # fmt: skip
    assess(dossier, by=world.users["analyst"], answers=answers)
    return dossier


def asked_of(world: World, dossier: Dossier, role: str = "investigator") -> User:
    """Draw, and have somebody of a role asked."""
    draw_sample(world.operation, by=world.users["reviewer"], wanted=5)
    SecondAssessment.objects.filter(dossier=dossier).update(assessor=world.users[role])
    return world.users[role]


def raise_first(dossier: Dossier) -> None:
    """Have the first assessment come out otherwise, with all that hangs on it, as if it had from the start."""
    Assessment.whole.filter(dossier=dossier).update(score=99, band="very-high", answers=GRAVE, contributions=[])
    Priority.whole.filter(dossier=dossier).update(band="very-high", order=0, due_on=F("due_on") - timedelta(days=29))
    BandChange.whole.filter(dossier=dossier).update(before="very-high")
    told = Notification.objects.filter(dossier=dossier, kind=NotificationKind.TARGET_SOON)
    told.update(kind=NotificationKind.SAFETY_UNTOLD)


def everything(world: World, browser: Client, api: Client) -> dict[str, str]:
    """Every page and every answer of the API that somebody is shown, without what differs each time."""
    known = {"slug": "kingfisher", "code": TAKAHASHI, "evidence_id": world.item.evidence_id, "number": 1,
             "pk": 1, "place": 1, "rest": "nothing", "year": 2017, "table": "nothing"}  # fmt: skip
    shown = {}
    for route, name in NAMES.items():
        if name in {"sign-out", "sign-out-everywhere", "metrics", "tokens"}:
            continue
        address = reverse(name, kwargs={key: known[key] for key in re.findall(r"<(?:\w+:)?(\w+)>", route)})
        filtered = ("?show=overdue", "?band=very-high", "?late=1&force=none&band=very-high", "?stage=proposed")
        for asked in ("", *(filtered if name in {"priority-list", "standing"} else ())):
            answer = (api if route.startswith("/api/") else browser).get(address + asked)
            told = answer.content.decode() if not answer.streaming else ""
            shown[address + asked] = re.sub(r'(csrfmiddlewaretoken" value|nonce)="[^"]*"|csrf-token[^>]*', "", told)
    return shown


def differing(world: World, dossier: Dossier, user: User) -> list[str]:
    """Where a user is shown something else once the first assessment comes out otherwise."""
    BandChange.objects.create(
        dossier=dossier, before="high", after="low", lowers=True, reason="転居した", state=ChangeState.WAITING, at=AT,
        by=world.users["analyst"],
    )  # fmt: skip
    Notification.objects.create(
        user=user, operation=world.operation, dossier=dossier, person_code=TAKAHASHI, at=AT,
        kind=NotificationKind.TARGET_SOON,
    )  # fmt: skip
    browser, api = signed_in(user), program(token_for(user))
    before = everything(world, browser, api)
    raise_first(dossier)
    after = everything(world, browser, api)
    return [address for address, told in after.items() if told != before[address]]


@pytest.mark.parametrize("role", ["investigator", "reviewer"])
def test_no_page_and_no_answer_of_the_api_tells_a_blind_assessor_of_the_first(role: str, world: World) -> None:
    dossier = assessed(world, age=20)
    assert differing(world, dossier, asked_of(world, dossier, role)) == []


def test_to_anybody_else_many_pages_do(world: World) -> None:
    dossier = assessed(world, age=20)
    asked_of(world, dossier)
    told = differing(world, dossier, world.users["reviewer"])
    for address in ("/", f"{ROOM}/priority", f"{ROOM}/persons/{TAKAHASHI}", "/notifications", f"{ROOM}/standing",
                    f"{ROOM}/safety", f"{ROOM}/persons/{TAKAHASHI}/priority",
                    "/api/operations/kingfisher/queues/priority"):  # fmt: skip
        assert any(one.split("?")[0].startswith(address) for one in told), (address, told)


@pytest.mark.parametrize(("language", "words"), [("en", "Second, blind assessment"), ("ja", "盲検による2回目の評価")])
def test_who_is_asked_finds_it_on_the_board_and_answers(language: str, words: str, world: World) -> None:
    user = asked_of(world, assessed(world, answers=GRAVE))
    browser = signed_in(user)
    browser.cookies["django_language"] = language
    assert SECOND in browser.get("/").content.decode()
    assert browser.get(f"{ROOM}/persons/{TAKAHASHI}/priority")["Location"] == SECOND
    page = browser.get(SECOND)
    assert words in text_of(page)
    assert set(re.findall(r'value="([\w-]+)" checked', page.content.decode())) == {"unknown"}
    answer = browser.post(SECOND, {"act": "answer", "answer-access-work": "no", "note": "面接なし"})
    second = SecondAssessment.objects.get()
    assert answer["Location"] == f"{SAMPLES}/{second.sample_id}"
    assert second.answers["access-work"] == "no"
    seen = text_of(browser.get(answer["Location"]))
    assert "面接なし" in seen
    assert browser.get(f"{ROOM}/persons/{TAKAHASHI}/priority").status_code == 200


@pytest.mark.parametrize(("language", "few", "equal"), [
    ("en", "Too few pairs", "Equal bands 50.0% 1/2"), ("ja", "組が少なすぎます", "区分の一致 50.0% 1/2"),
])  # fmt: skip
def test_the_agreement_is_shown_with_its_warning(language: str, few: str, equal: str, world: World) -> None:
    one, two = assessed(world), assessed(world, RELATIVE, GRAVE)
    draw_sample(world.operation, by=world.users["reviewer"], wanted=5)
    for dossier in (one, two):
        answer_second(dossier, by=dossier.second_assessments.get().assessor, answers=CLEAN)
    browser = signed_in(world.users["reviewer"])
    browser.cookies["django_language"] = language
    page = text_of(browser.get(f"{SAMPLES}/{one.second_assessments.get().sample_id}"))
    assert few in page
    assert equal in page
    assert "0.00" in page


def test_a_supervisor_draws_on_the_page_and_others_have_no_form(world: World) -> None:
    assessed(world)
    assert "wanted" not in signed_in(world.users["investigator"]).get(SAMPLES).content.decode()
    browser = signed_in(world.users["reviewer"])
    assert 'name="wanted"' in browser.get(SAMPLES).content.decode()
    assert browser.post(SAMPLES, {"wanted": "0"}).status_code == 422
    assert browser.post(SAMPLES, {"wanted": "1"}).status_code == 302
    assert browser.post(SAMPLES, {"wanted": "1"}).status_code == 409
    assert SecondAssessment.objects.count() == 1


def test_setting_aside_asks_for_a_reason_on_both_pages(world: World) -> None:
    first, other = assessed(world), assessed(world, ALONE)
    user = asked_of(world, first)
    browser = signed_in(user)
    assert browser.post(SECOND, {"act": "set-aside", "reason": ""}).status_code == 422
    assert browser.post(SECOND, {"act": "set-aside", "reason": "1回目を知っている"}).status_code == 302
    second = other.second_assessments.get()
    page = f"{SAMPLES}/{second.sample_id}"
    reviewer = signed_in(world.users["reviewer"])
    assert reviewer.post(page, {"key": str(second.pk), "reason": ""}).status_code == 422
    assert reviewer.post(page, {"key": str(second.pk), "reason": "休職中"}).status_code == 302
    assert "休職中" in text_of(reviewer.get(page))


def test_a_list_says_that_somebody_is_left_out_of_it(world: World, desk: Client) -> None:
    user = asked_of(world, assessed(world))
    assert "1 person whom you are to assess blind" in text_of(signed_in(user).get(f"{ROOM}/priority"))
    assert "assess blind" not in text_of(desk.get(f"{ROOM}/priority"))
