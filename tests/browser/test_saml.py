"""Signing in over a SAML identity provider in Chromium: to a browser the provider is another site than the desk."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.commands.conftest import empty_home  # noqa: F401 (a fixture of the desk that is served)
from tests.commands.test_saml_provider import Served, link, served  # noqa: F401 (a fixture)

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page


@pytest.fixture(autouse=True)
def nothing_from_elsewhere(context: BrowserContext) -> None:
    """The provider is elsewhere: this once a page goes there."""


def test_the_way_there_and_back_brings_the_session_along(page: Page, served: Served) -> None:  # noqa: F811
    link(served)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(f"{served.url}/sign-in")
    page.get_by_text("Ministry").click()
    expect(page.get_by_role("heading", name="Ministry")).to_be_visible()
    assert page.url.startswith(served.service.url)
    page.get_by_role("button", name="I am aoki@idp.example").click()
    expect(page).to_have_url(re.compile(re.escape(served.url) + r"(/|/account/second-factor.*)$"))
    expect(page.get_by_text("aoki").first).to_be_visible()
    assert [one for one in said if "Content Security Policy" in one] == []
