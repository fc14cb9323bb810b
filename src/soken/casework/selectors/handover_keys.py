"""This installation's own keys for handovers, and the installations that it trusts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pyrage
from django.utils.translation import gettext as _

from soken.casework.models import Peer
from soken.casework.selectors import store
from soken.core.errors import DamagedStoreError, NotFoundError, RefusedError
from soken.core.key_file import kept_text
from soken.exchange.handover import Card, seal, unseal
from soken.ledger.keys import signing_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from soken.exchange.handover import Statement

_IDENTITY: Final = "handover.key"


def own_card(name: str = "") -> Card:
    """Return this installation's public keys, made at the first use; the signing key is the one of its checkpoints.

    Args:
        name: what the installation is to be called elsewhere.
    """
    return Card(name, signing_key(store.home()).public_key().public_bytes_raw().hex(), str(_identity().to_public()))


def sealed(statement: Statement, peer: Peer) -> bytes:
    """Return a statement signed by this installation, for a peer and for this installation itself to open."""
    return seal(statement, signing_key(store.home()), [peer.recipient, own_card().recipient])


def unsealed(data: bytes, *, trusts: Callable[[str], object] | None = None) -> Statement:
    """Return what a file says that was encrypted for this installation.

    Args:
        data: the file.
        trusts: told the speaker's key before anything of the statement is read; raises where it is not trusted.

    Raises:
        BadInputError: see `soken.exchange.handover.unseal`.
    """
    return unseal(data, str(_identity()), trusts=trusts)


def peers() -> list[Peer]:
    """Return all installations ever registered, those in force first."""
    found = Peer.objects.select_related("added_by", "compared_by", "revoked_by")
    return sorted(found, key=lambda one: (one.revoked_at is not None, one.name, one.pk))


def trusted_peers() -> list[Peer]:
    """Return the installations that are trusted now, by name."""
    return [one for one in peers() if one.is_trusted]


def peer_named(name: str) -> Peer:
    """Return the trusted installation of a name.

    Raises:
        NotFoundError: none is registered under it.
        RefusedError: a second person has not compared its fingerprint yet.
    """
    found = Peer.objects.filter(name=name.strip(), revoked_at__isnull=True).first()
    if found is None:
        raise NotFoundError(
            _("No installation is registered as “%(name)s”; have its keys registered and compared first.")
            % {"name": name.strip()[:80]}
        )
    if not found.is_trusted:
        raise RefusedError(
            _("The keys of %(name)s have not been compared by a second person yet; nothing is sent or taken in.")
            % {"name": found.name}
        )
    return found


def speaker_of(signing: str) -> Peer:
    """Return the trusted installation that signs with a key (64 hexadecimal digits).

    Raises:
        RefusedError: the key is not registered, is revoked, or a second person has not compared it.
    """
    known = Peer.objects.filter(signing=signing).order_by("revoked_at").last()
    found = Peer.objects.filter(signing=signing, revoked_at__isnull=True).first()
    if found is not None and found.is_trusted:
        return found
    if found is not None:
        raise RefusedError(
            _("The file is signed by %(name)s, whose keys a second person has not compared yet; nothing was taken in.")
            % {"name": found.name}
        )
    if known is not None:
        raise RefusedError(
            _("The file is signed with a key of %(name)s that was revoked; nothing was taken in: call them.")
            % {"name": known.name}
        )
    raise RefusedError(
        _("The file is signed by an installation that nobody has registered here; nothing was taken in.")
    )


def _identity() -> pyrage.x25519.Identity:
    """Return the secret key that opens what is sent here.

    Raises:
        DamagedStoreError: the key file holds none.
    """
    path = store.home().keys / _IDENTITY
    try:
        return pyrage.x25519.Identity.from_str(kept_text(path, lambda: str(pyrage.x25519.Identity.generate())))
    except (pyrage.IdentityError, ValueError) as damaged:
        raise DamagedStoreError(
            f"The key file {path} does not hold a key; restore it from a backup of the home's keys."
        ) from damaged
