"""Whose a person is: the owner, transfers between forces, named notices; and the inbox of a force."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from soken.access.policy import Act, accepts_for, allows
from soken.casework.actions.advance import GateError
from soken.casework.actions.answer_transfer import (
    accept_transfer,
    receive_transfer,
    return_transfer,
    withdraw_transfer,
)
from soken.casework.actions.check_elsewhere import check_elsewhere
from soken.casework.actions.named_notice import send_notice, withdraw_notice
from soken.casework.actions.offer_transfer import offer_transfer
from soken.casework.actions.record_place import record_place
from soken.casework.actions.take_ownership import take_ownership
from soken.casework.selectors.dossier import dossier_found, facts_of, today
from soken.casework.selectors.elsewhere import held_elsewhere
from soken.casework.selectors.handovers import away_of, box_of
from soken.casework.selectors.ownership import competence_of, groundless_notices, newest_places
from soken.casework.selectors.persons import person_of
from soken.casework.selectors.transfers import centre_may_answer, inbox, nobody_there, transfers_of
from soken.casework.selectors.unowned import may_look, unowned
from soken.casework.selectors.whose import reads_no_more
from soken.core.errors import NotFoundError, SokenError
from soken.desk.gate import permitted, signed_in
from soken.desk.posted import number, status_of
from soken.desk.views.signed import signed_user
from soken.desk.words import page_language
from soken.reference.forces import forces
from soken.reference.prefectures import prefectures
from soken.route.competence import grounds
from soken.route.transfers import OPEN, STEPS, Side, TransferState, rules

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    from soken.access.models import User
    from soken.casework.models import Dossier, Operation, Transfer

#: Act of a form on a dossier → (what it does, the fields that it takes).
_ON_DOSSIER: Final[dict[str, tuple[Callable[..., object], tuple[str, ...]]]] = {
    "place": (record_place, ("ground", "prefecture", "basis")),
    "own": (take_ownership, ("force", "reason")),
    "elsewhere": (check_elsewhere, ("note",)),
    "notice": (send_notice, ("to", "purpose")),
}
#: Act of a form on a transfer → what it does.
_ON_TRANSFER: Final[dict[str, Callable[..., object]]] = {
    "receive": receive_transfer,
    "accept": accept_transfer,
    "return": return_transfer,
    "withdraw": withdraw_transfer,
}
_ACT_OF: Final = {
    TransferState.RECEIVED: "receive",
    TransferState.ACCEPTED: "accept",
    TransferState.RETURNED: "return",
    TransferState.WITHDRAWN: "withdraw",
}
_NOBODY: Final = gettext_lazy(
    "Nobody of that force is a member of this operation, so that nobody there will see the offer: have somebody added."
)
#: Before the code of a box of the handover form.
_BOX: Final = "form-"


@signed_in
@require_safe
def transfer_inbox(request: HttpRequest) -> HttpResponse:
    """Show what waits between forces, longest waiting first."""
    user = signed_user(request)
    if not may_look(user):
        return render(request, "desk/inbox.html", {"inbox": None})
    waiting, total = unowned(user)
    context = {
        "inbox": inbox(user), "box": box_of(user), "force": user.force, "unowned": waiting, "unowned_total": total,
        "unowned_left": total - len(waiting),
    }  # fmt: skip
    return render(request, "desk/inbox.html", context)


@permitted(Act.SEE_DOSSIER)
@require_http_methods(["GET", "HEAD", "POST"])
def owner(request: HttpRequest, operation: Operation, code: str) -> HttpResponse:
    """Show whose a person is, or do one act on that."""
    found = dossier_found(operation, code)
    if found is None:
        context = {"operation": operation, "tab": "persons", "person": person_of(operation, code)}
        return render(request, "desk/owner.html", context, status=200 if request.method != "POST" else 409)
    if request.method != "POST":
        return _show(request, operation, found)
    try:
        _do(request, operation, found)
    except GateError as shut:
        return _show(request, operation, found, shut.head, missing=shut.missing, status=409)
    except SokenError as problem:
        found.refresh_from_db()
        if isinstance(problem, NotFoundError):
            raise
        return _show(request, operation, found, problem.message, status=status_of(problem))
    messages.success(request, _("Recorded."))
    if reads_no_more(operation, code, signed_user(request)):
        return redirect("inbox")
    return redirect("owner", operation.slug, code)


def _do(request: HttpRequest, operation: Operation, found: Dossier) -> None:
    """Do the act that the form names."""
    posted, user = request.POST, signed_user(request)
    act = posted.get("act", "")
    key = number(posted.get("key", ""))
    version = {"seen": number(posted.get("version", ""))}
    if act in _ON_DOSSIER:
        do, fields = _ON_DOSSIER[act]
        do(found, by=user, **{name: posted.get(name, "") for name in fields}, **version)
    elif act == "offer":
        form = {name.removeprefix(_BOX): str(said) for name, said in posted.items() if name.startswith(_BOX)}
        to, kind, reason = (posted.get(name, "") for name in ("to", "kind", "reason"))
        made = offer_transfer(found, by=user, to=to, kind=kind, reason=reason, form=form, seen=version["seen"])
        if nobody_there(made):
            messages.warning(request, _NOBODY)
    elif act in _ON_TRANSFER and found.transfers.filter(pk=key).exists():
        _ON_TRANSFER[act](operation, key, by=user, answer=posted.get("answer", ""))
    elif act == "withdraw-notice":
        withdraw_notice(found, by=user, key=key, reason=posted.get("reason", ""), **version)
    else:
        raise NotFoundError("The page has no such form.")


def _show(
    request: HttpRequest,
    operation: Operation,
    found: Dossier,
    problem: str = "",
    *,
    missing: Any = (),
    status: int = 200,
) -> HttpResponse:
    """Show the page, after a refusal with what was typed."""
    user, language = signed_user(request), page_language()
    facts, away = facts_of(found), away_of(found)
    may = allows(user, Act.OWN)
    ours = may and (not user.force or not found.force or user.force == found.force)
    shown = transfers_of(found)
    typed = request.POST if request.method == "POST" else {}
    context: dict[str, Any] = {
        "operation": operation,
        "tab": "persons",
        "dossier": found,
        "problem": problem,
        "missing": missing,
        "typed": typed,
        "refused": typed.get("act", ""),
        "owners": found.ownerships.select_related("by").order_by("-pk")[:50],
        "competence": competence_of(found),
        "places": newest_places(found),
        "grounds": [(code, one.said(language)) for code, one in grounds().items()],
        "prefectures": [(code, one.ja if language == "ja" else one.en) for code, one in prefectures().items()],
        "forces": [(code, one.said(language)) for code, one in forces(today()).items()],
        "kinds": [(code, one.said(language)) for code, one in rules().kinds.items()],
        "boxes": [(code, one.said(language), typed.get(f"{_BOX}{code}", "")) for code, one in rules().form.items()],
        "transfers": [(one, _answers(one.transfer, user)) for one in shown],
        "notices": found.notices.select_related("by", "withdrawn_by").order_by("-pk")[:50],
        "groundless": groundless_notices(found, facts),
        "checks": found.elsewhere_checks.select_related("by").order_by("-pk")[:5],
        "elsewhere": facts.elsewhere,
        "held": held_elsewhere(found, user) if ours else [],
        "may_act": ours and away is None,
        "for_others": not user.force,
        "may_accept": user.force if not found.force and away is None and accepts_for(user, user.force) else "",
        "away": away,
        "may_offer": ours and away is None and found.force and not any(one.transfer.state in OPEN for one in shown),
        "may_notify": ours and allows(user, Act.SEND_NOTICE),
    }
    return render(request, "desk/owner.html", context, status=status)


def _answers(transfer: Transfer, user: User) -> list[str]:
    """Return which acts on a transfer are the user's now."""
    if not allows(user, Act.OWN) or transfer.state not in OPEN:
        return []
    sides = {Side.OFFERING} if user.force in {"", transfer.from_force} else set()
    if user.force == transfer.to_force or (not user.force and centre_may_answer(transfer)):
        sides.add(Side.RECEIVING)
    return [_ACT_OF[one.after] for one in STEPS if one.before == transfer.state and one.side in sides]
