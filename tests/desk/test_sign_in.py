"""Nobody comes in on a password alone, no factor can be guessed or read, and every sitting ends."""

import json
import re
from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from pytest_django import Settings
from typer.testing import CliRunner

from soken.access.lockout import FAILURES, is_locked
from soken.access.models import User
from soken.access.second_factor import reset_second_factors
from soken.access.sittings import IDLE, LONGEST
from soken.commands.user import app
from soken.core.clock import now
from soken.ledger.entries import Kind
from soken.ledger.models import Entry
from tests.conftest import ARGON2, WITHOUT_SECOND_FACTOR
from tests.desk.factory import PASSWORD, World, make_world
from tests.desk.reading import signed_in, text_of

SIGN_IN = reverse("account_login")
SET_UP = reverse("mfa_index")
APP = reverse("mfa_activate_totp")


def browser() -> Client:
    """A browser in which nothing stands in for the second factor."""
    return Client(**{WITHOUT_SECOND_FACTOR: True})


def give_password(client: Client, name: str) -> str:
    """Sign in with the password; return where that leads."""
    answer = client.post(SIGN_IN, {"login": name, "password": PASSWORD})
    assert answer.status_code == 302
    return str(answer["Location"])


def code_now(secret: str, steps: int = 0) -> str:
    """What an authenticator app shows now, or that many half minutes from now."""
    counter = next(iter(yield_hotp_counters_from_time()))
    return format_hotp_value(hotp_value(secret, counter + steps))


def set_up_app(client: Client) -> str:
    """Set an authenticator app up; return its secret."""
    page = client.get(APP).content.decode()
    (secret,) = re.findall(r'value="([A-Z2-7]{16,})"', page)
    assert client.post(APP, {"code": code_now(secret)}).status_code == 302
    return secret


def recovery_codes(client: Client) -> list[str]:
    """The codes that were just made; they are shown once."""
    return re.findall(r"\b\d{8}\b", client.get(reverse("mfa_view_recovery_codes")).content.decode())


@pytest.fixture
def name(world: World) -> str:
    return world.users["analyst"].username


@pytest.fixture
def secret(name: str) -> str:
    client = browser()
    give_password(client, name)
    return set_up_app(client)


def test_a_password_alone_opens_only_the_page_that_sets_a_factor_up(world: World, name: str) -> None:
    client = browser()
    give_password(client, name)
    for page in ("operations", "home", "search-all", "inbox", "notifications"):
        answer = client.get(reverse(page))
        assert (answer.status_code, answer.headers.get("Location")) == (302, SET_UP), page
    assert client.get(f"/operations/{world.operation.slug}")["Location"] == SET_UP
    assert "until then nothing else opens" in text_of(client.get(SET_UP))
    assert client.get(reverse("own-account")).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_once_an_app_is_set_up_the_rooms_open_and_the_next_sign_in_asks_for_its_code() -> None:
    name = make_world().users["analyst"].username
    with time_machine.travel(now(), tick=False) as clock:
        client = browser()
        give_password(client, name)
        secret = set_up_app(client)
        assert client.get(reverse("operations")).status_code == 200
        again = browser()
        assert give_password(again, name) == reverse("mfa_authenticate")
        assert again.get(reverse("operations"))["Location"].startswith(SIGN_IN)
        wrong = again.post(reverse("mfa_authenticate"), {"code": "000000"})
        assert wrong.status_code == 200
        assert again.get(reverse("operations")).status_code == 302
        clock.shift(timedelta(minutes=1))
        right = again.post(reverse("mfa_authenticate"), {"code": code_now(secret)})
        assert right["Location"] == "/"
        assert again.get(reverse("operations")).status_code == 200


def test_a_code_is_taken_once(name: str, secret: str) -> None:
    with time_machine.travel(now() + timedelta(minutes=2), tick=False):
        code = code_now(secret)
        for expected in (302, 200):
            client = browser()
            give_password(client, name)
            assert client.post(reverse("mfa_authenticate"), {"code": code}).status_code == expected
            cache.clear()  # another process knows nothing of what this one remembers


def test_a_right_password_gives_whoever_guesses_codes_no_fresh_count(name: str, secret: str) -> None:
    with time_machine.travel(now() + timedelta(minutes=2), tick=False):
        for _guess in range(FAILURES):
            client = browser()
            give_password(client, name)
            client.post(reverse("mfa_authenticate"), {"code": "000000"})
        assert is_locked(User.objects.get(username=name))
        assert browser().post(SIGN_IN, {"login": name, "password": PASSWORD}).status_code == 200


def test_wrong_codes_count_when_they_are_asked_for_again_too(name: str) -> None:
    client = browser()
    give_password(client, name)
    set_up_app(client)
    for _guess in range(FAILURES):
        client.post(reverse("mfa_reauthenticate"), {"code": "000000"})
    assert is_locked(User.objects.get(username=name))


def test_a_recovery_code_stands_in_for_a_lost_app_and_is_taken_once(name: str) -> None:
    client = browser()
    give_password(client, name)
    set_up_app(client)
    codes = recovery_codes(client)
    assert len(codes) == 10
    for expected in (302, 200):
        client = browser()
        give_password(client, name)
        assert client.post(reverse("mfa_authenticate"), {"code": codes[0]}).status_code == expected


def test_wrong_codes_lock_like_wrong_passwords_and_the_right_one_is_then_refused(name: str, secret: str) -> None:
    with time_machine.travel(now() + timedelta(minutes=2), tick=False):
        client = browser()
        give_password(client, name)
        for _time in range(FAILURES):
            client.post(reverse("mfa_authenticate"), {"code": "000000"})
        assert client.post(reverse("mfa_authenticate"), {"code": code_now(secret)}).status_code == 200
        assert client.get(reverse("operations")).status_code == 302
        assert browser().post(SIGN_IN, {"login": name, "password": PASSWORD}).status_code == 200


def test_the_secret_lies_closed_in_the_database_and_not_at_all_in_the_ledger(name: str, secret: str) -> None:
    kept = str(Authenticator.objects.get(type="totp").data)
    assert secret not in kept
    assert not [one for one in Entry.objects.all() if secret in str(one.facts) or kept in str(one.facts)]


@pytest.mark.django_db(transaction=True)
def test_a_factor_that_is_set_up_or_reset_stands_in_the_ledger() -> None:
    name = make_world().users["analyst"].username
    client = browser()
    give_password(client, name)
    set_up_app(client)
    assert ("mfa.Authenticator", "insert") in altered(by=name)
    reset_second_factors(User.objects.get(username=name))
    assert ("mfa.Authenticator", "delete") in altered()


@pytest.mark.django_db(transaction=True)
def test_a_code_that_is_refused_stands_in_the_ledger_as_a_password_does() -> None:
    name = make_world().users["analyst"].username
    client = browser()
    give_password(client, name)
    code = code_now(set_up_app(client))
    with time_machine.travel(now() + timedelta(minutes=2), tick=False):
        again = browser()
        give_password(again, name)
        for wrong in ("000000", code):
            again.post(reverse("mfa_authenticate"), {"code": wrong})
        told = Entry.objects.filter(kind=Kind.SIGN_IN_FAILED, by=name, act="second-factor")
        assert told.count() == 2
        assert not [one for one in told if "000000" in f"{one.facts}{one.sealed}" or code in f"{one.facts}{one.sealed}"]


def altered(**by: str) -> set[tuple[str, str]]:
    told = Entry.objects.filter(kind=Kind.ALTERATION, **by)
    return {(one["table"], one["what"]) for entry in told for one in json.loads(entry.changes)}


def test_the_last_factor_cannot_be_removed(name: str) -> None:
    client = browser()
    give_password(client, name)
    set_up_app(client)
    answer = client.post(reverse("mfa_deactivate_totp"))
    assert answer.status_code == 200
    assert Authenticator.objects.filter(type="totp").exists()


def test_the_last_passkey_cannot_be_removed_either_and_one_beside_it_can(name: str) -> None:
    client = browser()
    give_password(client, name)
    set_up_app(client)
    user = User.objects.get(username=name)
    first, second = (
        Authenticator.objects.create(user=user, type="webauthn", data={"name": f"Key {one}", "credential": {}})
        for one in "12"
    )
    Authenticator.objects.filter(type="totp").delete()
    assert client.post(reverse("mfa_remove_webauthn", args=[first.pk])).status_code == 302
    assert "last second factor" in text_of(client.get(reverse("mfa_remove_webauthn", args=[second.pk])))
    assert client.post(reverse("mfa_remove_webauthn", args=[second.pk])).status_code == 409
    assert list(Authenticator.objects.filter(type="webauthn")) == [second]
    assert Authenticator.objects.filter(type="recovery_codes").exists()


def test_a_factor_of_somebody_else_is_not_there(world: World, name: str) -> None:
    client = browser()
    give_password(client, name)
    set_up_app(client)
    theirs = Authenticator.objects.create(user=world.users["reviewer"], type="webauthn", data={"name": "Key"})
    for way in (client.get, client.post):
        assert way(reverse("mfa_remove_webauthn", args=[theirs.pk])).status_code == 404
    assert Authenticator.objects.filter(pk=theirs.pk).exists()


def test_codes_are_shown_with_what_to_do_with_them_and_a_way_on(name: str) -> None:
    client = browser()
    give_password(client, name)
    set_up_app(client)
    page = client.get(reverse("mfa_view_recovery_codes")).content.decode()
    assert "shown this once" in page
    assert f'href="{reverse("home")}">I have kept them' in page


def test_a_passkey_that_opens_nothing_is_answered_in_words(name: str) -> None:
    answer = browser().post(reverse("mfa_login_webauthn"), {"credential": "{}"}, follow=True)
    assert "This passkey opens nothing here" in text_of(answer)


def test_whoever_has_lost_everything_is_reset_by_command_and_signed_out(name: str) -> None:
    client = browser()
    give_password(client, name)
    set_up_app(client)
    said = CliRunner().invoke(app, ["reset-second-factor", name])
    assert said.exit_code == 0, said.output
    assert client.get(reverse("operations")).status_code == 302
    fresh = browser()
    give_password(fresh, name)
    assert fresh.get(reverse("operations"))["Location"] == SET_UP


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("asked", "back"),
    [
        ("/operations/x/search?q=abc", "/operations/x/search?q=abc"),
        ("/operations/x/search?q=" + "探" * 3000, "/operations/x/search"),
        ("/operations/" + "x" * 9000 + "/search?q=abc", "/"),
    ],
    ids=["as it was asked", "without a search too long to send", "an address too long to send"],
)
def test_signed_out_every_page_leads_to_the_sign_in_and_from_there_back(asked: str, back: str) -> None:
    answer = Client().get(asked)
    assert answer.status_code == 302
    place = urlsplit(answer["Location"])
    assert (place.path, parse_qs(place.query)) == (reverse("account_login"), {"next": [back]})
    assert Client().get(answer["Location"]).status_code == 200


def test_one_click_signs_out_everywhere(world: World) -> None:
    user = world.users["analyst"]
    here, there, beside = signed_in(user), signed_in(user), signed_in(world.users["reviewer"])
    assert here.post(reverse("sign-out-everywhere"))["Location"] == SIGN_IN
    assert [one.get(reverse("operations")).status_code for one in (here, there, beside)] == [302, 302, 200]


def test_a_new_password_ends_the_sitting_and_needs_the_old_one(world: World) -> None:
    user = world.users["analyst"]
    client = signed_in(user)
    words = {"oldpassword": "not it", "password1": "another long password", "password2": "another long password"}
    address = reverse("account_change_password")
    assert client.post(address, words).status_code == 200
    assert client.post(address, words | {"oldpassword": PASSWORD}).status_code == 302
    user.refresh_from_db()
    assert user.check_password("another long password")


@pytest.mark.parametrize(
    ("uses", "away", "status"),
    [
        ([], IDLE - timedelta(seconds=1), 200),
        ([], IDLE, 302),
        ([timedelta(minutes=25)], timedelta(minutes=50), 200),
        ([timedelta(minutes=25) * (n + 1) for n in range(19)], LONGEST - timedelta(seconds=1), 200),
        ([timedelta(minutes=25) * (n + 1) for n in range(19)], LONGEST, 302),
    ],
)
def test_a_sitting_ends_unused_after_half_an_hour_and_in_any_case_after_eight(
    world: World, uses: list[timedelta], away: timedelta, status: int
) -> None:
    start = now()
    with time_machine.travel(start, tick=False) as clock:
        client = signed_in(world.users["analyst"])
        for use in uses:
            clock.move_to(start + use)
            assert client.get(reverse("operations")).status_code == 200
        clock.move_to(start + away)
        assert client.get(reverse("operations")).status_code == status


def test_a_page_that_asks_for_itself_does_not_keep_a_sitting_alive(world: World) -> None:
    start: datetime = now()
    with time_machine.travel(start, tick=False) as clock:
        client = signed_in(world.users["analyst"])
        for minute in range(5, 30, 5):
            clock.move_to(start + timedelta(minutes=minute))
            client.get(reverse("operations"), HTTP_HX_REQUEST="true")
        clock.move_to(start + IDLE)
        assert client.get(reverse("operations")).status_code == 302


def test_the_demo_asks_for_no_factor_and_lets_nobody_in_but_its_own_users(world: World, settings: Settings) -> None:
    settings.DEMO = True
    name = world.users["analyst"].username
    refused = browser().post(SIGN_IN, {"login": name, "password": PASSWORD})
    assert refused.status_code == 403
    assert "Only the users of the demo sign in to it" in text_of(refused)
    User.objects.create_user(username="demo-analyst", password=PASSWORD)
    client = browser()
    give_password(client, "demo-analyst")
    assert client.get(reverse("operations")).status_code == 200


def test_nobody_adds_themselves_and_a_real_installation_hashes_with_argon2() -> None:
    for address in ("/sign-up", "/accounts/signup/", "/account/signup"):
        assert Client().get(address).status_code in {302, 404}
    assert ARGON2.endswith("Argon2PasswordHasher")
