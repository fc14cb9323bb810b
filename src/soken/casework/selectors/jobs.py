"""What workers do and have done for an operation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from soken.casework.models import Job

if TYPE_CHECKING:
    from soken.casework.models import Operation

_SHOWN: Final = 20


def newest_jobs(operation: Operation) -> list[Job]:
    """Return the operation's newest background work."""
    return list(Job.objects.filter(operation=operation).select_related("asked_by", "cancelled_by")[:_SHOWN])
