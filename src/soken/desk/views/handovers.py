"""What has come from other installations into an operation: take in, look at, answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from soken.access.policy import Act, allows
from soken.casework.actions.accept_handover import accept_handover
from soken.casework.actions.receive_handover import answer_file, receive_handover, return_handover
from soken.casework.actions.take_in_handover import take_in_handover
from soken.casework.selectors.handovers import arrived_in, becoming_of, incoming_of, is_shown, seen_in
from soken.core.errors import NotFoundError, SokenError
from soken.core.progress import silent
from soken.desk.gate import permitted, why_first
from soken.desk.handover_forms import STEPS_IN, NoWords, TakeForm, saved_file, step_form
from soken.desk.posted import status_of
from soken.desk.uploads import takes_files
from soken.desk.views.signed import signed_user
from soken.exchange.handover import LARGEST
from soken.route.handover import Incoming
from soken.route.transfers import rules

if TYPE_CHECKING:
    from django import forms
    from django.http import HttpRequest, HttpResponse

    from soken.access.models import User
    from soken.casework.models import IncomingHandover, Operation

#: Rows of an arrived transfer that are shown; all travel.
_ROWS: Final = 100


@permitted(Act.SEE_DOSSIER)
@takes_files(2 * LARGEST)
@require_http_methods(["GET", "HEAD", "POST"])
def handovers(request: HttpRequest, operation: Operation) -> HttpResponse:
    """Show what has come into the operation, or one (`?handover=`) and what it would become; take in, or answer."""
    named = (request.POST.get("handover", "") or request.GET.get("handover", "")).strip().upper()
    act = request.POST.get("act", "") if request.method == "POST" else ""
    # Of whom an acceptance has shut away the page shows nothing; the answer is a file that is closed to who writes it.
    unseen = act == "answer" and not is_shown(operation, named)
    # What has come shows a person, as a person's page does.
    if named and not unseen and (asking := why_first(request, incoming_of(operation, named).operation, named)):
        return asking
    if request.method != "POST":
        return _in_page(request, operation, named)
    form = STEPS_IN.get(act, NoWords)(request.POST, request.FILES)
    if act not in STEPS_IN or not form.is_valid():
        return _in_page(request, operation, named, form, _("The form is not complete: see below."), 422)
    try:
        answer = _step_in(request, operation, named, act, form.cleaned_data)
    except NotFoundError:
        raise
    except SokenError as problem:
        return _in_page(request, operation, named, form, problem.message, status_of(problem))
    return answer


def _step_in(request: HttpRequest, operation: Operation, named: str, act: str, said: dict[str, Any]) -> HttpResponse:
    """Take a step on what has come; return where it leads, or the file that it hands out."""
    by = signed_user(request)
    if act == "take-in":
        done = take_in_handover(operation, said["file"].read(2 * LARGEST + 1), by=by)
        messages.info(request, done.said)
        return redirect("handovers", operation.slug)
    if act == "answer":
        return saved_file(answer_file(operation, named, by=by), f"{named[:14]}-answer.age")
    if act == "receive":
        receive_handover(operation, named, by=by)
    elif act == "accept":
        accept_handover(operation, named, by=by, answer=said["answer"], progress=silent())
        if not is_shown(operation, named):
            # The acceptance has shut the person away, and this page with them: the answer is handed out at once.
            return saved_file(answer_file(operation, named, by=by), f"{named[:14]}-answer.age")
    else:
        return_handover(operation, named, by=by, reason=said["reason"])
    messages.success(request, _("Recorded. Write the answer to a file and carry it to the sender."))
    return redirect(f"{reverse('handovers', args=[operation.slug])}?handover={named}")


def _in_page(
    request: HttpRequest,
    operation: Operation,
    named: str,
    form: forms.Form | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    """Show the page, with a form that was refused in place of the empty one."""
    user = signed_user(request)
    found = incoming_of(operation, named) if named else None
    context: dict[str, Any] = {
        "operation": operation, "tab": "handovers", "found": found, "problem": problem,
        "may_act": allows(user, Act.OWN),
    }  # fmt: skip
    if found is None:
        context |= {"shown": arrived_in(operation), "take_form": form if isinstance(form, TakeForm) else TakeForm()}
    else:
        becoming = becoming_of(found)
        handed = becoming.handed if becoming else None
        context |= {
            "becoming": becoming, "waited": seen_in(found).waited,
            "forms": _forms_in(request, found, user, form),
            "may_answer": _may(found, user) and found.state != Incoming.ARRIVED,
            "boxes": [(box, handed.form[box]) for box in rules().form if box in handed.form] if handed else [],
            "rows": handed.rows[:_ROWS] if handed else (),
            "statements": [
                one for one in (*handed.facts, *handed.assessments) if one.kind != "row"
            ] if handed else [],
        }  # fmt: skip
    return render(request, "desk/handovers.html", context, status=status)


def _may(found: IncomingHandover, user: User) -> bool:
    """Tell whether an answer is the user's to give."""
    return allows(user, Act.OWN) and (not found.to_force or user.force in {"", found.to_force})


def _forms_in(
    request: HttpRequest, found: IncomingHandover, user: User, refused: forms.Form | None
) -> list[dict[str, Any]]:
    """Return the answers that the user may give now."""
    if not _may(found, user):
        return []
    ways = {Incoming.ARRIVED: ("receive",), Incoming.RECEIVED: ("accept", "return")}.get(Incoming(found.state), ())
    said = {
        "receive": _("Say that it has arrived"), "accept": _("Accept: your force owns the person"),
        "return": _("Return"),
    }  # fmt: skip
    return [step_form(request, act, said[act], STEPS_IN[act], found.transfer, refused) for act in ways]
