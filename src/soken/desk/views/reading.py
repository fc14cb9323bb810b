"""What forces of an operation read of each other's dossiers: how it is set, and setting it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from soken.access.policy import Act, allows
from soken.casework.actions.set_reading import (
    agree_to_reading_by_all,
    propose_reading_by_all,
    read_by_force,
    refuse_reading_by_all,
)
from soken.casework.selectors.reading import changes_of, may_agree, waiting_of
from soken.core.errors import NotFoundError, SokenError
from soken.desk.gate import permitted
from soken.desk.posted import status_of
from soken.desk.views.signed import signed_user

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    from soken.access.models import User
    from soken.casework.models import Operation, ReadingChange


class WhyForm(forms.Form):
    """Why it is set so."""

    reason = forms.CharField(label=gettext_lazy("Why"), max_length=4000, widget=forms.Textarea({"rows": 2}))


#: Act → what does it, and what its button says.
_ACTS: Final[dict[str, tuple[Callable[..., object], Any]]] = {
    "by-force": (read_by_force, gettext_lazy("Have each force read its own persons alone")),
    "by-all": (propose_reading_by_all, gettext_lazy("Propose that every force reads all persons")),
    "agree": (agree_to_reading_by_all, gettext_lazy("Agree, as the second person")),
    "refuse": (refuse_reading_by_all, gettext_lazy("Refuse, or take the proposal back")),
}


@permitted(Act.SEE_OPERATION)
@require_http_methods(["GET", "HEAD", "POST"])
def reading(request: HttpRequest, operation: Operation) -> HttpResponse:
    """Show what forces read of each other's dossiers; set it."""
    if request.method != "POST":
        return _page(request, operation)
    act = request.POST.get("act", "")
    if act not in _ACTS:
        raise NotFoundError("The page has no such form.")
    form = WhyForm(request.POST)
    if not form.is_valid():
        return _page(request, operation, form, _("The form is not complete: see below."), 422)
    try:
        _ACTS[act][0](operation, by=signed_user(request), **form.cleaned_data)
    except SokenError as problem:
        return _page(request, operation, form, problem.message, status_of(problem))
    messages.success(request, _("Recorded."))
    return redirect("reading", operation.slug)


def _page(
    request: HttpRequest, operation: Operation, form: forms.Form | None = None, problem: str = "", status: int = 200
) -> HttpResponse:
    """Show the page, with a form that was refused in place of the empty one."""
    changes, refused = changes_of(operation), request.POST.get("act", "") if form else ""
    acts = [
        {"act": act, "said": _ACTS[act][1], "open": act == refused,
         "form": form if act == refused else WhyForm(auto_id=f"id_{act}_%s")}
        for act in _possible(operation, waiting_of(changes), signed_user(request))
    ]  # fmt: skip
    context = {"operation": operation, "tab": "reading", "changes": changes, "acts": acts, "problem": problem}
    return render(request, "desk/reading.html", context, status=status)


def _possible(operation: Operation, waiting: ReadingChange | None, user: User) -> list[str]:
    """Return the acts that can come next and the user may do."""
    if not allows(user, Act.SET_READING):
        return []
    if not operation.by_force:
        return ["by-force"]
    if waiting is None:
        return ["by-all"]
    return ["agree", "refuse"] if may_agree(waiting, user) else ["refuse"]
