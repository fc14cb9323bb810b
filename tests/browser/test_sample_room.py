"""Second assessments in a real browser: accessible, and no wider than a telephone; answered there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from soken.casework.actions.answer_second import answer_second, set_aside_second
from soken.casework.actions.assess import assess
from soken.casework.actions.draw_sample import draw_sample
from soken.casework.actions.open_dossier import open_dossier
from soken.casework.models import SecondAssessment
from tests.browser.looking import look_at_all, sign_in
from tests.desk.factory import ALONE, RELATIVE, TAKAHASHI, World, make_world

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.django_db(transaction=True)
ROOM = "/operations/kingfisher"


@pytest.fixture
def world() -> World:
    """A sample of three: one answered, one set aside, one that waits for the supervisor who drew it."""
    world = make_world()
    for code in (TAKAHASHI, RELATIVE, ALONE):
        assess(open_dossier(world.operation, code, by=world.users["analyst"]), by=world.users["analyst"], answers={})
    reviewer = world.users["reviewer"]
    draw_sample(world.operation, by=reviewer, wanted=3)
    SecondAssessment.objects.update(assessor=reviewer)
    by_code = {one.dossier.person_code: one for one in SecondAssessment.objects.select_related("dossier")}
    answer_second(by_code[TAKAHASHI].dossier, by=reviewer, answers={"access-work": "no"}, note="面接の記録による")
    set_aside_second(world.operation, by_code[ALONE].pk, by=reviewer, reason="1回目を知っている")
    return world


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_rooms_of_second_assessments_are_for_everybody(
    language: str, page: Page, live_server: Any, world: World
) -> None:
    sign_in(page, live_server.url, "kingfisher-reviewer")
    sample = SecondAssessment.objects.first()
    assert sample is not None
    paths = ("/", f"{ROOM}/priority", f"{ROOM}/priority/samples", f"{ROOM}/priority/samples/{sample.sample_id}",
             f"{ROOM}/persons/{RELATIVE}/second-assessment")  # fmt: skip
    assert look_at_all(page, live_server.url, {path: path for path in paths}, language) == {}


def test_it_is_answered_there(page: Page, live_server: Any, world: World) -> None:
    sign_in(page, live_server.url, "kingfisher-reviewer")
    page.goto(f"{live_server.url}{ROOM}/priority/samples")
    page.get_by_role("link", name=RELATIVE).click()
    page.get_by_role("button", name="Record the second assessment").click()
    page.wait_for_url("**/priority/samples/*")
    expect(page.get_by_role("heading", name="Side by side")).to_be_visible()
    assert SecondAssessment.objects.filter(answered_at__isnull=False).count() == 2
