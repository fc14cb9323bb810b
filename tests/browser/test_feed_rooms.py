"""The rooms of the filter feed in Chromium: usable by everybody, on every width, and used once by two people."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from playwright.sync_api import expect

from soken.casework.actions.decide_address import agree_to_decision, propose_decision
from soken.casework.actions.enter_address import enter_address
from soken.casework.actions.publish_feed import publish_feed
from soken.casework.actions.take_in_evidence import take_in_evidence
from soken.casework.models import FeedEntry
from soken.casework.selectors.dossier import today
from soken.casework.selectors.feed_candidates import address_columns
from soken.core.progress import silent
from soken.intake import Acquisition
from tests.browser.looking import look_at_all, sign_in
from tests.casework.test_feed import LIST
from tests.desk.factory import make_world

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

pytestmark = pytest.mark.django_db(transaction=True)

BASE = "/operations/kingfisher/feed"


@pytest.fixture
def rooms(tmp_path: Path) -> dict[str, str]:
    """Addresses in every state, one that waits, one past its review date, a platform, a version, and evidence."""
    world = make_world()
    analyst, reviewer = world.users["analyst"], world.users["reviewer"]

    def decide(host: str, decision: str, *, agreed: bool = True) -> None:
        day = today() + timedelta(days=60)
        propose_decision(world.operation, host, decision, by=analyst, reason="没収命令の主文にある", review_on=day)
        if agreed:
            agree_to_decision(world.operation, host, decision, by=reviewer)

    long = "a-very-long-name-of-a-shop-that-was-seized.and-its-even-longer-domain-name.example"
    for host in ("shop.example", long, "waits.example", "new.example", "日本語.example"):
        enter_address(world.operation, host, by=analyst)
    enter_address(world.operation, "github.io", by=analyst, because="全体が押収された")
    for host in ("shop.example", long, "日本語.example"):
        decide(host, "release")
    FeedEntry.objects.filter(host=long).update(review_on=today() - timedelta(days=1))
    publish_feed(settings.HOME, by=reviewer)
    decide("日本語.example", "delist")
    decide("waits.example", "release", agreed=False)
    path = tmp_path / "orders.csv"
    path.write_text(LIST, "utf-8")
    item = take_in_evidence(
        world.operation, path, home=settings.HOME, acquisition=Acquisition(), actor="tester", progress=silent()
    ).item
    place = address_columns(item).index(("", "shop_url")) + 1
    return {
        "addresses": BASE,
        "overdue": f"{BASE}?overdue=yes&state=listed",
        "evidence": f"{BASE}/{item.evidence_id}?column={place}",
        "versions": "/feed",
    }


@pytest.mark.parametrize("language", ["en", "ja"])
def test_every_room_is_for_everybody(language: str, page: Page, live_server: Any, rooms: dict[str, str]) -> None:
    sign_in(page, live_server.url, "kingfisher-reviewer")
    assert look_at_all(page, live_server.url, rooms, language) == {}


def test_a_second_person_agrees_and_the_next_version_can_be_carried_away(
    page: Page, live_server: Any, rooms: dict[str, str]
) -> None:
    sign_in(page, live_server.url, "kingfisher-reviewer")
    page.goto(live_server.url + rooms["addresses"])
    page.get_by_role("button", name="Agree: release it").click()
    expect(page.get_by_role("status").first).to_contain_text("Recorded.")
    page.get_by_role("link", name="Versions that went out").click()
    page.get_by_role("button", name="Publish the next version").click()
    expect(page.get_by_role("status").first).to_contain_text("Version 2 is published.")
    with page.expect_download() as given:
        page.get_by_role("link", name="DNS zone (RPZ)").first.click()
    zone = given.value.path().read_text("ascii")
    assert "*.waits.example CNAME ." in zone
    assert "xn--wgv71a119e" not in zone, "it was delisted meanwhile"
