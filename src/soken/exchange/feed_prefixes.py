"""Lists of hash prefixes: a host can be looked up in them, and they name none.

Of each host only the first bits of its SHA-256 stand there. Registered names are so few that a whole hash would be
undone by hashing them all; with 20 bits each prefix fits about one in a million names, some hundreds of those
registered worldwide. Decoys hide how many prefixes are hosts. Whoever suspects a certain address can still test it:
that is what the list is for. The keyed list answers only to those who have the key; docs/explanation/filter-feed.md
says what each hides and what it does not.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

#: Bits of the open list, and of the keyed one; whole hexadecimal digits.
OPEN_BITS: Final = 20
KEYED_BITS: Final = 64
#: The number of prefixes is a multiple of it, and at least twice that of the hosts.
STEP: Final = 256


@dataclass(frozen=True, slots=True)
class Secrets:
    """What whoever publishes keeps.

    Attributes:
        decoys: 32 bytes from which decoys are made; the same in every version, so that decoys stay.
        lookup: 32 bytes with which hosts are hashed for the keyed list; given to those who may look up.
    """

    decoys: bytes
    lookup: bytes


def open_prefix(host: str) -> str:
    """Return a host's prefix in the open list, as hexadecimal digits."""
    return hashlib.sha256(host.encode("ascii")).hexdigest()[: OPEN_BITS // 4]


def keyed_prefix(host: str, key: bytes) -> str:
    """Return a host's prefix in the keyed list, as hexadecimal digits."""
    return hmac.new(key, host.encode("ascii"), hashlib.sha256).hexdigest()[: KEYED_BITS // 4]


def key_name(key: bytes) -> str:
    """Return a short name of a key of the keyed list, from which nobody learns the key."""
    return hashlib.sha256(b"soken-feed-lookup:" + key).hexdigest()[:16]


def open_prefixes(hosts: Iterable[str], secrets: Secrets) -> list[str]:
    """Return the lines of the open list, in order."""
    return _padded(hosts, open_prefix, secrets.decoys, OPEN_BITS)


def keyed_prefixes(hosts: Iterable[str], secrets: Secrets) -> list[str]:
    """Return the lines of the keyed list, in order."""
    return _padded(hosts, lambda host: keyed_prefix(host, secrets.lookup), secrets.decoys, KEYED_BITS)


def _padded(hosts: Iterable[str], prefix_of: Callable[[str], str], secret: bytes, bits: int) -> list[str]:
    """Return the prefixes of hosts among decoys."""
    found = {prefix_of(host) for host in hosts}
    wanted, number = STEP * max(1, -(-2 * len(found) // STEP)), 0
    while len(found) < wanted:
        found.add(hmac.new(secret, f"{bits}:{number}".encode(), hashlib.sha256).hexdigest()[: bits // 4])
        number += 1
    return sorted(found)
