"""Tell the other side of a transfer what came up; inside the act's transaction, never oneself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from soken.casework.models import Membership, Notification, NotificationKind
from soken.casework.selectors.transfers import answerers
from soken.core import clock

if TYPE_CHECKING:
    from soken.access.models import User
    from soken.casework.models import Transfer


def tell_receivers(transfer: Transfer, kind: NotificationKind, *, but: User) -> None:
    """Notify everybody of the receiving force who could answer, except whoever acts."""
    _tell(transfer, kind, [one for one in answerers(transfer).values_list("user", flat=True) if one != but.pk])


def tell_offerer(transfer: Transfer, kind: NotificationKind, *, but: User) -> None:
    """Notify whoever offered, if they are still a member of the operation and do not act themselves."""
    member = Membership.objects.filter(operation=transfer.dossier.operation_id, user=transfer.offered_by_id)
    _tell(transfer, kind, [one for one in member.values_list("user", flat=True) if one != but.pk])


def _tell(transfer: Transfer, kind: NotificationKind, users: list[int]) -> None:
    """Write one notification a user, in one statement."""
    at = clock.now()
    Notification.objects.bulk_create(
        Notification(user_id=user, dossier=transfer.dossier, kind=kind, at=at) for user in users
    )
