"""A vintage with figures so small that a publication withholds them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

from soken.access.models import Role
from soken.casework.actions.take_vintage import take_vintage
from soken.casework.models import ClearedCase, SafetyNotification
from tests.desk.factory import AT, TAKAHASHI

if TYPE_CHECKING:
    from tests.desk.factory import World

#: Year of the only case.
YEAR = AT.year


def take_small_vintage(world: World) -> None:
    """Take a vintage of an operation with one case and two children safeguarded."""
    liaison = world.users[Role.LIAISON]
    for _ in range(2):
        SafetyNotification.objects.create(
            operation=world.operation, person_code=TAKAHASHI, body="child-guidance-centre",
            office="the nearest", method="phone", notified_at=AT, chase_at=AT, by=liaison, entered_at=AT,
            acknowledged_at=AT, acknowledged_by="somebody", acknowledgement_entered_by=liaison,
        )  # fmt: skip
    ClearedCase.objects.create(
        group="possession", cleared_on=AT.date(), cleared_at="tokyo", network="unstated", operation=world.operation,
        recorded_by=liaison, recorded_at=AT,
    )  # fmt: skip
    take_vintage(settings.HOME, by=None)
