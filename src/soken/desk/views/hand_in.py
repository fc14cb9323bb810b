"""Hand a seized file in, with what is known of its seizure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from soken.access.policy import Act
from soken.casework.actions.hand_in import hand_in as act
from soken.casework.selectors import store
from soken.core.errors import NotFoundError, SokenError
from soken.desk.gate import permitted
from soken.desk.posted import status_of
from soken.desk.uploads import takes_files
from soken.desk.views.signed import signed_user
from soken.desk.words import ACQUISITION_WORDS
from soken.intake import Acquisition

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest, HttpResponse

    from soken.casework.models import Operation

_MOMENT: Final = "%Y-%m-%dT%H:%M"


def _moment(label: Any) -> forms.DateTimeField:
    """Return a field for a moment in Japan."""
    widget = forms.DateTimeInput({"type": "datetime-local"}, format=_MOMENT)
    return forms.DateTimeField(label=label, required=False, input_formats=[_MOMENT], widget=widget)


def _words(label: Any, rows: int = 1) -> forms.CharField:
    """Return a field for words."""
    widget = forms.Textarea({"rows": rows}) if rows > 1 else forms.TextInput()
    return forms.CharField(label=label, required=False, max_length=1000, widget=widget)


class HandInForm(forms.Form):
    """A seized file and its manifest; what is not said is shown as missing later."""

    file = forms.FileField(label=gettext_lazy("Seized file"), allow_empty_file=True)
    warrant = _words(ACQUISITION_WORDS["warrant"])
    seized_at = _moment(gettext_lazy("Seized when, in Japan"))
    seized_where = _words(ACQUISITION_WORDS["seized_where"])
    seized_by = _words(ACQUISITION_WORDS["seized_by"])
    scope = _words(ACQUISITION_WORDS["scope"], rows=3)
    received_at = _moment(gettext_lazy("Received by your unit when, in Japan"))


@permitted(Act.TAKE_IN)
@takes_files(None)
@require_http_methods(["GET", "HEAD", "POST"])
def hand_in(request: HttpRequest, operation: Operation) -> HttpResponse:
    """Take the file to the disk and leave the rest to a worker."""
    if request.method != "POST":
        return _page(request, operation, HandInForm())
    form = HandInForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, operation, form, _("The form is not complete: see below."), 422)
    said, file = form.cleaned_data, form.cleaned_data["file"]
    acquisition = Acquisition(
        warrant=said["warrant"], seized_at=_text(said["seized_at"]), seized_where=said["seized_where"],
        seized_by=said["seized_by"], scope=said["scope"], received_at=_text(said["received_at"]),
    )  # fmt: skip
    try:
        act(
            operation, by=signed_user(request), name=file.name, chunks=file.chunks(), acquisition=acquisition,
            home=store.home(),
        )  # fmt: skip
    except NotFoundError:
        raise
    except SokenError as problem:
        return _page(request, operation, form, problem.message, status_of(problem))
    messages.success(request, _("Handed in; a worker takes it in as soon as one is free."))
    return redirect("work", operation.slug)


def _text(moment: datetime | None) -> str | None:
    """Return a moment as a manifest has it."""
    return moment.isoformat() if moment else None


def _page(
    request: HttpRequest, operation: Operation, form: HandInForm, problem: str = "", status: int = 200
) -> HttpResponse:
    """Show the form."""
    context = {"operation": operation, "tab": "work", "form": form, "problem": problem}
    return render(request, "desk/hand_in.html", context, status=status)
