"""Notifications for children's safety: the queue of those without an answer, and what was told about a person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef

from soken.casework.models import Priority, SafetyNotification
from soken.core import clock
from soken.prioritise.instrument import PriorityBand
from soken.review.stages import Stage
from soken.review.transitions import FROZEN

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime, timedelta

    from django.db.models import QuerySet

    from soken.casework.models import Operation

#: Entries on a page.
PAGE = 100


@dataclass(frozen=True, slots=True)
class Waiting:
    """A notification and how long it has waited, or took.

    Attributes:
        notification: the entry.
        hours: whole hours from the notification to the acknowledgement, or until now.
        late: no answer, and it is time to chase it.
    """

    notification: SafetyNotification
    hours: int
    late: bool


@dataclass(frozen=True, slots=True)
class SafetyQueue:
    """The queue of an operation.

    Attributes:
        untold: persons of the highest band of whom nobody was told yet, the longest due first.
        untold_total: how many there are.
        waiting: without an answer, oldest first.
        total: how many wait.
        late: how many of them should be chased.
        settled: acknowledged or cancelled, newest first.
    """

    untold: tuple[Priority, ...]
    untold_total: int
    waiting: tuple[Waiting, ...]
    total: int
    late: int
    settled: tuple[Waiting, ...]


def safety_queue(operation: Operation) -> SafetyQueue:
    """Return the queue of an operation (six queries)."""
    now = clock.now()
    untold = _untold(operation)
    every = SafetyNotification.objects.filter(operation=operation)
    unanswered = every.filter(acknowledged_at__isnull=True, cancelled_at__isnull=True)
    settled = every.exclude(acknowledged_at__isnull=True, cancelled_at__isnull=True)
    people = ("by", "acknowledgement_entered_by", "cancelled_by")
    return SafetyQueue(
        untold=tuple(untold.select_related("dossier").order_by("due_on", "pk")[:PAGE]),
        untold_total=untold.count(),
        waiting=_told(unanswered.select_related(*people).order_by("notified_at", "pk")[:PAGE], now),
        total=unanswered.count(),
        late=unanswered.filter(chase_at__lte=now).count(),
        settled=_told(settled.select_related(*people).order_by("-pk")[:PAGE], now),
    )


def _untold(operation: Operation) -> QuerySet[Priority]:
    """Return the priorities of those in the highest band of whom no body was told, work on whom goes on (R17)."""
    told = SafetyNotification.objects.filter(
        operation=operation, person_code=OuterRef("dossier__person_code"), cancelled_at__isnull=True
    )
    highest = Priority.objects.filter(operation=operation, order=0, band=PriorityBand.VERY_HIGH)
    return highest.exclude(dossier__stage__in=[*FROZEN, Stage.DECEASED]).exclude(Exists(told))


def told_about(operation: Operation, code: str) -> tuple[Waiting, ...]:
    """Return what was told about a person, newest first."""
    found = SafetyNotification.objects.filter(operation=operation, person_code=code)
    return _told(
        found.select_related("by", "acknowledgement_entered_by", "cancelled_by").order_by("-pk")[:PAGE], clock.now()
    )


def _told(entries: Iterable[SafetyNotification], now: datetime) -> tuple[Waiting, ...]:
    """Return entries with how long they have waited."""
    return tuple(
        Waiting(one, _hours((one.acknowledged_at or one.cancelled_at or now) - one.notified_at),
                one.is_open and now >= one.chase_at)
        for one in entries
    )  # fmt: skip


def _hours(time: timedelta) -> int:
    """Return whole hours."""
    return int(time.total_seconds() // 3600)
