"""Proposed persons for whom nobody has opened a dossier: how many, for how long, and when that is an alarm.

Nobody of them has a band, a target or a force yet. What is known is when their list was received, and that somebody has
to begin: names that nobody owns are how a list comes to lie for months.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import pyarrow as pa
from django.core.cache import cache
from django.db.models import Count, Exists, Max, OuterRef
from django.utils import timezone

from soken.access.eyes import eyes, machine_sees_all
from soken.access.policy import PERMISSIONS, Act
from soken.casework.models import Dossier, EvidenceItem, NotificationKind, Operation, Person, ResolveRun
from soken.casework.models.compartment import sees_compartments_only
from soken.casework.models.force_sight import across_forces
from soken.casework.models.of_person import shut_to
from soken.casework.selectors import store
from soken.casework.selectors.dossier import today
from soken.casework.selectors.due import Due, members_of
from soken.casework.selectors.instrument import targets_in_use
from soken.core.errors import DamagedStoreError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from django.db.models import QuerySet

    from soken.casework.selectors.due import Member

#: Seconds for which a process goes by its count: at 1.8 million persons a count takes a third of a second.
_GOOD_FOR: Final = 60
#: Whether an item holds a row of anybody without a dossier.
_WAITS: Final = """
select 1 as found from read_parquet($membership) m anti join opened o on m.person = o.person
where m.evidence = $evidence and m.person is not null limit 1
"""


@dataclass(frozen=True, slots=True)
class UnopenedList:
    """The persons of an operation without a dossier.

    Attributes:
        operation: short name.
        name: name of the operation.
        persons: how many.
        since: the day on which the first list with one of them was received.
        days: whole days since then.
        allowed: days from receipt after which it is reported.
    """

    operation: str
    name: str
    persons: int
    since: date
    days: int
    allowed: int

    @property
    def alarm(self) -> bool:
        """Tell whether they have waited for longer than is allowed."""
        return self.days > self.allowed

    @property
    def alarm_on(self) -> date:
        """Return the last day before it is reported."""
        return self.since + timedelta(days=self.allowed)


@across_forces()
def unopened_lists(operations: QuerySet[Operation]) -> list[UnopenedList]:
    """Return the operations with persons without a dossier, the longest waiting first (five queries, at times six).

    Where an operation has several items, the run's table is asked which of them the first such person is in.
    """
    known = {one.pk: one for one in operations}
    counts = _counts(list(known))
    items: dict[int, list[EvidenceItem]] = {}
    for item in EvidenceItem.objects.filter(operation__in=counts).order_by("received_at", "pk"):
        items.setdefault(item.operation_id, []).append(item)
    found = [_list(known[key], persons, items.get(key, [])) for key, persons in counts.items()]
    return sorted(found, key=lambda one: (one.since, one.operation))


def unopened_of(operation: Operation) -> UnopenedList | None:
    """Return the persons of an operation without a dossier, None where everybody has one."""
    return next(iter(unopened_lists(Operation.objects.filter(pk=operation.pk))), None)


def unopened_due(operation: Operation) -> Iterator[Due]:
    """Yield that persons of a list wait for a dossier too long; told again each time as long has gone by again (R24).

    The supervisors of the operation are told, whosever they are; where it has none, everybody who may open a dossier.
    """
    found = unopened_of(operation)
    if found is None or not found.alarm:
        return
    members = members_of(operation)
    named = next(filter(None, (_who_may(members, act) for act in (Act.APPROVE_HANDOVER, Act.OPEN_DOSSIER))), ())
    times = found.days // found.allowed
    yield Due(NotificationKind.LIST_UNOPENED, f"{found.since} {times}", act=Act.OPEN_DOSSIER, named=named)


def _who_may(members: list[Member], act: Act) -> tuple[int, ...]:
    """Return the keys of the members who have a right."""
    return tuple(one.user for one in members if act in PERMISSIONS[one.role])


def _counts(operations: list[int]) -> dict[int, int]:
    """Return operation → persons without a dossier, those without any left out (two queries, at times four).

    Persons less those with a dossier: the latter are few where the former are many, and an index counts them.
    """
    proposed = _proposed(operations)
    person = Person.objects.filter(operation=OuterRef("operation"), code=OuterRef("person_code"))
    opened = Dossier.objects.filter(Exists(person), operation__in=operations).values_list("operation")
    have = dict(opened.annotate(n=Count("pk")).order_by())
    left = {key: count - have.get(key, 0) for key, count in sorted(proposed.items())}
    return {key: count for key, count in left.items() if count > 0}


def _proposed(operations: list[int]) -> dict[int, int]:
    """Return operation → proposed persons whom whoever looks may see.

    All are counted at most once a minute in each process and after each run, which alone changes who is proposed; whom
    whoever looks may not see is taken off each time.
    """
    looks = eyes()
    if sees_compartments_only(looks):
        return _counted(Person.objects.filter(operation__in=operations))
    shut = shut_to(looks)
    # What is shut away is found by the machine only to be taken off.
    with machine_sees_all():
        counts = _all_counted(operations)
        if shut is not None:
            hidden = _counted(Person.objects.filter(Person.tells_of(shut), operation__in=operations))
            counts = {key: count - hidden.get(key, 0) for key, count in counts.items()}
    return counts


def _all_counted(operations: list[int]) -> dict[int, int]:
    """Return operation → proposed persons, as they were within the last minute or since the newest run."""
    runs = ResolveRun.objects.filter(operation__in=operations).order_by().values_list("operation")
    kept_as = {f"proposed-{key}-{newest}": key for key, newest in runs.annotate(newest=Max("pk"))}
    known: dict[str, int] = cache.get_many(kept_as)
    counts = {kept_as[name]: count for name, count in known.items()}
    # Without a run nobody is proposed but in a database that is being filled: not kept.
    unknown = [key for key in operations if key not in counts]
    if unknown:
        found = _counted(Person.objects.filter(operation__in=unknown))
        counts |= found
        cache.set_many({name: found.get(key, 0) for name, key in kept_as.items() if key in unknown}, _GOOD_FOR)
    return counts


def _counted(persons: QuerySet[Person]) -> dict[int, int]:
    """Count persons by operation."""
    return dict(persons.order_by().values_list("operation").annotate(n=Count("pk")))


def _list(operation: Operation, persons: int, items: list[EvidenceItem]) -> UnopenedList:
    """Return what is said of an operation's persons without a dossier."""
    received = items[_first_waiting(operation, items)].received_at if items else operation.created_at
    since = timezone.localdate(received)
    allowed = targets_in_use().unopened_days
    return UnopenedList(operation.slug, operation.name, persons, since, (today() - since).days, allowed)


def _first_waiting(operation: Operation, items: list[EvidenceItem]) -> int:
    """Return the place of the first item that holds a row of somebody without a dossier.

    Where that cannot be read it is the first of all: an age is rather said too high than too low.
    """
    run = operation.runs.first() if len(items) > 1 else None
    if run is None:
        return 0
    codes = list(Dossier.objects.filter(operation=operation).values_list("person_code", flat=True))
    opened = pa.table({"person": pa.array(codes, pa.string())})
    membership = store.run_folder(operation, run) / "membership.parquet"
    try:
        waits = (
            store.ask(_WAITS, {"opened": opened}, membership=membership, evidence=one.evidence_id) for one in items
        )
        return next((at for at, found in enumerate(waits) if found), 0)
    except DamagedStoreError:
        return 0
