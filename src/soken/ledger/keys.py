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
import secrets
from typing import TYPE_CHECKING, Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from soken.core.errors import DamagedStoreError
from soken.ledger.entries import canonical

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from soken.core.home import Home

_MASTER: Final = "ledger.key"
_SIGNING: Final = "ledger-signing.key"
_NONCE: Final = 12
_KEY: Final = 32


def installation_key(home: Home) -> bytes:
    """Return the installation's key of 32 bytes; made, readable by its user only, at the first use."""
    return _kept(home.keys / _MASTER)


def signing_key(home: Home) -> Ed25519PrivateKey:
    """Return the key that signs checkpoints; made at the first use."""
    return Ed25519PrivateKey.from_private_bytes(_kept(home.keys / _SIGNING))


def _kept(path: Path) -> bytes:
    """Return the 32 bytes that a file holds as hexadecimal digits; made whole and once, whoever else makes it too.

    Raises:
        DamagedStoreError: the file holds something else.
    """
    if not path.exists():
        made = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
        descriptor = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as stream:
            stream.write(secrets.token_hex(_KEY))
            stream.flush()
            os.fsync(stream.fileno())
        try:
            os.link(made, path)
        except FileExistsError:
            pass  # another process was first: its key counts
        finally:
            made.unlink()
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except ValueError as damaged:
        raise _damaged(path) from damaged
    if len(key) != _KEY:
        raise _damaged(path)
    return key


def _damaged(path: Path) -> DamagedStoreError:
    """Return the refusal of a key file that holds no key."""
    return DamagedStoreError(f"The key file {path} does not hold a key; restore it from a backup of the home's keys.")


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
            "A sealed part of the ledger does not open with this installation's keys; use the home that wrote it."
        ) from wrong
