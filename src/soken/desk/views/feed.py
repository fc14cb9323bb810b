"""The filter feed: an operation's addresses and what two people decide of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from soken.access.policy import Act, allows
from soken.casework.actions.decide_address import agree_to_decision, propose_decision, withdraw_decision
from soken.casework.actions.enter_address import MOST_BYTES, Entered, enter_address, enter_csv
from soken.casework.models import FeedDecision, FeedState
from soken.casework.selectors.feed import PAGE, count_entries, entries_of, is_behind
from soken.core.errors import NotFoundError, SokenError
from soken.desk.gate import permitted
from soken.desk.posted import number, status_of, whole_number
from soken.desk.uploads import takes_files
from soken.desk.views.signed import signed_user

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    from soken.access.models import User
    from soken.casework.actions.enter_address import LineEntered
    from soken.casework.models import Operation
    from soken.casework.selectors.feed import SeenEntry

_LONGEST = 4000


class EnterForm(forms.Form):
    """An address."""

    address = forms.CharField(
        label=gettext_lazy("Domain, host or web address"),
        help_text=gettext_lazy("Only the host is kept: filters know no paths."),
        max_length=_LONGEST,
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
    )
    because = forms.CharField(
        label=gettext_lazy("If it is a shared platform: why all of it is to be listed"), required=False,
        max_length=_LONGEST,
    )  # fmt: skip


class CsvForm(forms.Form):
    """Addresses of a CSV."""

    file = forms.FileField(
        label=gettext_lazy("CSV in UTF-8"),
        help_text=gettext_lazy("A column host, domain, address or url, else the first; because confirms platforms."),
    )


class FirstForm(forms.Form):
    """What the first of two people says of an address that is to be listed."""

    reason = forms.CharField(label=gettext_lazy("Why"), max_length=_LONGEST)
    review_on = forms.DateField(
        label=gettext_lazy("To be reviewed on"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )


class DelistForm(FirstForm):
    """What the first of two people says of an address that is to be delisted."""

    review_on = forms.DateField(
        label=gettext_lazy("To be looked at again on (may be left empty)"), required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )  # fmt: skip


class WithdrawForm(forms.Form):
    """Why a decision does not come about."""

    reason = forms.CharField(label=gettext_lazy("Why"), max_length=_LONGEST)


#: Decision → its form, and what its button says to the first person and to the second.
_DECISIONS: dict[str, tuple[type[forms.Form], Any, Any]] = {
    FeedDecision.RELEASE: (FirstForm, gettext_lazy("Release"), gettext_lazy("Agree: release it")),
    FeedDecision.KEEP: (FirstForm, gettext_lazy("Keep listed"), gettext_lazy("Agree: keep it listed")),
    FeedDecision.DELIST: (DelistForm, gettext_lazy("Delist"), gettext_lazy("Agree: delist it")),
}
#: State → what can be decided.
_OPEN: dict[str, tuple[FeedDecision, ...]] = {
    FeedState.ENTERED: (FeedDecision.RELEASE,),
    FeedState.LISTED: (FeedDecision.KEEP, FeedDecision.DELIST),
    FeedState.DELISTED: (FeedDecision.RELEASE,),
}
#: Act → its form.
_FORMS: dict[str, type[forms.Form]] = {
    "enter": EnterForm,
    "csv": CsvForm,
    "agree": forms.Form,
    "withdraw": WithdrawForm,
    **{decision: kind for decision, (kind, _first, _second) in _DECISIONS.items()},
}


@permitted(Act.SEE_FEED)
@takes_files(MOST_BYTES)
@require_http_methods(["GET", "HEAD", "POST"])
def feed(request: HttpRequest, operation: Operation) -> HttpResponse:
    """Show an operation's addresses; do one act on them."""
    if request.method != "POST":
        return _page(request, operation)
    act = request.POST.get("act", "")
    if act not in _FORMS:
        raise NotFoundError("The page has no such form.")
    form = _FORMS[act](request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, operation, form, _("The form is not complete: see below."), status=422)
    try:
        if act == "csv":
            data = form.cleaned_data["file"].read(MOST_BYTES + 1)
            return _page(request, operation, lines=enter_csv(operation, data, by=signed_user(request)))
        _do(act, operation, signed_user(request), request, form.cleaned_data)
    except SokenError as problem:
        return _page(request, operation, form, problem.message, status=status_of(problem))
    messages.success(request, _("Recorded."))
    return redirect("feed", operation.slug)


def _do(act: str, operation: Operation, by: User, request: HttpRequest, said: dict[str, Any]) -> None:
    """Do one act."""
    host = request.POST.get("host", "")
    if act == "enter":
        enter_address(operation, said["address"], by=by, because=said["because"])
    elif act == "withdraw":
        withdraw_decision(operation, host, by=by, reason=said["reason"])
    elif act == "agree":
        seen, decision = number(request.POST.get("seen")), request.POST.get("decision", "")
        agree_to_decision(operation, host, decision, by=by, seen=seen)
    else:
        propose_decision(operation, host, act, by=by, reason=said["reason"], review_on=said["review_on"])


def _page(
    request: HttpRequest,
    operation: Operation,
    form: forms.Form | None = None,
    problem: str = "",
    *,
    lines: list[LineEntered] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Show the page, with a form that was refused in place of the empty one."""
    state, page = request.GET.get("state", ""), whole_number(request.GET.get("page"))
    state = state if state in FeedState.values else ""
    overdue = request.GET.get("overdue") == "yes"
    total = count_entries(operation, state=state, overdue=overdue)
    shown = entries_of(operation, page=page, state=state, overdue=overdue)
    refused = (request.POST.get("act", ""), request.POST.get("host", "")) if form else ("", "")
    by = signed_user(request)
    context = {
        "operation": operation, "tab": "feed", "problem": problem, "status": status,
        "enter": form if isinstance(form, EnterForm) else EnterForm(), "entering": isinstance(form, EnterForm),
        "csv": form if isinstance(form, CsvForm) else CsvForm(), "uploading": isinstance(form, CsvForm),
        "lines": lines, "said_of_lines": _said_of(lines or []),
        "shown": [_shown(one, by, form, refused, at) for at, one in enumerate(shown)],
        "state": state, "states": FeedState.choices, "overdue": overdue,
        "all_overdue": count_entries(operation, overdue=True),
        "total": total, "page": page, "pages": max(1, -(-total // PAGE)), "behind": is_behind(),
        "may_enter": allows(by, Act.ENTER_ADDRESS), "may_decide": allows(by, Act.RELEASE_ADDRESS),
        "may_see_evidence": allows(by, Act.SEE_EVIDENCE),
    }  # fmt: skip
    return render(request, "desk/feed.html", context, status=status)


def _said_of(lines: list[LineEntered]) -> str:
    """Say what became of the lines of a CSV."""
    many = {outcome: sum(one.outcome is outcome for one in lines) for outcome in Entered}
    return ngettext(
        "%(n)s line: %(new)s entered, %(known)s known already, %(refused)s refused",
        "%(n)s lines: %(new)s entered, %(known)s known already, %(refused)s refused",
        len(lines),
    ) % {"n": len(lines), "new": many[Entered.NEW], "known": many[Entered.KNOWN], "refused": many[Entered.REFUSED]}


def _shown(one: SeenEntry, by: User, form: forms.Form | None, refused: tuple[str, str], at: int) -> dict[str, Any]:
    """Return an address with the forms that fit how it stands."""
    host = one.entry.host

    def made(act: str, kind: Callable[..., forms.Form]) -> dict[str, Any]:
        """Return a form, with ids of its own on a page with many."""
        again = refused == (act, host)
        return {"act": act, "open": again, "form": form if again else kind(auto_id=f"id_{act}_{at}_%s")}

    decisions = [] if one.waiting else _OPEN[one.entry.state]
    return {
        "seen": one,
        "own": one.waiting is not None and one.waiting.by_id == by.pk,
        "agree": _DECISIONS[one.waiting.decision][2] if one.waiting else "",
        "withdraw": made("withdraw", WithdrawForm) if one.waiting else None,
        "forms": [{**made(code, _DECISIONS[code][0]), "said": _DECISIONS[code][1]} for code in decisions],
    }
