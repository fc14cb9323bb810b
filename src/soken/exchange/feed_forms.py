"""The forms of the filter feed: for name servers (response-policy zone), hosts files, AdGuard, and as hash prefixes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from soken.exchange.feed_names import is_withheld, names_between, turns_above
from soken.exchange.feed_prefixes import (
    EXCEPTION_BITS,
    KEYED_BITS,
    OPEN_BITS,
    key_name,
    keyed_prefixes,
    open_prefixes,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from soken.exchange.feed import Edition
    from soken.exchange.feed_prefixes import Secrets

#: Seconds that a name server may keep an answer, and those of the zone's own record: a delisted name is soon back.
_KEEP: Final = 300
_ZONE_TIMES: Final = "3600 600 1209600 300"
#: Where a name leads in a response-policy zone that is to be answered as if no policy spoke of it.
LET_THROUGH: Final = "rpz-passthru."
#: AdGuard's rules, each outdoing the ones before it: listed, excepted of that, listed below, excepted of that.
RULES: Final = ("||{}^", "@@||{}^", "||{}^$important", "@@||{}^$important")


class Form(StrEnum):
    """In what form a feed is read."""

    RPZ = "rpz"
    HOSTS = "hosts"
    ADGUARD = "adguard"
    PREFIXES = "prefixes"
    KEYED = "keyed"


@dataclass(frozen=True, slots=True)
class Shape:
    """How a form is written.

    Attributes:
        name: of its file.
        comment: what begins a line that filters pass over.
        body: its lines, given the version and the secrets.
        notes: further lines of its head, without the comment sign.
    """

    name: str
    comment: str
    body: Callable[[Edition, Secrets], list[str]]
    notes: Callable[[Secrets], list[str]]


def _zone(edition: Edition, _secrets: Secrets) -> list[str]:
    """Return a response-policy zone: a listed name and all below it do not exist, an excepted one is let through.

    Its names are relative, so that it works under whatever name a provider gives the zone.
    """
    lines = [f"$TTL {_KEEP}", f"@ SOA localhost. nobody.invalid. {edition.serial} {_ZONE_TIMES}", "@ NS localhost."]
    for name, withheld in sorted(names_between(edition.hosts, edition.exceptions).items()):
        then = "." if withheld else LET_THROUGH
        lines += [f"{name} CNAME {then}", f"*.{name} CNAME {then}"]
    return lines


def _hosts(edition: Edition, _secrets: Secrets) -> list[str]:
    """Return a hosts file: each host, and its ``www`` unless that is excepted, lead nowhere, by either kind of address.

    The form knows no "and all below", and so needs no exceptions else; a browser that finds only one kind would ask the
    name server for the other.
    """
    found = {*edition.hosts, *(f"www.{host}" for host in edition.hosts if not host.startswith("www."))}
    names = sorted(one for one in found if is_withheld(one, edition.hosts, edition.exceptions))
    return [f"{nowhere} {name}" for name in names for nowhere in ("0.0.0.0", "::")]  # noqa: S104 (no socket)  # nosec B104


def _adguard(edition: Edition, _secrets: Secrets) -> list[str]:
    """Return rules of AdGuard and Pi-hole: a host and all below it, and what is excepted of it.

    An exception outdoes every plain rule, so what is listed below one is marked as important, and so is an exception
    below that. There the form ends: what would be listed deeper still is left out, and stays free.
    """
    spoken = edition.hosts | edition.exceptions
    turns = {name: turns_above(name, edition.hosts, edition.exceptions) for name in spoken}
    return [RULES[turns[name] - 1].format(name) for name in sorted(spoken) if turns[name] <= len(RULES)]


#: Form → how it is written.
FORMS: Final[dict[Form, Shape]] = {
    Form.RPZ: Shape("soken-feed.rpz", ";", _zone, lambda _secrets: []),
    Form.HOSTS: Shape("soken-feed.hosts", "#", _hosts, lambda _secrets: []),
    Form.ADGUARD: Shape(
        "soken-feed.adguard.txt", "!", _adguard, lambda _secrets: ["Title: Soken filter feed", "Expires: 1 day"]
    ),
    Form.PREFIXES: Shape(
        "soken-feed.prefixes",
        "#",
        lambda edition, secrets: open_prefixes(edition.hosts, edition.exceptions, secrets),
        lambda _secrets: [f"hash: sha-256, first {OPEN_BITS} bits; of an exception (-) first {EXCEPTION_BITS}"],
    ),
    Form.KEYED: Shape(
        "soken-feed.keyed",
        "#",
        lambda edition, secrets: keyed_prefixes(edition.hosts, edition.exceptions, secrets),
        lambda secrets: [f"hash: hmac-sha-256, first {KEYED_BITS} bits", f"lookup-key: {key_name(secrets.lookup)}"],
    ),
}
