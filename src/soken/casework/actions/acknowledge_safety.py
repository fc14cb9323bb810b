"""Enter that a body which protects children has acknowledged a notification (R17)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from soken.access.policy import Act
from soken.casework.actions.reassess_due import reassess_due
from soken.casework.actions.safety_act import LONGEST_NAME, moment_of, open_one
from soken.casework.actions.said import in_words
from soken.casework.models import Dossier

if TYPE_CHECKING:
    from datetime import datetime

    from soken.access.models import User
    from soken.casework.models import Operation, SafetyNotification


def acknowledge_safety(
    operation: Operation, key: int, *, by: User, who: str, at: datetime | None = None
) -> SafetyNotification:
    """Enter that the body has acknowledged a notification.

    Args:
        operation: where it was made.
        key: number of the notification.
        by: who enters it.
        who: who acknowledged it there.
        at: when; now, if not said.

    Raises:
        BadInputError: the name is missing, or the time lies before the notification or in the future.
        NotFoundError: no such notification, or the actor is no member of the operation.
        RefusedError: it is acknowledged or cancelled already, or the role does not permit it.
    """
    named = in_words(who, _("Who acknowledged it"), longest=LONGEST_NAME)
    with transaction.atomic():
        found = open_one(operation, key, by)
        found.acknowledged_at = moment_of(at, found.notified_at, _("The acknowledgement"))
        found.acknowledged_by, found.acknowledgement_entered_by = named, by
        found.save(update_fields=["acknowledged_at", "acknowledged_by", "acknowledgement_entered_by"])
        dossier = Dossier.objects.filter(operation=operation, person_code=found.person_code).first()
        if dossier is not None:
            reassess_due(dossier, Act.NOTIFY_SAFETY)
    return found
