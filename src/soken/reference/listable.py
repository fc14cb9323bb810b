"""Which hosts a filter feed may name: nobody's registry, and no shared platform unless a person confirms it in words.

What a registry is comes from the public suffix list (publicsuffix.org, with its package); shared platforms besides its
private part from ``shared_hosts.toml``.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final

from publicsuffixlist import PSLFILE, PublicSuffixList

from soken.core.hosts import HostError, HostProblem, canonical_host, is_within, parents

#: Where the list's part about platforms begins.
_PRIVATE: Final = "// ===BEGIN PRIVATE DOMAINS==="
#: Longest host that a feed names: with "*." before and the zone's own name after it, DNS must still carry it.
LONGEST_LISTED: Final = 200
#: Names that the public DNS does not answer (RFC 6761, 6762, 7686, 8375); "example" and "test" are for tests.
_NOT_PUBLIC: Final = ("arpa", "internal", "invalid", "local", "localhost", "onion")


@cache
def _registries() -> PublicSuffixList:
    """Return the public suffix list's part about registries; an unknown top-level domain counts as one."""
    return PublicSuffixList(only_icann=True)


@cache
def _suffixes() -> PublicSuffixList:
    """Return the whole public suffix list: registries, and platforms that give each user a name of their own."""
    return PublicSuffixList()


def _private_part() -> set[str]:
    """Return the platforms that the public suffix list names, each in its one form."""
    lines = Path(PSLFILE).read_text(encoding="utf-8").split(_PRIVATE, 1)[1].splitlines()
    rules = (line.split(maxsplit=1)[0] for line in lines if line.strip() and not line.startswith("//"))
    return {canonical_host(rule.lstrip("*.!")) for rule in rules}


def _own_list() -> set[str]:
    """Return the domains of ``shared_hosts.toml``, each in its one form."""
    said = tomllib.loads((files("soken.reference") / "shared_hosts.toml").read_text(encoding="utf-8"))
    return {canonical_host(one) for kind in said["kinds"].values() for one in kind}


def listable_host(text: str) -> str:
    """Return the host that an address names, in its one form, if a feed may name it.

    Raises:
        HostError: it names no host, one by number, a registry (``co.jp``, ``example``), or none of the public DNS.
    """
    host = canonical_host(text)
    if len(host) > LONGEST_LISTED:
        raise HostError(HostProblem.TOO_LONG, text.strip())
    if any(is_within(host, one) for one in _NOT_PUBLIC):
        raise HostError(HostProblem.NOT_PUBLIC, host)
    if _registries().publicsuffix(host) == host:
        raise HostError(HostProblem.SUFFIX, host)
    return host


def shared_platform(host: str) -> str:
    """Return the shared platform that withholding a host would withhold, '' if none is known.

    A page of one user below a platform (``shop.platform.example``) is that user's alone and no platform.

    Args:
        host: in its one form.
    """
    if _suffixes().publicsuffix(host) == host:
        return host
    return _inside().get(host) or _inside().get(host.removeprefix("www."), "")


@cache
def _inside() -> dict[str, str]:
    """Return host → a shared platform that it is, or that stands below it."""
    found: dict[str, str] = {}
    for platform in sorted(_private_part() | _own_list(), key=lambda one: (one.count("."), one)):
        for above in parents(platform):
            found.setdefault(above, platform)
    return found


def asked_names(host: str) -> list[str]:
    """Return the names under which a feed may list a host: itself and each domain above, down to the registered one.

    Args:
        host: in its one form.
    """
    registry = _registries().publicsuffix(host) or ""
    return [one for one in parents(host) if len(one) > len(registry)]
