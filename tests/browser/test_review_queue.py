"""The review queue in Chromium: decided with the keyboard alone, and readable on a phone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from soken.casework.actions.judge import judge
from soken.casework.actions.merge_persons import merge_persons
from soken.casework.actions.propose_run import propose_run
from soken.casework.models import ReviewAct
from soken.casework.selectors.review_rows import first_rows
from soken.core.progress import silent
from tests.browser.looking import look_at_all
from tests.casework.review_worlds import Desk, make_desk, sides

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

pytestmark = pytest.mark.django_db(transaction=True)

BASE = "/operations/curlew"


@pytest.fixture
def desk(own_home: None, tmp_path: Path) -> Desk:
    desk = make_desk(tmp_path, rows=500)
    desk.analyst.set_password("a long enough password")
    desk.analyst.save()
    return desk


@pytest.fixture
def queue(page: Page, live_server: Any, desk: Desk) -> Page:
    page.goto(f"{live_server.url}/sign-in")
    page.fill("input[name=login]", desk.analyst.username)
    page.fill("input[name=password]", "a long enough password")
    page.press("input[name=password]", "Enter")
    page.wait_for_url(f"{live_server.url}/")
    page.goto(f"{live_server.url}/operations/curlew/review")
    return page


def test_a_pair_is_decided_with_three_keys_and_the_next_one_comes(queue: Page) -> None:
    expect(queue.locator("#pair")).to_be_focused()
    queue.keyboard.press("d")
    queue.keyboard.press("2")
    expect(queue.locator("input[name=reason]:checked")).to_have_value("different-birth")
    with queue.expect_navigation():
        queue.keyboard.press("Enter")
    expect(queue.locator("#pair-head")).to_have_text("Pair 2")
    act = ReviewAct.objects.get()
    assert (act.verdict, act.code) == ("different", "different-birth")


def test_letters_typed_elsewhere_are_letters(queue: Page) -> None:
    queue.fill("#note", "")
    queue.locator("#note").press_sequentially("sd1")
    assert queue.input_value("#note") == "sd1"
    assert queue.locator("input[name=reason]:checked").count() == 0
    queue.locator("a.skip").focus()
    queue.keyboard.press("s")
    expect(queue.locator("a.skip")).to_be_focused()


@pytest.fixture
def rooms(desk: Desk) -> dict[str, str]:
    """Every page of the queue, with something on it."""
    one, other = desk.pairs()[:2]
    three = desk.operation.persons.filter(band="same", records__gte=2).order_by("records", "pk")[0].code
    act = judge(desk.operation, by=desk.analyst2, **sides(one), verdict="different", code="different-given")
    merge_persons(desk.operation, three, other.left_person, by=desk.analyst2, code="same-contact")
    propose_run(desk.operation, home=desk.home, progress=silent())
    persons = f"{BASE}/persons/"
    return {
        "pair": f"{BASE}/review",
        "answered pair": f"{BASE}/review?place={one.place}",
        "nothing left": f"{BASE}/review?after=99",
        "further": f"{BASE}/review/further",
        "history": f"{BASE}/review/history",
        "run": f"{BASE}/review/run",
        "who": f"{persons}{three}/who",
        "join": f"{persons}{one.left_person}/who?with={one.right_person}",
        "nonsense": f"{persons}{three}/who?with=nobody",
        "then": f"{persons}{one.left_person}/who?at={act.pk}",
        "split": f"{persons}{three}/who?part=" + _first_row(desk, three),
    }


def _first_row(desk: Desk, person: str) -> str:
    row = min(first_rows(desk.folder, person, 10).values())
    return f"{row.evidence}:{row.row}"


@pytest.mark.parametrize("language", ["en", "ja"])
def test_every_page_of_the_queue_is_for_everybody(
    language: str, queue: Page, live_server: Any, rooms: dict[str, str]
) -> None:
    assert look_at_all(queue, live_server.url, rooms, language) == {}
