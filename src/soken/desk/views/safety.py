"""Telling those who protect children: the queue of what has no answer, and a person's notifications."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from soken.access.policy import Act, allows
from soken.casework.actions.acknowledge_safety import acknowledge_safety
from soken.casework.actions.cancel_safety import cancel_safety
from soken.casework.actions.notify_safety import notify_safety
from soken.casework.models.force_sight import across_forces
from soken.casework.selectors.dossier import dossier_found
from soken.casework.selectors.persons import person_of
from soken.casework.selectors.safety import safety_queue, told_about
from soken.casework.selectors.whose import whose
from soken.core.errors import NotFoundError, SokenError
from soken.desk.gate import permitted
from soken.desk.posted import is_number, status_of
from soken.desk.views.signed import signed_user
from soken.desk.words import page_language
from soken.prioritise.safety import bodies, methods

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from soken.casework.models import Operation


def _bodies() -> list[tuple[str, Any]]:
    """Return the bodies in the language of the page, after a choice of none."""
    return [
        ("", gettext_lazy("choose …")),
        *((code, one.said(page_language())) for code, one in bodies().items()),
    ]


def _methods() -> list[tuple[str, str]]:
    """Return the ways in the language of the page."""
    return [(code, one.said(page_language())) for code, one in methods().items()]


class NotifyForm(forms.Form):
    """That a body was told."""

    body = forms.ChoiceField(label=gettext_lazy("Whom"), choices=_bodies)
    office = forms.CharField(label=gettext_lazy("Which office, by name"), max_length=200)
    method = forms.ChoiceField(label=gettext_lazy("How"), choices=_methods)
    notified_at = forms.DateTimeField(
        label=gettext_lazy("When (Japanese time)"),
        required=False,
        help_text=gettext_lazy("Left empty: now."),
        input_formats=["%Y-%m-%dT%H:%M"],
        widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    note = forms.CharField(
        label=gettext_lazy("Their reference"),
        required=False,
        max_length=400,
        help_text=gettext_lazy("What finds the matter there again; nothing about the child."),
    )


@permitted(Act.SEE_SAFETY)
@require_http_methods(["GET", "HEAD", "POST"])
def safety(request: HttpRequest, operation: Operation) -> HttpResponse:
    """Show the notifications without an answer, the oldest first; enter an answer or cancel a mistaken entry."""
    if request.method != "POST":
        return _queue(request, operation)
    key, act = request.POST.get("key", ""), request.POST.get("act", "")
    if not is_number(key) or act not in {"acknowledge", "cancel"}:
        raise NotFoundError("The page has no such form.")
    try:
        if act == "acknowledge":
            acknowledge_safety(operation, int(key), by=signed_user(request), who=request.POST.get("who", ""))
        else:
            cancel_safety(operation, int(key), by=signed_user(request), reason=request.POST.get("reason", ""))
    except NotFoundError:
        raise
    except SokenError as problem:
        return _queue(request, operation, problem.message, status_of(problem))
    messages.success(request, _("Recorded."))
    return redirect("safety", operation.slug)


def _queue(request: HttpRequest, operation: Operation, problem: str = "", status: int = 200) -> HttpResponse:
    """Show the queue."""
    context = {
        "operation": operation,
        "tab": "safety",
        "queue": safety_queue(operation),
        "problem": problem,
        "refused": request.POST.get("key", ""),
        "may_act": allows(request.user, Act.NOTIFY_SAFETY),
    }
    return render(request, "desk/safety.html", context, status=status)


@permitted(Act.SEE_SAFETY, anothers_too=True)
@require_http_methods(["GET", "HEAD", "POST"])
def person_safety(request: HttpRequest, operation: Operation, code: str) -> HttpResponse:
    """Enter that a body was told of a child who may be in danger from a person, whosever they are (R17)."""
    with across_forces():
        person = dossier_found(operation, code) or person_of(operation, code)
    whose_it_is = whose(operation, [code]).get(code)
    form = NotifyForm(request.POST if request.method == "POST" else None)
    problem, status = "", 200
    if request.method == "POST":
        problem, status = _("The form is not complete: see below."), 422
        if form.is_valid():
            try:
                notify_safety(operation, code, by=signed_user(request), **form.cleaned_data)
            except NotFoundError:
                raise
            except SokenError as refused:
                problem, status = refused.message, status_of(refused)
            else:
                messages.success(request, _("Recorded."))
                return redirect("person-safety", operation.slug, code)
    context = {
        "operation": operation, "tab": "safety", "code": code, "name": person.name, "form": form, "problem": problem,
        "told": told_about(operation, code), "anothers": whose_it_is is not None and not whose_it_is.open,
        "may_act": allows(request.user, Act.NOTIFY_SAFETY),
    }  # fmt: skip
    return render(request, "desk/person_safety.html", context, status=status)
