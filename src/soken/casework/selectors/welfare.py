"""Whom somebody has to look after since the police came to them, and by when (R31)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Max, Q
from django.utils import timezone

from soken.access.policy import Act
from soken.casework.models import (
    Dossier,
    NotificationKind,
    Restraint,
    Warrant,
    WarrantState,
    WelfareCheck,
)
from soken.casework.selectors.dossier import today
from soken.casework.selectors.due import Due
from soken.reference.custody import RELEASED
from soken.reference.warrants import NOTHING, warrant_kinds
from soken.review.stages import Stage
from soken.review.words import first_look_within, ways_of_looking_after

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import date

    from soken.casework.models import Operation


@dataclass(frozen=True, slots=True)
class LookDue:
    """A look after a person.

    Attributes:
        dossier: of whom.
        due_on: by which day.
        first: nobody has looked since the police came to them last.
    """

    dossier: Dossier
    due_on: date
    first: bool

    @property
    def late(self) -> bool:
        """Whether the day has passed."""
        return self.due_on < today()


def look_due(dossier: Dossier, newest: WelfareCheck | None) -> LookDue | None:
    """Return the look after one person that is agreed or needed, None where none is (two queries).

    Args:
        dossier: of whom.
        newest: the newest look that is recorded, None for none.
    """
    if dossier.stage == Stage.DECEASED:
        return None
    due = _due(_came([dossier.operation_id], dossier).get(dossier.pk), newest)
    return LookDue(dossier, *due) if due else None


def looks_due(operations: Collection[int]) -> list[LookDue]:
    """Return the looks that are agreed or needed, the one due longest first (four queries, however many persons).

    Args:
        operations: keys of the operations.
    """
    came = _came(operations)
    newest: dict[int, WelfareCheck] = {}
    for one in WelfareCheck.objects.filter(dossier__operation__in=operations).order_by("checked_on", "pk"):
        newest[one.dossier_id] = one
    found = []
    about = Dossier.objects.filter(pk__in=came.keys() | newest.keys())
    for dossier in about.exclude(stage=Stage.DECEASED).select_related("operation"):
        due = _due(came.get(dossier.pk), newest.get(dossier.pk))
        if due is not None:
            found.append(LookDue(dossier, *due))
    return sorted(found, key=lambda one: (one.due_on, one.dossier.person_code))


def welfare_due(operation: Operation) -> Iterator[Due]:
    """Yield the persons after whom somebody has to look today, or should have."""
    for one in looks_due([operation.pk]):
        if one.due_on <= today():
            about = f"{'first' if one.first else 'next'} {one.due_on}"
            dossier = one.dossier
            yield Due(
                NotificationKind.WELFARE_DUE, about, dossier.person_code, dossier.pk, dossier.force, Act.PLAN_WELFARE
            )


def _due(came: date | None, newest: WelfareCheck | None) -> tuple[date, bool] | None:
    """Return by when somebody looks after a person, and whether for the first time; None where nobody has to.

    Whoever tried and reached nobody has agreed on a day; the person is still to be looked after for the first time.
    """
    if came is not None and (newest is None or newest.checked_on < came):
        return came + timedelta(days=first_look_within()), True
    if newest is None or newest.next_on is None:
        return None
    way = ways_of_looking_after().get(newest.way)
    return newest.next_on, way is not None and not way.flag


def _came(operations: Collection[int], dossier: Dossier | None = None) -> dict[int, date]:
    """Return the newest day on which the police came to a person, held them or let them go, by dossier."""
    doors = [code for code, kind in warrant_kinds().items() if kind.needs != NOTHING]
    warrants = Warrant.objects.filter(
        operation__in=operations, state=WarrantState.EXECUTED, kind__in=doors, links__isnull=False
    )
    held = Restraint.objects.filter(dossier__operation__in=operations, withdrawn_at__isnull=True)
    if dossier is not None:
        warrants, held = warrants.filter(links__dossier=dossier), held.filter(dossier=dossier)
    released = Max("steps__happened_at", filter=Q(steps__kind=RELEASED, steps__withdrawn_at__isnull=True))
    days = [(key, day) for key, day in warrants.values_list("links__dossier", "ended_on") if day is not None]
    for key, began, gone in held.order_by("pk").annotate(gone=released).values_list("dossier", "began_at", "gone"):
        days.append((key, timezone.localdate(gone or began)))
    return dict(sorted(days, key=lambda one: one[1]))
