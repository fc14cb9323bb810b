"""The review queue on what a real run proposes: leases, answers, undoing, and what a re-run makes of them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pyarrow.parquet as pq
import pytest
import time_machine

from soken.casework.actions.judge import judge
from soken.casework.actions.lease_pair import LEASE, lease_next, lease_place
from soken.casework.actions.load_review import load_review, settle_answered
from soken.casework.actions.review_act import ContradictionError
from soken.casework.actions.undo_judgement import undo_judgement
from soken.casework.models import Judgement, ReviewAct, ReviewPair
from soken.casework.selectors import store
from soken.casework.selectors.person_rows import values_of_person
from soken.casework.selectors.review_queue import further_pairs, pair_file, queue_count
from soken.casework.selectors.review_rows import first_rows, in_force
from soken.core.errors import BadInputError, NotFoundError, RefusedError
from soken.resolve import RowRef, proposals
from tests.casework.review_worlds import AT, Desk, make_desk, sides

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.django_db

SAME = {"verdict": "same", "code": "same-contact"}
DIFFERENT = {"verdict": "different", "code": "different-given"}
UNSURE = {"verdict": "unsure", "code": "unsure-little"}


@pytest.fixture
def desk(settings: object, tmp_path: Path) -> Desk:
    return make_desk(tmp_path)


def test_the_queue_holds_each_open_question_of_the_run_most_valuable_first(desk: Desk) -> None:
    pairs = desk.pairs()
    assert len(pairs) > 5
    assert [one.place for one in pairs] == list(range(1, len(pairs) + 1))
    first_further = next((one.place for one in pairs if not one.asked), len(pairs) + 1)
    assert all(one.asked == (one.place < first_further) for one in pairs)
    count = queue_count(desk.operation, desk.run)
    assert (count.open, count.settled) == (first_further - 1, 0)
    asked = {(one.left_person, one.right_person) for one in pairs if one.asked}
    for person in desk.operation.persons.filter(band="review"):
        others = {other for pair in asked for other in pair if person.code in pair} - {person.code}
        assert others == set(person.review_with.split(";"))


def _without(path: Path, *columns: str) -> None:
    """Write a table of the store again as an earlier version did, which had no such columns."""
    path.parent.chmod(0o700)
    path.chmod(0o600)
    pq.write_table(pq.read_table(path).drop_columns([*columns]), path)


def test_what_an_earlier_version_resolved_and_read_is_still_shown_and_found(desk: Desk) -> None:
    pair = desk.pairs()[0]
    shown = pair_file(desk.operation, desk.run, pair).compared
    _without(store.run_folder(desk.operation, desk.run) / "records.parquet", "card", "device", "name_words")
    assert pair_file(desk.operation, desk.run, pair).compared == shown
    item = desk.operation.evidence.get()
    told = values_of_person(desk.operation, {item.evidence_id: [1]})
    _without(store.reading_folder(item) / "rows.parquet", "card", "device")
    assert values_of_person(desk.operation, {item.evidence_id: [1]}) == told != []


def test_doubts_beyond_the_queues_room_are_counted_and_listed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    before = [sides(one) for one in desk.pairs()]
    monkeypatch.setattr(proposals, "REVIEW_SHARE", 0.004)
    monkeypatch.setattr(proposals, "REVIEW_ROWS", 10)
    desk.resolve()
    assert [sides(one) for one in desk.pairs()] == before
    assert [one.place for one in further_pairs(desk.operation)] == [one.place for one in desk.pairs() if not one.asked]
    count = queue_count(desk.operation, desk.run)
    assert count.further == count.listed == sum(1 for one in desk.pairs() if not one.asked) > 0


def test_a_pair_is_shown_side_by_side_with_reasons_and_every_difference(desk: Desk) -> None:
    for pair in desk.pairs()[:20]:
        file = pair_file(desk.operation, desk.run, pair)
        assert file.linked.link.reasons
        assert file.linked.left.row == pair.left_row
        for one in file.compared:
            left, right = ("".join(part.text for part in side) for side in (one.left, one.right))
            marked = any(part.differs for part in (*one.left, *one.right))
            assert marked == (one.outcome == "differ")
            assert (left == right) == (one.outcome == "equal")


def test_two_analysts_never_have_the_same_pair(desk: Desk) -> None:
    mine = lease_next(desk.operation, by=desk.analyst)
    theirs = lease_next(desk.operation, by=desk.analyst2)
    assert mine is not None
    assert theirs is not None
    assert (mine.place, theirs.place) == (1, 2)
    assert lease_next(desk.operation, by=desk.analyst) == mine
    taken = lease_place(desk.operation, 1, by=desk.analyst2)
    assert taken is not None
    assert taken.leased_by == desk.analyst


def test_a_lease_ends_and_whoever_passes_over_a_pair_gives_it_back(desk: Desk) -> None:
    with time_machine.travel(AT, tick=False) as clock:
        lease_next(desk.operation, by=desk.analyst)
        clock.shift(LEASE + timedelta(seconds=1))
        found = lease_next(desk.operation, by=desk.analyst2)
        assert found is not None
        assert found.place == 1
        passed = lease_next(desk.operation, by=desk.analyst2, after=1)
        assert passed is not None
        assert passed.place == 2
        back = lease_next(desk.operation, by=desk.analyst)
        assert back is not None
        assert back.place == 1


def test_an_answer_takes_the_pair_off_the_queue_and_binds_the_next_run(desk: Desk) -> None:
    asked = desk.pairs()[:3]
    for pair, words in zip(asked, (SAME, DIFFERENT, UNSURE), strict=True):
        judge(desk.operation, by=desk.analyst, **sides(pair), **words, seen=0)
    assert [one.settled_by is None for one in desk.pairs()[:4]] == [False, False, False, True]
    desk.resolve()
    now = _persons(desk)
    for pair, verdict in zip(asked, ("same", "different", "unsure"), strict=True):
        assert (now[sides(pair)["left"]] == now[sides(pair)["right"]]) == (verdict == "same")


def test_a_rejected_pair_never_comes_back(desk: Desk) -> None:
    rejected = [one for one in desk.pairs() if one.asked][:4]
    for pair in rejected:
        judge(desk.operation, by=desk.analyst, **sides(pair), **DIFFERENT)
    for _run in range(2):
        desk.resolve()
        asked = {frozenset((one.left_person, one.right_person)) for one in desk.pairs()}
        now = _persons(desk)
        for pair in rejected:
            assert frozenset(now[row] for row in sides(pair).values()) not in asked


def test_what_is_judged_while_a_run_is_made_is_kept_and_stays_answered(desk: Desk) -> None:
    pair = desk.pairs()[0]
    judge(desk.operation, by=desk.analyst, **sides(pair), **DIFFERENT)
    load_review(desk.operation, desk.folder)
    settle_answered(desk.operation, desk.folder, 0)
    assert desk.pairs()[0].settled_by is not None
    assert all(one.settled_by is None for one in desk.pairs()[1:])


def test_the_second_of_two_answers_is_told_and_changes_nothing(desk: Desk) -> None:
    pair = desk.pairs()[0]
    judge(desk.operation, by=desk.analyst, **sides(pair), **SAME, seen=0)
    with pytest.raises(RefusedError, match="curlew-analyst has answered this pair"):
        judge(desk.operation, by=desk.analyst2, **sides(pair), **DIFFERENT, seen=0)
    assert Judgement.objects.count() == 1


def test_undo_puts_the_pair_back_and_keeps_every_word(desk: Desk) -> None:
    pair = desk.pairs()[0]
    act = judge(desk.operation, by=desk.analyst, **sides(pair), **SAME)
    undone = undo_judgement(desk.operation, act.pk, by=desk.analyst, reason="押し間違い")
    assert desk.pairs()[0].settled_by is None
    assert _in_force(desk) == []
    again = undo_judgement(desk.operation, undone.pk, by=desk.analyst2, reason="元に戻す")
    assert desk.pairs()[0].settled_by == again
    assert [one.verdict for one in _in_force(desk)] == ["same"]
    assert [one.verdict for one in Judgement.objects.order_by("pk")] == ["same", "withdrawn", "same"]


def test_undo_brings_back_the_answer_before(desk: Desk) -> None:
    pair = desk.pairs()[0]
    first = judge(desk.operation, by=desk.analyst, **sides(pair), **DIFFERENT)
    second = judge(desk.operation, by=desk.analyst2, **sides(pair), **SAME, seen=first.pk)
    with pytest.raises(RefusedError, match=f"Act {second.pk} has since spoken"):
        undo_judgement(desk.operation, first.pk, by=desk.analyst, reason="誤り")
    undo_judgement(desk.operation, second.pk, by=desk.analyst, reason="誤り")
    assert [one.verdict for one in _in_force(desk)] == ["different"]
    assert desk.pairs()[0].settled_by is not None
    undo_judgement(desk.operation, first.pk, by=desk.analyst, reason="誤り")
    assert _in_force(desk) == []
    with pytest.raises(RefusedError, match="undone already"):
        undo_judgement(desk.operation, first.pk, by=desk.analyst, reason="誤り")


def test_what_an_answer_contradicts_is_said_and_taken_back_only_when_confirmed(desk: Desk) -> None:
    one, other, third = _three_persons(desk)
    judge(desk.operation, by=desk.analyst, left=one, right=other, **DIFFERENT)
    judge(desk.operation, by=desk.analyst, left=other, right=third, **SAME)
    with pytest.raises(ContradictionError) as caught:
        judge(desk.operation, by=desk.analyst2, left=third, right=one, **SAME)
    assert [said.verdict for said in caught.value.against] == ["different"]
    assert ReviewAct.objects.count() == 2
    act = judge(desk.operation, by=desk.analyst2, left=third, right=one, **SAME, confirmed=True)
    assert sorted(said.verdict for said in _in_force(desk)) == ["same", "same"]
    with pytest.raises(ContradictionError) as chain:
        judge(desk.operation, by=desk.analyst, left=one, right=other, **DIFFERENT, confirmed=True)
    assert len(chain.value.against) == 2
    undo_judgement(desk.operation, act.pk, by=desk.analyst2, reason="誤り")
    assert sorted(said.verdict for said in _in_force(desk)) == ["different", "same"]


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ({"verdict": "same", "code": "different-given"}, "The reason “different-given” is not known"),
        ({"verdict": "maybe", "code": "same-contact"}, "The verdict “maybe” is not known"),
        ({"verdict": "withdrawn", "code": "same-contact"}, "The verdict “withdrawn” is not known"),
        ({"verdict": "same", "code": "same-source"}, "The note is missing"),
        ({"verdict": "same", "code": "same-contact", "note": "x" * 4001}, "longer than"),
    ],
    ids=["code of another verdict", "no such verdict", "a verdict only acts give", "note needed", "note too long"],
)
def test_a_reason_that_does_not_fit_is_refused(desk: Desk, said: dict[str, str], problem: str) -> None:
    with pytest.raises(BadInputError, match=problem):
        judge(desk.operation, by=desk.analyst, **sides(desk.pairs()[0]), **said)
    assert not ReviewAct.objects.exists()


def test_rows_that_are_nobodys_or_one_row_twice_are_refused(desk: Desk) -> None:
    known = sides(desk.pairs()[0])
    nobody = RowRef(known["left"].evidence, 999_999)
    with pytest.raises(NotFoundError, match="belongs to no proposed person"):
        judge(desk.operation, by=desk.analyst, left=known["left"], right=nobody, **SAME)
    with pytest.raises(BadInputError, match="itself"):
        judge(desk.operation, by=desk.analyst, left=known["left"], right=known["left"], **SAME)


@pytest.mark.parametrize(("who", "error"), [("investigator", RefusedError), ("stranger", NotFoundError)])
def test_who_may_not_judge_gets_no_pair(desk: Desk, who: str, error: type[Exception]) -> None:
    user = getattr(desk, who)
    with pytest.raises(error):
        lease_next(desk.operation, by=user)
    with pytest.raises(error):
        judge(desk.operation, by=user, **sides(desk.pairs()[0]), **SAME)
    assert not ReviewPair.objects.filter(leased_by=user).exists()


def _three_persons(desk: Desk) -> list[RowRef]:
    """The first rows of three persons about whom nothing is asked."""
    codes = desk.operation.persons.filter(band="same").order_by("pk").values_list("code", flat=True)[:3]
    return [min(first_rows(desk.folder, code, 1).values()) for code in codes]


def _persons(desk: Desk) -> dict[RowRef, str]:
    found = pq.read_table(desk.folder / "membership.parquet", columns=["evidence", "row", "person"]).to_pylist()
    return {RowRef(one["evidence"], one["row"]): one["person"] for one in found}


def _in_force(desk: Desk) -> list[Judgement]:
    return list(in_force(desk.operation))
