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
from tests.browser.looking import look_at_all, sign_in
from tests.desk.factory import ALONE, TAKAHASHI, World, make_world

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
    sign_in(page, live_server.url, world.users["investigator"].username)
    page.goto(f"{live_server.url}/operations")
    return page


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_room_is_for_everybody(language: str, signed_in: Page, live_server: Any) -> None:
    rooms = {"held": f"{BASE}/{TAKAHASHI}/track", "nothing recorded": f"{BASE}/{ALONE}/track"}
    assert look_at_all(signed_in, live_server.url, rooms, language) == {}


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
