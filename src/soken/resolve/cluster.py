"""Join records into persons without ever putting a contradiction into one of them.

Agglomerative: links are taken in order of weight; a merge is refused when anything in the one group contradicts
anything in the other, so no chain of shared mails can bring two people together who contradict each other. Refused
links are given back: a person must look at them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from soken.resolve.unionfind import Forest

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping


#: A name in part belongs to the one of two people at odds whose evidence is this much heavier (bits).
CLEAR = 8.0


@dataclass(frozen=True, slots=True)
class Edge:
    """A proposed join.

    Attributes:
        left: a record.
        right: another.
        weight: evidence in bits; heavier edges are taken first.
        firm: a contact or a personal mark agrees. An edge that is not firm (name and place only) gives way to holds.
        own: two of a person's own marks (name, birth date, personal number) agree. No household shares two of them, so
            such an edge is not refused for what other members of the groups claim; a person's word still refuses it.
        partial: the name agrees only as far as it is given; such an edge never chooses between two groups at odds.
    """

    left: int
    right: int
    weight: float
    firm: bool = True
    own: bool = False
    partial: bool = False


@dataclass(slots=True)
class Knot:
    """Records that hang together over edges, with what forbids putting them all together.

    Attributes:
        edges: proposed joins.
        must: pairs that a person judged to be the same; joined whatever else is said.
        marks: what each record claims that another may contradict (opaque tokens; a record without marks is absent).
        enemies: for each mark the marks that contradict it (symmetric).
        cannot: pairs of records never to be joined (judged different, or nobody can tell).
        holds: pairs of records that only a firm edge may bring together.
    """

    edges: list[Edge]
    must: set[tuple[int, int]] = field(default_factory=set)
    marks: Mapping[int, Hashable] = field(default_factory=dict)
    enemies: Mapping[Hashable, Iterable[Hashable]] = field(default_factory=dict)
    cannot: set[tuple[int, int]] = field(default_factory=set)
    holds: set[tuple[int, int]] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Clustering:
    """What came of a knot.

    Attributes:
        group: for each record the smallest record of its group.
        refused: edges that were not taken and whose ends ended up in different groups.
    """

    group: dict[int, int]
    refused: tuple[Edge, ...]


class _Groups:
    """Groups of records that know what they hold and what they must not meet."""

    def __init__(self, knot: Knot) -> None:
        nodes = {end for edge in knot.edges for end in (edge.left, edge.right)}
        nodes |= {end for pair in knot.must for end in pair}
        self.nodes = sorted(nodes)
        self.forest = Forest()
        self._has: dict[int, set[Hashable]] = {}
        self._apart: dict[int, set[Hashable]] = {}
        self._foes: dict[int, set[Hashable]] = {}
        self._held: dict[int, set[Hashable]] = {}
        cannot, holds = _neighbours(knot.cannot), _neighbours(knot.holds)
        for node in self.nodes:
            mark = knot.marks.get(node)
            self._has[node] = {("record", node)} | ({("mark", mark)} if mark is not None else set())
            self._apart[node] = {("record", other) for other in cannot.get(node, ())}
            self._foes[node] = {("mark", other) for other in knot.enemies.get(mark, ())}
            self._held[node] = {("record", other) for other in holds.get(node, ())}

    def clash(self, one: int, other: int, *, firm: bool = True, own: bool = False) -> bool:
        """Tell whether two groups (by representative) must not become one over an edge of this kind."""
        there = self._has[other]
        if not self._apart[one].isdisjoint(there):
            return True
        if not own and not self._foes[one].isdisjoint(there):
            return True
        return not firm and not self._held[one].isdisjoint(there)

    def merge(self, one: int, other: int) -> None:
        """Make two groups (by representative) one."""
        if one == other:
            return
        first = self.forest.join(one, other)
        second = other if first == one else one
        for sets in (self._has, self._apart, self._foes, self._held):
            small, large = sorted((sets[first], sets.pop(second)), key=len)
            large |= small
            sets[first] = large


def _neighbours(pairs: Iterable[tuple[int, int]]) -> dict[int, list[int]]:
    """Return, for each record, those it is paired with."""
    found: dict[int, list[int]] = {}
    for left, right in pairs:
        found.setdefault(left, []).append(right)
        found.setdefault(right, []).append(left)
    return found


def cluster(knot: Knot) -> Clustering:
    """Join what may be joined; see the module's text. The result does not depend on the order of anything given."""
    groups = _Groups(knot)
    for left, right in sorted(knot.must):
        groups.merge(groups.forest.find(left), groups.forest.find(right))
    ordered = sorted(knot.edges, key=lambda edge: (-edge.weight, edge.left, edge.right, not edge.own, not edge.firm))
    for edge in ordered:
        if not edge.partial:
            _take(groups, edge)
    partial = [edge for edge in ordered if edge.partial]
    unclear = _unclear(groups, partial)
    for edge in partial:
        if edge not in unclear:
            _take(groups, edge)
    find = groups.forest.find
    return Clustering(
        group={node: find(node) for node in groups.nodes},
        refused=tuple(edge for edge in ordered if find(edge.left) != find(edge.right)),
    )


def _take(groups: _Groups, edge: Edge) -> None:
    """Join the two ends of an edge if nothing speaks against it."""
    one, other = groups.forest.find(edge.left), groups.forest.find(edge.right)
    if one != other and not groups.clash(one, other, firm=edge.firm, own=edge.own):
        groups.merge(one, other)


def _unclear(groups: _Groups, partial: list[Edge]) -> set[Edge]:
    """Return the partial edges that would have to choose: another group, at odds with this one, is about as likely."""
    find = groups.forest.find
    options: dict[int, dict[int, float]] = {}
    for edge in partial:
        one, other = find(edge.left), find(edge.right)
        for here, there in ((one, other), (other, one)):
            weights = options.setdefault(here, {})
            weights[there] = max(edge.weight, weights.get(there, edge.weight))

    def rivalled(here: int, there: int) -> bool:
        weights = options[here]
        least = weights[there] - CLEAR
        return any(weight > least and groups.clash(there, rival) for rival, weight in weights.items() if rival != there)

    return {
        edge
        for edge in partial
        if rivalled(find(edge.left), find(edge.right)) or rivalled(find(edge.right), find(edge.left))
    }
