"""The page of a dossier: where it stands, what is missing, one form an act; in both languages."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils import translation

from soken.casework.actions.add_party_role import add_party_role
from soken.casework.actions.advance import advance
from soken.casework.actions.confirm_identity import confirm_identity
from soken.casework.actions.open_dossier import open_dossier
from soken.casework.actions.raise_rival import raise_rival
from soken.casework.actions.screen import screen
from soken.casework.dossier_words import MISSING_WORDS, SECTIONS, STEP_WORDS, missing_words, step_reason
from soken.casework.models import Dossier, DossierRow
from soken.casework.selectors.dossier import dossier_found, today
from soken.core.errors import NotFoundError, RefusedError
from soken.review.guards import CODES, Missing
from soken.review.stages import Stage
from soken.review.transitions import TRANSITIONS
from tests.casework.dossiers import Room, bring_to, make_dossier, make_room, record_screening
from tests.desk.factory import ALONE, AT, RELATIVE, TAKAHASHI, World
from tests.desk.reading import signed_in, text_of

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

PAGE = f"/operations/kingfisher/persons/{TAKAHASHI}/dossier"


@pytest.fixture
def dossier(world: World) -> Dossier:
    return open_dossier(world.operation, TAKAHASHI, by=world.users["analyst"])


# Opening


def test_a_person_without_a_dossier_can_be_given_one(desk: Client, world: World) -> None:
    assert f'href="{PAGE}"' in desk.get(f"/operations/kingfisher/persons/{TAKAHASHI}").content.decode()
    assert "No dossier yet" in text_of(desk.get(PAGE))
    assert desk.post(PAGE, {"act": "open"}).status_code == 302
    opened = dossier_found(world.operation, TAKAHASHI)
    assert opened is not None
    assert (opened.stage, opened.received_on, opened.prefecture) == ("proposed", AT.date(), "13")
    assert [row for _item, row in opened.rows.order_by("row").values_list("evidence", "row")] == [1, 2, 3]
    assert "proposed" in text_of(desk.get(f"/operations/kingfisher/persons/{TAKAHASHI}"))


def test_a_person_has_one_dossier_and_a_row_is_in_one(world: World, dossier: Dossier) -> None:
    analyst = world.users["analyst"]
    with pytest.raises(RefusedError, match="already"):
        open_dossier(world.operation, TAKAHASHI, by=analyst)
    DossierRow.objects.create(dossier=dossier, operation=world.operation, evidence=world.item.evidence_id, row=6)
    with pytest.raises(RefusedError, match=f"in the dossier of {TAKAHASHI} already"):
        open_dossier(world.operation, ALONE, by=analyst)
    assert Dossier.objects.count() == 1


@pytest.mark.parametrize("who", ["auditor", "administrator"])
def test_who_may_not_work_on_persons_opens_none(who: str, world: World) -> None:
    with pytest.raises(RefusedError):
        open_dossier(world.operation, RELATIVE, by=world.users[who])
    with pytest.raises(NotFoundError):
        open_dossier(world.operation, RELATIVE, by=world.users["stranger"])
    assert signed_in(world.users[who]).get(PAGE).status_code == 403
    assert not Dossier.objects.exists()


# What is missing


@pytest.mark.parametrize("language", ["en", "ja"])
def test_what_is_missing_is_said_in_plain_words_and_leads_to_its_form(
    language: str, desk: Client, dossier: Dossier
) -> None:
    desk.cookies["django_language"] = language
    page = desk.get(PAGE)
    with translation.override(language):
        assert missing_words(Missing("no-screening")) in text_of(page)
    assert '<a href="#screening">' in page.content.decode()
    assert 'id="screening"' in page.content.decode()


def test_every_code_has_words_and_every_section_stands_on_the_page(desk: Client, dossier: Dossier) -> None:
    assert set(MISSING_WORDS) == set(CODES)
    assert {one.act for one in TRANSITIONS} - {"end"} == set(STEP_WORDS)
    page = desk.get(PAGE).content.decode()
    assert [section for section in SECTIONS if f'id="{section}"' not in page] == []


def test_what_is_mended_on_another_page_leads_there(world: World, dossier: Dossier) -> None:
    record_screening(dossier, Room(world.operation, {n: world.users[n] for n in ("analyst", "reviewer")}))
    advance(dossier, by=world.users["analyst"], to=Stage.SCREENED)
    page = signed_in(world.users["analyst"]).get(PAGE).content.decode()
    assert f'<a href="{PAGE.removesuffix("/dossier")}/priority">No priority has been set yet.</a>' in page


def test_an_element_is_named_in_the_language_of_the_page() -> None:
    with translation.override("ja"):
        assert (
            missing_words(Missing("element-empty", "purpose")) == "証拠のない構成要件：自己の性的好奇心を満たす目的。"
        )


# Acts


def test_a_screening_is_recorded_reviewed_and_taken_up(world: World, dossier: Dossier) -> None:
    analyst, reviewer = signed_in(world.users["analyst"]), signed_in(world.users["reviewer"])
    assert analyst.post(PAGE, {"act": "screen", "version": 1, "reason": "items-covered"}).status_code == 302
    assert "I agree with the screening" not in text_of(analyst.get(PAGE)), "the analyst's role may not review"
    assert reviewer.post(PAGE, {"act": "review", "version": 2}).status_code == 302
    assert "Nothing is missing." in text_of(analyst.get(PAGE))
    assert analyst.post(PAGE, {"act": "advance", "version": 3, "to": "screened"}).status_code == 302
    dossier.refresh_from_db()
    assert dossier.stage == "screened"


def test_the_second_of_two_is_told_and_sees_what_the_first_did(world: World, dossier: Dossier) -> None:
    first, second = signed_in(world.users["analyst"]), signed_in(world.users["investigator"])
    first.post(PAGE, {"act": "screen", "version": 1, "reason": "items-covered"})
    answer = second.post(PAGE, {"act": "screen", "version": 1, "reason": "never-received", "note": "返品の記録"})
    assert answer.status_code == 409
    assert "Somebody else has changed" in text_of(answer)
    assert "items bought are covered by the Act" in text_of(answer)
    assert "返品の記録" in answer.content.decode(), "what was typed is not lost"
    assert dossier.screenings.count() == 1


@pytest.mark.parametrize("version", ["", "x", "-1", "99999999999999999999"])
def test_a_form_without_the_version_it_was_made_on_is_refused(version: str, desk: Client, dossier: Dossier) -> None:
    answer = desk.post(PAGE, {"act": "screen", "version": version, "reason": "items-covered"})
    assert answer.status_code == 409
    assert not dossier.screenings.exists()


def test_a_gate_that_is_shut_says_what_is_missing(desk: Client, dossier: Dossier) -> None:
    """Whoever sends the form past the page gets the page's list."""
    answer = desk.post(PAGE, {"act": "advance", "version": 1, "to": "screened"})
    assert answer.status_code == 409
    assert "The gate is shut. Still missing:" in text_of(answer)
    dossier.refresh_from_db()
    assert dossier.stage == "proposed"


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"act": "screen", "reason": ""}, 422),
        ({"act": "screen", "reason": "whim"}, 422),
        ({"act": "confirm", "basis": "x", "born_on": "1979-13-40"}, 422),
        ({"act": "confirm", "basis": "x", "born_on": "2999-01-01"}, 422),
        ({"act": "advance", "to": "nowhere"}, 422),
        ({"act": "advance", "to": "referred"}, 409),
        ({"act": "review"}, 409),
        ({"act": "withdraw", "finding": "role", "key": "1", "reason": "x"}, 409),
        ({"act": "withdraw", "finding": "role", "key": "1"}, 422),
        ({"act": "delete"}, 404),
        ({}, 404),
    ],
    ids=lambda form: str(form)[:50],
)
def test_what_cannot_be_done_is_said_and_changes_nothing(
    form: dict[str, str], status: int, desk: Client, dossier: Dossier
) -> None:
    assert desk.post(PAGE, {"version": 1, **form}).status_code == status
    dossier.refresh_from_db()
    assert (dossier.version, dossier.stage) == (1, "proposed")


def test_what_is_withdrawn_stays_to_be_read_with_its_reason(desk: Client, world: World, dossier: Dossier) -> None:
    role = add_party_role(dossier, by=world.users["analyst"], role="payer", basis="会員登録")
    said = {
        "act": "withdraw",
        "version": dossier.version,
        "finding": "role",
        "key": role.pk,
        "reason": "母の名義",
    }
    assert desk.post(PAGE, said).status_code == 302
    role.refresh_from_db()
    assert (role.withdrawn_by, role.withdrawn_reason) == (world.users["analyst"], "母の名義")
    page = text_of(desk.get(PAGE))
    assert "会員登録" in page
    assert "母の名義" in page


def test_the_second_is_not_led_to_the_first_ones_birth_date(world: World, dossier: Dossier) -> None:
    born = today() - timedelta(days=15000)
    confirm_identity(dossier, by=world.users["analyst"], basis="住民票", born_on=born)
    assert born.isoformat() in text_of(signed_in(world.users["analyst"]).get(PAGE))
    assert born.isoformat() not in signed_in(world.users["investigator"]).get(PAGE).content.decode()


def test_text_typed_by_people_is_text(desk: Client, world: World, dossier: Dossier) -> None:
    raise_rival(dossier, by=world.users["analyst"], kind="namesake", why="<script>alert(1)</script>")
    assert "<script>alert" not in desk.get(PAGE).content.decode()


def test_a_step_back_says_what_was_lost() -> None:
    assert step_reason("手続のとおり") == "手続のとおり"
    said = step_reason("lost:identity-once,rival-open=namesake")
    assert said == (
        "A ground was lost: One person has confirmed the identity; a second one must. Being tested: a namesake."
    )


@pytest.mark.parametrize("stage", list(Stage))
def test_every_stage_has_a_page(stage: Stage, db: None) -> None:
    room: Room = make_room()
    found = bring_to(make_dossier(room), stage, room)
    client = signed_in(room.reviewer)
    for language in ("en", "ja"):
        client.cookies["django_language"] = language
        answer = client.get(f"/operations/heron/persons/{found.person_code}/dossier")
        assert answer.status_code == 200


def test_the_page_costs_the_same_queries_however_much_is_recorded(
    desk: Client, world: World, dossier: Dossier, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _time in range(25):
        screen(dossier, by=world.users["analyst"], reason="items-covered")
    # Four more than before for the looks after the person (R31): what is recorded, warrants executed, who was held.
    with django_assert_max_num_queries(47):
        desk.get(PAGE)
