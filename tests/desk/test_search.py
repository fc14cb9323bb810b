"""The search box: what finds whom, why, and who may look."""

import pytest
from django.test import Client

from soken.access.models import Role
from soken.casework.selectors.search import PAGE, search, search_everywhere
from soken.core.errors import BadInputError, NotFoundError
from tests.desk.factory import ALONE, RELATIVE, TAKAHASHI, World, make_user, make_world
from tests.desk.reading import signed_in

#: What is typed, who is found, and how the first is found.
FOUND = [
    pytest.param("高橋健一", {TAKAHASHI}, "name", id="kanji"),
    pytest.param("髙橋　健一", {TAKAHASHI}, "name", id="another form of a kanji"),
    pytest.param("高橋健二", {TAKAHASHI}, "name-slip", id="a slip in kanji"),
    pytest.param("高橋", {TAKAHASHI, RELATIVE}, "name-begins", id="family name alone"),
    pytest.param("たかはし けんいち", {TAKAHASHI}, "reading", id="hiragana"),
    pytest.param("Kenichi Takahashi", {TAKAHASHI}, "reading", id="romaji, given name first"),
    pytest.param("Takahasi Kenichi", {TAKAHASHI}, "reading", id="another romaji"),
    pytest.param("Takahshi Kenichi", {TAKAHASHI}, "reading-slip", id="a letter missing"),
    pytest.param("Takahashi Keincihi", set(), "", id="two slips"),
    pytest.param("ＫＥＮ．ＴＡＫＡ＠mail.example", {TAKAHASHI}, "mail", id="mail, full width"),
    pytest.param("misaki@", {RELATIVE}, "mail-begins", id="beginning of a mail address"),
    pytest.param("090-0000-0001", {TAKAHASHI, RELATIVE, ALONE}, "phone", id="phone"),
    pytest.param("神宮前", {TAKAHASHI, RELATIVE, ALONE}, "address", id="part of an address"),
    pytest.param("item-0003", {RELATIVE}, "item", id="item code"),
    pytest.param("P-2222", {RELATIVE}, "code", id="beginning of a person code"),
    pytest.param("100%' or 1=1 --", set(), "", id="SQL is only text"),
    pytest.param("・・・", set(), "", id="signs only"),
    pytest.param("", set(), "", id="nothing"),
]


@pytest.mark.parametrize(("text", "persons", "how"), FOUND)
def test_one_box_finds(text: str, persons: set[str], how: str, world: World) -> None:
    hits = search(world.users["analyst"], world.operation, text).hits
    assert {one.person.code for one in hits} == persons
    assert [one.how for one in hits[:1]] == ([how] if how else [])


def test_a_row_leads_to_its_person(world: World) -> None:
    hits = search(world.users["analyst"], world.operation, f"{world.item.evidence_id}:5").hits
    assert [(one.person.code, one.how) for one in hits] == [(RELATIVE, "row")]


@pytest.mark.parametrize("who", [Role.AUDITOR, Role.ADMINISTRATOR, "stranger"])
def test_who_may_see_no_person_finds_none(who: str, world: World) -> None:
    with pytest.raises(NotFoundError):
        search(world.users[who], world.operation, "高橋")


def test_a_search_over_all_operations_stays_in_ones_own(world: World) -> None:
    other = make_world(slug="heron")
    assert [one.operation for one in search_everywhere(world.users["analyst"], "高橋")] == [world.operation]
    assert search_everywhere(make_user("newcomer"), "高橋") == []
    assert other.operation.persons.exists()


def test_a_page_holds_no_more_than_it_says(world: World) -> None:
    make_world(slug="heron", persons=1)
    many = make_world(slug="plover", persons=PAGE + 2)
    first = search(many.users["analyst"], many.operation, "P-0000")
    second = search(many.users["analyst"], many.operation, "P-0000", page=2)
    assert (len(first.hits), first.more, len(second.hits), second.more) == (PAGE, True, 2, False)
    assert not {one.person.pk for one in first.hits} & {one.person.pk for one in second.hits}


def test_a_text_beyond_reason_is_refused(world: World) -> None:
    with pytest.raises(BadInputError, match="longer than"):
        search(world.users["analyst"], world.operation, "髙" * 201)


def test_the_page_says_why_somebody_was_found(desk: Client, world: World) -> None:
    page = desk.get(f"/operations/{world.operation.slug}/search", {"q": "takahashi kenichi"}).content.decode()
    assert TAKAHASHI in page
    assert RELATIVE not in page
    assert "reading" in page


def test_the_box_is_offered_to_those_only_who_see_persons(desk: Client, world: World) -> None:
    assert 'id="find"' in desk.get("/operations").content.decode()
    auditor = signed_in(world.users[Role.AUDITOR])
    assert 'id="find"' not in auditor.get("/operations").content.decode()
    assert auditor.get("/search", {"q": "高橋"}).status_code == 403


def test_a_page_of_many_tries_first_and_acts_when_told_to(desk: Client, world: World) -> None:
    page = f"/operations/{world.operation.slug}/bulk"
    asked = {"codes": f"person,name\n{ALONE},x\nP-9999-9999-9999", "act": "open"}
    tried = desk.post(page, {**asked, "step": "preview"})
    assert tried.status_code == 200
    assert not world.operation.dossiers.exists()
    desk.post(page, {**asked, "step": "apply"})
    assert [one.person_code for one in world.operation.dossiers.all()] == [ALONE]
