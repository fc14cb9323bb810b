"""A version of the filter feed as files: what families' and providers' filters read, each signed by itself.

Each file has a head and a foot in the comment lines of its own form, so that it stands alone: which version it is, the
file of that form before it, and an Ed25519 signature over all that stands above. The same hosts, head and keys give
the same bytes.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from soken.exchange.feed_forms import FORMS, Form
from soken.exchange.feed_prefixes import Secrets

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

__all__ = ["FORMS", "Edition", "FeedKeys", "Form", "Secrets", "digest_of", "feed_files"]

#: Name and number of the form; another would have another number.
MARK: Final = "soken-feed 1"
#: What stands where there was no version before.
NONE: Final = "none"


@dataclass(frozen=True, slots=True)
class Edition:
    """What a version says.

    Attributes:
        version: its number, from 1.
        serial: of the zone; grows with each version.
        made_at: when it was made.
        hosts: those listed, each in its one form.
        previous: form → SHA-256 of the file of the version before; empty for the first.
        exceptions: those delisted below a listed one; see `soken.exchange.feed_names`.
    """

    version: int
    serial: int
    made_at: datetime
    hosts: frozenset[str]
    previous: Mapping[Form, str]
    exceptions: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class FeedKeys:
    """The secrets of whoever publishes.

    Attributes:
        signing: signs each file.
        secrets: of the lists of prefixes.
    """

    signing: Ed25519PrivateKey
    secrets: Secrets


def feed_files(edition: Edition, keys: FeedKeys) -> dict[Form, bytes]:
    """Return a version's file in each form."""
    return {form: _signed(form, edition, keys) for form in FORMS}


def digest_of(files: Mapping[Form, str]) -> str:
    """Return the digest of a version: of its files' digests, in the order of the forms."""
    return hashlib.sha256("".join(f"{form}:{files[form]}\n" for form in FORMS).encode()).hexdigest()


def _signed(form: Form, edition: Edition, keys: FeedKeys) -> bytes:
    """Return one file, with its signature as the last line."""
    shape = FORMS[form]
    lines = shape.body(edition, keys.secrets)
    key = keys.signing.public_key().public_bytes_raw().hex()
    head = [
        MARK,
        f"form: {form.value}",
        f"version: {edition.version}",
        f"serial: {edition.serial}",
        f"made: {edition.made_at.isoformat()}",
        f"lines: {len(lines)}",
        f"previous: {edition.previous.get(form, NONE)}",
        *shape.notes(keys.secrets),
    ]
    above = [f"{shape.comment} {one}" for one in head] + lines + [f"{shape.comment} key: {key}"]
    signed = ("\n".join(above) + "\n").encode("ascii")
    return signed + f"{shape.comment} signature: {keys.signing.sign(signed).hex()}\n".encode("ascii")
