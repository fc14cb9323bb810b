"""Every order of judging, undoing, joining, splitting and going back: nothing is lost, nothing contradicts.

What must hold is worked out here once more, straight from the table of judgements, and shares no code with the acts.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq
import pytest
from django.db import transaction
from hypothesis import HealthCheck, event, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from soken.casework.actions.judge import judge
from soken.casework.actions.merge_persons import merge_persons
from soken.casework.actions.restore_judgements import restore_judgements
from soken.casework.actions.split_person import split_person
from soken.casework.actions.undo_judgement import undo_judgement
from soken.casework.models import Judgement, ReviewAct, ReviewPair
from soken.casework.selectors.review_history import standing_after
from soken.core.errors import SokenError
from soken.resolve import RowRef
from tests.casework.review_worlds import Desk, make_desk

if TYPE_CHECKING:
    from soken.access.models import User

CODES = {"same": "same-contact", "different": "different-given", "unsure": "unsure-little"}
#: Row → person, for the few persons that the machine plays with; what a run proposes of them does not change.
State = frozenset[tuple[RowRef, RowRef, str]]


@pytest.mark.django_db
def test_any_order_of_acts_keeps_every_word_and_leaves_no_contradiction(settings: Any) -> None:
    with TemporaryDirectory() as folder:
        desk = make_desk(Path(folder))
        run_state_machine_as_test(
            lambda: Review(desk),
            settings=_SETTINGS,
        )


_SETTINGS = settings(
    max_examples=30, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
)


class Review(RuleBasedStateMachine):
    """Two analysts, an investigator and a stranger at five persons, two of whom the queue asks about."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.block = transaction.atomic()
        self.block.__enter__()
        self.desk, self.operation = desk, desk.operation
        pair = desk.pairs()[0]
        several = desk.operation.persons.filter(band="same", records__gte=2).order_by("records", "pk")[:3]
        self.persons = [pair.left_person, pair.right_person, *(one.code for one in several)]
        clusters = pq.read_table(desk.folder / "clusters.parquet").to_pylist()
        records = {one["record"]: one for one in pq.read_table(desk.folder / "records.parquet").to_pylist()}
        self.person_of = {
            RowRef(records[one["record"]]["first_evidence"], records[one["record"]]["first_row"]): one["person"]
            for one in clusters
            if one["person"] in self.persons
        }
        self.rows = sorted(self.person_of)
        self.words: dict[int, tuple[Any, ...]] = {}
        self.states: list[tuple[int, State]] = [(0, frozenset())]

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)

    def attempt(self, act: Any, *arguments: Any, by: str, **said: Any) -> ReviewAct | None:
        """Do an act; if it is refused, nothing at all may have changed."""
        before = _everything()
        try:
            with transaction.atomic():
                made: ReviewAct = act(self.operation, *arguments, by=self.user(by), **said)
        except SokenError as refused:
            event(f"{act.__name__}: {type(refused).__name__}")
            assert _everything() == before
            return None
        assert by in {"analyst", "analyst2"}
        event(f"{act.__name__}: done")
        self.states.append((made.pk, self.state()))
        return made

    def user(self, name: str) -> User:
        found: User = getattr(self.desk, name)
        return found

    def state(self) -> State:
        """What stands, worked out from the table."""
        return frozenset(
            (RowRef(one.left_evidence, one.left_row), RowRef(one.right_evidence, one.right_row), one.verdict)
            for one in Judgement.objects.filter(operation=self.operation, superseded_by=None)
            if one.verdict != "withdrawn"
        )

    people = st.sampled_from(("analyst", "analyst", "analyst2", "analyst2", "investigator", "stranger"))
    some = st.integers(0, 40)

    @rule(by=people, one=some, other=some, verdict=st.sampled_from(tuple(CODES)), confirmed=st.booleans())
    def judges(self, by: str, one: int, other: int, verdict: str, confirmed: bool) -> None:
        left, right = self.rows[one % len(self.rows)], self.rows[other % len(self.rows)]
        said = {"verdict": verdict, "code": CODES[verdict], "confirmed": confirmed}
        made = self.attempt(judge, by=by, left=left, right=right, **said)
        if made is not None:
            assert (min(left, right), max(left, right), verdict) in self.state()

    @rule(by=people, one=some, other=some, confirmed=st.booleans())
    def merges(self, by: str, one: int, other: int, confirmed: bool) -> None:
        left, right = self.persons[one % 5], self.persons[other % 5]
        made = self.attempt(merge_persons, left, right, by=by, code=CODES["same"], confirmed=confirmed)
        if made is not None:
            assert not self.apart(left, right)

    @rule(by=people, one=some, rows=st.sets(some, min_size=1, max_size=2), confirmed=st.booleans())
    def splits(self, by: str, one: int, rows: set[int], confirmed: bool) -> None:
        person = self.persons[one % 5]
        own = [row for row in self.rows if self.person_of[row] == person]
        part = {own[number % len(own)] for number in rows}
        made = self.attempt(split_person, person, part, by=by, code=CODES["different"], confirmed=confirmed)
        if made is not None:
            apart = {(min(a, b), max(a, b), "different") for a in part for b in own if b not in part}
            assert apart <= self.state()

    @rule(by=people, number=some)
    def undoes(self, by: str, number: int) -> None:
        if len(self.states) > 1:
            key = self.states[1 + number % (len(self.states) - 1)][0]
            made = self.attempt(undo_judgement, key, by=by, reason="誤り")
            if made is not None and key == self.states[-2][0]:
                assert self.state() == self.states[-3][1], "undoing the last act brings back what stood before it"

    @rule(by=people, one=some, number=some)
    def goes_back(self, by: str, one: int, number: int) -> None:
        key, then = self.states[number % len(self.states)]
        person = self.persons[one % 5]
        if self.attempt(restore_judgements, person, key, by=by, reason="戻す") is not None:
            own = {row for row in self.rows if self.person_of[row] == person}
            assert {one for one in self.state() if own & set(one[:2])} == {one for one in then if own & set(one[:2])}

    def apart(self, left: str, right: str) -> bool:
        """Whether anybody says that rows of these two persons are different, or cannot be told."""
        return any(
            {self.person_of[a], self.person_of[b]} == {left, right} and said != "same" for a, b, said in self.state()
        )

    @invariant()
    def no_word_is_lost_or_changed(self) -> None:
        now = {
            one.pk: (one.left_row, one.right_row, one.verdict, one.reason, one.by_id, one.at, one.act_id)
            for one in Judgement.objects.filter(operation=self.operation)
        }
        assert self.words.items() <= now.items()
        self.words = now

    @invariant()
    def of_two_rows_one_word_stands(self) -> None:
        pairs = [frozenset(one[:2]) for one in self.state()]
        assert len(pairs) == len(set(pairs))

    @invariant()
    def nothing_that_stands_contradicts(self) -> None:
        said = self.state()
        split = {
            self.person_of[a] for a, b, verdict in said
            if verdict == "different" and self.person_of[a] == self.person_of[b]
        }  # fmt: skip
        group = {row: {row} for row in self.rows}

        def join(one: RowRef, other: RowRef) -> None:
            if group[one] is not group[other]:
                group[one] |= group[other]
                for row in group[other]:
                    group[row] = group[one]

        for row in self.rows:
            for other in self.rows:
                if self.person_of[row] == self.person_of[other] and self.person_of[row] not in split:
                    join(row, other)
        for a, b, verdict in said:
            if verdict == "same":
                join(a, b)
        assert not [one for one in said if one[2] == "different" and group[one[0]] is group[one[1]]]

    @invariant()
    def every_earlier_state_can_be_read(self) -> None:
        for key, then in self.states[-4:]:
            shown = standing_after(Judgement.objects.filter(operation=self.operation), key)
            assert {
                (RowRef(one.left_evidence, one.left_row), RowRef(one.right_evidence, one.right_row), one.verdict)
                for one in shown
            } == then

    @invariant()
    def what_is_answered_is_asked_of_nobody(self) -> None:
        pair = ReviewPair.objects.get(operation=self.operation, place=1)
        between = {pair.left_person, pair.right_person}
        answered = any({self.person_of[a], self.person_of[b]} == between for a, b, _said in self.state())
        assert pair.settled_by is not None or not answered
        if not self.state():
            assert pair.settled_by is None or pair.settled_by.kind != "undo"


def _everything() -> tuple[Any, ...]:
    return (
        list(Judgement.objects.order_by("pk").values_list()),
        list(ReviewAct.objects.order_by("pk").values_list()),
        list(ReviewPair.objects.order_by("pk").values_list("settled_by", "leased_by")[:5]),
    )
