"""A row that is said to be somebody else's after two people confirmed shuts every gate; what they saw does not (R3)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import time_machine

from soken.access.models import Role, User
from soken.casework.actions.confirm_identity import confirm_identity
from soken.casework.actions.end_dossier import end_dossier
from soken.casework.actions.judge import judge
from soken.casework.actions.merge_persons import merge_persons
from soken.casework.actions.review_act import Ruling, enter
from soken.casework.actions.split_person import split_person
from soken.casework.actions.undo_judgement import undo_judgement
from soken.casework.actions.withdraw_confirmation import withdraw_confirmation
from soken.casework.models import ActKind, Dossier, Membership, Person, ReviewAct
from soken.casework.selectors import rows_now
from soken.casework.selectors.dossier import facts_of, facts_of_many
from soken.core import clock
from soken.resolve import RowRef, Verdict
from soken.review.stages import Stage
from soken.review.transitions import missing
from tests.casework.dossiers import bring_to, make_dossier, make_room
from tests.casework.test_due_rows import World

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytest_django import Settings

pytestmark = pytest.mark.django_db
ROWS = {"rows-moved", "rows-added"}


class Moving(World):
    """A dossier on two rows that two people have confirmed, and a stranger."""

    def __init__(self, folder: Path, settings: Settings, clock_: time_machine.Coordinates) -> None:
        super().__init__(folder, settings)
        self.clock = clock_
        self.second = User.objects.create(username="second", role=Role.INVESTIGATOR, password="!")
        Membership.objects.create(operation=self.operation, user=self.second)
        self.item = self.operation.evidence.get().evidence_id
        self.resolve()
        self.dossier = self.open("佐藤 一男")
        self.later()
        self.confirm()

    def later(self) -> None:
        self.clock.shift(timedelta(hours=1))

    def confirm(self) -> None:
        for user in (self.analyst, self.second):
            confirm_identity(self.dossier, by=user, basis="住民票と照合")
        self.later()

    def judge(self, left: int, right: int, verdict: Verdict) -> ReviewAct:
        code = "different-given" if verdict is Verdict.DIFFERENT else "same-renamed"
        return judge(
            self.operation, by=self.analyst, left=RowRef(self.item, left), right=RowRef(self.item, right),
            verdict=verdict.value, code=code,
        )  # fmt: skip

    def run_again(self, *rows: str) -> None:
        """Take a list in, and resolve."""
        self.take_in([*rows] or ["田中 次郎,jiro@mail.example,090-1234-5003"])
        self.resolve()
        self.later()

    def shut(self, before: Stage = Stage.UNDER_INVESTIGATION, after: Stage = Stage.READY) -> set[str]:
        """Return what is said of the rows at a gate."""
        return {one.code for one in missing(facts_of(self.dossier), before, after)} & ROWS


@pytest.fixture
def moving(tmp_path: Path, settings: Settings) -> Iterator[Moving]:
    with time_machine.travel(clock.now(), tick=False) as travelled:
        yield Moving(tmp_path, settings, travelled)


def test_rows_that_stand_as_they_were_confirmed_shut_nothing(moving: Moving) -> None:
    assert moving.shut() == set()
    moving.run_again()
    assert moving.shut() == set(), "a run that says the same of them"


@pytest.mark.parametrize("gate", [(Stage.UNDER_INVESTIGATION, Stage.READY), (Stage.READY, Stage.REFERRED)])
def test_two_rows_judged_different_shut_the_gates_before_any_run_and_after(
    moving: Moving, gate: tuple[Stage, Stage]
) -> None:
    moving.judge(1, 2, Verdict.DIFFERENT)
    assert moving.shut(*gate) == {"rows-moved"}
    moving.run_again()
    assert Person.objects.filter(code=moving.dossier.person_code).exists(), "the code outlives the split"
    assert moving.shut(*gate) == {"rows-moved"}


def test_a_judgement_that_is_undone_no_longer_shuts(moving: Moving) -> None:
    act = moving.judge(1, 2, Verdict.DIFFERENT)
    undo_judgement(moving.operation, act.pk, by=moving.analyst, reason="取違え")
    assert moving.shut() == set()


def test_a_row_judged_different_from_a_strangers_shuts_nothing(moving: Moving) -> None:
    moving.judge(1, 3, Verdict.DIFFERENT)
    assert moving.shut() == set()


def test_a_split_person_is_shut(moving: Moving) -> None:
    split_person(
        moving.operation, moving.dossier.person_code, [RowRef(moving.item, 2)], by=moving.analyst,
        code="different-given",
    )  # fmt: skip
    assert moving.shut() == {"rows-moved"}


@pytest.mark.parametrize(("said", "few"), [("by hand", 400), ("in the queue", 400), ("in the queue", 0)])
def test_rows_joined_with_another_dossiers_shut_both_before_any_run_and_after(
    said: str, few: int, moving: Moving, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows_now, "_FEW", few)
    other = moving.open("鈴木 花子")
    persons = moving.dossier.person_code, other.person_code

    def shut() -> list[bool]:
        facts = facts_of_many([moving.dossier, other])
        return [facts[one.pk].rows_moved for one in (moving.dossier, other)] + [facts_of(other).rows_moved]

    assert shut() == [False] * 3
    if said == "by hand":
        act = merge_persons(moving.operation, *persons, by=moving.analyst, code="same-renamed", confirmed=True)
    else:
        act = moving.judge(1, 3, Verdict.SAME)
    assert shut() == [True] * 3
    undo_judgement(moving.operation, act.pk, by=moving.analyst, reason="取違え")
    assert shut() == [False] * 3
    undo_judgement(moving.operation, ReviewAct.objects.order_by("-pk")[0].pk, by=moving.analyst, reason="やはり同一")
    moving.run_again()
    assert shut() == [True] * 3


def test_rows_joined_with_those_of_a_dossier_whose_work_has_ended_shut_nothing(moving: Moving) -> None:
    other = moving.open("鈴木 花子")
    end_dossier(other, by=moving.analyst, kind="not-identifiable", basis="照会先すべて該当なし")
    moving.judge(1, 3, Verdict.SAME)
    assert moving.shut() == set()


def test_a_join_with_a_stranger_without_a_dossier_shuts_nothing_before_a_run(moving: Moving) -> None:
    moving.judge(1, 3, Verdict.SAME)
    assert moving.shut() == set()


def test_a_run_that_gives_a_row_to_another_person_shuts_without_any_judgement_in_force(moving: Moving) -> None:
    act = moving.judge(1, 2, Verdict.DIFFERENT)
    moving.run_again()
    undo_judgement(moving.operation, act.pk, by=moving.analyst, reason="取違え")
    assert moving.shut() == {"rows-moved"}, "the run that is shown parts them still"
    moving.run_again("山田 三郎,saburo@mail.example,090-1234-5004")
    assert moving.shut() == set()


def test_further_rows_shut_until_two_people_have_confirmed_with_them_before_their_eyes(moving: Moving) -> None:
    moving.run_again("佐藤 一男,kazuo@mail.example,090-1234-5001")
    assert moving.shut() == {"rows-added"}
    for user in (moving.analyst, moving.second):
        withdraw_confirmation(moving.dossier, by=user, whose=user.username, reason="新しい行")
    moving.confirm()
    assert moving.shut() == set()
    moving.run_again()
    assert moving.shut() == set(), "a run that adds nothing more asks nobody anew"
    assert Dossier.objects.get().rows.count() == 2


def test_one_old_confirmation_is_not_enough(moving: Moving) -> None:
    moving.run_again("佐藤 一男,kazuo@mail.example,090-1234-5001")
    withdraw_confirmation(moving.dossier, by=moving.second, whose="second", reason="新しい行")
    confirm_identity(moving.dossier, by=moving.second, basis="住民票と照合")
    assert moving.shut() == {"rows-added"}


def test_a_person_who_was_ready_goes_back_at_once_when_its_rows_are_judged_to_be_anothers_too() -> None:
    room = make_room()
    dossier, other = bring_to(make_dossier(room), Stage.READY, room), make_dossier(room)
    one, two = (RowRef(row.evidence, row.row) for row in (dossier.rows.first(), other.rows.first()))
    act = ReviewAct.objects.create(
        operation=room.operation, kind=ActKind.JUDGE, verdict="same", code="same-moved", by=room.analyst,
        at=clock.now(), persons=[dossier.person_code, other.person_code],
    )  # fmt: skip
    enter(act, [Ruling(min(one, two), max(one, two), Verdict.SAME)])
    step = dossier.stage_changes.order_by("pk").last()
    assert Dossier.objects.get(pk=dossier.pk).stage == Stage.UNDER_INVESTIGATION
    assert (step.reason, step.by) == ("lost:rows-moved", room.analyst)


@pytest.mark.parametrize("apart", [True, False])
def test_a_person_who_was_ready_goes_back_at_once_when_its_rows_are_judged_apart(apart: bool) -> None:
    room = make_room()
    dossier = bring_to(make_dossier(room), Stage.READY, room)
    one, other = (RowRef(row.evidence, row.row) for row in dossier.rows.order_by("row"))
    act = ReviewAct.objects.create(
        operation=room.operation, kind=ActKind.JUDGE, verdict="different", code="different-given", by=room.analyst,
        at=clock.now(), persons=[dossier.person_code],
    )  # fmt: skip
    enter(act, [Ruling(one, other if apart else RowRef(other.evidence, 900), Verdict.DIFFERENT)])
    now, step = Dossier.objects.get(), dossier.stage_changes.order_by("pk").last()
    if apart:
        assert (now.stage, now.version) == (Stage.UNDER_INVESTIGATION, dossier.version + 1)
        assert (step.reason, step.by) == ("lost:rows-moved", room.analyst)
    else:
        assert (now.stage, now.version) == (Stage.READY, dossier.version)
