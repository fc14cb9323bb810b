"""The register of wrong persons: the board of open recalls, and a person's entry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from soken.access.policy import Act, allows
from soken.casework.selectors.dossier import dossier_found
from soken.casework.selectors.persons import person_of
from soken.casework.selectors.wrong_persons import entries_of, open_recalls, seen, seen_recalls
from soken.casework.selectors.wrong_persons import wrong_person as entry_of
from soken.core.errors import NotFoundError, SokenError
from soken.desk.gate import permitted
from soken.desk.posted import is_number, status_of
from soken.desk.views.signed import signed_user
from soken.desk.wrong_person_forms import ACTS, ON_COPY
from soken.review.misidentified import register

if TYPE_CHECKING:
    from django import forms
    from django.http import HttpRequest, HttpResponse

    from soken.casework.models import Operation
    from soken.casework.selectors.wrong_persons import SeenRecall, WrongPerson

#: Entries and recalls shown.
_MOST = 100


@permitted(Act.SEE_DOSSIER)
@require_safe
def wrong_persons(request: HttpRequest, operation: Operation) -> HttpResponse:
    """Show every open recall of an operation, the longest waiting first, and the register."""
    recalls = open_recalls([operation.pk])
    context = {
        "operation": operation,
        "tab": "wrong-persons",
        "recalls": seen_recalls(recalls[:_MOST]),
        "total": recalls.count(),
        "entries": [seen(one) for one in entries_of(operation).order_by("-pk")[:_MOST]],
        "registered": entries_of(operation).count(),
        "most": _MOST,
    }
    return render(request, "desk/wrong_persons.html", context)


@permitted(Act.SEE_DOSSIER)
@require_http_methods(["GET", "HEAD", "POST"])
def wrong_person(request: HttpRequest, operation: Operation, code: str) -> HttpResponse:
    """Show a person's entry in the register, or report the person; do one act on it."""
    person = dossier_found(operation, code) or person_of(operation, code)
    if request.method != "POST":
        return _page(request, operation, code, person.name)
    act, key = request.POST.get("act", ""), request.POST.get("key", "")
    if act not in ACTS or (act in ON_COPY and not is_number(key)):
        raise NotFoundError("The page has no such form.")
    kind, _right, do, fixed, _said = ACTS[act]
    form = kind(request.POST)
    if not form.is_valid():
        return _page(request, operation, code, person.name, form, _("The form is not complete: see below."), 422)
    named = {"key": int(key)} if act in ON_COPY else {}
    try:
        do(operation, code, by=signed_user(request), **named, **fixed, **form.cleaned_data)
    except NotFoundError:
        raise
    except SokenError as problem:
        return _page(request, operation, code, person.name, form, problem.message, status_of(problem))
    messages.success(request, _("Recorded."))
    return redirect("wrong-person", operation.slug, code)


def _page(
    request: HttpRequest, operation: Operation, code: str, name: str, form: forms.Form | None = None,
    problem: str = "", status: int = 200,
) -> HttpResponse:  # fmt: skip
    """Show the page, with a form that was refused in place of the empty one."""
    try:
        found = entry_of(operation, code)
    except NotFoundError:
        found = None
    shown = _Shown(request, form)
    free = found is None or found.entry.released_at is not None
    context = {
        "operation": operation,
        "tab": "wrong-persons",
        "code": code,
        "name": name,
        "problem": problem,
        "found": found,
        "report": shown.act("report") if free else None,
        "recalls": [(one, [] if free else _on_copy(one, shown)) for one in (found.recalls if found else ())],
        "copies": [] if free else [shown.act("look"), shown.act("copy")],
        "questions": [(one, found.answers.get(one) if found else None) for one in register().questions],
        "ask_question": None if free or (found and found.entry.closed_at) else shown.act("question"),
        "deciding": [] if free or found is None else [shown.act(act) for act in _deciding(found, request)],
    }
    return render(request, "desk/wrong_person.html", context, status=status)


def _on_copy(seen_one: SeenRecall, shown: _Shown) -> list[dict[str, Any] | None]:
    """Return the acts on a copy that can be done now."""
    acts = [] if seen_one.state == "gone" else ["ask"]
    if seen_one.recall.asked_at is not None:
        acts.append("answered")
    return [shown.act(act, seen_one.recall.pk) for act in acts]


def _deciding(found: WrongPerson, request: HttpRequest) -> list[str]:
    """Return the acts of two people that can be done now by whoever looks."""
    acts = []
    for decision, kind in ((found.notice, "notice"), (found.release, "release")):
        if decision is None:
            acts += [kind] if kind == "release" or not found.entry.closed_at else []
        elif decision.agreed is None and decision.by_id != request.user.pk:
            acts += [f"agree-{kind}", f"refuse-{kind}"]
    if found.notice is not None and found.notice.agreed and found.notice.done_at is None:
        acts.append("given")
    if not found.missing and found.entry.closed_at is None:
        acts.append("close")
    return acts


class _Shown:
    """The forms of the page, one of them perhaps refused."""

    def __init__(self, request: HttpRequest, form: forms.Form | None) -> None:
        self._user = request.user
        self._form = form
        self._refused = (request.POST.get("act", ""), request.POST.get("key", "")) if form else ("", "")

    def act(self, name: str, key: int | str = "") -> dict[str, Any] | None:
        """Return an act for the template, None where the role does not permit it."""
        kind, right, _do, _fixed, said = ACTS[name]
        if not allows(self._user, right):
            return None
        refused = self._refused == (name, str(key))
        form = self._form if refused else kind(auto_id=f"id_{name}_{key}_%s")
        return {"act": name, "key": key, "form": form, "open": refused, "said": said}
