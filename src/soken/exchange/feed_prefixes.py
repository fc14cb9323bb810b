"""Lists of hash prefixes: a host can be looked up in them, and they name none.

Of each host only the first bits of its SHA-256 stand there. Registered names are so few that a whole hash would be
undone by hashing them all; with 20 bits each prefix fits about one in a million names, some hundreds of those
registered worldwide. Decoys hide how many prefixes are hosts. Whoever suspects a certain address can still test it:
that is what the list is for. The keyed list answers only to those who have the key; docs/explanation/filter-feed.md
says what each hides and what it does not.

An exception begins with a minus. In the open list it is shorter: whoever paired the prefixes of all registered names
with those of their ``www`` would be left with one or two, were both 20 bits long.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

#: Bits of the open list, and of the keyed one; whole hexadecimal digits.
OPEN_BITS: Final = 20
KEYED_BITS: Final = 64
#: Bits of an exception in the open list.
EXCEPTION_BITS: Final = 12
#: The number of prefixes is a multiple of it, and at least twice that of the hosts.
STEP: Final = 256
#: The same of exceptions; there are always some, so that nobody sees whether one is meant.
EXCEPTION_STEP: Final = 16
#: What begins the line of an exception.
EXCEPT: Final = "-"


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


def open_exception(host: str) -> str:
    """Return the line of an exception in the open list."""
    return EXCEPT + open_prefix(host)[: EXCEPTION_BITS // 4]


def keyed_exception(host: str, key: bytes) -> str:
    """Return the line of an exception in the keyed list."""
    return EXCEPT + keyed_prefix(host, key)


def open_prefixes(hosts: Iterable[str], exceptions: Iterable[str], secrets: Secrets) -> list[str]:
    """Return the lines of the open list, in order."""
    listed = _padded({open_prefix(one) for one in hosts}, secrets.decoys, OPEN_BITS, STEP)
    excepted = {open_exception(one)[1:] for one in exceptions}
    # Another name for the decoys than that of the prefixes: the same secret must not say which prefixes are decoys.
    return _lines(listed, _padded(excepted, secrets.decoys, EXCEPTION_BITS, EXCEPTION_STEP, kind="open-"))


def keyed_prefixes(hosts: Iterable[str], exceptions: Iterable[str], secrets: Secrets) -> list[str]:
    """Return the lines of the keyed list, in order."""
    listed = _padded({keyed_prefix(one, secrets.lookup) for one in hosts}, secrets.decoys, KEYED_BITS, STEP)
    excepted = {keyed_prefix(one, secrets.lookup) for one in exceptions}
    return _lines(listed, _padded(excepted, secrets.decoys, KEYED_BITS, EXCEPTION_STEP, kind="keyed-"))


def _lines(listed: Iterable[str], excepted: Iterable[str]) -> list[str]:
    """Return a list's lines: its prefixes, and its exceptions, which sort before them."""
    return sorted([*(EXCEPT + one for one in excepted), *listed])


def _padded(prefixes: Iterable[str], secret: bytes, bits: int, step: int, *, kind: str = "") -> set[str]:
    """Return prefixes among decoys."""
    found = set(prefixes)
    wanted, number = min(step * max(1, -(-2 * len(found) // step)), 1 << bits), 0
    while len(found) < wanted:
        found.add(hmac.new(secret, f"{kind}{bits}:{number}".encode(), hashlib.sha256).hexdigest()[: bits // 4])
        number += 1
    return found
