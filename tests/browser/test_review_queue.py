"""The review queue in Chromium: decided with the keyboard alone, and readable on a phone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from soken.casework.models import ReviewAct
from tests.casework.review_worlds import Desk, make_desk

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def desk(own_home: None, tmp_path: Path) -> Desk:
    desk = make_desk(tmp_path, rows=500)
    desk.analyst.set_password("a long enough password")
    desk.analyst.save()
    return desk


@pytest.fixture
def queue(page: Page, live_server: Any, desk: Desk) -> Page:
    page.goto(f"{live_server.url}/sign-in")
    page.fill("input[name=username]", desk.analyst.username)
    page.fill("input[name=password]", "a long enough password")
    page.press("input[name=password]", "Enter")
    page.goto(f"{live_server.url}/operations/curlew/review")
    return page


def test_a_pair_is_decided_with_three_keys_and_the_next_one_comes(queue: Page) -> None:
    assert queue.evaluate("document.activeElement.id") == "pair"
    queue.keyboard.press("d")
    queue.keyboard.press("2")
    assert queue.locator("input[name=reason]:checked").get_attribute("value") == "different-birth"
    with queue.expect_navigation():
        queue.keyboard.press("Enter")
    assert queue.locator("#pair-head").inner_text() == "Pair 2"
    act = ReviewAct.objects.get()
    assert (act.verdict, act.code) == ("different", "different-birth")


def test_letters_typed_elsewhere_are_letters(queue: Page) -> None:
    queue.fill("#note", "")
    queue.locator("#note").press_sequentially("sd1")
    assert queue.input_value("#note") == "sd1"
    assert queue.locator("input[name=reason]:checked").count() == 0
    queue.locator("a.skip").focus()
    queue.keyboard.press("s")
    assert queue.evaluate("document.activeElement.className") == "skip"


@pytest.mark.parametrize("width", [390, 1280])
def test_the_page_does_not_scroll_sideways(queue: Page, width: int) -> None:
    queue.set_viewport_size({"width": width, "height": 800})
    assert queue.evaluate("document.documentElement.scrollWidth") <= width
