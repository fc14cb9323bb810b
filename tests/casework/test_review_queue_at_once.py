"""Analysts at the queue in the same moment: no pair is given twice, and of two answers one is recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from soken.access.models import Role, User
from soken.casework.actions.judge import judge
from soken.casework.actions.lease_pair import lease_next, lease_place
from soken.casework.actions.merge_persons import merge_persons
from soken.casework.models import Judgement, Membership, ReviewAct
from soken.core.errors import SokenError
from tests.casework.review_worlds import Desk, make_desk, sides
from tests.casework.test_dossier_at_once import at_once

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def desk(settings: object, tmp_path: Path) -> Desk:
    return make_desk(tmp_path)


def test_eight_analysts_who_ask_at_once_get_eight_pairs(desk: Desk) -> None:
    got: list[int] = []

    def ask(user: User) -> Callable[[], object]:
        def take() -> None:
            pair = lease_next(desk.operation, by=user)
            assert pair is not None
            got.append(pair.place)

        return take

    users = [User.objects.create(username=f"analyst-{number}", role=Role.ANALYST) for number in range(8)]
    for user in users:
        Membership.objects.create(operation=desk.operation, user=user)
    for _time in range(3):
        got.clear()
        desk.operation.review_pairs.update(leased_by=None, leased_until=None)
        assert at_once(*(ask(user) for user in users)) == ["done"] * 8
        assert sorted(got) == list(range(1, 9))


#: What an analyst of the queue answers, in turn; where people have said otherwise of what hangs together, the last.
ANSWERS = (("different", "different-given"), ("same", "same-contact"), ("unsure", "unsure-little"))


def work_through(desk: Desk, user: User, number: int, accepted: list[tuple[int, int]]) -> None:
    """Judge what the queue gives until it gives nothing, and now and then a pair that a colleague has before her."""
    turn = number
    while (mine := lease_next(desk.operation, by=user)) is not None:
        beside = lease_place(desk.operation, mine.place % desk.operation.review_pairs.count() + 1, by=user)
        for pair in (mine, beside) if turn % 3 == 0 and beside is not None else (mine,):
            for verdict, code in (ANSWERS[turn % 3], ANSWERS[-1]):
                try:
                    act = judge(desk.operation, by=user, **sides(pair), verdict=verdict, code=code, seen=0)
                except SokenError as refused:
                    if "judgement(s)" in refused.message:
                        continue
                    if "has answered this pair since you opened it" not in refused.message:
                        raise
                else:
                    accepted.append((pair.place, act.pk))
                break
        turn += 1


def test_twenty_analysts_work_the_queue_through_at_once_and_nothing_is_lost_or_double(desk: Desk) -> None:
    users = [User.objects.create(username=f"analyst-{number}", role=Role.ANALYST) for number in range(20)]
    for user in users:
        Membership.objects.create(operation=desk.operation, user=user)
    accepted: list[tuple[int, int]] = []

    def working(number: int, user: User) -> Callable[[], object]:
        return lambda: work_through(desk, user, number, accepted)

    assert at_once(*(working(number, user) for number, user in enumerate(users))) == ["done"] * 20
    pairs = desk.pairs()
    assert [pair.place for pair in pairs if pair.asked and pair.settled_by_id is None] == []
    assert sorted(act for _place, act in accepted) == sorted(ReviewAct.objects.values_list("pk", flat=True))
    places = [place for place, _act in accepted]
    assert len(places) == len(set(places)), "no pair was judged twice"
    spoken = Judgement.objects.values_list("left_evidence", "left_row", "right_evidence", "right_row")
    assert len(spoken) == len(set(spoken)) == len(accepted)
    assert len({one.by_id for one in ReviewAct.objects.all()}) > 1, "more than one of them came to say something"


def test_of_answers_given_at_once_one_is_recorded_and_the_others_are_told(desk: Desk) -> None:
    pair = desk.pairs()[0]

    def say(user: User, verdict: str, code: str) -> Callable[[], object]:
        return lambda: judge(desk.operation, by=user, **sides(pair), verdict=verdict, code=code, seen=0)

    ends = at_once(
        say(desk.analyst, "same", "same-contact"),
        say(desk.analyst2, "different", "different-given"),
        say(desk.reviewer, "unsure", "unsure-little"),
    )
    assert ends.count("done") == 1
    assert all("has answered this pair since you opened it" in end for end in ends[1:])
    assert (Judgement.objects.count(), ReviewAct.objects.count()) == (1, 1)


def test_acts_that_contradict_each_other_at_once_do_not_both_stand(desk: Desk) -> None:
    """One joins two persons while the other, who has seen them as they stood, keeps rows of theirs apart."""
    pair = desk.pairs()[0]
    ends = at_once(
        lambda: merge_persons(
            desk.operation, pair.left_person, pair.right_person, by=desk.analyst, code="same-contact"
        ),
        lambda: judge(
            desk.operation, by=desk.analyst2, **sides(pair), verdict="different", code="different-given", seen=0
        ),
    )
    assert ends.count("done") == 1
    assert "judgement(s)" in ends[1] or "has answered this pair since you opened it" in ends[1]
