"""The search box: what finds whom, why, and who may look."""

from datetime import date

import duckdb
import pytest
from django.test import Client
from django.urls import resolve

from soken.access.models import Role
from soken.casework.actions.open_dossier import open_dossier
from soken.casework.actions.record_warrant import record_warrant
from soken.casework.models import Membership, Operation
from soken.casework.selectors.references import Reference
from soken.casework.selectors.search import OPERATIONS, PAGE, search, search_everywhere
from soken.casework.selectors.search_keys import probes
from soken.core.errors import BadInputError, NotFoundError
from soken.desk.templatetags.search import _NAMED, reference_at, reference_word
from soken.normalise.name_split import KnownNames
from soken.normalise.names import parse_name
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


@pytest.mark.parametrize("typed", ["Nguyen Van An", "An Van Nguyen", "NGUYEN VAN AN", "Nguyễn Văn An"])
def test_a_latin_name_of_three_words_is_found_as_it_stands_on_the_list(typed: str) -> None:
    kept = parse_name("Nguyen Van An", None, None, (None, None, None), KnownNames.empty())
    with duckdb.connect() as con:
        con.execute("create table records as select $kept::varchar[] as full_readings", {"kept": kept.full_typed})
        asked = [one for one in probes(typed) if one.how == "reading"]
        found = [con.execute(f"from records where {one.condition}", one.values).fetchall() for one in asked]
    assert any(found)


def test_a_row_leads_to_its_person(world: World) -> None:
    hits = search(world.users["analyst"], world.operation, f"{world.item.evidence_id}:5").hits
    assert [(one.person.code, one.how) for one in hits] == [(RELATIVE, "row")]


@pytest.mark.parametrize("who", [Role.AUDITOR, Role.ADMINISTRATOR, "stranger"])
def test_who_may_see_no_person_finds_none(who: str, world: World) -> None:
    with pytest.raises(NotFoundError):
        search(world.users[who], world.operation, "高橋")


def test_a_search_over_all_operations_stays_in_ones_own(world: World) -> None:
    other = make_world(slug="heron")
    assert [one.operation for one in search_everywhere(world.users["analyst"], "高橋").pages] == [world.operation]
    assert search_everywhere(make_user("newcomer"), "高橋").pages == ()
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


def test_a_code_leads_to_the_dossier_of_a_person_who_is_proposed_no_longer(desk: Client, world: World) -> None:
    open_dossier(world.operation, ALONE, by=world.users["analyst"])
    assert not search(world.users["analyst"], world.operation, ALONE).gone, "proposed: the person leads there"
    world.operation.persons.filter(code=ALONE).delete()
    found = search(world.users["analyst"], world.operation, ALONE)
    assert ([one.person_code for one in found.gone], found.hits) == ([ALONE], ())
    where = f'href="/operations/kingfisher/persons/{ALONE}/dossier"'
    for page in ("/operations/kingfisher/search", "/search"):
        assert where in desk.get(page, {"q": ALONE.lower()}).content.decode()
    assert search_everywhere(make_user("newcomer"), ALONE).pages == ()


def test_the_page_leads_to_what_a_reference_names(desk: Client, world: World) -> None:
    by = world.users["analyst"]
    for number, persons in ((1, []), (2, [TAKAHASHI])):
        open_dossier(world.operation, TAKAHASHI, by=by) if persons else None
        record_warrant(
            world.operation, by=by, kind="inquiry", reference=f"照会第{number}号", issued_by="警視庁",
            issued_on=date(2026, 1, 5), scope="契約者情報", persons=persons,
        )  # fmt: skip
    every = {
        "照会第１号": "/operations/kingfisher/warrants#warrant-",
        "照会第2号": f"/operations/kingfisher/warrants?person={TAKAHASHI}#warrant-",
        world.item.evidence_id.upper(): f"/operations/kingfisher/evidence/{world.item.evidence_id}",
    }
    for typed, address in every.items():
        for page in ("/operations/kingfisher/search", "/search"):
            assert f'href="{address}' in desk.get(page, {"q": typed}).content.decode()
            assert desk.get(address.partition("#")[0]).status_code == 200


@pytest.mark.parametrize("kind", [*_NAMED])
def test_each_kind_of_reference_has_a_word_and_a_page(kind: str, world: World) -> None:
    one = Reference(kind, "1", "kingfisher", "Kingfisher", TAKAHASHI, "1" if kind != "evidence" else "E-000000000001")
    assert reference_word(kind)
    assert resolve(reference_at(one).partition("?")[0].partition("#")[0])


def test_operations_that_were_not_looked_into_are_said_and_can_be(desk: Client, world: World) -> None:
    for number in range(OPERATIONS):
        one = Operation.objects.create(name=f"Op {number}", slug=f"op-{number}", created_at="2031-01-01T00:00:00Z")
        Membership.objects.create(operation=one, user=world.users["analyst"])
    newest = desk.get("/search", {"q": "高橋健一"}).content.decode()
    assert TAKAHASHI not in newest
    assert f"1 to {OPERATIONS} of {OPERATIONS + 1}" in newest
    assert "page=2" in newest
    oldest = desk.get("/search", {"q": "高橋健一", "page": "2"}).content.decode()
    assert TAKAHASHI in oldest
    assert "page=1" in oldest
    assert "no further operations" in desk.get("/search", {"q": "高橋健一", "page": "99"}).content.decode()
