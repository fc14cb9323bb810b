"""The evidence of an operation: items, what of them was set aside, one row."""

from __future__ import annotations

from typing import Any, Final

from ninja import Field, Query, Router

from soken.access.policy import Act
from soken.api.gate import Asked, reading
from soken.api.shapes.operations import (
    AsideList,
    AsideRow,
    ColumnSaid,
    CustodySaid,
    EvidenceLine,
    EvidenceList,
    EvidenceSaid,
    ReasonCount,
    RowSaid,
)
from soken.api.shapes.questions import EvidenceId, Paged, RowNumber, Slug
from soken.casework.language import page_language
from soken.casework.models import EvidenceItem
from soken.casework.selectors import evidence as selectors
from soken.casework.selectors.rows import seized_row
from soken.intake.reasons import REASONS

router = Router(tags=["evidence"])

#: Evidence items on a page; columns and custody entries of one that are told.
PAGE: Final = 100
COLUMNS: Final = 500
CUSTODY: Final = 200


class AsideAsked(Paged):
    """Which rows set aside."""

    reason: str = Field("", pattern="^[-a-z]{0,40}$", description="only rows set aside for this; empty for all")


@reading(router, "/operations/{slug}/evidence", Act.SEE_EVIDENCE, EvidenceList, summary="Evidence items")
def evidence_items(request: Asked, slug: Slug, asked: Query[Paged]) -> EvidenceList:
    """List the evidence items with what was read of each and set aside."""
    every = request.operation.evidence.all()
    total = every.count()
    return EvidenceList(
        evidence=[EvidenceLine(**_line(one)) for one in every[PAGE * (asked.page - 1) : PAGE * asked.page]],
        total=total,
        pages=_pages(total, PAGE),
    )


@reading(
    router, "/operations/{slug}/evidence/{evidence_id}", Act.SEE_EVIDENCE, EvidenceSaid, summary="An evidence item"
)
def evidence_item(request: Asked, slug: Slug, evidence_id: EvidenceId) -> EvidenceSaid:
    """Say what is known of a sealed original: its seizure, its reading, why rows were set aside, its custody."""
    item = selectors.evidence_item(request.operation, evidence_id)
    manifest, report, custody = selectors.manifest(item), selectors.reading_report(item), selectors.custody(item)
    return EvidenceSaid(
        **_line(item),
        warrant=manifest.acquisition.warrant or "",
        seized_by=manifest.acquisition.seized_by or "",
        sealed_at=manifest.sealed_at,
        sealed_by=manifest.sealed_by,
        reading=item.reading,
        set_aside=[ReasonCount(reason=code, says=_says(code), rows=rows) for code, rows in report.reasons.items()],
        columns=[
            ColumnSaid(table=one.table, column=one.column, field=one.field, confidence=one.confidence)
            for one in report.columns[:COLUMNS]
        ],
        columns_total=len(report.columns),
        custody=[
            CustodySaid(number=one.number, at=one.at, actor=one.actor, act=one.act.value, note=one.note)
            for one in custody[-CUSTODY:]
        ],
        custody_total=len(custody),
    )


@reading(
    router, "/operations/{slug}/evidence/{evidence_id}/set-aside", Act.SEE_EVIDENCE, AsideList,
    summary="Rows set aside",
)  # fmt: skip
def rows_set_aside(request: Asked, slug: Slug, evidence_id: EvidenceId, asked: Query[AsideAsked]) -> AsideList:
    """List the rows that could not be read, each with the reason; what they hold is masked."""
    item = selectors.evidence_item(request.operation, evidence_id)
    rows, total = selectors.set_aside_rows(item, reason=asked.reason, page=asked.page)
    return AsideList(
        rows=[AsideRow(**_known(AsideRow, one), says=_says(one["reason"])) for one in rows],
        total=total,
        pages=_pages(total, selectors.PAGE),
    )


@reading(router, "/operations/{slug}/evidence/{evidence_id}/rows/{number}", Act.SEE_EVIDENCE, RowSaid, summary="A row")
def row(request: Asked, slug: Slug, evidence_id: EvidenceId, number: RowNumber) -> RowSaid:
    """Give one row of the original as typed, where it stands, and whose it may be."""
    item = selectors.evidence_item(request.operation, evidence_id)
    found = seized_row(request.operation, item, request.operation.runs.first(), number)
    return RowSaid(
        **{**_known(RowSaid, found.place), "row": number},
        evidence=evidence_id,
        cells=found.cells,
        set_aside=found.aside["reason"] if found.aside else "",
        person=found.person,
        attached=list(found.attached),
    )


def _line(item: EvidenceItem) -> dict[str, Any]:
    """Return what the list says of an evidence item."""
    return {
        "evidence": item.evidence_id, "file_name": item.file_name, "sha256": item.sha256, "size": item.size,
        "received_at": item.received_at, "profile": item.profile, "rows_read": item.rows_read,
        "rows_accepted": item.rows_accepted, "rows_set_aside": item.rows_set_aside,
    }  # fmt: skip


def _known(shape: Any, place: dict[str, Any]) -> dict[str, Any]:
    """Return of a row's columns those that a shape has, null for a column that is not there."""
    wanted = ("source_table", "member", "line", "byte_offset", "byte_length", "row", "reason", "detail", "shape",
              "raw_sha256")  # fmt: skip
    return {name: place.get(name) for name in wanted if name in shape.model_fields}


def _says(reason: str) -> str:
    """Say why rows were set aside, in the reader's language."""
    english, japanese = REASONS.get(reason, (reason, reason))
    return japanese if page_language() == "ja" else english


def _pages(total: int, size: int) -> int:
    """Return how many pages there are, at least one."""
    return max(1, -(-total // size))
