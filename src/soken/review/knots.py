"""What a new word on who is one person would contradict: judgements and the machine's persons as one net.

Rows that people joined ("same") and rows of one proposed person hang together. A person that somebody has split since
the run holds nothing together: its rows then hang on judgements alone.
"""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from soken.resolve import RowRef, Verdict

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

#: A row, or the code of a proposed person.
_Node = RowRef | str


@dataclass(frozen=True, slots=True)
class Said:
    """A judgement in force.

    Attributes:
        key: its number.
        left: one row.
        right: the other.
        verdict: what was said of the two.
    """

    key: int
    left: RowRef
    right: RowRef
    verdict: Verdict


class Knots:
    """The judgements in force, and which proposed person each row belongs to.

    Args:
        said: the judgements in force.
        person_of: row → code of its proposed person; every row of ``said`` and of the questions asked that has one.

    Attributes:
        said: the judgements in force.
    """

    def __init__(self, said: Iterable[Said], person_of: Mapping[RowRef, str]) -> None:
        self.said = tuple(said)
        self._person_of = person_of
        self._split = {
            person_of[one.left]
            for one in self.said
            if one.verdict is Verdict.DIFFERENT
            and one.left in person_of
            and person_of[one.left] == person_of.get(one.right)
        }

    def against_same(self, left: Collection[RowRef], right: Collection[RowRef]) -> list[Said]:
        """Return what would contradict that these rows are one person: "different" and "can't tell" between them.

        Everything that hangs together with the one side counts, and with the other.
        """
        steps = self._all_steps
        one, other = _reached(left, steps), _reached(right, steps)
        return [
            said
            for said in self.said
            if said.verdict is not Verdict.SAME
            and ((said.left in one and said.right in other) or (said.left in other and said.right in one))
        ]

    def against_different(
        self, left: Collection[RowRef], right: Collection[RowRef], *, without: Collection[int] = (), parting: str = ""
    ) -> list[Said]:
        """Return the shortest chain of "same" by which these rows hang together; empty if they do not.

        Args:
            left: rows of the one side.
            right: rows of the other.
            without: numbers of judgements that are not to count.
            parting: code of a proposed person that is to be split, and so holds nothing together.
        """
        steps = self._steps(without, parting) if without or parting else self._all_steps
        came_by: dict[_Node, tuple[_Node, Said | None] | None] = dict.fromkeys(left)
        waiting: deque[_Node] = deque(came_by)
        goal = set(right)
        while waiting:
            node = waiting.popleft()
            if node in goal:
                return _way_to(node, came_by)
            for following, said in steps.get(node, ()):
                if following not in came_by:
                    came_by[following] = (node, said)
                    waiting.append(following)
        return []

    def clashes(self, rows: Collection[RowRef]) -> list[Said]:
        """Return judgements that cannot all be true, if any hang together with these rows: "different", and a chain."""
        knot_of = self._knots()
        touched = {knot_of.get(row) for row in rows}
        for one in self.said:
            knot = knot_of.get(one.left)
            if one.verdict is Verdict.DIFFERENT and knot in touched and knot == knot_of.get(one.right, -1):
                return [one, *self.against_different([one.left], [one.right])]
        return []

    @cached_property
    def _all_steps(self) -> dict[_Node, list[tuple[_Node, Said | None]]]:
        """From where to where one comes when everything counts."""
        return self._steps()

    def _knots(self) -> dict[_Node, int]:
        """Return, for every row and person that hangs together with another, the number of its knot."""
        steps = self._all_steps
        found: dict[_Node, int] = {}
        for node in steps:
            if node not in found:
                found.update(dict.fromkeys(_reached([node], steps), len(found)))
        return found

    def _steps(self, without: Collection[int] = (), parting: str = "") -> dict[_Node, list[tuple[_Node, Said | None]]]:
        """Return from where to where one comes: over a judgement "same", or over a proposed person."""
        steps: dict[_Node, list[tuple[_Node, Said | None]]] = {}

        def connect(one: _Node, other: _Node, said: Said | None) -> None:
            steps.setdefault(one, []).append((other, said))
            steps.setdefault(other, []).append((one, said))

        rows_of = Counter(self._person_of.values())
        for row, person in self._person_of.items():
            # A person of one row holds nothing together.
            if rows_of[person] > 1 and person != parting and person not in self._split:
                connect(row, person, None)
        for said in self.said:
            if said.verdict is Verdict.SAME and said.key not in without:
                connect(said.left, said.right, said)
        return steps


def _reached(start: Iterable[_Node], steps: Mapping[_Node, list[tuple[_Node, Said | None]]]) -> set[_Node]:
    """Return everything that hangs together with some rows, themselves among it."""
    found: set[_Node] = set(start)
    waiting = list(found)
    while waiting:
        for following, _said in steps.get(waiting.pop(), ()):
            if following not in found:
                found.add(following)
                waiting.append(following)
    return found


def _way_to(node: _Node, came_by: Mapping[_Node, tuple[_Node, Said | None] | None]) -> list[Said]:
    """Return the judgements on the way to a node, the first one first."""
    way: list[Said] = []
    while (step := came_by[node]) is not None:
        node, said = step
        if said is not None:
            way.append(said)
    return way[::-1]
