"""Give an analyst the next pair of the queue, for a while and to nobody else."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.db import connection, transaction
from django.db.models import Q

from soken.access.policy import Act
from soken.casework.actions.dossier_act import check_right
from soken.casework.models import ReviewPair
from soken.core import clock

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from soken.access.models import User
    from soken.casework.models import Operation

#: How long a pair is one analyst's; it is hers again when she opens it again.
LEASE: Final = timedelta(minutes=15)


def lease_next(operation: Operation, *, by: User, after: int = 0) -> ReviewPair | None:
    """Return the pair that this person is to judge next, and keep it from everybody else for a while.

    The one that she has before her comes first, then the most valuable one that is free. Whoever goes on without an
    answer gives the pair back.

    Args:
        operation: whose queue.
        by: who judges.
        after: place after which to go on; 0 for the beginning.

    Returns:
        the pair; None where nothing is left for her after that place.

    Raises:
        NotFoundError: no member of the operation.
        RefusedError: the role does not permit it.
    """
    check_right(operation, by, Act.JUDGE)
    now = clock.now()
    with transaction.atomic():
        mine = ReviewPair.objects.filter(operation=operation, leased_by=by, leased_until__gt=now)
        mine.filter(place__lte=after).update(leased_by=None, leased_until=None)
        asked = ReviewPair.objects.filter(operation=operation, asked=True, settled_by__isnull=True, place__gt=after)
        held = asked.filter(leased_by=by, leased_until__gt=now).order_by("place").first()
        if held is not None and _take(held, by, now):
            return held
        free = _free(asked, by, now).order_by("place")
        while True:
            # Passing over what others are taking right now spares a wait where the database can; the conditional
            # update in `_take` is what decides, there and everywhere.
            found = free.select_for_update(skip_locked=True).first() if _can_skip() else free.first()
            if found is None or _take(found, by, now):
                return found


def lease_place(operation: Operation, place: int, *, by: User) -> ReviewPair | None:
    """Return the pair at a place of the queue and take it if it is free; `is_mine` tells whether it is.

    Raises:
        NotFoundError: no member of the operation.
        RefusedError: the role does not permit it.
    """
    check_right(operation, by, Act.JUDGE)
    with transaction.atomic():
        found = ReviewPair.objects.filter(operation=operation, place=place).first()
        if found is not None and not _take(found, by, clock.now()):
            found.refresh_from_db()
        return found


def is_mine(pair: ReviewPair, by: User) -> bool:
    """Tell whether the pair is open and before this person."""
    return pair.settled_by_id is None and pair.leased_by_id == by.pk


def _free(pairs: QuerySet[ReviewPair], by: User, now: datetime) -> QuerySet[ReviewPair]:
    """Keep the open pairs that nobody else has before him."""
    return pairs.filter(Q(leased_until__isnull=True) | Q(leased_until__lte=now) | Q(leased_by=by))


def _take(pair: ReviewPair, by: User, now: datetime) -> bool:
    """Lease a pair unless it was answered or taken in the meantime; tell whether it is this person's now."""
    until = now + LEASE
    open_ = ReviewPair.objects.filter(pk=pair.pk, settled_by__isnull=True)
    if not _free(open_, by, now).update(leased_by=by, leased_until=until):
        return False
    pair.leased_by, pair.leased_until = by, until
    return True


def _can_skip() -> bool:
    """Tell whether the database can pass over rows that others have locked."""
    return bool(connection.features.has_select_for_update_skip_locked)
