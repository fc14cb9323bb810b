"""The board, the counts and the notes in a real browser: accessible, and no wider than a telephone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from soken.casework.actions.give_task import give_task
from soken.casework.actions.open_dossier import open_dossier
from soken.casework.actions.tell_due import tell_due
from soken.casework.actions.write_note import write_note
from soken.casework.models import Priority
from soken.casework.selectors.dossier import today
from soken.prioritise.instrument import PriorityBand
from tests.browser.test_desk import speak, violations
from tests.desk.factory import PASSWORD, TAKAHASHI, World, make_world

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def signed_in(page: Page, world: World, live_server: Any) -> Page:
    dossier = open_dossier(world.operation, TAKAHASHI, by=world.users["analyst"])
    user = world.users["investigator"]
    give_task(dossier, by=world.users["analyst"], what="住民票の照会", who=user.username, due_on=today())
    write_note(dossier, by=user, text="照会書を送付")
    Priority.objects.filter(dossier=dossier).update(order=0, band=PriorityBand.VERY_HIGH.value)
    assert "safety-untold" in tell_due(world.operation).told, "the longest of what a notification says"
    page.goto(f"{live_server.url}/sign-in")
    page.fill("input[name=login]", user.username)
    page.fill("input[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{live_server.url}/")
    return page


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("width", [1280, 390])
def test_the_rooms_of_the_board_are_accessible_and_fit(
    width: int, language: str, signed_in: Page, live_server: Any
) -> None:
    page = signed_in
    page.set_viewport_size({"width": width, "height": 900})
    speak(page, language, live_server.url)
    room = "/operations/kingfisher"
    for path in ("/", "/notifications", f"{room}/standing", f"{room}/standing?stage=proposed",
                 f"{room}/persons/{TAKAHASHI}/notes"):  # fmt: skip
        page.goto(live_server.url + path)
        assert violations(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path
