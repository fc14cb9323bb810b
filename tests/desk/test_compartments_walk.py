"""Every address, every answer of the API and every command is asked by everybody outside: nothing of who is shut away
comes back, not a name, not a code, not a gap in a count (R32)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from django.apps import apps
from django.db import models
from django.test import Client
from django.urls import get_resolver, reverse
from typer.testing import CliRunner

from soken.access.eyes import machine_sees_all, viewing
from soken.access.models import Role, User
from soken.casework.actions.notify_safety import notify_safety
from soken.casework.actions.open_dossier import open_dossier
from soken.casework.actions.shut_matches import shut_matches
from soken.casework.actions.tell import tell
from soken.casework.actions.write_note import write_note
from soken.casework.models import (
    Category,
    Dossier,
    Membership,
    NotificationKind,
    Person,
    Protected,
    ReviewAct,
    Task,
)
from soken.casework.models.compartment import Compartment
from soken.casework.models.of_person import OfPerson
from soken.casework.selectors.protected import wanted_of
from soken.commands.main import app
from soken.commands.output import actor
from soken.commands.rights import NEEDS, SYSTEM
from soken.core import clock
from tests.api.asking import program, token_for
from tests.desk.factory import ALONE, PASSWORD, RELATIVE, TAKAHASHI, World
from tests.desk.test_permissions import ADDRESSES, _commands

if TYPE_CHECKING:
    from collections.abc import Iterator

#: What would tell of the two who are shut away: codes, names as typed and as stored, mails, phones, addresses, items.
TELLING = (
    TAKAHASHI, RELATIVE, "髙橋", "高橋", "ﾀｶﾊｼ", "takahashi", "健一", "美咲", "ken.taka", "misaki@", "090-0000-0001",
    "09000000001", "山本 葵", "ITEM-0001", "ITEM-0003", "A NOTE ON THEM", "A TASK ON THEM",
)  # fmt: skip
#: Of these, one of each kind that a search takes for something else.
SOUGHT = (TAKAHASHI, "髙橋", "takahashi", "ken.taka", "090-0000-0001", "ITEM-0001")
OUTSIDE = [role for role in Role if role is not Role.OVERSIGHT]
NAMES = {str(one.pattern): one.name for one in get_resolver().url_patterns}


@pytest.fixture
def shut_world(world: World) -> World:
    """The small operation after some work on 髙橋, who is then shut away with the relative who may be the same."""
    by, operation = world.users[Role.ANALYST], world.operation
    dossier = open_dossier(operation, TAKAHASHI, by=by)
    write_note(dossier, by=by, text="A NOTE ON THEM")
    Task.objects.create(
        dossier=dossier, what="A TASK ON THEM", who=by, by=by, at=clock.now(), due_on=clock.now().date()
    )
    notify_safety(operation, TAKAHASHI, by=by, body="child-guidance-centre", office="Office", method="phone")
    tell([one.pk for one in world.users.values()], dossier, NotificationKind.TASK_SOON)
    entry = Protected.objects.create(
        category=Category.POLICE, name="髙橋 健一", mail="ken.taka@mail.example", at=clock.now(),
        by=world.users[Role.OVERSIGHT],
    )  # fmt: skip
    shut_matches([wanted_of(entry)])
    assert Compartment.objects.shut().count() == 1
    return world


def _address(route: str, world: World, *, code: str, row: int) -> str:
    known = {"slug": world.operation.slug, "code": code, "evidence_id": world.item.evidence_id, "number": row, "pk": 1,
             "rest": "nothing", "place": 1, "year": 2017, "table": "nothing"}  # fmt: skip
    return reverse(NAMES[route], kwargs={key: known[key] for key in re.findall(r"<(?:\w+:)?(\w+)>", route)})


def _addresses(world: World) -> Iterator[str]:
    """Every address as it stands, with the code and a row of who is shut away, and with a search for each of them."""
    for route in NAMES:
        if route in {"sign-out", "account/sign-out-everywhere"}:
            continue
        yield _address(route, world, code=TAKAHASHI, row=1)
        if "<person:code>" in route or "{code}" in route or "<row:number>" in route:
            yield _address(route, world, code=ALONE, row=6)
        if "search" in route:
            yield from (f"{_address(route, world, code=ALONE, row=6)}?q={one}" for one in SOUGHT)
            yield f"{_address(route, world, code=ALONE, row=6)}?q={world.item.evidence_id}:1"


def _told(page: str, address: str) -> list[str]:
    """What a page tells that its own address does not."""
    said = page.replace(address, "")
    asked = address.split("?q=")[1] if "?q=" in address else ""
    return [one for one in TELLING if one in said and one != asked and one not in address]


def test_no_page_and_no_answer_tells_anybody_outside(shut_world: World) -> None:
    wrong = [(role, *one) for role in OUTSIDE for one in _what_is_told(shut_world, shut_world.users[role])]
    assert wrong == []


def _what_is_told(world: World, user: User) -> Iterator[tuple[str, int, list[str]]]:
    browser = Client(raise_request_exception=False)
    browser.force_login(user)
    asking = program(token_for(user))
    for address in _addresses(world):
        answer = (asking if address.startswith("/api/") else browser).get(address)
        page = b"".join(answer) if answer.streaming else answer.content
        if (told := _told(page.decode(errors="replace"), address)) or answer.status_code >= 500:
            yield address, answer.status_code, told
        if TAKAHASHI in address and "?q=" not in address and answer.status_code not in {403, 404}:
            yield address, answer.status_code, ["there is such a person"]


#: What a form might name them by, and what it may want besides.
_SENT = {
    "person": TAKAHASHI, "persons": TAKAHASHI, "code": TAKAHASHI, "into": TAKAHASHI, "other": TAKAHASHI, "q": "髙橋",
    "left": TAKAHASHI, "right": RELATIVE, "rows": "1", "row": "1", "name": "髙橋 健一", "mail": "ken.taka@mail.example",
    "reason": "work", "text": "why", "why": "why", "because": "why", "basis": "why", "role": "payer", "kind": "task",
    "verdict": "same", "form": "person", "to": "Somebody", "recipient": "Somebody", "force": "tokyo", "confirm": "yes",
}  # fmt: skip


@pytest.mark.parametrize("role", OUTSIDE)
def test_nothing_that_is_sent_tells_of_them_or_changes_them(role: Role, shut_world: World) -> None:
    """Each address that takes a form is sent an empty one and one that names them, by everybody outside."""
    before, wrong = _theirs(), []
    browser = Client(raise_request_exception=False)
    browser.force_login(shut_world.users[role])
    sent = 0
    for address in dict.fromkeys(one.split("?")[0] for one in _posted_to(shut_world)):
        for form in ({}, _SENT):
            answer = browser.post(address, form)
            page = b"".join(answer) if answer.streaming else answer.content
            said = f"{page.decode(errors='replace')} {answer.headers.get('Location', '')}"
            told = [one for one in _told(said, address) if one not in form.values()]
            if told or answer.status_code >= 500:
                wrong.append((address, answer.status_code, told))
            if TAKAHASHI in address and answer.status_code not in {403, 404}:
                wrong.append((address, answer.status_code, ["there is such a person"]))
            sent += 1
    assert wrong == []
    assert sent > 60
    assert _theirs() == before


def _posted_to(world: World) -> Iterator[str]:
    """Every address that takes a form, but what would end the sitting."""
    for route, (_needs, methods) in ADDRESSES.items():
        if "POST" in methods and not route.startswith(("/sign-", "/account", "/api")):
            yield _address(route.removeprefix("/"), world, code=TAKAHASHI, row=1)


def _theirs() -> dict[str, list[object]]:
    """Every row of every table that tells of who is shut away."""
    shut, found = Compartment.objects.shut(), {}
    for model in apps.get_app_config("casework").get_models():
        if issubclass(model, OfPerson):
            told = model._base_manager.filter(model.tells_of(shut)).order_by("pk")
            with machine_sees_all():
                found[model.__name__] = list(told.values_list())
    assert found["Dossier"]
    assert found["Note"]
    return found


def test_the_walk_finds_them_while_nobody_is_shut_away(world: World) -> None:
    """The walk is worth something: the same look at some of the same addresses finds them before."""
    browser, asking = Client(), program(token_for(world.users[Role.ANALYST]))
    browser.force_login(world.users[Role.ANALYST])
    slug = world.operation.slug
    pages = ("persons", "persons?order=name", "search?q=takahashi", f"evidence/{world.item.evidence_id}")
    answers = ("persons",)
    for client, root, some in ((browser, "/operations", pages), (asking, "/api/operations", answers)):
        for one in some:
            address = f"{root}/{slug}/{one}"
            assert _told(client.get(address).content.decode(), address), address


def test_no_count_has_a_gap(shut_world: World) -> None:
    """One person is left: every figure says so, and what is made of that person's two rows and records."""
    asking = program(token_for(shut_world.users[Role.ANALYST]))
    slug = shut_world.operation.slug
    said = asking.get(f"/api/operations/{slug}").json()
    assert (said["funnel"]["persons"], said["funnel"]["records"], said["funnel"]["review_links"]) == (1, 1, 0)
    assert (said["funnel"]["identity_rows"], said["run"]["persons"], said["run"]["review_links"]) == (1, 1, 0)
    assert asking.get("/api/operations").json()["operations"][0]["persons"] == 1
    assert asking.get(f"/api/operations/{slug}/persons").json()["total"] == 1
    standing = asking.get(f"/api/operations/{slug}/standing").json()
    assert (standing["total"], standing["unopened"], sum(one["persons"] for one in standing["stages"])) == (1, 1, 0)
    queue = asking.get(f"/api/operations/{slug}/queues/review").json()
    assert (queue["open"], queue["settled"], queue["pairs"]) == (0, 0, [])
    board = asking.get("/api/board").json()
    waiting = {one["kind"]: one["entries"] for one in board["work"] if one["total"]}
    assert [(kind, [one["what"] for one in entries]) for kind, entries in waiting.items()] == [("unopened", ["1"])]


@pytest.mark.parametrize(("role", "least"), [(Role.ANALYST, 15), (Role.AUDITOR, 5), (None, 15)])
def test_no_command_tells_anybody_outside(role: Role | None, least: int, shut_world: World) -> None:
    """Each command is run with the operation and the person named; None: by an account that is no user."""
    if role is not None:
        shut_world.users[role].username = actor()
        shut_world.users[role].save()
    given = {"operation": shut_world.operation.slug, "person": TAKAHASHI, "number": "1", "text": "髙橋", "key": "1"}
    wrong, answered = [], 0
    for name, command in _commands().items():
        if NEEDS[name] == SYSTEM:
            continue
        arguments = name.split()
        for one in command.params:
            if one.name in given and (one.required or one.name == "operation"):
                option = one.opts[0]
                arguments += [option, given[one.name]] if option.startswith("-") else [given[one.name]]
        ran = CliRunner().invoke(app, arguments, input=f"{PASSWORD}\n")
        answered += ran.exit_code == 0
        told = [one for one in TELLING if one in f"{ran.output} {ran.exception or ''}" and one not in arguments]
        if told:
            wrong.append((name, told))
    assert wrong == []
    assert answered >= least


def test_the_oversight_group_sees_whom_it_must_and_nobody_else(shut_world: World) -> None:
    with viewing(shut_world.users[Role.OVERSIGHT]):
        assert {one.code for one in Person.objects.all()} == {TAKAHASHI, RELATIVE}
    browser = Client()
    browser.force_login(shut_world.users[Role.OVERSIGHT])
    assert "髙橋" in browser.get("/compartments").content.decode()
    assert browser.get(_address(_route("person"), shut_world, code=TAKAHASHI, row=1)).status_code == 200
    assert browser.get(_address(_route("person"), shut_world, code=ALONE, row=1)).status_code == 404


def _route(name: str) -> str:
    return next(route for route, known in NAMES.items() if known == name)


def test_every_model_that_leads_to_a_person_is_read_through_the_one_manager() -> None:
    """Whoever adds a table with a way to a dossier or with the code of a person finds it named here."""
    beside = {"CompartmentPerson"}
    for model in apps.get_app_config("casework").get_models():
        names = {field.name for field in model._meta.concrete_fields}
        leads = any(
            isinstance(field, models.ForeignKey) and issubclass(field.related_model, OfPerson)
            for field in model._meta.concrete_fields
        )
        if (leads or "person_code" in names or {"evidence", "row"} <= names) and model.__name__ not in beside:
            if model._meta.auto_created or model.__name__ in {"CompartmentRow", "FeedEntry"}:
                continue  # a table of links alone; the decision itself; addresses of shops, which are nobody's
            if model.__name__ in {"SquadCommander", "SquadEnd"}:
                continue  # of a squad, not of whom it works on
            assert issubclass(model, OfPerson), model
    assert issubclass(Dossier, OfPerson)
    assert issubclass(Person, OfPerson)
    assert issubclass(ReviewAct, OfPerson)


def test_the_machine_and_nobody_else_sees_everybody(shut_world: World) -> None:
    with machine_sees_all():
        assert Person.objects.count() == 3
    assert [one.code for one in Person.objects.all()] == [ALONE]
    new = User.objects.create_user("new", role=Role.REVIEWER)
    Membership.objects.create(operation=shut_world.operation, user=new)
    with viewing(new):
        assert [one.code for one in Person.objects.all()] == [ALONE]
