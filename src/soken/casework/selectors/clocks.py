"""Clocks that run out: custody by the hour, limitation by the day; for boards (R26, R28)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.db.models import Prefetch, Q

from soken.access.policy import Act, allows
from soken.casework.models import AllegedOffence, CustodyStep, Operation, Restraint
from soken.casework.selectors.deaths import case_open
from soken.casework.selectors.dossier import today
from soken.core import clock
from soken.reference.custody import clock_rules
from soken.route.clocks import ClockState, Held, Step, midnight, running

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from django.db.models import QuerySet

    from soken.access.models import User

#: Most clocks on a board.
SHOWN: Final = 200
#: The kind of a clock that is limitation; every other kind is a code of `soken.reference.custody`.
LIMITATION: Final = "limitation"


@dataclass(frozen=True, slots=True)
class RunningClock:
    """A clock that nothing has met yet.

    Attributes:
        operation: short name of the operation.
        person: code of the person.
        kind: code of `soken.reference.custody.clock_rules`, or `LIMITATION`.
        ends_at: the first moment at which it is over.
        overdue: it is over.
        soon: it is over or within its warning.
        force: code of the force that owns the person, '' for none.
    """

    operation: str
    person: str
    kind: str
    ends_at: datetime
    overdue: bool
    soon: bool
    force: str

    def said(self, language: str) -> str:
        """Return what must be done before it ends, in "ja", else in English."""
        if self.kind == LIMITATION:
            return "公訴時効完成" if language == "ja" else "limitation is complete"
        return clock_rules()[self.kind].said(language)


def held_of(restraint: Restraint, steps: Iterable[CustodyStep]) -> Held:
    """Return a restraint as the clocks ask for it; steps that were withdrawn are left out."""
    standing = (one for one in steps if one.withdrawn_at is None)
    return Held(
        restraint.began_at,
        restraint.arrested_by,
        tuple(Step(one.kind, one.happened_at, one.days) for one in standing),
    )


def running_clocks(user: User, within_hours: int, *, own: bool = False, limit: int = SHOWN) -> list[RunningClock]:
    """Return the clocks of custody that end within so many hours, in all operations that the user sees (two queries).

    Those that are over stand first, the longest over at the top. Nothing for a user whose role shows no dossiers.

    Args:
        user: who asks.
        within_hours: how far ahead to look.
        own: leave out the persons of other forces than the user's; the centre has them all.
        limit: most restraints to look at, those that run out first.
    """
    now = clock.now()
    until = now + timedelta(hours=within_hours)
    found = (
        _restraints(user, until, own=own)
        .select_related("dossier__operation")
        .prefetch_related(Prefetch("steps", CustodyStep.objects.filter(withdrawn_at__isnull=True)))
        .order_by("next_end", "pk")[:limit]
    )
    clocks = [
        RunningClock(
            operation=one.dossier.operation.slug,
            person=one.dossier.person_code,
            kind=ticking.kind,
            ends_at=ticking.ends_at,
            overdue=ticking.state(now) is ClockState.OVERDUE,
            soon=ticking.state(now) in {ClockState.OVERDUE, ClockState.SOON},
            force=one.dossier.force,
        )
        for one in found
        for ticking in running(held_of(one, one.steps.all()))
        if ticking.ends_at <= until
    ]
    return sorted(clocks, key=lambda one: (one.ends_at, one.person))


def limitations_near(user: User, within_days: int, *, own: bool = False, limit: int = SHOWN) -> list[RunningClock]:
    """Return offences of persons not yet referred whose limitation is complete within so many days (one query).

    The dead are among them until their case is sent or closed.

    Those that are complete already are left out: the person's page says so and the gate is shut.

    Args:
        user: who asks; nothing for a user whose role shows no dossiers.
        within_days: how far ahead to look.
        own: leave out the persons of other forces than the user's; the centre has them all.
        limit: most entries, the nearest first.
    """
    found = _offences(user, within_days, own=own).select_related("dossier__operation").order_by("limitation_on", "pk")
    return [
        RunningClock(
            operation=one.dossier.operation.slug,
            person=one.dossier.person_code,
            kind=LIMITATION,
            ends_at=midnight(one.limitation_on),
            overdue=False,
            soon=True,
            force=one.dossier.force,
        )
        for one in found[:limit]
        if one.limitation_on is not None
    ]


def count_near(user: User, within_hours: int, within_days: int, *, own: bool = False) -> int:
    """Return how many restraints have a clock that ends within so many hours, and offences within so many days."""
    until = clock.now() + timedelta(hours=within_hours)
    return _restraints(user, until, own=own).count() + _offences(user, within_days, own=own).count()


def _restraints(user: User, until: datetime, *, own: bool) -> QuerySet[Restraint]:
    """Return the restraints with a clock that ends by a moment, of dossiers that the user sees."""
    return Restraint.objects.filter(
        _whose(user, own=own), next_end__isnull=False, next_end__lte=until
    )  # fmt: skip


def _offences(user: User, within_days: int, *, own: bool) -> QuerySet[AllegedOffence]:
    """Return the offences whose limitation is complete within so many days, of dossiers that the user sees."""
    return AllegedOffence.objects.filter(
        _whose(user, own=own),
        case_open("dossier__"),
        withdrawn_at__isnull=True,
        limitation_on__gt=today(),
        limitation_on__lte=today() + timedelta(days=within_days),
    )


def _whose(user: User, *, own: bool) -> Q:
    """Return the condition that a dossier is one that the user sees, and by wish no other force's."""
    if not allows(user, Act.SEE_DOSSIER):
        return Q(pk__in=[])
    seen = Q(dossier__operation__in=Operation.objects.visible_to(user))
    return seen & Q(dossier__force__in=("", user.force)) if own and user.force else seen
