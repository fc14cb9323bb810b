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
from soken.casework.language import page_language
from soken.casework.models import NotificationKind, Transfer
from soken.casework.models.transfer import TRANSFER_STATES
from soken.casework.selectors.transfers import centre_may_answer
from soken.core import clock
from soken.core.errors import BadInputError, NotFoundError, RefusedError
from soken.reference.forces import forces
from soken.route.transfers import OPEN, Side, TransferState, step

if TYPE_CHECKING:
    from collections.abc import Iterator

    from soken.access.models import User
    from soken.casework.models import Dossier, Operation


def receive_transfer(operation: Operation, key: int, *, by: User, answer: str = "") -> Transfer:
    """Say that an offered person has arrived; the clock of the answer goes on.

    Raises:
        NotFoundError: see `_answering`.
        RefusedError: see `_answering`.
        BadInputError: what is said is too long, or missing where the centre acts for the force.
    """
    said = _optional(answer)
    with _answering(operation, key, by, TransferState.RECEIVED, said) as (_now, transfer):
        transfer.received_by, transfer.received_at, transfer.answer = by, clock.now(), said
        return transfer


def accept_transfer(operation: Operation, key: int, *, by: User, answer: str = "") -> Transfer:
    """Take an offered person on: in this moment, and not before, the owner changes.

    Raises:
        NotFoundError: see `_answering`.
        RefusedError: see `_answering`.
        BadInputError: the answer is too long, or missing where the centre acts for the force.
    """
    said = _optional(answer)
    with _answering(operation, key, by, TransferState.ACCEPTED, said) as (now, transfer):
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
    with _answering(operation, key, by, TransferState.RETURNED, said) as (_now, transfer):
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
    with _answering(operation, key, by, TransferState.WITHDRAWN, said) as (_now, transfer):
        _end(transfer, by, said)
        tell_receivers(transfer, NotificationKind.TRANSFER_WITHDRAWN, but=by)
        return transfer


def _optional(answer: str) -> str:
    """Return what somebody had to add, '' for nothing.

    Raises:
        BadInputError: it is too long.
    """
    return in_words(answer, _("The answer")) if answer.strip() else ""


def _end(transfer: Transfer, by: User, answer: str) -> None:
    """Note who ended a transfer and what they said, below what was said when it arrived."""
    transfer.ended_by, transfer.ended_at = by, clock.now()
    transfer.answer = "\n".join(one for one in (transfer.answer, answer) if one)


def _check_not_own(transfer: Transfer, after: TransferState, by: User) -> None:
    """Refuse the other side's word to whoever made the offer: a transfer has two sides (R19).

    Raises:
        RefusedError: the actor made the offer.
    """
    if transfer.offered_by_id != by.pk:
        return
    if after is TransferState.RECEIVED:
        raise RefusedError(_("You made this offer yourself; somebody else has to receive it."))
    if after is TransferState.ACCEPTED:
        raise RefusedError(_("You made this offer yourself; somebody else has to accept it."))


def _check_side(transfer: Transfer, side: Side, by: User, said: str) -> None:
    """Refuse whoever does not stand on the side whose act it is.

    The centre offers and withdraws for any force. It receives and answers for one only with a reason, and only where
    nobody of that force could, or has for too long: two colleagues of the centre are not two sides (R19).

    Raises:
        RefusedError: another force's people, or the centre's while the receiving force can answer itself.
        BadInputError: the centre says no reason.
    """
    force = transfer.to_force if side is Side.RECEIVING else transfer.from_force
    if by.force == force or (not by.force and side is Side.OFFERING):
        return
    name = forces(clock.now().date())[force].said(page_language())
    if by.force:
        raise RefusedError(_("This is for people of %(force)s to do.") % {"force": name})
    if not centre_may_answer(transfer):
        raise RefusedError(
            _("People of %(force)s can answer this themselves; the centre does only once it is escalated.")
            % {"force": name}
        )
    if not said:
        raise BadInputError(_("You answer for %(force)s; say why.") % {"force": name})


def _no_way(transfer: Transfer, after: TransferState, by: User) -> RefusedError:
    """Return why a transfer cannot go on so, and what to do: whose turn it is, or that it has ended."""
    state, force = TransferState(transfer.state), forces(clock.now().date())[transfer.to_force].said(page_language())
    words = {"number": transfer.pk, "force": force, "state": TRANSFER_STATES[state], "after": TRANSFER_STATES[after]}
    if state not in OPEN:
        return RefusedError(
            _("Transfer %(number)s has ended: “%(state)s”. Nothing follows; offer the person anew where it is needed.")
            % words
        )
    if by.force not in {"", transfer.to_force, transfer.from_force}:
        offerer = forces(clock.now().date())[transfer.from_force].said(page_language())
        return RefusedError(
            _(
                "Transfer %(number)s was offered to %(force)s by %(offerer)s: they settle it between them, and your"
                " force has no part in it."
            )
            % {**words, "offerer": offerer}
        )
    if by.force not in {"", transfer.to_force}:
        return RefusedError(
            _(
                "Transfer %(number)s was offered to %(force)s: its people record the arrival and answer. Your force can"
                " withdraw the offer, and nothing else."
            )
            % words
        )
    if state is TransferState.OFFERED:
        return RefusedError(
            _("Transfer %(number)s has not been received yet: record its arrival at %(force)s first, then answer it.")
            % words
        )
    return RefusedError(
        _("Transfer %(number)s was received already; accept the person, or return them with the reason.") % words
    )


@contextmanager
def _answering(
    operation: Operation, key: int, by: User, after: TransferState, said: str
) -> Iterator[tuple[Dossier, Transfer]]:
    """Open an act on a transfer: its dossier and it as they stand now; saved in its new state when the act is done.

    Raises:
        NotFoundError: the operation has no such transfer, or the actor is no member.
        RefusedError: somebody has answered it already, it has not been received yet; and see `_check_not_own` and
            `_check_side`.
        BadInputError: see `_check_side`.
    """
    check_right(operation, by, Act.OWN)
    found = Transfer.objects.filter(pk=key, dossier__operation=operation).select_related("dossier").first()
    if found is None:
        raise NotFoundError(_("This operation has no transfer number %(number)s.") % {"number": key})
    with acting(found.dossier, by, Act.OWN, frozen_too=True, others_too=True) as now:
        transfer = Transfer.objects.select_for_update().get(pk=found.pk)
        way = step(TransferState(transfer.state), after)
        if way is None:
            raise _no_way(transfer, after, by)
        if by.force in {"", transfer.to_force}:
            _check_not_own(transfer, after, by)
        _check_side(transfer, way.side, by, said)
        yield now, transfer
        transfer.state = after
        transfer.save()
