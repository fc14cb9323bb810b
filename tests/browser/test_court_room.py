"""What a court decided, on the page of a case at the prosecutor's in Chromium: entered, then final."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth.hashers import make_password
from playwright.sync_api import expect

from soken.access.eyes import acting_for_installation
from soken.access.models import User
from soken.casework.models import CourtVerdict, Dossier
from soken.casework.selectors.dossier import today
from soken.review.stages import Stage
from tests.browser.looking import look_at_all, sign_in
from tests.casework.dossiers import bring_to, decide, judge_in_court, make_dossier, make_room
from tests.desk.factory import PASSWORD

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def tried() -> Dossier:
    """Somebody who was indicted, fined at first instance, and whose first entry was another's."""
    with acting_for_installation():
        room = make_room()
        User.objects.filter(pk=room.liaison.pk).update(password=make_password(PASSWORD))
        dossier = bring_to(make_dossier(room), Stage.REFERRED, room)
        decide(dossier, room, "formal-trial")
        judge_in_court(dossier, room, "fine")
    return dossier


@pytest.fixture
def desk(page: Page, live_server: Any, tried: Dossier) -> Page:
    sign_in(page, live_server.url, "heron-liaison")
    page.goto(f"{live_server.url}/operations")
    return page


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_room_is_for_everybody(language: str, desk: Page, live_server: Any, tried: Dossier) -> None:
    rooms = {"referral": f"/operations/heron/persons/{tried.person_code}/referral"}
    assert look_at_all(desk, live_server.url, rooms, language) == {}


def test_an_appeal_that_acquits_is_entered_and_becomes_what_counts(
    desk: Page, live_server: Any, tried: Dossier
) -> None:
    # Once: the day may change in Japan while the browser is at work.
    day = today().isoformat()
    desk.goto(f"{live_server.url}/operations/heron/persons/{tried.person_code}/referral")
    expect(desk.get_by_text("No final verdict is recorded.")).to_be_visible()
    act = desk.locator("details.act", has_text="Record what a court decided")
    act.locator("summary").click()
    act.locator("[name=kind]").select_option("acquitted")
    act.locator("[name=instance]").select_option("appeal")
    act.locator("[name=court]").fill("東京高等裁判所")
    act.locator("[name=reference]").fill("令和8年(う)第8号")
    act.locator("[name=on]").fill(day)
    act.get_by_role("button").click()
    expect(desk.get_by_text("Recorded.", exact=True)).to_be_visible()
    expect(desk.get_by_text("東京高等裁判所")).to_be_visible()
    last = desk.locator("details.act", has_text="Record that the last verdict is final")
    last.locator("summary").click()
    last.locator("[name=on]").fill(day)
    last.get_by_role("button").click()
    expect(desk.get_by_text(f"What counts: Acquittal, final since {day}.")).to_be_visible()
    assert [one.kind for one in CourtVerdict.objects.all()] == ["fine", "acquitted"]
