"""The review queue: one pair at a time, judged and undone; and what the queue had no room for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from soken.access.policy import Act
from soken.casework.actions.judge import judge
from soken.casework.actions.lease_pair import is_mine, lease_next, lease_place
from soken.casework.actions.undo_judgement import undo_judgement
from soken.casework.selectors.persons import claimed_names
from soken.casework.selectors.review_history import ACTS, acts, last_of, objections
from soken.casework.selectors.review_queue import LINES, further_pairs, is_answered, pair_file, queue_count
from soken.core.errors import BadInputError, NotFoundError, SokenError
from soken.desk.explained import explained
from soken.desk.gate import permitted
from soken.desk.posted import is_number, number, status_of, whole_number
from soken.desk.views.signed import signed_user
from soken.desk.words import page_language
from soken.resolve import RowRef
from soken.review.judgement_words import judgement_reasons, verdicts_by_code

if TYPE_CHECKING:
    from django.http import HttpRequest

    from soken.casework.models import Operation, ResolveRun, ReviewPair

#: Keys of the verdicts, as the page's script knows them.
_KEYS = {"same": "s", "different": "d", "unsure": "u"}


@dataclass(frozen=True, slots=True)
class Choice:
    """A coded reason as the form offers it: its code, its words, its digit, and whether words must stand beside it."""

    code: str
    words: str
    digit: int
    note: bool


@permitted(Act.JUDGE)
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, operation: Operation) -> HttpResponse:
    """Show the next pair of the queue, or the one at a place; take an answer or take one back."""
    if request.method != "POST":
        # Refused, it is fetched anew when somebody looks.
        return HttpResponse(status=503) if fetched_ahead(request) else _pair(request, operation)
    try:
        if request.POST.get("act") == "undo":
            undo_judgement(
                operation,
                whole_number(request.POST.get("key")),
                by=signed_user(request),
                reason=request.POST.get("reason", ""),
            )
            messages.success(request, _("Taken back; the pair is asked again."))
        else:
            _judge(request, operation)
            messages.success(request, _("Recorded."))
    except NotFoundError:
        raise
    except SokenError as problem:
        return _pair(request, operation, problem.message, status_of(problem))
    return redirect("review", operation.slug)


def _judge(request: HttpRequest, operation: Operation) -> None:
    """Enter the answer of a form."""
    said = request.POST
    code = said.get("reason", "")
    judge(
        operation,
        by=signed_user(request),
        left=row_of(said.get("left", "")),
        right=row_of(said.get("right", "")),
        verdict=verdict_of(code),
        code=code,
        note=said.get("note", ""),
        seen=number(said.get("seen")),
        confirmed=bool(said.get("confirmed")),
    )


def verdict_of(code: str) -> str:
    """Return the verdict that a coded reason belongs to.

    Raises:
        BadInputError: no reason was chosen, or it is unknown.
    """
    found = verdicts_by_code().get(code)
    if found is None:
        raise BadInputError(_("Choose a reason: it says whether they are the same, different, or cannot be told."))
    return found


def row_of(text: str) -> RowRef:
    """Return the row that a form names, as "E-0123456789ab:17".

    Raises:
        NotFoundError: it names none.
    """
    evidence, _colon, row = text.partition(":")
    if len(evidence) > 14 or not is_number(row):
        raise NotFoundError("The page has no such row.")
    return RowRef(evidence, int(row))


def _pair(request: HttpRequest, operation: Operation, problem: str = "", status: int = 200) -> HttpResponse:
    """Show a pair: the next one, the one that is asked for, or the one that was refused."""
    user = signed_user(request)
    place = number(request.POST.get("place") or request.GET.get("place"))
    after = number(request.GET.get("after"))
    pair = None
    if request.method != "HEAD":
        pair = lease_place(operation, place, by=user) if place else lease_next(operation, by=user, after=after)
    run = operation.runs.first()
    context = {
        "operation": operation,
        "tab": "review",
        "count": queue_count(operation, run, user),
        "after": after,
        "problem": problem,
        "last": last_of(operation, user),
        "run": run,
        "posted": request.POST if problem else {},
        **(_shown(request, operation, run, pair) if pair is not None and run is not None else {}),
    }
    return render(request, "desk/review.html", context, status=status)


def fetched_ahead(request: HttpRequest) -> bool:
    """Tell whether a browser fetches the page before anybody has asked to see it.

    A pair is one analyst's from the moment she sees it; what nobody looks at keeps none from the others.
    """
    purposes = (request.headers.get(name, "") for name in ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz"))
    said = {part.strip().lower() for purpose in purposes for part in purpose.replace(",", ";").split(";")}
    return bool(said & {"prefetch", "prerender", "preview"})


def _shown(request: HttpRequest, operation: Operation, run: ResolveRun, pair: ReviewPair) -> dict[str, Any]:
    """Return what the page shows of a pair."""
    file = pair_file(operation, run, pair)
    return {
        "pair": pair,
        "file": file,
        "link": explained(file.linked, "pair"),
        "mine": is_mine(pair, signed_user(request)),
        "answered": is_answered(file.last),
        "against": objections(operation, run, file.left, file.right),
        "choices": choices(),
        "sides": [(pair.left_person, file.persons.get(pair.left_person, ("", 0)), file.rows[0], file.left),
                  (pair.right_person, file.persons.get(pair.right_person, ("", 0)), file.rows[1], file.right)],
    }  # fmt: skip


def choices() -> list[tuple[str, str, list[Choice]]]:
    """Return the coded reasons as the form offers them: verdict, its key, its reasons."""
    return [
        (
            verdict.value,
            _KEYS[verdict.value],
            [
                Choice(word.code, word.said(page_language()), digit, word.flag)
                for digit, word in enumerate(words.values(), 1)
            ],
        )
        for verdict, words in judgement_reasons().items()
    ]


@permitted(Act.JUDGE)
@require_safe
def further(request: HttpRequest, operation: Operation) -> HttpResponse:
    """List the doubts that the queue had no room for; any of them can be opened and judged."""
    page = whole_number(request.GET.get("page"))
    count = queue_count(operation, operation.runs.first())
    pairs = further_pairs(operation, page)
    names = claimed_names(operation, {code for one in pairs for code in (one.left_person, one.right_person)})
    context = {
        "operation": operation,
        "tab": "review",
        "count": count,
        "pairs": [(one, names.get(one.left_person, ""), names.get(one.right_person, "")) for one in pairs],
        "page": page,
        "pages": max(1, -(-count.listed // LINES)),
    }
    return render(request, "desk/review_further.html", context)


@permitted(Act.JUDGE)
@require_http_methods(["GET", "HEAD", "POST"])
def history(request: HttpRequest, operation: Operation) -> HttpResponse:
    """List what people have said, newest first; any act can be taken back with a reason."""
    problem, status = "", 200
    if request.method == "POST":
        try:
            undo_judgement(
                operation,
                whole_number(request.POST.get("key")),
                by=signed_user(request),
                reason=request.POST.get("reason", ""),
            )
        except NotFoundError:
            raise
        except SokenError as refused:
            problem, status = refused.message, status_of(refused)
        else:
            messages.success(request, _("Taken back."))
            return redirect("review-history", operation.slug)
    page = whole_number(request.GET.get("page"))
    found, total = acts(operation, page)
    context = {
        "operation": operation, "tab": "review", "acts": found, "total": total, "problem": problem,
        "refused": request.POST.get("key", ""), "page": page, "pages": max(1, -(-total // ACTS)),
    }  # fmt: skip
    return render(request, "desk/review_history.html", context, status=status)
