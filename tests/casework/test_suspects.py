"""One case may have several suspects, and one suspect several cases: cases and persons are counted apart (R38)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection

from soken.access.eyes import machine_sees_all, viewing
from soken.access.models import Role, User
from soken.casework.actions.add_suspect import add_suspect, strike_suspect
from soken.casework.actions.allege_offence import allege_offence
from soken.casework.actions.record_clearance import (
    Clearance,
    Suffering,
    record_clearance,
    strike_clearance,
    strike_clearance_of,
)
from soken.casework.actions.shut_matches import shut
from soken.casework.actions.take_vintage import take_vintage
from soken.casework.models import CasePerson, ClearedCase, CompartmentKind, Dossier, Membership, Ownership
from soken.casework.selectors.clearances import cleared_cases_of
from soken.casework.selectors.statistics import annual_report, is_behind
from soken.core import clock
from soken.core.errors import BadInputError, NotFoundError, RefusedError
from soken.desk.clearance_forms import clearances_shown
from soken.review.stages import Stage
from tests.casework.dossiers import AT, Room, bring_to, make_dossier, make_room

if TYPE_CHECKING:
    from soken.casework.models import Vintage
    from soken.core.home import Home

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]
DAY = AT.date()
SAID = Clearance(
    "production", DAY, "tokyo", age=41, occupation="teacher", victims=(Suffering("V-1", "primary", "covert"),)
)


def referred(room: Room) -> Dossier:
    """Referred; that nobody states a birth date lets a test say any age."""
    dossier = bring_to(make_dossier(room), Stage.REFERRED, room)
    dossier.confirmations.update(born_on=None)
    return dossier


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


def liaison_of(force: str, *rooms: Room) -> User:
    """The liaison officer of a force, a member of some operations."""
    user = User.objects.create(username=f"{force}-officer", role=Role.LIAISON, force=force, password="!")
    for room in rooms:
        Membership.objects.create(operation=room.operation, user=user)
    return user


def test_a_case_of_several_is_struck_by_the_force_that_recorded_it_and_no_other(room: Room, home: Home) -> None:
    osaka, tokyo = liaison_of("osaka", room), liaison_of("tokyo", room)
    ours = bring_to(make_dossier(room, force="osaka"), Stage.REFERRED, room)
    case = record_clearance(ours, Clearance("production", DAY, "osaka"), by=osaka)
    theirs = referred(room)
    with pytest.raises(RefusedError, match=f"Case {case.pk} is struck by those who recorded it"):
        strike_clearance(case, by=tokyo, because="another force's, by its number")
    add_suspect(theirs, by=tokyo, case=case.pk)
    with pytest.raises(RefusedError, match=f"Case {case.pk} is struck by those who recorded it"):
        strike_clearance_of(theirs, case.pk, by=tokyo, because="not ours")
    assert counts(home) == (1, 2, 0), "nothing was struck"
    strike_suspect(theirs, by=tokyo, case=case.pk, because="not with them")
    assert counts(home) == (1, 1, 0), "one's own person, always"
    add_suspect(theirs, by=tokyo, case=case.pk)
    strike_clearance_of(ours, case.pk, by=osaka, because="entered twice")
    assert counts(home) == (0, 0, 0)


def test_the_centre_and_whoever_owns_every_suspect_strike_a_case_that_another_force_recorded(room: Room) -> None:
    osaka, tokyo = liaison_of("osaka", room), liaison_of("tokyo", room)
    ours, moved = (bring_to(make_dossier(room, force="osaka"), Stage.REFERRED, room) for _each in range(2))
    first, second = (record_clearance(one, Clearance("production", DAY, "osaka"), by=osaka) for one in (ours, moved))
    strike_clearance(first, by=room.liaison, because="by the centre")
    Ownership.objects.filter(dossier=moved).delete()
    Ownership.objects.create(dossier=moved, force="tokyo", reason="住所地", by=room.reviewer, since=AT)
    Dossier.objects.filter(pk=moved.pk).update(force="tokyo")
    moved.refresh_from_db()
    strike_clearance_of(moved, second.pk, by=tokyo, because="by the new owner")
    assert not ClearedCase.objects.filter(struck_at__isnull=True).exists()


def young(room: Room) -> Dossier:
    """Somebody referred, with acts before and after turning 14."""
    dossier = referred(room)
    dossier.offences.update(withdrawn_at=AT, withdrawn_by=room.analyst, withdrawn_reason="x")
    for last_on in (date(2020, 1, 1), date(2026, 11, 1)):
        dossier.confirmations.update(born_on=date(2007, 1, 1))
        allege_offence(dossier, by=room.investigator, offence="7-1", last_on=last_on, basis="甲2")
    dossier.confirmations.update(born_on=date(2010, 1, 1))
    return dossier


def test_the_day_of_the_act_is_said_with_an_accomplice_who_was_under_fourteen_at_some(room: Room) -> None:
    case, dossier = record_clearance(referred(room), SAID, by=room.liaison), young(room)
    with pytest.raises(BadInputError, match="say on which day the act of this case ended"):
        add_suspect(dossier, by=room.liaison, case=case.pk)
    with pytest.raises(RefusedError, match="was under 14"):
        add_suspect(dossier, by=room.liaison, case=case.pk, act_on=date(2020, 1, 1))
    case.refresh_from_db()
    assert case.act_on is None, "what is refused changes nothing"
    with pytest.raises(BadInputError, match="ended after the case was cleared"):
        add_suspect(dossier, by=room.liaison, case=case.pk, act_on=DAY + timedelta(days=1))
    add_suspect(dossier, by=room.liaison, case=case.pk, act_on=date(2026, 11, 1))
    case.refresh_from_db()
    assert case.act_on == date(2026, 11, 1)
    with pytest.raises(BadInputError, match="ended on 2026-11-01, as it was recorded; leave the day out"):
        add_suspect(referred(room), by=room.liaison, case=case.pk, act_on=date(2026, 11, 2))


def test_no_day_is_said_with_an_accomplice_by_which_another_suspect_was_a_child(room: Room) -> None:
    first = referred(room)
    case = record_clearance(first, SAID, by=room.liaison)
    first.confirmations.update(born_on=date(2010, 1, 1))
    with pytest.raises(RefusedError, match=r"A suspect of case .* was under 14 on 2020-01-01"):
        add_suspect(referred(room), by=room.liaison, case=case.pk, act_on=date(2020, 1, 1))


def test_who_was_struck_and_put_in_again_is_shown_as_of_the_last_time(room: Room) -> None:
    first, second = referred(room), referred(room)
    case = record_clearance(first, SAID, by=room.liaison)
    struck = add_suspect(second, by=room.liaison, case=case.pk, age=20)
    strike_suspect(second, by=room.liaison, case=case.pk, because="the other brother")
    add_suspect(second, by=room.liaison, case=case.pk, age=21)
    (shown,) = clearances_shown(second, room.liaison)
    assert (shown["age"], shown["place"].struck_at) == (21, None)
    assert struck.pk < shown["place"].pk
    # PostgreSQL reads a row that was written anew (the struck one) last, unless it is asked for an order.
    (found,) = cleared_cases_of(second)
    assert found.clearings.all().ordered
