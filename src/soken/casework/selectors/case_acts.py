"""Evidence, custody, warrants, runs and judgements as CASE nodes: who did what with what, one act after another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from soken.casework.selectors import evidence
from soken.casework.selectors.funnel import run_counts
from soken.exchange.case import nodes
from soken.exchange.case.terms import node_id
from soken.intake.custody import Act, event_hash

if TYPE_CHECKING:
    from collections.abc import Iterator

    from soken.casework.models import EvidenceItem, Judgement, Operation, ResolveRun
    from soken.exchange.case.terms import Node

#: Acts of custody by which the file came to be what it is: each yields the provenance record.
_YIELDS = frozenset({Act.SEIZED, Act.RECEIVED, Act.SEALED})


class Named:
    """Who acted, with what, where: each is told once in a file."""

    def __init__(self) -> None:
        self._told: set[str] = set()

    def __call__(self, kind: str, what: str, name: str) -> Iterator[Node]:
        """Yield the thing of this name if it was not told before."""
        return self.once(iter([nodes.named(kind, what, name)] if name else []))

    def once(self, nodes: Iterator[Node]) -> Iterator[Node]:
        """Yield those nodes that were not told before."""
        for one in nodes:
            if one["@id"] not in self._told:
                self._told.add(one["@id"])
                yield one

    def actor(self, name: str) -> Iterator[Node]:
        """Yield who acted."""
        return self("actor", "uco-identity:Identity", name)


def operation_node(operation: Operation, items: list[EvidenceItem]) -> Iterator[Node]:
    """Yield the investigation and its warrants; nothing where it holds no evidence yet."""
    warrants = list(operation.warrants.order_by("pk"))
    made = [
        nodes.authorization(
            operation.slug, one.kind, one.reference, one.issued_by,
            (one.issued_on.isoformat(), one.good_until.isoformat() if one.good_until else ""),
        )
        for one in warrants
    ]  # fmt: skip
    yield from made
    files = [node_id("file", item.sha256) for item in items]
    yield nodes.investigation(operation.slug, operation.name, operation.created_at, files, [one["@id"] for one in made])


def evidence_nodes(item: EvidenceItem, named: Named) -> Iterator[Node]:
    """Yield an evidence item: the file, its provenance record, each entry of its custody record as an act."""
    yield from named.once(_evidence(item))


def _evidence(item: EvidenceItem) -> Iterator[Node]:
    """Yield the nodes of an evidence item, whether or not they were told before."""
    counts = {"rowsRead": item.rows_read, "rowsAccepted": item.rows_accepted, "rowsSetAside": item.rows_set_aside}
    file = nodes.evidence_file(item.evidence_id, item.file_name, item.size, item.sha256, counts)
    yield file
    record = node_id("provenance", item.sha256)
    yield nodes.provenance(record, item.evidence_id, [file["@id"]])
    seized_where = evidence.manifest(item).acquisition.seized_where or ""
    if seized_where:
        yield nodes.named("place", "uco-location:Location", seized_where)
    before = ""
    for event in evidence.custody(item):
        if event.actor:
            yield nodes.named("actor", "uco-identity:Identity", event.actor)
        identity = node_id("custody", item.sha256, event_hash(event))
        yield nodes.action(
            identity,
            event.act.value,
            at=event.at,
            performer=node_id("actor", event.actor) if event.actor else "",
            objects=[file["@id"]],
            results=[record] if event.act in _YIELDS else [],
            after=before,
            place=node_id("place", seized_where) if seized_where and event.act is Act.SEIZED else "",
            note=event.note,
        )
        before = identity


def run_nodes(operation: Operation, run: ResolveRun, items: list[EvidenceItem], named: Named) -> Iterator[Node]:
    """Yield the run that proposed the persons, with the program that made it."""
    used, counts = {one["id"] for one in run.inputs["evidence"]}, run_counts(operation, run)
    yield from named("tool", "uco-tool:Tool", "soken resolve")
    yield nodes.action(
        node_id("run", operation.slug, run.run_id),
        "resolved",
        at=run.finished_at.isoformat(),
        performer="",
        tool=node_id("tool", "soken resolve"),
        objects=[node_id("file", item.sha256) for item in items if item.evidence_id in used],
        note=f"{run.run_id}: {counts.records} records, {counts.persons} proposed persons",
    )


def judgement_nodes(operation: Operation, named: Named, only: dict[str, list[int]] | None = None) -> Iterator[Node]:
    """Yield what people said of pairs of rows: those in force, as statements and never as a merge.

    Args:
        operation: whose.
        named: who was told of already.
        only: evidence id → rows: judgements of which both rows are among these; None for all.
    """
    found = operation.judgements.filter(superseded_by__isnull=True).select_related("by").order_by("pk")
    if only is not None:
        within = Q(pk__in=[])
        for item, rows in only.items():
            within |= Q(left_evidence=item, left_row__in=rows)
        found = found.filter(within)
    for one in found.iterator(chunk_size=500):
        if only is None or one.right_row in only.get(one.right_evidence, ()):
            yield from _judgement(operation, one, named)


def _judgement(operation: Operation, one: Judgement, named: Named) -> Iterator[Node]:
    """Yield one judgement and whoever gave it."""
    by = one.by.username if one.by else ""
    yield from named.actor(by)
    places = (one.left_evidence, one.left_row), (one.right_evidence, one.right_row)
    yield nodes.annotation(
        node_id("judgement", operation.slug, *places, one.at.isoformat()),
        one.verdict,
        [node_id("row", *place) for place in places],
        by=node_id("actor", by) if by else "",
        part="judgement",
        reason=one.reason,
        at=one.at.isoformat(),
    )
