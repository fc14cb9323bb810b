"""Refer a person's case to the prosecutor, on papers or in custody, through the gate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils import timezone
from django.utils.translation import gettext as _

from soken.access.models import Role, User
from soken.access.policy import Act
from soken.casework.actions.advance import pass_gate, way_for
from soken.casework.actions.dossier_act import acting
from soken.casework.actions.said import in_words, one_of, working_day
from soken.casework.language import page_language
from soken.casework.models import Referral, ReferralKind
from soken.casework.models.dossier import STAGE_NAMES
from soken.casework.models.warrant import folded
from soken.casework.selectors.clocks import held_of
from soken.casework.selectors.deaths import died_on
from soken.casework.selectors.people import keepers_of, people_named, usernames_in
from soken.casework.selectors.referral_contents import contents_of
from soken.core import clock
from soken.core.errors import BadInputError, RefusedError
from soken.refer.contents import PEOPLE, digest_of
from soken.reference.forces import offices_of_force, prosecutors_offices
from soken.review.stages import Stage
from soken.review.transitions import REFER_DEAD

if TYPE_CHECKING:
    from datetime import date

    from soken.casework.models import Dossier, Restraint
    from soken.review.transitions import Transition

_LONGEST_NUMBER: Final = 120


def send_referral(
    dossier: Dossier,
    *,
    by: User,
    kind: str,
    office: str,
    reference: str,
    sent_on: date,
    liaison: str,
    reason: str = "",
    seen: int | None = None,
) -> Referral:
    """Record that the case was sent and take the dossier to *referred*; what was sent is kept as it is now.

    The case of somebody who has died is sent too, on papers; the dossier stays at *deceased*.

    Args:
        dossier: whose.
        by: who decides that it is referred.
        kind: code of `ReferralKind`.
        office: code of the prosecutors' office (`soken.reference.forces`).
        reference: number of the referral.
        sent_on: when, a day in Japan.
        liaison: user name of the liaison officer who brought it; a member of the operation.
        reason: why another office than the force's own, needed then alone.
        seen: version of the dossier that the actor saw.

    Raises:
        BadInputError: a code is not known, a word is missing, or the day cannot be.
        RefusedError: the number was used, the person is held or is not against the kind; and see `acting`.
        GateError: something is missing at the gate.
        NotFoundError: see `acting`.
    """
    how = ReferralKind(one_of(kind, ReferralKind.values, _("The kind of referral")))
    one_of(office, prosecutors_offices(), _("The prosecutors' office"))
    number = in_words(reference, _("The reference"), longest=_LONGEST_NUMBER)
    with acting(dossier, by, Act.REFER, seen=seen) as now:
        way = _way(now, by)
        said = in_words(reason, _("The reason")) if reason.strip() else ""
        _check_office(now, office, said)
        restraint = _restraint(now, how)
        _check_day(now, sent_on, restraint)
        carrier = _liaison(now, liaison)
        if Referral.objects.filter(dossier__operation=now.operation, folded=folded(number)).exists():
            raise RefusedError(_("Referral %(reference)s is recorded already.") % {"reference": number})
        contents = contents_of(now).as_json()
        named = usernames_in(contents) | keepers_of(now.operation, contents)
        contents[PEOPLE] = people_named({*named, carrier.username})
        made = Referral.objects.create(
            dossier=now, kind=how, office=office, reference=number, folded=folded(number), sent_on=sent_on,
            restraint=restraint, contents=contents, contents_sha256=digest_of(contents), liaison=carrier,
            by=by, at=clock.now(),
        )  # fmt: skip
        pass_gate(now, way, by=by, reason=said or number)
        return made


def _way(dossier: Dossier, by: User) -> Transition:
    """Return the way from *ready for action*, or of the dead; from *decided* another leads there, the prosecutor's.

    Raises:
        RefusedError: the dossier stands elsewhere, the case was sent already, or the role may not.
    """
    if dossier.stage == Stage.DECEASED:
        if dossier.referrals.filter(over_at__isnull=True).exists():
            raise RefusedError(_("The case of %(person)s was sent already.") % {"person": dossier.person_code})
        return way_for(dossier, Stage.DECEASED, by, own=REFER_DEAD)
    if dossier.stage != Stage.READY:
        raise RefusedError(
            _("%(person)s is at “%(stage)s”: a case is referred at “ready for action” only.")
            % {"person": dossier.person_code, "stage": STAGE_NAMES[Stage(dossier.stage)]}
        )
    return way_for(dossier, Stage.REFERRED, by)


def _check_office(dossier: Dossier, office: str, reason: str) -> None:
    """Refuse another office than the owning force's own where nobody says why.

    Raises:
        BadInputError: the office is another's and no reason is given.
    """
    own = offices_of_force(dossier.force)
    if office not in {one.code for one in own} and not reason:
        raise BadInputError(
            _("The owning force refers to %(own)s; say why this case goes to %(office)s.")
            % {
                "own": ", ".join(one.said(page_language()) for one in own) or "–",
                "office": prosecutors_offices()[office].said(page_language()),
            }
        )


def _check_day(dossier: Dossier, sent_on: date, restraint: Restraint | None) -> None:
    """Refuse a day in the future, or before what must come first: the list, readiness, death, the restraint.

    An old case that was taken over was sent before anybody took the dossier to its stages here.

    Raises:
        BadInputError: the day cannot be.
    """
    working_day(sent_on, _("The day of the referral"), dossier)
    if sent_on < dossier.received_on:
        raise BadInputError(
            _("The day of the referral (%(day)s) lies before %(received)s, when the list was received.")
            % {"day": sent_on.isoformat(), "received": dossier.received_on.isoformat()}
        )
    died = died_on(dossier)
    if died is not None and sent_on < died:
        raise BadInputError(
            _("The day of the referral (%(day)s) lies before the day of death (%(died)s).")
            % {"day": sent_on.isoformat(), "died": died.isoformat()}
        )
    ready = dossier.stage_changes.filter(after=Stage.READY).order_by("-pk").values_list("at", flat=True).first()
    if ready is not None and sent_on < timezone.localdate(ready) and not dossier.old_cases.exists():
        raise BadInputError(
            _("The day of the referral (%(day)s) lies before %(ready)s, when the dossier became ready for action.")
            % {"day": sent_on.isoformat(), "ready": timezone.localdate(ready).isoformat()}
        )
    if restraint is not None and sent_on < timezone.localdate(restraint.began_at):
        raise BadInputError(
            _("The day of the referral (%(day)s) lies before %(held)s, since when the person is held.")
            % {"day": sent_on.isoformat(), "held": timezone.localdate(restraint.began_at).isoformat()}
        )


def _liaison(dossier: Dossier, name: str) -> User:
    """Return the liaison officer of this name who belongs to the operation.

    Raises:
        BadInputError: nobody active of this name is a liaison officer there.
    """
    found = User.objects.filter(
        username=name.strip(), role=Role.LIAISON, is_active=True, memberships__operation=dossier.operation_id
    ).first()
    if found is None:
        raise BadInputError(
            _("%(name)s is no liaison officer of the operation; name the one who brings the case to the prosecutor.")
            % {"name": name.strip()[:40] or "–"}
        )
    return found


def _restraint(dossier: Dossier, kind: ReferralKind) -> Restraint | None:
    """Return the restraint under which the person is referred, None on papers.

    Raises:
        RefusedError: the person is held and would go on papers, or is not held and would go in custody.
    """
    if kind is ReferralKind.CUSTODY and dossier.stage == Stage.DECEASED:
        raise RefusedError(_("%(person)s has died: refer on papers.") % {"person": dossier.person_code})
    standing = dossier.restraints.filter(withdrawn_at__isnull=True).order_by("began_at", "pk").last()
    held = standing if standing is not None and held_of(standing, standing.steps.all()).held else None
    if kind is ReferralKind.PAPERS and held is not None:
        raise RefusedError(
            _("%(person)s is held: refer in custody, or record the release first.") % {"person": dossier.person_code}
        )
    if kind is ReferralKind.CUSTODY and held is None:
        raise RefusedError(
            _("Nobody has recorded that %(person)s is held: refer on papers, or record the restraint first.")
            % {"person": dossier.person_code}
        )
    return held
