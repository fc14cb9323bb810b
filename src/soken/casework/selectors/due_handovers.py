"""Handovers between installations that nobody answers: late, and then so late that people have to call each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from soken.access.policy import Act
from soken.casework.models import IncomingHandover, NotificationKind, OutgoingHandover
from soken.casework.selectors.due import Due
from soken.casework.selectors.handovers import seen_in, seen_out
from soken.route.handover import IN_FLIGHT, WAITING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from soken.casework.models import Operation


def handovers_due(operation: Operation) -> Iterator[Due]:
    """Yield the handovers that wait too long, each for the force whose side this installation is (R24).

    Those that wait for so long that people have to call each other are told to the centre as well.
    """
    out = OutgoingHandover.objects.filter(state__in=[*IN_FLIGHT], dossier__operation=operation)
    for one in map(seen_out, out.select_related("dossier").defer("sealed")):
        if one.waited.late:
            about = f"{one.handover.transfer} {one.handover.state} {'escalated' if one.waited.escalated else 'late'}"
            dossier = one.handover.dossier
            yield Due(
                NotificationKind.HANDOVER_UNANSWERED, about, dossier.person_code, dossier.pk, one.handover.from_force,
                Act.OWN, centre=Act.OWN if one.waited.escalated else None,
            )  # fmt: skip
    into = IncomingHandover.objects.filter(state__in=[*WAITING], operation=operation).defer("sealed")
    for came in map(seen_in, into):
        if came.waited.late:
            about = f"{came.handover.transfer} {came.handover.state} {'escalated' if came.waited.escalated else 'late'}"
            yield Due(
                NotificationKind.HANDOVER_UNANSWERED, about, force=came.handover.to_force, act=Act.OWN,
                centre=Act.OWN if came.waited.escalated else None,
            )  # fmt: skip
