"""A person's case at the prosecutor's: send it, record its receipt, what was decided, taken up again and reviewed."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from soken.access.policy import Act, allows
from soken.casework.actions.ask_disclosure import ask_disclosure
from soken.casework.selectors.court import before_court_of, final_of, may_indict_anew, standing_verdicts
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
from soken.desk.lawbreaking_forms import (
    LawbreakingForm,
    StrikeChildForm,
    lawbreakings_shown,
    record_child,
    strike_child,
)
from soken.desk.posted import answered, is_number, no_dossier, number
from soken.desk.referral_forms import ACTS, PacketForm
from soken.desk.same_suspect_forms import (
    NotSameSuspectForm,
    SameSuspectForm,
    same_suspects_shown,
    say_same,
    withdraw_same,
)
from soken.desk.views.signed import signed_user
from soken.desk.words import page_language
from soken.reference.dispositions import DispositionClass, disposition_kind, inquest_resolutions, reopening_grounds
from soken.reference.forces import prosecutors_offices
from soken.reference.verdicts import COURTS, instance_named, verdict_kind
from soken.review.stages import Stage
from soken.review.transitions import missing

if TYPE_CHECKING:
    from collections.abc import Callable

    from django import forms
    from django.http import HttpRequest, HttpResponse

    from soken.casework.models import Disposition, Dossier, Operation
    from soken.casework.selectors.referrals import SeenReferral
    from soken.review.guards import Missing

_TEMPLATE: Final = "desk/referral.html"
_SENT: Final = frozenset({Stage.REFERRED, Stage.DECIDED, Stage.CLOSED})
#: Act that records something of clearances → its form, and what it does.
_WHOLE: Final[dict[str, tuple[type[forms.Form], Callable[..., None]]]] = {
    "clear": (ClearanceForm, record),
    "suspect": (SuspectForm, add),
    "same": (SameSuspectForm, say_same),
    "lawbreaking": (LawbreakingForm, record_child),
}
#: Act that strikes or withdraws an entry, whose number its form carries along → its form, and what it does.
_OF_ENTRY: Final[dict[str, tuple[type[forms.Form], Callable[..., None]]]] = {
    "strike": (StrikeForm, strike),
    "strike-suspect": (StrikeForm, strike_place),
    "not-same": (NotSameSuspectForm, withdraw_same),
    "strike-child": (StrikeChildForm, strike_child),
}


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
    if act in _WHOLE:
        kind, do_whole = _WHOLE[act]
        typed = kind(request.POST)
        return answered(
            request, dossier, "referral", typed, lambda _said: do_whole(dossier, typed, **_who(request)), again
        )
    if act in _OF_ENTRY:
        struck, key = _OF_ENTRY[act][0](request.POST), number(request.POST.get("key"))
        return answered(
            request, dossier, "referral", struck,
            lambda _said: _OF_ENTRY[act][1](dossier, struck, key, **_who(request)), again,
        )  # fmt: skip
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
    ready = dossier.stage == Stage.READY or (dossier.stage == Stage.DECEASED and not _was_sent(dossier))
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
        **_lawbreaking(request, dossier, form if refused in {"lawbreaking", "strike-child"} else None),
        **_clearances(request, dossier, form if refused in {*_WHOLE, *_OF_ENTRY} else None),
        "problem": problem,
    }
    return render(request, _TEMPLATE, context, status=status)


def _gaps(dossier: Dossier) -> list[Missing]:
    """Return what is missing before the case can be sent, but the sending itself."""
    dead = dossier.stage == Stage.DECEASED
    before, after = (Stage.DECEASED, Stage.DECEASED) if dead else (Stage.READY, Stage.REFERRED)
    return [one for one in missing(facts_of(dossier), before, after) if one.code != "no-referral"]


def _possible(request: HttpRequest, dossier: Dossier, found: list[SeenReferral]) -> list[str]:
    """Return the acts that can come next and that the user's role permits."""
    acts: list[str] = []
    newest = found[-1] if found and found[-1].referral.over_at is None else None
    decision = _newest(newest) if newest else None
    dead = dossier.stage == Stage.DECEASED
    if dossier.stage == Stage.READY or (dead and newest is None):
        acts.append("send")
    elif newest and (dossier.stage == Stage.REFERRED or (dead and not _stands(decision))):
        acts.append("dispose" if newest.referral.received_on else "receive")
        if newest.referral.received_on and decision is None:
            acts.append("withdraw-receipt")
    elif decision and dossier.stage in {Stage.DECIDED, Stage.CLOSED}:
        acts += _after(decision)
    if (dossier.stage in _SENT or dead) and decision and not decision.inquests.all() and not _judged(decision):
        acts.append("withdraw-disposition")
    acts += _in_court(found)
    return [act for act in acts if allows(request.user, ACTS[act][1])]


def _clearances(request: HttpRequest, dossier: Dossier, refused: forms.Form | None) -> dict[str, Any]:
    """Return the cleared cases of a person, and the forms for whoever may record and strike them."""
    may = allows(request.user, Act.RECORD_CLEARANCE)
    shown, same = clearances_shown(dossier, signed_user(request)), same_suspects_shown(dossier, signed_user(request))
    for one in shown if may else ():
        if one["entry"].struck_at is None and one["place"].struck_at is None:
            case = one["entry"].pk
            if one["others"] or one["others_unseen"]:
                button = _("Strike this person from case %(case)s") % {"case": case}
                one["strikes"] = [_of_entry(request, "strike-suspect", case, button, refused)]
            button = _("Strike case %(case)s") % {"case": case}
            one.setdefault("strikes", []).append(_of_entry(request, "strike", case, button, refused))
    for said in same if may else ():
        if said["entry"].withdrawn_at is None:
            said["act"] = _of_entry(request, "not-same", said["entry"].pk, _("Withdraw this statement"), refused)
    if not may or not _was_sent(dossier):
        return {"clearances": shown, "same": same, "records": [], "say_same": None}
    records = [
        _record("clear", _("Record a clearance"), ClearanceForm, refused),
        _record("suspect", _("Add this person to a case recorded with another"), SuspectForm, refused),
    ]
    say = _record("same", _("Say that this is the same suspect as one of another operation"), SameSuspectForm, refused)
    return {"clearances": shown, "same": same, "records": records, "say_same": say}


def _lawbreaking(request: HttpRequest, dossier: Dossier, refused: forms.Form | None) -> dict[str, Any]:
    """Return what is recorded of a child under 14, and the forms for whoever may record and strike it."""
    may, shown = allows(request.user, Act.RECORD_CLEARANCE), lawbreakings_shown(dossier)
    for one in shown if may else ():
        if one["entry"].struck_at is None:
            button = _("Strike entry %(entry)s") % {"entry": one["entry"].pk}
            one["act"] = _of_entry(request, "strike-child", one["entry"].pk, button, refused)
    offered = may and (shown or dossier.stage == Stage.NOT_CHARGEABLE or facts_of(dossier).under_fourteen)
    button = _("Record a lawbreaking child: under 14 at the act")
    return {
        "children": shown,
        "record_child": _record("lawbreaking", button, LawbreakingForm, refused) if offered else None,
    }


def _of_entry(request: HttpRequest, act: str, key: int, button: str, refused: forms.Form | None) -> dict[str, Any]:
    """Return the form that strikes or withdraws an entry: as it was refused, or empty."""
    mine = request.POST.get("act") == act and number(request.POST.get("key")) == key
    form = refused if mine else None
    return {
        "act": act, "key": str(key), "form": form or _OF_ENTRY[act][0](auto_id=f"id_{act}{key}_%s"),
        "open": form is not None, "button": button,
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


def _was_sent(dossier: Dossier) -> bool:
    """Tell whether a person's case was sent, also of one who has died since."""
    dead = dossier.stage == Stage.DECEASED
    return dossier.stage in _SENT or (dead and dossier.referrals.filter(over_at__isnull=True).exists())


def _stands(decision: Disposition | None) -> bool:
    """Tell whether a decision is final and was not lifted."""
    return decision is not None and decision.final and decision.lifted_on is None


def _after(decision: Disposition) -> list[str]:
    """Return the acts that can follow a decision.

    A prosecution is taken up again once a court has ended it so, a committee reviews a non-prosecution.
    """
    of = before_court_of(decision)
    if of is DispositionClass.PROSECUTION:
        return ["reopen"] if may_indict_anew(decision) else []
    if of is not DispositionClass.NON_PROSECUTION:
        return ["reopen"]
    reviewed = any(one.resolved_on is None for one in decision.inquests.all())
    return ["reopen", "resolve" if reviewed else "inquest"]


def _judged(decision: Disposition) -> bool:
    """Tell whether a court has decided on what stands."""
    return decision.lifted_on is None and bool(standing_verdicts(decision))


def _in_court(found: list[SeenReferral]) -> list[str]:
    """Return the acts on what a court decides: while what brought a case before it stands, whoever the person is."""
    made = (one for each in reversed(found) for one in reversed(each.dispositions) if one.withdrawn_at is None)
    decision = next((one for one in made if _stands(one) and disposition_kind(one.kind).of in COURTS), None)
    if decision is None:
        return []
    judged = standing_verdicts(decision)
    if not judged:
        return ["verdict"]
    return ["verdict", *(["verdict-final"] if judged[-1].final_on is None else []), "withdraw-verdict"]


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


def _court(made: Disposition) -> str:
    """Say what courts have decided for good on what the prosecutor decided; '' where no court has the case."""
    if not _stands(made) or made.withdrawn_at is not None or disposition_kind(made.kind).of not in COURTS:
        return ""
    final = final_of(made)
    if final is None:
        return _("No final verdict is recorded.")
    return _("What counts: %(verdict)s, final since %(day)s.") % {
        "verdict": verdict_kind(final.kind).said(page_language()), "day": final.on.isoformat(),
    }  # fmt: skip


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
                "verdicts": [
                    (each, verdict_kind(each.kind).said(language), instance_named(each.instance).said(language))
                    for each in made.verdicts.all()
                ],
                "court": _court(made),
            }
            for made in one.dispositions
        ],
    }
