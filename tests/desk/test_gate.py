"""Who may see which page: default deny, and what is hidden does not exist."""

import pytest
import time_machine
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from soken.access.models import Role, User
from soken.access.policy import GATE, PUBLIC, SIGNED_IN, Act, allows
from tests.desk.factory import TAKAHASHI, World
from tests.desk.reading import signed_in

PATTERNS = {pattern.name: pattern for pattern in get_resolver().url_patterns if isinstance(pattern, URLPattern)}
#: What programs ask; they sign in by a token (tests/api).
API = {name for name in PATTERNS if name.startswith("api-")}
GATED = {
    name: getattr(PATTERNS[name].callback, GATE)
    for name in set(PATTERNS) - API
    if isinstance(getattr(PATTERNS[name].callback, GATE, 0), Act)
}
ROOMS = {name: act for name, act in GATED.items() if "slug" in PATTERNS[name].pattern.converters}
ENTRANCE = {"account_login", "account_logout", "account_inactive", "mfa_authenticate", "mfa_login_webauthn"}
#: What the small operation has none of: whoever may see one is told so (shown in test_large_bulk_page, test_samples).
NONE_HERE = {"bulk-report", "priority-sample", "second-assessment"}
OPEN = {"health", "health-short", "ready", "metrics", "set-language"} | ENTRANCE
OPEN |= {"api-openapi", "api-reference", "api-nothing", "api-top"}
#: One's own sign-in: open also before a second factor is set up.
OWN = {name for name, pattern in PATTERNS.items() if str(pattern.pattern).startswith("account")}


def address(name: str, world: World, slug: str = "") -> str:
    known = {
        "slug": slug or world.operation.slug,
        "code": TAKAHASHI,
        "evidence_id": world.item.evidence_id,
        "number": 1,
        "pk": 1,
    }
    wanted = PATTERNS[name].pattern.converters
    return reverse(name, kwargs={key: known[key] for key in wanted})


def test_every_address_names_what_it_needs() -> None:
    assert [name for name, pattern in PATTERNS.items() if not hasattr(pattern.callback, GATE)] == []


def test_only_the_entrance_is_public() -> None:
    assert {name for name, pattern in PATTERNS.items() if getattr(pattern.callback, GATE) == PUBLIC} == OPEN


def test_who_has_only_signed_in_sees_only_the_list_of_operations() -> None:
    signed_in = {name for name, pattern in PATTERNS.items() if getattr(pattern.callback, GATE) == SIGNED_IN}
    assert signed_in - API - OWN == {"home", "operations", "inbox", "notifications"}
    assert signed_in & API == {"api-token"}
    assert signed_in >= OWN


def test_the_anonymous_are_led_to_the_sign_in(world: World) -> None:
    asked = sorted(set(PATTERNS) - OPEN - API)
    answers = {name: Client().get(address(name, world)) for name in asked}
    assert asked
    assert [
        name
        for name, answer in answers.items()
        if answer.status_code != 302 or not answer["Location"].startswith("/sign-in?next=")
    ] == []


# Frozen, because a page says at its foot in which minute it was seen.
@time_machine.travel("2026-11-20T03:04:05Z", tick=False)
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_stranger_cannot_tell_an_operation_from_nothing(method: str, world: World) -> None:
    client = signed_in(world.users["stranger"])
    own, other = world.operation.slug, "no-such-operation"
    told = []
    for name in sorted(ROOMS):
        hidden = getattr(client, method)(address(name, world))
        nothing = getattr(client, method)(address(name, world, slug=other))
        shown = _without(hidden.content, own), _without(nothing.content, other)
        if {hidden.status_code, nothing.status_code} != {404} or shown[0] != shown[1]:
            told.append(name)
    assert told == []


@pytest.mark.parametrize("role", list(Role))
def test_a_page_of_no_operation_is_open_to_the_roles_that_may(role: Role, world: World) -> None:
    client = signed_in(world.users[role])
    asked = sorted(set(GATED) - set(ROOMS))
    expected = {name: 200 if allows(world.users[role], GATED[name]) else 403 for name in asked}
    assert {name: client.get(address(name, world)).status_code for name in asked} == expected


def _without(page: bytes, slug: str) -> bytes:
    """A page without what differs with the address and the form."""
    kept = b"".join(line for line in page.splitlines() if b"csrfmiddlewaretoken" not in line)
    return kept.replace(b"kingfisher-stranger", b"").replace(slug.encode(), b"")


@pytest.mark.parametrize("role", list(Role))
def test_a_member_sees_what_the_role_permits(role: Role, world: World) -> None:
    client = signed_in(world.users[role])
    expected = {name: _expected(name, world.users[role]) for name in sorted(ROOMS)}
    assert {name: client.get(address(name, world)).status_code for name in expected} == expected


def _expected(name: str, user: User) -> int:
    """The status of a room of one's operation."""
    if not allows(user, ROOMS[name]):
        return 403
    # The oversight group sees who is in a compartment, and of all others nothing: no person, no row.
    of_a_person = {"code", "number"} & set(PATTERNS[name].pattern.converters)
    return 404 if name in NONE_HERE or (user.role == Role.OVERSIGHT and of_a_person) else 200


def test_an_auditor_and_an_administrator_see_no_person(world: World) -> None:
    for role in (Role.AUDITOR, Role.ADMINISTRATOR):
        client = signed_in(world.users[role])
        for name in ("overview", "persons", "person", "evidence", "row"):
            assert "髙橋".encode() not in client.get(address(name, world)).content


def test_who_is_no_longer_active_is_signed_out(world: World) -> None:
    user = world.users["analyst"]
    client = signed_in(user)
    user.is_active = False
    user.save()
    assert client.get(address("overview", world)).status_code == 302


def test_a_row_of_another_operation_is_not_reached_through_ones_own(world: World) -> None:
    from tests.desk.factory import make_world

    other = make_world(slug="heron")
    client = signed_in(world.users["analyst"])
    address_of_other = reverse("row", args=[world.operation.slug, other.item.evidence_id, 1])
    assert client.get(address_of_other).status_code == 404


def test_the_list_of_operations_holds_only_ones_own(world: World) -> None:
    from tests.desk.factory import make_world

    make_world(slug="heron")
    client = signed_in(world.users["analyst"])
    page = client.get("/operations").content.decode()
    assert "Operation Kingfisher" in page
    assert "Heron" not in page


@pytest.mark.parametrize(
    "path",
    [
        "/operations/kingfisher/persons/P-1111",
        "/operations/kingfisher/evidence/../../etc",
        "/operations/kingfisher/evidence/E-zzzzzzzzzzzz",
        "/operations/kingfisher/evidence/E-000000000000",
        "/operations/kingfisher/persons/P-0000-0000-0000",
    ],
)
def test_odd_addresses_are_not_found(path: str, desk: Client) -> None:
    assert desk.get(path).status_code == 404


@pytest.mark.parametrize("number", ["0", "7", "999999999999", "9999999999999999999999", "-1", "x"])
def test_row_numbers_that_the_file_does_not_have_are_not_found(number: str, desk: Client, world: World) -> None:
    assert desk.get(f"/operations/kingfisher/evidence/{world.item.evidence_id}/rows/{number}").status_code == 404
