"""The dossier of a person: where it stands, what is missing, what people recorded; every act on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from soken.access.models import User
from soken.access.policy import Act, allows
from soken.casework.actions.advance import GateError
from soken.casework.actions.open_dossier import open_dossier
from soken.casework.selectors.dossier import dossier_file, dossier_found
from soken.casework.selectors.dossier_rows import rows_now
from soken.casework.selectors.ownership import groundless_notices
from soken.casework.selectors.persons import person_of
from soken.casework.selectors.priority import band_of
from soken.casework.selectors.welfare import look_due
from soken.core.errors import NotFoundError, SokenError
from soken.desk.dossier_forms import FORMS, ActForm
from soken.desk.gate import permitted
from soken.desk.posted import number, status_of
from soken.desk.words import page_language
from soken.review import words
from soken.review.facts import RivalState
from soken.review.guards import screened_not_chargeable
from soken.review.stages import Stage
from soken.review.transitions import BEFORE_REFERRAL, FROZEN, WAY_AHEAD, way

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from soken.casework.models import Dossier, ElementExhibit, Operation
    from soken.casework.selectors.dossier import DossierFile

#: Rows that come or go that the page names; what there is beyond is counted.
ROWS_SHOWN: Final = 20


@permitted(Act.SEE_DOSSIER)
@require_http_methods(["GET", "HEAD", "POST"])
def dossier(request: HttpRequest, operation: Operation, code: str) -> HttpResponse:
    """Show a person's dossier, or do one act on it; without one, offer to open it."""
    found = dossier_found(operation, code)
    if request.method == "POST" and request.POST.get("act") == "open":
        return _open(request, operation, code)
    if found is None:
        person = person_of(operation, code)
        return _page(request, operation, {"person": person, "may_open": allows(request.user, Act.OPEN_DOSSIER)})
    if request.method == "POST":
        return _do(request, operation, found)
    return _show(request, operation, dossier_file(found))


def _open(request: HttpRequest, operation: Operation, code: str) -> HttpResponse:
    """Open the dossier."""
    try:
        open_dossier(operation, code, by=_user(request))
    except NotFoundError:
        raise
    except SokenError as problem:
        return _page(request, operation, {"person": person_of(operation, code), "problem": problem.message}, 409)
    messages.success(request, _("The dossier is open."))
    return redirect("dossier", operation.slug, code)


def _do(request: HttpRequest, operation: Operation, found: Dossier) -> HttpResponse:
    """Do the act that the form names; when it is refused, show the page with what was typed and why."""
    kind = FORMS.get(request.POST.get("act", ""))
    if kind is None:
        raise NotFoundError("The page has no such form.")
    file = dossier_file(found)
    form = kind(file, request.POST)
    if not form.is_valid():
        return _show(request, operation, file, form, _("The form is not complete: see below."), status=422)
    try:
        form.__class__.do(found, by=_user(request), seen=number(request.POST.get("version")), **form.cleaned_data)
    except GateError as shut:
        return _show(request, operation, dossier_file(_anew(found)), form, "", shut.missing, status=409)
    except SokenError as problem:
        return _show(request, operation, dossier_file(_anew(found)), form, problem.message, status=status_of(problem))
    messages.success(request, _("Recorded."))
    return redirect("dossier", operation.slug, found.person_code)


def _anew(found: Dossier) -> Dossier:
    """Return the dossier as it stands now: the page after a refusal shows what another has done meanwhile."""
    found.refresh_from_db()
    return found


def _show(
    request: HttpRequest,
    operation: Operation,
    file: DossierFile,
    refused: ActForm | None = None,
    problem: str = "",
    shut: list[Any] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    """Show the page of a dossier, with a form that was refused in place of the empty one."""
    stage = Stage(file.dossier.stage)
    return _page(
        request,
        operation,
        {
            "dossier": file.dossier,
            "file": file,
            "rows_now": rows_now(file.dossier) if stage in BEFORE_REFERRAL or _dead_unsent(file) else None,
            "dead_unsent": _dead_unsent(file) and not _closed(file),
            "rows_shown": f":{ROWS_SHOWN}",
            "groundless": groundless_notices(file.dossier, file.facts),
            "forms": _forms(request, file, refused),
            "refused": refused.act if refused else "",
            "problem": problem,
            "shut": shut or [],
            "band": band_of(file.dossier),
            "way": [(one, one == stage, _passed(one, stage)) for one in WAY_AHEAD],
            "aside": stage not in WAY_AHEAD,
            "elements": _elements(file),
            "untested": _untested(file),
            "look": look_due(file.dossier),
            # The second to confirm is not led by what the first has stated.
            "births_shown": len({one.by for one in file.facts.confirmations}) > 1,
            "frozen": stage in FROZEN,
            "role": _user(request).role,
        },
        status,
    )


def _dead_unsent(file: DossierFile) -> bool:
    """Tell whether the person has died and the case was not sent."""
    return file.dossier.stage == Stage.DECEASED and file.facts.referral is None


def _closed(file: DossierFile) -> bool:
    """Tell whether two people have said that no charge is possible."""
    return not screened_not_chargeable(file.facts)


def _forms(request: HttpRequest, file: DossierFile, refused: ActForm | None) -> dict[str, ActForm]:
    """Return the forms of the acts that the user may do now, by act."""
    stage = Stage(file.dossier.stage)
    frozen = stage in FROZEN
    user = _user(request)
    possible = {
        "review": any(one.reviewed_by_id is None and one.by != user for one in file.screenings[-1:]),
        "confirm": not any(one.withdrawn_at is None and one.by == user for one in file.confirmations),
        "doubt": any(one.withdrawn_at is None for one in file.confirmations),
        "settle": any(one.state == RivalState.OPEN for one in file.rivals),
        "corroborate": bool(file.exhibits),
        "element": bool(file.exhibits),
        "withdraw_interview": any(not one.withdrawn_at for one in file.interviews),
        "answer": any(one.closed_at is None for one in file.enquiries),
        "end": way(stage, Stage.MISIDENTIFIED) is not None,
        "join": (joins := way(stage, Stage.JOINED)) is not None
        and user.role in joins.roles
        and file.facts.proposal_gone,
    }
    shown = {
        act: kind(file)
        for act, kind in FORMS.items()
        if allows(request.user, kind.right)
        and possible.get(act, True)
        and (not frozen or act in {"advance", "end", "join", "look_after"})
    }
    if refused is not None and refused.act in shown:
        shown[refused.act] = refused
    return shown


def _elements(file: DossierFile) -> list[tuple[dict[str, str], list[ElementExhibit]]]:
    """Return every element in the language of the page, with the exhibits named for it."""
    language = page_language()
    return [
        (
            {"said": word.said(language), "hint": word.hint(language)},
            [one for one in file.elements if one.element == code],
        )
        for code, word in words.elements().items()
    ]


def _untested(file: DossierFile) -> list[str]:
    """Return the explanations that must be tested and that nobody has raised yet."""
    raised = {one.kind for one in file.facts.rivals}
    return [kind for kind, word in words.rival_explanations().items() if word.flag and kind not in raised]


def _passed(one: Stage, stage: Stage) -> bool:
    """Tell whether a dossier on the way ahead has come past a stage."""
    return stage in WAY_AHEAD and WAY_AHEAD.index(one) < WAY_AHEAD.index(stage)


def _page(request: HttpRequest, operation: Operation, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """Render the page."""
    return render(request, "desk/dossier.html", {"operation": operation, "tab": "persons", **context}, status=status)


def _user(request: HttpRequest) -> User:
    """Return who has signed in."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user
