"""What a link graph is made of, and the sketch in which it grows within its bound."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from soken.resolve.explain import Reason


@dataclass(frozen=True, slots=True)
class GraphNode:
    """A person or a value.

    Attributes:
        key: stands once in a graph.
        kind: 'person', 'mail', 'phone' or 'address'.
        shown: a person's code; a value as typed.
        column: 0 for the person in the middle, then values and persons by turns: the steps away from it.
        persons: how many persons of the operation share a value; 0 for a person.
        name: a person's claimed name.
        stage: where a person's dossier stands; '' without one.
        operation: short name of another operation; '' in the graph's own.
    """

    key: str
    kind: str
    shown: str
    column: int
    persons: int = 0
    name: str = ""
    stage: str = ""
    operation: str = ""


@dataclass(frozen=True, slots=True)
class GraphEdge:
    """A person claims a value, or the run links two persons.

    Attributes:
        left, right: keys of the nodes; `left` is a person.
        kind: 'claims' or 'link'.
        typed: the value as this person's rows have it (claims).
        rows: how many of them (claims).
        band: band of the strongest link between the two (links).
        weight: its weight in bits (links).
        why: code of the reason for which people must look at it, '' if none (links).
        reason: the comparison that weighs most, either way (links).
    """

    left: str
    right: str
    kind: str
    typed: str = ""
    rows: int = 0
    band: str = ""
    weight: float = 0.0
    why: str = ""
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class SharedValue:
    """A value that too many persons share: it leads nowhere until somebody switches it on.

    Attributes:
        kind: 'mail', 'phone' or 'address'.
        shown: as typed.
        persons: how many share it.
        mark: what an address of a page names it by: keyed, since a value has no place in a log.
        on: whether it was switched on.
    """

    kind: str
    shown: str
    persons: int
    mark: str
    on: bool = False


@dataclass(frozen=True, slots=True)
class LinkGraph:
    """The neighbourhood of a person.

    Attributes:
        person: code of the one in the middle.
        nodes: the middle first, then by column in the order in which they were found.
        edges: between nodes that are drawn.
        crowded: values that too many share, the most shared first; those that were not switched on led nowhere.
        left_out: kind → how many more were found than are drawn.
        shared_by: more persons than this are too many.
    """

    person: str
    nodes: tuple[GraphNode, ...]
    edges: tuple[GraphEdge, ...]
    crowded: tuple[SharedValue, ...]
    left_out: dict[str, int]
    shared_by: int

    @property
    def off(self) -> tuple[SharedValue, ...]:
        """Those that led nowhere."""
        return tuple(one for one in self.crowded if not one.on)


def person_key(code: str, operation: str = "") -> str:
    """Return the key of a person's node; in another operation the code may stand for somebody else."""
    return f"{operation}/{code}" if operation else code


@dataclass
class Sketch:
    """A graph in the making: takes nodes until it is full and counts the rest.

    Attributes:
        most: how many nodes it takes.
        nodes: by key.
        crowded: values that too many share, by mark.
        seen_links: persons whom the run links to the one in the middle, strongest first.
    """

    most: int
    nodes: dict[str, GraphNode] = field(default_factory=dict)
    crowded: dict[str, SharedValue] = field(default_factory=dict)
    seen_links: list[str] = field(default_factory=list)
    _edges: dict[tuple[str, str, str], GraphEdge] = field(default_factory=dict)
    _left_out: dict[str, str] = field(default_factory=dict)

    def add(self, node: GraphNode) -> None:
        """Take a node, or count it where the graph is full."""
        if node.key in self.nodes:
            return
        if len(self.nodes) < self.most:
            self.nodes[node.key] = node
        else:
            self._left_out[node.key] = node.kind

    def join(self, edge: GraphEdge) -> None:
        """Take an edge, if both its ends are drawn; of several alike the first, with the rows of all."""
        if edge.left not in self.nodes or edge.right not in self.nodes:
            return
        self._edges.setdefault((edge.left, edge.right, edge.kind), edge)

    def name(self, key: str, name: str, stage: str) -> None:
        """Write a person's claimed name and the stage of the dossier."""
        self.nodes[key] = replace(self.nodes[key], name=name, stage=stage)

    def persons(self) -> list[str]:
        """Return the codes of the operation's own persons that are drawn."""
        return [one.shown for one in self.nodes.values() if one.kind == "person" and not one.operation]

    def graph(self, person: str, shared_by: int) -> LinkGraph:
        """Return the finished graph."""
        counts: dict[str, int] = {}
        for kind in self._left_out.values():
            counts[kind] = counts.get(kind, 0) + 1
        return LinkGraph(
            person=person,
            nodes=tuple(sorted(self.nodes.values(), key=lambda one: one.column)),
            edges=tuple(self._edges.values()),
            crowded=tuple(sorted(self.crowded.values(), key=lambda one: (-one.persons, one.kind, one.shown))),
            left_out=counts,
            shared_by=shared_by,
        )
