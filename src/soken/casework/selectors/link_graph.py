"""The neighbourhood of one person: whose mails, phones and addresses are the same, and whom it may be the same as.

Read from the newest run's tables. A value that very many share (a block of flats, a company's switchboard) joins
strangers; it is named and counted but leads nowhere until somebody switches it on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from soken.access.policy import Act, allows
from soken.casework.models import Operation
from soken.casework.selectors import graph_tables as tables
from soken.casework.selectors import store
from soken.casework.selectors.graph_parts import GraphEdge, GraphNode, LinkGraph, SharedValue, Sketch, person_key
from soken.casework.selectors.whose import whose
from soken.core.errors import NotFoundError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from pathlib import Path

    from django.contrib.auth.models import AnonymousUser

    from soken.access.models import User
    from soken.casework.selectors.graph_tables import Claimed, Value

#: A value that more persons than this share leads nowhere until it is switched on: 6 is a large household.
SHARED_BY: Final = 6
#: Persons and values drawn at most; what there is beyond is counted and said.
MOST_NODES: Final = 60
#: Steps from the person: 1 is whoever shares a value with it, 2 whoever shares one with these.
STEPS: Final = 2
#: Other operations that are looked into, newest first.
OPERATIONS: Final = 10


def link_graph(
    user: User | AnonymousUser,
    operation: Operation,
    code: str,
    *,
    steps: int = 1,
    on: Collection[str] = (),
    elsewhere: bool = False,
) -> LinkGraph:
    """Return the neighbourhood of a proposed person.

    Args:
        user: who looks: a member of the operation whose role may see persons.
        operation: the person's.
        code: the person.
        steps: how far to go, from 1 to `STEPS`.
        on: marks (`SharedValue.mark`) of values to follow although very many share them; "all" for every one.
        elsewhere: look also into the user's other operations for the person's own values.

    Raises:
        NotFoundError: the user may not see it, there is no run, or the newest run proposes no such person.
        DamagedStoreError: a table of the run cannot be read.
    """
    visible = Operation.objects.visible_to(user)
    if not allows(user, Act.SEE_PERSON) or not visible.filter(pk=operation.pk).exists():
        raise NotFoundError(f"No operation {operation.slug} is open to you.")
    run = operation.runs.first()
    if run is None or not operation.persons.filter(code=code).exists():
        raise NotFoundError(f"The newest run proposes no person {code}.")
    folder = store.run_folder(operation, run)
    sketch = Sketch(MOST_NODES)
    sketch.add(GraphNode(person_key(code), "person", code, column=0))
    values = _grow(sketch, folder, code, min(max(1, steps), STEPS), frozenset(on))
    if elsewhere:
        _look_elsewhere(sketch, visible.exclude(pk=operation.pk)[:OPERATIONS], values)
    _link(sketch, folder)
    _name(sketch, operation)
    return sketch.graph(code, SHARED_BY)


def _grow(sketch: Sketch, folder: Path, code: str, steps: int, on: frozenset[str]) -> list[Value]:
    """Go from person to value to person, as many steps as are asked; return the person's own values that lead on."""
    frontier = [code]
    own: list[Value] = []
    for step in range(steps):
        claimed = tables.claimed_by(folder, frontier)
        holders = tables.holders(folder, {one.value for one in claimed})
        crowded = _crowded(claimed, holders, on)
        for one in crowded.values():
            sketch.crowded.setdefault(one.mark, one)
        open_ = [one for one in claimed if one.value not in crowded or crowded[one.value].on]
        if step == 0:
            own = list({one.value: None for one in open_})
            sketch.seen_links = tables.linked_to(folder, code)
        found = tables.holding(folder, {one.value for one in open_ if holders[one.value] > 1}, MOST_NODES)
        frontier = _draw_step(sketch, step, open_, found, holders)
        if not frontier:
            break
    return own


def _crowded(claimed: Sequence[Claimed], holders: dict[Value, int], on: frozenset[str]) -> dict[Value, SharedValue]:
    """Return the values that too many share, each with whether it was switched on."""
    # Claims of most rows come first; a value is shown as they have it.
    typed = {one.value: one.typed for one in reversed(claimed)}
    return {
        value: SharedValue(value.kind, text, holders[value], value.mark, bool(on & {"all", value.mark}))
        for value, text in typed.items()
        if holders[value] > SHARED_BY
    }


def _draw_step(
    sketch: Sketch, step: int, open_: Sequence[Claimed], found: Sequence[Claimed], holders: dict[Value, int]
) -> list[str]:
    """Draw one step, what joins people before what joins nobody; return the persons that are new."""
    before = sketch.persons()
    column = 2 * step + 1
    if step == 0:
        for code in sketch.seen_links:
            sketch.add(GraphNode(person_key(code), "person", code, column=2))
    # One value at a time with those who share it, so that the bound never leaves values without their persons.
    shared = sorted({one.value for one in found}, key=lambda value: (-holders[value], value))
    typed = {one.value: one.typed for one in reversed(open_)}
    for value in shared:
        sketch.add(GraphNode(value.node, value.kind, typed[value], column=column, persons=holders[value]))
        for one in found:
            if one.value == value:
                sketch.add(GraphNode(person_key(one.person), "person", one.person, column=column + 1))
    if step == 0:
        for value in sorted(typed):
            sketch.add(GraphNode(value.node, value.kind, typed[value], column=column, persons=holders[value]))
    for one in [*open_, *found]:
        edge = GraphEdge(person_key(one.person), one.value.node, "claims", typed=one.typed, rows=one.rows)
        sketch.join(edge)
    return [code for code in sketch.persons() if code not in before]


def _look_elsewhere(sketch: Sketch, operations: Iterable[Operation], values: Sequence[Value]) -> None:
    """Draw the persons of other operations, all of which the user may see, who claim the person's own values."""
    for other in operations:
        run = other.runs.first()
        if run is None:
            continue
        found = tables.holding(store.run_folder(other, run), set(values), SHARED_BY)
        names = dict(other.persons.filter(code__in=[one.person for one in found]).values_list("code", "name"))
        for one in found:
            if one.value.node not in sketch.nodes:
                continue
            key = person_key(one.person, other.slug)
            name = names.get(one.person, "")
            sketch.add(GraphNode(key, "person", one.person, column=2, name=name, operation=other.slug))
            sketch.join(GraphEdge(key, one.value.node, "claims", typed=one.typed, rows=one.rows))


def _link(sketch: Sketch, folder: Path) -> None:
    """Join the persons drawn between whom the run has a link, by the strongest."""
    for left, right, link in tables.links_among(folder, sketch.persons()):
        reason = max(link.reasons, key=lambda one: abs(one.weight), default=None)
        sketch.join(
            GraphEdge(person_key(left), person_key(right), "link", band=link.band, weight=link.weight,
                      why=link.review_reason or "", reason=reason)
        )  # fmt: skip


def _name(sketch: Sketch, operation: Operation) -> None:
    """Write the claimed names and the stages of dossiers on the persons of the operation."""
    codes = sketch.persons()
    names = dict(operation.persons.filter(code__in=codes).values_list("code", "name"))
    known = whose(operation, codes)
    for code in codes:
        sketch.name(person_key(code), names.get(code, ""), known[code].stage if code in known else "")
