"""A voluntary interview asks for a welfare plan before it, and that somebody looks after the person then (R31)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from soken.casework.actions.advance import GateError
from soken.casework.actions.end_dossier import end_dossier
from soken.casework.actions.look_after import look_after
from soken.casework.actions.record_interview import FURTHEST, record_interview, withdraw_interview
from soken.casework.models import Dossier, Interview
from soken.casework.selectors.dossier import today
from soken.casework.selectors.welfare import look_due
from soken.core.errors import BadInputError, RefusedError
from tests.casework.dossiers import Room, make_dossier, open_the_door

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]
DAY = timedelta(days=1)


def able(room: Room, *, but: str = "") -> Dossier:
    """Somebody of whom all stands that an interview asks for, but one part."""
    dossier = make_dossier(room)
    open_the_door(dossier, room, but=but)
    return dossier


def interview(dossier: Dossier, room: Room, on: date | None = None, **said: Any) -> Interview:
    return record_interview(
        dossier, **{"by": room.investigator, "on": on or today(), "place": "警察署", "who": "係長", **said}
    )


@pytest.mark.parametrize(("but", "code"), [
    ("welfare", "no-welfare-plan"), ("second confirmation", "identity-once"),
])  # fmt: skip
def test_one_that_is_to_come_asks_for_what_must_stand_first(but: str, code: str, room: Room) -> None:
    dossier = able(room, but=but)
    for on in (today(), today() + DAY):
        with pytest.raises(GateError) as refused:
            interview(dossier, room, on)
        assert code in {one.code for one in refused.value.missing}
    assert not Interview.objects.exists()


def test_the_plan_is_good_on_the_day_of_the_interview(room: Room) -> None:
    dossier = able(room)
    last = dossier.welfare_plans.get().good_until
    assert interview(dossier, room, last).held_on == last
    with pytest.raises(GateError) as refused:
        interview(dossier, room, last + DAY)
    assert [one.code for one in refused.value.missing] == ["welfare-plan-stale"]


def test_the_wrong_person_is_not_interviewed(room: Room) -> None:
    dossier = able(room)
    end_dossier(dossier, by=room.analyst, kind="misidentified", basis="メールの下線の欠落")
    with pytest.raises(RefusedError):
        interview(dossier, room)


def test_one_that_was_held_without_a_plan_is_recorded_with_the_reason_alone(room: Room) -> None:
    dossier = able(room, but="welfare")
    with pytest.raises(GateError, match="No welfare plan was in force"):
        interview(dossier, room, today() - DAY)
    made = interview(dossier, room, today() - DAY, unplanned="本人が突然来署した")
    assert made.unplanned == "本人が突然来署した"


def test_a_plan_that_was_made_after_it_was_none_on_its_day(room: Room, now: Any) -> None:
    dossier = able(room)
    held = today() - DAY
    with pytest.raises(GateError):
        interview(dossier, room, held)
    now.shift(timedelta(days=2))
    assert interview(dossier, room, held + DAY).unplanned == ""


def test_after_it_somebody_has_to_look_after_the_person_by_the_next_day(room: Room, now: Any) -> None:
    dossier = able(room)
    interview(dossier, room, today() + DAY)
    assert look_due(dossier) is None, "it has not taken place yet"
    now.shift(timedelta(days=1))
    due = look_due(dossier)
    assert due is not None
    assert (due.first, due.due_on) == (True, today() + DAY)
    now.shift(timedelta(days=1))
    look_after(dossier, by=room.investigator, who="保健師", way="visit", found="落ち着いている", checked_on=today())
    assert look_due(dossier) is None
    now.shift(timedelta(days=1))
    interview(dossier, room)
    assert look_due(dossier) is not None, "each interview anew"


def test_one_that_did_not_take_place_is_withdrawn_and_asks_for_no_look(room: Room) -> None:
    dossier = able(room)
    made = interview(dossier, room)
    assert look_due(dossier) is not None
    with pytest.raises(BadInputError):
        withdraw_interview(dossier, by=room.investigator, key=made.pk, reason=" ")
    withdraw_interview(dossier, by=room.investigator, key=made.pk, reason="来署せず")
    assert look_due(dossier) is None
    with pytest.raises(RefusedError, match="No such interview"):
        withdraw_interview(dossier, by=room.investigator, key=made.pk, reason="再度")


@pytest.mark.parametrize("wrong", [{"place": " "}, {"who": ""}, {"on": date(1990, 1, 1)}])
def test_a_part_that_is_missing_and_a_day_that_cannot_be_are_refused(wrong: dict[str, Any], room: Room) -> None:
    dossier = able(room)
    with pytest.raises(BadInputError):
        interview(dossier, room, **wrong)
    with pytest.raises(BadInputError, match="days ahead"):
        interview(dossier, room, today() + timedelta(days=FURTHEST + 1))


@pytest.mark.parametrize("name", ["liaison", "auditor"])
def test_who_records_no_findings_records_no_interview(name: str, room: Room) -> None:
    with pytest.raises(RefusedError):
        interview(able(room), room, by=room.users[name])
