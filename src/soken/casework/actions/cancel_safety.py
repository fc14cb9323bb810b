"""Cancel an entry of a notification that was a mistake (R17)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from soken.casework.actions.safety_act import open_one
from soken.casework.actions.said import in_words
from soken.core import clock

if TYPE_CHECKING:
    from soken.access.models import User
    from soken.casework.models import Operation, SafetyNotification


def cancel_safety(operation: Operation, key: int, *, by: User, reason: str) -> SafetyNotification:
    """Cancel an entry that was a mistake; it stays to be read, with the reason.

    Args:
        operation: where it was made.
        key: number of the notification.
        by: who cancels it.
        reason: in words.

    Raises:
        BadInputError: the reason is missing.
        NotFoundError, RefusedError: see `acknowledge_safety`.
    """
    said = in_words(reason, _("The reason"))
    with transaction.atomic():
        found = open_one(operation, key, by)
        found.cancelled_at, found.cancelled_by, found.cancelled_reason = clock.now(), by, said
        found.save(update_fields=["cancelled_at", "cancelled_by", "cancelled_reason"])
    return found
