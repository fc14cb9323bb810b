"""What the acts of child safety share. None asks about a dossier, its stage, its owner or its band (R17)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from soken.access.policy import Act
from soken.casework.actions.dossier_act import check_right
from soken.casework.models import SafetyNotification
from soken.core import clock
from soken.core.errors import BadInputError, NotFoundError, RefusedError

if TYPE_CHECKING:
    from datetime import datetime

    from soken.access.models import User
    from soken.casework.models import Operation

#: Longest name of an office or a person there.
LONGEST_NAME: Final = 200
#: Clocks of different machines may differ by this much.
_SLACK: Final = timedelta(minutes=5)


def open_one(operation: Operation, key: int, by: User) -> SafetyNotification:
    """Return a notification whose answer is awaited, locked until the act is done.

    Raises:
        NotFoundError: there is none, or the actor is no member of the operation.
        RefusedError: it is acknowledged or cancelled already, or the role does not permit the act.
    """
    check_right(operation, by, Act.NOTIFY_SAFETY)
    found = SafetyNotification.objects.select_for_update().filter(operation=operation, pk=key).first()
    if found is None:
        raise NotFoundError(_("%(operation)s has no notification %(key)s.") % {"operation": operation.name, "key": key})
    if found.acknowledged_at:
        raise RefusedError(
            _("Notification %(key)s was acknowledged already, by %(who)s.") % {"key": key, "who": found.acknowledged_by}
        )
    if found.cancelled_at:
        raise RefusedError(_("Notification %(key)s was cancelled already.") % {"key": key})
    return found


def moment_of(at: datetime | None, earliest: datetime, what: str) -> datetime:
    """Return a moment that can be: not in the future, not before what it follows.

    Args:
        at: as said; now, if nothing was.
        earliest: what it follows.
        what: what it is, for the error.

    Raises:
        BadInputError: it cannot be.
    """
    now = clock.now()
    moment = at or now
    if moment.tzinfo is None:
        raise BadInputError(_("%(what)s has no time zone.") % {"what": what})
    if moment > now + _SLACK:
        raise BadInputError(_("%(what)s lies in the future; check the date and the time.") % {"what": what})
    if moment < earliest:
        raise BadInputError(_("%(what)s lies before what it follows; check the date and the time.") % {"what": what})
    return min(moment, now)
