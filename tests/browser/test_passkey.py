"""A passkey, made and used in Chromium with a key that it plays itself; and the pages of the sign-in on a phone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import expect

from tests.browser.looking import look_at_all, sign_in
from tests.desk.factory import PASSWORD, make_world

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.django_db(transaction=True)

OWN = {
    "own sign-in": "/account",
    "second factor": "/account/second-factor",
    "app": "/account/second-factor/app",
    "keys": "/account/second-factor/keys",
    "new key": "/account/second-factor/keys/add",
    "password": "/account/password",
}


@pytest.fixture
def address(live_server: Any, own_home: None) -> str:
    """The desk by name: a browser gives no passkey to an address."""
    return str(live_server.url).replace("127.0.0.1", "localhost")


def with_password(page: Page, address: str) -> None:
    make_world()
    sign_in(page, address, "kingfisher-analyst")


def test_a_passkey_is_made_and_then_opens_the_desk_without_a_password(page: Page, address: str) -> None:
    cdp = page.context.new_cdp_session(page)
    cdp.send("WebAuthn.enable")
    cdp.send("WebAuthn.addVirtualAuthenticator", {"options": {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }})  # fmt: skip
    with_password(page, address)
    page.goto(f"{address}/account/second-factor/keys/add")
    if page.url.endswith("confirm") or "confirm?" in page.url:
        page.fill("input[name=password]", PASSWORD)
        page.keyboard.press("Enter")
    page.check("input[name=passwordless]")
    page.click("#mfa_webauthn_add")
    page.wait_for_url(lambda url: "/keys/add" not in url)
    assert Authenticator.objects.get(type="webauthn").wrap().is_passwordless is True
    page.context.clear_cookies()
    page.goto(f"{address}/sign-in")
    page.click("#passkey_login")
    page.wait_for_url(f"{address}/")
    page.goto(f"{address}/operations")
    expect(page.locator("h1")).to_have_text("Operations")


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_pages_of_the_own_sign_in_are_for_everybody(language: str, page: Page, address: str) -> None:
    with_password(page, address)
    page.goto(f"{address}/account/second-factor/app")
    page.fill("input[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/app")
    assert look_at_all(page, address, OWN, language) == {}
