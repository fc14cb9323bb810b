"""Retention: whose review is due, what one proposes and another settles, and who was erased (R36)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from soken.access.policy import Act
from soken.casework.actions.review_retention import give_up_erasure, propose_retention, settle_retention
from soken.casework.selectors.retention import (
    grounds_fallen,
    lost_by,
    may_settle,
    reviews_due,
    reviews_waiting,
    tombstones,
)
from soken.core.errors import NotFoundError, SokenError
from soken.desk.gate import permitted
from soken.desk.posted import is_number, status_of
from soken.desk.views.signed import signed_user
from soken.desk.words import page_language
from soken.review.retention import rules

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest, HttpResponse

    from soken.casework.models import Operation
    from soken.review.words import Word

#: Persons shown of each kind.
_MOST = 100


def _coded(words: Mapping[str, Word]) -> list[tuple[str, str]]:
    """Return codes with their words, after a choice of none."""
    return [("", _("choose …")), *((code, one.said(page_language())) for code, one in words.items())]


class EraseForm(forms.Form):
    """A proposal to erase."""

    person = forms.CharField(label=gettext_lazy("Person (code)"), max_length=16)
    ground = forms.ChoiceField(label=gettext_lazy("Ground"), choices=lambda: _coded(rules().erase))


class KeepForm(forms.Form):
    """A proposal to keep."""

    person = forms.CharField(label=gettext_lazy("Person (code)"), max_length=16)
    ground = forms.ChoiceField(label=gettext_lazy("Reason"), choices=lambda: _coded(rules().keep))
    review_on = forms.DateField(
        label=gettext_lazy("Next review"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )


_PROPOSE: dict[str, tuple[type[forms.Form], Any]] = {
    "erase": (EraseForm, gettext_lazy("Propose to erase a person")),
    "keep": (KeepForm, gettext_lazy("Propose to keep a person")),
}


@permitted(Act.REVIEW_RETENTION)
@require_http_methods(["GET", "HEAD", "POST"])
def retention(request: HttpRequest, operation: Operation) -> HttpResponse:
    """Show whose review is due, what waits for a second person, and who was erased; propose, settle or give up."""
    if request.method != "POST":
        return _page(request, operation)
    act, key, by = request.POST.get("act", ""), request.POST.get("key", ""), signed_user(request)
    form: forms.Form | None = None
    try:
        if act in _PROPOSE:
            form = _PROPOSE[act][0](request.POST)
            if not form.is_valid():
                return _page(request, operation, act, form, _("The form is not complete: see below."), 422)
            said = {**form.cleaned_data}
            propose_retention(operation, said.pop("person").strip().upper(), by=by, choice=act, **said)
        elif act in {"agree", "refuse"} and is_number(key):
            settle_retention(operation, int(key), by=by, agree=act == "agree")
        elif act == "give-up" and is_number(key):
            give_up_erasure(operation, int(key), by=by)
        else:
            raise NotFoundError("The page has no such form.")
    except SokenError as problem:
        if form is None and isinstance(problem, NotFoundError):
            raise
        return _page(request, operation, act, form, problem.message, status_of(problem))
    messages.success(request, _("Recorded."))
    return redirect("retention", operation.slug)


def _page(
    request: HttpRequest,
    operation: Operation,
    refused: str = "",
    form: forms.Form | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    """Show the page, with a form that was refused in place of the empty one."""
    user = signed_user(request)
    due, gone, waiting = reviews_due(operation), tombstones(operation), reviews_waiting(operation)
    lost, fallen = lost_by(waiting), grounds_fallen(operation, waiting)
    context = {
        "operation": operation,
        "tab": "retention",
        "due": [(one, one.rule.word.said(page_language())) for one in due[:_MOST]],
        "total": len(due),
        "most": _MOST,
        "waiting": [
            (one, _ground(one.ground), may_settle(one, user), lost[one.pk], one.pk in fallen) for one in waiting
        ],
        "gone": [(one, _ground(one.ground)) for one in gone[:_MOST]],
        "forms": [
            {
                "act": act,
                "said": said,
                "open": act == refused,
                "form": form if form is not None and act == refused else kind(auto_id=f"id_{act}_%s"),
            }
            for act, (kind, said) in _PROPOSE.items()
        ],
        "problem": problem,
    }
    return render(request, "desk/retention.html", context, status=status)


def _ground(code: str) -> str:
    """Say a ground in the language of the page; an unknown one stands for itself."""
    found = rules().keep.get(code) or rules().erase.get(code)
    return found.said(page_language()) if found else code
