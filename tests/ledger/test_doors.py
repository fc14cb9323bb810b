"""Nothing is seen, done or refused that the ledger does not tell of: every page and every command is walked."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse
from typer.testing import CliRunner

from soken.access.models import User
from soken.access.policy import Act
from soken.casework.actions.ask_bulk import ask_bulk
from soken.casework.actions.assess import assess
from soken.casework.actions.bulk import MOST
from soken.casework.actions.draw_sample import draw_sample
from soken.casework.actions.open_dossier import open_dossier
from soken.casework.models import SecondAssessment
from soken.commands.main import app
from soken.commands.output import actor
from soken.commands.rights import CARRIES_AWAY, NEEDS, SAYS_TO_WHOM_AND_WHY, SIGNED_IN, SYSTEM
from soken.core.errors import BadInputError, SokenError
from soken.desk.gate import GATE, PUBLIC
from soken.ledger.entries import Kind
from soken.ledger.models import Entry
from soken.ledger.reading import opened
from tests.desk.factory import PASSWORD, RELATIVE, TAKAHASHI, World, make_world
from tests.desk.test_permissions import _commands
from tests.desk.test_samples import CLEAN

if TYPE_CHECKING:
    from django.http import HttpResponse

    from soken.casework.models import Dossier

pytestmark = pytest.mark.django_db(transaction=True)

PATTERNS = {pattern.name: pattern for pattern in get_resolver().url_patterns if isinstance(pattern, URLPattern)}
#: But those of one's own sign-in, which show nobody else, and those of the API, whose own tests ask them by token.
PAGES = sorted(
    name
    for name, one in PATTERNS.items()
    if getattr(one.callback, GATE) != PUBLIC and not str(one.pattern).startswith(("account/", "api/"))
)
OF_PERSONS = {name for name in PAGES if "code" in PATTERNS[name].pattern.converters}


def address(name: str, world: World, number: int = 1) -> str:
    known = {"slug": world.operation.slug, "code": TAKAHASHI, "evidence_id": world.item.evidence_id, "number": number}
    return reverse(name, kwargs={key: known[key] for key in PATTERNS[name].pattern.converters})


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def since(seq: int) -> list[Entry]:
    return list(Entry.objects.filter(seq__gt=seq).order_by("seq"))


def last() -> int:
    return Entry.objects.order_by("-seq").values_list("seq", flat=True).first() or 0


def asked_of_the_worker(world: World) -> int:
    """A large act that waits; its number."""
    codes = [TAKAHASHI, *(f"P-0000-0000-{number:04d}" for number in range(MOST))]
    job = ask_bulk(world.operation, codes, by=world.users["analyst"], act="screen", reason="items-covered")
    return int(job.pk)


def drawn(world: World, dossier: Dossier) -> int:
    """A sample of one, whose second assessment is asked of the analyst; its number."""
    assess(dossier, by=world.users["investigator"], answers=CLEAN)
    sample = draw_sample(world.operation, by=world.users["reviewer"], wanted=1)
    SecondAssessment.objects.filter(dossier=dossier).update(assessor=world.users["analyst"])
    return int(sample.pk)


def test_every_page_that_is_shown_is_told_of_with_who_and_whom() -> None:
    world = make_world()
    dossier = open_dossier(world.operation, TAKAHASHI, by=world.users["analyst"])
    numbers = {"bulk-report": asked_of_the_worker(world), "priority-sample": drawn(world, dossier)}
    clients = {role: client_of(world.users[role]) for role in ("reviewer", "auditor", "analyst", "oversight")}
    forgotten = []
    for name in PAGES:
        gate = getattr(PATTERNS[name].callback, GATE)
        role = next(role for role in clients if not isinstance(gate, Act) or _may(role, gate))
        # The only one who is asked, and whom the first assessment is not shown.
        role = "analyst" if name == "second-assessment" else role
        before = last()
        answer: HttpResponse = clients[role].get(address(name, world, numbers.get(name, 1)))
        told = [one for one in since(before) if one.kind == Kind.CONSULTATION]
        if answer.status_code != 200 or [one.through for one in told] != [f"page {name}"]:
            forgotten.append((name, answer.status_code))
            continue
        assert told[0].by == world.users[role].username
        assert told[0].person == (TAKAHASHI if name in OF_PERSONS else "")
        assert told[0].operation == (world.operation.slug if "slug" in PATTERNS[name].pattern.converters else "")
    assert set(forgotten) <= {("home", 302)}


def _may(role: str, act: Act) -> bool:
    from soken.access.models import Role
    from soken.access.policy import PERMISSIONS

    return act in PERMISSIONS[Role(role)]


def test_a_row_is_told_of_by_its_item_and_number_and_a_search_by_nobody_else_s_eyes() -> None:
    world = make_world()
    client = client_of(world.users["analyst"])
    client.get(address("row", world))
    client.get(address("search", world), {"q": "髙橋"})
    row, search = since(0)[-2:]
    assert row.about == f"{world.item.evidence_id} 1"
    assert "%E9%AB%99" in opened(search)["asked"]
    assert not any("%E9%AB%99" in str(value) for value in vars(search).values())


def test_who_is_refused_by_role_or_is_no_member_is_told_of() -> None:
    world = make_world()
    client_of(world.users["statistician"]).get(address("person", world))
    client_of(world.users["stranger"]).get(address("person", world))
    by_role, stranger = [one for one in since(0) if one.kind == Kind.REFUSAL]
    assert (by_role.by, by_role.act, by_role.person) == ("kingfisher-statistician", "see-person", TAKAHASHI)
    assert (stranger.by, stranger.operation) == ("kingfisher-stranger", "kingfisher")


@pytest.mark.parametrize(
    ("said", "kind"),
    [({"act": "screen", "reason": "items-covered", "seen": "7"}, Kind.REFUSAL)],
    ids=["an old version"],
)
def test_an_act_that_is_refused_is_told_of_though_its_transaction_is_gone(said: dict[str, Any], kind: Kind) -> None:
    world = make_world()
    dossier = open_dossier(world.operation, TAKAHASHI, by=world.users["analyst"])
    before = last()
    with pytest.raises(SokenError):
        _screen_through_a_door(dossier, world)
    (told,) = since(before)
    assert (told.kind, told.by, told.person) == (kind, world.users["analyst"].username, TAKAHASHI)
    assert "changed" in opened(told)["said"]


def _screen_through_a_door(dossier: Any, world: World) -> None:
    from soken.casework.actions.screen import screen
    from soken.ledger.doors import door

    by = world.users["analyst"]
    with door(by=by.username, act="screen", through="page dossier", operation="kingfisher", person=TAKAHASHI):
        screen(dossier, by=by, reason="items-covered", seen=7)


def test_sign_ins_failed_ones_and_sign_outs_are_told_of() -> None:
    world = make_world()
    client = Client()
    name = world.users["analyst"].username
    client.post("/sign-in", {"login": name, "password": "not the password"})
    client.post("/sign-in", {"login": "perhaps a password", "password": "x"})
    client.post("/sign-in", {"login": name, "password": PASSWORD})
    client.post("/sign-out")
    told = [one for one in since(0) if one.kind.startswith("sign")]
    assert [(one.kind, one.by) for one in told] == [
        (Kind.SIGN_IN_FAILED, name),
        (Kind.SIGN_IN_FAILED, ""),
        (Kind.SIGN_IN, name),
        (Kind.SIGN_OUT, name),
    ]
    assert "perhaps a password" not in str([vars(one) for one in told])


def test_every_command_that_shows_anybody_is_told_of_before_it_shows() -> None:
    """Called with nothing said: it ends in an error, and has been told of by then."""
    world = make_world()
    User.objects.filter(pk=world.users["analyst"].pk).update(username=actor())
    wrong = []
    for name, command in _commands().items():
        if NEEDS[name] == SYSTEM or not (
            NEEDS[name].startswith("see-") or NEEDS[name] == SIGNED_IN or name in CARRIES_AWAY
        ):
            continue
        before = last()
        said = {one.name: "" for one in command.params if one.name != "help"}
        of = world.operation.slug if "operation" in said else ""
        with contextlib.suppress(Exception):
            command.callback(**{**said, **({"operation": of} if of else {})})
        kind = Kind.DISCLOSURE if name in CARRIES_AWAY else Kind.CONSULTATION
        found = {(one.kind, one.through, one.operation) for one in since(before)}
        expected = (kind, f"command {name}", of)
        refused = (Kind.REFUSAL, f"command {name}", of)
        if expected not in found and refused not in found:
            wrong.append(name)
    assert wrong == []


@pytest.mark.parametrize(
    ("persons", "told"), [([TAKAHASHI], {TAKAHASHI}), ([TAKAHASHI, RELATIVE], {"", TAKAHASHI, RELATIVE})]
)
def test_a_command_that_may_name_several_persons_is_told_of_by_their_codes(persons: list[str], told: set[str]) -> None:
    """What concerns one is theirs; of several, what is of all of them is nobody's, and the rest each one's."""
    world = make_world()
    User.objects.filter(pk=world.users["analyst"].pk).update(username=actor())
    for code in persons:
        open_dossier(world.operation, code, by=world.users["analyst"])
    said = ["--kind", "inquiry", "--reference", "照会1", "--issued-by", "署長", "--issued-on", "2017-03-01"]
    whom = [word for code in persons for word in ("--person", code)]
    before = last()
    done = CliRunner().invoke(
        app, ["warrant", "record", "--operation", world.operation.slug, *said, "--scope", "加入者", *whom]
    )
    assert done.exit_code == 0, done.output
    assert {one.person for one in since(before)} == told


@pytest.mark.parametrize("name", sorted(SAYS_TO_WHOM_AND_WHY))
def test_no_case_leaves_by_a_command_that_does_not_say_to_whom_and_why(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOKEN_EXPORTS", "one")
    world = make_world()
    User.objects.filter(pk=world.users["analyst"].pk).update(username=actor())
    command = _commands()[name]
    assert {one.name for one in command.params if one.required} >= {"recipient", "reason"}
    nothing = {one.name: "" for one in command.params if one.name != "help"}
    both = {"operation": world.operation.slug, "recipient": "東京地検", "reason": "送致2026-42"}
    for missing in ("recipient", "reason"):
        before = last()
        with pytest.raises(BadInputError, match="is missing: say it in words"):
            command.callback(**{**nothing, **both, missing: "  "})
        assert {one.kind for one in since(before)} == {Kind.REFUSAL}
    before = last()
    with contextlib.suppress(Exception):
        command.callback(**{**nothing, **both})
    (told,) = [one for one in since(before) if one.kind == Kind.DISCLOSURE]
    assert (told.recipient, opened(told)["because"]) == ("東京地検", "送致2026-42")


def test_every_command_stands_behind_the_door() -> None:
    assert app.registered_commands
    assert all(hasattr(command.callback, "soken_command") for command in _commands().values())
