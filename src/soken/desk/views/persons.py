"""The list of proposed persons, and one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe

from soken.access.policy import Act, allows
from soken.casework.models import Band
from soken.casework.selectors import person as person_selectors
from soken.casework.selectors.dossier import dossier_found
from soken.casework.selectors.funnel import is_stale
from soken.casework.selectors.persons import (
    ORDERS,
    PersonQuery,
    claimed_names,
    person_of,
    persons_page,
    prefecture_counts,
)
from soken.casework.selectors.review_queue import open_questions
from soken.desk.charts import timeline_chart
from soken.desk.explained import explained
from soken.desk.gate import permitted
from soken.desk.posted import whole_number
from soken.desk.words import ORDER_WORDS

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from soken.casework.models import Operation


@permitted(Act.SEE_PERSON)
@require_safe
def persons(request: HttpRequest, operation: Operation) -> HttpResponse:
    """Show the proposed persons; htmx asks for the list alone, everybody else gets the page."""
    query = _query(request)
    context = {
        "operation": operation,
        "tab": "persons",
        "query": query,
        "page": persons_page(operation, query),
        "prefectures": prefecture_counts(operation),
        "orders": [(code, ORDER_WORDS[code]) for code in ORDERS],
        "run": operation.runs.first(),
        "filtered": bool(query.prefecture or query.band or query.text or query.least > 1),
    }
    return render(request, "desk/persons.html", context)


def _query(request: HttpRequest) -> PersonQuery:
    """Return what the address asks for; what it cannot mean is left out."""
    asked = request.GET
    order = asked.get("order", "")
    band = asked.get("band", "")
    return PersonQuery(
        prefecture=asked.get("prefecture", "")[:60],
        band=band if band in Band.values else "",
        least=whole_number(asked.get("least")),
        text=asked.get("q", "").replace("\0", "")[:100],
        order=order if order in ORDERS else "rows",
        cursor=asked.get("at", "")[:500],
    )


@permitted(Act.SEE_PERSON)
@require_safe
def person(request: HttpRequest, operation: Operation, code: str) -> HttpResponse:
    """Show one proposed person."""
    found = person_of(operation, code)
    run = operation.runs.first()
    if run is None:
        raise Http404
    items = list(operation.evidence.all())
    page = whole_number(request.GET.get("page"))
    file = person_selectors.person_file(operation, items, run, found, page=page)
    names = claimed_names(operation, (pair.other for pair in file.links.review))
    return render(
        request,
        "desk/person.html",
        {
            "operation": operation,
            "tab": "persons",
            "person": found,
            "dossier": dossier_found(operation, code) if allows(request.user, Act.SEE_DOSSIER) else None,
            "file": file,
            "files": {item.evidence_id: item for item in items},
            "chart": timeline_chart(file.purchases),
            "joined": [explained(pair, f"joined-{number}") for number, pair in enumerate(file.links.joined)],
            "review": [
                explained(pair, f"review-{number}", names.get(pair.other, ""))
                for number, pair in enumerate(file.links.review)
            ],
            "questions": list(open_questions(operation, code)[:50]),
            "stale": is_stale(run, items),
            "page": page,
            "pages": max(1, -(-file.row_count // person_selectors.ROWS)),
        },
    )
