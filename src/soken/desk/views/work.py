"""Background work of an operation: ask for it, see how far it is, leave it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from soken.access.policy import Act
from soken.casework.actions.ask_job import ask_resolve, cancel_job
from soken.casework.selectors.jobs import newest_jobs
from soken.core.errors import NotFoundError, SokenError
from soken.desk.gate import permitted
from soken.desk.views.signed import signed_user

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from soken.casework.models import Operation


@permitted(Act.RESOLVE, polled=True)
@require_http_methods(["GET", "HEAD", "POST"])
def work(request: HttpRequest, operation: Operation) -> HttpResponse:
    """Show what workers do for the operation; the page asks anew while something is under way."""
    problem = ""
    if request.method == "POST":
        try:
            messages.success(request, _act(request, operation))
        except NotFoundError:
            raise
        except SokenError as refused:
            problem = refused.message
        else:
            return redirect("work", operation.slug)
    jobs = newest_jobs(operation)
    context = {
        "operation": operation, "tab": "work", "problem": problem, "jobs": jobs,
        "busy": any(one.unfinished for one in jobs), "evidence": operation.evidence.exists(),
    }  # fmt: skip
    return render(request, "desk/work.html", context, status=409 if problem else 200)


def _act(request: HttpRequest, operation: Operation) -> str:
    """Do what the form asks; return what to tell.

    Raises:
        NotFoundError: the page has no such form.
    """
    by = signed_user(request)
    if request.POST.get("act") == "resolve":
        ask_resolve(operation, by=by)
        return _("Asked for; a worker begins as soon as one is free.")
    if request.POST.get("act") == "cancel":
        cancel_job(operation, _number(request.POST.get("job", "")), by=by)
        return _("Cancelled; nothing that is shown has changed.")
    raise NotFoundError("The page has no such form.")


def _number(text: str) -> int:
    """Return the number of the job that the form names; never another's for want of one.

    Raises:
        NotFoundError: it names none.
    """
    if not (text.isascii() and text.isdigit() and len(text) < 18):
        raise NotFoundError("The form names no job.")
    return int(text)
