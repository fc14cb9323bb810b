"""A run that waits to be accepted: what would change, and the decision."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from soken.access.policy import Act
from soken.casework.actions.decide_run import accept_run, discard_run
from soken.casework.selectors import store
from soken.core.errors import NotFoundError, SokenError
from soken.desk.gate import permitted
from soken.desk.views.signed import signed_user

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from soken.casework.models import Operation


@permitted(Act.RESOLVE)
@require_http_methods(["GET", "HEAD", "POST"])
def review_run(request: HttpRequest, operation: Operation) -> HttpResponse:
    """Show what the open candidate would change; accept or discard it."""
    problem, status = "", 200
    if request.method == "POST":
        folder, by = request.POST.get("candidate", ""), signed_user(request)
        try:
            if request.POST.get("act") == "accept":
                accept_run(operation, folder, by=by, home=store.home())
                messages.success(request, _("Accepted; its proposals are shown now."))
            elif request.POST.get("act") == "discard":
                discard_run(operation, folder, by=by)
                messages.success(request, _("Discarded; nothing has changed."))
            else:
                raise NotFoundError("The page has no such form.")
        except NotFoundError:
            raise
        except SokenError as refused:
            problem, status = refused.message, 409
        else:
            return redirect("review-run", operation.slug)
    candidates = list(operation.candidates.select_related("decided_by")[:20])
    candidate = next((one for one in candidates if one.state == "open"), None)
    context = {
        "operation": operation, "tab": "review", "problem": problem, "run": operation.runs.first(),
        "candidate": candidate, "decided": [one for one in candidates if one is not candidate],
    }  # fmt: skip
    if candidate is not None:
        context["newer"] = operation.judgements.filter(pk__gt=candidate.inputs["last_judgement"]).count()
    return render(request, "desk/review_run.html", context, status=status)
