"""Approve what leaves with a handover: the second person of a disclosure (R33)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from soken.access.policy import Act
from soken.casework.actions.dossier_act import acting
from soken.casework.actions.handover_act import check_can_leave, check_sender_step
from soken.casework.models import OutgoingHandover
from soken.casework.selectors.handover_contents import handed_of
from soken.casework.selectors.handovers import outgoing_of
from soken.core import clock
from soken.core.errors import RefusedError
from soken.exchange.handover import content_digest
from soken.route.handover import Outgoing

if TYPE_CHECKING:
    from soken.access.models import User
    from soken.casework.models import Operation


def approve_handover(operation: Operation, transfer: str, *, by: User) -> OutgoingHandover:
    """Approve a handover as its contents stand now: a later change of them asks for a new approval.

    Args:
        operation: where the person is.
        transfer: code of the handover.
        by: who approves; not who prepared it, and not who will send it.

    Raises:
        NotFoundError: the operation has no such handover; and see `acting`.
        RefusedError: it is not being prepared, the actor prepared it, the person cannot leave; and see `acting`.
    """
    found = outgoing_of(operation, transfer)
    with acting(found.dossier, by, Act.APPROVE_HANDOVER) as now:
        handover = OutgoingHandover.objects.select_for_update().get(pk=found.pk)
        if handover.state != Outgoing.APPROVED:
            check_sender_step(handover, Outgoing.APPROVED)
        if handover.offered_by_id == by.pk:
            raise RefusedError(_("You prepared this handover yourself; somebody else has to approve it."))
        check_can_leave(now, force=handover.from_force)
        handover.content_sha256 = content_digest(handed_of(handover).as_json())
        handover.approved_by, handover.approved_at, handover.state = by, clock.now(), Outgoing.APPROVED
        handover.save(update_fields=["content_sha256", "approved_by", "approved_at", "state"])
        return handover
