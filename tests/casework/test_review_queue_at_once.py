"""Analysts at the queue in the same moment: no pair is given twice, and of two answers one is recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from soken.access.models import Role, User
from soken.casework.actions.judge import judge
from soken.casework.actions.lease_pair import lease_next
from soken.casework.actions.merge_persons import merge_persons
from soken.casework.models import Judgement, Membership, ReviewAct
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
