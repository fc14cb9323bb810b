"""Mark notifications as read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from soken.casework.models import Notification
from soken.core import clock

if TYPE_CHECKING:
    from collections.abc import Iterable

    from soken.access.models import User


def mark_read(*, by: User, keys: Iterable[int] | None = None) -> int:
    """Mark one's own notifications as read: some, or all of them; return how many were unread.

    Args:
        by: whose.
        keys: numbers of those; None for all.
    """
    unread = Notification.objects.filter(user=by, read_at__isnull=True)
    return (unread if keys is None else unread.filter(pk__in=[*keys])).update(read_at=clock.now())
