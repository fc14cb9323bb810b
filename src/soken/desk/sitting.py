"""Why the pages of a person are open: asked once in a sitting, kept in its session, forgotten when it lies idle."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.utils.translation import get_language, gettext_lazy

from soken.access.reasons import all_reasons, reasons_on
from soken.core.clock import now
from soken.desk.way_back import way_back

if TYPE_CHECKING:
    from django.http import HttpRequest

    from soken.casework.models import Operation

#: After so long without a page of the person the reason is asked for again.
IDLE: Final = timedelta(minutes=30)
#: How often the last use is noted: a write of the session for each page would cost more than it tells.
_NOTED: Final = timedelta(minutes=1)
#: Most reasons that a sitting keeps; the one unused longest is forgotten first.
MOST: Final = 200
#: What the session calls them, and who stands for every person of an operation.
KEY, ALL = "reasons", "*"


@dataclass(frozen=True, slots=True)
class Given:
    """A reason that was given in this sitting.

    Attributes:
        code: of `soken.access.reasons`.
        text: the reader's own words.
    """

    code: str
    text: str

    @property
    def word(self) -> str:
        """The reason in the language of the page."""
        return next((_word(one) for one in all_reasons() if one.code == self.code), self.code)


class ReasonForm(forms.Form):
    """Why the page of a person is opened."""

    opened_for = forms.ChoiceField(label=gettext_lazy("Reason"), widget=forms.RadioSelect)
    opened_because = forms.CharField(
        label=gettext_lazy("In your own words"), max_length=400, widget=forms.Textarea({"rows": 2}),
        help_text=gettext_lazy("Case number, order or request. The ledger keeps it closed."),
    )  # fmt: skip
    opened_all = forms.BooleanField(
        label=gettext_lazy("The same for every person of this operation that I open in this sitting"), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["opened_for"]
        if isinstance(choice, forms.ChoiceField):
            choice.choices = [(one.code, _word(one)) for one in reasons_on(localdate(now()))]


def reason_given(request: HttpRequest, operation: Operation, code: str) -> Given | None:
    """Return why a person's pages are open in this sitting, and note the use; None where nobody said, or it lapsed."""
    kept, at = request.session.get(KEY, {}), now()
    for name in (f"{operation.slug}/{code}", f"{operation.slug}/{ALL}"):
        one = kept.get(name)
        if one is None or at - datetime.fromisoformat(one["at"]) > IDLE:
            continue
        if at - datetime.fromisoformat(one["at"]) > _NOTED:
            one["at"] = at.isoformat()
            request.session.modified = True
        return Given(one["code"], one["text"])
    return None


def keep_reason(session: Any, name: str, given: Given, at: datetime) -> None:
    """Keep a reason for the sitting.

    Args:
        session: the sitting's.
        name: ``OPERATION/PERSON``, or ``OPERATION/*`` for every person of the operation.
        given: the reason.
        at: when it was given; aware.
    """
    kept = {**session.get(KEY, {}), name: {"code": given.code, "text": given.text, "at": at.isoformat()}}
    newest = sorted(kept, key=lambda one: str(kept[one]["at"]))[-MOST:]
    session[KEY] = {one: kept[one] for one in newest}


def ask_reason(request: HttpRequest, operation: Operation, code: str) -> HttpResponse | None:
    """Ask why a person's page is opened, or take the answer.

    What was sent to the page meanwhile (the reason had lapsed) is carried along and done once the reason is given.

    Returns:
        The page that asks, or the way back to the page; None where the answer came together with what was sent before.
    """
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Refresh": "true"})
    # Where no reason was picked the browser sends the words alone; a page's own form sends neither.
    answered = request.method == "POST" and not {"opened_for", "opened_because"}.isdisjoint(request.POST)
    form = ReasonForm(request.POST if answered else None)
    if not answered or not form.is_valid():
        return _asked(request, operation, code, form)
    said = form.cleaned_data
    name = f"{operation.slug}/{ALL if said['opened_all'] else code}"
    keep_reason(request.session, name, Given(said["opened_for"], said["opened_because"]), now())
    return None if _carried(request) else redirect(way_back(request))


def _asked(request: HttpRequest, operation: Operation, code: str, form: ReasonForm) -> HttpResponse:
    """Show the page that asks; it names the person by code alone."""
    shown = {"operation": operation, "tab": "persons", "code": code, "form": form, "carried": _carried(request),
             "files": bool(request.FILES)}  # fmt: skip
    return render(request, "desk/reason.html", shown, status=422 if form.is_bound else 200)


def _carried(request: HttpRequest) -> list[tuple[str, str]]:
    """Return the fields that were sent for the page itself."""
    own = {*ReasonForm.base_fields, "csrfmiddlewaretoken"}
    return [(name, str(value)) for name, values in request.POST.lists() if name not in own for value in values]


def _word(reason: Any) -> str:
    """Return a reason in the language of the page."""
    return str(reason.ja if get_language() == "ja" else reason.en)
