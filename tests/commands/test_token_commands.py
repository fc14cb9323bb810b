"""``soken token``: made for oneself, shown once, listed and ended."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from soken.access.models import Role, User
from soken.api.models import Token
from soken.commands.main import app
from soken.commands.output import actor
from soken.core.errors import NotFoundError, RefusedError, SokenError
from soken.core.home import open_home
from tests.api.asking import ask, told
from tests.desk.factory import PASSWORD, World, make_world

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_django import Settings


@pytest.fixture
def world(settings: Settings, tmp_path: Path, db: None) -> World:
    settings.HOME = open_home(tmp_path / "home")
    return make_world()


def run(*words: str, by: str = "", password: str = PASSWORD) -> Any:
    named = ["--by", f"kingfisher-{by}"] if by else []
    done = CliRunner().invoke(app, ["token", *words, *named, "--json"], input=f"{password}\n")
    if isinstance(done.exception, SokenError):
        raise done.exception
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout[done.stdout.index("{") :])


def make(by: str = "analyst", *more: str) -> Any:
    return run("new", "figures", "--read", "see-operation", *more, by=by)


def test_a_token_is_made_used_listed_without_its_secret_and_ended(world: World) -> None:
    made = make("analyst", "--operation", "kingfisher", "--days", "30")
    assert told(made["token"], "token")["reads"] == ["see-operation"]
    (listed,) = run("list", by="analyst")["tokens"]
    assert (listed["key"], listed["holds"], listed["operations"]) == (made["key"], True, ["kingfisher"])
    assert made["token"].split("_")[2] not in json.dumps(listed)
    assert run("revoke", made["key"], by="analyst")["ended_at"]
    assert ask(made["token"], "token").status_code == 401


def test_nobody_makes_a_token_in_another_name_without_the_password(world: World) -> None:
    with pytest.raises(RefusedError, match="not the password"):
        run("new", "figures", "--read", "see-operation", by="analyst", password="not it")
    assert Token.objects.count() == 0


def test_only_its_user_an_administrator_and_the_installation_see_and_end_a_token(world: World) -> None:
    key = make()["key"]
    assert run("list", by="reviewer")["tokens"] == []
    with pytest.raises(NotFoundError):
        run("revoke", key, by="reviewer")
    assert [one["key"] for one in run("list", by="administrator")["tokens"]] == [key]
    assert [one["key"] for one in run("list")["tokens"]] == [key]
    assert run("revoke", key)["ended_at"]


def test_an_account_that_is_a_user_is_that_user(world: World) -> None:
    make()
    User.objects.create(username=actor(), role=Role.ANALYST, password="!")
    assert run("list")["tokens"] == []


def test_the_token_alone_stands_on_standard_output(world: World) -> None:
    words = ["token", "new", "figures", "--read", "see-operation", "--by", "kingfisher-analyst"]
    done = CliRunner().invoke(app, words, input=f"{PASSWORD}\n")
    assert told(done.stdout.strip(), "token")["user"] == "kingfisher-analyst"
