"""The statistics: the report of a year, half-year or month on a page, and to carry away as a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from soken.access.policy import Act, allows
from soken.casework.actions.said import one_of
from soken.casework.actions.take_vintage import take_vintage
from soken.casework.models import Vintage
from soken.casework.selectors.statistics import annual_report, is_behind, years_of
from soken.casework.selectors.store import home
from soken.core.errors import BadInputError, NotFoundError, RefusedError
from soken.desk.annual_document import annual_context
from soken.desk.gate import for_role
from soken.desk.posted import is_number
from soken.desk.views.signed import signed_user
from soken.desk.words import page_language
from soken.exchange import statistics as shapes
from soken.report.counting import Place
from soken.report.span import PARTS
from soken.report.tables import value_words, word

if TYPE_CHECKING:
    from django.http import HttpRequest, QueryDict

    from soken.report.whole import Report

#: Vintages that can be chosen from.
_VINTAGES = 50
#: What an address may say; ``of`` is the vintage whose years the form offered.
_PARAMETERS: Final = frozenset({"vintage", "of", "year", "part", "place", "public", "file"})
_STATUS: Final = {BadInputError: 400, NotFoundError: 404, RefusedError: 409}
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
    """Show a report from a vintage, hand it out as a file, or take a new vintage.

    By default the newest year of the newest vintage that has any case.
    """
    problem = ""
    if request.method == "POST":
        try:
            take_vintage(home(), by=signed_user(request), final=request.POST.get("final") == "yes")
        except RefusedError as refused:
            problem = refused.message
        else:
            return redirect("statistics")
    vintages = list(Vintage.objects.order_by("dataset", "-cut_off", "-number")[:_VINTAGES])
    chosen = _chosen(request, vintages)
    years = years_of(home(), chosen) if chosen else []
    asked, report, status = _unasked(years), None, 409 if problem else 200
    try:
        asked = _asked(request, years, chosen)
        report = annual_report(home(), chosen, reader=signed_user(request), **asked) if chosen and years else None
    except (BadInputError, NotFoundError, RefusedError) as refused:
        problem, status = refused.message, _STATUS[type(refused)]
    if "file" in request.GET and not problem:
        return _file(request.GET["file"], report)
    context = {
        "problem": problem, "vintages": vintages, "vintage": chosen, "years": years, "parts": _parts(),
        "year": asked["year"], "part": asked["part"], "place_asked": asked["place"].value, "public": asked["public"],
        "may_take": allows(request.user, Act.TAKE_VINTAGE), "endings": tuple(_FILES),
        "behind": chosen is not None and is_behind(chosen),
    }  # fmt: skip
    if report:
        context |= annual_context(report, page_language())
    return render(request, "desk/statistics.html", context, status=status)


def _parts() -> list[tuple[str, str]]:
    """Return the whole year, its halves and its months in words."""
    language = page_language()
    months = [(part, value_words("month", part, language)) for part in PARTS if part.isdigit()]
    return [("", _("the whole year")), *((half, word(half, language)) for half in ("H1", "H2")), *months]


def _file(ending: str, report: Report | None) -> HttpResponse:
    """Hand out a report as a file."""
    if ending not in _FILES or report is None:
        raise Http404
    make, kind = _FILES[ending]
    answer = HttpResponse(make(report, page_language()), content_type=kind)
    name = f"soken-{report.source.dataset}-{report.source.vintage}-{report.span.label}.{ending}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _chosen(request: HttpRequest, vintages: list[Vintage]) -> Vintage | None:
    """Return the vintage that the address names, else the newest one that has cases, else the newest."""
    said = request.GET.get("vintage", "")
    named = next((one for one in vintages if f"{one.dataset}-{one.number}" == said), None)
    if said and named is None:
        raise Http404(_("There is no such vintage."))
    return named or next((one for one in vintages if one.cases), vintages[0] if vintages else None)


def _unasked(years: list[int]) -> dict[str, Any]:
    """Return what is shown where the address asks for nothing."""
    return {"year": next(iter(years), 0), "part": "", "place": Place.CLEARED_AT, "public": False}


def _asked(request: HttpRequest, years: list[int], chosen: Vintage | None) -> dict[str, Any]:
    """Return of which year and part the address asks for the report, and how it is counted; the newest by default.

    Raises:
        BadInputError: it asks for what no report has.
        NotFoundError: the vintage has no cases of that year.
    """
    said = request.GET
    if unknown := sorted(said.keys() - _PARAMETERS):
        raise BadInputError(
            _("This page knows no %(name)s; it takes: %(known)s.")
            % {"name": unknown[0][:40], "known": ", ".join(sorted(_PARAMETERS))}
        )
    asked = _unasked(years)
    if said.get("year") and not _offered_elsewhere(said, chosen):
        asked["year"] = _year(said["year"], years)
    return asked | {
        "part": one_of(said.get("part", ""), PARTS, _("The part of the year")),
        "place": Place(one_of(said.get("place", Place.CLEARED_AT.value), [*Place], _("The place"))),
        "public": one_of(said.get("public", "no"), ("no", "yes"), _("For publication")) == "yes",
    }


def _offered_elsewhere(said: QueryDict, chosen: Vintage | None) -> bool:
    """Tell whether the form offered the years of another vintage than the one that was then chosen in it."""
    return chosen is None or said.get("of", "") not in {"", f"{chosen.dataset}-{chosen.number}"}


def _year(said: str, years: list[int]) -> int:
    """Return the year that an address names.

    Raises:
        BadInputError: it is no year.
        NotFoundError: the vintage has no cases of it.
    """
    if not is_number(said):
        raise BadInputError(_("The year is no number; write it as 2026."))
    if int(said) not in years:
        raise NotFoundError(_("This vintage has no cases of %(year)s.") % {"year": said})
    return int(said)
