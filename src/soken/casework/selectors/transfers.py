"""Transfers: of one person, and those that wait for somebody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from soken.access.policy import PERMISSIONS, Act
from soken.casework.models import Membership, Operation, Transfer
from soken.core import clock
from soken.route.transfers import OPEN, TransferState, due_at, escalations, overdue

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from soken.access.models import User
    from soken.casework.models import Dossier

#: Transfers shown on a page at once.
SHOWN: Final = 200


@dataclass(frozen=True, slots=True)
class SeenTransfer:
    """A transfer with its clock.

    Attributes:
        transfer: it.
        due_at: when the next word is due, None once it is answered.
        late: that moment has passed.
        escalated: it has waited so long that supervisors and the centre were told.
    """

    transfer: Transfer
    due_at: datetime | None
    late: bool
    escalated: bool


@dataclass(frozen=True, slots=True)
class Inbox:
    """What waits between forces, for one user.

    Attributes:
        to_us: offered to the user's force (to any force, for those of the centre), longest waiting first.
        from_us: what the user's force has offered and nobody has answered; empty for the centre, which sees all above.
        left_out: how many more there are than are shown.
    """

    to_us: tuple[SeenTransfer, ...]
    from_us: tuple[SeenTransfer, ...]
    left_out: int


def transfers_of(dossier: Dossier) -> list[SeenTransfer]:
    """Return a person's transfers, newest first."""
    found = dossier.transfers.select_related("offered_by", "received_by", "ended_by").order_by("-pk")[:SHOWN]
    return [_seen(one) for one in found]


def nobody_there(transfer: Transfer) -> bool:
    """Tell whether nobody of the force that a person is offered to could see the offer and answer it."""
    return not answerers(transfer).exists()


def answerers(transfer: Transfer) -> QuerySet[Membership]:
    """Return the memberships of those of the receiving force who could answer an offer."""
    may_own = [role for role, acts in PERMISSIONS.items() if Act.OWN in acts]
    there = Membership.objects.filter(
        operation=transfer.dossier.operation_id, user__force=transfer.to_force, user__is_active=True
    )
    return there.filter(user__role__in=may_own)


def centre_may_answer(transfer: Transfer) -> bool:
    """Tell whether the centre may take the receiving force's side: nobody there could, or has for too long.

    Otherwise a transfer would have one side only: somebody of the centre offers, and a colleague accepts (R19).
    """
    waited = escalations(TransferState(transfer.state), transfer.offered_at, clock.now())
    return waited > 0 or nobody_there(transfer)


def inbox(user: User) -> Inbox:
    """Return the open transfers that the user's force is a side of, in the operations that the user may see."""
    waiting = Transfer.objects.filter(
        state__in=[*OPEN], dossier__operation__in=Operation.objects.visible_to(user)
    ).select_related("dossier__operation", "offered_by")
    to_us = waiting.filter(to_force=user.force) if user.force else waiting
    from_us = waiting.filter(from_force=user.force) if user.force else waiting.none()
    shown = [[_seen(one) for one in side.order_by("offered_at", "pk")[:SHOWN]] for side in (to_us, from_us)]
    left_out = to_us.count() + from_us.count() - sum(len(side) for side in shown)
    return Inbox(tuple(shown[0]), tuple(shown[1]), left_out)


def unanswered_transfers(user: User) -> list[SeenTransfer]:
    """Return the open transfers of both sides that are overdue, longest waiting first (R24)."""
    found = inbox(user)
    return sorted((one for one in (*found.to_us, *found.from_us) if one.late), key=lambda one: one.transfer.offered_at)


def _seen(transfer: Transfer) -> SeenTransfer:
    """Return a transfer with its clock as of now."""
    state, since, now = TransferState(transfer.state), transfer.offered_at, clock.now()
    return SeenTransfer(
        transfer, due_at(state, since), late=overdue(state, since, now), escalated=escalations(state, since, now) > 0
    )
