"""The search box: in one operation, and over all that are open to the reader."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.views.decorators.http import require_safe

from soken.access.policy import Act, allows
from soken.casework.selectors.search import SearchPage, search_everywhere
from soken.casework.selectors.search import search as found_in
from soken.core.errors import BadInputError
from soken.desk.gate import permitted, signed_in
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
    return _shown(request, operation, lambda text: [found_in(request.user, operation, text, page=page)])


@signed_in
@require_safe
def search_all(request: HttpRequest) -> HttpResponse:
    """Show whom a text finds in the reader's operations; a role that sees no persons finds none."""
    if not allows(request.user, Act.SEE_PERSON):
        raise PermissionDenied
    return _shown(request, None, lambda text: search_everywhere(request.user, text))


def _shown(request: HttpRequest, operation: Operation | None, find: Callable[[str], list[SearchPage]]) -> HttpResponse:
    """Render what was found, or why nothing could be looked for."""
    text = request.GET.get("q", "").strip()
    found: list[SearchPage] = []
    problem = ""
    try:
        found = [one for one in find(text) if one.hits] if text else []
    except BadInputError as refused:
        problem = refused.message
    context = {"operation": operation, "text": text, "found": found, "problem": problem}
    return render(request, "desk/search.html", context, status=400 if problem else 200)
