"""Copies that leave: what was asked for, what waits for a second person, and what can be taken (R33)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from soken.access.policy import Act, allows
from soken.casework.actions.ask_disclosure import ask_disclosure, withdraw_disclosure
from soken.casework.actions.release_disclosure import refuse_disclosure, release_disclosure
from soken.casework.actions.said import LONGEST_RECIPIENT
from soken.casework.actions.take_disclosure import take_disclosure
from soken.casework.models import ALL_PACKETS, ASKED_FOR
from soken.casework.selectors.disclosed import referred
from soken.casework.selectors.disclosures import disclosure_of, disclosures_of, may_decide, may_take, may_withdraw
from soken.core.errors import BadInputError, NotFoundError, RefusedError, SokenError
from soken.desk.gate import permitted
from soken.desk.packet_words import packet_in_words
from soken.desk.posted import is_number, status_of, whole_number
from soken.desk.views.signed import signed_user
from soken.desk.words import page_language

if TYPE_CHECKING:
    from django.http import HttpRequest

    from soken.access.models import User
    from soken.casework.models import Operation

#: Requests on one page.
_PAGE = 50
#: Most packets that are made while a page is waited for.
MOST_PACKETS = 100


class AskForm(forms.Form):
    """A request."""

    form = forms.ChoiceField(label=gettext_lazy("What is to go out"), choices=tuple(ASKED_FOR.items()))
    person = forms.CharField(
        label=gettext_lazy("Person (code); nothing for the whole operation"), max_length=16, required=False
    )
    recipient = forms.CharField(label=gettext_lazy("To whom it goes"), max_length=LONGEST_RECIPIENT)
    reason = forms.CharField(label=gettext_lazy("Why it goes out"), max_length=4000, widget=forms.Textarea({"rows": 2}))


class ReleaseForm(forms.Form):
    """A release."""

    until = forms.DateField(
        label=gettext_lazy("Last day for copies; nothing for one copy"),
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )


@permitted(Act.SEE_DOSSIER)
@require_http_methods(["GET", "HEAD", "POST"])
def disclosures(request: HttpRequest, operation: Operation) -> HttpResponse:
    """Show what was asked for; ask, release, refuse, take a copy, or take a request back."""
    if request.method != "POST":
        return _page(request, operation)
    act, key, by = request.POST.get("act", ""), request.POST.get("key", ""), signed_user(request)
    form = AskForm(request.POST) if act == "ask" else None
    try:
        if form is not None:
            if not form.is_valid():
                return _page(request, operation, form, _("The form is not complete: see below."), 422)
            said = {**form.cleaned_data, "person": form.cleaned_data["person"].strip().upper()}
            ask_disclosure(operation, by=by, language=page_language(), **said)
        elif not is_number(key):
            raise NotFoundError("The page has no such form.")
        elif act == "take":
            return _taken(operation, int(key), by)
        else:
            _decide(request, operation, act, int(key), by)
    except SokenError as problem:
        if form is None and isinstance(problem, NotFoundError):
            raise
        return _page(request, operation, form, problem.message, status_of(problem))
    messages.success(request, _("Recorded."))
    return redirect("disclosures", operation.slug)


def _decide(request: HttpRequest, operation: Operation, act: str, key: int, by: User) -> None:
    """Release, refuse or take back.

    Raises:
        NotFoundError: the page has no such form.
        RefusedError: it holds more than can be made while a page is waited for.
    """
    if act == "release":
        if _too_many(operation, key):
            raise RefusedError(
                _(
                    "More than %(most)s packets take longer than a page may: release them by: "
                    "soken disclosure release %(key)s"
                )
                % {"most": MOST_PACKETS, "key": key}
            )
        form = ReleaseForm(request.POST)
        until = form.cleaned_data["until"] if form.is_valid() else None
        if form.errors:
            raise BadInputError(_("The last day is no date; write it as 2026-11-28."))
        release_disclosure(operation, key, by=by, packet=packet_in_words, until=until)
    elif act == "refuse":
        refuse_disclosure(operation, key, by=by)
    elif act == "withdraw":
        withdraw_disclosure(operation, key, by=by)
    else:
        raise NotFoundError("The page has no such form.")


def _taken(operation: Operation, key: int, by: User) -> HttpResponse:
    """Hand out the marked copy.

    Raises:
        RefusedError: it holds more than can be made while a page is waited for.
    """
    if _too_many(operation, key):
        raise RefusedError(
            _("More than %(most)s packets take longer than a page may: take them by: soken disclosure take %(key)s")
            % {"most": MOST_PACKETS, "key": key}
        )
    copy = take_disclosure(operation, key, by=by, packet=packet_in_words)
    with copy.file as made:
        answer = HttpResponse(made.read(), content_type=copy.media_type)
    answer["Content-Disposition"] = f'attachment; filename="{copy.name}"'
    return answer


def _too_many(operation: Operation, key: int) -> bool:
    """Tell whether a disclosure holds more packets than can be made while a page is waited for."""
    asked = disclosure_of(operation, key)
    return asked.asked_for == ALL_PACKETS and referred(operation).count() > MOST_PACKETS


def _page(
    request: HttpRequest, operation: Operation, form: AskForm | None = None, problem: str = "", status: int = 200
) -> HttpResponse:
    """Show the page, with a form that was refused in place of the empty one."""
    user, number = signed_user(request), whole_number(request.GET.get("page"))
    found, begin = disclosures_of(operation), (number - 1) * _PAGE
    context = {
        "operation": operation,
        "tab": "disclosures",
        "shown": [
            {
                "entry": one,
                "decide": may_decide(one, user),
                "take": may_take(one, user),
                "withdraw": may_withdraw(one, user),
                "release": ReleaseForm(auto_id=f"id_release{one.pk}_%s"),
            }
            for one in found[begin : begin + _PAGE]
        ],
        "total": found.count(),
        "earlier": number - 1,
        "later": number + 1 if found[begin + _PAGE : begin + _PAGE + 1] else 0,
        "ask": (form or AskForm(initial=_asked(request), auto_id="id_ask_%s"))
        if allows(user, Act.ASK_DISCLOSURE)
        else None,
        "open": form is not None or bool(_asked(request)),
        "problem": problem,
    }
    return render(request, "desk/disclosures.html", context, status=status)


def _asked(request: HttpRequest) -> dict[str, str]:
    """Return what a link to this page says is wanted: the form, so that the reader has to say the rest only."""
    wanted = request.GET.get("form", "")
    return {"form": wanted} if wanted in ASKED_FOR else {}
