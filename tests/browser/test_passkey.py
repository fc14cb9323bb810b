"""A passkey, made and used in Chromium with a key that it plays itself; and the pages of the sign-in on a phone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import expect

from tests.browser.looking import look_at_all, sign_in
from tests.desk.factory import PASSWORD, make_world

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

pytestmark = pytest.mark.django_db(transaction=True)

OWN = {
    "own sign-in": "/account",
    "second factor": "/account/second-factor",
    "app": "/account/second-factor/app",
    "keys": "/account/second-factor/keys",
    "new key": "/account/second-factor/keys/add",
    "codes": "/account/second-factor/codes",
    "new codes": "/account/second-factor/codes/new",
    "password": "/account/password",
}


@pytest.fixture
def address(live_server: Any, own_home: None) -> str:
    """The desk by name: a browser gives no passkey to an address."""
    return str(live_server.url).replace("127.0.0.1", "localhost")


def with_password(page: Page, address: str) -> None:
    make_world()
    sign_in(page, address, "kingfisher-analyst")


def own_key(page: Page) -> Callable[[bool], None]:
    """Have Chromium play a passkey; return what says whether it is unlocked."""
    cdp = page.context.new_cdp_session(page)
    cdp.send("WebAuthn.enable")
    key = cdp.send("WebAuthn.addVirtualAuthenticator", {"options": {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }})  # fmt: skip
    return lambda unlocked: cdp.send("WebAuthn.setUserVerified", {**key, "isUserVerified": unlocked})


def make_key(page: Page, address: str) -> None:
    """Register the passkey that the browser plays, for a sign-in by it alone."""
    with_password(page, address)
    page.goto(f"{address}/account/second-factor/keys/add")
    if page.url.endswith("confirm") or "confirm?" in page.url:
        page.fill("input[name=password]", PASSWORD)
        page.keyboard.press("Enter")
    page.check("input[name=passwordless]")
    page.click("#mfa_webauthn_add")
    page.wait_for_url(lambda url: "/keys/add" not in url)


def test_a_passkey_is_made_and_then_opens_the_desk_without_a_password(page: Page, address: str) -> None:
    own_key(page)
    make_key(page, address)
    assert Authenticator.objects.get(type="webauthn").wrap().is_passwordless is True
    page.context.clear_cookies()
    page.goto(f"{address}/sign-in")
    page.click("#passkey_login")
    page.wait_for_url(f"{address}/")
    page.goto(f"{address}/operations")
    expect(page.locator("h1")).to_have_text("Operations")


def test_a_passkey_that_does_not_answer_is_told_of_on_the_page(page: Page, address: str) -> None:
    unlock = own_key(page)
    make_key(page, address)
    page.context.clear_cookies()
    unlock(False)
    page.goto(f"{address}/sign-in")
    expect(page.locator("#passkey-problem")).to_be_hidden()
    page.click("#passkey_login")
    expect(page.locator("#passkey-problem")).to_contain_text("The passkey did not answer")


@pytest.mark.parametrize("language", ["en", "ja"])
def test_passkeys_are_listed_and_the_last_one_stays(language: str, page: Page, address: str) -> None:
    own_key(page)
    make_key(page, address)
    key = Authenticator.objects.get(type="webauthn").pk
    own = "/account/second-factor/keys"
    rooms = {"keys": own, "name": f"{own}/{key}/edit", "last": f"{own}/{key}/remove"}
    assert look_at_all(page, address, rooms, language) == {}
    page.goto(f"{address}{own}/{key}/remove")
    expect(page.locator("main form")).to_have_count(0)


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_pages_of_the_own_sign_in_are_for_everybody(language: str, page: Page, address: str) -> None:
    with_password(page, address)
    page.goto(f"{address}/account/second-factor/app")
    page.fill("input[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/app")
    assert look_at_all(page, address, OWN, language) == {}
