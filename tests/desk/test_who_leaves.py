"""Whoever leaves is let in no more, over no way; whoever gets other work sees what is theirs from then on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import connection
from typer.testing import CliRunner

from soken.access.models import User
from soken.casework.actions.give_task import give_task
from soken.casework.models import Membership
from soken.casework.selectors.dossier import today
from soken.commands.user import app
from soken.ledger.chain import chain_pending
from soken.ledger.models import Entry
from tests.casework.dossiers import make_dossier, make_room
from tests.desk.factory import PASSWORD, World, make_world
from tests.desk.reading import signed_in, text_of
from tests.desk.test_sign_in import SIGN_IN, browser

if TYPE_CHECKING:
    from click.testing import Result

ROOM = "/operations/kingfisher/persons"


@pytest.fixture
def world(db: None) -> World:
    return make_world()


def soken(*words: str, said: str = "", code: int = 0) -> Result:
    """The command ``soken user``, in this process."""
    done = CliRunner().invoke(app, words, input=said)
    assert done.exit_code == code or done.exception is not None, done.output
    return done


def test_whoever_is_shut_out_comes_in_no_more_and_again_once_let_in(world: World) -> None:
    desk = signed_in(world.users["analyst"])
    assert desk.get(ROOM).status_code == 200
    soken("shut-out", "kingfisher-analyst")
    assert desk.get(ROOM).status_code in {302, 403, 404}, "the sitting that was open is over"
    answer = browser().post(SIGN_IN, {"login": "kingfisher-analyst", "password": PASSWORD}, follow=True)
    assert not answer.wsgi_request.user.is_authenticated
    assert "shut out" in soken("list").stdout
    soken("let-in", "kingfisher-analyst")
    answer = browser().post(SIGN_IN, {"login": "kingfisher-analyst", "password": PASSWORD}, follow=True)
    assert answer.wsgi_request.user.is_authenticated
    assert "shut out" not in soken("list").stdout
    chain_pending(connection)
    assert Entry.objects.filter(changes__contains="is_active").exists()


def test_whoever_is_taken_out_of_an_operation_sees_nothing_of_it(world: World) -> None:
    desk = signed_in(world.users["analyst"])
    soken("leave", "kingfisher-analyst", "--operation", "kingfisher")
    assert desk.get(ROOM).status_code == 404
    assert "is no member" in str(soken("leave", "kingfisher-analyst", "--operation", "kingfisher").exception)
    soken("join", "kingfisher-analyst", "--operation", "kingfisher")
    soken("join", "kingfisher-analyst", "--operation", "kingfisher")
    assert Membership.objects.filter(user__username="kingfisher-analyst").count() == 1
    assert desk.get(ROOM).status_code == 200


def test_another_role_opens_what_it_may_and_no_more(world: World) -> None:
    soken("change", "kingfisher-analyst", "--role", "statistician")
    user = User.objects.get(username="kingfisher-analyst")
    assert (user.role, user.sessions_ended) == ("statistician", 1)
    assert signed_in(user).get(ROOM).status_code in {403, 404}
    for words in (["--role", "chief"], ["--force", "nowhere"], []):
        assert soken("change", "kingfisher-analyst", *words).exception is not None
    soken("change", "kingfisher-analyst", "--force", "osaka")
    user.refresh_from_db()
    assert (user.role, user.force) == ("statistician", "osaka")


def test_another_password_is_given_and_the_old_one_is_none(world: World) -> None:
    soken("password", "kingfisher-analyst", said="another long enough one\nanother long enough one\n")
    user = User.objects.get(username="kingfisher-analyst")
    assert user.check_password("another long enough one")
    assert user.sessions_ended == 1
    assert soken("password", "kingfisher-analyst", said="short\nshort\n").exception is not None
    user.refresh_from_db()
    assert user.check_password("another long enough one")


def test_tasks_that_somebody_leaves_behind_are_named(db: None) -> None:
    room = make_room()
    dossier = make_dossier(room)
    give_task(dossier, by=room.analyst, what="照会", who="heron-analyst2", due_on=today())
    said = soken("shut-out", "heron-analyst2").stdout
    assert f"on {dossier.person_code} in heron: give it to somebody else" in said
    assert "照会" not in said


def test_a_password_tells_nothing_of_a_name_that_is_shut_out_and_other_ways_lead_to_a_page_that_does(
    world: World,
) -> None:
    soken("shut-out", "kingfisher-analyst")
    answer = browser().post(SIGN_IN, {"login": "kingfisher-analyst", "password": PASSWORD}, follow=True)
    assert "The name or the password is wrong." in text_of(answer)
    # Where a passkey or another service leads whoever may not come in.
    assert "has shut this name out" in text_of(browser().get("/sign-in/inactive"))
