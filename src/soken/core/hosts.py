"""The one form of a host's name in which two spellings of the same address are equal.

Case, width, the dots of other scripts, ports, paths, a trailing dot and international names are spelling: what is left
is what a name server is asked for (lower case, punycode; RFC 5891 with the mapping of UTS 46, not transitional).
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import idna

from soken.core.errors import BadInputError

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Longest name that DNS knows, as text without the last dot (RFC 1035).
LONGEST_NAME: Final = 253
_LONGEST_TEXT: Final = 4000
_LONGEST_LABEL: Final = 63
_ACE: Final = "xn--"
# Underscores are no host name by the book, but names with them are served and every browser opens them.
_LABEL: Final = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
_SCHEME: Final = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_PORT: Final = re.compile(r":[0-9]{0,5}\Z")
_NUMBER: Final = re.compile(r"[0-9]+|0[xX][0-9a-fA-F]*")
_END_OF_HOST: Final = re.compile(r"[/?#\\]")


class HostProblem(StrEnum):
    """Why a text is no host's name, or one that no filter may be given."""

    BLANK = "blank"
    MAIL = "mail"
    NUMBER = "number"
    SIGN = "sign"
    TOO_LONG = "too-long"
    SUFFIX = "suffix"
    NOT_PUBLIC = "not-public"


#: Problem → what is wrong and what to do, {} being what was typed.
PROBLEMS: Final = {
    HostProblem.BLANK: "No address is given; type a domain, a host or a web address.",
    HostProblem.MAIL: "“{}” is a mail address; type the domain or the host of a shop.",
    HostProblem.NUMBER: "“{}” is an address by number, which no name filter can know; type the name of the host.",
    HostProblem.SIGN: "“{}” is no host's name; check it sign by sign.",
    HostProblem.TOO_LONG: "“{}” is longer than a host's name can be; check it.",
    HostProblem.SUFFIX: "“{}” is where everybody registers names, not anybody's own; name the shop's own domain.",
    HostProblem.NOT_PUBLIC: "“{}” is no name of the public DNS, so no name server can withhold it; leave it out.",
}


class HostError(BadInputError):
    """A text is no host's name, or one that may not stand in a filter feed.

    Attributes:
        problem: what is wrong.
        said: the text, shortened for a message.
    """

    def __init__(self, problem: HostProblem, said: str) -> None:
        self.problem = problem
        self.said = said[:80]
        super().__init__(PROBLEMS[problem].format(self.said))


def canonical_host(text: str) -> str:
    """Return the host that a domain, a host with a port, or a web address names, in its one form.

    Args:
        text: as typed or as it stands in a file: ``HTTPS://Shop.Example.:8443/path``, ``店。example``.

    Returns:
        Lower-case ASCII labels parted by dots, without a dot at the end; putting it in again gives it back.

    Raises:
        HostError: the text names no host, or one by number.
    """
    said = text.strip()
    if not said:
        raise HostError(HostProblem.BLANK, said)
    if len(said) > _LONGEST_TEXT:
        raise HostError(HostProblem.TOO_LONG, said)
    return _canonical(_host_part(said), said)


def _host_part(said: str) -> str:
    """Return the part of an address that names the host."""
    scheme = _SCHEME.match(said)
    host = _END_OF_HOST.split(said[scheme.end() :] if scheme else said, maxsplit=1)[0]
    if "@" in host:
        if not scheme:
            raise HostError(HostProblem.MAIL, said)
        host = host.rpartition("@")[2]
    if host.startswith("[") or host.count(":") > 1:
        raise HostError(HostProblem.NUMBER, said)
    return _PORT.sub("", host)


def _canonical(host: str, said: str) -> str:
    """Return a host in its one form."""
    try:
        mapped = idna.uts46_remap(host, std3_rules=False, transitional=False).removesuffix(".")
        labels = [_label(one) for one in mapped.split(".")]
    except UnicodeError as problem:
        raise HostError(HostProblem.SIGN, said) from problem
    if _NUMBER.fullmatch(labels[-1]):
        raise HostError(HostProblem.NUMBER, said)
    name = ".".join(labels)
    if len(name) > LONGEST_NAME:
        raise HostError(HostProblem.TOO_LONG, said)
    return name


def _label(label: str) -> str:
    """Return one label as DNS carries it.

    Raises:
        UnicodeError: it cannot be one (idna's own errors are such, too).
    """
    if label.isascii() and not label.startswith(_ACE):
        if not _LABEL.fullmatch(label):
            raise UnicodeError(label)
        return label
    made = idna.alabel(label).decode("ascii").lower()
    if len(made) > _LONGEST_LABEL:
        raise UnicodeError(label)
    return made


def readable_host(host: str) -> str:
    """Return a host in its one form as people write it: international labels in their own script."""
    labels = (idna.ulabel(one) if one.startswith(_ACE) else one for one in host.split("."))
    return ".".join(labels)


def parents(host: str) -> Iterator[str]:
    """Yield a host in its one form, then each domain above it, the top-level domain last."""
    while host:
        yield host
        host = host.partition(".")[2]


def is_within(host: str, domain: str) -> bool:
    """Tell whether a host is a domain or stands below it; both in their one form."""
    return host == domain or host.endswith(f".{domain}")
