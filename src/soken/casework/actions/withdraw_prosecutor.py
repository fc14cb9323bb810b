"""Withdraw what was recorded by mistake of a case at the prosecutor's: a receipt, or what was decided (R30).

Nothing is erased: a withdrawn entry stays to be read with who withdrew it and why, and counts for nothing. The last
step is withdrawn first, so that what remains is a course that could have been.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from soken.access.policy import Act
from soken.casework.actions.advance import pass_gate, way_for
from soken.casework.actions.dossier_act import acting
from soken.casework.actions.referral_act import standing_referral
from soken.casework.actions.said import in_words
from soken.casework.models import WithdrawnReceipt
from soken.casework.selectors.court import standing_verdicts
from soken.core import clock
from soken.core.errors import RefusedError
from soken.review.stages import Stage

if TYPE_CHECKING:
    from soken.access.models import User
    from soken.casework.models import Disposition, Dossier, Referral


def withdraw_receipt(dossier: Dossier, *, by: User, reason: str, seen: int | None = None) -> WithdrawnReceipt:
    """Withdraw a receipt: the case waits for it again.

    Args:
        dossier: whose.
        by: who withdraws it.
        reason: what was wrong with it, in words.
        seen: version of the dossier that the actor saw.

    Raises:
        BadInputError: the reason is missing.
        RefusedError: nothing was referred, nothing received, or something was decided since; and see `acting`.
        NotFoundError: see `acting`.
    """
    said = in_words(reason, _("The reason"))
    with acting(dossier, by, Act.RECORD_PROSECUTOR, seen=seen) as now:
        found = standing_referral(now)
        if found.received_on is None or found.received_by is None or found.received_at is None:
            raise RefusedError(
                _("The office has not received referral %(reference)s yet: there is no receipt to withdraw.")
                % {"reference": found.reference}
            )
        if found.dispositions.filter(withdrawn_at__isnull=True).exists():
            raise RefusedError(_("Something was decided after the receipt; withdraw that first, if it is wrong too."))
        kept = WithdrawnReceipt.objects.create(
            referral=found, received_on=found.received_on, received_number=found.received_number,
            received_by=found.received_by, received_at=found.received_at, reason=said, by=by, at=clock.now(),
        )  # fmt: skip
        found.received_on, found.received_number, found.received_folded = None, "", ""
        found.received_by, found.received_at = None, None
        found.save(update_fields=["received_on", "received_number", "received_folded", "received_by", "received_at"])
        return kept


def withdraw_disposition(dossier: Dossier, *, by: User, reason: str, seen: int | None = None) -> Disposition:
    """Withdraw the last disposition; where it decided the case, the case is before the prosecutor again.

    Args:
        dossier: whose.
        by: who withdraws it.
        reason: what was wrong with it, in words.
        seen: version of the dossier that the actor saw.

    Raises:
        BadInputError: the reason is missing.
        RefusedError: nothing was decided, a court has decided on it, or a committee has the decision before it or has
            resolved on it; and see `acting`.
        GateError: the dossier has ended.
        NotFoundError: see `acting`.
    """
    said = in_words(reason, _("The reason"))
    with acting(dossier, by, Act.RECORD_PROSECUTOR, seen=seen, frozen_too=True) as now:
        found = _newest(standing_referral(now))
        stood = found.final and found.lifted_on is None
        found.withdrawn_at, found.withdrawn_by, found.withdrawn_reason = clock.now(), by, said
        found.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
        # The dead stay where they are; whoever withdraws the death goes to where the prosecutor has the case.
        if stood and now.stage != Stage.DECEASED:
            pass_gate(now, way_for(now, Stage.REFERRED, by), by=by, reason=said)
        return found


def _newest(referral: Referral) -> Disposition:
    """Return the last disposition, if it can be withdrawn.

    Raises:
        RefusedError: there is none, or a committee took it up or a court decided on it: that would hang in the air.
    """
    found = referral.dispositions.filter(withdrawn_at__isnull=True).order_by("pk").last()
    if found is None:
        raise RefusedError(
            _("Nothing is decided on referral %(reference)s: there is nothing to withdraw.")
            % {"reference": referral.reference}
        )
    if found.inquests.exists():
        raise RefusedError(
            _("A committee has taken this decision up, so it was made; record that the case is taken up again instead.")
        )
    if found.lifted_on is None and standing_verdicts(found):
        raise RefusedError(_("A court has decided on it; withdraw its verdict first, if that is wrong too."))
    return found
