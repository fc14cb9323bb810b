"""The board, the counts and the notes in a real browser: accessible, and no wider than a telephone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from soken.casework.actions.ask_bulk import ask_bulk, cancel_bulk
from soken.casework.actions.give_task import give_task
from soken.casework.actions.open_dossier import open_dossier
from soken.casework.actions.tell_due import tell_due
from soken.casework.actions.write_note import write_note
from soken.casework.models import BulkPerson, Priority
from soken.casework.selectors.dossier import today
from soken.prioritise.instrument import PriorityBand
from tests.browser.looking import look_at_all, sign_in
from tests.desk.factory import RELATIVE, TAKAHASHI, World, make_world

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
    sign_in(page, live_server.url, user.username)
    return page


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_rooms_of_the_board_are_for_everybody(
    language: str, signed_in: Page, live_server: Any, world: World
) -> None:
    room = "/operations/kingfisher"
    large = ask_bulk(
        world.operation, [TAKAHASHI, RELATIVE], by=world.users["analyst"], act="screen", reason="items-covered"
    )  # fmt: skip
    BulkPerson.objects.filter(person_code=RELATIVE).update(state="refused", said="P-2222-BBBB-0000 has no dossier yet")
    # A page that asks for itself anew would be looked at in the middle of it.
    cancel_bulk(world.operation, large.pk, by=world.users["analyst"])
    paths = ("/", f"{room}/bulk", f"{room}/bulk/{large.pk}", "/notifications", f"{room}/standing",
             f"{room}/standing?stage=proposed", f"{room}/persons/{TAKAHASHI}/notes", "/inbox", f"{room}/priority",
             f"{room}/priority/rates")  # fmt: skip
    assert look_at_all(signed_in, live_server.url, {path: path for path in paths}, language) == {}


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_boards_of_the_centre_are_for_everybody(language: str, page: Page, live_server: Any, world: World) -> None:
    open_dossier(world.operation, TAKAHASHI, by=world.users["analyst"])
    sign_in(page, live_server.url, world.users["reviewer"].username)
    paths = ("/", "/operations/kingfisher/priority/rescore")
    assert look_at_all(page, live_server.url, {path: path for path in paths}, language) == {}
