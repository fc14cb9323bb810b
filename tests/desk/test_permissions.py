"""One published table says who may what; the program is walked, every address and command, and must agree with it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import typer
from django.db import connection
from django.test import Client
from django.urls import get_resolver, reverse

from soken.access.models import Role, User
from soken.access.policy import PERMISSIONS, Act, allows
from soken.commands.main import app
from soken.commands.output import actor
from soken.commands.permissions import METHODS, published
from soken.commands.rights import NEEDS, SIGNED_IN, SYSTEM, check_command
from soken.core.errors import NotFoundError, RefusedError
from tests.api.asking import program, token_for
from tests.desk.factory import TAKAHASHI, World

if TYPE_CHECKING:
    from collections.abc import Iterator

DOCUMENT = Path(__file__).parents[2] / "docs" / "reference" / "permissions.md"
TEXT = DOCUMENT.read_text(encoding="utf-8")


def _table(heading: str) -> list[list[str]]:
    """The rows of one table of the published document, as it stands there, without its heading."""
    part = TEXT.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    return [[cell.strip(" `") for cell in line.strip("|").split("|")] for line in part.splitlines() if line[:1] == "|"][
        2:
    ]


ROLES = [cell.strip() for cell in re.search(r"^\| act \|(.*)\|$", TEXT, re.MULTILINE)[1].split("|")]
MAY = {(row[0], role): mark == "yes" for row in _table("Acts") for role, mark in zip(ROLES, row[1:], strict=True)}
ADDRESSES = {row[0]: (row[1], set(row[2].split())) for row in _table("Addresses")}
COMMANDS = {row[0].removeprefix("soken "): row[1] for row in _table("Commands")}
NAMES = {"/" + str(one.pattern): one.name for one in get_resolver().url_patterns}


def test_the_published_table_is_what_the_program_has() -> None:
    assert published() == TEXT, "renew it: soken permissions > docs/reference/permissions.md"


def test_every_address_and_every_command_is_published() -> None:
    assert set(NAMES) == set(ADDRESSES)
    assert set(_commands()) == set(COMMANDS) == set(NEEDS)


@pytest.mark.parametrize("role", list(Role))
def test_every_address_and_method_answers_each_role_as_published(role: Role, world: World) -> None:
    browser = Client(raise_request_exception=False)
    browser.force_login(world.users[role])
    asking = program(token_for(world.users[role]))
    wrong = []
    for route, (needs, methods) in ADDRESSES.items():
        if route in {"/sign-out", "/account/sign-out-everywhere"}:
            continue  # they would end the walk
        client = asking if route.startswith("/api/") else browser
        for method in _asked(methods):
            status = client.generic(method, _address(route, world)).status_code
            permitted = MAY.get((needs, role), needs in {"public", "signed-in"})
            # The API knows no method but its own, whoever asks: that is told before the token is looked at.
            permitted |= client is asking and method not in methods
            if not _fits(status, method, methods, permitted=permitted):
                wrong.append((route, method, status))
    assert wrong == []


def _asked(methods: set[str]) -> list[str]:
    """Every method; where a server holds rows to who looks, those alone that read or write some.

    Any other is answered before that, and as on SQLite: HEAD is what GET is, without the page.
    """
    if connection.vendor != "postgresql":
        return [*METHODS]
    return [one for one in METHODS if one in methods - {"HEAD", "OPTIONS"}]


def _fits(status: int, method: str, methods: set[str], *, permitted: bool) -> bool:
    if not permitted:
        return status == 403
    if method not in methods:
        return status == 405
    return status < 500 and status != 405 and status != 403


def _address(route: str, world: World) -> str:
    known = {"slug": world.operation.slug, "code": TAKAHASHI, "evidence_id": world.item.evidence_id, "number": 1,
             "pk": 1, "place": 1, "rest": "nothing", "year": 2017, "table": "nothing"}  # fmt: skip
    return reverse(NAMES[route], kwargs={key: known[key] for key in re.findall(r"<(?:\w+:)?(\w+)>", route)})


def test_who_sees_no_person_has_no_right_that_shows_one() -> None:
    # A token reads no more than the role of its user.
    assert PERMISSIONS[Role.ADMINISTRATOR] == {Act.SEE_OPERATION, Act.HOLD_TOKEN, Act.END_TOKENS}
    # Statistics know codes and counts; the ledger names persons by their codes alone.
    assert PERMISSIONS[Role.STATISTICIAN] == {
        Act.SEE_OPERATION, Act.HOLD_TOKEN, Act.SEE_STATISTICS, Act.TAKE_VINTAGE,
    }  # fmt: skip
    assert PERMISSIONS[Role.AUDITOR] == {
        Act.SEE_OPERATION, Act.HOLD_TOKEN, Act.SEE_LEDGER, Act.SEE_STATISTICS,
    }  # fmt: skip


def test_every_role_stands_in_the_policy_and_nobody_else_may_anything(db: None) -> None:
    assert set(PERMISSIONS) == set(Role) == set(ROLES)
    left = User(username="left", role=Role.ANALYST, is_active=False)
    assert not any(allows(left, act) for act in Act)


@pytest.mark.parametrize("role", list(Role))
def test_every_command_checks_the_role_of_whoever_runs_it(role: Role, world: World) -> None:
    User.objects.create(username=actor(), role=role, password="!")
    wrong = []
    for name, needs in COMMANDS.items():
        try:
            check_command(name, "")
            permitted = True
        except RefusedError:
            permitted = False
        if permitted != (needs in {SYSTEM, SIGNED_IN} or MAY[needs, role]):
            wrong.append(name)
    assert wrong == []


def test_a_command_for_what_is_ones_own_asks_for_what_its_page_asks_for() -> None:
    """Notifications: whoever has signed in, of whatever role."""
    assert {name for name, needs in COMMANDS.items() if needs == SIGNED_IN} == {"notify list", "notify read"}
    assert ADDRESSES["/notifications"][0] == SIGNED_IN


def test_a_command_does_nothing_for_whom_it_is_not(world: World) -> None:
    """Really called, as a user whose role sees the operation and nothing in it."""
    User.objects.create(username=actor(), role=Role.STATISTICIAN, password="!")
    for name, command in _commands().items():
        if COMMANDS[name] in {SYSTEM, SIGNED_IN} or MAY[COMMANDS[name], Role.STATISTICIAN]:
            continue
        with pytest.raises(RefusedError, match="may not do this"):
            command.callback(**{one.name: "" for one in command.params if one.name != "help"})


def test_a_command_shows_and_does_nothing_in_an_operation_to_whoever_is_no_member_of_it(world: World) -> None:
    """As its pages: whoever's role has the right still sees only their own operations."""
    runs, asked = User.objects.create(username=actor(), role=Role.ANALYST, password="!"), 0
    for name, command in _commands().items():
        needs = COMMANDS[name]
        given = {one.name: "" for one in command.params if one.name != "help"}
        if (
            needs in {SYSTEM, SIGNED_IN}
            or given.get("operation") is None
            or any(p.name == "operation" and p.multiple for p in command.params)
        ):
            continue
        runs.role = next(role for role in Role if MAY[needs, role])
        runs.save()
        asked += 1
        with pytest.raises(NotFoundError, match="is open to you"):
            command.callback(**{**given, "operation": world.operation.slug})
    assert asked > 100


def test_a_command_that_nobody_has_named_is_refused(db: None) -> None:
    with pytest.raises(RefusedError, match="No right is named"):
        check_command("persons print-all", "")


def test_an_account_that_is_no_user_acts_for_the_installation(db: None) -> None:
    check_command("persons list", "")


def test_who_acts_under_another_name_has_that_users_rights(world: World) -> None:
    User.objects.create(username=actor(), role=Role.ANALYST, password="!")
    with pytest.raises(RefusedError):
        check_command("dossier show", world.users["auditor"].username)


def _commands() -> dict[str, typer.core.TyperCommand]:
    return dict(_walk(typer.main.get_command(app), ()))


def _walk(command: object, above: tuple[str, ...]) -> Iterator[tuple[str, object]]:
    for name, one in getattr(command, "commands", {}).items():
        if hasattr(one, "commands"):
            yield from _walk(one, (*above, name))
        else:
            yield " ".join((*above, name)), one
