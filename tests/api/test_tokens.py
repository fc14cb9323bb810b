"""Tokens: narrowed, shown once, ended by many ways; wrong ones locked out; and no trace of one anywhere."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.db import connection
from django.test import Client

from soken.access.actions import sign_out_everywhere
from soken.access.lockout import FAILURES, LOCKED_FOR
from soken.access.models import Role, User
from soken.api.bearer import MOST_WRONG, WINDOW
from soken.api.models import Token
from soken.api.tokens import DAYS, MOST, MOST_DAYS, end_token, new_token, tokens_seen_by
from soken.casework.models import Membership
from soken.core.clock import now
from soken.core.errors import BadInputError, NotFoundError, RefusedError
from soken.ledger.entries import Kind
from soken.ledger.models import Entry
from tests.api.asking import ask, token_for, told
from tests.desk.factory import TAKAHASHI, World, make_world
from tests.desk.reading import signed_in

if TYPE_CHECKING:
    from collections.abc import Callable

BASE = "operations/kingfisher"


def status(token: str, path: str = "token") -> int:
    return ask(token, path).status_code


def wrong(token: str) -> str:
    """The same key with another secret."""
    return token[:-1] + ("0" if token[-1] != "0" else "1")


@pytest.fixture
def analyst(world: World) -> User:
    return world.users[Role.ANALYST]


def test_a_token_reads_what_it_was_given_of_what_its_user_may(analyst: User) -> None:
    token = token_for(analyst, ["see-operation", "see-person"])
    assert told(token, "token")["reads"] == ["see-operation", "see-person"]
    assert status(token, f"{BASE}/persons") == 200
    assert ask(token, f"{BASE}/evidence").json()["code"] == "forbidden"
    assert status(token, f"{BASE}/persons/{TAKAHASHI}/dossier") == 403


def test_a_token_for_some_operations_knows_no_other(analyst: User) -> None:
    for slug in ("heron", "egret"):
        Membership.objects.create(operation=make_world(slug=slug).operation, user=analyst)
    token = token_for(analyst, operations=["kingfisher", "egret"])
    assert [one["operation"] for one in told(token, "operations")["operations"]] == ["egret", "kingfisher"]
    assert (status(token, "operations/heron"), status(token, "operations/egret")) == (404, 200)
    everywhere = token_for(analyst)
    assert len(told(everywhere, "operations")["operations"]) == 3


def test_a_token_whose_operations_are_gone_reads_none_and_not_all(analyst: User) -> None:
    token = token_for(analyst, operations=["kingfisher"])
    Token.objects.get().operations.clear()
    assert told(token, "operations")["operations"] == []


def test_a_token_can_do_no_more_than_its_user_today(world: World, analyst: User) -> None:
    token = token_for(analyst)
    Membership.objects.filter(user=analyst).delete()
    assert status(token, BASE) == 404
    Membership.objects.create(user=analyst, operation=world.operation)
    User.objects.filter(pk=analyst.pk).update(role=Role.AUDITOR)
    assert (status(token, BASE), status(token, f"{BASE}/persons")) == (200, 403)


@pytest.mark.parametrize(
    "end",
    [
        lambda user, world: end_token(Token.objects.get().key, by=user),
        lambda user, world: end_token(Token.objects.get().key, by=world.users[Role.ADMINISTRATOR]),
        lambda user, world: end_token(Token.objects.get().key, by=None),
        lambda user, world: sign_out_everywhere(user),
        lambda user, world: User.objects.filter(pk=user.pk).update(is_active=False),
    ],
    ids=["by its user", "by an administrator", "by the installation", "signed out everywhere", "user inactive"],
)
def test_a_token_ends(world: World, analyst: User, end: Callable[[User, World], Any]) -> None:
    token = token_for(analyst)
    assert status(token) == 200
    end(analyst, world)
    assert ask(token, "token").json()["code"] == "wrong-token"


def test_a_token_runs_out_on_its_day(analyst: User) -> None:
    with time_machine.travel(now(), tick=False) as clock:
        token = token_for(analyst, days=2)
        clock.shift(timedelta(days=2) - timedelta(seconds=1))
        assert status(token) == 200
        clock.shift(timedelta(seconds=1))
        assert status(token) == 401


def test_tokens_are_listed_and_ended_by_their_user_and_an_administrator_alone(world: World, analyst: User) -> None:
    token_for(analyst)
    token_for(world.users[Role.REVIEWER])
    mine = tokens_seen_by(analyst).get()
    assert tokens_seen_by(world.users[Role.ADMINISTRATOR]).count() == 2
    with pytest.raises(NotFoundError) as hidden:
        end_token(mine.key, by=world.users[Role.REVIEWER])
    with pytest.raises(NotFoundError) as nothing:
        end_token("0" * 12, by=world.users[Role.REVIEWER])
    assert hidden.value.message.replace(mine.key, "") == nothing.value.message.replace("0" * 12, "")
    ended = end_token(mine.key, by=analyst).ended_at
    assert end_token(mine.key, by=world.users[Role.ADMINISTRATOR]).ended_at == ended


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ({"name": " "}, BadInputError),
        ({"name": "x" * 101}, BadInputError),
        ({"acts": []}, BadInputError),
        ({"acts": ["advance"]}, BadInputError),
        ({"acts": ["see-statistics"]}, RefusedError),
        ({"days": 0}, BadInputError),
        ({"days": MOST_DAYS + 1}, BadInputError),
        ({"operations": []}, BadInputError),
        ({"operations": ["kingfisher", "heron"]}, NotFoundError),
    ],
)
def test_what_cannot_be_given_is_refused_and_nothing_is_made(
    said: dict[str, Any], error: type[Exception], analyst: User
) -> None:
    good: dict[str, Any] = {"name": "figures", "acts": ["see-operation"], "operations": None, "days": DAYS}
    with pytest.raises(error):
        new_token(by=analyst, **{**good, **said})
    assert Token.objects.count() == 0


def test_a_user_holds_so_many_tokens_and_may_end_one_for_another(analyst: User) -> None:
    for _token in range(MOST):
        token_for(analyst, ["see-operation"])
    with pytest.raises(RefusedError, match="end one of them"):
        token_for(analyst, ["see-operation"])
    end_token(Token.objects.first().key, by=analyst)
    assert status(token_for(analyst, ["see-operation"])) == 200


def test_wrong_secrets_lock_a_token_until_the_lock_ends(analyst: User) -> None:
    token = token_for(analyst)
    with time_machine.travel(now(), tick=False) as clock:
        for _guess in range(FAILURES - 1):
            assert status(wrong(token)) == 401
        assert status(token) == 200, "failures count in a row"
        for _guess in range(FAILURES):
            assert status(wrong(token)) == 401
        assert status(token) == 401
        clock.shift(LOCKED_FOR)
        assert status(token) == 200


@pytest.mark.django_db(transaction=True)
def test_many_wrong_tokens_wait_and_are_no_longer_recorded_while_a_right_one_is_answered() -> None:
    token = token_for(make_world().users[Role.ANALYST])
    with time_machine.travel(now(), tick=False) as clock:
        for number in range(MOST_WRONG):
            assert status(f"soken_guess_{number}") == 401
        waits = ask("soken_guess", "token")
        assert (waits.status_code, waits["Retry-After"]) == (429, str(int(WINDOW.total_seconds())))
        assert status(token) == 200
        assert Entry.objects.filter(kind=Kind.SIGN_IN_FAILED).count() == MOST_WRONG
        clock.shift(WINDOW)
        assert status("soken_guess") == 401


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic a2V5OnNlY3JldA==", "soken_0_0", "Bearer \u00e9"])
def test_no_token_no_answer(header: str, world: World) -> None:
    answer = Client(headers={"authorization": header} if header else {}).get("/api/operations")
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")


def test_a_sitting_is_no_token_and_a_token_no_sitting(analyst: User) -> None:
    assert signed_in(analyst).get("/api/operations").status_code == 401
    token = token_for(analyst)
    assert Client(headers={"authorization": f"Bearer {token}"}).get("/operations").status_code == 302
    assert Client().get("/api/operations", {"token": token, "access_token": token}).status_code == 401


@pytest.mark.django_db(transaction=True)
def test_no_secret_stands_in_the_database_or_in_a_log(caplog: pytest.LogCaptureFixture) -> None:
    for name in ("", "django.request", "django.security", "soken"):
        caplog.set_level(logging.DEBUG, logger=name or None)
    user = make_world().users[Role.ANALYST]
    token = token_for(user)
    for path in ("token", BASE, "nothing", f"{BASE}/persons?band=x", "operations/heron"):
        ask(token, path)
    ask(wrong(token), BASE)
    end_token(Token.objects.get().key, by=user)
    ask(token, BASE)
    secrets = [token.split("_")[2], wrong(token).split("_")[2]]
    assert caplog.records, "nothing was logged, so nothing was looked at"
    held = caplog.text + _everything()
    assert Token.objects.get().key in held
    assert [secret for secret in secrets if secret in held] == []


def _everything() -> str:
    """Every value of every table, as text."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'select * from "{table}"')
            found += [str(row) for row in cursor.fetchall()]
    return "\n".join(found)
