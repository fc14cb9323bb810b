"""The rooms of handovers between installations in Chromium: for everybody, at every width, in both languages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from soken.access.models import Role
from soken.casework.actions.allege_offence import allege_offence
from soken.casework.actions.notify_safety import notify_safety
from soken.casework.actions.offer_handover import offer_handover
from soken.casework.actions.open_dossier import open_dossier
from soken.casework.actions.receive_handover import receive_handover
from soken.casework.actions.take_in_handover import take_in_handover
from soken.casework.actions.trust_peer import register_peer
from soken.casework.selectors.dossier import today
from soken.casework.selectors.handover_contents import handed_of
from soken.route.transfers import rules
from tests.browser.looking import look_at_all, sign_in
from tests.casework.dossiers import taken_on
from tests.casework.other_installation import OtherInstallation
from tests.desk.factory import ALONE, TAKAHASHI, World, make_world

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.django_db(transaction=True)

BASE = "/operations/kingfisher"
CAME = "H-0000000000AA"
ROOMS = {
    "what has come": f"{BASE}/handovers",
    "what it would become": f"{BASE}/handovers?handover={CAME}",
    "a person's": f"{BASE}/persons/{TAKAHASHI}/handover",
    "a person's, to prepare": f"{BASE}/persons/{ALONE}/handover",
    "inbox": "/inbox",
    "installations": "/peers",
    "today": "/",
}


@pytest.fixture
def world() -> World:
    """One handover prepared, one received that nobody has answered for days, one installation half trusted."""
    world, osaka = make_world(), OtherInstallation()
    osaka.trusted()
    by, reviewer = world.users[Role.ANALYST], world.users[Role.REVIEWER]
    for code in (TAKAHASHI, ALONE):
        taken_on(open_dossier(world.operation, code, by=by), "tokyo")
    dossier = world.operation.dossiers.get(person_code=TAKAHASHI)
    notify_safety(world.operation, TAKAHASHI, by=by, body="school-board", office="教育委員会", method="phone")
    allege_offence(dossier, by=by, offence="7-1", last_on=today(), basis="ITEM-0001")
    made = offer_handover(
        dossier, by=by, peer="Osaka", to="osaka", kind="transfer", reason="転居のため",
        form=dict.fromkeys(rules().form, "別添のとおり"),
    )  # fmt: skip
    body = handed_of(made).as_json() | {"from_force": "osaka", "to_force": "tokyo"}
    take_in_handover(world.operation, osaka.offers(body, CAME), by=by)
    receive_handover(world.operation, CAME, by=by)
    kyoto = OtherInstallation("Kyoto", seed=9)
    register_peer(kyoto.card, by=reviewer, name="Kyoto", fingerprint=kyoto.card.fingerprint)
    return world


@pytest.fixture
def desk(page: Page, live_server: Any, world: World) -> Page:
    sign_in(page, live_server.url, "kingfisher-reviewer")
    return page


@pytest.mark.parametrize("language", ["en", "ja"])
def test_every_room_is_for_everybody(language: str, desk: Page, live_server: Any) -> None:
    assert look_at_all(desk, live_server.url, ROOMS, language) == {}


def test_a_person_is_accepted_by_keys_and_buttons(desk: Page, live_server: Any, world: World) -> None:
    desk.goto(live_server.url + ROOMS["what it would become"])
    desk.get_by_text("Accept: your force owns the person").first.click()
    desk.locator("form:has(input[value=accept]) button").click()
    desk.wait_for_selector("text=What it became")
    came = world.operation.handovers_in.get()
    assert came.dossier is not None
    with desk.expect_download() as saved:
        desk.get_by_role("button", name="Write the answer that stands to a file").click()
    assert saved.value.suggested_filename == f"{CAME}-answer.age"
