"""The list of proposed persons, and one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from soken.access.policy import Act, allows
from soken.casework.actions.save_filter import delete_filter, save_filter
from soken.casework.selectors import person as person_selectors
from soken.casework.selectors.dossier import dossier_found
from soken.casework.selectors.funnel import is_stale
from soken.casework.selectors.persons import (
    ORDERS,
    claimed_names,
    person_of,
    persons_page,
)
from soken.casework.selectors.prefectures import prefecture_counts
from soken.casework.selectors.review_queue import open_questions
from soken.casework.selectors.saved_filters import query_of, saved_filters, text_of
from soken.casework.selectors.whose import anothers
from soken.core.errors import NotFoundError, SokenError
from soken.desk.charts import timeline_chart
from soken.desk.explained import explained
from soken.desk.gate import permitted
from soken.desk.posted import number, status_of, whole_number
from soken.desk.views.signed import signed_user
from soken.desk.words import ORDER_WORDS

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from soken.casework.models import Operation
    from soken.casework.selectors.persons import PersonQuery


@permitted(Act.SEE_PERSON)
@require_safe
def persons(request: HttpRequest, operation: Operation) -> HttpResponse:
    """Show the proposed persons; htmx asks for the list alone, everybody else gets the page."""
    return _list(request, operation, query_of(request.GET.dict()))


def _list(
    request: HttpRequest, operation: Operation, query: PersonQuery, problem: str = "", status: int = 200
) -> HttpResponse:
    """Show the list; after a refusal with the name that was typed."""
    user, run = signed_user(request), operation.runs.first()
    page = persons_page(operation, query)
    context = {
        "operation": operation,
        "tab": "persons",
        "query": query,
        "page": page,
        "anothers": anothers(operation, [one.code for one in page.persons]),
        "prefectures": prefecture_counts(operation, run),
        "orders": [(code, ORDER_WORDS[code]) for code in ORDERS],
        "run": run,
        "filtered": bool(query.prefecture or query.band or query.text or query.least > 1),
        "saved": saved_filters(operation, user),
        "asked": text_of(query),
        "problem": problem,
        "typed": request.POST if request.method == "POST" else {},
        "user_id": user.pk,
    }
    return render(request, "desk/persons.html", context, status=status)


@permitted(Act.SEE_PERSON)
@require_http_methods(["GET", "HEAD", "POST"])
def person_filters(request: HttpRequest, operation: Operation) -> HttpResponse:
    """Save the filter that the list shows, or delete one's own; asked for by its address, it is the list."""
    if request.method != "POST":
        return _list(request, operation, query_of(request.GET.dict()))
    said, user = request.POST, signed_user(request)
    query = query_of(dict(parse_qsl(said.get("query", "")[:1000])))
    try:
        if said.get("act") == "delete":
            delete_filter(operation, number(said.get("key")), by=user)
            messages.success(request, _("The filter is deleted."))
        else:
            name, shared, replace = said.get("name", ""), bool(said.get("shared")), bool(said.get("replace"))
            save_filter(operation, by=user, name=name, query=query, shared=shared, replace=replace)
            messages.success(request, _("The filter is saved."))
    except NotFoundError:
        raise
    except SokenError as problem:
        return _list(request, operation, query, problem.message, status_of(problem))
    return redirect(f"{reverse('persons', args=[operation.slug])}?{text_of(query)}")


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
