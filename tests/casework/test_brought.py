"""Whoever is brought to a stage without the acts is where whoever went there by them is, in every table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from soken.access.models import User
from soken.casework.actions.write_note import write_note
from soken.casework.models import Category, Dossier, Protected
from soken.casework.selectors.dossier import facts_of
from soken.core import clock
from soken.review.facts import Ending
from soken.review.stages import Stage
from soken.review.transitions import WAY_AHEAD
from tests.casework import brought
from tests.casework.brought import left, standing
from tests.casework.dossiers import Room, bring_to, make_dossier, make_room, record_everything, refer

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]

AHEAD = WAY_AHEAD[1 : WAY_AHEAD.index(Stage.READY) + 1]
ENDS = [Stage.NOT_CHARGEABLE, *(Stage(one) for one in Ending if one is not Ending.JOINED)]
WAYS: dict[str, Callable[[Dossier, Room], object]] = {
    **{stage.value: lambda dossier, room, to=stage: bring_to(dossier, to, room) for stage in (*AHEAD, *ENDS)},
    "everything": record_everything,
    "but some": lambda dossier, room: record_everything(dossier, room, but=frozenset({"role", "screening"})),
}


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch: pytest.MonkeyPatch) -> dict[Hashable, Any]:
    """What tests before this one have kept is out of sight."""
    kept: dict[Hashable, Any] = {}
    monkeypatch.setattr(brought, "_KEPT", kept)
    return kept


def went(room: Room, way: Callable[[Dossier, Room], object], **begin: Any) -> tuple[Any, Any]:
    """Go a way with a new dossier; return what it left in words, and the facts that gates look at."""
    dossier = make_dossier(room, **begin)
    before = standing()
    way(dossier, room)
    return left(before, dossier, room), facts_of(dossier)


@pytest.mark.parametrize("name", WAYS)
def test_the_same_rows_stand_in_every_table(
    name: str, room: Room, monkeypatch: pytest.MonkeyPatch, nothing_kept: dict[Hashable, Any]
) -> None:
    by_acts, facts = went(room, WAYS[name])
    [kept] = nothing_kept.values()
    assert kept == by_acts
    assert kept.rows
    monkeypatch.setattr(brought, "left", None)  # nothing is done by acts any more
    assert went(room, WAYS[name]) == (by_acts, facts)


def test_in_another_operation_too(room: Room, nothing_kept: dict[Hashable, Any]) -> None:
    """Keys, codes, names and row numbers differ from one to the next: nothing of them is kept."""
    went(room, WAYS[Stage.READY])
    other = make_room("kite")
    written = went(other, WAYS[Stage.READY])
    assert len(nothing_kept) == 1
    nothing_kept.clear()
    assert went(other, WAYS[Stage.READY]) == written


def test_from_there_the_real_acts_go_on(room: Room) -> None:
    bring_to(make_dossier(room), Stage.READY, room)
    dossier = bring_to(make_dossier(room), Stage.READY, room)
    refer(dossier, room)
    assert Dossier.objects.get(pk=dossier.pk).stage == Stage.REFERRED


@pytest.mark.parametrize(
    "begin",
    [
        {"rows": 3},
        {"force": "osaka"},
        {"force": ""},
        {"received_on": clock.now().date().replace(year=2017)},
    ],
)
def test_whoever_begins_otherwise_goes_by_the_acts(
    begin: dict[str, Any], room: Room, nothing_kept: dict[Hashable, Any]
) -> None:
    record_everything(make_dossier(room), room)
    record_everything(make_dossier(room, **begin), room)
    assert len(nothing_kept) == 2


def test_who_has_been_acted_on_and_who_could_be_shut_away_go_by_the_acts(
    room: Room, nothing_kept: dict[Hashable, Any]
) -> None:
    noted = make_dossier(room)
    write_note(noted, by=room.analyst, text="見た")
    record_everything(noted, room)
    assert not nothing_kept
    Protected.objects.create(category=Category.POLICE, name="山田 花子", at=clock.now(), by=room.reviewer)
    record_everything(make_dossier(room), room)
    assert not nothing_kept


def test_who_acts_with_other_rights_does_so_really(room: Room, nothing_kept: dict[Hashable, Any]) -> None:
    record_everything(make_dossier(room), room)
    User.objects.filter(pk=room.analyst.pk).update(force="tokyo")
    record_everything(make_dossier(room), room)
    assert len(nothing_kept) == 2
