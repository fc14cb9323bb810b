"""Trust another installation's keys: one person registers them, another compares the fingerprint; either revokes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.utils.translation import gettext as _

from soken.access.policy import Act, allows
from soken.casework.actions.said import in_words
from soken.casework.models import Peer
from soken.casework.selectors.handover_keys import own_card
from soken.core import clock
from soken.core.errors import BadInputError, NotFoundError, RefusedError
from soken.ledger.attribution import says

if TYPE_CHECKING:
    from soken.access.models import User
    from soken.exchange.handover import Card

_LONGEST_NAME: Final = 80


def register_peer(card: Card, *, by: User, name: str, fingerprint: str) -> Peer:
    """Register an installation's public keys under a name; they are trusted once a second person has compared them.

    Args:
        card: the keys, as they came.
        by: who registers.
        name: under which the installation is known here.
        fingerprint: as the other installation told it by another way than the card (telephone, paper).

    Raises:
        BadInputError: the name is missing, or the fingerprint is not that of the card.
        RefusedError: the role does not permit it, the keys are this installation's own, or the name or key is taken.
    """
    _check(by)
    said = in_words(name, _("The name"), longest=_LONGEST_NAME)
    _compare(card.fingerprint, fingerprint)
    if card.signing == own_card().signing:
        raise RefusedError(_("These are this installation's own keys; register the other one's."))
    with transaction.atomic():
        if Peer.objects.filter(name=said, revoked_at__isnull=True).exists():
            raise RefusedError(_("Another installation is registered as “%(name)s”; revoke it first.") % {"name": said})
        if Peer.objects.filter(signing=card.signing, revoked_at__isnull=True).exists():
            raise RefusedError(_("These keys are registered already; look at the list."))
        return Peer.objects.create(
            name=said, signing=card.signing, recipient=card.recipient, fingerprint=card.fingerprint, added_by=by,
            added_at=clock.now(),
        )  # fmt: skip


def compare_peer(name: str, *, by: User, fingerprint: str) -> Peer:
    """Say, as the second person, that the fingerprint is the one that the other installation tells.

    Args:
        name: of the installation.
        by: who has compared; not who registered it.
        fingerprint: as the other installation told it.

    Raises:
        BadInputError: it is another fingerprint.
        RefusedError: the role does not permit it, or the actor registered the keys.
        NotFoundError: nothing of that name waits to be compared.
    """
    _check(by)
    with transaction.atomic():
        found = _registered(name)
        if found.compared_at is not None:
            raise RefusedError(_("The keys of %(name)s have been compared already.") % {"name": found.name})
        if found.added_by_id == by.pk:
            raise RefusedError(_("You registered these keys yourself; a second person has to compare them."))
        _compare(found.fingerprint, fingerprint)
        found.compared_by, found.compared_at = by, clock.now()
        found.save(update_fields=["compared_by", "compared_at"])
        return found


def revoke_peer(name: str, *, by: User, reason: str) -> Peer:
    """Trust an installation's keys no longer: nothing signed with them is taken in, nothing is sent to them.

    Raises:
        BadInputError: the reason is missing.
        RefusedError: the role does not permit it.
        NotFoundError: none is registered under the name.
    """
    _check(by)
    said = in_words(reason, _("The reason"))
    with transaction.atomic():
        found = _registered(name)
        found.revoked_by, found.revoked_at, found.revoked_reason = by, clock.now(), said
        found.save(update_fields=["revoked_by", "revoked_at", "revoked_reason"])
        return found


def _check(by: User) -> None:
    """Refuse whoever may not say whom this installation trusts.

    Raises:
        RefusedError: the role does not permit it.
    """
    says(by=by.get_username(), act=Act.TRUST_PEER.value)
    if not allows(by, Act.TRUST_PEER):
        raise RefusedError(
            _("Your role (%(role)s) may not do this (%(act)s); ask somebody whose role may.")
            % {"role": by.get_role_display(), "act": Act.TRUST_PEER.value}
        )


def _registered(name: str) -> Peer:
    """Return the installation in force of a name, locked until the act is done.

    Raises:
        NotFoundError: there is none.
    """
    found = Peer.objects.select_for_update().filter(name=name.strip(), revoked_at__isnull=True).first()
    if found is None:
        raise NotFoundError(
            _("No installation is registered as “%(name)s”; have its keys registered and compared first.")
            % {"name": name.strip()[:80]}
        )
    return found


def _compare(is_one: str, told: str) -> None:
    """Refuse a fingerprint that is not the one of the keys; blanks and case make no difference.

    Raises:
        BadInputError: it is another.
    """
    if "".join(told.split()).casefold() != "".join(is_one.split()):
        raise BadInputError(
            _("The fingerprint told is not that of these keys: somebody may have changed the card. Call them again.")
        )
