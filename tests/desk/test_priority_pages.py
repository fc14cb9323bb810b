"""The pages of priority and child safety: what a band rests on, what is late, and acts that people do there."""

from __future__ import annotations

from datetime import timedelta
from importlib.resources import files
from typing import TYPE_CHECKING

import pytest
from django.conf import settings

from soken.casework.actions.assess import assess
from soken.casework.models import Dossier, Priority, SafetyNotification
from soken.casework.selectors.dossier import today
from soken.casework.selectors.instrument import OWN
from soken.prioritise.instrument_file import default_instrument
from tests.desk.factory import AT, RELATIVE, TAKAHASHI, World

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

CLEAN = {
    code: next(one.code for one in factor.answers.values() if not one.points)
    for code, factor in default_instrument().factors.items()
}
PAGE = f"/operations/kingfisher/persons/{TAKAHASHI}/priority"
LIST = "/operations/kingfisher/priority"
QUEUE = "/operations/kingfisher/safety"
TELL = f"/operations/kingfisher/persons/{TAKAHASHI}/safety"


def open_one(world: World, code: str = TAKAHASHI, age: int = 0) -> Dossier:
    return Dossier.objects.create(
        operation=world.operation, person_code=code, name="髙橋 健一", prefecture="13",
        received_on=today() - timedelta(days=age), opened_at=AT, opened_by=world.users["analyst"],
    )  # fmt: skip


def form(dossier: Dossier, act: str, **said: str) -> dict[str, str]:
    dossier.refresh_from_db()
    return {"act": act, "version": str(dossier.version), **said}


def assessed(dossier: Dossier, world: World, **changed: str) -> None:
    answers = {**CLEAN, **{code.replace("_", "-"): answer for code, answer in changed.items()}}
    assess(dossier, by=world.users["analyst"], answers=answers)


def text(desk: Client, path: str) -> str:
    return desk.get(path).content.decode()


def test_the_label_and_published_rates_stand_beside_every_band(desk: Client, world: World) -> None:
    assessed(open_one(world), world)
    page = text(desk, PAGE)
    assert "Decision support that nobody has validated" in page
    assert page.count("KIRAT v2") == 6
    for share in ("37.7%", "22.0%", "2.4%"):
        assert share in page


@pytest.mark.parametrize(("language", "said"), [("en", "with published error rates"), ("ja", "公表された誤り率")])
def test_the_rates_stand_wherever_bands_order_people(language: str, said: str, client: Client, world: World) -> None:
    dossier = open_one(world, age=60)
    assessed(dossier, world)
    client.force_login(world.users["reviewer"])
    client.cookies["django_language"] = language
    for page in (LIST, "/", "/operations/kingfisher/standing"):
        shown = text(client, page)
        assert said in shown, page
        assert shown.count("KIRAT v2") == 6, page


@pytest.mark.parametrize(("language", "said"), [("en", "uses an instrument of its own"), ("ja", "独自の評価票")])
def test_an_instrument_that_did_not_ship_with_soken_says_so(
    language: str, said: str, desk: Client, world: World
) -> None:
    desk.cookies["django_language"] = language
    open_one(world)
    assert said not in text(desk, PAGE)
    shipped = files("soken.prioritise").joinpath("instruments/default.toml").read_text("utf-8")
    own = settings.HOME.root.joinpath(*OWN)
    own.parent.mkdir()
    own.write_text(shipped.replace("from = 40", "from = 41"), encoding="utf-8")
    assert said in text(desk, PAGE)


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "Nobody can be assessed until somebody mends"), ("ja", "評価票が直されるまで、誰も評価できません")],
)
def test_a_damaged_instrument_stops_assessing_and_nothing_else(
    language: str, said: str, desk: Client, world: World
) -> None:
    dossier = open_one(world)
    assessed(dossier, world)
    own = settings.HOME.root.joinpath(*OWN)
    own.parent.mkdir()
    own.write_text("id = [", encoding="utf-8")
    desk.cookies["django_language"] = language
    answer = desk.get(PAGE)
    assert answer.status_code == 200
    page = answer.content.decode()
    assert said in page
    assert "current.toml" in page
    assert ("is not TOML" in page) is (language == "en")
    assert "default v1" in page
    assert 'value="assess"' not in page
    refused = desk.post(PAGE, form(dossier, "assess", reason="再評価"))
    assert refused.status_code == 422
    assert dossier.assessments.count() == 1
    assert desk.post(PAGE, form(dossier, "override", band="very-high", reason="通報")).status_code == 302
    assert Priority.objects.get(dossier=dossier).band == "very-high"
    assert Priority.objects.filter(dossier=open_one(world, RELATIVE)).exists()


@pytest.mark.parametrize(
    ("language", "asks", "previews", "shows"),
    [("en", "Preview for 1 person", "Score 1 person anew", "Done"), ("ja", "1人を試算", "1人を再採点", "完了")],
)
def test_a_supervisor_scores_everybody_anew_after_a_preview(
    language: str, asks: str, previews: str, shows: str, desk: Client, client: Client, world: World
) -> None:
    dossier = open_one(world)
    assessed(dossier, world)
    page = f"{LIST}/rescore"
    assert desk.get(page).status_code == 403
    client.force_login(world.users["reviewer"])
    client.cookies["django_language"] = language
    assert page in text(client, LIST)
    shipped = files("soken.prioritise").joinpath("instruments/default.toml").read_text("utf-8")
    own = settings.HOME.root.joinpath(*OWN)
    own.parent.mkdir()
    own.write_text(shipped.replace("version = 1", "version = 2"), encoding="utf-8")
    assert asks in text(client, page)
    assert previews in client.post(page, {"step": "preview"}).content.decode()
    assert dossier.assessments.count() == 1
    done = client.post(page, {"step": "apply"}).content.decode()
    assert dossier.person_code in done
    assert shows in done
    assert dossier.assessments.count() == 2
    own.write_text(shipped.replace("version = 1", "version = 3"), encoding="utf-8")
    assert 'value="rescore"' in text(desk, PAGE)
    assert desk.post(PAGE, form(dossier, "rescore")).status_code == 302
    assert dossier.assessments.last().instrument_version == 3  # type: ignore[union-attr]


def test_an_assessment_shows_what_each_answer_counted(desk: Client, world: World) -> None:
    dossier = open_one(world)
    said = {f"answer-{code}": answer for code, answer in {**CLEAN, "access-work": "regular"}.items()}
    assert desk.post(PAGE, form(dossier, "assess", **said)).status_code == 302
    page = text(desk, PAGE)
    assert "very high" in page
    assert "60 points" in page
    assert 'class="num">60</td>' in page


def test_unknown_answers_are_shown_with_the_bands_still_possible(desk: Client, world: World) -> None:
    dossier = open_one(world)
    said = {f"answer-{code}": answer for code, answer in CLEAN.items()} | {"answer-prior-contact": "unknown"}
    desk.post(PAGE, form(dossier, "assess", **said))
    assert "could still lead anywhere from low to very high" in text(desk, PAGE)


def test_a_lowering_waits_on_the_page_for_another_person(desk: Client, world: World, client: Client) -> None:
    dossier = open_one(world)
    assessed(dossier, world, access_home="visits")
    desk.post(PAGE, form(dossier, "override", band="low", reason="長期入院"))
    assert "A lowering waits" in text(desk, PAGE)
    assert 'value="approve"' not in text(desk, PAGE)
    answer = desk.post(PAGE, form(dossier, "approve", reason="同意"))
    assert answer.status_code == 409
    client.force_login(world.users["reviewer"])
    assert 'value="approve"' in text(client, PAGE)
    client.post(PAGE, form(dossier, "approve", reason="入院証明を確認"))
    assert Priority.objects.get(dossier=dossier).band == "low"


def test_a_refusal_keeps_what_was_typed(desk: Client, world: World) -> None:
    dossier = open_one(world)
    assessed(dossier, world, access_home="visits")
    said = {f"answer-{code}": answer for code, answer in {**CLEAN, "access-work": "seldom"}.items()}
    answer = desk.post(PAGE, form(dossier, "assess", **said))
    assert answer.status_code == 422
    assert 'name="answer-access-work" value="seldom" checked' in answer.content.decode()
    stale = desk.post(PAGE, {**form(dossier, "override", band="low", reason="長い理由"), "version": "1"})
    assert stale.status_code == 409
    assert "長い理由" in stale.content.decode()


@pytest.mark.parametrize(
    "said", [{"act": "nothing"}, {"act": "assess", "answer-shoe-size": "44"}, {"act": "override", "band": "no"}, {}]
)
def test_odd_forms_change_nothing(said: dict[str, str], desk: Client, world: World) -> None:
    dossier = open_one(world)
    assert desk.post(PAGE, {**form(dossier, ""), **said, "version": "9" * 30}).status_code in {404, 409, 422}
    assert Priority.objects.get(dossier=dossier).band == ""


def test_delays_are_said_in_words(desk: Client, world: World) -> None:
    assessed(open_one(world, age=50), world)
    open_one(world, RELATIVE)
    page = text(desk, LIST)
    assert "20 days late: alarm" in page
    assert "not assessed" in page
    assert page.index(RELATIVE) < page.index(TAKAHASHI)
    late = text(desk, LIST + "?show=overdue")
    assert RELATIVE not in late
    assert TAKAHASHI in late


@pytest.mark.parametrize("query", ["band=low&at=x", "band=%27&show=%00", "at=0_2026-99-99_1"])
def test_odd_queries_of_the_list_do_no_harm(query: str, desk: Client) -> None:
    assert desk.get(f"{LIST}?{query}").status_code == 200


def test_a_proposed_person_without_a_dossier_can_be_told_of_at_once(desk: Client, world: World) -> None:
    said = {"body": "child-guidance-centre", "office": "中央児童相談所", "method": "phone"}
    assert desk.post(TELL, said).status_code == 302
    assert not Dossier.objects.exists()
    assert "中央児童相談所" in text(desk, QUEUE)
    assert TAKAHASHI in text(desk, QUEUE)


def test_an_answer_is_entered_in_the_queue(desk: Client, world: World) -> None:
    desk.post(TELL, {"body": "school-board", "office": "市教委", "method": "document"})
    key = str(SafetyNotification.objects.get().pk)
    assert desk.post(QUEUE, {"act": "acknowledge", "key": key, "who": " "}).status_code == 422
    assert desk.post(QUEUE, {"act": "acknowledge", "key": key, "who": "指導課"}).status_code == 302
    assert "No notification waits for an answer" in text(desk, QUEUE)
    assert desk.post(QUEUE, {"act": "cancel", "key": key, "reason": "x"}).status_code == 409


@pytest.mark.parametrize("key", ["", "x", "0", "9" * 40])
def test_odd_numbers_of_notifications_are_not_found(key: str, desk: Client) -> None:
    assert desk.post(QUEUE, {"act": "cancel", "key": key, "reason": "x"}).status_code == 404


def test_a_form_that_is_not_complete_says_so(desk: Client, world: World) -> None:
    answer = desk.post(TELL, {"body": "", "office": ""})
    assert answer.status_code == 422
    assert "not complete" in answer.content.decode()
    assert not SafetyNotification.objects.exists()


def test_in_japanese_nothing_is_left_in_english(desk: Client, world: World) -> None:
    assessed(open_one(world), world, access_home="visits")
    desk.cookies["django_language"] = "ja"
    page = text(desk, PAGE)
    assert "児童との接点" in page
    assert "検証されていない判断補助です" in page
    assert "very high" not in page


def test_the_list_costs_the_same_queries_however_long_it_is(
    desk: Client, world: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(30):
        open_one(world, f"P-0000-0000-{number:04d}")
    with django_assert_num_queries(10):
        desk.get(LIST)
