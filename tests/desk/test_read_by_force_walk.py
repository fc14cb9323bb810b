"""Where an operation is read by force, every address, every answer of the API and every command refuses an outsider
another force's dossier, and nothing of what stands in it comes back anywhere (R33, ADR 16)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from django.test import Client
from typer.testing import CliRunner

from soken.access.eyes import machine_sees_all, viewing
from soken.access.models import Role, User
from soken.casework.actions.notify_safety import notify_safety
from soken.casework.actions.open_dossier import open_dossier
from soken.casework.actions.set_reading import read_by_force
from soken.casework.actions.take_ownership import take_ownership
from soken.casework.actions.tell import tell
from soken.casework.actions.write_note import write_note
from soken.casework.models import Dossier, Membership, NotificationKind, ReviewPair, Task, Warrant, WarrantDossier
from soken.casework.selectors.elsewhere import held_elsewhere
from soken.casework.selectors.review_persons import identities, records_of
from soken.casework.selectors.whose import AnothersCaseError
from soken.commands.main import app
from soken.commands.output import actor
from soken.commands.rights import NEEDS, SYSTEM
from soken.core import clock
from soken.core.errors import SokenError
from tests.api.asking import program, token_for
from tests.desk.factory import ALONE, PASSWORD, RELATIVE, TAKAHASHI, World, make_user
from tests.desk.test_compartments_walk import NAMES, _address, _addresses, _posted_to
from tests.desk.test_permissions import _commands

if TYPE_CHECKING:
    from collections.abc import Iterator

#: What stands in the dossier and nowhere else.
#: What a list says of 髙橋 to another force.
WHOSE = {"force": "tokyo", "stage": "proposed"}
TELLING = ("A NOTE ON THEM", "A TASK ON THEM", "AN OFFICE TOLD OF THEM", "A REASON TO OWN THEM")
#: Who opens dossiers and has the most rights; the others have some of theirs, or see none whatever their force.
BOUND = (Role.ANALYST, Role.REVIEWER)


@pytest.fixture
def world_by_force(world: World) -> World:
    """The small operation after some work of Tokyo's on 髙橋; the others in it are Osaka's; it is read by force."""
    by, operation = world.users[Role.ANALYST], world.operation
    dossier = open_dossier(operation, TAKAHASHI, by=by)
    tokyo = make_user("tokyo", Role.REVIEWER)
    User.objects.filter(pk=tokyo.pk).update(force="tokyo")
    Membership.objects.create(operation=operation, user=tokyo)
    tokyo.refresh_from_db()
    world.users["tokyo"] = tokyo
    take_ownership(dossier, by=tokyo, force="tokyo", reason="A REASON TO OWN THEM")
    write_note(dossier, by=by, text="A NOTE ON THEM")
    Task.objects.create(
        dossier=dossier, what="A TASK ON THEM", who=by, by=by, at=clock.now(), due_on=clock.now().date()
    )
    office = "AN OFFICE TOLD OF THEM"
    notify_safety(operation, TAKAHASHI, by=by, body="child-guidance-centre", office=office, method="phone")
    tell([one.pk for one in world.users.values()], dossier, NotificationKind.TASK_SOON)
    for role in Role:
        User.objects.filter(pk=world.users[role].pk).update(force="osaka")
        world.users[role].refresh_from_db()
    read_by_force(operation, by=tokyo, reason="each force its own")
    return world


def _is_for_all(address: str) -> bool:
    """Child safety waits for no owner (R17): its page opens, and tells nothing of what others told."""
    return address.endswith(f"/{TAKAHASHI}/safety")


def _browser(user: User) -> Client:
    found = Client(raise_request_exception=False)
    found.force_login(user)
    return found


def _asked(world: World, user: User) -> Iterator[tuple[str, int, str]]:
    """Every address and what it answers to a user."""
    browser, asking = _browser(user), program(token_for(user))
    for address in _addresses(world):
        answer = (asking if address.startswith("/api/") else browser).get(address)
        yield (
            address,
            answer.status_code,
            (b"".join(answer) if answer.streaming else answer.content).decode(errors="replace"),
        )


@pytest.mark.parametrize("role", BOUND)
def test_no_page_and_no_answer_tells_an_outsider(role: Role, world_by_force: World) -> None:
    wrong, refused = [], 0
    for address, status, page in _asked(world_by_force, world_by_force.users[role]):
        if (told := [one for one in TELLING if one in page]) or status >= 500:
            wrong.append((address, status, told))
        if f"/{TAKAHASHI}" in address and not _is_for_all(address):
            refused += status == 403
            if status not in {403, 404}:
                wrong.append((address, status, ["it opens"]))
    assert wrong == []
    assert refused >= 15


def test_the_owner_and_the_centre_read_on(world_by_force: World) -> None:
    centre = make_user("centre", Role.REVIEWER)
    Membership.objects.create(operation=world_by_force.operation, user=centre)
    rooms = ("dossier", "owner", "notes", "person-safety", "person", "priority", "track")
    for user in (world_by_force.users["tokyo"], centre):
        answers = [_browser(user).get(_address(_route(one), world_by_force, code=TAKAHASHI, row=1)) for one in rooms]
        assert [one.status_code for one in answers] == [200] * len(rooms)
        pages = " ".join(one.content.decode() for one in answers)
        assert [one for one in TELLING if one not in pages] == []


def test_whoever_is_refused_is_told_whose_it_is_and_what_to_do(world_by_force: World) -> None:
    user = world_by_force.users[Role.INVESTIGATOR]
    answer = _browser(user).get(_address(_route("dossier"), world_by_force, code=TAKAHASHI, row=1))
    assert answer.status_code == 403
    page = answer.content.decode()
    assert "Metropolitan" in page or "警視庁" in page
    assert "ask that force for a transfer" in page or "移送" in page
    listed = _browser(user).get(_address(_route("persons"), world_by_force, code=ALONE, row=1)).content.decode()
    assert TAKAHASHI in listed
    assert "Metropolitan" in listed or "警視庁" in listed
    told = program(token_for(user)).get(f"/api/operations/{world_by_force.operation.slug}/persons").json()["persons"]
    assert {one["person"]: one["anothers"] for one in told if one["anothers"]} == {TAKAHASHI: WHOSE}
    asked = program(token_for(user)).get(f"/api/operations/{world_by_force.operation.slug}/persons/{TAKAHASHI}/dossier")
    assert (asked.status_code, asked.json()["code"]) == (403, "forbidden")
    assert TAKAHASHI in asked.json()["message"]


def test_the_queue_and_the_look_for_others_stay_and_one_persons_rows_are_refused(world_by_force: World) -> None:
    operation, user, run = world_by_force.operation, world_by_force.users[Role.ANALYST], world_by_force.run
    assert run is not None
    with machine_sees_all():
        item = world_by_force.item.evidence_id
        ReviewPair.objects.create(
            operation=operation, left_evidence=item, left_row=1, left_record=1, left_person=TAKAHASHI, place=1,
            right_evidence=item, right_row=5, right_record=3, right_person=RELATIVE, asked=True, weight=3.25,
            reason="given-differs",
        )  # fmt: skip
    queue = _browser(user).get(f"/operations/{operation.slug}/review").content.decode()
    assert TAKAHASHI in queue
    assert RELATIVE in queue
    with viewing(user):
        mine = open_dossier(operation, RELATIVE, by=user)
        assert [one.forces for one in held_elsewhere(mine, user)] == [("tokyo",)]
        assert records_of(operation, run, RELATIVE)
        for look in (records_of, identities):
            with pytest.raises(AnothersCaseError):
                look(operation, run, TAKAHASHI)
    with viewing(world_by_force.users["tokyo"]):
        assert identities(operation, run, TAKAHASHI)


def test_no_list_of_work_and_no_search_names_them_to_an_outsider(world_by_force: World) -> None:
    """By their code alone they could be named, which the list says: whoever is told of work is told of a case."""
    told = ["/notifications", "/inbox", "/", *(f"/operations/{world_by_force.operation.slug}/{one}" for one in (
        "priority", "safety", "warrants", "squads", "wrong-persons", "disclosures", "retention", "standing?force=tokyo",
        "standing?stage=proposed", "search?q=R-77",
    ))]  # fmt: skip
    with machine_sees_all():
        dossier = Dossier.objects.get(person_code=TAKAHASHI)
        warrant = Warrant.objects.create(
            operation=world_by_force.operation, kind="search", reference="R-77", folded="r-77", issued_by="court",
            issued_on=clock.now().date(), scope="s", by=dossier.opened_by, at=clock.now(),
        )  # fmt: skip
        WarrantDossier.objects.create(warrant=warrant, dossier=dossier, by=dossier.opened_by, at=clock.now())
    outside, inside = _browser(world_by_force.users[Role.REVIEWER]), _browser(world_by_force.users["tokyo"])
    assert [one for one in told if TAKAHASHI in outside.get(one).content.decode()] == []
    seen = [one for one in told if TAKAHASHI in inside.get(one).content.decode()]
    assert {"/notifications", told[5], told[-1], told[-2], told[-3]} <= {*seen}, "the walk is worth something"


def _route(name: str) -> str:
    return next(route for route, known in NAMES.items() if known == name)


_SENT = {
    "person": TAKAHASHI, "persons": TAKAHASHI, "code": TAKAHASHI, "into": TAKAHASHI, "other": TAKAHASHI,
    "with": TAKAHASHI, "left": TAKAHASHI, "right": ALONE, "rows": "1", "row": "1", "reason": "work", "text": "why",
    "why": "why", "because": "why", "basis": "why", "role": "payer", "kind": "task", "verdict": "same",
    "form": "person", "to": "Somebody", "recipient": "Somebody", "force": "osaka", "confirm": "yes",
}  # fmt: skip


@pytest.mark.parametrize("role", BOUND)
def test_nothing_that_an_outsider_sends_changes_it(role: Role, world_by_force: World) -> None:
    with machine_sees_all():
        before = Dossier.objects.filter(person_code=TAKAHASHI).values().get()
    browser, wrong = _browser(world_by_force.users[role]), []
    for address in dict.fromkeys(one.split("?")[0] for one in _posted_to(world_by_force)):
        for form in ({}, _SENT):
            answer = browser.post(address, form)
            page = (b"".join(answer) if answer.streaming else answer.content).decode(errors="replace")
            if (told := [one for one in TELLING if one in page]) or answer.status_code >= 500:
                wrong.append((address, answer.status_code, told))
            if TAKAHASHI in address and answer.status_code not in {403, 404} and not _is_for_all(address):
                wrong.append((address, answer.status_code, ["it opens"]))
    assert wrong == []
    with machine_sees_all():
        assert Dossier.objects.filter(person_code=TAKAHASHI).values().get() == before


def test_the_list_by_command_says_whose_a_person_is_as_its_page_does(world_by_force: World) -> None:
    user = world_by_force.users[Role.ANALYST]
    user.username = actor()
    user.save()
    asked = ["persons", "list", "--operation", world_by_force.operation.slug]
    told = json.loads(CliRunner().invoke(app, [*asked, "--json"]).stdout)["list"]
    assert {one["person"]: one["anothers"] for one in told if one["anothers"]} == {TAKAHASHI: WHOSE}
    assert WHOSE["stage"] in CliRunner().invoke(app, asked, env={"COLUMNS": "200"}).stdout
    world_by_force.users["tokyo"].username, user.username = user.username, "somebody"
    user.save()
    world_by_force.users["tokyo"].save()
    owner = json.loads(CliRunner().invoke(app, [*asked, "--json"]).stdout)["list"]
    assert [one["anothers"] for one in owner if one["anothers"]] == [], "the owner opens them all"


def test_the_search_box_says_whose_a_person_is_as_the_list_does(world_by_force: World) -> None:
    user, slug = world_by_force.users[Role.ANALYST], world_by_force.operation.slug
    for address in (f"/operations/{slug}/search?q={TAKAHASHI}", f"/search?q={TAKAHASHI}"):
        page = _browser(user).get(address).content.decode()
        assert "Metropolitan" in page or "警視庁" in page, address
        own = _browser(world_by_force.users["tokyo"]).get(address).content.decode()
        assert TAKAHASHI in own
        assert "Metropolitan" not in own
        assert "警視庁" not in own
    user.username = actor()
    user.save()
    for asked in (["search", TAKAHASHI, "--operation", slug], ["search", TAKAHASHI]):
        [found] = json.loads(CliRunner().invoke(app, [*asked, "--json"]).stdout)["operations"]
        assert [one["anothers"] for one in found["hits"]] == [WHOSE]
        assert WHOSE["stage"] in CliRunner().invoke(app, asked, env={"COLUMNS": "200"}).stdout
    [other] = json.loads(CliRunner().invoke(app, ["search", ALONE, "--json"]).stdout)["operations"]
    assert [one["anothers"] for one in other["hits"]] == [None], "a person without an owner"


@pytest.mark.parametrize("role", [Role.ANALYST, Role.REVIEWER])
def test_no_command_tells_an_outsider(role: Role, world_by_force: World) -> None:
    user = world_by_force.users[role]
    user.username = actor()
    user.save()
    given = {"operation": world_by_force.operation.slug, "person": TAKAHASHI, "number": "1", "text": TAKAHASHI,
             "key": "1"}  # fmt: skip
    wrong, answered, refused = [], 0, 0
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
        refused += isinstance(ran.exception, AnothersCaseError)
        if told := [one for one in TELLING if one in f"{ran.output} {ran.exception or ''}"]:
            wrong.append((name, told))
        if not isinstance(ran.exception, SokenError | SystemExit | None):
            wrong.append((name, [repr(ran.exception)]))
    assert wrong == []
    assert answered >= 15
    assert refused >= 10
