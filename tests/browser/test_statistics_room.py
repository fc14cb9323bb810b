"""The statistics in Chromium: every part of the page has a name of its own, which good practice asks for (axe)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from soken.casework.actions.take_vintage import load_published
from soken.casework.selectors.store import home
from tests.api.small import YEAR, take_small_vintage
from tests.browser.looking import RULES, look_at_all, sign_in
from tests.desk.factory import make_world

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


@pytest.mark.parametrize("language", ["en", "ja"])
def test_every_room_is_for_everybody(language: str, page: Page, live_server: Any) -> None:
    take_small_vintage(make_world())
    load_published(home())
    sign_in(page, live_server.url, "kingfisher-reviewer")
    assert "best-practice" in RULES, "that no two landmarks are called the same is one of its rules"
    assert look_at_all(page, live_server.url, ROOMS, language) == {}
