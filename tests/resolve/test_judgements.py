"""A person's word binds every run, and words that contradict each other are reported, never settled silently."""

from __future__ import annotations

from soken.resolve.judgements import Judgement, RowRef, Verdict, bind

E1 = "E-000000000001"
A, B, C, D = (RowRef(E1, row) for row in (1, 2, 3, 4))
RECORDS = {A: 1, B: 2, C: 3, D: 4}


def say(left: RowRef, verdict: str, right: RowRef) -> Judgement:
    """Return a judgement."""
    return Judgement(left, right, Verdict(verdict))


def test_same_and_different_become_constraints() -> None:
    bound = bind([say(B, "same", A), say(A, "different", C), say(B, "unsure", D)], RECORDS)
    assert bound.must == {(1, 2)}
    assert bound.cannot == {(1, 3), (2, 4)}
    assert bound.contradictions == ()


def test_a_later_judgement_of_the_same_two_replaces_cannot_tell() -> None:
    assert bind([say(A, "unsure", B), say(A, "same", B)], RECORDS).must == {(1, 2)}


def test_a_chain_of_same_that_ends_in_different_is_held_and_reported() -> None:
    chain = [say(A, "same", B), say(B, "same", C), say(A, "different", C)]
    bound = bind(chain, RECORDS)
    assert bound.must == frozenset()
    assert bound.held == {(1, 2), (2, 3)}
    assert bound.cannot == {(1, 3)}
    assert [c.kind for c in bound.contradictions] == ["chain"]
    assert set(bound.contradictions[0].judgements) == set(chain)


def test_a_contradiction_elsewhere_leaves_other_judgements_alone() -> None:
    bound = bind([say(A, "same", B), say(A, "different", B), say(C, "same", D)], RECORDS)
    assert bound.must == {(3, 4)}
    assert bound.cannot == {(1, 2)}
    assert [c.kind for c in bound.contradictions] == ["both"]


def test_equal_rows_judged_different_are_reported() -> None:
    bound = bind([say(A, "different", B)], {A: 1, B: 1})
    assert [c.kind for c in bound.contradictions] == ["equal-rows"]


def test_a_judgement_on_a_row_that_is_not_there_is_kept_aside() -> None:
    lost = say(A, "same", RowRef("E-ffffffffffff", 9))
    bound = bind([lost], RECORDS)
    assert bound.unplaced == (lost,)
    assert bound.must == frozenset()
