"""Persons joined and split by hand: nothing is lost by it, every earlier state can be shown and restored."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow.parquet as pq
import pytest

from soken.casework.actions.judge import judge
from soken.casework.actions.merge_persons import merge_persons
from soken.casework.actions.open_dossier import open_dossier
from soken.casework.actions.restore_judgements import restore_judgements
from soken.casework.actions.review_act import ContradictionError
from soken.casework.actions.split_person import split_person
from soken.casework.actions.undo_judgement import undo_judgement
from soken.casework.models import Judgement, ReviewAct
from soken.casework.selectors.review_persons import earlier_state, state_of
from soken.casework.selectors.review_rows import first_rows, in_force
from soken.core.errors import BadInputError, NotFoundError, RefusedError
from soken.resolve import RowRef
from soken.review.stages import Stage
from tests.casework.review_worlds import Desk, make_desk

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.django_db

JOIN = {"code": "same-source", "note": "照会回答"}
PART = {"code": "different-source", "note": "照会回答"}


@pytest.fixture
def desk(settings: object, tmp_path: Path) -> Desk:
    return make_desk(tmp_path)


def of_records(desk: Desk, least: int, number: int = 0) -> str:
    """The code of a person about whom nothing is asked, of at least so many records."""
    found = desk.operation.persons.filter(band="same", records__gte=least).order_by("records", "pk")[number]
    return found.code


def rows_of(desk: Desk, person: str) -> list[RowRef]:
    return sorted(first_rows(desk.folder, person, 100).values())


def persons(desk: Desk) -> dict[RowRef, str]:
    found = pq.read_table(desk.folder / "membership.parquet", columns=["evidence", "row", "person"]).to_pylist()
    return {RowRef(one["evidence"], one["row"]): one["person"] for one in found}


def said(desk: Desk) -> list[tuple[RowRef, RowRef, str]]:
    return [
        (RowRef(one.left_evidence, one.left_row), RowRef(one.right_evidence, one.right_row), one.verdict)
        for one in in_force(desk.operation)
    ]


def test_persons_joined_by_hand_are_one_in_the_next_run_with_every_record(desk: Desk) -> None:
    one, other = of_records(desk, 2), of_records(desk, 2, 1)
    rows = [*rows_of(desk, one), *rows_of(desk, other)]
    act = merge_persons(desk.operation, one, other, by=desk.analyst, **JOIN)
    assert (act.note, act.persons, act.judgements.count()) == ("照会回答", [one, other], len(rows) - 1)
    desk.resolve()
    assert len({persons(desk)[row] for row in rows}) == 1
    undo_judgement(desk.operation, act.pk, by=desk.analyst, reason="誤り")
    desk.resolve()
    assert {persons(desk)[row] for row in rows} == {one, other}


def test_who_is_at_work_is_joined_only_by_who_has_seen_it(desk: Desk) -> None:
    """The bad input "merged while open elsewhere": told, and nothing changes."""
    one, other = of_records(desk, 2), of_records(desk, 2, 1)
    opened = open_dossier(desk.operation, other, by=desk.analyst2)
    with pytest.raises(RefusedError, match=f"Work is under way on {other}"):
        merge_persons(desk.operation, one, other, by=desk.analyst, **JOIN)
    assert (ReviewAct.objects.count(), Judgement.objects.count()) == (0, 0)
    merge_persons(desk.operation, one, other, by=desk.analyst, **JOIN, confirmed=True)
    assert ReviewAct.objects.count() == 1
    opened.refresh_from_db()
    assert opened.stage == Stage.PROPOSED


def test_a_split_parts_the_rows_in_every_run_to_come(desk: Desk) -> None:
    person = of_records(desk, 3)
    rows = rows_of(desk, person)
    split_person(desk.operation, person, rows[:1], by=desk.analyst, **PART)
    for _run in range(2):
        desk.resolve()
        now = persons(desk)
        assert now[rows[0]] not in {now[row] for row in rows[1:]}


def test_a_split_takes_back_what_joined_the_two_sides_only_when_confirmed(desk: Desk) -> None:
    one, other = of_records(desk, 1), of_records(desk, 1, 1)
    left, right = rows_of(desk, one), rows_of(desk, other)
    merge_persons(desk.operation, one, other, by=desk.analyst, **JOIN)
    desk.resolve()
    joined = persons(desk)[left[0]]
    with pytest.raises(ContradictionError) as caught:
        split_person(desk.operation, joined, left, by=desk.analyst2, **PART)
    assert caught.value.confirmable
    assert len(caught.value.against) == len(left) + len(right) - 1
    act = split_person(desk.operation, joined, left, by=desk.analyst2, **PART, confirmed=True)
    assert {verdict for _left, _right, verdict in said(desk)} == {"different"}
    desk.resolve()
    assert persons(desk)[left[0]] != persons(desk)[right[0]]
    undo_judgement(desk.operation, act.pk, by=desk.analyst, reason="誤り")
    assert {verdict for _left, _right, verdict in said(desk)} == {"same"}


def test_a_split_is_refused_where_a_chain_through_others_joins_the_sides(desk: Desk) -> None:
    person, third = of_records(desk, 2), of_records(desk, 1)
    first, last = rows_of(desk, person)[0], rows_of(desk, person)[-1]
    elsewhere = rows_of(desk, third)[0]
    for row in (first, last):
        judge(desk.operation, by=desk.analyst, left=row, right=elsewhere, verdict="same", code="same-contact")
    with pytest.raises(ContradictionError) as caught:
        split_person(desk.operation, person, [first], by=desk.analyst, **PART, confirmed=True)
    assert not caught.value.confirmable
    assert len(caught.value.against) == 2


def test_joining_rejected_persons_takes_the_rejection_back_only_when_confirmed(desk: Desk) -> None:
    one, other = of_records(desk, 2), of_records(desk, 2, 1)
    left, right = rows_of(desk, one)[-1], rows_of(desk, other)[-1]
    judge(desk.operation, by=desk.analyst, left=left, right=right, verdict="different", code="different-given")
    with pytest.raises(ContradictionError):
        merge_persons(desk.operation, one, other, by=desk.analyst2, **JOIN)
    assert ReviewAct.objects.count() == 1
    merge_persons(desk.operation, one, other, by=desk.analyst2, **JOIN, confirmed=True)
    assert {verdict for _left, _right, verdict in said(desk)} == {"same"}
    assert Judgement.objects.filter(verdict="different").count() == 1


def test_whoever_has_looked_at_something_else_is_told(desk: Desk) -> None:
    one, other = of_records(desk, 2), of_records(desk, 2, 1)
    seen = state_of(desk.operation, desk.run, (one, other))
    act = merge_persons(desk.operation, one, other, by=desk.analyst, **JOIN, seen=seen)
    undo_judgement(desk.operation, act.pk, by=desk.analyst, reason="誤り")
    with pytest.raises(RefusedError, match="changed since you opened the page"):
        merge_persons(desk.operation, one, other, by=desk.analyst2, **JOIN, seen=seen)
    with pytest.raises(RefusedError, match="changed since you opened the page"):
        split_person(desk.operation, one, rows_of(desk, one)[:1], by=desk.analyst2, **PART, seen=seen)


def test_every_earlier_state_is_shown_and_restored(desk: Desk) -> None:
    one, other, third = (of_records(desk, 2, number) for number in range(3))
    states: list[tuple[ReviewAct, set[tuple[RowRef, RowRef, str]]]] = []
    for person in (other, third):
        states.append((merge_persons(desk.operation, one, person, by=desk.analyst, **JOIN), set(said(desk))))
    states.append((undo_judgement(desk.operation, states[0][0].pk, by=desk.analyst, reason="誤り"), set(said(desk))))
    for act, then in states:
        shown = earlier_state(desk.operation, desk.run, one, act)
        assert len(shown.judgements) == len(then)
        assert shown.persons == ((one, sum(1 for code in persons(desk).values() if code == one)),)
    for act, then in (states[0], states[2], states[1]):
        restore_judgements(desk.operation, one, act.pk, by=desk.analyst2, reason="前の状態に戻す")
        assert set(said(desk)) == then
    restore_judgements(desk.operation, one, 0, by=desk.analyst2, reason="最初に戻す")
    assert said(desk) == []
    with pytest.raises(RefusedError, match="Nothing has changed"):
        restore_judgements(desk.operation, one, 0, by=desk.analyst2, reason="最初に戻す")


def test_bad_input_is_refused_in_one_sentence_and_changes_nothing(desk: Desk) -> None:
    one, other = of_records(desk, 2), of_records(desk, 2, 1)
    rows = rows_of(desk, one)
    for problem, error, act in (
        ("joined with itself", BadInputError, lambda: merge_persons(desk.operation, one, one, by=desk.analyst, **JOIN)),
        ("has no person P-0000-0000-0000", NotFoundError,
         lambda: merge_persons(desk.operation, one, "P-0000-0000-0000", by=desk.analyst, **JOIN)),
        ("not none and not all", BadInputError,
         lambda: split_person(desk.operation, one, rows, by=desk.analyst, **PART)),
        ("not none and not all", BadInputError, lambda: split_person(desk.operation, one, [], by=desk.analyst, **PART)),
        ("is not among the rows of", NotFoundError,
         lambda: split_person(desk.operation, one, rows_of(desk, other), by=desk.analyst, **PART)),
        ("may not do this", RefusedError,
         lambda: merge_persons(desk.operation, one, other, by=desk.investigator, **JOIN)),
        ("open to you", NotFoundError, lambda: merge_persons(desk.operation, one, other, by=desk.stranger, **JOIN)),
    ):  # fmt: skip
        with pytest.raises(error, match=problem):
            act()
    assert not ReviewAct.objects.exists()
