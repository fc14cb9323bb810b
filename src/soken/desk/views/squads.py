"""Joint squads of an operation: form one, say whom it covers, record what each headquarters approved, end it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from soken.access.policy import Act, allows
from soken.casework.actions.approve_squad import approve_step, withdraw_approval
from soken.casework.actions.end_squad import agree_to_end, propose_end, refuse_end
from soken.casework.actions.squad_act import change_commander, cover, form_squad
from soken.casework.models import SquadStep
from soken.casework.selectors.dossier import today
from soken.casework.selectors.squads import PERSONS, squads_of
from soken.core.errors import NotFoundError, SokenError
from soken.desk.gate import permitted
from soken.desk.posted import is_number, status_of
from soken.desk.views.signed import signed_user
from soken.desk.words import page_language
from soken.reference.forces import forces

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    from soken.access.models import User
    from soken.casework.models import Operation
    from soken.casework.selectors.squads import SeenSquad

_DAY = {"type": "date"}
_PERSON = gettext_lazy("Person (code)")


def _forces() -> list[tuple[str, str]]:
    """Return the forces in the language of the page."""
    return [(code, one.said(page_language())) for code, one in forces(today()).items()]


def _day(label: Any) -> forms.DateField:
    """Return a field for a day."""
    return forms.DateField(label=label, widget=forms.DateInput(_DAY, format="%Y-%m-%d"))


class FormSquadForm(forms.Form):
    """A squad."""

    reference = forms.CharField(label=gettext_lazy("Number of the written agreement"), max_length=120)
    forces = forms.MultipleChoiceField(
        label=gettext_lazy("Forces, two at least"), choices=_forces, widget=forms.SelectMultiple({"size": 8})
    )
    commander = forms.CharField(label=gettext_lazy("The one commander: office and name"), max_length=200)
    since = _day(gettext_lazy("First day"))
    until = _day(gettext_lazy("Last day"))


class CommanderForm(forms.Form):
    """Another commander."""

    commander = forms.CharField(label=gettext_lazy("The one commander: office and name"), max_length=200)


class CoverForm(forms.Form):
    """Whom the squad works on."""

    person = forms.CharField(label=_PERSON, max_length=20)


class ApproveForm(forms.Form):
    """What a headquarters approved."""

    person = forms.CharField(label=_PERSON, max_length=20)
    force = forms.ChoiceField(label=gettext_lazy("Headquarters"), choices=_forces)
    step = forms.ChoiceField(label=gettext_lazy("What is approved"), choices=SquadStep.choices)
    given_by = forms.CharField(label=gettext_lazy("Who approved: office and name"), max_length=200)
    on = _day(gettext_lazy("When"))


class WithdrawForm(forms.Form):
    """What a headquarters takes back."""

    person = forms.CharField(label=_PERSON, max_length=20)
    force = forms.ChoiceField(label=gettext_lazy("Headquarters"), choices=_forces)
    step = forms.ChoiceField(label=gettext_lazy("What was approved"), choices=SquadStep.choices)
    reason = forms.CharField(label=gettext_lazy("Why"), max_length=4000)


class EndSquadForm(forms.Form):
    """A proposal to end a squad."""

    on = _day(gettext_lazy("Last day"))
    reason = forms.CharField(label=gettext_lazy("Why"), max_length=4000)


class SettleEndForm(forms.Form):
    """What a second person says to it."""

    reason = forms.CharField(label=gettext_lazy("Why"), max_length=4000)


#: Act on a squad → its form, what does it, and what its button says.
_ON_SQUAD: dict[str, tuple[type[forms.Form], Callable[..., object], Any]] = {
    "cover": (CoverForm, cover, gettext_lazy("It works on a person")),
    "approve": (ApproveForm, approve_step, gettext_lazy("Record an approval")),
    "withdraw": (WithdrawForm, withdraw_approval, gettext_lazy("Take an approval back")),
    "commander": (CommanderForm, change_commander, gettext_lazy("Change the commander")),
    "end": (EndSquadForm, propose_end, gettext_lazy("Propose to end the squad")),
    "agree-end": (SettleEndForm, agree_to_end, gettext_lazy("Agree, as the second person, that it ends")),
    "refuse-end": (SettleEndForm, refuse_end, gettext_lazy("Refuse that it ends, or take the proposal back")),
}
#: Acts that wait for a proposal, and the one that makes it.
_ON_PROPOSAL, _PROPOSING = frozenset({"agree-end", "refuse-end"}), "end"


@permitted(Act.SEE_DOSSIER)
@require_http_methods(["GET", "HEAD", "POST"])
def squads(request: HttpRequest, operation: Operation) -> HttpResponse:
    """Show an operation's joint squads; do one act on them."""
    if request.method != "POST":
        return _page(request, operation)
    act, key = request.POST.get("act", ""), request.POST.get("key", "")
    if act != "form" and not (act in _ON_SQUAD and is_number(key)):
        raise NotFoundError("The page has no such form.")
    form = (FormSquadForm if act == "form" else _ON_SQUAD[act][0])(request.POST)
    if not form.is_valid():
        return _page(request, operation, form, _("The form is not complete: see below."), status=422)
    by = signed_user(request)
    try:
        if act == "form":
            form_squad(operation, by=by, **form.cleaned_data)
        else:
            _ON_SQUAD[act][1](operation, int(key), by=by, **form.cleaned_data)
    except SokenError as problem:
        return _page(request, operation, form, problem.message, status=status_of(problem))
    messages.success(request, _("Recorded."))
    return redirect("squads", operation.slug)


def _page(
    request: HttpRequest, operation: Operation, form: forms.Form | None = None, problem: str = "", *, status: int = 200
) -> HttpResponse:
    """Show the page, with a form that was refused in place of the empty one."""
    refused = (request.POST.get("act", ""), request.POST.get("key", "")) if form else ("", "")
    shown = [
        {"seen": one, "key": str(one.squad.pk), "forms": _forms(one, signed_user(request), form, refused)}
        for one in squads_of(operation)
    ]
    context = {
        "operation": operation,
        "tab": "squads",
        "shown": shown,
        "most": PERSONS,
        "form": form if isinstance(form, FormSquadForm) else FormSquadForm(),
        "forming": isinstance(form, FormSquadForm),
        "problem": problem,
        "may_act": allows(request.user, Act.FORM_SQUAD),
    }
    return render(request, "desk/squads.html", context, status=status)


def _forms(seen: SeenSquad, by: User, form: forms.Form | None, refused: tuple[str, str]) -> list[dict[str, Any]]:
    """Return the forms of a squad, each with ids of its own on a page with many."""
    key = str(seen.squad.pk)
    return [
        {
            "act": act,
            "said": said,
            "open": refused == (act, key),
            "form": form if refused == (act, key) else kind(auto_id=f"id_{act}_{key}_%s"),
        }
        for act, (kind, _do, said) in _ON_SQUAD.items()
        if act in _possible(seen, by)
    ]


def _possible(seen: SeenSquad, by: User) -> set[str]:
    """Return the acts that can come next: who proposed an end is not offered to be its second."""
    waits = seen.end_waits
    if waits is None:
        return _ON_SQUAD.keys() - _ON_PROPOSAL
    return _ON_SQUAD.keys() - {_PROPOSING, *({"agree-end"} if waits.by_id == by.pk else ())}
