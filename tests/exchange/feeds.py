"""Versions of a feed for tests, with keys that stay the same."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from soken.exchange.feed import Edition, FeedKeys, feed_files
from soken.exchange.feed_names import exceptions_among
from soken.exchange.feed_prefixes import Secrets

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from soken.exchange.feed_forms import Form

KEYS = FeedKeys(Ed25519PrivateKey.from_private_bytes(b"k" * 32), Secrets(decoys=b"d" * 32, lookup=b"l" * 32))
KEY = KEYS.signing.public_key().public_bytes_raw().hex()
MADE = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)


def made(
    hosts: Iterable[str], version: int = 1, previous: Mapping[Form, str] | None = None, delisted: Iterable[str] = ()
) -> dict[Form, bytes]:
    """The files of a version."""
    listed = frozenset(hosts)
    exceptions = exceptions_among(frozenset(delisted), listed)
    return feed_files(Edition(version, 1_800_000_000 + version, MADE, listed, previous or {}, exceptions), KEYS)
