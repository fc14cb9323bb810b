"""One evidence item: manifest, custody, reading; its rows set aside; one row of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_safe

from soken.access.policy import Act, allows
from soken.casework.selectors import evidence as selectors
from soken.casework.selectors.rows import seized_row
from soken.core.fields import FIELDS, SECRET_FIELDS, Group
from soken.core.origin import origin_in
from soken.desk.gate import permitted
from soken.desk.posted import whole_number
from soken.desk.words import ACQUISITION_WORDS

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from soken.casework.models import Operation


@permitted(Act.SEE_EVIDENCE)
@require_safe
def evidence_item(request: HttpRequest, operation: Operation, evidence_id: str) -> HttpResponse:
    """Show an evidence item."""
    item = selectors.evidence_item(operation, evidence_id)
    manifest = selectors.manifest(item)
    return render(
        request,
        "desk/evidence.html",
        {
            "operation": operation,
            "tab": "evidence",
            "item": item,
            "manifest": manifest,
            "acquisition": [
                (words, getattr(manifest.acquisition, name), name.endswith("_at"))
                for name, words in ACQUISITION_WORDS.items()
            ],
            "custody": selectors.custody(item),
            "reading": selectors.reading_report(item),
            "may_correct": allows(request.user, Act.CORRECT_MAPPING),
        },
    )


@permitted(Act.SEE_EVIDENCE)
@require_safe
def set_aside(request: HttpRequest, operation: Operation, evidence_id: str) -> HttpResponse:
    """Show the rows that could not be read."""
    item = selectors.evidence_item(operation, evidence_id)
    reason = request.GET.get("reason", "")
    page = whole_number(request.GET.get("page"))
    rows, total = selectors.set_aside_rows(item, reason=reason, page=page)
    return render(
        request,
        "desk/set_aside.html",
        {
            "operation": operation,
            "tab": "evidence",
            "item": item,
            "rows": rows,
            "total": total,
            "reason": reason,
            "reasons": selectors.reading_report(item).reasons,
            "page": page,
            "pages": max(1, -(-total // selectors.PAGE)),
        },
    )


@permitted(Act.SEE_EVIDENCE)
@require_safe
def row(request: HttpRequest, operation: Operation, evidence_id: str, number: int) -> HttpResponse:
    """Show one row of the original."""
    item = selectors.evidence_item(operation, evidence_id)
    found = seized_row(operation, item, operation.runs.first(), number)
    columns = [one for one in selectors.reading_report(item).columns if one.table == found.place["source_table"]]
    headings: dict[str, list[str]] = {}
    for column in columns:
        if column.field:
            shown = "item_code" if column.field in SECRET_FIELDS else column.field
            headings.setdefault(shown, []).append(column.column)
    groups = [
        (
            group,
            [
                (name, headings.get(name, []), found.cells.get(name))
                for name, of in FIELDS.items()
                if of is group and (name in headings or name in found.cells)
            ],
        )
        for group in Group
    ]
    return render(
        request,
        "desk/row.html",
        {
            "operation": operation,
            "tab": "evidence",
            "item": item,
            "number": number,
            "row": found,
            "origin": origin_in(found.place.get("row_key")),
            "groups": [(group, cells) for group, cells in groups if cells],
            "hidden": [column.column for column in columns if not column.field],
            "previous": number - 1 if number > 1 else None,
            "next": number + 1 if number < item.rows_read else None,
        },
    )
