"""Release a disclosure as it stands now, or refuse it: the second person (R33)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from soken.access.policy import Act
from soken.casework.actions.dossier_act import check_right
from soken.casework.models import Disclosure, DisclosureState
from soken.casework.selectors.disclosed import content_sha256
from soken.casework.selectors.disclosures import disclosure_of, scope_of
from soken.casework.selectors.dossier import today
from soken.core import clock
from soken.core.errors import BadInputError, RefusedError
from soken.ledger.attribution import says

if TYPE_CHECKING:
    from datetime import date

    from soken.access.models import User
    from soken.casework.models import Operation
    from soken.casework.selectors.disclosed import PacketMaker


def release_disclosure(
    operation: Operation, key: int, *, by: User, packet: PacketMaker, until: date | None = None
) -> Disclosure:
    """Release what was asked for as its contents stand now: if they change, it has to be asked for anew.

    Args:
        operation: whose.
        key: number of the disclosure.
        by: who releases; not who asked.
        packet: makes a packet.
        until: last day on which copies can be taken; None for one copy.

    Raises:
        NotFoundError: there is none of this number, or nothing to be taken; or the actor is no member.
        BadInputError: the last day is past.
        RefusedError: the actor asked for it, it is decided already, or the role does not permit to release or not to
            see what it holds.
    """
    if until is not None and until < today():
        raise BadInputError(_("The last day is past; say a day to come, or none for one copy."))
    found = _checked(operation, key, by)
    digest = content_sha256(found, packet)
    return _decided(found, by, DisclosureState.RELEASED, digest, until)


def refuse_disclosure(operation: Operation, key: int, *, by: User) -> Disclosure:
    """Refuse what was asked for; it stays to be read.

    Raises: as `release_disclosure`.
    """
    return _decided(_checked(operation, key, by), by, DisclosureState.REFUSED)


def _checked(operation: Operation, key: int, by: User) -> Disclosure:
    """Return the disclosure if somebody may decide on it."""
    check_right(operation, by, Act.RELEASE_DISCLOSURE)
    found = disclosure_of(operation, key)
    check_right(operation, by, scope_of(found))
    says(act=Act.RELEASE_DISCLOSURE.value, person=found.person_code)
    if found.asked_by_id == by.pk:
        raise RefusedError(_("You asked for this yourself; it takes another person to release it."))
    return found


def _decided(
    disclosure: Disclosure, by: User, state: DisclosureState, digest: str = "", until: date | None = None
) -> Disclosure:
    """Record the decision, if none has been made meanwhile."""
    with transaction.atomic():
        now = Disclosure.objects.select_for_update().get(pk=disclosure.pk)
        if now.state != DisclosureState.ASKED:
            raise RefusedError(_("%(number)s is decided already; look at it anew.") % {"number": now})
        now.state, now.second, now.second_at, now.content_sha256, now.until = state, by, clock.now(), digest, until
        now.save(update_fields=["state", "second", "second_at", "content_sha256", "until"])
        return now
