"""The statistics in Chromium: every part of the page has a name of its own, and none is wider than the window."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from soken.casework.actions.take_vintage import load_published
from soken.casework.selectors.store import home
from tests.api.small import YEAR, take_small_vintage
from tests.browser.test_desk import speak, violations
from tests.desk.factory import PASSWORD, make_world

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.django_db(transaction=True)

ROOMS = {
    "published figures": "/statistics?vintage=published-1&year=2017",
    "a year": f"/statistics?vintage=live-1&year={YEAR}",
    "a year, for publication": f"/statistics?vintage=live-1&year={YEAR}&public=yes",
    "a half-year, for publication": f"/statistics?vintage=live-1&year={YEAR}&part=H2&public=yes",
    "refused": "/statistics?vintage=published-1&year=2017&part=H1",
}


@pytest.fixture
def desk(page: Page, live_server: Any) -> Page:
    """A page on which a reviewer has signed in, with a vintage of each data set."""
    take_small_vintage(make_world())
    load_published(home())
    page.goto(f"{live_server.url}/sign-in")
    page.fill("#id_login", "kingfisher-reviewer")
    page.fill("#id_password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{live_server.url}/")
    return page


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_room_is_accessible(language: str, scheme: str, desk: Page, live_server: Any) -> None:
    """Good practice is asked for too: among it, that no two landmarks are called the same."""
    speak(desk, language, live_server.url)
    desk.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    wrong = {}
    for name, path in ROOMS.items():
        desk.goto(live_server.url + path)
        assert desk.locator("html").get_attribute("lang") == language
        wrong[name] = violations(desk)
    assert {name: found for name, found in wrong.items() if found} == {}


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("language", ["en", "ja"])
def test_no_page_scrolls_sideways(width: int, language: str, desk: Page, live_server: Any) -> None:
    speak(desk, language, live_server.url)
    desk.set_viewport_size({"width": width, "height": 800})
    too_wide = {}
    for name, path in ROOMS.items():
        desk.goto(live_server.url + path)
        too_wide[name] = desk.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert {name: by for name, by in too_wide.items() if by > 0} == {}
