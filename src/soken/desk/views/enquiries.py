"""Lines of enquiry of a person: what must be shown, who follows it, what was found."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django import forms
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from soken.access.models import User
from soken.access.policy import Act, allows
from soken.casework.actions.close_enquiry import close_enquiry
from soken.casework.actions.follow_enquiry import follow_enquiry
from soken.casework.actions.open_enquiry import open_enquiry
from soken.casework.models import EnquiryResult
from soken.casework.selectors.dossier import dossier_found
from soken.casework.selectors.enquiries import enquiries_of
from soken.core.errors import NotFoundError
from soken.desk.gate import permitted
from soken.desk.posted import answered, is_number, no_dossier, number
from soken.desk.views.signed import signed_user
from soken.desk.words import page_language
from soken.review.transitions import FROZEN
from soken.review.words import elements

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from soken.casework.models import Dossier, Operation
    from soken.casework.selectors.enquiries import SeenLine


def _elements() -> list[tuple[str, Any]]:
    """Return the elements in the language of the page, after a choice of none."""
    words = [(code, one.said(page_language())) for code, one in elements().items()]
    return [("", gettext_lazy("none of the elements")), *words]


class OpenForm(forms.Form):
    """A line of enquiry."""

    question = forms.CharField(
        label=gettext_lazy("What must be shown"), max_length=4000, widget=forms.Textarea({"rows": 2})
    )
    element = forms.ChoiceField(label=gettext_lazy("Element that it asks for"), choices=_elements, required=False)
    follow = forms.CharField(
        label=gettext_lazy("Who follows it (user name)"), max_length=150, required=False,
        widget=forms.TextInput({"list": "members"}),
    )  # fmt: skip


class FollowForm(forms.Form):
    """Who follows a line."""

    follow = forms.CharField(
        label=gettext_lazy("Who follows it (user name)"), max_length=150, widget=forms.TextInput({"list": "members"})
    )


class CloseForm(forms.Form):
    """What came of a line."""

    result = forms.ChoiceField(
        label=gettext_lazy("Result"), choices=lambda: [("", _("choose …")), *EnquiryResult.choices]
    )
    found = forms.CharField(label=gettext_lazy("What was found"), max_length=4000, widget=forms.Textarea({"rows": 2}))
    exhibit = forms.CharField(label=gettext_lazy("Number of the exhibit that shows it"), max_length=40, required=False)


_FORMS: dict[str, type[forms.Form]] = {"open": OpenForm, "follow": FollowForm, "close": CloseForm}


@permitted(Act.SEE_DOSSIER)
@require_http_methods(["GET", "HEAD", "POST"])
def enquiries(request: HttpRequest, operation: Operation, code: str) -> HttpResponse:
    """Show a person's lines of enquiry; do one act on them."""
    dossier = dossier_found(operation, code)
    if dossier is None:
        return no_dossier(request, operation, code, "desk/enquiries.html")
    if request.method != "POST":
        return _page(request, operation, dossier)
    act, key = request.POST.get("act", ""), request.POST.get("key", "")
    if act not in _FORMS or (act != "open" and not is_number(key)):
        raise NotFoundError("The page has no such form.")
    do, again = partial(_do, request, dossier, act), partial(_page, request, operation, dossier)
    return answered(request, dossier, "enquiries", _FORMS[act](request.POST), do, again)


def _do(request: HttpRequest, dossier: Dossier, act: str, said: dict[str, Any]) -> None:
    """Do an act."""
    who: dict[str, Any] = {"by": signed_user(request), "seen": number(request.POST.get("version"))}
    key = number(request.POST.get("key"))
    if act == "open":
        open_enquiry(dossier, **who, **said)
    elif act == "follow":
        follow_enquiry(dossier, key=key, **who, **said)
    else:
        close_enquiry(dossier, key=key, **who, **said)


def _page(
    request: HttpRequest,
    operation: Operation,
    dossier: Dossier,
    form: forms.Form | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    """Show the page, with a form that was refused in place of the empty one."""
    found = enquiries_of(dossier)
    refused, language = request.POST.get("key", ""), page_language()
    words = {code: one.said(language) for code, one in elements().items()}
    members = User.objects.filter(memberships__operation=operation, is_active=True).order_by("username")[:200]
    context = {
        "operation": operation,
        "tab": "persons",
        "code": dossier.person_code,
        "name": dossier.name,
        "dossier": dossier,
        "list": found,
        "open": [_shown(one, words, form, refused) for one in found.open],
        "closed": [_shown(one, words, None, "") for one in found.closed],
        "unasked": [words[code] for code in found.unasked],
        "form": form if isinstance(form, OpenForm) else OpenForm(),
        "opening": isinstance(form, OpenForm),
        "members": [one.username for one in members if allows(one, Act.RECORD_FINDING)],
        "problem": problem,
        "may_act": allows(request.user, Act.RECORD_FINDING) and dossier.stage not in FROZEN,
    }
    return render(request, "desk/enquiries.html", context, status=status)


def _shown(one: SeenLine, words: dict[str, str], form: forms.Form | None, refused: str) -> dict[str, Any]:
    """Return a line for the page, with its forms."""
    key = str(one.line.pk)
    mine = form if refused == key else None
    return {
        "line": one.line,
        "key": key,
        "element": words.get(one.line.element, one.line.element),
        "backed": one.backed,
        "serves": one.serves,
        "follow": mine if isinstance(mine, FollowForm) else FollowForm(auto_id=f"id_follow_{key}_%s"),
        "close": mine if isinstance(mine, CloseForm) else CloseForm(auto_id=f"id_close_{key}_%s"),
        "following": isinstance(mine, FollowForm),
        "closing": isinstance(mine, CloseForm),
    }
