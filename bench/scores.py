"""How right a grouping of rows is, against the known truth."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping, Sequence


@dataclass(frozen=True, slots=True)
class Score:
    """Precision and recall, 0..1; a precision of nothing found is 1, and so is a recall of nothing to find."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """Harmonic mean of both."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


def _pairs(sizes: Iterable[int]) -> int:
    """Return how many pairs groups of these sizes hold."""
    return sum(size * (size - 1) // 2 for size in sizes)


def pairwise(truth: Sequence[Hashable], found: Sequence[Hashable]) -> Score:
    """Score the pairs of rows that a grouping puts together.

    Args:
        truth: the true person of each row.
        found: the proposed person of each row, in the same order.
    """
    right = _pairs(Counter(zip(truth, found, strict=True)).values())
    proposed, true = _pairs(Counter(found).values()), _pairs(Counter(truth).values())
    return Score(right / proposed if proposed else 1.0, right / true if true else 1.0)


def bcubed(truth: Sequence[Hashable], found: Sequence[Hashable]) -> Score:
    """Score row by row: what share of a row's proposed group is right, what share of its true group is in it.

    Unlike `pairwise`, a customer with a hundred rows weighs a hundred times one with one row, not ten thousand times.
    """
    both, proposed, true = Counter(zip(truth, found, strict=True)), Counter(found), Counter(truth)
    rows = len(truth)
    if not rows:
        return Score(1.0, 1.0)
    precision = sum(count * count / proposed[group] for (_person, group), count in both.items()) / rows
    recall = sum(count * count / true[person] for (person, _group), count in both.items()) / rows
    return Score(precision, recall)


def settled(
    truth: Sequence[Hashable], found: Sequence[Hashable], review: Mapping[Hashable, Iterable[Hashable]]
) -> list[Hashable]:
    """Return the groups after somebody has decided every review link rightly.

    Args:
        truth: the true person of each row.
        found: the proposed person of each row.
        review: proposed person to those with whom a link to review is open.

    Returns:
        The group of each row when two proposed persons under review are joined wherever most rows of both belong to
        one true person. (A proposed person that is itself wrong is not taken apart.)
    """
    counts: dict[Hashable, Counter[Hashable]] = {}
    for person, group in zip(truth, found, strict=True):
        counts.setdefault(group, Counter())[person] += 1
    most = {group: max(counter.items(), key=lambda item: item[1])[0] for group, counter in counts.items()}
    parent: dict[Hashable, Hashable] = {group: group for group in counts}

    def root(group: Hashable) -> Hashable:
        while parent[group] != group:
            parent[group] = parent[parent[group]]
            group = parent[group]
        return group

    for group, others in review.items():
        for other in others:
            if group in most and other in most and most[group] == most[other]:
                parent[root(group)] = root(other)
    return [root(group) for group in found]
