"""Gather what travels with a person to another installation; the same records give the same contents, to the byte."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db.models import Q

from soken.casework.models import EvidenceItem, Judgement, SafetyNotification, Verdict
from soken.casework.selectors import store
from soken.casework.selectors.dossier import rows_of
from soken.casework.selectors.evidence import manifest
from soken.casework.selectors.referral_contents import contents_of
from soken.core.errors import RefusedError
from soken.core.fields import FIELDS
from soken.exchange.handed import MOST_ROWS, Handed, Offence, Original, Place, Row, Ruling, Step, Told

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime

    from soken.casework.models import Dossier, OutgoingHandover

#: Where a row stands in the original: column of the reading → name in the file.
_PLACE: Final = {
    "member": "member", "line": "line", "byte_offset": "byteOffset", "byte_length": "byteLength", "row_key": "rowKey",
}  # fmt: skip
#: Rows whose judgements are looked up at a time: SQLite takes a bounded number of values in a query.
_AT_ONCE: Final = 200


def handed_of(handover: OutgoingHandover) -> Handed:
    """Return what would be handed over now: entries that were withdrawn are left out, rows are read from the store.

    Raises:
        RefusedError: the person has no row, more rows than travel in one file, or one that is no longer in the store.
    """
    dossier = handover.dossier
    places = sorted(rows_of(dossier))
    contents = contents_of(dossier)
    items = _items(dossier, places)
    return Handed(
        operation=dossier.operation.name,
        person=dossier.person_code,
        name=dossier.name,
        prefecture=dossier.prefecture,
        received_on=dossier.received_on.isoformat(),
        stage=dossier.stage,
        kind=handover.kind,
        from_force=handover.from_force,
        to_force=handover.to_force,
        reason=handover.reason,
        form=dict(handover.form),
        facts=contents.facts,
        assessments=contents.assessments,
        persons=contents.persons,
        originals=tuple(_original(one) for one in items),
        rows=tuple(_rows(items, places, dossier)),
        judgements=tuple(_judgements(dossier, places)),
        offences=tuple(_offences(dossier)),
        places=tuple(
            Place(one.ground, one.prefecture, one.basis, one.by.username, _at(one.at))
            for one in dossier.places.select_related("by").order_by("pk")
        ),
        told=tuple(_told(dossier)),
        history=tuple(sorted(_history(dossier), key=lambda one: one.at)),
    )


def _items(dossier: Dossier, places: list[tuple[str, int]]) -> list[EvidenceItem]:
    """Return the evidence items that the person's rows stand in.

    Raises:
        RefusedError: there is no row, there are too many, or an item is missing.
    """
    named = {evidence for evidence, _row in places}
    items = list(dossier.operation.evidence.filter(evidence_id__in=named).order_by("evidence_id"))
    if not 1 <= len(places) <= MOST_ROWS:
        raise RefusedError(
            f"{dossier.person_code} has {len(places):,} rows; between 1 and {MOST_ROWS:,} travel in one file."
        )
    if missing := named - {one.evidence_id for one in items}:
        raise RefusedError(
            f"Rows of {dossier.person_code} stand in {min(missing)}, which this operation does not hold."
        )
    return items


def _original(item: EvidenceItem) -> Original:
    """Return a sealed file by its hash."""
    warrant = manifest(item).acquisition.warrant or ""
    return Original(item.evidence_id, item.sha256, item.size, _at(item.received_at), warrant)


def _rows(items: list[EvidenceItem], places: list[tuple[str, int]], dossier: Dossier) -> Iterator[Row]:
    """Yield the rows as they were read, each with its place in the original.

    Raises:
        RefusedError: a row is not in the current reading of its file.
    """
    for item in items:
        numbers = [row for evidence, row in places if evidence == item.evidence_id]
        found = store.ask(
            f"select * from read_parquet($path) where row in ({store.numbers(numbers)}) order by row",  # noqa: S608
            path=store.reading_folder(item) / "rows.parquet",
        )
        if len(found) != len(numbers):
            raise RefusedError(
                f"{len(numbers) - len(found)} rows of {dossier.person_code} are not in the current reading of "
                f"{item.evidence_id}; have its mapping looked at before the person is handed over."
            )
        for one in found:
            yield Row(
                item.evidence_id,
                one["row"],
                one["source_table"] or "",
                one["kind"],
                one["owner"],
                {said: str(one[name]) for name, said in _PLACE.items() if one[name] not in {None, ""}},
                {name: one[name] for name in FIELDS if one.get(name) is not None},
            )


def _judgements(dossier: Dossier, places: list[tuple[str, int]]) -> Iterator[Ruling]:
    """Yield the judgements in force of which both rows travel: what is said of others' rows stays here."""
    rows = set(places)
    standing = Judgement.objects.filter(operation=dossier.operation, superseded_by__isnull=True).exclude(
        verdict=Verdict.WITHDRAWN
    )
    for start in range(0, len(places), _AT_ONCE):
        wanted = Q()
        for evidence in {one for one, _row in places}:
            numbers = [row for one, row in places[start : start + _AT_ONCE] if one == evidence]
            wanted |= Q(left_evidence=evidence, left_row__in=numbers)
        for one in standing.filter(wanted).select_related("by").order_by("pk"):
            if (one.right_evidence, one.right_row) in rows:
                yield Ruling(
                    one.left_evidence, one.left_row, one.right_evidence, one.right_row, one.verdict, one.reason,
                    one.by.username if one.by else "", _at(one.at),
                )  # fmt: skip


def _offences(dossier: Dossier) -> Iterator[Offence]:
    """Yield the alleged offences in force, each with the newest event from which limitation runs."""
    entries = dossier.offences.filter(withdrawn_at__isnull=True).select_related("by")
    for one in entries.prefetch_related("limitation_starts").order_by("pk"):
        starts = list(one.limitation_starts.all())
        start = starts[-1] if starts else None
        yield Offence(
            one.code, _day(one.first_on), one.last_on.isoformat(), one.basis, one.by.username, _at(one.at),
            _day(start.ended_on if start else None), start.stood_still if start else 0, start.basis if start else "",
        )  # fmt: skip


def _told(dossier: Dossier) -> Iterator[Told]:
    """Yield the notifications for a child's safety that were not entered by mistake."""
    for one in (
        SafetyNotification.objects.filter(
            operation=dossier.operation_id, person_code=dossier.person_code, cancelled_at__isnull=True
        )
        .select_related("by")
        .order_by("pk")
    ):
        yield Told(
            one.body, one.office, one.method, _at(one.notified_at), one.note, one.by.username,
            _at(one.acknowledged_at), one.acknowledged_by,
        )  # fmt: skip


def _history(dossier: Dossier) -> Iterator[Step]:
    """Yield stages, owners, times held and their steps, and warrants that name the person."""
    for step in dossier.stage_changes.select_related("by"):
        yield Step("stage", _at(step.at), step.by.username, f"{step.before} → {step.after}")
    for owner in dossier.ownerships.select_related("by"):
        yield Step("owner", _at(owner.since), owner.by.username, f"{owner.force}: {owner.reason}")
    for held in dossier.restraints.filter(withdrawn_at__isnull=True).select_related("by").prefetch_related("steps__by"):
        yield Step("held", _at(held.began_at), held.by.username, f"{held.arrested_by} {held.form}")
        for one in held.steps.all():
            if one.withdrawn_at is None:
                yield Step(
                    "custody", _at(one.happened_at), one.by.username, f"{one.kind} {one.days}" if one.days else one.kind
                )
    for linked in dossier.warrants.select_related("warrant__by"):
        paper: Any = linked.warrant
        yield Step("warrant", _at(paper.at), paper.by.username, f"{paper.kind} {paper.reference} {paper.state}")


def _at(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
