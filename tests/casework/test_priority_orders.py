"""Whatever people do in whatever order, a band falls only when two different people stand behind the same lowering."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from soken.casework.actions.assess import assess
from soken.casework.actions.enter_exhibit import enter_exhibit
from soken.casework.actions.override_band import override_band
from soken.casework.actions.settle_lowering import approve_lowering, refuse_lowering
from soken.casework.models import ChangeState, Dossier, Priority
from soken.core.errors import SokenError
from soken.core.home import open_home
from soken.prioritise.instrument import PriorityBand
from soken.prioritise.instrument_file import default_instrument
from tests.casework.dossiers import AT, Room, make_dossier, make_room

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_django import Settings

pytestmark = pytest.mark.django_db
FACTORS = default_instrument().factors


@pytest.fixture(autouse=True)
def own_home(settings: Settings, tmp_path: Path) -> None:
    settings.HOME = open_home(tmp_path / "home")


def do_something(dossier: Dossier, room: Room, chance: random.Random, number: int) -> None:
    by = room.users[chance.choice(["analyst", "analyst2", "investigator", "reviewer", "reviewer2", "auditor"])]
    match chance.choice(["assess", "override", "approve", "approve", "refuse", "fact"]):
        case "assess":
            answers = {code: chance.choice([*one.answers, "unknown"]) for code, one in FACTORS.items()}
            if chance.random() < 0.6:
                answers = {code: next(iter(one.answers)) for code, one in FACTORS.items()}
            assess(dossier, by=by, answers=answers, reason="再評価")
        case "override":
            override_band(dossier, by=by, band=chance.choice([*PriorityBand]), reason="理由")
        case "approve":
            approve_lowering(dossier, by=by, reason="同意")
        case "refuse":
            refuse_lowering(dossier, by=by, reason="拒否")
        case _:
            enter_exhibit(dossier, by=by, number=f"甲{number}", origin="bank", obtained_on=AT.date())


@pytest.mark.parametrize("seed", range(12))
def test_no_order_of_acts_lowers_a_band_by_one_person(seed: int) -> None:
    chance = random.Random(seed)
    room = make_room()
    dossier = make_dossier(room)
    for number in range(40):
        before = Priority.objects.get(dossier=dossier)
        try:
            do_something(dossier, room, chance, number)
        except SokenError:
            assert Priority.objects.get(dossier=dossier).band == before.band
            continue
        after = Priority.objects.get(dossier=dossier)
        if before.band and after.order > before.order:
            change = after.change
            assert change is not None
            assert (change.state, change.before, change.after) == (ChangeState.TAKEN, before.band, after.band)
            assert None not in {change.by, change.second}
            assert change.by != change.second
    assert dossier.assessments.count() == len(set(dossier.assessments.values_list("number", flat=True)))
