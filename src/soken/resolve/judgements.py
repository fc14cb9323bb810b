"""What people have said of two rows, and how that binds the next run.

A judgement names rows, not records, because records and persons change with every run; rows never do.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from soken.resolve.unionfind import Forest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

Pair = tuple[int, int]


class Verdict(StrEnum):
    """What a person may say of two rows."""

    SAME = "same"
    DIFFERENT = "different"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True, order=True)
class RowRef:
    """A row for good: the evidence item that holds it, and its number there.

    Attributes:
        evidence: evidence id.
        row: 1-based number of the data row.
    """

    evidence: str
    row: int


@dataclass(frozen=True, slots=True)
class Judgement:
    """A person's verdict on two rows.

    Attributes:
        left: one row.
        right: the other.
        verdict: same person, different persons, can't tell.
        reason: why, in the words of the one who judged.
    """

    left: RowRef
    right: RowRef
    verdict: Verdict
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Judgements that cannot all be true.

    Attributes:
        kind: "chain" (A same B, B same C, A different C), "both" (same and different of the same two records), or
            "equal-rows" (two rows that claim exactly the same were judged different: no run can part them).
        judgements: the judgements concerned, in the order given.
    """

    kind: str
    judgements: tuple[Judgement, ...]


@dataclass(frozen=True, slots=True)
class Constraints:
    """Judgements as the clustering sees them: pairs of record numbers, the smaller first.

    Attributes:
        must: pairs to join.
        cannot: pairs to keep apart (different, or can't tell).
        verdicts: what each judged pair's link carries as ``judged``.
        held: "same" pairs that take part in a contradiction: not joined, shown for review.
        contradictions: what a person must sort out.
        unplaced: judgements on rows that are not in these records; kept by the caller, bind nothing now.
    """

    must: frozenset[Pair]
    cannot: frozenset[Pair]
    verdicts: dict[Pair, Verdict]
    held: frozenset[Pair]
    contradictions: tuple[Contradiction, ...]
    unplaced: tuple[Judgement, ...]


def bind(judgements: Sequence[Judgement], record_of: Mapping[RowRef, int]) -> Constraints:
    """Turn judgements on rows into constraints on this run's records.

    Where judgements contradict each other "different" holds, the "same" ones of that knot are held for review, and the
    knot is reported: keeping two people apart until somebody has looked accuses nobody.

    Args:
        judgements: all judgements of the operation that are in force, in the order in which they were given.
        record_of: record number of every row that a judgement names (missing: the row is not in these records).
    """
    contradictions: list[Contradiction] = []
    unplaced: list[Judgement] = []
    by_pair: dict[Pair, list[Judgement]] = {}
    for judgement in judgements:
        left, right = record_of.get(judgement.left), record_of.get(judgement.right)
        if left is None or right is None:
            unplaced.append(judgement)
        elif left != right:
            by_pair.setdefault((min(left, right), max(left, right)), []).append(judgement)
        elif judgement.verdict is Verdict.DIFFERENT:
            contradictions.append(Contradiction("equal-rows", (judgement,)))
    verdicts = {pair: _strictest(said) for pair, said in by_pair.items()}
    for said in by_pair.values():
        if {Verdict.SAME, Verdict.DIFFERENT} <= {one.verdict for one in said}:
            contradictions.append(Contradiction("both", tuple(said)))
    held = _contradicted(verdicts, by_pair, contradictions)
    return Constraints(
        must=frozenset(p for p, verdict in verdicts.items() if verdict is Verdict.SAME and p not in held),
        cannot=frozenset(p for p, verdict in verdicts.items() if verdict is not Verdict.SAME),
        verdicts=verdicts,
        held=held,
        contradictions=tuple(contradictions),
        unplaced=tuple(unplaced),
    )


def _strictest(said: Sequence[Judgement]) -> Verdict:
    """Return the verdict that holds where the same two records were judged more than once."""
    verdicts = {one.verdict for one in said}
    if Verdict.DIFFERENT in verdicts:
        return Verdict.DIFFERENT
    return said[-1].verdict


def _contradicted(
    verdicts: Mapping[Pair, Verdict], by_pair: Mapping[Pair, Sequence[Judgement]], out: list[Contradiction]
) -> frozenset[Pair]:
    """Find chains of "same" that join two records judged "different"; report them and return their "same" pairs."""
    same = [pair for pair, verdict in verdicts.items() if verdict is Verdict.SAME]
    forest = Forest()
    for left, right in same:
        forest.join(left, right)
    broken: dict[int, list[Pair]] = {}
    for pair, verdict in verdicts.items():
        if verdict is Verdict.DIFFERENT and forest.find(pair[0]) == forest.find(pair[1]):
            broken.setdefault(forest.find(pair[0]), []).append(pair)
    held: set[Pair] = set()
    for root in sorted(broken):
        knot = [pair for pair in same if forest.find(pair[0]) == root]
        held.update(knot)
        out.append(Contradiction("chain", tuple(_flatten(by_pair[pair] for pair in sorted([*knot, *broken[root]])))))
    return frozenset(held)


def _flatten(groups: Iterable[Sequence[Judgement]]) -> list[Judgement]:
    """Return the judgements of several pairs as one list."""
    return [judgement for group in groups for judgement in group]
