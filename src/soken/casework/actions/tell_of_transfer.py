"""Tell the other side of a transfer what came up; inside the act's transaction, never oneself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from soken.casework.actions.tell import tell
from soken.casework.models import Membership, NotificationKind
from soken.casework.selectors.compartments import few_who_see
from soken.casework.selectors.transfers import answerers

if TYPE_CHECKING:
    from soken.access.models import User
    from soken.casework.models import OutgoingHandover, Transfer


def tell_receivers(transfer: Transfer, kind: NotificationKind, *, but: User) -> None:
    """Notify everybody of the receiving force who could answer, except whoever acts."""
    tell([one for one in answerers(transfer).values_list("user", flat=True) if one != but.pk], transfer.dossier, kind)


def tell_offerer(transfer: Transfer, kind: NotificationKind, *, but: User) -> None:
    """Notify whoever offered, if they are still a member of the operation and do not act themselves."""
    member = Membership.objects.filter(operation=transfer.dossier.operation_id, user=transfer.offered_by_id)
    tell([one for one in member.values_list("user", flat=True) if one != but.pk], transfer.dossier, kind)


def tell_few_of_handover(handover: OutgoingHandover, kind: NotificationKind) -> None:
    """Notify those few who may see a person who is shut away; nobody else is told, whoever prepared it neither."""
    tell(few_who_see(handover.dossier), handover.dossier, kind)


def tell_of_handover(handover: OutgoingHandover, kind: NotificationKind, *, but: User) -> None:
    """Notify whoever prepared a handover to another installation, if still a member and not acting themselves."""
    member = Membership.objects.filter(operation=handover.dossier.operation_id, user=handover.offered_by_id)
    tell([one for one in member.values_list("user", flat=True) if one != but.pk], handover.dossier, kind)
