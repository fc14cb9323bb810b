"""Addresses for the filter feed, picked by a person among those that a column of the evidence names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from soken.access.policy import Act, allows
from soken.casework.actions.enter_address import enter_from_evidence
from soken.casework.selectors.evidence import evidence_item
from soken.casework.selectors.feed_candidates import address_columns, candidates
from soken.core.errors import NotFoundError, RefusedError, SokenError
from soken.desk.gate import permitted
from soken.desk.posted import number, status_of
from soken.desk.views.signed import signed_user

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from soken.casework.models import EvidenceItem, Operation

#: Larger originals are looked through on the command line: a page cannot wait for them.
_MOST_BYTES = 50_000_000


@permitted(Act.SEE_EVIDENCE)
@require_http_methods(["GET", "HEAD", "POST"])
def feed_evidence(request: HttpRequest, operation: Operation, evidence_id: str) -> HttpResponse:
    """Show the hosts that a column names; enter those that were ticked."""
    item = evidence_item(operation, evidence_id)
    columns = address_columns(item)
    said = request.POST if request.method == "POST" else request.GET
    place = number(said.get("column")) - 1
    if "column" in said and not 0 <= place < len(columns):
        raise NotFoundError("The evidence item has no such column.")
    if request.method != "POST":
        return _page(request, operation, item, columns, place)
    table, column = columns[place]
    hosts, because = request.POST.getlist("host"), request.POST.get("because", "")
    try:
        _check_size(item)
        made = enter_from_evidence(
            operation, item, table, column, hosts=hosts, by=signed_user(request), because=because
        )  # fmt: skip
    except SokenError as problem:
        return _page(request, operation, item, columns, place, problem.message, status=status_of(problem))
    messages.success(request, _("Entered, not released: %(n)s.") % {"n": len(made)})
    return redirect("feed", operation.slug)


def _page(
    request: HttpRequest,
    operation: Operation,
    item: EvidenceItem,
    columns: list[tuple[str, str]],
    place: int,
    problem: str = "",
    *,
    status: int = 200,
) -> HttpResponse:
    """Show the columns and, of the one chosen, its hosts."""
    found = None
    if place >= 0:
        try:
            _check_size(item)
            found = candidates(item, *columns[place])
        except RefusedError as refused:
            problem, status = refused.message, status_of(refused)
    context = {
        "operation": operation, "tab": "feed", "item": item, "found": found, "place": place + 1, "problem": problem,
        "columns": [(at, table, column) for at, (table, column) in enumerate(columns, 1)],
        "ticked": request.POST.getlist("host"), "because": request.POST.get("because", ""),
        "may_enter": allows(request.user, Act.ENTER_ADDRESS),
    }  # fmt: skip
    return render(request, "desk/feed_evidence.html", context, status=status)


def _check_size(item: EvidenceItem) -> None:
    """Refuse to look through a large original while a page waits.

    Raises:
        RefusedError: it is large.
    """
    if item.size > _MOST_BYTES:
        raise RefusedError(
            _("%(item)s is too large to be looked through on a page; use: soken feed candidates %(item)s")
            % {"item": item.evidence_id}
        )
