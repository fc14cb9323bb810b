"""What the feed says of a name: the nearest of what is listed and what is excepted above it decides.

A listed host stands for all below it. One that two people have delisted must be free again even where a domain above it
stays listed; it is then an exception, with all below it, but for what is listed below it once more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from soken.core.hosts import parents

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet


def exceptions_among(delisted: AbstractSet[str], hosts: AbstractSet[str]) -> frozenset[str]:
    """Return the delisted hosts that would stay withheld, since a domain above them is listed.

    Args:
        delisted: those delisted, whether or not somebody else lists them still.
        hosts: those listed.
    """
    return frozenset(one for one in delisted - hosts if any(above in hosts for above in parents(one)))


def is_withheld(name: str, hosts: AbstractSet[str], exceptions: AbstractSet[str]) -> bool:
    """Tell whether a name is withheld; see the module.

    Args:
        name: in its one form.
        hosts: those listed.
        exceptions: those excepted; none of them is listed.
    """
    return next((one in hosts for one in parents(name) if one in hosts or one in exceptions), False)


def turns_above(name: str, hosts: AbstractSet[str], exceptions: AbstractSet[str]) -> int:
    """Return how often what is said turns from the top-level domain down to a name: 1 listed, 2 excepted, 3 listed."""
    said = [one in hosts for one in parents(name) if one in hosts or one in exceptions]
    return sum(here != above for here, above in zip(said, [*said[1:], False], strict=True))


def names_between(hosts: AbstractSet[str], exceptions: AbstractSet[str]) -> dict[str, bool]:
    """Return each name that has to be said so that the nearest one decides for every other → is it withheld.

    A zone's wildcard does not reach below a name that exists there, and a name exists once anything stands below it
    (RFC 4592): beside `shop.example` and `a.b.shop.example` nothing would be said of `b.shop.example`.
    """
    spoken = hosts | exceptions
    return {
        name: is_withheld(name, hosts, exceptions)
        for one in spoken
        for name in parents(one)
        if name in spoken or any(above in spoken for above in parents(name))
    }
