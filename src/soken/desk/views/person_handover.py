"""A person's way to another installation: prepare, approve, send, withdraw."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from soken.access.policy import Act, allows
from soken.casework.actions.approve_handover import approve_handover
from soken.casework.actions.offer_handover import offer_handover
from soken.casework.actions.send_handover import send_handover
from soken.casework.actions.withdraw_handover import withdraw_handover
from soken.casework.selectors.dossier import dossier_found
from soken.casework.selectors.handover_keys import trusted_peers
from soken.casework.selectors.handovers import away_of, handovers_of
from soken.core.errors import NotFoundError, SokenError
from soken.desk.gate import permitted
from soken.desk.handover_forms import STEPS_OUT, NoWords, PrepareForm, saved_file, step_form
from soken.desk.posted import no_dossier, number, status_of
from soken.desk.views.signed import signed_user
from soken.route.handover import OPEN, Outgoing

if TYPE_CHECKING:
    from django import forms
    from django.http import HttpRequest, HttpResponse

    from soken.access.models import User
    from soken.casework.models import Dossier, Operation
    from soken.casework.selectors.handovers import SeenOut


@permitted(Act.SEE_DOSSIER)
@require_http_methods(["GET", "HEAD", "POST"])
def handover(request: HttpRequest, operation: Operation, code: str) -> HttpResponse:
    """Show a person's handovers to other installations, or take a step of one; a file is handed out to be saved."""
    dossier = dossier_found(operation, code)
    if dossier is None:
        return no_dossier(request, operation, code, "desk/person_handover.html")
    if request.method != "POST":
        return _out_page(request, operation, dossier)
    act = request.POST.get("act", "")
    form = STEPS_OUT.get(act, NoWords)(request.POST)
    if act not in STEPS_OUT or not form.is_valid():
        return _out_page(request, operation, dossier, form, _("The form is not complete: see below."), 422)
    try:
        file = _step_out(request, operation, dossier, act, form.cleaned_data)
    except SokenError as problem:
        dossier.refresh_from_db()
        return _out_page(request, operation, dossier, form, problem.message, status_of(problem))
    if file is not None:
        return saved_file(file, f"{request.POST.get('handover', '')[:14]}-{act}.age")
    messages.success(request, _("Recorded."))
    return redirect("person-handover", operation.slug, code)


def _step_out(
    request: HttpRequest, operation: Operation, dossier: Dossier, act: str, said: dict[str, Any]
) -> bytes | None:
    """Take a step; return the file that it hands out, if it does."""
    by, transfer = signed_user(request), request.POST.get("handover", "")
    if act == "prepare":
        boxes = {name.removeprefix("form-"): text for name, text in said.items() if name.startswith("form-")}
        offer_handover(
            dossier, by=by, peer=said["peer"], to=said["to"], kind=said["kind"], reason=said["reason"], form=boxes,
            seen=number(request.POST.get("version")),
        )  # fmt: skip
        return None
    if not dossier.handovers_out.filter(transfer=transfer).exists():
        raise NotFoundError(_("This operation has no handover %(transfer)s.") % {"transfer": transfer[:40]})
    if act == "approve":
        approve_handover(operation, transfer, by=by)
    elif act in {"send", "file"}:
        _handover, file = send_handover(operation, transfer, by=by)
        return file if act == "file" else None
    else:
        reason = said.get("reason") or dossier.handovers_out.get(transfer=transfer).withdrawn_reason
        _handover, withdrawal = withdraw_handover(operation, transfer, by=by, reason=reason)
        return withdrawal if act == "withdrawal" else None
    return None


def _out_page(
    request: HttpRequest,
    operation: Operation,
    dossier: Dossier,
    form: forms.Form | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    """Show the page, with a form that was refused in place of the empty one."""
    user = signed_user(request)
    shown = handovers_of(dossier)
    ours = allows(user, Act.OWN) and (not user.force or user.force == dossier.force)
    peers = trusted_peers()
    open_now = any(one.handover.state in OPEN for one in shown)
    may_prepare = ours and bool(peers) and not open_now and bool(dossier.force) and away_of(dossier) is None
    preparing = isinstance(form, PrepareForm)
    context = {
        "operation": operation, "tab": "persons", "code": dossier.person_code, "name": dossier.name,
        "dossier": dossier, "problem": problem, "peers": peers, "may_act": ours, "preparing": preparing,
        "prepare_form": (form if preparing else PrepareForm(auto_id="id_prepare_%s")) if may_prepare else None,
        "shown": [(one, _forms_out(request, one, user, form), _files_out(one, user)) for one in shown],
        "came": dossier.handovers_in.select_related("peer").defer("sealed"),
    }  # fmt: skip
    return render(request, "desk/person_handover.html", context, status=status)


def _forms_out(request: HttpRequest, one: SeenOut, user: User, refused: forms.Form | None) -> list[dict[str, Any]]:
    """Return the steps that the user may take on a handover now."""
    out, state = one.handover, Outgoing(one.handover.state)
    side = allows(user, Act.OWN) and user.force in {"", out.from_force}
    may = {
        "approve": allows(user, Act.APPROVE_HANDOVER) and state in {Outgoing.OFFERED, Outgoing.APPROVED}
        and out.offered_by_id != user.pk,
        "send": side and state is Outgoing.APPROVED and out.approved_by_id != user.pk,
        "withdraw": side and state in {Outgoing.OFFERED, Outgoing.APPROVED, Outgoing.SENT, Outgoing.RECEIVED},
    }  # fmt: skip
    said = {
        "approve": _("Approve what leaves"), "send": _("Send: nobody acts on the person here any more"),
        "withdraw": _("Withdraw"),
    }  # fmt: skip
    return [
        step_form(request, act, said[act], STEPS_OUT[act], out.transfer, refused)
        for act, may_it in may.items()
        if may_it
    ]


def _files_out(one: SeenOut, user: User) -> list[tuple[str, str]]:
    """Return the files of a handover that the user may carry away now."""
    out, state = one.handover, Outgoing(one.handover.state)
    if not allows(user, Act.OWN) or user.force not in {"", out.from_force}:
        return []
    if state is Outgoing.WITHDRAWING:
        return [("withdrawal", _("Save the withdrawal for the other installation"))]
    if state in {Outgoing.SENT, Outgoing.RECEIVED} and out.approved_by_id != user.pk:
        return [("file", _("Save the file for the other installation"))]
    return []
