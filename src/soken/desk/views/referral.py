"""A person's case at the prosecutor's: send it, record its receipt, what was decided, taken up again and reviewed."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from soken.access.policy import Act, allows
from soken.casework.selectors.dossier import dossier_found, facts_of
from soken.casework.selectors.packet_signer import packet_signer
from soken.casework.selectors.referrals import referrals_of
from soken.core.errors import NotFoundError, RefusedError
from soken.core.home import open_home
from soken.desk.gate import permitted
from soken.desk.packet_words import packet_in_words
from soken.desk.posted import answered, is_number, no_dossier
from soken.desk.referral_forms import ACTS
from soken.desk.views.signed import signed_user
from soken.desk.words import page_language
from soken.exchange.packet import sign, typeset
from soken.ledger.doors import consulted
from soken.ledger.entries import Kind
from soken.reference.dispositions import DispositionClass, disposition_kind, inquest_resolutions, reopening_grounds
from soken.reference.forces import prosecutors_offices
from soken.review.stages import Stage
from soken.review.transitions import missing

if TYPE_CHECKING:
    from django import forms
    from django.http import HttpRequest

    from soken.casework.models import Disposition, Dossier, Operation
    from soken.casework.selectors.referrals import SeenReferral
    from soken.review.guards import Missing

_TEMPLATE: Final = "desk/referral.html"
#: Languages in which a packet can be set.
_LANGUAGES: Final = ("ja", "en")


@permitted(Act.SEE_DOSSIER)
@require_http_methods(["GET", "HEAD", "POST"])
def referral(request: HttpRequest, operation: Operation, code: str) -> HttpResponse:
    """Show a person's case at the prosecutor's; do one act on it."""
    dossier = dossier_found(operation, code)
    if dossier is None:
        return no_dossier(request, operation, code, _TEMPLATE)
    if request.method != "POST":
        if request.GET.get("packet") in _LANGUAGES:
            return _packet(dossier, request.GET["packet"])
        return _page(request, operation, dossier)
    act = request.POST.get("act", "")
    if act not in ACTS:
        raise NotFoundError("The page has no such form.")
    do, again = partial(_do, request, dossier, act), partial(_page, request, operation, dossier)
    return answered(request, dossier, "referral", ACTS[act][0](request.POST), do, again)


def _packet(dossier: Dossier, language: str) -> HttpResponse:
    """Hand out the packet, signed; the ledger holds it as disclosed to whoever has signed in."""
    packet = packet_in_words(dossier, language)
    data = sign(typeset(packet), packet_signer(open_home()), moment=packet.moment)
    answer = HttpResponse(data, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{packet.number}.pdf"'
    consulted(kind=Kind.DISCLOSURE, about=packet.number)
    return answer


def _do(request: HttpRequest, dossier: Dossier, act: str, said: dict[str, Any]) -> None:
    """Do an act.

    Raises:
        RefusedError: the form does not say which version the actor looked at; and see the acts.
    """
    seen = request.POST.get("version", "")
    if not is_number(seen):
        raise RefusedError(_("The form is not complete: see below."))
    ACTS[act][2](dossier, by=signed_user(request), seen=int(seen), **said)


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
        "gaps": _gaps(dossier) if ready else [],
        "acts": [_act(act, form if act == refused else None) for act in _possible(request, dossier, found)],
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
    decision = newest.dispositions[-1] if newest and newest.dispositions else None
    if dossier.stage == Stage.READY:
        acts.append("send")
    elif newest and dossier.stage == Stage.REFERRED:
        acts.append("dispose" if newest.referral.received_on else "receive")
    elif decision and dossier.stage in {Stage.DECIDED, Stage.CLOSED}:
        acts += _after(decision)
    return [act for act in acts if allows(request.user, ACTS[act][1])]


def _after(decision: Disposition) -> list[str]:
    """Return the acts that can follow a decision: none after a prosecution, a committee after a non-prosecution."""
    of = disposition_kind(decision.kind).of
    if of is DispositionClass.PROSECUTION:
        return []
    if of is not DispositionClass.NON_PROSECUTION:
        return ["reopen"]
    reviewed = any(one.resolved_on is None for one in decision.inquests.all())
    return ["reopen", "resolve" if reviewed else "inquest"]


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
