"""A person cleared in two operations is one person as far as anybody knows it; else the report says that it is two."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from soken.access.eyes import viewing
from soken.casework.actions.confirm_identity import confirm_identity
from soken.casework.actions.join_dossier import join_dossier
from soken.casework.actions.record_clearance import Clearance, record_clearance
from soken.casework.actions.record_lawbreaking import record_lawbreaking
from soken.casework.actions.state_same_suspect import state_same_suspect, withdraw_same_suspect
from soken.casework.actions.take_vintage import load_published, take_vintage
from soken.casework.models import Dossier, DossierRow, Membership, SameSuspect
from soken.casework.selectors.same_suspects import same_suspects_of
from soken.casework.selectors.statistics import annual_report, is_behind
from soken.core import clock
from soken.core.errors import BadInputError, NotFoundError, RefusedError
from soken.report.counting import Unit
from soken.report.tables import unit_words
from soken.review.stages import Stage
from tests.casework.conftest import standing
from tests.casework.dossiers import AT, BORN, Room, bring_to, make_dossier, make_room

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django.plugin import DjangoDbBlocker

    from soken.casework.models import Vintage
    from soken.core.home import Home

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]
DAY = AT.date()
SAID = Clearance("possession", DAY, "tokyo", age=41, occupation="teacher")


@dataclass
class Cleared:
    """Two persons, each cleared in an operation of their own; the first one's liaison officer is a member of both."""

    room: Room
    other: Room
    two: tuple[Dossier, Dossier]


def _cleared() -> Cleared:
    room, other = make_room(), make_room("egret")
    Membership.objects.create(operation=other.operation, user=room.liaison)
    first, second = (bring_to(make_dossier(one), Stage.REFERRED, one) for one in (room, other))
    for dossier in (first, second):
        record_clearance(dossier, SAID, by=room.liaison)
    return Cleared(room, other, (first, second))


@pytest.fixture(scope="module")
def once_cleared(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Cleared]:
    with standing(django_db_blocker, _cleared) as made:
        yield made


@pytest.fixture
def cleared(once_cleared: Cleared) -> Cleared:
    return deepcopy(once_cleared)


@pytest.fixture
def room(cleared: Cleared) -> Room:
    return cleared.room


@pytest.fixture
def other(cleared: Cleared) -> Room:
    return cleared.other


@pytest.fixture
def two(cleared: Cleared) -> tuple[Dossier, Dossier]:
    return cleared.two


def persons(home: Home, vintage: Vintage | None = None) -> tuple[int, int]:
    """How many cases and persons the year has."""
    figures = annual_report(home, vintage or take_vintage(home, by=None), DAY.year, reader=None).figures
    return figures["cases"]["total"], figures["persons"]["total"]


def say(two: tuple[Dossier, Dossier], room: Room, **changed: Any) -> SameSuspect:
    said = {"other_operation": "egret", "other": two[1].person_code, "because": "same fingerprints", **changed}
    return state_same_suspect(two[0], **{"by": room.liaison, **said})


def test_two_cases_of_one_suspect_in_two_operations_are_two_cases_and_one_person(
    two: tuple[Dossier, Dossier], room: Room, home: Home
) -> None:
    assert persons(home) == (2, 2), "nobody said that they are one"
    before = take_vintage(home, by=None)
    said = say(two, room)
    assert (said.by, said.because) == (room.liaison, "same fingerprints")
    assert is_behind(before)
    assert persons(home) == (2, 1)
    report = annual_report(home, take_vintage(home, by=None), DAY.year, reader=None)
    (told,) = [one for one in report.tables if one.kind.code == "persons-occupation-group"]
    assert told.cells["teacher", "possession"] == 1


def test_a_statement_is_withdrawn_and_a_vintage_keeps_what_stood_then(
    two: tuple[Dossier, Dossier], room: Room, home: Home, now: Any
) -> None:
    said = say(two, room)
    until = clock.now()
    now.shift(timedelta(days=1))
    with pytest.raises(NotFoundError, match="No statement 999 about"):
        withdraw_same_suspect(two[1], by=room.liaison, statement=999, because="x")
    withdraw_same_suspect(two[1], by=room.liaison, statement=said.pk, because="a twin brother")
    assert persons(home) == (2, 2)
    then = take_vintage(home, by=None, cut_off=until)
    assert persons(home, then) == (2, 1)
    assert is_behind(then), "a statement was withdrawn since"
    assert say(two, room).pk != said.pk, "and can be made again"


def test_a_confirmation_on_rows_that_changed_since_confirms_nobody_as_the_same_suspect(
    two: tuple[Dossier, Dossier], room: Room
) -> None:
    DossierRow.objects.create(dossier=two[1], operation=two[1].operation, evidence="E-000000000001", row=999_999)
    with pytest.raises(RefusedError, match=f"Two people have to confirm who {two[1].person_code} is, on the rows of"):
        say(two, room)
    assert not SameSuspect.objects.exists()


def test_who_was_confirmed_with_two_birth_dates_is_said_to_be_nobody_else(
    two: tuple[Dossier, Dossier], room: Room
) -> None:
    second = two[0].confirmations.order_by("pk").last()
    assert second is not None
    two[0].confirmations.filter(pk=second.pk).update(born_on=date(1981, 5, 1))
    with pytest.raises(RefusedError, match=f"Two people have to confirm who {two[0].person_code} is, .* one birth"):
        say(two, room)
    assert not SameSuspect.objects.exists()


def test_statements_lead_from_one_to_the_next(two: tuple[Dossier, Dossier], room: Room, home: Home) -> None:
    third = make_room("grebe")
    Membership.objects.create(operation=third.operation, user=room.liaison)
    last = bring_to(make_dossier(third), Stage.REFERRED, third)
    record_clearance(last, SAID, by=room.liaison)
    say(two, room)
    state_same_suspect(two[1], by=room.liaison, other_operation="grebe", other=last.person_code, because="same papers")
    assert persons(home) == (3, 1)


def test_two_referred_persons_of_one_operation_can_be_one_suspect_too(room: Room, home: Home) -> None:
    """After the referral no dossier is joined any more."""
    first, second = (bring_to(make_dossier(room), Stage.REFERRED, room) for _each in range(2))
    for one in (first, second):
        record_clearance(one, SAID, by=room.liaison)
    with pytest.raises(BadInputError, match="name the other person"):
        say((first, first), room, other_operation="heron")
    assert persons(home) == (4, 4), "with the two of whom nobody says anything"
    say((first, second), room, other_operation="heron")
    assert persons(home) == (4, 3)


def test_a_child_of_two_dossiers_that_were_joined_is_one_child(room: Room, home: Home) -> None:
    first, second = make_dossier(room), make_dossier(room)
    for one in (first, second):
        for who in (room.analyst, room.investigator):
            confirm_identity(one, by=who, basis="住民票と照合", born_on=date(2014, 5, 1))
        record_lawbreaking(one, by=room.liaison, group="possession", act_on=DAY, on=DAY, force="tokyo")
    before = take_vintage(home, by=None)
    room.operation.persons.filter(code=second.person_code).delete()
    join_dossier(second, by=room.reviewer, into=first.person_code, reason="one person by all rows")
    assert is_behind(before)
    children = [
        annual_report(home, one, DAY.year, reader=None).figures["lawbreaking"]["total"]
        for one in (before, take_vintage(home, by=None))
    ]
    assert children == [2, 1]


@pytest.mark.parametrize(
    ("changed", "error", "message"),
    [
        ({"because": " "}, BadInputError, "reason"),
        ({"other_operation": "grebe"}, NotFoundError, "No operation grebe is open to you"),
        ({"other": "P-9999-9999-9999"}, NotFoundError, "P-9999-9999-9999"),
    ],
    ids=["no reason", "out of sight", "no such person"],
)
def test_what_cannot_be_said_is_refused(
    changed: dict[str, str], error: type[Exception], message: str, two: tuple[Dossier, Dossier], room: Room
) -> None:
    make_room("grebe")
    with pytest.raises(error, match=message):
        say(two, room, **changed)
    assert not SameSuspect.objects.exists()


def test_two_of_one_operation_are_joined_as_long_as_that_is_possible(room: Room) -> None:
    first, second = bring_to(make_dossier(room), Stage.REFERRED, room), make_dossier(room)
    with pytest.raises(RefusedError, match="of one operation are joined"):
        say((first, second), room, other_operation="heron")


def test_it_is_said_once_of_two_and_by_whoever_works_on_both(
    two: tuple[Dossier, Dossier], room: Room, other: Room
) -> None:
    with pytest.raises(NotFoundError, match="No operation heron is open to you"):
        state_same_suspect(
            two[1], by=other.liaison, other_operation="heron", other=two[0].person_code, because="same papers"
        )
    with pytest.raises(NotFoundError):
        say(two, room, by=other.liaison)
    say(two, room)
    with pytest.raises(RefusedError, match="said already"):
        state_same_suspect(
            two[1], by=room.liaison, other_operation="heron", other=two[0].person_code, because="the other way round"
        )


def test_two_people_have_confirmed_each_and_no_birth_date_speaks_against_it(
    two: tuple[Dossier, Dossier], room: Room
) -> None:
    two[1].confirmations.update(born_on=date(1980, 1, 1))
    with pytest.raises(RefusedError, match="born on different days"):
        say(two, room)
    two[1].confirmations.update(born_on=BORN)
    for one in two[1].confirmations.all()[:1]:
        two[1].confirmations.filter(pk=one.pk).update(withdrawn_at=AT, withdrawn_by=room.analyst)
    with pytest.raises(RefusedError, match="Two people have to confirm"):
        say(two, room)


def test_a_report_says_how_persons_are_counted_and_what_nobody_can_know(
    two: tuple[Dossier, Dossier], home: Home
) -> None:
    vintage, published = take_vintage(home, by=None), load_published(home)
    notes = annual_report(home, vintage, DAY.year, reader=None).notes("en")
    assert any("Of anybody else who was cleared in two operations nobody can know it" in one for one in notes)
    assert not any("two operations" in one for one in annual_report(home, published, 2017, reader=None).notes("en"))
    for language, words in (("en", "One person in two operations is one where"), ("ja", "複数の端緒にまたがる同一人")):
        assert words in unit_words(Unit.PERSONS, language)[1]


@pytest.mark.parametrize("side", [0, 1], ids=["who was named first", "the other"])
def test_a_member_of_one_of_the_two_operations_sees_the_statement_and_withdraws_it(
    side: int, two: tuple[Dossier, Dossier], room: Room, other: Room
) -> None:
    said = say(two, room)
    Membership.objects.filter(operation=other.operation, user=room.liaison).delete()
    member = (room, other)[side].liaison
    with viewing(member):
        assert same_suspects_of(two[side]) == [said]
        withdraw_same_suspect(two[side], by=member, statement=said.pk, because="a twin brother")
    said.refresh_from_db()
    assert said.withdrawn_by == member
