"""The list of operations, and the overview of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_safe

from soken.access.policy import Act
from soken.casework.selectors.funnel import counted_as_seen, funnel, is_stale
from soken.casework.selectors.operations import operations_seen_by
from soken.desk.charts import funnel_chart
from soken.desk.gate import permitted, signed_in

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from soken.casework.models import EvidenceItem, Operation


@signed_in
@require_safe
def operations(request: HttpRequest) -> HttpResponse:
    """Show the operations that the user is a member of."""
    return render(request, "desk/operations.html", {"operations": counted_as_seen(operations_seen_by(request.user))})


@permitted(Act.SEE_OPERATION)
@require_safe
def overview(request: HttpRequest, operation: Operation) -> HttpResponse:
    """Show what came in and what became of it."""
    items = list(operation.evidence.all())
    run = operation.runs.first()
    counts = funnel(operation, items, run)
    return render(
        request,
        "desk/overview.html",
        {
            "operation": operation,
            "tab": "overview",
            "items": items,
            "run": run,
            "run_seconds": sum(run.seconds.values()) if run and isinstance(run.seconds, dict) else None,
            "set_aside_in": _only(items),
            "stale": run is not None and is_stale(run, items),
            "funnel": counts,
            "chart": funnel_chart(counts) if items else "",
        },
    )


def _only(items: list[EvidenceItem]) -> str:
    """Return the one evidence item that has rows set aside, '' where none or several have."""
    found = [item.evidence_id for item in items if item.rows_set_aside]
    return found[0] if len(found) == 1 else ""
