"""Take a handover back: at once while nothing has left, else by a withdrawal that the receiver must acknowledge."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from soken.access.policy import Act
from soken.casework.actions.dossier_act import acting
from soken.casework.actions.handover_act import check_sender_step, check_side, written
from soken.casework.actions.said import in_words
from soken.casework.actions.send_handover import record_left
from soken.casework.models import OutgoingHandover
from soken.casework.selectors.handovers import outgoing_of
from soken.core import clock
from soken.route.handover import Outgoing, Word

if TYPE_CHECKING:
    from soken.access.models import User
    from soken.casework.models import Operation


def withdraw_handover(
    operation: Operation, transfer: str, *, by: User, reason: str
) -> tuple[OutgoingHandover, bytes | None]:
    """Return the handover, and the file that asks the receiver for it back; None where nothing had left.

    A receiver that has accepted answers with its acceptance, which stands. Asked again, the same withdrawal is written.

    Args:
        operation: where the person is.
        transfer: code of the handover.
        by: who withdraws.
        reason: why.

    Raises:
        BadInputError: the reason is missing.
        NotFoundError: the operation has no such handover, or the installation is no longer registered.
        RefusedError: it is over already; and see `acting`.
    """
    said = in_words(reason, _("The reason"))
    found = outgoing_of(operation, transfer)
    with acting(found.dossier, by, Act.OWN, away_too=True, others_too=True):
        check_side(by, found.from_force)
        handover = OutgoingHandover.objects.select_for_update().select_related("peer").get(pk=found.pk)
        before = Outgoing(handover.state)
        if before is not Outgoing.WITHDRAWING:
            inside = before in {Outgoing.OFFERED, Outgoing.APPROVED}
            after = Outgoing.WITHDRAWN if inside else Outgoing.WITHDRAWING
            check_sender_step(handover, after)
            handover.state, handover.withdrawn_by, handover.withdrawn_at = after, by, clock.now()
            handover.withdrawn_reason = said
            handover.save(update_fields=["state", "withdrawn_by", "withdrawn_at", "withdrawn_reason"])
            if inside:
                return handover, None
        record_left(handover)
        at = handover.withdrawn_at or clock.now()
        return handover, written(handover, Word.WITHDRAWAL, at, {"reason": handover.withdrawn_reason})
