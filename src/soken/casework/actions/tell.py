"""Notify people on the desk of something about a dossier; inside the act's transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from soken.casework.models import Notification
from soken.core import clock

if TYPE_CHECKING:
    from collections.abc import Iterable

    from soken.casework.models import Dossier, NotificationKind


def tell(users: Iterable[int], dossier: Dossier, kind: NotificationKind) -> None:
    """Write one notification a user, in one statement.

    Args:
        users: keys of those who are told.
        dossier: about whom.
        kind: what came up.
    """
    at = clock.now()
    Notification.objects.bulk_create(
        Notification(
            user_id=user, operation_id=dossier.operation_id, dossier=dossier, person_code=dossier.person_code,
            kind=kind, at=at,
        )
        for user in users
    )  # fmt: skip
