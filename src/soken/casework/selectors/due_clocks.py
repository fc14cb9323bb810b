"""Clocks that run out: custody, limitation, warrants, and transfers that nobody answers."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Final

from django.db.models import F, Prefetch

from soken.access.policy import Act
from soken.casework.models import (
    AllegedOffence,
    CustodyStep,
    NotificationKind,
    Restraint,
    Transfer,
    Warrant,
    WarrantState,
)
from soken.casework.selectors.clocks import held_of
from soken.casework.selectors.deaths import case_open
from soken.casework.selectors.dossier import today
from soken.casework.selectors.due import WHOSE, Due
from soken.core import clock
from soken.reference.custody import longest_warning
from soken.route.clocks import ClockState, running
from soken.route.transfers import OPEN, TransferState, escalations, overdue, rules

if TYPE_CHECKING:
    from collections.abc import Iterator

    from soken.casework.models import Operation

#: How long before limitation is complete it is told, and told again.
LIMITATION_SOON: Final = timedelta(days=60)
LIMITATION_NEAR: Final = timedelta(days=7)
#: How long before a warrant's last day it is told.
WARRANT_SOON: Final = timedelta(days=3)

_CLOCKS: Final = {
    ClockState.SOON: NotificationKind.CLOCK_SOON,
    ClockState.OVERDUE: NotificationKind.CLOCK_OVERDUE,
}


def custody_due(operation: Operation) -> Iterator[Due]:
    """Yield the clocks of custody that are within their warning or over (R26); one that was moved is another."""
    now = clock.now()
    held = (
        Restraint.objects.filter(next_end__lte=now + longest_warning(), dossier__operation=operation)
        .select_related("dossier")
        .prefetch_related(Prefetch("steps", CustodyStep.objects.filter(withdrawn_at__isnull=True)))
    )
    for one in held:
        for ticking in running(held_of(one, one.steps.all())):
            kind = _CLOCKS.get(ticking.state(now))
            if kind:
                about = f"{one.pk} {ticking.kind} {ticking.ends_at.astimezone(UTC):%Y-%m-%dT%H:%M}"
                whose = one.dossier.person_code, one.dossier_id, one.dossier.force
                yield Due(kind, about, *whose, Act.RECORD_CUSTODY)


def limitation_due(operation: Operation) -> Iterator[Due]:
    """Yield the offences of persons not yet referred whose limitation nears its end or is complete (R28)."""
    day = today()
    offences = AllegedOffence.objects.filter(
        case_open("dossier__"),
        withdrawn_at__isnull=True,
        limitation_on__lte=day + LIMITATION_SOON,
        dossier__operation=operation,
    )
    for offence, ends, code, key, force in offences.values_list("pk", "limitation_on", *WHOSE):
        yield Due(_limitation(ends - day), f"{offence} {ends}", code, key, force, Act.RECORD_OFFENCE)


def warrants_due(operation: Operation) -> Iterator[Due]:
    """Yield the open warrants whose last day nears or has passed, once for each person whom they name."""
    day = today()
    warrants = Warrant.objects.filter(
        operation=operation, state=WarrantState.ISSUED, good_until__lte=day + WARRANT_SOON
    )
    named = (F("links__dossier__person_code"), F("links__dossier"), F("links__dossier__force"))
    for key, good_until, code, dossier, force in warrants.values_list("pk", "good_until", *named):
        kind = NotificationKind.WARRANT_OVER if good_until < day else NotificationKind.WARRANT_SOON
        yield Due(kind, f"{key} {good_until}", code or "", dossier, force or "", Act.RECORD_WARRANT)


def transfers_due(operation: Operation) -> Iterator[Due]:
    """Yield the transfers that nobody has answered in time, for the people of both sides (R24)."""
    now = clock.now()
    waiting = Transfer.objects.filter(state__in=[*OPEN], dossier__operation=operation).select_related("dossier")
    for one in waiting:
        if overdue(TransferState(one.state), one.offered_at, now):
            for force in (one.to_force, one.from_force):
                yield Due(
                    NotificationKind.TRANSFER_UNANSWERED, f"{one.pk} {one.state}", one.dossier.person_code,
                    one.dossier_id, force, Act.OWN,
                )  # fmt: skip


def transfers_escalated(operation: Operation) -> Iterator[Due]:
    """Yield the transfers that nobody has answered for so long that the next level is told, and told again (R19, R24).

    The next level are the supervisors of both forces, and everybody at the centre who may own a person. It is told each
    time that as long has gone by again, for as long as nobody answers.
    """
    now = clock.now()
    waiting = Transfer.objects.filter(
        state__in=[*OPEN], dossier__operation=operation, offered_at__lte=now - rules().escalate
    )
    for one in waiting.select_related("dossier"):
        times = escalations(TransferState(one.state), one.offered_at, now)
        for force in (one.to_force, one.from_force):
            yield Due(
                NotificationKind.TRANSFER_ESCALATED, f"{one.pk} {times}", one.dossier.person_code, one.dossier_id,
                force, Act.APPROVE_HANDOVER, centre=Act.OWN,
            )  # fmt: skip


def _limitation(left: timedelta) -> NotificationKind:
    """Return how near the end of limitation is."""
    if left <= timedelta():
        return NotificationKind.LIMITATION_OVER
    return NotificationKind.LIMITATION_NEAR if left <= LIMITATION_NEAR else NotificationKind.LIMITATION_SOON
