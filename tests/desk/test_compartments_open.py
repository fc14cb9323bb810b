"""Opening takes two people of the oversight group, neither the subject nor a colleague; the machine opens nothing."""

from __future__ import annotations

import re

import pytest
from django.db import IntegrityError, transaction
from typer.testing import CliRunner

from soken.access.actions import say_who_a_user_is
from soken.access.eyes import viewing
from soken.access.models import Role, User
from soken.casework.actions.keep_protected import enter_protected, withdraw_protected
from soken.casework.actions.open_compartment import propose_opening, settle_opening
from soken.casework.actions.open_dossier import open_dossier
from soken.casework.actions.owner_step import give_to
from soken.casework.actions.restrict_case import release_case, restrict_case
from soken.casework.actions.shut_matches import follow_run, shut_matches
from soken.casework.actions.shut_person import bar_colleague, shut_person
from soken.casework.models import Compartment, CompartmentOpening, Dossier, Membership, Person, Protected
from soken.casework.selectors import store
from soken.casework.selectors.protected import wanted_of
from soken.casework.selectors.protected_looked import Looked
from soken.commands.main import app
from soken.core.errors import BadInputError, NotFoundError, RefusedError
from soken.ledger.models import Entry
from tests.desk.factory import ALONE, PASSWORD, World, make_user
from tests.desk.reading import signed_in


@pytest.fixture
def group(world: World) -> list[User]:
    """Three of the oversight group."""
    return [world.users[Role.OVERSIGHT], make_user("second", Role.OVERSIGHT), make_user("third", Role.OVERSIGHT)]


@pytest.fixture
def shut(world: World, group: list[User]) -> Compartment:
    """Keller, entered as a police officer whose colleague is the third of the group and the reviewer."""
    enter_protected(
        by=group[0], category="police", name="Keller Jonas", mail="jonas@post.example",
        colleagues=[group[2], world.users[Role.REVIEWER]],
    )  # fmt: skip
    return Compartment.objects.get()


def sees(user: User) -> bool:
    with viewing(user):
        return Person.objects.filter(code=ALONE).exists()


def test_two_people_let_a_team_in_and_nobody_else_sees_more(world: World, group: list[User], shut: Compartment) -> None:
    analyst = world.users[Role.ANALYST]
    asked = propose_opening(shut.pk, by=group[0], kind="let-in", reason="they work on it", users=[analyst])
    assert not sees(analyst)
    settle_opening(shut.pk, asked.pk, by=group[1], agree=True, reason="agreed in writing")
    assert sees(analyst)
    assert not sees(world.users[Role.INVESTIGATOR])
    assert "Keller" in signed_in(analyst).get(f"/operations/kingfisher/persons/{ALONE}").content.decode()


def test_the_first_is_never_the_second(world: World, group: list[User], shut: Compartment) -> None:
    asked = propose_opening(shut.pk, by=group[0], kind="lift", reason="a namesake")
    with pytest.raises(RefusedError, match="another person"):
        settle_opening(shut.pk, asked.pk, by=group[0], agree=True, reason="again")
    with pytest.raises(IntegrityError), transaction.atomic():
        CompartmentOpening.objects.filter(pk=asked.pk).update(second=group[0])
    assert not sees(world.users[Role.ANALYST])


def test_a_colleague_of_the_group_finds_nothing_and_opens_nothing(group: list[User], shut: Compartment) -> None:
    assert not sees(group[2])
    asked = propose_opening(shut.pk, by=group[0], kind="lift", reason="a namesake")
    with pytest.raises(NotFoundError):
        settle_opening(shut.pk, asked.pk, by=group[2], agree=True, reason="mine")
    page = signed_in(group[2]).get("/compartments").content.decode()
    assert "Keller" not in page
    assert "Keller" not in signed_in(group[2]).get("/protected").content.decode()


def test_a_named_colleague_is_never_let_in_and_who_becomes_one_is_out_at_once(
    world: World, group: list[User], shut: Compartment
) -> None:
    with pytest.raises(RefusedError, match="never let in"):
        propose_opening(shut.pk, by=group[0], kind="let-in", reason="x", users=[world.users[Role.REVIEWER]])
    analyst = world.users[Role.ANALYST]
    asked = propose_opening(shut.pk, by=group[0], kind="let-in", reason="x", users=[analyst])
    settle_opening(shut.pk, asked.pk, by=group[1], agree=True, reason="y")
    bar_colleague(shut.pk, analyst, by=group[0], reason="same station")
    assert not sees(analyst)


def test_a_user_who_is_on_the_list_is_shut_out_of_their_own(world: World, group: list[User]) -> None:
    say_who_a_user_is(group[0], mail="jonas@post.example")
    assert not sees(group[0])
    assert sees(group[1])
    with pytest.raises(NotFoundError):
        propose_opening(Compartment.objects.get().pk, by=group[0], kind="lift", reason="it is not me")


@pytest.mark.parametrize("role", [one for one in Role if one is not Role.OVERSIGHT])
def test_nobody_outside_the_group_opens_or_keeps_the_list(world: World, shut: Compartment, role: Role) -> None:
    user = world.users[role]
    with pytest.raises(RefusedError):
        propose_opening(shut.pk, by=user, kind="lift", reason="x")
    with pytest.raises(RefusedError):
        withdraw_protected(Protected.objects.get().pk, by=user, reason="x")


def test_what_two_people_lifted_stays_open_for_the_same_entry_and_shuts_for_another(
    world: World, group: list[User], shut: Compartment
) -> None:
    asked = propose_opening(shut.pk, by=group[0], kind="lift", reason="a namesake")
    settle_opening(shut.pk, asked.pk, by=group[1], agree=True, reason="seen")
    folder = store.run_folder(world.operation, world.run)
    follow_run(world.operation, folder, Looked())
    shut_matches([wanted_of(Protected.objects.get())])
    assert sees(world.users[Role.ANALYST])
    enter_protected(by=group[0], category="court", name="Keller Jonas", mail="jonas@post.example")
    assert not sees(world.users[Role.ANALYST])


def test_withdrawing_an_entry_opens_nothing(world: World, group: list[User], shut: Compartment) -> None:
    withdraw_protected(Protected.objects.get().pk, by=group[0], reason="retired")
    assert not sees(world.users[Role.ANALYST])


def test_whoever_recognises_somebody_shuts_them_away_and_sees_them_no_more(world: World) -> None:
    analyst = world.users[Role.ANALYST]
    shut_person(world.operation, ALONE, by=analyst, reason="he sits across the room")
    assert not sees(analyst)
    with pytest.raises(NotFoundError), viewing(analyst):
        shut_person(world.operation, ALONE, by=analyst, reason="again")


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"name": "Keller Jonas"}, "A name alone"),
        ({"name": "Keller Jonas", "mail": "nothing"}, "cannot be one"),
        ({"name": "Keller Jonas", "force": "atlantis"}, "No force"),
        ({"name": "Keller Jonas", "force": "tokyo", "category": "baker"}, "category"),
        ({"name": " ", "force": "tokyo"}, "name"),
    ],
)
def test_an_entry_that_says_nobody_is_refused(group: list[User], said: dict[str, str], why: str) -> None:
    with pytest.raises(BadInputError, match=why):
        enter_protected(by=group[0], **{"category": "police", **said})


def test_a_case_is_kept_to_named_people_who_opened_it_and_the_supervisors(world: World) -> None:
    analyst, investigator, reviewer = (world.users[one] for one in (Role.ANALYST, Role.INVESTIGATOR, Role.REVIEWER))
    other, liaison = make_user("other", Role.ANALYST), world.users[Role.LIAISON]
    Membership.objects.create(operation=world.operation, user=other)
    open_dossier(world.operation, ALONE, by=analyst)
    made = restrict_case(world.operation, ALONE, by=reviewer, users=[investigator], reason="an informant is in it")
    assert [sees(one) for one in (analyst, investigator, reviewer, other, liaison)] == [True, True, True, False, False]
    assert not sees(world.users[Role.OVERSIGHT])
    elsewhere = make_user("elsewhere", Role.REVIEWER)
    User.objects.filter(pk=elsewhere.pk).update(force="osaka")
    elsewhere.refresh_from_db()
    with viewing(reviewer):
        give_to(Dossier.objects.get(), "tokyo", by=reviewer, reason="it lies there")
    assert not sees(elsewhere)
    with pytest.raises(NotFoundError):
        release_case(made.pk, by=elsewhere, reason="x")
    release_case(made.pk, by=reviewer, reason="closed")
    assert sees(other)


@pytest.mark.django_db(transaction=True)
def test_each_act_stands_in_the_ledger_under_the_person_with_no_word_of_who_it_is(
    group: list[User], shut: Compartment
) -> None:
    asked = propose_opening(shut.pk, by=group[0], kind="lift", reason="a namesake")
    settle_opening(shut.pk, asked.pk, by=group[1], agree=False, reason="it is him")
    acts = Entry.objects.filter(act="open-compartment", person=ALONE).values_list("by", flat=True)
    assert sorted(acts) == sorted([group[0].username, group[1].username])
    told = " ".join(f"{one.changes} {one.facts}" for one in Entry.objects.all())
    assert "Keller" not in told
    assert "jonas@" not in told


def test_the_pages_do_what_the_acts_do(world: World, group: list[User]) -> None:
    first, second = signed_in(group[0]), signed_in(group[1])
    entered = first.post(
        "/protected", {"act": "enter", "category": "police", "name": "Keller Jonas", "mail": "jonas@post.example"}
    )
    assert entered.status_code == 302
    key = re.search(r'id="compartment-(\d+)"', first.get("/compartments").content.decode())[1]
    analyst = world.users[Role.ANALYST]
    asked = first.post("/compartments", {"act": "let-in", "key": key, "users": [analyst.username], "reason": "team"})
    assert asked.status_code == 302
    opening = CompartmentOpening.objects.get().pk
    own = first.post("/compartments", {"act": "agree", "key": key, "opening": opening, "reason": "me too"})
    assert own.status_code == 409
    agreed = second.post("/compartments", {"act": "agree", "key": key, "opening": opening, "reason": "seen"})
    assert agreed.status_code == 302
    assert sees(analyst)
    page = f"/operations/kingfisher/persons/{ALONE}/compartment"
    assert signed_in(world.users[Role.INVESTIGATOR]).get(page).status_code == 404
    assert signed_in(analyst).get(page).status_code == 200


def test_the_commands_do_what_the_acts_do(world: World, group: list[User]) -> None:
    def run(*words: str, by: User) -> str:
        done = CliRunner().invoke(app, [*words, "--by", by.username], input=f"{PASSWORD}\n")
        assert done.exit_code == 0, done.exception
        return done.output

    run("protected", "add", "Keller Jonas", "--category", "police", "--mail", "jonas@post.example", by=group[0])
    key = str(Compartment.objects.get().pk)
    assert "Keller Jonas" in run("compartment", "list", by=group[0])
    run("compartment", "lift", key, "--reason", "a namesake", by=group[0])
    opening = str(CompartmentOpening.objects.get().pk)
    run("compartment", "settle", key, opening, "--agree", "--reason", "seen", by=group[1])
    assert sees(world.users[Role.ANALYST])
    run("protected", "withdraw", str(Protected.objects.get().pk), "--reason", "retired", by=group[0])
    run("compartment", "shut", ALONE, "--operation", "kingfisher", "--reason", "him", by=world.users[Role.ANALYST])
    assert not sees(world.users[Role.ANALYST])
