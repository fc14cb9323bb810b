"""The room of tracks and clocks in Chromium: no barrier, nothing wider than the window, done from the keyboard."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from soken.casework.actions.allege_offence import allege_offence
from soken.casework.actions.confirm_identity import confirm_identity
from soken.casework.actions.open_dossier import open_dossier
from soken.casework.actions.record_custody_step import record_custody_step
from soken.casework.actions.record_restraint import record_restraint
from soken.casework.actions.start_limitation import start_limitation
from soken.casework.models import CustodyStep
from soken.core import clock
from tests.browser.test_desk import speak, violations
from tests.desk.factory import ALONE, PASSWORD, TAKAHASHI, World, make_world

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.django_db(transaction=True)

BASE = "/operations/kingfisher/persons"


@pytest.fixture
def world() -> World:
    """A person held for fifty hours, received late, with two offences; another of whom nothing is recorded."""
    world = make_world()
    by = world.users["investigator"]
    dossier = open_dossier(world.operation, TAKAHASHI, by=by)
    open_dossier(world.operation, ALONE, by=by)
    confirm_identity(dossier, by=by, basis="住民票と照合", born_on=date(1998, 3, 1))
    began = clock.now() - timedelta(hours=50)
    record_restraint(dossier, by=by, began_at=began, form="warrant", note="○○警察署")
    late = began + timedelta(hours=49)
    record_custody_step(dossier, by=by, kind="referred", happened_at=late, note="道路の不通による遅延")
    made = allege_offence(
        dossier, by=by, offence="7-1", first_on=date(2016, 1, 1), last_on=date(2017, 3, 1), basis="甲2"
    )
    start_limitation(dossier, by=by, key=made.pk, ended_on=date(2017, 3, 1), basis="甲2")
    allege_offence(dossier, by=by, offence="7-7", last_on=date(2025, 6, 1), basis="甲3")
    return world


@pytest.fixture
def signed_in(page: Page, world: World, live_server: Any) -> Page:
    page.goto(f"{live_server.url}/sign-in")
    page.fill("input[name=login]", world.users["investigator"].username)
    page.fill("input[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{live_server.url}/")
    page.goto(f"{live_server.url}/operations")
    return page


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("code", [TAKAHASHI, ALONE], ids=["held", "nothing recorded"])
def test_no_barrier_and_nothing_wider_than_the_window(
    code: str, width: int, language: str, signed_in: Page, live_server: Any
) -> None:
    signed_in.set_viewport_size({"width": width, "height": 900})
    speak(signed_in, language, live_server.url)
    signed_in.goto(f"{live_server.url}{BASE}/{code}/track")
    signed_in.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    assert violations(signed_in) == []
    assert signed_in.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_step_is_recorded_from_the_keyboard(signed_in: Page, live_server: Any) -> None:
    signed_in.goto(f"{live_server.url}{BASE}/{TAKAHASHI}/track")
    expect(signed_in.get_by_text("met late")).to_be_visible()
    act = signed_in.locator("details.act", has_text="Record what happened")
    act.locator("summary").focus()
    signed_in.keyboard.press("Enter")
    act.locator("select").select_option("released")
    act.locator("input[type=datetime-local]").fill((clock.now() + timedelta(hours=9)).strftime("%Y-%m-%dT%H:%M"))
    act.locator("button").focus()
    signed_in.keyboard.press("Enter")
    expect(signed_in.get_by_text("Recorded.")).to_be_visible()
    assert CustodyStep.objects.filter(kind="released").count() == 1
    expect(signed_in.get_by_text("at liberty")).to_be_visible()
