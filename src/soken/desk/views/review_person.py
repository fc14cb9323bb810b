"""Joining and splitting a person by hand, with what it contradicts before the click, and every earlier state."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from soken.access.policy import Act
from soken.casework.actions.merge_persons import merge_persons
from soken.casework.actions.restore_judgements import restore_judgements
from soken.casework.actions.split_person import sides_of, split_person
from soken.casework.actions.undo_judgement import undo_judgement
from soken.casework.selectors.persons import claimed_names, person_of
from soken.casework.selectors.review_history import ACTS, acts
from soken.casework.selectors.review_persons import (
    against_merge,
    against_split,
    dossiers_at_work,
    earlier_state,
    holding,
    identities,
    judged_rows,
    records_of,
    said_by,
    state_of,
)
from soken.casework.selectors.review_queue import open_questions
from soken.core.errors import BadInputError, NotFoundError, SokenError
from soken.desk.converters import PersonCode
from soken.desk.gate import permitted
from soken.desk.posted import status_of, whole_number
from soken.desk.views.review import choices, row_of
from soken.desk.views.signed import signed_user

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse, QueryDict

    from soken.casework.models import Operation, ResolveRun

_SAME, _DIFFERENT = 0, 1
_CODE: Final = re.compile(PersonCode.regex)


@permitted(Act.JUDGE)
@require_http_methods(["GET", "HEAD", "POST"])
def who(request: HttpRequest, operation: Operation, code: str) -> HttpResponse:
    """Show what holds a person's rows together; join it with another, split it, undo, or go back."""
    run = operation.runs.first()
    if run is None:
        raise Http404
    if request.method != "POST":
        return _page(request, operation, run, code, request.GET)
    try:
        _do(request, operation, code)
    except NotFoundError as unknown:
        if request.POST.get("act") not in {"merge", "split"}:
            raise
        return _page(request, operation, run, code, request.POST, unknown.message, 409)
    except SokenError as refused:
        status = status_of(refused)
        return _page(request, operation, run, code, request.POST, refused.message, status)
    messages.success(request, _("Recorded; the next run of resolve proposes the persons so."))
    return redirect("person-who", operation.slug, code)


def _do(request: HttpRequest, operation: Operation, code: str) -> None:
    """Do the act of a form."""
    said, by = request.POST, signed_user(request)
    how: dict[str, Any] = {
        "by": by, "code": said.get("reason", ""), "note": said.get("note", ""), "seen": said.get("seen", ""),
        "confirmed": bool(said.get("confirmed")),
    }  # fmt: skip
    match said.get("act"):
        case "merge":
            merge_persons(operation, code, said.get("with", ""), **how)
        case "split":
            split_person(operation, code, [row_of(text) for text in said.getlist("part")[:500]], **how)
        case "undo":
            undo_judgement(operation, whole_number(said.get("key")), by=by, reason=said.get("reason", ""))
        case "restore":
            key = whole_number(said.get("key"), least=0)
            restore_judgements(operation, code, key, by=by, reason=said.get("reason", ""))
        case _:
            raise NotFoundError("The page has no such form.")


def _page(
    request: HttpRequest,
    operation: Operation,
    run: ResolveRun,
    code: str,
    asked: QueryDict,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    """Show the page, with a preview of what is asked for."""
    person = person_of(operation, code)
    judged = judged_rows(operation, run, code)
    page = whole_number(request.GET.get("page"))
    found, total = acts(operation, page, judged)
    context: dict[str, Any] = {
        "operation": operation, "tab": "review", "person": person, "identities": identities(operation, run, code),
        "questions": list(open_questions(operation, code)[:50]), "holding": holding(operation, judged), "acts": found,
        "total": total, "page": page, "pages": max(1, -(-total // ACTS)), "problem": problem, "posted": asked,
        "refused": asked.get("key", "") if problem else "",
        "dossiers": dossiers_at_work(operation, (code, asked.get("with", ""))),
    }  # fmt: skip
    try:
        context |= _preview(operation, run, code, asked)
    except SokenError as refused:
        context["problem"] = problem or refused.message
        status = status if status != 200 else (422 if isinstance(refused, BadInputError) else 404)
    return render(request, "desk/review_person.html", context, status=status)


def _preview(operation: Operation, run: ResolveRun, code: str, asked: QueryDict) -> dict[str, Any]:
    """Return what the act that is asked for would contradict, and the earlier state that is asked for."""
    other, parts, at = asked.get("with", ""), asked.getlist("part")[:500], asked.get("at", "")
    if other:
        if not _CODE.fullmatch(other):
            raise BadInputError(_("A person's code looks like P-0000-0000-0000."))
        if other == code:
            raise BadInputError(_("A person cannot be joined with itself; name two."))
        against = against_merge(
            operation, run, records_of(operation, run, code).values(), records_of(operation, run, other).values()
        )
        taken_back, first = said_by(against)
        return {
            "other": person_of(operation, other), "others": identities(operation, run, other),
            "choices": choices()[_SAME], "taken_back": taken_back, "first": first, "act": "merge",
            "seen": state_of(operation, run, (code, other)),
        }  # fmt: skip
    if parts:
        off, rest = sides_of(operation, run, code, [row_of(text) for text in parts])
        taken_back, first = said_by(against_split(operation, run, code, off, rest))
        return {
            "parts": parts, "off": len(off), "rest": len(rest), "choices": choices()[_DIFFERENT], "act": "split",
            "taken_back": taken_back, "first": first, "seen": state_of(operation, run, (code,)),
        }  # fmt: skip
    if at:
        act = operation.review_acts.filter(pk=whole_number(at)).first()
        if act is None:
            raise NotFoundError(_("There is no act number %(number)s.") % {"number": at[:20]})
        earlier = earlier_state(operation, run, code, act)
        return {"earlier": earlier, "names": claimed_names(operation, [person for person, _rows in earlier.persons])}
    return {}
