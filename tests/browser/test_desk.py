"""The desk in Chromium: nothing from elsewhere, no axe violation, no sideways scroll, all of it from the keyboard."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from soken.casework.actions.open_dossier import open_dossier
from soken.casework.actions.open_enquiry import open_enquiry
from soken.casework.actions.raise_rival import raise_rival
from tests.browser.looking import look, look_at_all, speak
from tests.casework.dossiers import Room, record_everything
from tests.desk.factory import PASSWORD, RELATIVE, TAKAHASHI, World, make_world

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.django_db(transaction=True)

BASE = "/operations/kingfisher"
ROOMS = {
    "operations": "/operations",
    "tokens": "/tokens",
    "what a program can ask": "/api/docs",
    "overview": BASE,
    "persons": f"{BASE}/persons",
    "search": f"{BASE}/search?q=takahashi",
    "search everywhere": "/search?q=%E9%AB%98%E6%A9%8B",
    "nobody found": "/search?q=zzzzzz",
    "many at once": f"{BASE}/bulk",
    "no person": f"{BASE}/persons?q=zzz",
    "person": f"{BASE}/persons/{TAKAHASHI}",
    "no dossier": f"{BASE}/persons/{RELATIVE}/dossier",
    "dossier": f"{BASE}/persons/{TAKAHASHI}/dossier",
    "evidence": BASE + "/evidence/{evidence}",
    "mapping": BASE + "/evidence/{evidence}/mapping",
    "set aside": BASE + "/evidence/{evidence}/set-aside",
    "row": BASE + "/evidence/{evidence}/rows/2",
    "row set aside": BASE + "/evidence/{evidence}/rows/4",
    "not found": "/operations/nothing",
    "empty": "/operations/empty",
}


@pytest.fixture
def world() -> World:
    world = make_world(persons=130)
    from soken.casework.models import Membership, Operation
    from tests.desk.factory import AT

    empty = Operation.objects.create(name="Empty", slug="empty", created_at=AT)
    Membership.objects.create(operation=empty, user=world.users["analyst"])
    make_work(world)
    return world


def make_work(world: World) -> None:
    """Give one person a dossier in which people have recorded something of each kind."""
    room = Room(world.operation, {name: world.users[name] for name in ("analyst", "investigator", "reviewer")})
    dossier = open_dossier(world.operation, TAKAHASHI, by=room.analyst)
    record_everything(dossier, room, but=frozenset({"element clear", "rival wrong-join"}))
    raise_rival(dossier, by=room.analyst, kind="namesake", why="同じ町に同姓同名の人がいる")
    open_enquiry(dossier, by=room.analyst, question="購入時の居住者")


@pytest.fixture
def desk(page: Page, live_server: Any, world: World) -> Page:
    """A page on which the analyst has signed in, from the keyboard alone."""
    page.goto(f"{live_server.url}/sign-in")
    page.locator("#id_login").focus()
    page.keyboard.type("kingfisher-analyst")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{live_server.url}/")
    page.goto(f"{live_server.url}/operations")
    return page


@pytest.mark.parametrize("language", ["en", "ja"])
def test_every_room_is_for_everybody(language: str, desk: Page, live_server: Any, world: World) -> None:
    rooms = {name: path.format(evidence=world.item.evidence_id) for name, path in ROOMS.items()}
    assert look_at_all(desk, live_server.url, rooms, language) == {}


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_sign_in_is_accessible(language: str, page: Page, live_server: Any) -> None:
    speak(page, language, live_server.url)
    page.goto(f"{live_server.url}/sign-in")
    assert look(page) == []
    page.fill("#id_login", "nobody")
    page.fill("#id_password", "wrong")
    page.keyboard.press("Enter")
    page.wait_for_selector("[role=alert]")
    assert look(page) == []


def test_the_list_is_filtered_in_place(desk: Page, live_server: Any) -> None:
    desk.goto(f"{live_server.url}{BASE}/persons")
    desk.evaluate("window.stayed = true")
    desk.select_option("#band", "review")
    expect(desk.locator(".count")).to_have_text("1–2 of 2 persons")
    assert sorted(desk.locator("tbody th a").all_inner_texts()) == [TAKAHASHI, RELATIVE]
    expect(desk).to_have_url(re.compile("band=review"))
    assert desk.evaluate("window.stayed") is True
    desk.reload()
    expect(desk.locator("#band")).to_have_value("review")
    expect(desk.locator("tbody th a")).to_have_count(2)


def test_typing_searches_after_a_moment(desk: Page, live_server: Any) -> None:
    desk.goto(f"{live_server.url}{BASE}/persons")
    desk.evaluate("window.stayed = true")
    desk.locator("#q").focus()
    desk.keyboard.type("髙")
    desk.wait_for_url(re.compile("q="))
    expect(desk.locator("tbody th a")).to_have_text([TAKAHASHI])
    expect(desk.locator("#q")).to_be_focused()
    assert desk.evaluate("window.stayed") is True


def test_pages_are_turned_in_place_and_back_again(desk: Page, live_server: Any) -> None:
    desk.goto(f"{live_server.url}{BASE}/persons?order=name")
    desk.evaluate("window.stayed = true")
    first = desk.locator("tbody th a").all_inner_texts()
    desk.locator("#later").focus()
    desk.keyboard.press("Enter")
    expect(desk.locator(".count")).to_have_text("51–100 of 133 persons")
    assert desk.evaluate("window.stayed") is True
    expect(desk.locator("#later")).to_be_focused()
    second = desk.locator("tbody th a").all_inner_texts()
    assert set(first) & set(second) == set()
    desk.go_back()
    expect(desk.locator(".count")).to_have_text("1–50 of 133 persons")
    expect(desk.locator("tbody th a")).to_have_text(first)


def test_the_list_works_without_script(browser: Any, live_server: Any, world: World) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live_server.url}/sign-in")
    page.fill("#id_login", "kingfisher-analyst")
    page.fill("#id_password", PASSWORD)
    page.press("#id_password", "Enter")
    page.wait_for_url(f"{live_server.url}/")
    page.goto(f"{live_server.url}{BASE}/persons")
    page.select_option("#band", "review")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("tbody th a")).to_have_count(2)
    page.goto(f"{live_server.url}{BASE}/persons")
    page.locator("#later").click()
    expect(page.locator(".count")).to_have_text("51–100 of 133 persons")
    context.close()


def test_a_value_leads_to_its_row_with_one_click(desk: Page, live_server: Any, world: World) -> None:
    desk.goto(f"{live_server.url}{BASE}/persons/{TAKAHASHI}")
    desk.locator(".identities").get_by_role("link", name="row 3").click()
    expect(desk).to_have_url(re.compile(f"/evidence/{world.item.evidence_id}/rows/3$"))
    expect(desk.locator("main")).to_contain_text("ﾀｶﾊｼ")


def test_the_language_is_switched_on_the_page_itself(desk: Page, live_server: Any) -> None:
    desk.goto(f"{live_server.url}{BASE}/persons?band=review")
    desk.get_by_role("button", name="日本語").click()
    desk.wait_for_selector("html[lang=ja]")
    expect(desk).to_have_url(re.compile(r"/persons\?band=review$"))
    expect(desk.locator("h1")).to_have_text("人物候補")


def test_the_first_tab_stop_skips_to_the_content(desk: Page, live_server: Any) -> None:
    desk.goto(f"{live_server.url}{BASE}")
    desk.keyboard.press("Tab")
    expect(desk.locator("a.skip")).to_be_focused()
    desk.keyboard.press("Enter")
    expect(desk.locator("#main")).to_be_focused()


def test_paper_says_who_saw_it_and_when(desk: Page, live_server: Any) -> None:
    desk.goto(f"{live_server.url}{BASE}/persons/{TAKAHASHI}")
    mark = desk.locator(".on-paper")
    expect(mark).to_be_hidden()
    desk.emulate_media(media="print")
    expect(mark).to_be_visible()
    expect(mark).to_contain_text("As kingfisher-analyst saw it on")
    expect(desk.locator(".tabs")).to_be_hidden()
