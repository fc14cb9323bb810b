"""Write the file with which a person leaves for another installation; from this moment nobody acts on them here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from soken.access.policy import Act
from soken.casework.actions.dossier_act import acting
from soken.casework.actions.handover_act import check_can_leave, check_sender_step, check_side, written
from soken.casework.models import OutgoingHandover
from soken.casework.selectors.handover_contents import handed_of
from soken.casework.selectors.handovers import outgoing_of
from soken.core import clock
from soken.core.errors import RefusedError
from soken.exchange.handover import content_digest
from soken.ledger.entries import Draft, Kind
from soken.ledger.record import record
from soken.route.handover import IN_FLIGHT, Outgoing, Word

if TYPE_CHECKING:
    from soken.access.models import User
    from soken.casework.models import Operation


def send_handover(operation: Operation, transfer: str, *, by: User) -> tuple[OutgoingHandover, bytes]:
    """Return the handover and its file, signed and encrypted to the receiver; sent again, the same file.

    Args:
        operation: where the person is.
        transfer: code of the handover.
        by: who sends; not who approved.

    Raises:
        NotFoundError: the operation has no such handover, or the installation is no longer registered.
        RefusedError: it is not approved, the actor approved it, what would leave has changed since, the person cannot
            leave; and see `acting`.
        BadInputError: it is too large.
    """
    found = outgoing_of(operation, transfer)
    with acting(found.dossier, by, Act.OWN, away_too=True, others_too=True) as now:
        check_side(by, found.from_force)
        handover = OutgoingHandover.objects.select_for_update().select_related("peer").get(pk=found.pk)
        if handover.approved_by_id == by.pk:
            raise RefusedError(_("You approved this handover; somebody else has to send it."))
        if handover.state in IN_FLIGHT and handover.sealed is not None:
            record_left(handover)
            return handover, bytes(handover.sealed)
        check_sender_step(handover, Outgoing.SENT)
        handover.dossier = now
        check_can_leave(now, force=handover.from_force)
        body = handed_of(handover).as_json()
        if content_digest(body) != handover.content_sha256:
            raise RefusedError(
                _("What would leave has changed since it was approved; have %(transfer)s approved anew.")
                % {"transfer": handover.transfer}
            )
        handover.sent_by, handover.sent_at, handover.state = by, clock.now(), Outgoing.SENT
        file = written(handover, Word.OFFER, handover.sent_at, body)
        handover.sealed = file
        handover.save(update_fields=["sent_by", "sent_at", "state", "sealed"])
        record_left(handover)
        return handover, file


def record_left(handover: OutgoingHandover) -> None:
    """Record that a file about the person left for another installation, each time it does."""
    record(
        Draft(
            Kind.DISCLOSURE,
            operation=handover.dossier.operation.slug,
            person=handover.dossier.person_code,
            recipient=handover.recipient,
            about=handover.transfer,
            facts={"content": handover.content_sha256},
        )
    )
