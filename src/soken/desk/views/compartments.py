"""Compartments: who is shut away, who is let in by two people; the list of protected people (R32)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from soken.access.policy import Act, allows
from soken.casework.actions.keep_protected import enter_protected, withdraw_protected
from soken.casework.actions.open_compartment import propose_opening, settle_opening
from soken.casework.actions.restrict_case import release_case, restrict_case
from soken.casework.actions.shut_person import bar_colleague, shut_person
from soken.casework.models import CompartmentKind
from soken.casework.selectors.compartments import compartments_open_to, may_second, protected_seen_by
from soken.casework.selectors.dossier import dossier_found
from soken.casework.selectors.persons import person_of
from soken.core.errors import NotFoundError, SokenError
from soken.desk.compartment_forms import BarForm, LetInForm, ProtectedForm, ReasonForm, RestrictForm
from soken.desk.gate import for_role, permitted
from soken.desk.posted import number, status_of
from soken.desk.views.signed import signed_user

if TYPE_CHECKING:
    from django import forms
    from django.http import HttpRequest, HttpResponse

    from soken.access.models import User
    from soken.casework.models import Compartment, CompartmentOpening, Operation

#: Compartments and entries on a page.
_MOST = 200

#: Act of a form → its form and its words.
_ON_COMPARTMENT: dict[str, tuple[type[forms.Form], Any]] = {
    "let-in": (LetInForm, gettext_lazy("Propose to let people in")),
    "lift": (ReasonForm, gettext_lazy("Propose to lift the compartment")),
    "bar": (BarForm, gettext_lazy("Shut colleagues out")),
    "release": (ReasonForm, gettext_lazy("Release the case")),
}
_ON_OPENING: dict[str, Any] = {"agree": gettext_lazy("Agree"), "refuse": gettext_lazy("Refuse")}
_ON_PERSON: dict[str, tuple[type[forms.Form], Any, Act]] = {
    "shut": (ReasonForm, gettext_lazy("Shut the person away"), Act.SHUT_COMPARTMENT),
    "restrict": (RestrictForm, gettext_lazy("Keep the case to named people"), Act.RESTRICT_CASE),
}


@for_role(Act.SEE_COMPARTMENT)
@require_http_methods(["GET", "HEAD", "POST"])
def compartments(request: HttpRequest) -> HttpResponse:
    """Show the compartments that are open to the user; propose to open one, decide, shut colleagues out."""
    if request.method != "POST":
        return _compartments(request)
    act, key = request.POST.get("act", ""), number(request.POST.get("key"))
    kind = ReasonForm if act in _ON_OPENING else _ON_COMPARTMENT.get(act, (None, ""))[0]
    if kind is None or act == "release":
        return _compartments(request, problem=_("The page has no such form."), status=422)
    form = kind(request.POST)
    if not form.is_valid():
        return _compartments(request, form, _("The form is not complete: see below."), 422)
    try:
        _open(signed_user(request), act, key, number(request.POST.get("opening")), form)
    except SokenError as problem:
        return _compartments(request, form, problem.message, status_of(problem))
    messages.success(request, _("Recorded."))
    return redirect("compartments")


def _open(by: User, act: str, key: int, opening: int, form: Any) -> None:
    """Do the act that a form on a compartment names."""
    reason = form.cleaned_data["reason"]
    if act in _ON_OPENING:
        settle_opening(key, opening, by=by, agree=act == "agree", reason=reason)
    elif act == "bar":
        for one in form.cleaned_users():
            bar_colleague(key, one, by=by, reason=reason)
    else:
        propose_opening(key, by=by, kind=act, reason=reason, users=form.cleaned_users())


def _compartments(
    request: HttpRequest, form: forms.Form | None = None, problem: str = "", status: int = 200
) -> HttpResponse:
    """Show the page, with a form that was refused in place of the empty one."""
    user, key, act = signed_user(request), number(request.POST.get("key")), request.POST.get("act", "")

    def made(one: Compartment, name: str) -> dict[str, Any]:
        kind, said = _ON_COMPARTMENT[name]
        mine = form is not None and key == one.pk and act == name
        return {
            "act": name,
            "said": said,
            "open": mine,
            "form": form if mine else kind(auto_id=f"id_{name}_{one.pk}_%s"),
        }

    def asked(opening: CompartmentOpening) -> dict[str, Any]:
        mine = form is not None and act in _ON_OPENING and number(request.POST.get("opening")) == opening.pk
        return {
            "opening": opening, "may": may_second(opening, user), "open": mine,
            "form": form if mine else ReasonForm(auto_id=f"id_answer_{opening.pk}_%s"),
        }  # fmt: skip

    acts = ("let-in", "lift", "bar")
    found = compartments_open_to(user).filter(kind=CompartmentKind.PROTECTED)[:_MOST]
    shown = [
        {
            "one": one, "openings": [asked(each) for each in one.openings.all()],
            "acts": [made(one, each) for each in acts],
        }
        for one in found
    ]  # fmt: skip
    return render(request, "desk/compartments.html", {"shown": shown, "problem": problem}, status=status)


@for_role(Act.KEEP_PROTECTED)
@require_http_methods(["GET", "HEAD", "POST"])
def protected(request: HttpRequest) -> HttpResponse:
    """Show the list of protected people; enter somebody, withdraw an entry."""
    if request.method != "POST":
        return _protected(request)
    act = request.POST.get("act", "")
    kind = {"enter": ProtectedForm, "withdraw": ReasonForm}.get(act)
    if kind is None:
        return _protected(request, problem=_("The page has no such form."), status=422)
    form = kind(request.POST)
    if not form.is_valid():
        return _protected(request, form, _("The form is not complete: see below."), 422)
    said, by = {**form.cleaned_data}, signed_user(request)
    try:
        if act == "enter":
            said.pop("users")
            enter_protected(by=by, colleagues=form.cleaned_users(), **said)
        else:
            withdraw_protected(number(request.POST.get("key")), by=by, reason=said["reason"])
    except SokenError as problem:
        return _protected(request, form, problem.message, status_of(problem))
    messages.success(request, _("Recorded."))
    return redirect("protected")


def _protected(
    request: HttpRequest, form: forms.Form | None = None, problem: str = "", status: int = 200
) -> HttpResponse:
    """Show the page, with a form that was refused in place of the empty one."""
    key = number(request.POST.get("key"))
    entries = []
    for one in protected_seen_by(signed_user(request))[:_MOST]:
        mine = isinstance(form, ReasonForm) and key == one.pk
        entries.append({"one": one, "open": mine, "form": form if mine else ReasonForm(auto_id=f"id_{one.pk}_%s")})
    entering = isinstance(form, ProtectedForm)
    context = {
        "entries": entries, "entering": entering, "problem": problem,
        "form": form if entering else ProtectedForm(auto_id="id_enter_%s"),
    }  # fmt: skip
    return render(request, "desk/protected.html", context, status=status)


@permitted(Act.SHUT_COMPARTMENT)
@require_http_methods(["GET", "HEAD", "POST"])
def person_compartment(request: HttpRequest, operation: Operation, code: str) -> HttpResponse:
    """Shut a person away at once; or, for a supervisor, keep the case to named people and release it."""
    if dossier_found(operation, code) is None:
        person_of(operation, code)
    if request.method != "POST":
        return _person(request, operation, code)
    act, by = request.POST.get("act", ""), signed_user(request)
    kind = ReasonForm if act == "release" else _ON_PERSON.get(act, (None, "", None))[0]
    if kind is None:
        return _person(request, operation, code, problem=_("The page has no such form."), status=422)
    form: Any = kind(request.POST)
    if not form.is_valid():
        return _person(request, operation, code, form, _("The form is not complete: see below."), 422)
    reason = form.cleaned_data["reason"]
    try:
        if act == "shut":
            shut_person(operation, code, by=by, reason=reason)
        elif act == "restrict":
            restrict_case(operation, code, by=by, users=form.cleaned_users(), reason=reason)
        else:
            release_case(number(request.POST.get("key")), by=by, reason=reason)
    except NotFoundError:
        raise
    except SokenError as problem:
        return _person(request, operation, code, form, problem.message, status_of(problem))
    messages.success(request, _("Recorded."))
    return (
        redirect("persons", operation.slug) if act == "shut" else redirect("person-compartment", operation.slug, code)
    )


def _person(
    request: HttpRequest, operation: Operation, code: str, form: forms.Form | None = None, problem: str = "",
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    """Show the page of one person, with a form that was refused in place of the empty one."""
    user, act = signed_user(request), request.POST.get("act", "")
    kept = compartments_open_to(user).filter(operation=operation, kind=CompartmentKind.CASE, persons__code=code).first()
    may = allows(user, Act.RESTRICT_CASE)
    acts = []
    for name, (kind, said, needs) in _ON_PERSON.items():
        if allows(user, needs) and (name != "restrict" or dossier_found(operation, code)):
            mine = form is not None and act == name
            acts.append(
                {"act": name, "said": said, "open": mine, "form": form if mine else kind(auto_id=f"id_{name}_%s")}
            )
    if kept is not None and may:
        mine = form is not None and act == "release"
        acts.append({
            "act": "release", "said": _ON_COMPARTMENT["release"][1], "open": mine, "key": kept.pk,
            "form": form if mine else ReasonForm(auto_id="id_release_%s"),
        })  # fmt: skip
    context = {
        "operation": operation, "tab": "persons", "code": code, "kept": kept, "acts": acts, "problem": problem,
    }  # fmt: skip
    return render(request, "desk/person_compartment.html", context, status=status)
