"""The other installation, as far as its keys and files go: what it would send, said by the pure core."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyrage
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from soken.access.models import Role, User
from soken.casework.actions.trust_peer import compare_peer, register_peer
from soken.casework.selectors.handover_keys import own_card
from soken.exchange.handover import Card, Statement, content_digest, seal, unseal
from soken.route.handover import Word

if TYPE_CHECKING:
    from soken.casework.models import Peer


class OtherInstallation:
    """Osaka's keys."""

    def __init__(self, name: str = "Osaka", seed: int = 7) -> None:
        self.signing = Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)
        self.identity = pyrage.x25519.Identity.generate()
        self.card = Card(name, self.signing.public_key().public_bytes_raw().hex(), str(self.identity.to_public()))

    def trusted(self) -> Peer:
        """Have two reviewers of this installation trust the other."""
        one, two = (
            User.objects.create(username=f"{self.card.name}-{number}", role=Role.REVIEWER, password="!")
            for number in (1, 2)
        )
        register_peer(self.card, by=one, name=self.card.name, fingerprint=self.card.fingerprint)
        return compare_peer(self.card.name, by=two, fingerprint=self.card.fingerprint)

    def opens(self, file: bytes) -> Statement:
        """Read what was sent to it."""
        return unseal(file, str(self.identity))

    def says(
        self, word: Word, transfer: str, content: str, body: dict[str, Any] | None = None, *, hearer: str = ""
    ) -> bytes:
        """Write a word about a transfer."""
        card = own_card()
        statement = Statement(
            word, transfer, self.card.signing, hearer or card.signing, "2026-11-21T09:00:00+00:00", content, body or {}
        )
        return seal(statement, self.signing, [card.recipient])

    def answers(self, file: bytes, word: Word, reason: str = "") -> bytes:
        """Answer a file that was sent to it."""
        heard = self.opens(file)
        return self.says(word, heard.transfer, heard.content, {"reason": reason})

    def offers(self, body: dict[str, Any], transfer: str = "H-0000000000AA") -> bytes:
        """Offer a person."""
        return self.says(Word.OFFER, transfer, content_digest(body), body)
