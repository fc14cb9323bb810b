"""The statistics: a year's report on a page, and to carry away as a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from soken.access.policy import Act, allows
from soken.casework.actions.take_vintage import take_vintage
from soken.casework.models import Vintage
from soken.casework.selectors.statistics import annual_report, is_behind, years_of
from soken.core.errors import RefusedError
from soken.core.home import open_home
from soken.desk.annual_document import annual_context
from soken.desk.gate import for_role
from soken.desk.posted import number
from soken.desk.views.signed import signed_user
from soken.desk.words import page_language
from soken.exchange import statistics as shapes
from soken.report.counting import Place

if TYPE_CHECKING:
    from django.http import HttpRequest

    from soken.report.whole import Report

#: Vintages that can be chosen from.
_VINTAGES = 50
#: Ending of a file → (how it is made, its type).
_FILES = {
    "json": (shapes.report_json, "application/json"),
    "csv": (shapes.report_csv, "text/csv; charset=utf-8"),
    "xlsx": (shapes.report_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "pdf": (shapes.report_pdf, "application/pdf"),
}


@for_role(Act.SEE_STATISTICS)
@require_http_methods(["GET", "HEAD", "POST"])
def statistics(request: HttpRequest) -> HttpResponse:
    """Show a year's report from a vintage, hand it out as a file, or take a new vintage.

    By default the newest year of the newest vintage that has any case.
    """
    problem = ""
    if request.method == "POST":
        try:
            take_vintage(open_home(), by=signed_user(request), final=request.POST.get("final") == "yes")
        except RefusedError as refused:
            problem = refused.message
        else:
            return redirect("statistics")
    vintages = list(Vintage.objects.order_by("dataset", "-number")[:_VINTAGES])
    chosen = _chosen(request, vintages)
    years = years_of(open_home(), chosen) if chosen else []
    report = _report(request, chosen, years) if chosen and years else None
    if "file" in request.GET:
        return _file(request.GET["file"], report)
    context = {
        "problem": problem, "vintages": vintages, "vintage": chosen, "years": years, "asked": request.GET,
        "may_take": allows(request.user, Act.TAKE_VINTAGE), "endings": tuple(_FILES),
        "behind": chosen is not None and is_behind(chosen),
    }  # fmt: skip
    if report:
        context |= annual_context(report, page_language())
    return render(request, "desk/statistics.html", context, status=409 if problem else 200)


def _file(ending: str, report: Report | None) -> HttpResponse:
    """Hand out a report as a file."""
    if ending not in _FILES or report is None:
        raise Http404
    make, kind = _FILES[ending]
    answer = HttpResponse(make(report, page_language()), content_type=kind)
    name = f"soken-{report.source.dataset}-{report.source.vintage}-{report.year}.{ending}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _chosen(request: HttpRequest, vintages: list[Vintage]) -> Vintage | None:
    """Return the vintage that the address names, else the newest one that has cases, else the newest."""
    said = request.GET.get("vintage", "")
    named = next((one for one in vintages if f"{one.dataset}-{one.number}" == said), None)
    if said and named is None:
        raise Http404(_("There is no such vintage."))
    return named or next((one for one in vintages if one.cases), vintages[0] if vintages else None)


def _report(request: HttpRequest, vintage: Vintage, years: list[int]) -> Report:
    """Return the report that the address asks for."""
    year = number(request.GET.get("year"))
    place = Place.OCCURRED_AT if request.GET.get("place") == Place.OCCURRED_AT.value else Place.CLEARED_AT
    return annual_report(
        open_home(),
        vintage,
        year if year in years else years[0],
        reader=signed_user(request),
        place=place,
        public=request.GET.get("public") == "yes",
    )
