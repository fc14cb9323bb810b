"""Notifications of a user, and the counts of a digest that names nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from soken.casework.models import Notification, Operation
from soken.casework.selectors.boards import board

if TYPE_CHECKING:
    from soken.access.models import User

#: Notifications shown, the newest.
SHOWN: Final = 100


def notifications_of(user: User) -> list[Notification]:
    """Return a user's notifications in operations that they may still see, newest first; bounded."""
    found = Notification.objects.filter(user=user, dossier__operation__in=Operation.objects.visible_to(user))
    return list(found.select_related("dossier__operation").order_by("-pk")[:SHOWN])


def unread_count(user: User) -> int:
    """Return how many notifications a user has not read, in operations that they may still see."""
    return Notification.objects.filter(
        user=user, read_at__isnull=True, dossier__operation__in=Operation.objects.visible_to(user)
    ).count()


def digest_counts(user: User) -> dict[str, int]:
    """Return the kinds of work that wait for a user, with how many; no name and no code of anybody.

    Returns:
        kind → how many, only those above 0; kinds are the attributes of `Board`, and 'unread'.
    """
    found = board(user)
    counts = {"unread": unread_count(user)}
    if found is not None:
        for kind in ("safety", "clocks", "tasks", "transfers", "reviews", "lowerings", "overdue"):
            counts[kind] = getattr(found, kind).total
    return {kind: count for kind, count in counts.items() if count}
