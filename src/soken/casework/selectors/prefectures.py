"""How many of an operation's persons live where, for a list that is opened all day."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from django.core.cache import cache
from django.db.models import Count

from soken.access.eyes import eyes, machine_sees_all
from soken.casework.models import Person
from soken.casework.models.compartment import sees_compartments_only
from soken.casework.models.of_person import shut_to

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from soken.casework.models import Operation, ResolveRun

#: Seconds for which a process goes by its count: at 1.8 million persons a count takes a third of a second.
_GOOD_FOR: Final = 60


def prefecture_counts(operation: Operation, run: ResolveRun | None) -> list[tuple[str, int]]:
    """Return how many of an operation's persons live where: pairs of prefecture and count, as whoever looks may know.

    All are counted at most once a minute in each process; whom whoever looks may not see is taken off each time. The
    list's other filters are left out of account.

    Args:
        operation: whose persons.
        run: its newest one, which proposes them; None before the first.
    """
    looks = eyes()
    if sees_compartments_only(looks):
        return sorted(_counted(operation.persons.all()).items())
    shut = shut_to(looks)
    # What is shut away is found by the machine only to be taken off.
    with machine_sees_all():
        counts = Counter(_all_counted(operation, run))
        if shut is not None:
            counts -= _counted(operation.persons.filter(Person.tells_of(shut)))
    return sorted((prefecture, count) for prefecture, count in counts.items() if count > 0)


def _all_counted(operation: Operation, run: ResolveRun | None) -> dict[str, int]:
    """Return the counts of the whole list, as they were within the last minute or since the last run."""
    kept_as = f"prefectures-{operation.pk}-{run.pk if run else 0}"
    counts: dict[str, int] | None = cache.get(kept_as)
    if counts is None:
        counts = dict(_counted(operation.persons.all()))
        cache.set(kept_as, counts, _GOOD_FOR)
    return counts


def _counted(persons: QuerySet[Person]) -> Counter[str]:
    """Count persons by prefecture."""
    return Counter(dict(persons.order_by("prefecture").values_list("prefecture").annotate(n=Count("pk"))))
