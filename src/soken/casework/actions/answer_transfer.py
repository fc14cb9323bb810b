"""The other force's side of a transfer, and the offering force's way back."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from soken.access.policy import Act
from soken.casework.actions.dossier_act import acting, check_right
from soken.casework.actions.owner_step import give_to
from soken.casework.actions.said import in_words
from soken.casework.actions.tell_of_transfer import tell_offerer, tell_receivers
from soken.casework.models import NotificationKind, Transfer
from soken.casework.models.transfer import TRANSFER_STATES
from soken.core import clock
from soken.core.errors import NotFoundError, RefusedError
from soken.reference.forces import forces
from soken.route.transfers import Side, TransferState, step

if TYPE_CHECKING:
    from collections.abc import Iterator

    from soken.access.models import User
    from soken.casework.models import Dossier, Operation


def receive_transfer(operation: Operation, key: int, *, by: User) -> Transfer:
    """Say that an offered person has arrived; the clock of the answer goes on.

    Raises:
        NotFoundError, RefusedError: see `_answering`.
    """
    with _answering(operation, key, by, TransferState.RECEIVED) as (_now, transfer):
        transfer.received_by, transfer.received_at = by, clock.now()
        return transfer


def accept_transfer(operation: Operation, key: int, *, by: User, answer: str = "") -> Transfer:
    """Take an offered person on: in this moment, and not before, the owner changes.

    Raises:
        NotFoundError: see `_answering`.
        RefusedError: the actor made the offer (a transfer has two sides, R19); and see `_answering`.
        BadInputError: the answer is too long.
    """
    said = in_words(answer, _("The answer")) if answer.strip() else ""
    with _answering(operation, key, by, TransferState.ACCEPTED) as (now, transfer):
        if transfer.offered_by_id == by.pk:
            raise RefusedError(_("You made this offer yourself; somebody else has to accept it."))
        _end(transfer, by, said)
        tell_offerer(transfer, NotificationKind.TRANSFER_ACCEPTED, but=by)
        reason = _("%(kind)s from %(force)s, number %(number)s") % {
            "kind": transfer.kind, "force": transfer.from_force, "number": transfer.pk,
        }  # fmt: skip
        give_to(now, transfer.to_force, by=by, reason=reason)
        return transfer


def return_transfer(operation: Operation, key: int, *, by: User, answer: str) -> Transfer:
    """Give an offered person back, with the reason; the offering force has owned them all the while.

    Raises:
        NotFoundError, RefusedError: see `_answering`.
        BadInputError: the reason is missing.
    """
    said = in_words(answer, _("The reason"))
    with _answering(operation, key, by, TransferState.RETURNED) as (_now, transfer):
        _end(transfer, by, said)
        tell_offerer(transfer, NotificationKind.TRANSFER_RETURNED, but=by)
        return transfer


def withdraw_transfer(operation: Operation, key: int, *, by: User, answer: str) -> Transfer:
    """Take an offer back before it is accepted.

    Raises:
        NotFoundError, RefusedError: see `_answering`.
        BadInputError: the reason is missing.
    """
    said = in_words(answer, _("The reason"))
    with _answering(operation, key, by, TransferState.WITHDRAWN) as (_now, transfer):
        _end(transfer, by, said)
        tell_receivers(transfer, NotificationKind.TRANSFER_WITHDRAWN, but=by)
        return transfer


def _end(transfer: Transfer, by: User, answer: str) -> None:
    """Note who ended a transfer and what they said."""
    transfer.ended_by, transfer.ended_at, transfer.answer = by, clock.now(), answer


@contextmanager
def _answering(operation: Operation, key: int, by: User, after: TransferState) -> Iterator[tuple[Dossier, Transfer]]:
    """Open an act on a transfer: its dossier and it as they stand now; saved in its new state when the act is done.

    Raises:
        NotFoundError: the operation has no such transfer, or the actor is no member.
        RefusedError: somebody has answered it already, it has not been received yet, or the actor belongs to a force
            whose act this is not.
    """
    check_right(operation, by, Act.OWN)
    found = Transfer.objects.filter(pk=key, dossier__operation=operation).select_related("dossier").first()
    if found is None:
        raise NotFoundError(_("This operation has no transfer number %(number)s.") % {"number": key})
    with acting(found.dossier, by, Act.OWN, frozen_too=True, others_too=True) as now:
        transfer = Transfer.objects.select_for_update().get(pk=found.pk)
        way = step(TransferState(transfer.state), after)
        if way is None:
            raise RefusedError(
                _("This transfer stands at “%(state)s”: it cannot become “%(after)s”. Look at it anew.")
                % {"state": TRANSFER_STATES[TransferState(transfer.state)], "after": TRANSFER_STATES[after]}
            )
        side = transfer.to_force if way.side is Side.RECEIVING else transfer.from_force
        if by.force and by.force != side:
            raise RefusedError(
                _("This is for people of %(force)s to do.") % {"force": forces(clock.now().date())[side].ja}
            )
        yield now, transfer
        transfer.state = after
        transfer.save()
