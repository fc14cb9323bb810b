"""One case may have several suspects, and one suspect several cases: cases and persons are counted apart (R38)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.db import connection
from django.utils import translation

from soken.access.eyes import machine_sees_all, viewing
from soken.casework.actions.add_suspect import add_suspect, strike_suspect
from soken.casework.actions.record_clearance import (
    Clearance,
    Suffering,
    record_clearance,
    strike_clearance,
    strike_clearance_of,
)
from soken.casework.actions.shut_matches import shut
from soken.casework.actions.take_vintage import take_vintage
from soken.casework.models import CasePerson, ClearedCase, CompartmentKind, Dossier, Membership
from soken.casework.selectors.clearances import cleared_cases_of
from soken.casework.selectors.statistics import annual_report, is_behind
from soken.core import clock
from soken.core.errors import BadInputError, NotFoundError, RefusedError
from soken.core.home import Home, open_home
from soken.review.stages import Stage
from tests.casework.dossiers import AT, Room, bring_to, make_dossier, make_room

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from soken.casework.models import Vintage

pytestmark = pytest.mark.django_db
DAY = AT.date()
SAID = Clearance(
    "production", DAY, "tokyo", age=41, occupation="teacher", victims=(Suffering("V-1", "primary", "covert"),)
)


@pytest.fixture(autouse=True)
def now() -> Iterator[Any]:
    with time_machine.travel(AT, tick=False) as traveller, translation.override("en"):
        yield traveller


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return open_home(tmp_path)


@pytest.fixture
def room() -> Room:
    return make_room()


def referred(room: Room) -> Dossier:
    return bring_to(make_dossier(room), Stage.REFERRED, room)


def counts(home: Home, vintage: Vintage | None = None) -> tuple[int, int, int]:
    """How many cases, persons and victims the year has."""
    report = annual_report(home, vintage or take_vintage(home, by=None), DAY.year, reader=None)
    cases, persons, victims = (report.figures[unit]["total"] for unit in ("cases", "persons", "victims"))
    return cases, persons, victims


def test_accomplices_are_one_case_several_persons_and_their_victims_once(room: Room, home: Home) -> None:
    case = record_clearance(referred(room), SAID, by=room.liaison)
    for age in (19, None):
        add_suspect(referred(room), by=room.liaison, case=case.pk, age=age, occupation="student")
    assert counts(home) == (1, 3, 1)
    told = list(CasePerson.objects.order_by("pk").values_list("age", "occupation"))
    assert told == [(41, "teacher"), (19, "student"), (None, "student")], "each with what was so of them then"


def test_an_accomplice_of_one_case_with_a_case_of_their_own_is_one_person(room: Room, home: Home) -> None:
    case, accomplice = record_clearance(referred(room), SAID, by=room.liaison), referred(room)
    add_suspect(accomplice, by=room.liaison, case=case.pk)
    record_clearance(accomplice, Clearance("possession", DAY, "tokyo"), by=room.liaison)
    assert counts(home) == (2, 2, 1)


def test_who_does_not_belong_to_a_case_is_struck_from_it_and_the_case_stands(room: Room, home: Home, now: Any) -> None:
    first, second = referred(room), referred(room)
    case = record_clearance(first, SAID, by=room.liaison)
    add_suspect(second, by=room.liaison, case=case.pk)
    before = take_vintage(home, by=None)
    now.shift(timedelta(days=1))
    with pytest.raises(BadInputError, match="reason"):
        strike_suspect(second, by=room.liaison, case=case.pk, because=" ")
    struck = strike_suspect(second, by=room.liaison, case=case.pk, because="the other brother")
    assert (struck.struck_by, struck.struck_because) == (room.liaison, "the other brother")
    assert is_behind(before)
    assert (counts(home, before), counts(home)) == ((1, 2, 1), (1, 1, 1)), "a vintage keeps what was struck later"
    with pytest.raises(RefusedError, match="is the only suspect of case"):
        strike_suspect(first, by=room.liaison, case=case.pk, because="mistyped")
    with pytest.raises(NotFoundError, match="no cleared case"):
        strike_suspect(second, by=room.liaison, case=case.pk, because="again")
    add_suspect(second, by=room.liaison, case=case.pk)
    assert counts(home) == (1, 2, 1), "it was the right brother after all"


def test_a_vintage_up_to_an_earlier_day_knows_no_later_suspect(room: Room, home: Home, now: Any) -> None:
    case = record_clearance(referred(room), SAID, by=room.liaison)
    until = clock.now()
    assert not is_behind(take_vintage(home, by=None))
    now.shift(timedelta(days=1))
    add_suspect(referred(room), by=room.liaison, case=case.pk)
    vintage = take_vintage(home, by=None, cut_off=until)
    assert counts(home, vintage) == (1, 1, 1)
    assert is_behind(vintage), "a suspect was added since"
    assert not is_behind(take_vintage(home, by=None))


@pytest.mark.parametrize(
    ("said", "error", "message"),
    [
        ({"age": 121}, BadInputError, "from 0 to 120"),
        ({"occupation": "ninja"}, BadInputError, "none of the occupations"),
        ({"case": 10**9}, NotFoundError, "No cleared case 1000000000 is open to you"),
    ],
    ids=["age", "occupation", "case"],
)
def test_what_cannot_be_is_refused(said: dict[str, Any], error: type[Exception], message: str, room: Room) -> None:
    case, other = record_clearance(referred(room), SAID, by=room.liaison), referred(room)
    with pytest.raises(error, match=message):
        add_suspect(other, by=room.liaison, **{"case": case.pk, **said})
    assert CasePerson.objects.count() == 1


def test_a_suspect_is_added_once_from_the_referral_on_and_to_a_case_that_stands(room: Room) -> None:
    first = referred(room)
    case = record_clearance(first, SAID, by=room.liaison)
    with pytest.raises(RefusedError, match="is a suspect of case"):
        add_suspect(first, by=room.liaison, case=case.pk)
    with pytest.raises(RefusedError, match="has not been referred"):
        add_suspect(bring_to(make_dossier(room), Stage.READY, room), by=room.liaison, case=case.pk)
    other = referred(room)
    with pytest.raises(RefusedError, match="Your role"):
        add_suspect(other, by=room.analyst, case=case.pk)
    strike_clearance(case, by=room.liaison, because="entered twice")
    with pytest.raises(RefusedError, match="struck already"):
        add_suspect(other, by=room.liaison, case=case.pk)
    with pytest.raises(RefusedError, match="struck already"):
        strike_suspect(first, by=room.liaison, case=case.pk, because="x")
    assert CasePerson.objects.count() == 1


def test_an_accomplice_of_another_operation_is_added_by_a_member_of_both(room: Room, home: Home) -> None:
    other = make_room("egret")
    case, accomplice = record_clearance(referred(room), SAID, by=room.liaison), referred(other)
    with pytest.raises(NotFoundError, match="open to you"):
        add_suspect(accomplice, by=other.liaison, case=case.pk)
    Membership.objects.create(operation=room.operation, user=other.liaison)
    add_suspect(accomplice, by=other.liaison, case=case.pk)
    assert counts(home) == (1, 2, 1)
    assert ClearedCase.objects.get().operation == room.operation, "the case stays where it came from"


def accomplices_of_two_operations(room: Room) -> tuple[ClearedCase, Dossier, Dossier, Room]:
    """A case of one operation with a suspect of another, of which nobody else is a member of both."""
    other = make_room("egret")
    first, second = referred(room), referred(other)
    case = record_clearance(first, SAID, by=room.liaison)
    both = Membership.objects.create(operation=room.operation, user=other.liaison)
    add_suspect(second, by=other.liaison, case=case.pk)
    both.delete()
    return case, first, second, other


def test_a_member_of_one_suspects_operation_alone_strikes_that_suspect(room: Room) -> None:
    case, _first, second, other = accomplices_of_two_operations(room)
    with viewing(other.liaison):
        [shown] = cleared_cases_of(second)
        assert (shown.pk, len(shown.clearings.all())) == (case.pk, 2), "the other one is counted, and not named"
        with pytest.raises(NotFoundError, match=f"No cleared case {case.pk} is open to you"):
            strike_clearance_of(second, case.pk, by=other.liaison, because="mistyped")
        strike_suspect(second, by=other.liaison, case=case.pk, because="the other brother")
        assert [one.pk for one in cleared_cases_of(second)] == [case.pk], "what was struck is still told"
    assert CasePerson.objects.filter(struck_at__isnull=True).count() == 1


def test_a_suspect_whom_the_actor_may_not_see_is_a_suspect_all_the_same(room: Room) -> None:
    case, first, _second, _other = accomplices_of_two_operations(room)
    with viewing(room.liaison):
        assert len(cleared_cases_of(first)[0].clearings.all()) == 2
        strike_suspect(first, by=room.liaison, case=case.pk, because="the other brother")
    assert ClearedCase.objects.get().struck_at is None


def test_a_case_whose_only_standing_suspect_is_shut_away_is_shut_with_them(room: Room) -> None:
    first, second = referred(room), referred(room)
    case = record_clearance(first, SAID, by=room.liaison)
    add_suspect(second, by=room.liaison, case=case.pk)
    shut(room.operation, first.person_code, CompartmentKind.PROTECTED, by=None, reason="")
    with viewing(room.liaison):
        assert ClearedCase.objects.exists(), "it is the second one's too"
        strike_suspect(second, by=room.liaison, case=case.pk, because="the other brother")
    with viewing(room.liaison):
        assert not ClearedCase.objects.exists()
        assert not ClearedCase._base_manager.exists() or connection.vendor != "postgresql"
    with machine_sees_all():
        assert ClearedCase.objects.exists()
