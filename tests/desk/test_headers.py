"""Every answer forbids what is not ours, and no page holds a script, a style or a handler of its own."""

from __future__ import annotations

from datetime import timedelta
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest
from django.test import Client
from django.urls import reverse

from soken.access.models import Role
from soken.casework.actions.open_dossier import open_dossier
from soken.casework.actions.take_vintage import load_published
from soken.core.clock import now
from soken.desk.middleware import HEADERS
from tests.casework.dossiers import Room, record_everything
from tests.conftest import WITHOUT_SECOND_FACTOR
from tests.desk.factory import PASSWORD, TAKAHASHI, World
from tests.desk.reading import signed_in
from tests.desk.test_permissions import ADDRESSES, _address
from tests.desk.test_uploads import sent

if TYPE_CHECKING:
    from django.http import HttpResponse
    from pytest_django import Settings

#: The one page that shows a picture that stands in the page itself.
PICTURE = "/account/second-factor/app"


class Inline(HTMLParser):
    """Collects what a policy without `unsafe-inline` would stop."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        # Data for a script of ours is no script.
        if tag == "style" or (tag == "script" and "src" not in given and given.get("type") != "application/json"):
            self.found.append(f"<{tag}>")
        self.found += [f"{tag} {name}" for name in given if name == "style" or name.startswith("on")]
        self.found += [
            f"{tag} {name}={value}" for name, value in attrs if (value or "").lower().startswith("javascript:")
        ]


def wrong_with(path: str, answer: HttpResponse) -> list[str]:
    """What is missing from an answer or should not be in it."""
    policy = answer.headers.get("Content-Security-Policy", "")
    wrong = [f"{path}: {name}" for name in HEADERS if name not in answer.headers]
    if "default-src 'none'" not in policy or "unsafe" in policy or "*" in policy:
        wrong.append(f"{path}: policy {policy}")
    if "data:" in policy and path != PICTURE:
        wrong.append(f"{path}: pictures in the page")
    if "html" in answer.headers.get("Content-Type", "") and not answer.streaming:
        page = Inline()
        page.feed(answer.content.decode())
        wrong += [f"{path}: {one}" for one in page.found]
    return wrong


@pytest.fixture
def full(world: World, settings: Settings) -> World:
    """The world with a dossier in which everything is recorded, and figures to draw charts of."""
    load_published(settings.HOME)
    room = Room(world.operation, {name: world.users[name] for name in ("analyst", "investigator", "reviewer")})
    record_everything(open_dossier(world.operation, TAKAHASHI, by=room.analyst), room)
    return world


@pytest.mark.parametrize("role", [Role.ANALYST, Role.REVIEWER, Role.AUDITOR, Role.STATISTICIAN, Role.ADMINISTRATOR])
def test_every_address_by_every_method(role: Role, full: World) -> None:
    browser = signed_in(full.users[role])
    browser.raise_request_exception = False
    wrong, seen = [], set()
    for route in ADDRESSES:
        if route in {"/sign-out", "/account/sign-out-everywhere"}:
            continue
        for method in ("GET", "POST", "PUT"):
            path = _address(route, full)
            answer = browser.generic(method, path)
            seen.add(answer.status_code)
            wrong += wrong_with(path, answer)
    assert wrong == []
    assert {200, 403, 404, 405} <= seen


def test_pages_with_charts_hold_no_style_of_their_own(full: World) -> None:
    for role, path, drawn in (
        (Role.STATISTICIAN, "/statistics?vintage=published-1&year=2017", "<svg"),
        (Role.ANALYST, "/operations/kingfisher", "<svg"),
        (Role.ANALYST, f"/operations/kingfisher/persons/{TAKAHASHI}/graph", "<svg"),
        (Role.ANALYST, f"/operations/kingfisher/persons/{TAKAHASHI}", "<svg"),
    ):
        answer = signed_in(full.users[role]).get(path)
        assert drawn in answer.content.decode(), path
        assert wrong_with(path, answer) == []


def test_the_way_in_and_everything_that_goes_wrong(full: World, settings: Settings) -> None:
    stranger, half = Client(raise_request_exception=False), Client(**{WITHOUT_SECOND_FACTOR: True})
    half.post(reverse("account_login"), {"login": "kingfisher-analyst", "password": PASSWORD})
    analyst = signed_in(full.users["analyst"])
    analyst.raise_request_exception = False
    (settings.HOME.evidence / full.item.evidence_id / "readings" / "0001" / "reading.json").write_text("{", "utf-8")
    asked = {
        "sign-in": stranger.get("/sign-in"),
        "wrong password": stranger.post("/sign-in", {"login": "nobody", "password": "wrong"}),
        "sent to the sign-in": stranger.get("/operations"),
        "no second factor yet": half.get("/operations"),
        "set up a factor": half.get(reverse("mfa_index")),
        PICTURE: half.get(PICTURE),
        "a passkey": half.get(reverse("mfa_add_webauthn")),
        "passkey data": stranger.get(reverse("mfa_login_webauthn"), headers={"X-Requested-With": "XMLHttpRequest"}),
        "another host": stranger.get("/sign-in", headers={"host": "evil.example"}),
        "no token": Client(enforce_csrf_checks=True).post("/sign-in", {}),
        "too large": sent(stranger, "/sign-in", 10**12),
        "too many fields": stranger.post("/sign-in", {f"f{n}": "" for n in range(2000)}),
        "not there": analyst.get("/nothing"),
        "damaged": analyst.get(f"/operations/kingfisher/evidence/{full.item.evidence_id}"),
        "style": analyst.get("/static/desk/soken.css"),
        "script": analyst.get("/static/desk/review.js"),
        "reference": analyst.get("/api/docs"),
        "description": analyst.get("/api/openapi.json"),
    }
    expected = {
        "sent to the sign-in": 302, "no second factor yet": 302, "another host": 400, "no token": 403, "too large": 413,
        "too many fields": 400, "not there": 404, "damaged": 500,
    }  # fmt: skip
    assert {name: answer.status_code for name, answer in asked.items()} == dict.fromkeys(asked, 200) | expected
    assert [one for name, answer in asked.items() for one in wrong_with(name, answer)] == []


def test_a_defect_is_told_without_saying_how(full: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_any: object, **_named: object) -> None:
        raise ZeroDivisionError("髙橋 健一")

    monkeypatch.setattr("soken.desk.views.operations.render", broken)
    browser = signed_in(full.users["analyst"])
    browser.raise_request_exception = False
    answer = browser.get("/operations")
    assert answer.status_code == 500
    for told in ("髙橋", "ZeroDivisionError", "Traceback", "operations.py", "SECRET"):
        assert told not in answer.content.decode()
    assert wrong_with("defect", answer) == []


@pytest.mark.parametrize("name", ["sessionid", "csrftoken"])
def test_a_cookie_is_for_this_site_and_gone_with_the_sitting(name: str, world: World) -> None:
    client = Client()
    client.get("/sign-in")
    client.post("/sign-in", {"login": "kingfisher-analyst", "password": PASSWORD})
    cookie = client.cookies[name]
    assert cookie["samesite"] == "Strict"
    if name == "sessionid":
        assert cookie["httponly"]
        assert not cookie["max-age"]


def test_who_signs_in_gets_another_session_than_the_one_they_came_with(world: World) -> None:
    """A session that somebody else planted is worth nothing after the sign-in (fixation)."""
    client = Client()
    client.cookies["sessionid"] = "a" * 32
    client.post("/sign-in", {"login": "kingfisher-analyst", "password": PASSWORD})
    assert client.cookies["sessionid"].value not in {"", "a" * 32}
    before = client.cookies["sessionid"].value
    client.post("/sign-out")
    other = Client()
    other.cookies["sessionid"] = before
    assert other.get("/operations").status_code == 302


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "https:evil.example",
        "\thttps://evil.example",
    ],
)  # fmt: skip
def test_nothing_leads_off_the_site(elsewhere: str, world: World) -> None:
    signed = signed_in(world.users["analyst"])
    answers = [
        Client().post("/sign-in", {"login": "kingfisher-analyst", "password": PASSWORD, "next": elsewhere}),
        signed.post("/language", {"language": "ja", "next": elsewhere}),
        signed.post("/account/confirm", {"password": PASSWORD, "next": elsewhere}),
        signed.post("/sign-out", {"next": elsewhere}),
    ]
    for answer in answers:
        assert answer.headers.get("Location", "/").startswith("/")
        assert not answer.headers.get("Location", "/").startswith(("//", "/\\"))


@pytest.mark.parametrize(
    "path",
    [
        "/operations/..%2f..%2fetc", "/operations/kingfisher/evidence/..%2f..%2fkeys",
        "/operations/kingfisher/evidence/E-0000-0000-0000%2f..", "/operations/kingfisher/persons/..%2f",
        "/operations/kingfisher/../../keys/django.key", "/static/..%2fsettings.py", "/static/../settings.py",
        "/static/%2e%2e/settings.py", "/static//etc/passwd", "/api/operations/..%2f..%2fkeys",
    ],
)  # fmt: skip
def test_an_address_names_nothing_outside(path: str, desk: Client) -> None:
    assert desk.get(path).status_code in {401, 404}


def test_a_session_ends_in_the_database_too(world: World) -> None:
    from django.contrib.sessions.models import Session

    signed_in(world.users["analyst"])
    assert Session.objects.get().expire_date <= now() + timedelta(hours=8, minutes=1)
