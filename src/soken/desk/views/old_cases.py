"""Take over old cases from a CSV: look at what would come of each line, then do it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from soken.access.policy import Act
from soken.casework.actions.import_cases import import_cases
from soken.casework.dossier_words import missing_words
from soken.casework.models import LineOutcome
from soken.casework.old_cases import MOST, MOST_BYTES, headings, read_cases
from soken.casework.selectors.old_cases import imports_of, lines_of, reviews_waiting
from soken.core.errors import SokenError
from soken.desk.gate import permitted
from soken.desk.uploads import takes_files
from soken.desk.views.signed import signed_user
from soken.desk.words import page_language

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from soken.casework.actions.import_cases import LineResult
    from soken.casework.models import Operation


class CasesForm(forms.Form):
    """A CSV, as a file or as its lines."""

    file = forms.FileField(label=gettext_lazy("CSV of old cases"), required=False, allow_empty_file=True)
    text = forms.CharField(
        label=gettext_lazy("or its lines, with the headings"),
        required=False,
        max_length=MOST_BYTES // 3,
        widget=forms.Textarea({"rows": 8, "spellcheck": "false"}),
        strip=False,
    )


@permitted(Act.IMPORT_CASES)
@takes_files(MOST_BYTES)
@require_http_methods(["GET", "HEAD", "POST"])
def old_cases(request: HttpRequest, operation: Operation) -> HttpResponse:
    """Show what each line of a CSV would become; take it over when asked a second time."""
    if request.method != "POST":
        return _page(request, operation, CasesForm())
    form = CasesForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, operation, form, problem=_("The form is not complete: see below."), status=422)
    content = form.cleaned_data["text"].encode()
    if form.cleaned_data["file"]:
        content = form.cleaned_data["file"].read(MOST_BYTES + 1)
    apply = request.POST.get("step") == "apply"
    try:
        table = read_cases(content)
        lines = import_cases(
            operation, table, by=signed_user(request), apply=apply, previewed=request.POST.get("previewed", "")
        )
    except SokenError as refused:
        return _page(request, operation, form, problem=refused.message, status=422)
    if apply:
        return _page(request, operation, CasesForm(), lines, applied=True)
    # What was previewed goes back as text, so that doing it sends the very same lines.
    return _page(request, operation, CasesForm(initial={"text": table.text}), lines, mark=table.mark)


def _page(
    request: HttpRequest,
    operation: Operation,
    form: CasesForm,
    lines: list[LineResult] | None = None,
    *,
    mark: str = "",
    applied: bool = False,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    """Show the page."""
    found = lines or []
    imports = imports_of(operation)
    shown = request.GET.get("import", "")
    chosen = next((one for one in imports if str(one.pk) == shown), None)
    context: dict[str, Any] = {
        "operation": operation,
        "tab": "persons",
        "form": form,
        "lines": [(one, [missing_words(lack) for lack in one.missing]) for one in found],
        "counts": [(outcome.label, sum(one.outcome == outcome for one in found)) for outcome in LineOutcome],
        "mark": mark,
        "applied": applied,
        "problem": problem,
        "imports": imports,
        "chosen": chosen,
        "kept": lines_of(operation, chosen.pk) if chosen else [],
        "waiting": reviews_waiting(signed_user(request)),
        "columns": headings(page_language()),
        "most": MOST,
    }
    return render(request, "desk/old_cases.html", context, status=status)
