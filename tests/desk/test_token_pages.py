"""The page of tokens: made and shown once, listed, ended; an administrator sees everybody's."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from soken.access.models import Role
from soken.api.models import Token
from tests.api.asking import ask, token_for, told
from tests.desk.reading import signed_in, text_of

if TYPE_CHECKING:
    from django.test import Client

    from tests.desk.factory import World

NEW = {"act": "new", "name": "weekly figures", "acts": ["see-operation"], "operations": ["kingfisher"], "days": "30"}


def secret_in(page: str) -> str:
    found = re.search(r"soken_[0-9a-f]{12}_[0-9a-f]{64}", page)
    return found[0] if found else ""


def test_a_token_is_shown_once_and_reads_what_was_ticked(desk: Client) -> None:
    made = desk.post("/tokens", NEW)
    token = secret_in(made.content.decode())
    assert made["Cache-Control"] == "no-store"
    assert told(token, "token")["reads"] == ["see-operation"]
    again = desk.get("/tokens").content.decode()
    assert "weekly figures" in again
    assert not secret_in(again)


@pytest.mark.parametrize(
    "wrong",
    [{"name": ""}, {"acts": []}, {"acts": ["see-statistics"]}, {"operations": []}, {"operations": ["heron"]},
     {"days": "0"}, {"days": "366"}],
    ids=str,
)  # fmt: skip
def test_what_cannot_be_given_is_said_and_what_was_typed_stays(wrong: dict[str, object], desk: Client) -> None:
    answer = desk.post("/tokens", {**NEW, **wrong})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    assert ("weekly figures" in answer.content.decode()) == ("name" not in wrong)
    assert Token.objects.count() == 0


def test_only_what_the_role_may_read_is_offered(world: World) -> None:
    page = signed_in(world.users[Role.STATISTICIAN]).get("/tokens").content.decode()
    assert re.findall(r'name="acts" value="([-a-z]+)"', page) == ["see-operation", "see-statistics"]


def test_a_token_is_ended_on_its_users_page_and_on_the_administrators(world: World, desk: Client) -> None:
    first, second = (token_for(world.users[Role.ANALYST]) for _token in range(2))
    assert desk.post("/tokens", {"act": "end", "key": first.split("_")[1]}).status_code == 302
    administrator = signed_in(world.users[Role.ADMINISTRATOR])
    assert "kingfisher-analyst" in text_of(administrator.get("/tokens"))
    administrator.post("/tokens", {"act": "end", "key": second.split("_")[1]})
    assert [ask(one, "token").status_code for one in (first, second)] == [401, 401]
    assert "ended by kingfisher-administrator" in text_of(desk.get("/tokens"))


def test_nobody_else_sees_or_ends_a_token(world: World) -> None:
    token = token_for(world.users[Role.ANALYST])
    other = signed_in(world.users[Role.REVIEWER])
    assert token.split("_")[1] not in other.get("/tokens").content.decode()
    assert other.post("/tokens", {"act": "end", "key": token.split("_")[1]}).status_code == 404
    assert ask(token, "token").status_code == 200
