"""Whose turn is first: an operation's list, and a person's assessments and changes of band."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from soken.access.policy import Act, allows
from soken.casework.actions.assess import assess, rescore
from soken.casework.actions.override_band import override_band
from soken.casework.actions.rescore_all import MOST, rescore_all
from soken.casework.actions.settle_lowering import approve_lowering, refuse_lowering
from soken.casework.selectors.band_rates import Grouping, band_rates
from soken.casework.selectors.dossier import dossier_found
from soken.casework.selectors.instrument import instrument_in_use
from soken.casework.selectors.persons import person_of
from soken.casework.selectors.priority import outdated, priority_file, priority_page
from soken.casework.selectors.safety import told_about
from soken.casework.selectors.second_assessments import is_blind, seconds_waiting
from soken.core.errors import BadInputError, NotFoundError, SokenError
from soken.desk.gate import permitted
from soken.desk.posted import number, status_of
from soken.desk.priority_words import answers_given, counted, effect_words, group_words, questions_of, rates_of
from soken.desk.views.signed import signed_user
from soken.prioritise.instrument import ORDER, PriorityBand
from soken.prioritise.instrument_file import default_instrument, is_shipped
from soken.review.transitions import FROZEN

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    from soken.casework.models import Dossier, Operation
    from soken.casework.selectors.band_rates import GroupRate
    from soken.prioritise.instrument import Instrument

_SHOWS: Final = ("overdue", "again", "waiting")
#: Act of a form that gives a reason alone → what it does.
_SETTLE: Final[dict[str, Callable[..., object]]] = {"approve": approve_lowering, "refuse": refuse_lowering}


@permitted(Act.SEE_DOSSIER)
@require_safe
def priority_list(request: HttpRequest, operation: Operation) -> HttpResponse:
    """List the persons with a dossier, the most urgent first."""
    band = request.GET.get("band", "")
    show = request.GET.get("show", "")
    band = band if band in {"none", *PriorityBand} else ""
    show = show if show in _SHOWS else ""
    page = priority_page(operation, band=band, show=show, at=request.GET.get("at", ""))
    counts = [(code, *page.counts.get(code, (0, 0))) for code in ("", *PriorityBand)]
    context = {
        "may_rescore": allows(signed_user(request), Act.LOWER_PRIORITY),
        "blind": seconds_waiting(signed_user(request), [operation.pk]).count(),
        "page": page,
        "band": band,
        "show": show,
        "counts": counts,
        "begun": bool(request.GET.get("at")),
    }
    return render(request, "desk/priority_list.html", {"operation": operation, "tab": "priority", **context})


@permitted(Act.SEE_DOSSIER)
@require_http_methods(["GET", "HEAD", "POST"])
def priority(request: HttpRequest, operation: Operation, code: str) -> HttpResponse:
    """Show how a person's band came about, or do one act on it."""
    found = dossier_found(operation, code)
    if found is None:
        context = {"operation": operation, "tab": "priority", "person": person_of(operation, code)}
        return render(request, "desk/priority.html", context, status=200 if request.method != "POST" else 409)
    if is_blind(signed_user(request), found):
        return redirect("second-assessment", operation.slug, code)
    if request.method != "POST":
        return _show(request, operation, found)
    try:
        _do(request, found)
    except NotFoundError:
        raise
    except SokenError as problem:
        found.refresh_from_db()
        return _show(request, operation, found, problem.message, status=status_of(problem))
    messages.success(request, _("Recorded."))
    return redirect("priority", operation.slug, code)


@permitted(Act.SEE_DOSSIER)
@require_safe
def rates(request: HttpRequest, operation: Operation) -> HttpResponse:
    """Show the bands by force and by the place that the list claims (R16)."""
    tables = [
        (by.value, title, [_group(one, by) for one in band_rates(operation, by)])
        for by, title in ((Grouping.FORCE, _("Force")), (Grouping.PREFECTURE, _("Claimed prefecture")))
    ]
    context = {"operation": operation, "tab": "priority", "tables": tables, "order": list(PriorityBand)}
    return render(request, "desk/band_rates.html", context)


def _group(one: GroupRate, by: Grouping) -> tuple[GroupRate, str, list[tuple[int, float]], int]:
    """Return a group with its name, its counts and shares by band, and how many nobody has assessed."""
    cells = [(one.bands.get(band, 0), 100 * one.share(band)) for band in PriorityBand]
    return one, group_words(one.group, by), cells, one.bands.get("", 0)


@permitted(Act.LOWER_PRIORITY)
@require_http_methods(["GET", "HEAD", "POST"])
def rescored(request: HttpRequest, operation: Operation) -> HttpResponse:
    """Show what scoring everybody anew on the instrument in use would do, when asked; do it when asked again."""
    user, problem, lines, status = signed_user(request), "", [], 200
    applied = request.POST.get("step") == "apply"
    try:
        if request.method == "POST":
            lines = rescore_all(operation, by=user, apply=applied)
        left = len(outdated(operation, user.force))
    except BadInputError as refused:
        problem, left, status = refused.message, 0, 422
    context = {
        "operation": operation, "tab": "priority", "problem": problem, "applied": applied, "left": left,
        "lines": [(one, effect_words(one.effect)) for one in lines], "most": MOST,
    }  # fmt: skip
    return render(request, "desk/rescore.html", context, status=status)


def _do(request: HttpRequest, found: Dossier) -> None:
    """Do the act that the form names."""
    act = request.POST.get("act", "")
    reason = request.POST.get("reason", "")
    said: dict[str, Any] = {
        "by": signed_user(request),
        "reason": reason,
        "seen": number(request.POST.get("version")),
    }
    if act == "assess":
        assess(found, answers=answers_given(request.POST), **said)
    elif act == "rescore":
        rescore(found, by=said["by"])
    elif act == "override":
        override_band(found, band=request.POST.get("band", ""), **said)
    elif act in _SETTLE:
        _SETTLE[act](found, **said)
    else:
        raise NotFoundError("The page has no such form.")


def _instrument() -> tuple[Instrument | None, str]:
    """Return the instrument in use; where its file is damaged none, and what is wrong with it.

    What was assessed and decided stays to be read, and a band is changed by people: only assessing waits for the file.
    """
    try:
        return instrument_in_use(), ""
    except BadInputError as damaged:
        return None, damaged.message


def _show(
    request: HttpRequest, operation: Operation, found: Dossier, problem: str = "", *, status: int = 200
) -> HttpResponse:
    """Show the page, after a refusal with what was typed."""
    instrument, damage = _instrument()
    known = instrument or default_instrument()
    file = priority_file(found)
    row = file.ranked.priority
    user = signed_user(request)
    typed = request.POST if request.method == "POST" else None
    newest = file.assessments[0].answers if file.assessments else {}
    context = {
        "operation": operation,
        "tab": "priority",
        "dossier": found,
        "file": file,
        "row": row,
        "ranked": file.ranked,
        "problem": problem,
        "typed": typed,
        "refused": typed.get("act") if typed else "",
        "instrument": instrument,
        "damage": damage,
        "other_instrument": bool(
            instrument and file.assessments and file.assessments[0].instrument_sha256 != instrument.sha256
        ),
        "shipped": is_shipped(known),
        "bands": rates_of(instrument) if instrument else [],
        "questions": questions_of(known, answers_given(typed) if typed and typed.get("act") == "assess" else newest),
        "current": counted(file.assessments[0], known) if file.assessments else [],
        "earlier": _earlier(file.assessments[1:], known),
        "choices": [one.value for one in PriorityBand if row.band and one.value != row.band],
        "lower": [one.value for one in PriorityBand if row.band and ORDER[one] > row.order],
        "may_act": allows(user, Act.ASSESS_PRIORITY) and found.stage not in FROZEN,
        "may_approve": file.waiting is not None
        and file.waiting.by_id != user.pk
        and (file.waiting.by_id is None or allows(user, Act.LOWER_PRIORITY)),
        "told": told_about(operation, found.person_code),
    }
    return render(request, "desk/priority.html", context, status=status)


def _earlier(versions: Any, instrument: Instrument) -> list[tuple[Any, list[dict[str, Any]]]]:
    """Return earlier versions with what each answer counted."""
    return [(one, counted(one, instrument)) for one in versions]
