"""Take a copy that another person has released: marked, recorded with both people, and no more often than released."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from soken.access.policy import Act
from soken.casework.actions.dossier_act import check_right
from soken.casework.models import Disclosure, DisclosureState, DisclosureTaking
from soken.casework.selectors.disclosed import content_sha256, marked_copy
from soken.casework.selectors.disclosures import can_be_taken, disclosure_of, scope_of
from soken.core import clock
from soken.core.errors import RefusedError
from soken.core.hashing import stream_sha256
from soken.exchange.mark import Mark
from soken.ledger.attribution import says
from soken.ledger.entries import Draft, Kind
from soken.ledger.record import record

if TYPE_CHECKING:
    from soken.access.models import User
    from soken.casework.models import Operation
    from soken.casework.selectors.disclosed import Copy, PacketMaker


def take_disclosure(operation: Operation, key: int, *, by: User, packet: PacketMaker, processes: int = 1) -> Copy:
    """Return the marked copy; the ledger holds who took it, who released it, to whom it goes and why.

    Args:
        operation: whose.
        key: number of the disclosure.
        by: who takes it: who asked for it.
        packet: makes a packet.
        processes: how many make packets, where there are many.

    Raises:
        NotFoundError: there is none of this number, or the actor is no member of the operation.
        RefusedError: somebody else asked for it, it is not released or over, its contents have changed since, or the
            role does not permit to see what it holds (any longer).
    """
    check_right(operation, by, Act.ASK_DISCLOSURE)
    asked = disclosure_of(operation, key)
    check_right(operation, by, scope_of(asked))
    says(act=Act.ASK_DISCLOSURE.value, person=asked.person_code)
    second = _releaser(asked, by)
    mark = Mark(asked.number, by.get_username(), clock.now(), asked.recipient, second.get_username())
    # The copy first, then the hash: what changes meanwhile is found, and nobody waits for a long file.
    copy = marked_copy(asked, packet, mark, processes=processes)
    if (copy.content_sha256 or content_sha256(asked, packet)) != asked.content_sha256:
        copy.file.close()
        raise RefusedError(
            _("What would be taken has changed since %(number)s was released; ask anew.") % {"number": asked}
        )
    with transaction.atomic():
        now = Disclosure.objects.select_for_update().get(pk=asked.pk)
        _releaser(now, by)
        digest = stream_sha256(copy.file)
        copy.file.seek(0)
        DisclosureTaking.objects.create(disclosure=now, by=by, at=mark.at, file_sha256=digest)
        if now.until is None:
            now.state = DisclosureState.TAKEN
            now.save(update_fields=["state"])
        record(
            Draft(
                Kind.DISCLOSURE,
                operation=operation.slug,
                person=now.person_code,
                about=now.number,
                recipient=now.recipient,
                facts={"content": now.content_sha256, "file": digest, "form": now.asked_for, "second": mark.second},
                secret={"because": now.reason},
            )
        )
        return copy


def _releaser(disclosure: Disclosure, by: User) -> User:
    """Return who released it, if somebody may take a copy of it now.

    Raises:
        RefusedError: they may not.
    """
    if disclosure.asked_by_id != by.pk:
        raise RefusedError(_("Somebody else asked for %(number)s; ask for a copy yourself.") % {"number": disclosure})
    if disclosure.second is None or not can_be_taken(disclosure):
        raise RefusedError(_("%(number)s is not released, or it is over; ask anew.") % {"number": disclosure})
    return disclosure.second
