"""Mark notifications as read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from soken.casework.models import Notification
from soken.core import clock

if TYPE_CHECKING:
    from soken.access.models import User


def mark_read(*, by: User, key: int | None = None) -> int:
    """Mark one's own notifications as read: one, or all of them; return how many were unread.

    Args:
        by: whose.
        key: number of the one; None for all.
    """
    unread = Notification.objects.filter(user=by, read_at__isnull=True)
    return (unread if key is None else unread.filter(pk=key)).update(read_at=clock.now())
