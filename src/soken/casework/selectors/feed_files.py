"""The keys and files of the filter feed, as they lie in the home."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from soken.core.errors import DamagedStoreError
from soken.core.key_file import kept_key
from soken.exchange.feed import FORMS, FeedKeys, Form, Secrets

if TYPE_CHECKING:
    from pathlib import Path

    from soken.casework.models import FeedVersion
    from soken.core.home import Home

_SIGNING: Final = "feed-signing.key"
_DECOYS: Final = "feed-decoys.key"
_LOOKUP: Final = "feed-lookup.key"


def feed_keys(home: Home) -> FeedKeys:
    """Return the secrets of this installation's feed; made at the first use.

    Raises:
        DamagedStoreError: one of their files holds no key.
    """
    signing = Ed25519PrivateKey.from_private_bytes(kept_key(home.keys / _SIGNING))
    return FeedKeys(signing, Secrets(kept_key(home.keys / _DECOYS), lookup_key(home)))


def lookup_key(home: Home) -> bytes:
    """Return the key of the keyed list, 32 bytes; for those who may look up."""
    return kept_key(home.keys / _LOOKUP)


def feed_public_key(home: Home) -> str:
    """Return the public key that this installation's feed is signed with, 64 hexadecimal digits."""
    return feed_keys(home).signing.public_key().public_bytes_raw().hex()


def version_folder(home: Home, version: FeedVersion) -> Path:
    """Return the folder of a version, named by what it is too: a number alone may have been given before."""
    return home.feed / f"{version.number:04d}-{version.sha256[:12]}"


def version_file(home: Home, version: FeedVersion, form: Form) -> bytes:
    """Return the file of a version in a form, as it went out.

    Raises:
        DamagedStoreError: it is not there, or not as it went out.
    """
    path = version_folder(home, version) / FORMS[form].name
    try:
        data = path.read_bytes()
    except OSError as missing:
        raise _damaged(version, form) from missing
    if hashlib.sha256(data).hexdigest() != version.files.get(form.value):
        raise _damaged(version, form)
    return data


def _damaged(version: FeedVersion, form: Form) -> DamagedStoreError:
    """Return the error for a file that is not as it went out."""
    return DamagedStoreError(
        f"The file {FORMS[form].name} of version {version.number} of the filter feed is missing or altered; "
        "restore it from a backup."
    )
