"""Withdraw a confirmation of identity."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from soken.access.policy import Act
from soken.casework.actions.dossier_act import acting
from soken.casework.actions.said import in_words
from soken.core import clock
from soken.core.errors import RefusedError

if TYPE_CHECKING:
    from soken.access.models import User
    from soken.casework.models import Dossier, IdentityConfirmation


def withdraw_confirmation(
    dossier: Dossier, *, by: User, whose: str, reason: str, seen: int | None = None
) -> IdentityConfirmation:
    """Take a confirmation back; anybody who may confirm may doubt, also another's word.

    Args:
        dossier: whose.
        by: who withdraws.
        whose: name of the user who confirmed.
        reason: why.
        seen: version of the dossier that the actor saw.

    Raises:
        BadInputError: the reason is missing.
        RefusedError: no confirmation by this user is in force; and see `acting`.
        NotFoundError: see `acting`.
    """
    said = in_words(reason, _("The reason"))
    with acting(dossier, by, Act.CONFIRM_IDENTITY, seen=seen) as now:
        found = now.confirmations.filter(by__username=whose, withdrawn_at__isnull=True).first()
        if found is None:
            raise RefusedError(_("No confirmation by %(user)s is in force.") % {"user": whose[:150]})
        found.withdrawn_at = clock.now()
        found.withdrawn_by = by
        found.withdrawn_reason = said
        found.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
        return found
