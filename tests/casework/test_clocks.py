"""Tracks and clocks: what is recorded, what runs, what the gate says; nothing acts by itself (R25 to R28)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from soken.access.models import Role
from soken.access.policy import Act, allows
from soken.casework.actions.advance import GateError, advance
from soken.casework.actions.allege_offence import allege_offence, withdraw_offence
from soken.casework.actions.confirm_identity import confirm_identity
from soken.casework.actions.record_custody_step import record_custody_step
from soken.casework.actions.record_restraint import record_restraint
from soken.casework.actions.start_limitation import start_limitation
from soken.casework.actions.withdraw_custody import withdraw_restraint, withdraw_step
from soken.casework.models import AllegedOffence, CustodyStep, Dossier, LimitationStart, Restraint
from soken.casework.selectors.clocks import LIMITATION, limitations_near, running_clocks
from soken.casework.selectors.dossier import facts_of
from soken.casework.selectors.track import track_of
from soken.core.errors import BadInputError, NotFoundError, RefusedError
from soken.review.guards import Missing
from soken.review.stages import Stage
from soken.review.transitions import missing
from soken.route.clocks import JAPAN, ClockState
from soken.route.juvenile import Procedure
from tests.casework.dossiers import Room, bring_to, make_dossier, make_room

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.django_db
#: Now: noon in Japan.
NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
HELD = datetime(2026, 11, 20, 9, 30, tzinfo=JAPAN)


@pytest.fixture(autouse=True)
def now() -> Iterator[Any]:
    with time_machine.travel(NOW, tick=False) as traveller, translation.override("en"):
        yield traveller


@pytest.fixture
def dossier(room: Room) -> Dossier:
    return make_dossier(room)


def hold(dossier: Dossier, room: Room, **changed: Any) -> Restraint:
    return record_restraint(dossier, **{"by": room.investigator, "began_at": HELD, "form": "warrant", **changed})


def step(dossier: Dossier, room: Room, kind: str, at: datetime, **more: Any) -> CustodyStep:
    return record_custody_step(dossier, by=room.investigator, kind=kind, happened_at=at, **more)


def allege(dossier: Dossier, room: Room, **changed: Any) -> AllegedOffence:
    said = {"offence": "7-1", "last_on": date(2026, 9, 2), "basis": "甲2"}
    return allege_offence(dossier, **{"by": room.analyst, **said, **changed})


def end(dossier: Dossier, room: Room, offence: AllegedOffence, ended_on: date, **more: Any) -> None:
    start_limitation(dossier, by=room.analyst, key=offence.pk, ended_on=ended_on, basis="甲2", **more)


def before_action(dossier: Dossier) -> list[str]:
    return [one.code for one in missing(facts_of(dossier), Stage.UNDER_INVESTIGATION, Stage.READY)]


# Track


def test_a_person_is_at_liberty_unless_somebody_recorded_a_restraint(dossier: Dossier, room: Room) -> None:
    assert not track_of(dossier).held
    hold(dossier, room)
    assert track_of(dossier).held
    step(dossier, room, "released", HELD + timedelta(hours=2))
    assert not track_of(dossier).held


def test_who_is_held_before_everything_stands_is_named_and_the_clock_runs_all_the_same(
    dossier: Dossier, room: Room
) -> None:
    hold(dossier, room)
    gaps = {one.code for one in track_of(dossier).gaps}
    assert {"no-welfare-plan", "identity-unconfirmed"} <= gaps
    assert track_of(make_dossier(room)).gaps == ()


def test_prosecution_ends_the_clocks_and_not_the_custody(dossier: Dossier, room: Room, now: Any) -> None:
    hold(dossier, room)
    now.move_to(NOW + timedelta(days=1))
    step(dossier, room, "referred", HELD + timedelta(hours=10))
    step(dossier, room, "indicted", HELD + timedelta(hours=20))
    assert track_of(dossier).held
    assert running_clocks(room.investigator, 10_000) == []


# Clocks


def test_the_clocks_of_an_arrest_run_to_the_minute_and_warn(dossier: Dossier, room: Room, now: Any) -> None:
    hold(dossier, room)
    for passed, state in (
        (timedelta(hours=47, minutes=59), ClockState.SOON),
        (timedelta(hours=48), ClockState.OVERDUE),
        (timedelta(hours=30), ClockState.RUNNING),
    ):
        now.move_to(HELD + passed)
        found = {one.clock.kind: one.state for one in track_of(dossier).restraints[0].clocks}
        assert found["refer"] is state


def test_nothing_happens_when_a_clock_runs_out(dossier: Dossier, room: Room, now: Any) -> None:
    hold(dossier, room)
    before = Dossier.objects.values().get()
    now.move_to(HELD + timedelta(days=40))
    track_of(dossier)
    running_clocks(room.investigator, 72)
    assert Dossier.objects.values().get() == before
    assert Restraint.objects.get().steps.count() == 0


def test_the_whole_way_of_a_custody(dossier: Dossier, room: Room, now: Any) -> None:
    hold(dossier, room)
    now.move_to(HELD + timedelta(days=20))
    step(dossier, room, "referred", HELD + timedelta(hours=40))
    step(dossier, room, "requested", HELD + timedelta(hours=60))
    step(dossier, room, "detained", HELD + timedelta(hours=61))
    requested = (HELD + timedelta(hours=60)).date()

    def detention_ends() -> date:
        clocks = {one.clock.kind: one.clock for one in track_of(dossier).restraints[0].clocks}
        return clocks["detention"].ends_at.date()

    assert detention_ends() == requested + timedelta(days=10)
    step(dossier, room, "extended", HELD + timedelta(days=11), days=6)
    assert detention_ends() == requested + timedelta(days=16)
    assert Restraint.objects.get().next_end == datetime(2026, 12, 8, tzinfo=JAPAN)
    with pytest.raises(BadInputError, match="from 1 to the 4 that are left"):
        step(dossier, room, "extended", HELD + timedelta(days=12), days=5)
    step(dossier, room, "extended", HELD + timedelta(days=12), days=4)
    with pytest.raises(RefusedError, match="possible are: prosecuted, released"):
        step(dossier, room, "extended", HELD + timedelta(days=13), days=1)


@pytest.mark.parametrize(
    ("at", "says"),
    [
        pytest.param(NOW + timedelta(minutes=1), "lies in the future", id="future"),
        pytest.param(datetime.fromisoformat("9999-12-31T23:59-12:00"), "lies in the future", id="end of the calendar"),
        pytest.param(datetime.fromisoformat("0001-01-01T00:00+14:00"), "before the person's birth", id="its beginning"),
        pytest.param(datetime(2026, 11, 20, 9, 30), "needs its zone", id="no zone"),  # noqa: DTZ001
        pytest.param(datetime(1899, 12, 31, 0, 0, tzinfo=JAPAN), "before the person's birth", id="before 1900"),
        pytest.param(datetime(1901, 1, 1, 9, 30, tzinfo=JAPAN), "before 1999-11-01, when the Act", id="before the Act"),
    ],
)
def test_a_moment_that_cannot_be_is_refused_and_changes_nothing(
    at: datetime, says: str, dossier: Dossier, room: Room
) -> None:
    with pytest.raises(BadInputError, match=says):
        hold(dossier, room, began_at=at)
    assert not Restraint.objects.exists()


def test_a_restraint_before_the_established_birth_is_refused(dossier: Dossier, room: Room) -> None:
    confirm_identity(dossier, by=room.analyst, basis="住民票", born_on=date(2000, 2, 29))
    with pytest.raises(BadInputError, match="birth"):
        hold(dossier, room, began_at=datetime(2000, 2, 28, 12, 0, tzinfo=JAPAN))


@pytest.mark.parametrize(
    ("said", "says"),
    [
        pytest.param({"form": "hunch"}, "choose one of: warrant", id="form"),
        pytest.param({"arrested_by": "neighbour"}, "choose one of: police", id="arrester"),
        pytest.param({"note": "x" * 5000}, "longer than", id="note"),
    ],
)
def test_codes_and_words_of_a_restraint(said: dict[str, Any], says: str, dossier: Dossier, room: Room) -> None:
    with pytest.raises(BadInputError, match=says):
        hold(dossier, room, **said)


def test_nobody_is_held_twice_at_once(dossier: Dossier, room: Room) -> None:
    first = hold(dossier, room)
    with pytest.raises(RefusedError, match="is held since 2026-11-20 09:30"):
        hold(dossier, room, began_at=HELD + timedelta(hours=1))
    with pytest.raises(IntegrityError), transaction.atomic():
        Restraint.objects.create(
            dossier=dossier, began_at=HELD, arrested_by="police", form="warrant", by=room.analyst, at=NOW, next_end=NOW
        )
    step(dossier, room, "released", HELD + timedelta(hours=2))
    with pytest.raises(BadInputError, match="before the end of an earlier one"):
        hold(dossier, room, began_at=HELD + timedelta(hours=1))
    again = hold(dossier, room, began_at=HELD + timedelta(hours=2))
    assert {one.pk for one in Restraint.objects.filter(next_end__isnull=False)} == {again.pk}
    assert first.pk != again.pk


@pytest.mark.parametrize("stage", [Stage.PROPOSED, Stage.MISIDENTIFIED, Stage.NOT_CHARGEABLE])
def test_custody_is_recorded_at_every_stage(stage: Stage, room: Room, dossier: Dossier) -> None:
    """The wrong person behind bars is the last one whose release may be refused by a form."""
    bring_to(dossier, stage, room)
    hold(dossier, room)
    step(dossier, room, "released", HELD + timedelta(hours=1))
    assert Dossier.objects.get().stage == stage


def test_steps_come_in_order(dossier: Dossier, room: Room) -> None:
    with pytest.raises(RefusedError, match="record the restraint first"):
        step(dossier, room, "released", HELD)
    hold(dossier, room)
    with pytest.raises(RefusedError, match="possible are: received by the prosecutor with the person, released"):
        step(dossier, room, "requested", HELD + timedelta(hours=1))
    with pytest.raises(BadInputError, match="lies before the one before it"):
        step(dossier, room, "referred", HELD - timedelta(minutes=1))
    with pytest.raises(BadInputError, match="Only an extension has days"):
        step(dossier, room, "referred", HELD + timedelta(hours=1), days=3)
    assert not CustodyStep.objects.exists()


def test_a_step_by_mistake_is_withdrawn_and_its_clock_runs_again(dossier: Dossier, room: Room) -> None:
    held = hold(dossier, room)
    step(dossier, room, "released", HELD + timedelta(hours=1))
    assert Restraint.objects.get().next_end is None
    withdraw_step(dossier, by=room.reviewer, key=held.pk, reason="別人の釈放")
    assert Restraint.objects.get().next_end == HELD + timedelta(hours=48)
    assert CustodyStep.objects.get().withdrawn_reason == "別人の釈放"
    withdraw_restraint(dossier, by=room.reviewer, key=held.pk, reason="誤入力")
    assert not track_of(dossier).held
    assert running_clocks(room.reviewer, 10_000) == []
    with pytest.raises(RefusedError):
        withdraw_restraint(dossier, by=room.reviewer, key=held.pk, reason="誤入力")


def test_a_step_under_a_later_restraint_is_not_withdrawn(dossier: Dossier, room: Room) -> None:
    first = hold(dossier, room)
    step(dossier, room, "released", HELD + timedelta(hours=1))
    hold(dossier, room, began_at=HELD + timedelta(hours=2))
    with pytest.raises(RefusedError, match="A later restraint"):
        withdraw_step(dossier, by=room.reviewer, key=first.pk, reason="誤入力")


def test_the_second_of_two_people_is_told(dossier: Dossier, room: Room) -> None:
    seen = dossier.version
    hold(dossier, room, seen=seen)
    with pytest.raises(RefusedError, match="Somebody else has changed"):
        record_custody_step(
            dossier, by=room.reviewer, kind="released", happened_at=HELD + timedelta(hours=1), seen=seen
        )


@pytest.mark.parametrize("role", list(Role))
def test_who_may_record(role: Role, dossier: Dossier, room: Room) -> None:
    room.investigator.role = role
    room.investigator.save()
    if allows(room.investigator, Act.RECORD_CUSTODY):
        assert hold(dossier, room).pk
    else:
        with pytest.raises(RefusedError):
            hold(dossier, room)
    with pytest.raises(NotFoundError):
        hold(dossier, room, by=room.stranger)


# Boards


def test_a_board_shows_the_clocks_that_run_out_the_worst_first(room: Room) -> None:
    late, soon, later = (make_dossier(room) for _number in range(3))
    hold(late, room, began_at=HELD - timedelta(hours=60))
    hold(soon, room, began_at=HELD - timedelta(hours=40))
    hold(later, room)
    found = running_clocks(room.investigator, 24)
    assert [(one.person, one.kind, one.overdue) for one in found] == [
        (late.person_code, "refer", True),
        (soon.person_code, "refer", False),
        (late.person_code, "request-in-all", False),
    ]
    assert [one.operation for one in found] == ["heron"] * 3
    assert len(running_clocks(room.investigator, 80)) == 6


def test_a_board_shows_nothing_of_others_and_nothing_to_roles_without_persons(room: Room) -> None:
    hold(make_dossier(room), room)
    other = make_room("kite")
    assert running_clocks(other.investigator, 10_000) == []
    assert running_clocks(room.stranger, 10_000) == []
    assert running_clocks(room.auditor, 10_000) == []


def test_a_board_is_bounded_and_costs_the_same_however_many_are_held(room: Room) -> None:
    for number in range(12):
        hold(make_dossier(room), room, began_at=HELD - timedelta(minutes=number))
    with CaptureQueriesContext(connection) as asked:
        found = running_clocks(room.investigator, 100, limit=5)
    assert len({one.person for one in found}) == 5
    assert len(asked) == 2


def test_limitation_near_is_shown_until_the_case_is_sent(room: Room, now: Any) -> None:
    near, far = make_dossier(room), make_dossier(room)
    end(near, room, allege(near, room, last_on=date(2023, 12, 1)), date(2023, 12, 1))
    end(far, room, allege(far, room), date(2026, 9, 2))
    found = limitations_near(room.analyst, 30)
    assert [(one.person, one.kind, one.ends_at) for one in found] == [
        (near.person_code, LIMITATION, datetime(2026, 12, 1, tzinfo=JAPAN))
    ]
    now.move_to(datetime(2026, 12, 1, 0, 0, tzinfo=JAPAN))
    assert limitations_near(room.analyst, 30) == []


# Offences and limitation


@pytest.mark.parametrize(
    ("said", "says"),
    [
        pytest.param({"offence": "9-9"}, "choose one of: 7-1", id="unknown"),
        pytest.param({"last_on": date(2015, 7, 14)}, "counts for acts since 2015-07-15", id="the eve of the law"),
        pytest.param({"last_on": date(2026, 11, 21)}, "lies in the future", id="tomorrow"),
        pytest.param({"first_on": date(2026, 9, 3)}, "after the last one", id="wrong order"),
        pytest.param({"basis": " "}, "is missing", id="no basis"),
        pytest.param({"offence": "7-6", "last_on": date(2014, 7, 14)}, "since 2014-07-15", id="before the paragraphs"),
    ],
)
def test_an_offence_that_cannot_be_is_refused(said: dict[str, Any], says: str, dossier: Dossier, room: Room) -> None:
    with pytest.raises(BadInputError, match=says):
        allege(dossier, room, **said)
    assert not AllegedOffence.objects.exists()


def test_possession_on_the_first_day_of_the_law_is_an_offence(dossier: Dossier, room: Room) -> None:
    allege(dossier, room, last_on=date(2015, 7, 15), first_on=date(2012, 1, 1))
    assert "act-before-law" not in before_action(dossier)


def test_bought_and_gone_before_the_law_shuts_the_gate(dossier: Dossier, room: Room) -> None:
    made = allege(dossier, room, last_on=date(2015, 7, 15))
    # As another installation hands it over; here nobody enters an end that contradicts what is alleged.
    LimitationStart.objects.create(
        offence=made, ended_on=date(2015, 7, 1), stood_still=0, basis="甲2", by=room.analyst, at=NOW
    )
    assert Missing("act-before-law", "7-1") in missing(facts_of(dossier), Stage.UNDER_INVESTIGATION, Stage.READY)
    withdraw_offence(dossier, by=room.analyst, key=made.pk, reason="手放した日が判明")
    assert "act-before-law" not in before_action(dossier)


def test_limitation_runs_from_an_event_and_never_from_the_act_alone(dossier: Dossier, room: Room) -> None:
    """R28: an old day of an act says nothing of when it ended."""
    allege(dossier, room, last_on=date(2016, 1, 1))
    assert facts_of(dossier).limitation_on is None
    assert "limitation-complete" not in before_action(dossier)


def test_the_gate_shuts_on_the_day_on_which_limitation_is_complete(dossier: Dossier, room: Room, now: Any) -> None:
    bring_to(dossier, Stage.READY, room)
    newer = dossier.offences.get()
    end(dossier, room, allege(dossier, room, last_on=date(2023, 11, 25)), date(2023, 11, 25))
    withdraw_offence(dossier, by=room.analyst, key=newer.pk, reason="誤り")
    now.move_to(datetime(2026, 11, 24, 23, 59, tzinfo=JAPAN))
    assert "limitation-complete" not in before_action(dossier)
    now.move_to(datetime(2026, 11, 25, 0, 0, tzinfo=JAPAN))
    assert before_action(dossier) == ["limitation-complete"]
    with pytest.raises(GateError):
        advance(dossier, by=room.reviewer, to=Stage.REFERRED)


def test_one_offence_within_reach_keeps_the_gate_open(dossier: Dossier, room: Room) -> None:
    end(dossier, room, allege(dossier, room, last_on=date(2018, 1, 1)), date(2018, 1, 1))
    assert "limitation-complete" in before_action(dossier)
    end(dossier, room, allege(dossier, room, offence="7-6", last_on=date(2022, 1, 1)), date(2022, 1, 1))
    assert facts_of(dossier).limitation_on == date(2027, 1, 1)
    assert "limitation-complete" not in before_action(dossier)


def test_the_newest_event_counts_and_the_others_stay_to_be_read(dossier: Dossier, room: Room) -> None:
    made = allege(dossier, room, last_on=date(2020, 2, 29))
    end(dossier, room, made, date(2020, 2, 29))
    assert facts_of(dossier).limitation_on == date(2023, 3, 1)
    end(dossier, room, made, date(2020, 2, 29), stood_still=1471)
    assert facts_of(dossier).limitation_on == date(2027, 3, 11)
    seen = track_of(dossier).offences[0]
    assert [one.ended_on for one in seen.starts] == [date(2020, 2, 29), date(2020, 2, 29)]
    assert AllegedOffence.objects.get().limitation_on == seen.complete_on


def test_an_act_does_not_end_before_it_begins(dossier: Dossier, room: Room) -> None:
    made = allege(dossier, room, first_on=date(2026, 8, 1))
    with pytest.raises(BadInputError, match="before its first day"):
        end(dossier, room, made, date(2026, 7, 31))
    for contradicted in (date(2026, 9, 1), date(2026, 9, 3)):
        with pytest.raises(BadInputError, match="alleged until 2026-09-02, and would have ended on 2026-09-0"):
            end(dossier, room, made, contradicted)
    assert not made.limitation_starts.exists()
    with pytest.raises(BadInputError, match="stands still"):
        end(dossier, room, made, date(2026, 9, 2), stood_still=-1)
    with pytest.raises(RefusedError):
        start_limitation(dossier, by=room.analyst, key=made.pk + 1, ended_on=date(2026, 9, 2), basis="甲2")


@pytest.mark.parametrize(
    ("last_on", "name"), [(date(2025, 5, 31), "懲役"), (date(2025, 6, 1), "拘禁刑")], ids=["before", "since"]
)
def test_the_penalty_is_that_of_the_day(last_on: date, name: str, dossier: Dossier, room: Room) -> None:
    entry = allege(dossier, room, last_on=last_on)
    seen = track_of(dossier).offences[0]
    assert seen.offence is not None
    assert name in seen.offence.penalty(entry.last_on, "ja")


# Age


def test_age_goes_by_the_birth_date_that_people_established(dossier: Dossier, room: Room) -> None:
    assert track_of(dossier).by_age.procedure is Procedure.UNKNOWN
    confirm_identity(dossier, by=room.analyst, basis="住民票", born_on=date(2008, 2, 29))
    allege(dossier, room, last_on=date(2026, 2, 28))
    found = track_of(dossier).by_age
    assert (found.age_at_act, found.age_now, found.procedure) == (17, 18, Procedure.SPECIFIED_JUVENILE)
    assert found.changes_on == date(2028, 2, 29)


def test_two_birth_dates_are_none(dossier: Dossier, room: Room) -> None:
    confirm_identity(dossier, by=room.analyst, basis="住民票", born_on=date(1979, 5, 1))
    confirm_identity(dossier, by=room.investigator, basis="免許", born_on=date(1979, 5, 1))
    dossier.confirmations.filter(by=room.investigator).update(born_on=date(2010, 5, 1))
    found = track_of(dossier)
    assert (found.born, found.births_differ, found.by_age.procedure) == (None, True, Procedure.UNKNOWN)


@pytest.mark.parametrize(
    ("born", "shut"),
    [
        pytest.param(date(2012, 9, 3), True, id="fourteen the day after"),
        pytest.param(date(2012, 9, 2), False, id="fourteen that day"),
    ],
)
def test_under_fourteen_is_no_crime(born: date, shut: bool, dossier: Dossier, room: Room) -> None:
    allege(dossier, room)
    confirm_identity(dossier, by=room.analyst, basis="住民票", born_on=born)
    assert ("under-fourteen" in before_action(dossier)) is shut


def test_a_birth_after_the_act_is_refused(dossier: Dossier, room: Room) -> None:
    allege(dossier, room, last_on=date(2016, 1, 1))
    with pytest.raises(BadInputError, match="birth date"):
        confirm_identity(dossier, by=room.analyst, basis="住民票", born_on=date(2016, 1, 2))


def test_the_page_costs_the_same_however_much_is_recorded(dossier: Dossier, room: Room) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            for one in track_of(dossier).offences:
                str(one.entry.by)
                [str(start.by) for start in one.starts]
        return len(asked)

    for _number in range(2):
        end(dossier, room, allege(dossier, room), date(2026, 9, 2))
    few = queries()
    for _number in range(20):
        end(dossier, room, allege(dossier, room), date(2026, 9, 2))
    assert queries() == few
