"""Samples of assessed persons: drawing, the second assessment, which shows nothing of the first, and the agreement."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from soken.access.policy import Act, allows
from soken.casework.actions.answer_second import answer_second, set_aside_second
from soken.casework.actions.draw_sample import MOST, draw_sample
from soken.casework.selectors.dossier import dossier_of
from soken.casework.selectors.instrument import instrument_in_use
from soken.casework.selectors.second_assessments import sample_seen, samples_of, second_of, seconds_waiting
from soken.core.errors import BadInputError, NotFoundError, SokenError
from soken.desk.gate import permitted
from soken.desk.posted import number as number_in
from soken.desk.posted import status_of
from soken.desk.priority_words import answers_apart, answers_given, questions_of
from soken.desk.views.signed import signed_user
from soken.prioritise.agreement import ENOUGH
from soken.prioritise.instrument import PriorityBand

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from soken.casework.models import Dossier, Operation


@permitted(Act.SEE_DOSSIER)
@require_http_methods(["GET", "HEAD", "POST"])
def samples(request: HttpRequest, operation: Operation) -> HttpResponse:
    """List the samples and the second assessments that wait for the reader; draw a sample."""
    user, problem, status = signed_user(request), "", 200
    if request.method == "POST":
        try:
            drawn = draw_sample(operation, by=user, wanted=number_in(request.POST.get("wanted")))
        except NotFoundError:
            raise
        except SokenError as refused:
            problem, status = refused.message, status_of(refused)
        else:
            messages.success(request, _("Drawn; those who were asked are told."))
            return redirect("priority-sample", operation.slug, drawn.pk)
    context = {
        "operation": operation, "tab": "priority", "problem": problem, "samples": samples_of(operation),
        "waiting": list(seconds_waiting(user, [operation.pk])), "may_draw": allows(user, Act.DRAW_SAMPLE),
        "wanted": request.POST.get("wanted") or ENOUGH, "most": MOST, "enough": ENOUGH,
    }  # fmt: skip
    return render(request, "desk/samples.html", context, status=status)


@permitted(Act.SEE_DOSSIER)
@require_http_methods(["GET", "HEAD", "POST"])
def sample(request: HttpRequest, operation: Operation, number: int) -> HttpResponse:
    """Show a sample: both assessments side by side where the second is answered, and the agreement."""
    user, problem, status = signed_user(request), "", 200
    if request.method == "POST":
        key, reason = number_in(request.POST.get("key")), request.POST.get("reason", "")
        try:
            set_aside_second(operation, key, by=user, reason=reason)
        except NotFoundError:
            raise
        except SokenError as refused:
            problem, status = refused.message, status_of(refused)
        else:
            messages.success(request, _("Recorded."))
            return redirect("priority-sample", operation.slug, number)
    seen = sample_seen(operation, number)
    order = list(PriorityBand)
    context = {
        "operation": operation, "tab": "priority", "seen": seen, "problem": problem, "order": order,
        "pairs": [(one, answers_apart(one)) for one in seen.answered],
        "table": list(zip(order, seen.agreement.table, strict=True)), "share": 100 * seen.agreement.share,
        "may_draw": allows(user, Act.DRAW_SAMPLE), "enough": ENOUGH,
    }  # fmt: skip
    return render(request, "desk/sample.html", context, status=status)


@permitted(Act.ASSESS_PRIORITY)
@require_http_methods(["GET", "HEAD", "POST"])
def second_assessment(request: HttpRequest, operation: Operation, code: str) -> HttpResponse:
    """Ask a second assessor the questions of the instrument, and show nothing of the first assessment."""
    user, found = signed_user(request), dossier_of(operation, code)
    second = second_of(found, user)
    if request.method != "POST":
        return _questions(request, operation, found)
    try:
        if request.POST.get("act") == "set-aside":
            set_aside_second(operation, second.pk, by=user, reason=request.POST.get("reason", ""))
        else:
            note = request.POST.get("note", "")
            answer_second(found, by=user, answers=answers_given(request.POST), note=note)
    except NotFoundError:
        raise
    except SokenError as refused:
        return _questions(request, operation, found, refused.message, status_of(refused))
    messages.success(request, _("Recorded."))
    return redirect("priority-sample", operation.slug, second.sample_id)


def _questions(
    request: HttpRequest, operation: Operation, dossier: Dossier, problem: str = "", status: int = 200
) -> HttpResponse:
    """Show the questions, after a refusal with what was typed."""
    try:
        instrument, damage = instrument_in_use(), ""
    except BadInputError as damaged:
        instrument, damage = None, damaged.message
    context = {
        "operation": operation, "tab": "priority", "dossier": dossier, "problem": problem, "damage": damage,
        "instrument": instrument, "typed": request.POST,
        "questions": questions_of(instrument, answers_given(request.POST)) if instrument else [],
    }  # fmt: skip
    return render(request, "desk/second_assessment.html", context, status=status)
