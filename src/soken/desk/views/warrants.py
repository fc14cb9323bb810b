"""Warrants and authorities of an operation: record one, say whom it concerns and what became of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from soken.access.policy import Act, allows
from soken.casework.actions.advance import GateError
from soken.casework.actions.end_warrant import OUTCOMES, end_warrant
from soken.casework.actions.record_warrant import link_warrant, record_warrant
from soken.casework.models import WarrantState
from soken.casework.selectors.warrants import warrants_of
from soken.core.errors import NotFoundError, SokenError
from soken.desk.gate import permitted
from soken.desk.posted import is_number, status_of
from soken.desk.views.signed import signed_user
from soken.desk.words import page_language
from soken.reference.warrants import warrant_kinds

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from soken.casework.models import Operation

_DAY = {"type": "date"}
_APART = re.compile(r"[\s,、]+")


def _kinds() -> list[tuple[str, Any]]:
    """Return the kinds in the language of the page, after a choice of none."""
    kinds = [(code, f"{one.said(page_language())} ({one.law})") for code, one in warrant_kinds().items()]
    return [("", gettext_lazy("choose …")), *kinds]


class RecordForm(forms.Form):
    """A warrant."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=_kinds)
    reference = forms.CharField(label=gettext_lazy("Reference"), max_length=120)
    issued_by = forms.CharField(label=gettext_lazy("Issued by: court and judge, or the office"), max_length=200)
    issued_on = forms.DateField(label=gettext_lazy("Issued"), widget=forms.DateInput(_DAY, format="%Y-%m-%d"))
    good_until = forms.DateField(
        label=gettext_lazy("Good until"),
        required=False,
        help_text=gettext_lazy("Left empty: as the law has it for the kind."),
        widget=forms.DateInput(_DAY, format="%Y-%m-%d"),
    )
    scope = forms.CharField(
        label=gettext_lazy("Scope: places and kinds of things"),
        max_length=4000,
        help_text=gettext_lazy("Items by their code alone."),
        widget=forms.Textarea({"rows": 3}),
    )
    persons = forms.CharField(
        label=gettext_lazy("Persons whom it concerns (codes, with blanks between)"),
        required=False,
        max_length=1000,
        help_text=gettext_lazy(
            "For each a welfare plan stands before anybody comes to the door; to hold a person, the dossier is ready."
        ),
    )
    nobody = forms.CharField(
        label=gettext_lazy("Or why it concerns nobody of the operation"),
        required=False,
        max_length=1000,
        help_text=gettext_lazy("Such as: the shop's office was searched, nobody lives there."),
    )

    def clean_persons(self) -> list[str]:
        """Return the codes, apart."""
        return _APART.split(self.cleaned_data["persons"])


class EndForm(forms.Form):
    """What became of a warrant."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("What became of it"),
        choices=lambda: [("", _("choose …")), *((one, WarrantState(one).label) for one in OUTCOMES)],
    )
    on = forms.DateField(label=gettext_lazy("When"), widget=forms.DateInput(_DAY, format="%Y-%m-%d"))
    note = forms.CharField(
        label=gettext_lazy("By whom and where, or why it was not used"), required=False, max_length=4000
    )


class LinkForm(forms.Form):
    """One person more."""

    person = forms.CharField(label=gettext_lazy("Person whom it concerns (code)"), max_length=20)


_FORMS: dict[str, type[forms.Form]] = {"record": RecordForm, "end": EndForm, "link": LinkForm}


@permitted(Act.SEE_WARRANT)
@require_http_methods(["GET", "HEAD", "POST"])
def warrants(request: HttpRequest, operation: Operation) -> HttpResponse:
    """Show an operation's warrants, all or those of one person; do one act on them."""
    if request.method != "POST":
        return _page(request, operation)
    act, key = request.POST.get("act", ""), request.POST.get("key", "")
    if act not in _FORMS or (act != "record" and not is_number(key)):
        raise NotFoundError("The page has no such form.")
    form = _FORMS[act](request.POST)
    if not form.is_valid():
        return _page(request, operation, form, _("The form is not complete: see below."), status=422)
    try:
        _do(request, operation, act, int(key) if act != "record" else 0, form.cleaned_data)
    except GateError as shut:
        return _page(request, operation, form, shut.head, shut.missing, status=409)
    except SokenError as problem:
        # A code that was typed wrong is the form's matter, not the page's.
        return _page(request, operation, form, problem.message, status=status_of(problem))
    messages.success(request, _("Recorded."))
    person = request.GET.get("person", "")[:20]
    address = reverse("warrants", args=[operation.slug])
    return redirect(f"{address}?person={person}" if person.replace("-", "").isalnum() else address)


def _do(request: HttpRequest, operation: Operation, act: str, key: int, said: dict[str, Any]) -> None:
    """Do an act."""
    by = signed_user(request)
    if act == "record":
        record_warrant(operation, by=by, **said)
    elif act == "end":
        end_warrant(operation, key, by=by, **said)
    else:
        link_warrant(operation, key, by=by, **said)


def _page(
    request: HttpRequest,
    operation: Operation,
    form: forms.Form | None = None,
    problem: str = "",
    missing: list[Any] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    """Show the page, with a form that was refused in place of the empty one."""
    person = request.GET.get("person", "")[:20].upper()
    found = warrants_of(operation, person=person)
    refused, language = request.POST.get("key", ""), page_language()
    kinds = warrant_kinds()
    shown = [
        {
            "seen": one,
            "kind": kinds[one.warrant.kind].said(language) if one.warrant.kind in kinds else one.warrant.kind,
            "key": str(one.warrant.pk),
            "end": form
            if isinstance(form, EndForm) and refused == str(one.warrant.pk)
            else _empty(EndForm, one.warrant.pk),
            "link": form
            if isinstance(form, LinkForm) and refused == str(one.warrant.pk)
            else _empty(LinkForm, one.warrant.pk),
            "may_link": one.warrant.kind in kinds and kinds[one.warrant.kind].needs != "ready",
        }
        for one in found.warrants
    ]
    context = {
        "operation": operation,
        "tab": "warrants",
        "person": person,
        "list": found,
        "shown": shown,
        "form": form if isinstance(form, RecordForm) else RecordForm(initial={"persons": person}),
        "recording": isinstance(form, RecordForm),
        "refused": refused,
        "problem": problem,
        "missing": missing or [],
        "may_act": allows(request.user, Act.RECORD_WARRANT),
    }
    return render(request, "desk/warrants.html", context, status=status)


def _empty(kind: type[forms.Form], key: int) -> forms.Form:
    """Return a form whose fields have ids of their own on a page with many."""
    return kind(auto_id=f"id_{kind.__name__.lower()}_{key}_%s")
