"""A person's case at the prosecutor's: send it, record its receipt, what was decided, taken up again and reviewed."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from soken.access.policy import Act, allows
from soken.casework.actions.ask_disclosure import ask_disclosure
from soken.casework.selectors.dossier import dossier_found, facts_of
from soken.casework.selectors.referrals import referrals_of
from soken.core.errors import NotFoundError, RefusedError
from soken.desk.clearance_forms import (
    ClearanceForm,
    StrikeForm,
    SuspectForm,
    add,
    clearances_shown,
    record,
    strike,
    strike_place,
)
from soken.desk.gate import permitted
from soken.desk.posted import answered, is_number, no_dossier, number
from soken.desk.referral_forms import ACTS, PacketForm
from soken.desk.views.signed import signed_user
from soken.desk.words import page_language
from soken.reference.dispositions import DispositionClass, disposition_kind, inquest_resolutions, reopening_grounds
from soken.reference.forces import prosecutors_offices
from soken.review.stages import Stage
from soken.review.transitions import missing

if TYPE_CHECKING:
    from django import forms
    from django.http import HttpRequest, HttpResponse

    from soken.casework.models import Disposition, Dossier, Operation
    from soken.casework.selectors.referrals import SeenReferral
    from soken.review.guards import Missing

_TEMPLATE: Final = "desk/referral.html"
#: Act that strikes → how: the whole case, or this person from it.
_STRIKES: Final = {"strike": strike, "strike-suspect": strike_place}


@permitted(Act.SEE_DOSSIER)
@require_http_methods(["GET", "HEAD", "POST"])
def referral(request: HttpRequest, operation: Operation, code: str) -> HttpResponse:
    """Show a person's case at the prosecutor's; do one act on it."""
    dossier = dossier_found(operation, code)
    if dossier is None:
        return no_dossier(request, operation, code, _TEMPLATE)
    if request.method != "POST":
        return _page(request, operation, dossier)
    act = request.POST.get("act", "")
    again = partial(_page, request, operation, dossier)
    if act == "packet":
        packet = PacketForm(request.POST)
        asked = partial(ask_disclosure, operation, by=signed_user(request), form="packet", person=code)
        return answered(request, dossier, "referral", packet, lambda said: asked(**said), again)
    if act == "clear":
        cleared = ClearanceForm(request.POST)
        return answered(
            request, dossier, "referral", cleared, lambda _said: record(dossier, cleared, **_who(request)), again
        )
    if act == "suspect":
        suspect = SuspectForm(request.POST)
        return answered(
            request, dossier, "referral", suspect, lambda _said: add(dossier, suspect, **_who(request)), again
        )
    if act in _STRIKES:
        struck, case, do = StrikeForm(request.POST), number(request.POST.get("key")), _STRIKES[act]
        return answered(
            request, dossier, "referral", struck, lambda _said: do(dossier, struck, case, **_who(request)), again
        )
    if act not in ACTS:
        raise NotFoundError("The page has no such form.")
    return answered(
        request, dossier, "referral", ACTS[act][0](request.POST),
        lambda said: ACTS[act][2](dossier, **_who(request), **said), again,
    )  # fmt: skip


def _who(request: HttpRequest) -> dict[str, Any]:
    """Return who acts, and on which version.

    Raises:
        RefusedError: the form does not say which version the actor looked at.
    """
    seen = request.POST.get("version", "")
    if not is_number(seen):
        raise RefusedError(_("The form is not complete: see below."))
    return {"by": signed_user(request), "seen": int(seen)}


def _page(
    request: HttpRequest,
    operation: Operation,
    dossier: Dossier,
    form: forms.Form | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    """Show the page, with a form that was refused in place of the empty one."""
    found = referrals_of(dossier)
    refused = request.POST.get("act", "") if form else ""
    ready = dossier.stage == Stage.READY
    context = {
        "operation": operation,
        "tab": "persons",
        "code": dossier.person_code,
        "name": dossier.name,
        "dossier": dossier,
        "referrals": [_shown(one) for one in reversed(found)],
        "packet": _packet_act(form if refused == "packet" else None),
        "gaps": _gaps(dossier) if ready else [],
        "acts": [_act(act, form if act == refused else None) for act in _possible(request, dossier, found)],
        **_clearances(request, dossier, form if refused in {"clear", "suspect", *_STRIKES} else None),
        "problem": problem,
    }
    return render(request, _TEMPLATE, context, status=status)


def _gaps(dossier: Dossier) -> list[Missing]:
    """Return what is missing before the case can be sent, but the sending itself."""
    return [one for one in missing(facts_of(dossier), Stage.READY, Stage.REFERRED) if one.code != "no-referral"]


def _possible(request: HttpRequest, dossier: Dossier, found: list[SeenReferral]) -> list[str]:
    """Return the acts that can come next and that the user's role permits."""
    acts: list[str] = []
    newest = found[-1] if found and found[-1].referral.over_at is None else None
    decision = _newest(newest) if newest else None
    if dossier.stage == Stage.READY:
        acts.append("send")
    elif newest and dossier.stage == Stage.REFERRED:
        acts.append("dispose" if newest.referral.received_on else "receive")
        if newest.referral.received_on and decision is None:
            acts.append("withdraw-receipt")
    elif decision and dossier.stage in {Stage.DECIDED, Stage.CLOSED}:
        acts += _after(decision)
    here = dossier.stage in {Stage.REFERRED, Stage.DECIDED, Stage.CLOSED}
    if here and decision and not decision.inquests.all():
        acts.append("withdraw-disposition")
    return [act for act in acts if allows(request.user, ACTS[act][1])]


def _clearances(request: HttpRequest, dossier: Dossier, refused: forms.Form | None) -> dict[str, Any]:
    """Return the cleared cases of a person, and the forms for whoever may record and strike them."""
    may = allows(request.user, Act.RECORD_CLEARANCE)
    shown = clearances_shown(dossier, signed_user(request))
    for one in shown if may else ():
        if one["entry"].struck_at is None and one["place"].struck_at is None:
            others = one["others"] or one["others_unseen"]
            one["strikes"] = [
                _strike(request, act, one["entry"].pk, refused)
                for act in (("strike-suspect", "strike") if others else ("strike",))
            ]
    if not may or dossier.stage not in {Stage.REFERRED, Stage.DECIDED, Stage.CLOSED}:
        return {"clearances": shown, "records": []}
    records = [
        _record("clear", _("Record a clearance"), ClearanceForm, refused),
        _record("suspect", _("Add this person to a case recorded with another"), SuspectForm, refused),
    ]
    return {"clearances": shown, "records": records}


def _strike(request: HttpRequest, act: str, case: int, refused: forms.Form | None) -> dict[str, Any]:
    """Return the form that strikes a case, or the person from it: as it was refused, or empty."""
    mine = request.POST.get("act") == act and number(request.POST.get("key")) == case
    form = refused if mine and isinstance(refused, StrikeForm) else None
    button = _("Strike case %(case)s") if act == "strike" else _("Strike this person from case %(case)s")
    return {
        "act": act, "key": str(case), "form": form or StrikeForm(auto_id=f"id_{act}{case}_%s"),
        "open": form is not None, "button": button % {"case": case},
    }  # fmt: skip


def _record(act: str, button: str, kind: type[forms.Form], refused: forms.Form | None) -> dict[str, Any]:
    """Return a form that records something of clearances: as it was refused, or empty."""
    typed = refused if isinstance(refused, kind) else None
    return {
        "act": act, "key": "", "form": typed or kind(auto_id=f"id_{act}_%s"), "open": typed is not None,
        "button": button,
    }  # fmt: skip


def _newest(one: SeenReferral) -> Disposition | None:
    """Return the last disposition that was not recorded by mistake, None for none."""
    return next((made for made in reversed(one.dispositions) if made.withdrawn_at is None), None)


def _after(decision: Disposition) -> list[str]:
    """Return the acts that can follow a decision: none after a prosecution, a committee after a non-prosecution."""
    of = disposition_kind(decision.kind).of
    if of is DispositionClass.PROSECUTION:
        return []
    if of is not DispositionClass.NON_PROSECUTION:
        return ["reopen"]
    reviewed = any(one.resolved_on is None for one in decision.inquests.all())
    return ["reopen", "resolve" if reviewed else "inquest"]


def _packet_act(refused: forms.Form | None) -> dict[str, Any]:
    """Return the form that asks for the packet, as it was refused or empty."""
    form = refused if refused is not None else PacketForm(auto_id="id_packet_%s")
    return {
        "act": "packet", "key": "", "form": form, "open": refused is not None,
        "button": _("Ask for the packet as a signed PDF"),
    }  # fmt: skip


def _act(act: str, refused: forms.Form | None) -> dict[str, Any]:
    """Return an act's form for the template: as it was refused, or empty."""
    form = refused if refused is not None else ACTS[act][0](auto_id=f"id_{act}_%s")
    return {"act": act, "key": "", "form": form, "open": refused is not None, "button": ACTS[act][3]}


def _shown(one: SeenReferral) -> dict[str, Any]:
    """Return a referral in the words of the page."""
    language, offices = page_language(), prosecutors_offices()
    contents = one.referral.contents
    return {
        "seen": one,
        "entry": one.referral,
        "office": offices[one.referral.office].said(language),
        "office_now": offices[one.office].said(language) if one.office != one.referral.office else "",
        "counts": {part: len(contents[part]) for part in ("facts", "assessments", "persons")},
        "persons": contents["persons"],
        "dispositions": [
            {
                "entry": made,
                "kind": disposition_kind(made.kind).said(language),
                "office": offices[made.office].said(language) if made.office else "",
                "ground": reopening_grounds()[made.lifted_ground].said(language) if made.lifted_ground else "",
                "inquests": [
                    (each, inquest_resolutions()[each.resolution].said(language) if each.resolution else "")
                    for each in made.inquests.all()
                ],
            }
            for made in one.dispositions
        ],
    }
