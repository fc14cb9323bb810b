"""An operation, a person or a packet's contents as one CASE/UCO file."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from soken.casework.selectors.case_acts import (
    Named,
    evidence_nodes,
    judgement_nodes,
    operation_node,
    run_nodes,
)
from soken.casework.selectors.case_before import behind
from soken.casework.selectors.case_dossier import dossier_nodes, rows_told
from soken.casework.selectors.case_tables import linked_rows, person_nodes, row_nodes
from soken.casework.selectors.dossier import dossier_found
from soken.casework.selectors.persons import person_of
from soken.core.errors import NotFoundError, RefusedError
from soken.exchange.case import nodes
from soken.exchange.case.terms import node_id
from soken.exchange.case.written import write_case

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from soken.casework.models import Dossier, EvidenceItem, Operation, ResolveRun
    from soken.exchange.case.terms import Node
    from soken.exchange.mark import Mark


def export_operation(operation: Operation, out: Path, mark: Mark | None = None) -> int:
    """Write all that an operation holds; return the number of nodes, the mark's among them.

    Args:
        operation: which.
        out: the file.
        mark: of the copy; None for contents that nobody takes (to be compared).

    Raises:
        RefusedError: it holds no evidence.
        BadInputError: the file cannot be written.
    """
    return write_case(_marked(operation, mark, _operation(operation, _items(operation))), out)


def export_person(operation: Operation, code: str, out: Path, mark: Mark | None = None) -> int:
    """Write one proposed person: its rows, what speaks for and against, where the files come from, what is established.

    Args: see `export_operation`; ``code`` is the person's.

    Raises:
        NotFoundError: the newest run proposes no such person.
        RefusedError: the operation holds no evidence or was never resolved.
        BadInputError: the file cannot be written.
    """
    items, run = _items(operation), _run(operation)
    person_of(operation, code)
    return write_case(_marked(operation, mark, _person(operation, items, run, code)), out)


def export_packet(operation: Operation, code: str, out: Path, mark: Mark | None = None) -> int:
    """Write what is sent of a person's dossier, as it was sent where it was referred.

    Args: see `export_operation`; ``code`` is the person's.

    Raises:
        NotFoundError: the person has no dossier.
        RefusedError: the operation holds no evidence.
        BadInputError: the file cannot be written.
    """
    dossier = dossier_found(operation, code)
    if dossier is None:
        raise NotFoundError(f"{code} has no dossier yet; open it with: soken dossier open {code}")
    return write_case(_marked(operation, mark, _packet(operation, _items(operation), dossier)), out)


def _marked(operation: Operation, mark: Mark | None, told: Iterator[Node]) -> Iterator[Node]:
    """Return nodes with the mark of the copy before them."""
    if mark is None:
        return told
    made = nodes.annotation(
        node_id("mark", operation.slug, mark.line()), mark.line(), [node_id("operation", operation.slug)],
        part="mark", **mark.as_json(),
    )  # fmt: skip
    return chain([made], told)


def _operation(operation: Operation, items: list[EvidenceItem]) -> Iterator[Node]:
    """Yield every node of an operation."""
    yield from behind(_own(operation, items), items, items)


def _own(operation: Operation, items: list[EvidenceItem]) -> Iterator[Node]:
    """Yield every node of an operation that is its own."""
    named, run = Named(), operation.runs.first()
    yield from named.once(operation_node(operation, items))
    for item in items:
        yield from evidence_nodes(item, named)
    for item in items:
        yield from row_nodes(item, run)
    if run is not None:
        yield from run_nodes(operation, run, items, named)
        yield from person_nodes(operation, run)
    yield from judgement_nodes(operation, named)
    opened = operation.dossiers.values("person_code")
    proposed = set(operation.persons.filter(code__in=opened).values_list("code", flat=True))
    for dossier in operation.dossiers.order_by("pk").iterator(chunk_size=200):
        # Whom no run proposes any more (joined, parted, come from elsewhere) is a person of whom people said something.
        if run is None or dossier.person_code not in proposed:
            yield _of_dossier(operation, dossier)
        yield from dossier_nodes(operation, dossier, named)


def _person(operation: Operation, items: list[EvidenceItem], run: ResolveRun, code: str) -> Iterator[Node]:
    """Yield every node of a person."""
    dossier = dossier_found(operation, code)
    rows = _together(linked_rows(operation, run, code), rows_told(dossier) if dossier else {})
    spoken = [item for item in items if item.evidence_id in rows]
    yield from behind(_own_of_person(operation, spoken, rows, run, code), spoken, items)


def _own_of_person(
    operation: Operation, spoken: list[EvidenceItem], rows: dict[str, list[int]], run: ResolveRun, code: str
) -> Iterator[Node]:
    """Yield every node of a person that is the operation's own."""
    named = Named()
    yield from named.once(operation_node(operation, spoken))
    for item in spoken:
        yield from evidence_nodes(item, named)
        yield from row_nodes(item, run, rows[item.evidence_id])
    yield from run_nodes(operation, run, spoken, named)
    yield from person_nodes(operation, run, code)
    yield from judgement_nodes(operation, named, rows)
    dossier = dossier_found(operation, code)
    if dossier is not None:
        yield from dossier_nodes(operation, dossier, named)


def _packet(operation: Operation, items: list[EvidenceItem], dossier: Dossier) -> Iterator[Node]:
    """Yield every node of a packet: the dossier's rows, their files and custody, and what is sent."""
    rows = rows_told(dossier)
    spoken = [item for item in items if item.evidence_id in rows]
    yield from behind(_own_of_packet(operation, spoken, rows, dossier), spoken, items)


def _own_of_packet(
    operation: Operation, spoken: list[EvidenceItem], rows: dict[str, list[int]], dossier: Dossier
) -> Iterator[Node]:
    """Yield every node of a packet that is the operation's own."""
    named = Named()
    yield from named.once(operation_node(operation, spoken))
    for one in spoken:
        yield from evidence_nodes(one, named)
        yield from row_nodes(one, None, rows[one.evidence_id])
    yield _of_dossier(operation, dossier)
    yield from dossier_nodes(operation, dossier, named)


def _of_dossier(operation: Operation, dossier: Dossier) -> Node:
    """Return the person of a dossier, as the dossier knows them."""
    told = {"prefecture": dossier.prefecture}
    return nodes.person(operation.slug, dossier.person_code, dossier.name, ("", ""), told)


def _together(*told: dict[str, list[int]]) -> dict[str, list[int]]:
    """Return evidence id → rows of several such, in order."""
    found: dict[str, set[int]] = {}
    for one in told:
        for item, rows in one.items():
            found.setdefault(item, set()).update(rows)
    return {item: sorted(rows) for item, rows in sorted(found.items())}


def _items(operation: Operation) -> list[EvidenceItem]:
    """Return the evidence items.

    Raises:
        RefusedError: there are none.
    """
    found = list(operation.evidence.all())
    if not found:
        raise RefusedError(f"{operation.name} holds no evidence yet; take a file in with: soken intake FILE")
    return found


def _run(operation: Operation) -> ResolveRun:
    """Return the newest run.

    Raises:
        RefusedError: there is none.
    """
    found = operation.runs.first()
    if found is None:
        raise RefusedError(
            f"{operation.name} has no proposed persons yet; run: soken resolve --operation {operation.slug}"
        )
    return found
