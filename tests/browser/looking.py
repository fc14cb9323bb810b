"""A room looked at as people do: on a telephone and on a screen, by day and by night, each opened once."""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING, Final

from playwright.sync_api import expect

from tests.desk.factory import PASSWORD

if TYPE_CHECKING:
    from collections.abc import Mapping

    from playwright.sync_api import Page

AXE: Final = resources.files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
RULES: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
#: Pixels; a page is left at the last one.
WIDTHS: Final = (320, 390, 1280)
#: Links and controls that do not stand inside a sentence are at least 24 px high (WCAG 2.2, 2.5.8); a click on its
#: label is one on a box.
_SMALL: Final = """() => [...document.querySelectorAll(
        'a, button, input:not([type=hidden]), select, textarea, summary')]
    .filter(one => !one.closest('p') && !one.classList.contains('skip') && one.checkVisibility())
    .filter(one => [one, ...one.labels || []].every(part => part.getBoundingClientRect().height < 24))
    .map(one => one.outerHTML.slice(0, 120))"""
#: Colours fade from one scheme to the other; axe would judge them half way.
_AT_ONCE: Final = "document.getAnimations().forEach(one => one.finish())"


def speak(page: Page, language: str, url: str) -> None:
    """Have the desk speak a language."""
    page.context.add_cookies([{"name": "django_language", "value": language, "url": url}])


def violations(page: Page, *, only: str = "") -> list[str]:
    """Return what axe finds wrong with a page; with ``only`` by that rule alone."""
    if page.evaluate("typeof window.axe") == "undefined":
        page.evaluate(AXE)
    run = {"type": "rule", "values": [only]} if only else {"type": "tag", "values": RULES}
    found = page.evaluate("run => axe.run(document, {runOnly: run, resultTypes: ['violations']})", run)
    return [f"{one['id']}: {node['html'][:150]}" for one in found["violations"] for node in one["nodes"]]


def too_wide(page: Page) -> int:
    """Return by how many pixels a page must be scrolled sideways."""
    by: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return by


def sign_in(page: Page, url: str, name: str) -> None:
    """Sign in with the password of all whom tests make, and wait for the board."""
    page.goto(f"{url}/sign-in")
    page.fill("#id_login", name)
    page.fill("#id_password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{url}/")


def open_all(page: Page) -> None:
    """Unfold every form."""
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")


def look(page: Page) -> list[str]:
    """Return what is wrong with the page that is shown.

    Scrolling sideways at each of `WIDTHS`, targets too small for a finger, what axe finds by day, and colours that
    cannot be read by night.
    """
    wrong = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        if (by := too_wide(page)) > 0:
            wrong.append(f"{by} px too wide for {width}")
    wrong += [f"too small: {one}" for one in page.evaluate(_SMALL)]
    for scheme, rule in (("light", ""), ("dark", "color-contrast")):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.evaluate(_AT_ONCE)
        wrong += [f"{scheme}: {one}" for one in violations(page, only=rule)]
    page.emulate_media(color_scheme="light")
    return wrong


def look_at_all(page: Page, url: str, paths: Mapping[str, str], language: str) -> dict[str, list[str]]:
    """Open rooms one after the other, with every form unfolded; return what is wrong with which.

    Args:
        page: of somebody who is signed in, where that is asked.
        url: of the server.
        paths: by the rooms' names.
        language: in which they are shown.
    """
    speak(page, language, url)
    wrong = {}
    for name, path in paths.items():
        page.goto(url + path)
        expect(page.locator("html"), name).to_have_attribute("lang", language)
        open_all(page)
        if found := look(page):
            wrong[name] = found
    return wrong
