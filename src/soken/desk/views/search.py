"""The search box: in one operation, and over all that are open to the reader."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.views.decorators.http import require_safe

from soken.access.policy import Act
from soken.casework.selectors.references import MOST
from soken.casework.selectors.search import search as found_in
from soken.casework.selectors.search import search_everywhere
from soken.core.errors import BadInputError
from soken.desk.gate import for_role, permitted
from soken.desk.posted import whole_number

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    from soken.casework.models import Operation


@permitted(Act.SEE_PERSON)
@require_safe
def search(request: HttpRequest, operation: Operation) -> HttpResponse:
    """Show whom a text finds in an operation."""
    page = whole_number(request.GET.get("page"))

    def find(text: str) -> dict[str, Any]:
        found = found_in(request.user, operation, text, page=page)
        return {"found": [found] if found.any else [], "references": found.references}

    return _shown(request, operation, find)


@for_role(Act.SEE_PERSON)
@require_safe
def search_all(request: HttpRequest) -> HttpResponse:
    """Show whom a text finds in the reader's operations."""
    page = whole_number(request.GET.get("page"))

    def find(text: str) -> dict[str, Any]:
        found = search_everywhere(request.user, text, page=page)
        return {"found": found.pages, "references": found.references, "everywhere": found}

    return _shown(request, None, find)


def _shown(request: HttpRequest, operation: Operation | None, find: Callable[[str], dict[str, Any]]) -> HttpResponse:
    """Render what was found, or why nothing could be looked for."""
    text = request.GET.get("q", "").strip()
    said: dict[str, Any] = {}
    problem = ""
    try:
        said = find(text) if text else {}
    except BadInputError as refused:
        problem = refused.message
    context = {"operation": operation, "text": text, "problem": problem, "most": MOST, **said}
    return render(request, "desk/search.html", context, status=400 if problem else 200)
