"""What a reader with fresh eyes played through the gates once, and what each says now."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from soken.casework.actions.advance import GateError, advance
from soken.casework.actions.allege_offence import allege_offence, withdraw_offence
from soken.casework.actions.back_element import back_element
from soken.casework.actions.confirm_identity import confirm_identity
from soken.casework.actions.corroborate import corroborate
from soken.casework.actions.enter_exhibit import enter_exhibit
from soken.casework.actions.record_restraint import record_restraint
from soken.casework.models import Corroboration, OldCaseImport, OldCaseLine, Referral
from soken.core import clock
from soken.core.errors import BadInputError, RefusedError
from soken.review.stages import Stage
from tests.casework.dossiers import AT, ELEMENTS, Room, bring_to, make_dossier, record_everything, refer

if TYPE_CHECKING:
    from soken.casework.models import Dossier

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]
CONFIRMATIONS = frozenset({"first confirmation", "second confirmation"})


def investigated(room: Room, *but: str) -> Dossier:
    """Return a dossier under investigation of which all is recorded but these parts."""
    dossier = make_dossier(room)
    record_everything(dossier, room, but=frozenset(but))
    for stage in (Stage.SCREENED, Stage.ASSIGNED, Stage.UNDER_INVESTIGATION):
        advance(dossier, by=room.reviewer, to=stage)
    return dossier


def lacks(dossier: Dossier, room: Room) -> list[str]:
    """Return what the gate to *ready for action* says is missing; nothing where it lets the dossier through."""
    try:
        advance(dossier, by=room.reviewer, to=Stage.READY)
    except GateError as shut:
        return [one.code for one in shut.missing]
    return []


def confirm(dossier: Dossier, room: Room, **said: Any) -> None:
    """Let two people confirm the identity."""
    for by in (room.analyst, room.investigator):
        confirm_identity(dossier, by=by, basis="住民票と照合", **said)


def test_a_child_of_whom_no_act_is_alleged_is_not_ready(room: Room) -> None:
    dossier = investigated(room, *CONFIRMATIONS, "offence")
    confirm(dossier, room, born_on=date(2014, 1, 1))
    assert lacks(dossier, room) == ["no-offence", "under-fourteen"]


def test_a_later_act_that_is_alleged_makes_nobody_older_on_the_day_that_is_shown(room: Room) -> None:
    dossier = investigated(room, *CONFIRMATIONS, "offence")
    confirm(dossier, room, born_on=date(2012, 9, 3))
    allege_offence(dossier, by=room.analyst, offence="7-1", last_on=date(2026, 9, 3), basis="甲2")
    assert lacks(dossier, room) == ["under-fourteen"]


def test_the_only_offence_withdrawn_takes_back_who_was_ready(room: Room) -> None:
    dossier = bring_to(make_dossier(room), Stage.READY, room)
    withdraw_offence(dossier, by=room.analyst, key=dossier.offences.get().pk, reason="誤り")
    dossier.refresh_from_db()
    assert dossier.stage == Stage.UNDER_INVESTIGATION
    assert lacks(dossier, room) == ["no-offence"]


@pytest.mark.parametrize(
    ("said", "missing"),
    [
        pytest.param({}, ["birth-unstated"], id="silence"),
        pytest.param({"birth_unknown": True}, [], id="cannot be established"),
        pytest.param({"born_on": date(1979, 5, 1)}, [], id="stated"),
    ],
)
def test_nobody_is_ready_of_whom_nobody_says_how_old(said: dict[str, Any], missing: list[str], room: Room) -> None:
    dossier = investigated(room, *CONFIRMATIONS)
    confirm(dossier, room, **said)
    assert lacks(dossier, room) == missing


def test_a_birth_date_is_not_stated_and_unknown_at_once(room: Room) -> None:
    dossier = make_dossier(room)
    with pytest.raises(BadInputError, match="one of the two"):
        confirm_identity(dossier, by=room.analyst, basis="戸籍", born_on=date(1979, 5, 1), birth_unknown=True)
    assert not dossier.confirmations.exists()


# The day of a referral


def test_nobody_was_referred_before_the_dossier_was_ready(room: Room) -> None:
    dossier = make_dossier(room, received_on=date(2026, 9, 1))
    bring_to(dossier, Stage.READY, room)
    with pytest.raises(BadInputError, match="before 2026-11-20, when the dossier became ready"):
        refer(dossier, room, sent_on=date(2026, 11, 19))
    assert not Referral.objects.exists()
    assert refer(dossier, room, sent_on=date(2026, 11, 20)).sent_on == AT.date()


def test_nobody_was_referred_in_custody_before_being_held(room: Room, now: Any) -> None:
    dossier = bring_to(make_dossier(room), Stage.READY, room)
    now.shift(timedelta(days=2))
    record_restraint(dossier, by=room.investigator, began_at=clock.now(), arrested_by="police", form="warrant")
    with pytest.raises(BadInputError, match="before 2026-11-22, since when the person is held"):
        refer(dossier, room, kind="custody", sent_on=date(2026, 11, 21))
    assert not Referral.objects.exists()
    assert refer(dossier, room, kind="custody", sent_on=date(2026, 11, 22)).restraint == dossier.restraints.get()


def test_an_old_case_was_referred_before_anybody_took_it_over(room: Room) -> None:
    dossier = make_dossier(room, received_on=date(2017, 9, 1))
    batch = OldCaseImport.objects.create(
        operation=room.operation, sha256="0" * 64, by=room.analyst, at=AT, lines_read=1, lines_done=1, lines_part=0,
        lines_aside=0,
    )  # fmt: skip
    OldCaseLine.objects.create(
        batch=batch, operation=room.operation, number=1, reference="旧1号", outcome="done", dossier=dossier
    )
    bring_to(dossier, Stage.READY, room)
    assert refer(dossier, room, sent_on=date(2017, 10, 2)).sent_on == date(2017, 10, 2)


# What an exhibit can show


@pytest.mark.parametrize(
    ("origin", "unfit"),
    [
        pytest.param("bank", [*ELEMENTS], id="the purchase"),
        pytest.param("carrier", [*ELEMENTS], id="its delivery"),
        pytest.param("search", ["material", "will"], id="what was seized"),
        pytest.param("statement", ["material", "purpose", "clear"], id="a confession"),
        pytest.param("examination", [], id="an examination"),
    ],
)
def test_one_exhibit_fills_the_checklist_only_where_it_can_show_it(origin: str, unfit: list[str], room: Room) -> None:
    dossier = investigated(room, *(f"element {one}" for one in ELEMENTS))
    enter_exhibit(dossier, by=room.analyst, number="甲3", origin=origin, obtained_on=date(2026, 9, 2))
    for element in ELEMENTS:
        day = date(2026, 9, 2) if element == "possession" else None
        back_element(dossier, by=room.analyst, element=element, exhibit="甲3", shown_on=day)
    # What can show every element is one source still: the case rests on more than one report.
    assert lacks(dossier, room) == (["element-unfit"] * len(unfit) or ["elements-one-source"])


def test_no_exhibit_shows_a_day_after_it_was_obtained(room: Room) -> None:
    dossier = investigated(room, "element possession")
    enter_exhibit(dossier, by=room.analyst, number="甲3", origin="search", obtained_on=date(2016, 1, 4))
    with pytest.raises(BadInputError, match="obtained on 2016-01-04 and cannot show 2026-11-01"):
        back_element(dossier, by=room.analyst, element="possession", exhibit="甲3", shown_on=date(2026, 11, 1))
    assert lacks(dossier, room) == ["element-empty"]


def test_what_the_bank_wrote_is_no_examination_of_a_device(room: Room) -> None:
    dossier = investigated(room, "corroboration")
    with pytest.raises(RefusedError, match="comes from: network or mail provider, examination report"):
        corroborate(dossier, by=room.analyst, kind="device", exhibit="甲1")
    assert lacks(dossier, room) == ["no-corroboration"]
    Corroboration.objects.create(
        dossier=dossier, kind="device", exhibit=dossier.exhibits.get(number="甲1"), by=room.analyst, at=AT
    )
    assert lacks(dossier, room) == ["corroboration-unfit"]
