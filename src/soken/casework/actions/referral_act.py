"""What the acts on a case at the prosecutor's share: the referral that stands, the decision, days in their order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from soken.casework.actions.said import working_day
from soken.casework.models import Disposition, Referral
from soken.core.errors import BadInputError, RefusedError

if TYPE_CHECKING:
    from datetime import date

    from soken.casework.models import Dossier


def standing_referral(dossier: Dossier) -> Referral:
    """Return the referral that stands, locked until the act is done.

    Raises:
        RefusedError: the case is not at the prosecutor's.
    """
    found = Referral.objects.select_for_update().filter(dossier=dossier, over_at__isnull=True).first()
    if found is None:
        raise RefusedError(_("%(person)s has not been referred.") % {"person": dossier.person_code})
    return found


def standing_decision(referral: Referral) -> Disposition:
    """Return the final disposition that stands.

    Raises:
        RefusedError: nothing is decided, or the case was taken up again.
    """
    found = referral.dispositions.filter(final=True, lifted_on__isnull=True, withdrawn_at__isnull=True).first()
    if found is None:
        raise RefusedError(_("No decision stands on referral %(reference)s.") % {"reference": referral.reference})
    return found


def day_after(day: date, what: str, before: date, dossier: Dossier) -> date:
    """Return a day that is not in the future and not before what came before it.

    Raises:
        BadInputError: it is.
    """
    working_day(day, what, dossier)
    if day < before:
        raise BadInputError(
            _("%(what)s (%(day)s) lies before %(before)s, the step before it; check the date.")
            % {"what": what, "day": day.isoformat(), "before": before.isoformat()}
        )
    return day
