"""``soken sample``: drawing, answering blind and comparing on the command line."""

from __future__ import annotations

import pytest

from soken.casework.actions.assess import assess
from soken.casework.models import SecondAssessment
from soken.core.errors import BadInputError, RefusedError
from tests.casework.dossiers import Room, make_dossier
from tests.commands.test_priority_commands import CLEAN, answers, room, run, soken

pytestmark = pytest.mark.django_db
__all__ = ["room"]


def drawn(room: Room) -> SecondAssessment:
    assess(make_dossier(room), by=room.analyst, answers={**CLEAN, "access-work": "regular"})
    told = soken("sample", "draw", "--persons", "3", "--seed", "5", by="reviewer")
    assert told == {"sample": told["sample"], "drawn": 1, "drawable": 1, "left_out": 0, "seed": 5}
    SecondAssessment.objects.update(assessor=room.analyst2)
    return SecondAssessment.objects.get()


def test_a_sample_is_drawn_answered_and_compared(room: Room) -> None:
    second = drawn(room)
    code, number = second.dossier.person_code, str(second.sample_id)
    listed = soken("sample", "list", by="analyst2")
    assert listed["asked_of_you"] == [code]
    assert listed["samples"][0]["waiting"] == 1
    before = run("sample", "show", number, by="analyst2")
    assert code in before
    assert "very" not in before
    run("sample", "answer", code, *answers(), "--note", "面接なし", by="analyst2")
    shown = soken("sample", "show", number, by="analyst2")
    assert (shown["compared"], shown["equal"], shown["too_few"]) == (1, 0, True)
    assert shown["answered"][0]["first"]["band"] == "very-high"
    assert shown["answered"][0]["second"]["note"] == "面接なし"
    assert "Equal bands: 0 of 1 (0.0%)" in run("sample", "show", number, by="reviewer")


def test_until_then_other_commands_show_the_assessor_nothing_of_the_first(room: Room) -> None:
    code = drawn(room).dossier.person_code
    with pytest.raises(RefusedError, match="blind"):
        run("priority", "override", code, "--band", "low", "--reason", "別に", by="analyst2")
    with pytest.raises(RefusedError, match="blind"):
        run("priority", "assess", code, *answers(), "--reason", "別に", by="analyst2")


def test_it_is_set_aside_with_a_reason(room: Room) -> None:
    second = drawn(room)
    with pytest.raises(BadInputError):
        run("sample", "set-aside", str(second.pk), "--reason", " ", by="analyst2")
    run("sample", "set-aside", str(second.pk), "--reason", "1回目を知っている", by="analyst2")
    assert "1回目を知っている" in run("sample", "show", str(second.sample_id), by="reviewer")
