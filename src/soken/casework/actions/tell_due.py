"""Tell people on the desk what is due; nobody twice of the same in the same state. Warns, and does nothing else."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db import transaction

from soken.access.eyes import machine_sees_all
from soken.casework.models import Notification
from soken.casework.selectors.compartments import Closed
from soken.casework.selectors.deaths import deaths_contradicted
from soken.casework.selectors.due import members_of, told_of
from soken.casework.selectors.due_clocks import (
    custody_due,
    limitation_due,
    transfers_due,
    transfers_escalated,
    warrants_due,
)
from soken.casework.selectors.due_handovers import handovers_due
from soken.casework.selectors.due_retention import erasing_due, erasures_unfinished
from soken.casework.selectors.due_rows import rows_moved
from soken.casework.selectors.due_work import (
    lowerings_due,
    reassessments_due,
    safety_due,
    safety_untold,
    targets_due,
    tasks_due,
)
from soken.casework.selectors.unopened import unopened_due
from soken.casework.selectors.unowned import unowned_due
from soken.casework.selectors.welfare import held_unplanned, welfare_due
from soken.core import clock
from soken.ledger.attribution import says

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from soken.casework.models import Operation
    from soken.casework.selectors.due import Due

#: What is looked for, the gravest last: the newest notification stands first.
_FINDERS: Final = (
    reassessments_due,
    rows_moved,
    tasks_due,
    erasures_unfinished,
    erasing_due,
    warrants_due,
    lowerings_due,
    targets_due,
    unowned_due,
    unopened_due,
    transfers_due,
    handovers_due,
    transfers_escalated,
    limitation_due,
    custody_due,
    deaths_contradicted,
    welfare_due,
    held_unplanned,
    safety_untold,
    safety_due,
)
_AT_ONCE: Final = 1000


@dataclass(frozen=True, slots=True)
class ToldDue:
    """What one look at an operation came to.

    Attributes:
        told: kind → how many notifications were written.
        nobody: matters of which there is nobody to tell: their force has no member with the right, nor has the centre.
    """

    told: Mapping[str, int]
    nobody: int


@machine_sees_all()
def tell_due(operation: Operation) -> ToldDue:
    """Notify people of what is due in an operation and of which they were not told in this state.

    Raises:
        DamagedStoreError: the run that is shown cannot be read.
    """
    says(act="notify-due", operation=operation.slug)
    members, nobody = members_of(operation), 0
    closed = Closed(operation)
    new: dict[tuple[int, str, str, str], Due] = {}
    for due in _everything(operation):
        users = told_of(due, closed.without(members, due.person))
        nobody += not users
        new |= {(user, due.person, due.kind, due.about): due for user in users}
    with transaction.atomic():
        for known in told_before(operation, {about for *_same, about in new}):
            new.pop(known, None)
        _write(operation, new)
    return ToldDue(Counter(due.kind.value for due in new.values()), nobody)


def _everything(operation: Operation) -> Iterator[Due]:
    """Yield all that is due in an operation."""
    for finder in _FINDERS:
        yield from finder(operation)


def told_before(operation: Operation, matters: set[str]) -> Iterator[tuple[int, str, str, str]]:
    """Yield who was told what of these matters; what was told of others in all the years is not read."""
    wanted = sorted(matters)
    for at in range(0, len(wanted), _AT_ONCE):
        told = Notification.objects.filter(operation=operation, about__in=wanted[at : at + _AT_ONCE])
        yield from told.values_list("user", "person_code", "kind", "about").iterator()


def _write(operation: Operation, new: Mapping[tuple[int, str, str, str], Due]) -> None:
    """Write the notifications; those that another process writes at this moment are left to it."""
    at = clock.now()
    Notification.objects.bulk_create(
        [
            Notification(
                user_id=user, operation=operation, dossier_id=due.dossier, person_code=due.person, kind=due.kind,
                about=due.about, at=at,
            )
            for (user, *_same), due in new.items()
        ],
        batch_size=_AT_ONCE,
        ignore_conflicts=True,
    )  # fmt: skip
