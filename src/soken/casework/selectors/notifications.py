"""Notifications of a user: what came up, like with like, and how many are unread."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Final

from soken.casework.models import Notification, NotificationKind, Operation
from soken.casework.models.blind import blind_dossiers

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from soken.access.models import User

#: Notifications looked at, the newest.
SHOWN: Final = 400
#: What a person's band can be told from; not shown to whoever is to assess the person blind.
_OF_BAND: Final = (
    NotificationKind.TARGET_SOON, NotificationKind.TARGET_OVERDUE, NotificationKind.TARGET_ALARM,
    NotificationKind.REASSESS, NotificationKind.LOWERING_WAITS, NotificationKind.SAFETY_UNTOLD,
    NotificationKind.SECOND_HIGHER,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Told:
    """Notifications of one kind that came up in one operation at one moment.

    Attributes:
        first: one of them, which says kind, operation and moment.
        each: all of them, in the order of the persons' codes.
        unread: whether any is unread.
    """

    first: Notification
    each: tuple[Notification, ...]
    unread: bool

    @property
    def keys(self) -> str:
        """The numbers of the unread, as a form sends them."""
        return ",".join(str(one.pk) for one in self.each if one.read_at is None)


def notifications_of(user: User) -> list[Notification]:
    """Return a user's notifications in operations that they may still see, newest first; bounded."""
    return list(_of(user).select_related("operation").order_by("-pk")[:SHOWN])


def notifications_together(user: User) -> list[Told]:
    """Return the same, those of one kind that came up at once taken together."""
    found = []
    for (_at, _operation, _kind), some in groupby(notifications_of(user), key=_together):
        each = tuple(sorted(some, key=lambda one: one.person_code))
        found.append(Told(each[0], each, any(one.read_at is None for one in each)))
    return found


def unread_of(user: User) -> QuerySet[Notification]:
    """Return what a user has not read, in operations that they may still see."""
    return _of(user).filter(read_at__isnull=True)


def unread_count(user: User) -> int:
    """Return how many notifications a user has not read, in operations that they may still see.

    Every page asks: who has read all of theirs is told so without a look at what they may see.
    """
    unread = Notification.objects.filter(user=user, read_at=None)
    return unread_of(user).count() if unread.exists() else 0


def _of(user: User) -> QuerySet[Notification]:
    """Return a user's notifications in operations that they may still see, of nobody's band whom they assess blind."""
    own = Notification.objects.filter(user=user, operation__in=Operation.objects.visible_to(user))
    return own.exclude(kind__in=_OF_BAND, dossier__in=blind_dossiers(user))


def _together(one: Notification) -> tuple[datetime, int, str]:
    """Return by what notifications are taken together."""
    return one.at, one.operation_id, one.kind
