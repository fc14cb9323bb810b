"""Locked means locked; what is counted stands in the database; signed out everywhere means everywhere."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth import authenticate
from django.test import Client
from django.urls import reverse
from typer.testing import CliRunner

from soken.access.lockout import FAILURES, LOCKED_FOR, unlock
from soken.access.models import User
from soken.commands.user import app
from soken.core.clock import now
from soken.ledger.entries import Kind
from soken.ledger.models import Entry
from tests.desk.factory import PASSWORD, World, make_world
from tests.desk.reading import signed_in, text_of

SIGN_IN = reverse("account_login")


def attempt(name: str, password: str) -> bool:
    """Try from a browser that has never been here; say whether it is let in."""
    return Client().post(SIGN_IN, {"login": name, "password": password}).status_code == 302


def fail(name: str, times: int) -> None:
    for _ in range(times):
        assert not attempt(name, "not it")


def test_a_locked_user_is_refused_the_right_password_until_the_lock_ends(world: World) -> None:
    name = world.users["analyst"].username
    start = now()
    with time_machine.travel(start, tick=False) as clock:
        fail(name, FAILURES)
        assert not attempt(name, PASSWORD)
        clock.move_to(start + LOCKED_FOR - timedelta(seconds=1))
        assert not attempt(name, PASSWORD)
        clock.move_to(start + LOCKED_FOR)
        assert attempt(name, PASSWORD)


def test_failures_count_in_a_row_and_against_one_name_only(world: World) -> None:
    name, other = (world.users[role].username for role in ("analyst", "reviewer"))
    fail(name, FAILURES - 1)
    assert attempt(name, PASSWORD)
    fail(name, FAILURES - 1)
    assert attempt(name, PASSWORD)
    fail(name, FAILURES)
    assert attempt(other, PASSWORD)


def test_a_locked_name_and_one_that_nobody_has_are_told_the_same(world: World) -> None:
    name = world.users["analyst"].username
    fail(name, FAILURES)

    def told(typed: str) -> str:
        return text_of(Client().post(SIGN_IN, {"login": typed, "password": "not it"}))

    assert told(name) == told("nobody") != ""


@pytest.mark.django_db(transaction=True)
def test_failures_the_lock_and_its_end_stay_in_the_ledger() -> None:
    name = make_world().users["analyst"].username
    fail(name, FAILURES)
    told = Entry.objects.filter(kind=Kind.SIGN_IN_FAILED)
    assert [one.by for one in told] == [name] * FAILURES
    last = Entry.objects.order_by("-seq")[0].seq
    unlock(User.objects.get(username=name))
    (entry,) = Entry.objects.filter(seq__gt=last)
    assert entry.kind == Kind.ALTERATION


def test_an_administrator_unlocks_by_command(world: World) -> None:
    name = world.users["analyst"].username
    fail(name, FAILURES)
    said = CliRunner().invoke(app, ["unlock", name])
    assert (said.exit_code, said.stdout) == (0, f"Unlocked {name}.\n")
    assert attempt(name, PASSWORD)
    assert "was not locked" in CliRunner().invoke(app, ["unlock", name]).stdout


def test_signing_out_everywhere_ends_every_session_and_no_one_elses(world: World) -> None:
    ended, other = world.users["analyst"], world.users["reviewer"]
    browsers = [signed_in(ended), signed_in(ended)]
    beside = signed_in(other)
    assert [one.get(reverse("operations")).status_code for one in (*browsers, beside)] == [200, 200, 200]
    assert CliRunner().invoke(app, ["sign-out", ended.username]).exit_code == 0
    assert [one.get(reverse("operations")).status_code for one in (*browsers, beside)] == [302, 302, 200]
    assert attempt(ended.username, PASSWORD)


def test_a_user_who_does_not_exist_is_neither_unlocked_nor_signed_out(db: None) -> None:
    for command in ("unlock", "sign-out"):
        said = CliRunner().invoke(app, [command, "nobody"])
        assert "No user is named 'nobody'" in str(said.exception)


def test_the_lock_holds_whatever_way_the_password_comes(world: World) -> None:
    name = world.users["analyst"].username
    fail(name, FAILURES)
    assert authenticate(username=name, password=PASSWORD) is None
    assert User.objects.get(username=name).check_password(PASSWORD)
