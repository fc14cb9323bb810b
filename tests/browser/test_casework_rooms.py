"""The rooms of link graph, warrants, lines of enquiry and old cases in Chromium, and what is done there."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from soken.casework.actions.open_dossier import open_dossier
from soken.casework.actions.open_enquiry import open_enquiry
from soken.casework.actions.recall_copy import add_copy, ask_back
from soken.casework.actions.record_warrant import record_warrant
from soken.casework.actions.register_wrong_person import report_wrong_person
from soken.casework.models import Dossier, LineOfEnquiry, Person, Warrant
from soken.casework.selectors import link_graph
from soken.casework.selectors.dossier import today
from tests.browser.looking import look_at_all, sign_in, too_wide, violations
from tests.casework.dossiers import Room, open_the_door
from tests.desk.factory import ALONE, RELATIVE, TAKAHASHI, World, make_world

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.django_db(transaction=True)

BASE = "/operations/kingfisher"
ROOMS = {
    "graph": f"{BASE}/persons/{TAKAHASHI}/graph",
    "graph, two steps": f"{BASE}/persons/{TAKAHASHI}/graph?steps=2&elsewhere=1&on=all",
    "warrants": f"{BASE}/warrants",
    "warrants of one": f"{BASE}/warrants?person={TAKAHASHI}",
    "enquiries": f"{BASE}/persons/{TAKAHASHI}/enquiries",
    "enquiries without a dossier": f"{BASE}/persons/{ALONE}/enquiries",
    "old cases": f"{BASE}/old-cases",
    "wrong persons": f"{BASE}/wrong-persons",
    "wrong person": f"{BASE}/persons/{RELATIVE}/wrong-person",
    "wrong person, not reported": f"{BASE}/persons/{ALONE}/wrong-person",
}


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    """One person with a dossier, an open warrant that nobody may use now, and a line of enquiry of each state."""
    world = make_world()
    monkeypatch.setattr(link_graph, "SHARED_BY", 2)
    by = world.users["analyst"]
    dossier = open_dossier(world.operation, TAKAHASHI, by=by)
    Person.objects.filter(code=TAKAHASHI).update(band="same")
    open_the_door(dossier, Room(world.operation, dict(world.users)))
    record_warrant(
        world.operation, by=by, kind="search-seizure", reference="令和8年(む)第12号", issued_by="東京簡易裁判所",
        issued_on=today(), scope="居宅、記録媒体", persons=[TAKAHASHI],
    )  # fmt: skip
    record_warrant(
        world.operation, by=by, kind="inquiry", reference="照会第3号", issued_by="警視庁", issued_on=date(2026, 1, 5),
        scope="契約者情報",
    )  # fmt: skip
    dossier.welfare_plans.update(good_until=today() - timedelta(days=1))
    open_enquiry(dossier, by=by, question="購入時の居住者", element="possession", follow="kingfisher-investigator")
    report_wrong_person(world.operation, RELATIVE, by=by, basis="メールの下線の欠落")
    kept = add_copy(world.operation, RELATIVE, by=by, source="print", recipient="大阪府警")
    ask_back(world.operation, RELATIVE, by=by, key=kept.pk, method="document")
    return world


@pytest.fixture
def desk(page: Page, live_server: Any, world: World) -> Page:
    sign_in(page, live_server.url, "kingfisher-analyst")
    page.goto(f"{live_server.url}/operations")
    return page


@pytest.mark.parametrize("language", ["en", "ja"])
def test_every_room_is_for_everybody(language: str, desk: Page, live_server: Any) -> None:
    assert look_at_all(desk, live_server.url, ROOMS, language) == {}


def test_a_neighbour_is_reached_from_the_keyboard(desk: Page, live_server: Any) -> None:
    desk.goto(f"{live_server.url}{ROOMS['graph, two steps']}")
    relative = desk.locator(f"svg.graph a[href$='{RELATIVE}']")
    relative.focus()
    expect(relative).to_be_focused()
    desk.keyboard.press("Enter")
    desk.wait_for_url(f"**/persons/{RELATIVE}")


def test_a_shared_value_is_switched_on_by_its_box(desk: Page, live_server: Any) -> None:
    desk.goto(f"{live_server.url}{ROOMS['graph']}")
    before = desk.locator("svg.graph rect").count()
    desk.locator("input[name=on]").first.check()
    desk.get_by_role("button", name="Draw anew").click()
    desk.wait_for_url("**on=*")
    assert desk.locator("svg.graph rect").count() > before


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_without_script_a_warrant_is_recorded_and_a_line_closed(desk: Page, live_server: Any) -> None:
    desk.goto(f"{live_server.url}{ROOMS['warrants']}")
    desk.get_by_text("Record a warrant", exact=True).click()
    desk.select_option("#id_kind", "inspection")
    desk.fill("#id_reference", "令和8年(む)第77号")
    desk.fill("#id_issued_by", "大阪簡易裁判所")
    desk.fill("#id_issued_on", today().isoformat())
    desk.fill("#id_scope", "店舗")
    desk.fill("#id_nobody", "販売元の店舗")
    desk.get_by_role("button", name="Record the warrant").click()
    expect(desk.locator("[role=status]").first).to_contain_text("Recorded")
    assert Warrant.objects.count() == 3
    desk.goto(f"{live_server.url}{ROOMS['enquiries']}")
    line = desk.locator("details", has_text="Close the line of enquiry")
    line.locator("summary").click()
    line.locator("select").select_option("not-shown")
    line.locator("textarea").fill("該当なし")
    line.get_by_role("button", name="Close the line of enquiry").click()
    expect(desk.get_by_role("heading", name="Closed lines")).to_be_visible()
    assert LineOfEnquiry.objects.get().result == "not-shown"


def test_old_cases_are_previewed_and_taken_over(desk: Page, live_server: Any) -> None:
    desk.goto(f"{live_server.url}{ROOMS['old cases']}")
    csv = f"旧事件番号,人物符号\n旧1,{RELATIVE}\n旧2,{TAKAHASHI}\n"
    desk.set_input_files("#id_file", {"name": "old.csv", "mimeType": "text/csv", "buffer": csv.encode("cp932")})
    desk.get_by_role("button", name="Preview").click()
    expect(desk.get_by_role("heading", name="Preview: nothing was changed")).to_be_visible()
    assert violations(desk) == []
    desk.set_viewport_size({"width": 390, "height": 800})
    assert too_wide(desk) <= 0
    desk.get_by_role("button", name="Take over these old cases").click()
    expect(desk.get_by_role("heading", name="What was done")).to_be_visible()
    assert set(Dossier.objects.values_list("person_code", flat=True)) == {TAKAHASHI, RELATIVE}
