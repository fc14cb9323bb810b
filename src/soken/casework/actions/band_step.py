"""The one place that puts a band in force; a lower one only with two different people behind it (R15)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from soken.casework.models import BandChange, ChangeState, Priority
from soken.casework.selectors.instrument import targets_in_use
from soken.core import clock
from soken.prioritise.due import due
from soken.prioritise.instrument import ORDER, PriorityBand

if TYPE_CHECKING:
    from soken.access.models import User
    from soken.casework.models import Assessment, Dossier


def priority_of(dossier: Dossier) -> Priority:
    """Return the dossier's row of priority, locked until the act is done."""
    return Priority.objects.select_for_update().get(dossier=dossier)


def lowers(before: str, after: str) -> bool:
    """Tell whether a band is less urgent than the one in force; nothing is lower than what nobody has assessed."""
    return bool(before) and ORDER[after] > ORDER[before]


def put_in_force(row: Priority, band: str, *, change: BandChange | None = None) -> None:
    """Put a band in force, with its dates from the day of receipt.

    Called inside the transaction of an act, and for a lower band only by the second person's (the database refuses a
    lowering that took effect with fewer than two).
    """
    row.band, row.order, row.change = band, ORDER[band], change
    row.save(update_fields=["band", "order", "change"])
    renew_dates(row)


def renew_dates(row: Priority) -> None:
    """Give a person the dates that the instrument in use has for the band in force; all run from receipt (R13)."""
    dates = due(targets_in_use(), PriorityBand(row.band) if row.band else None, row.dossier.received_on)
    row.due_on, row.alarm_on = dates.due_on, dates.alarm_on
    row.save(update_fields=["due_on", "alarm_on"])


def propose_lowering(
    row: Priority, band: str, *, by: User | None, reason: str, assessment: Assessment | None = None
) -> BandChange:
    """Record a lowering that waits for people; the band in force stays as it is."""
    return BandChange.objects.create(
        dossier=row.dossier, assessment=assessment, before=row.band, after=band, lowers=True, reason=reason,
        state=ChangeState.WAITING, at=clock.now(), by=by,
    )  # fmt: skip


def set_aside_waiting(dossier: Dossier) -> None:
    """Set a lowering aside that waits: the ground on which it was proposed has changed."""
    BandChange.objects.filter(dossier=dossier, state=ChangeState.WAITING).update(
        state=ChangeState.SUPERSEDED, settled_at=clock.now()
    )
