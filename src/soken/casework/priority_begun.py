"""Gives every dossier its row of priority in the transaction that opens it: nobody is without a date."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from soken.casework.models import Dossier


def begin_priority(instance: Dossier, *, created: bool, **_signal: Any) -> None:
    """Enter the dates of a new dossier as for the most urgent: unknown is not low (receiver of post_save)."""
    if not created:
        return
    from soken.casework.models import Priority
    from soken.casework.selectors.instrument import targets_in_use
    from soken.prioritise.due import due

    dates = due(targets_in_use(), None, instance.received_on)
    Priority.objects.get_or_create(
        dossier=instance,
        defaults={"operation_id": instance.operation_id, "due_on": dates.due_on, "alarm_on": dates.alarm_on},
    )
