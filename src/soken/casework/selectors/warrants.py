"""Warrants of an operation: what each covers, what runs out, and what rests on none that is recorded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from soken.casework.models import Warrant, WarrantState
from soken.casework.models.warrant import folded
from soken.casework.selectors import store
from soken.casework.selectors.dossier import facts_of_many, today
from soken.intake.seal import read_manifest
from soken.reference.warrants import NOTHING, READY, warrant_kinds
from soken.review.stages import Stage
from soken.review.transitions import lost, missing_at_door

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from django.db.models import QuerySet

    from soken.casework.models import Dossier, EvidenceItem, Operation
    from soken.review.facts import Facts

#: Warrants on a page, and evidence items whose manifests are read.
SHOWN: Final = 100
_ITEMS: Final = 500


@dataclass(frozen=True, slots=True)
class SeenWarrant:
    """A warrant as it stands today.

    Attributes:
        warrant: the warrant.
        persons: codes of the persons whom it names.
        evidence: the evidence items whose manifest names its reference.
        over: it has run out and nobody has said what became of it.
        not_now: codes of persons whom nobody may go to on it now: what it needs no longer stands (R31).
    """

    warrant: Warrant
    persons: tuple[str, ...]
    evidence: tuple[EvidenceItem, ...]
    over: bool
    not_now: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WarrantList:
    """An operation's warrants.

    Attributes:
        warrants: those open first, then the newest; at most `SHOWN`.
        total: how many there are.
        unrecorded: evidence items with the reference that their manifest names and that nobody has recorded.
        without: evidence items whose manifest names no warrant.
        items_left_out: evidence items beyond those looked at.
    """

    warrants: tuple[SeenWarrant, ...]
    total: int
    unrecorded: tuple[tuple[EvidenceItem, str], ...]
    without: tuple[EvidenceItem, ...]
    items_left_out: int


def warrants_of(operation: Operation, *, person: str = "") -> WarrantList:
    """Return an operation's warrants, or those that name one person (a fixed number of queries).

    Raises:
        DamagedStoreError: a manifest cannot be read.
    """
    wanted = Warrant.objects.filter(operation=operation)
    known = set(wanted.values_list("folded", flat=True))
    if person:
        wanted = wanted.filter(links__dossier__person_code=person)
    running, ended = wanted.filter(state=WarrantState.ISSUED), wanted.exclude(state=WarrantState.ISSUED)
    found = [*_newest(running), *_newest(ended)][:SHOWN]
    items = list(operation.evidence.all()[:_ITEMS])
    references = _references(items)
    return WarrantList(
        warrants=tuple(_seen(found, references)),
        total=wanted.count(),
        unrecorded=tuple((item, said) for item, said in references if said and folded(said) not in known),
        without=tuple(item for item, said in references if not said),
        items_left_out=operation.evidence.count() - len(items),
    )


def _newest(wanted: QuerySet[Warrant]) -> list[Warrant]:
    """Return warrants with who recorded and ended them, at most as many as a page shows."""
    return list(wanted.select_related("by", "ended_by").prefetch_related("links__dossier")[:SHOWN])


def _references(items: Iterable[EvidenceItem]) -> list[tuple[EvidenceItem, str]]:
    """Return evidence items with the warrant reference of their manifest, '' where it names none."""
    return [(item, (read_manifest(store.home(), item.evidence_id).acquisition.warrant or "").strip()) for item in items]


def _seen(found: Collection[Warrant], references: list[tuple[EvidenceItem, str]]) -> list[SeenWarrant]:
    """Return warrants with what they cover and what no longer stands."""
    dossiers = {link.dossier_id: link.dossier for one in found for link in one.links.all()}
    facts = facts_of_many(list(dossiers.values())) if dossiers else {}
    return [
        SeenWarrant(
            warrant=one,
            persons=tuple(link.dossier.person_code for link in one.links.all()),
            evidence=tuple(item for item, said in references if said and folded(said) == one.folded),
            over=one.state == WarrantState.ISSUED and one.good_until is not None and one.good_until < today(),
            not_now=tuple(
                link.dossier.person_code
                for link in one.links.all()
                if one.state == WarrantState.ISSUED and _gone(one, link.dossier, facts[link.dossier_id])
            ),
        )
        for one in found
    ]


def _gone(warrant: Warrant, dossier: Dossier, facts: Facts) -> bool:
    """Tell whether what a warrant's kind needs no longer stands; a kind that is no longer known needs all."""
    kind = warrant_kinds().get(warrant.kind)
    if kind is not None and kind.needs == NOTHING:
        return False
    if kind is None or kind.needs == READY:
        return dossier.stage != Stage.READY or bool(lost(facts))
    return bool(missing_at_door(facts))
