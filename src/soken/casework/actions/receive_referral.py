"""Record that the prosecutors' office received a case."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from soken.access.policy import Act
from soken.casework.actions.dossier_act import acting, check_going_on
from soken.casework.actions.referral_act import day_after, standing_referral
from soken.casework.actions.said import in_words
from soken.casework.models.warrant import folded
from soken.core import clock
from soken.core.errors import RefusedError

if TYPE_CHECKING:
    from datetime import date

    from soken.access.models import User
    from soken.casework.models import Dossier, Referral

_LONGEST_NUMBER: Final = 120


def receive_referral(dossier: Dossier, *, by: User, on: date, number: str, seen: int | None = None) -> Referral:
    """Record the receipt.

    Args:
        dossier: whose.
        by: who records it.
        on: when the office received the case, a day in Japan.
        number: the office's number of it.
        seen: version of the dossier that the actor saw.

    Raises:
        BadInputError: the number is missing, or the day cannot be.
        RefusedError: nothing was referred, it is received already; and see `acting` and `check_going_on`.
        NotFoundError: see `acting`.
    """
    said = in_words(number, _("The office's number"), longest=_LONGEST_NUMBER)
    with acting(dossier, by, Act.RECORD_PROSECUTOR, seen=seen, frozen_too=True) as now:
        check_going_on(now)
        found = standing_referral(now)
        if found.received_on is not None:
            raise RefusedError(
                _("Referral %(reference)s was received on %(day)s already.")
                % {"reference": found.reference, "day": found.received_on.isoformat()}
            )
        found.received_on = day_after(on, _("The day of receipt"), found.sent_on, now)
        found.received_number, found.received_folded = said, folded(said)
        found.received_by, found.received_at = by, clock.now()
        found.save(update_fields=["received_on", "received_number", "received_folded", "received_by", "received_at"])
        return found
