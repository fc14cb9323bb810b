"""One act on many persons: say whom, see what each gate says, then do it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from soken.access.policy import Act
from soken.casework.actions.ask_bulk import MOST_AT_ALL, ask_bulk, cancel_bulk, missing_of
from soken.casework.actions.bulk import MOST, bulk
from soken.casework.dossier_words import missing_words
from soken.casework.models import BulkState
from soken.casework.selectors.bulk_jobs import bulk_jobs_of, bulk_report
from soken.casework.selectors.saved_filters import codes_of, saved_filters
from soken.core.code_list import codes_in, text_in
from soken.core.errors import BadInputError, NotFoundError, SokenError
from soken.desk.gate import permitted
from soken.desk.posted import number as number_in
from soken.desk.posted import status_of
from soken.desk.uploads import takes_files
from soken.desk.views.signed import signed_user
from soken.desk.words import page_language
from soken.review.words import screening_reasons

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.core.files.uploadedfile import UploadedFile
    from django.http import HttpRequest, HttpResponse

    from soken.casework.actions.bulk_line import BulkLine
    from soken.casework.models import Operation, SavedFilter

#: Characters of a list of codes, and bytes of a file: `MOST_AT_ALL` of them, with room for other columns of a CSV.
_LONGEST = MOST_AT_ALL * 40


def _reasons() -> list[tuple[str, Any]]:
    """Return the reasons of a screening in the language of the page, after a choice of none."""
    return [("", gettext_lazy("choose …")), *((c, one.said(page_language())) for c, one in screening_reasons().items())]


class BulkForm(forms.Form):
    """Whom, and what."""

    codes = forms.CharField(
        label=gettext_lazy("Person codes, one a line (or the lines of a CSV that begin with one)"),
        max_length=_LONGEST,
        required=False,
        widget=forms.Textarea({"rows": 8, "spellcheck": "false"}),
    )
    file = forms.FileField(
        label=gettext_lazy("Or a CSV file with person codes in its column “person”, else in its first"), required=False
    )
    saved = forms.ChoiceField(label=gettext_lazy("Or whom a saved filter finds"), required=False)
    act = forms.ChoiceField(
        label=gettext_lazy("Act"),
        choices=[
            ("open", gettext_lazy("Open the dossier")),
            ("screen", gettext_lazy("Screen")),
            ("own", gettext_lazy("Take on for my force")),
            ("assign", gettext_lazy("Assign")),
        ],
    )
    reason = forms.ChoiceField(label=gettext_lazy("Reason of the screening"), choices=_reasons, required=False)
    why = forms.CharField(label=gettext_lazy("Why it takes them on, in words"), max_length=4000, required=False)

    def __init__(self, filters: Iterable[SavedFilter], *args: Any) -> None:
        super().__init__(*args)
        self.fields["saved"].choices = [("", _("none")), *((str(one.pk), one.name) for one in filters)]  # type: ignore[attr-defined]


@permitted(Act.SEE_DOSSIER)
@takes_files(_LONGEST)
@require_http_methods(["GET", "HEAD", "POST"])
def bulk_work(request: HttpRequest, operation: Operation) -> HttpResponse:
    """Take the codes, show what each gate would say, and do it when asked a second time."""
    lines: list[BulkLine] = []
    applied, large = False, 0
    form, problem = _asked(request, operation)
    if problem:
        pass
    elif form.is_valid() and form.cleaned_data["codes"]:
        applied = request.POST.get("step") == "apply"
        codes = list(dict.fromkeys(one.strip().upper() for one in codes_in(form.cleaned_data["codes"])))
        large = len(codes) if len(codes) > MOST else 0
        said = {"by": signed_user(request), "act": form.cleaned_data["act"], "reason": _reason(form.cleaned_data)}
        try:
            if large and applied:
                job = ask_bulk(operation, codes, **said)
                return redirect("bulk-report", operation.slug, job.pk)
            # Of a large one the first are tried: the others meet the same gates when it is done.
            lines = bulk(operation, codes[:MOST], apply=applied, **said)
        except SokenError as refused:
            problem = refused.message
    elif request.method == "POST":
        problem = _("Nothing was changed: say whom, and which act.")
    context = {
        "operation": operation,
        "tab": "persons",
        "form": form,
        "problem": problem,
        "applied": applied,
        "most": MOST,
        "most_at_all": MOST_AT_ALL,
        "large": large,
        "jobs": bulk_jobs_of(operation),
        "lines": [(one, [missing_words(lack) for lack in one.missing]) for one in lines],
        "fit": sum(one.done for one in lines),
    }
    return render(request, "desk/bulk.html", context, status=400 if problem else 200)


@permitted(Act.SEE_DOSSIER, polled=True)
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, operation: Operation, number: int) -> HttpResponse:
    """Show how far a large act is and what came of each person; leave the rest of it."""
    problem, status = "", 200
    if request.method == "POST":
        try:
            cancel_bulk(operation, number, by=signed_user(request))
        except NotFoundError:
            raise
        except SokenError as refused:
            problem, status = refused.message, status_of(refused)
        else:
            messages.success(request, _("The rest is left; who was done stays done."))
            return redirect("bulk-report", operation.slug, number)
    state = request.GET.get("state", "")
    state = state if state in BulkState.values else ""
    found = bulk_report(operation, number, state=state, after=number_in(request.GET.get("at")))
    context = {
        "operation": operation, "tab": "persons", "problem": problem, "found": found, "state": state,
        "counts": [(one, one.label, found.counts[one]) for one in BulkState],
        # What follows the work by itself is not recorded, and therefore names nobody.
        "lines": [] if request.headers.get("HX-Request") else [
            (one, [missing_words(lack) for lack in missing_of(one)]) for one in found.persons
        ],
        "begun": bool(request.GET.get("at")),
    }  # fmt: skip
    return render(request, "desk/bulk_report.html", context, status=status)


def _reason(said: dict[str, Any]) -> str:
    """Return the reason of the act that was chosen: a code for a screening, words for taking on, else none."""
    field = {"screen": "reason", "own": "why"}.get(said["act"])
    return str(said[field]) if field else ""


def _asked(request: HttpRequest, operation: Operation) -> tuple[BulkForm, str]:
    """Return the form and what is wrong; whom a file or a filter names stands in the box of codes.

    So that what is previewed is what is done, though the filter may find others a minute later.
    """
    filters = saved_filters(operation, signed_user(request))
    if request.method != "POST":
        return BulkForm(filters), ""
    file, key = request.FILES.get("file"), request.POST.get("saved", "")
    if file is None and not key:
        return BulkForm(filters, request.POST), ""
    said, problem = request.POST.copy(), ""
    try:
        if file is not None:
            said["codes"] = "\n".join(codes_in(_decoded(_whole(file))))
        elif chosen := next((one for one in filters if str(one.pk) == key), None):
            said["codes"] = "\n".join(codes_of(operation, chosen, MOST_AT_ALL))
    except SokenError as refused:
        problem = refused.message
    # What was uploaded or found is previewed first, whichever button was pressed.
    said["step"], said["saved"] = "preview", "" if not problem else key
    request.POST = said  # type: ignore[assignment]
    return BulkForm(filters, said), problem


def _whole(file: UploadedFile[Any]) -> bytes:
    """Return all that a file holds: of a part of it, somebody would be left out and nobody would see it.

    Raises:
        BadInputError: the file is larger than what the page takes.
    """
    content = file.read(_LONGEST + 1)
    if len(content) > _LONGEST:
        raise BadInputError(
            _("The file is larger than %(most)s bytes; give the column of the person codes alone, or fewer persons.")
            % {"most": _LONGEST}
        )
    return bytes(content)


def _decoded(content: bytes) -> str:
    """Return a file's text, '' for what is no text (then the page says that whom is missing)."""
    return (text_in(content) or "").replace("\0", "")
