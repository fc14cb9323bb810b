"""Chromium for the desk, found on PATH; without one the tests are skipped loudly, or fail where CI says so."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import django.utils.asyncio
import pytest

from soken.core.home import open_home

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import BrowserContext, Page
    from pytest_django import Settings


def _no_loop() -> NoReturn:
    """Say that no event loop runs."""
    raise RuntimeError


# Playwright's sync interface runs inside an event loop, where Django would refuse the database. The variable that lets
# it pass would reach every program that a test starts, and the doctor finds it there.
django.utils.asyncio.get_running_loop = _no_loop

CHROMIUM = os.environ.get("SOKEN_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything in this folder, and skip it (or let it fail) where there is no Chromium."""
    mine = [item for item in items if HERE in item.path.parents]
    for item in mine:
        item.add_marker(pytest.mark.browser)
        if CHROMIUM is None and os.environ.get("SOKEN_REQUIRE_ALL") != "1":
            item.add_marker(pytest.mark.skip(reason="NO CHROMIUM FOUND: the desk was not tested in a browser"))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    if CHROMIUM is None:
        pytest.fail("SOKEN_REQUIRE_ALL=1, and there is no Chromium; install it (Debian, Ubuntu: apt install chromium).")
    quiet = [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync",
    ]  # fmt: skip
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": quiet}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_context_args, "locale": "en-GB", "timezone_id": "Asia/Tokyo"}


@pytest.fixture(autouse=True)
def own_home(settings: Settings, tmp_path: Path) -> None:
    settings.HOME = open_home(tmp_path / "home")


@pytest.fixture(autouse=True)
def nothing_from_elsewhere(context: BrowserContext, live_server: Any) -> Iterator[None]:
    """Fail a test whose pages asked for anything off this server, or broke their own content security policy."""
    asked: list[str] = []
    said: list[str] = []
    context.on("request", lambda request: asked.append(request.url))

    def listen(page: Page) -> None:
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda problem: said.append(f"Refused or failed: {problem}"))

    context.on("page", listen)
    yield
    own = (live_server.url, live_server.url.replace("127.0.0.1", "localhost"), "data:")
    assert [url for url in asked if not url.startswith(own)] == []
    assert [text for text in said if "Content Security Policy" in text or text.startswith("Refused")] == []
