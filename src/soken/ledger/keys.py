"""The keys of the ledger: the installation's, each person's, and the one that signs checkpoints.

A person's values in the ledger are closed with a key of that person's own, which lies in the case database, itself
closed with the installation's key in the home. Deleting the person's key makes every value that the ledger holds of
them unreadable, in every copy of the ledger, and leaves the chain of hashes whole.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
from typing import TYPE_CHECKING, Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from soken.core.errors import DamagedStoreError
from soken.core.key_file import kept_key
from soken.ledger.entries import canonical

if TYPE_CHECKING:
    from collections.abc import Mapping

    from soken.core.home import Home

_MASTER: Final = "ledger.key"
_SIGNING: Final = "ledger-signing.key"
_NONCE: Final = 12
_KEY: Final = 32


def installation_key(home: Home) -> bytes:
    """Return the installation's key of 32 bytes; made, readable by its user only, at the first use."""
    return kept_key(home.keys / _MASTER)


def signing_key(home: Home) -> Ed25519PrivateKey:
    """Return the key that signs checkpoints; made at the first use."""
    return Ed25519PrivateKey.from_private_bytes(kept_key(home.keys / _SIGNING))


def new_key() -> bytes:
    """Return a fresh key for a person."""
    return AESGCM.generate_key(bit_length=8 * _KEY)


def close_key(key: bytes, subject: str, installation: bytes) -> str:
    """Return a person's key closed with the installation's, as text."""
    return _close(key, installation, b"key:" + subject.encode())


def open_key(closed: str, subject: str, installation: bytes) -> bytes:
    """Return a person's key.

    Raises:
        DamagedStoreError: it was closed with another installation's key, or altered.
    """
    return _open(closed, installation, b"key:" + subject.encode())


def close_values(values: Mapping[str, Any], subject: str, key: bytes) -> str:
    """Return values closed with a person's key, as text."""
    return _close(canonical(values).encode("utf-8", "surrogatepass"), key, b"values:" + subject.encode())


def open_values(sealed: str, subject: str, key: bytes) -> dict[str, Any]:
    """Return the values that an entry holds closed.

    Raises:
        DamagedStoreError: they were closed with another key, or altered.
    """
    found: dict[str, Any] = json.loads(
        _open(sealed, key, b"values:" + subject.encode()).decode("utf-8", "surrogatepass")
    )
    return found


def keyed_digest(text: str, home: Home) -> str:
    """Return a digest that tells equal texts to be equal, and from which nobody without the key learns one."""
    return hmac.new(installation_key(home), text.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()[:32]


def close_secret(text: str, home: Home, use: str) -> str:
    """Close a secret that the case database keeps (a second factor's, say).

    Args:
        text: the secret.
        home: whose key closes it.
        use: what it is for; it opens only as that.
    """
    return _close(text.encode(), installation_key(home), b"secret:" + use.encode())


def open_secret(closed: str, home: Home, use: str) -> str:
    """Open what `close_secret` has closed for the same use.

    Raises:
        DamagedStoreError: it was closed by another installation or for something else, or was altered.
    """
    return _open(closed, installation_key(home), b"secret:" + use.encode()).decode()


def _close(plain: bytes, key: bytes, bound: bytes) -> str:
    """Close bytes with AES-256-GCM; what they are bound to must be said again to open them."""
    nonce = os.urandom(_NONCE)
    return base64.b64encode(nonce + AESGCM(key).encrypt(nonce, plain, bound)).decode("ascii")


def _open(closed: str, key: bytes, bound: bytes) -> bytes:
    """Open what `_close` has closed."""
    try:
        held = base64.b64decode(closed, validate=True)
        return AESGCM(key).decrypt(held[:_NONCE], held[_NONCE:], bound)
    except (ValueError, InvalidTag) as wrong:
        raise DamagedStoreError(
            "What lies sealed in the database does not open with this installation's keys; use the home that wrote it."
        ) from wrong
