"""A file of the filter feed read back: which version it is, who signed it, and what it says of a host."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from soken.core.errors import BadInputError
from soken.core.hosts import canonical_host, parents
from soken.exchange.feed import MARK
from soken.exchange.feed_forms import FORMS, LET_THROUGH, RULES, Form
from soken.exchange.feed_prefixes import key_name, keyed_exception, keyed_prefix, open_exception, open_prefix
from soken.reference.listable import asked_names

if TYPE_CHECKING:
    from collections.abc import Callable

#: Lines of the head that every form has, after the mark and in order.
_HEAD: Final = ("form", "version", "serial", "made", "lines", "previous")
_SIGNATURE: Final = re.compile(r"[0-9a-f]{128}")
_WHERE: Final = "take the feed again from whoever publishes it."


class Verdict(StrEnum):
    """What a file says of a host."""

    LISTED = "listed"
    MAYBE = "may-be-listed"
    NOT_LISTED = "not-listed"


@dataclass(frozen=True, slots=True)
class FeedFile:
    """A file of the feed.

    Attributes:
        form: which form.
        version: number of the version.
        serial: its serial.
        made: when it was made, ISO 8601.
        previous: SHA-256 of the file of this form before it, or "none".
        lookup_key: name of the key of the keyed list, '' in the other forms.
        body: its lines for filters, in order.
        key: the public key that signed it, 64 hexadecimal digits.
        signature: 128 hexadecimal digits.
        signed: the bytes that the signature is over.
    """

    form: Form
    version: int
    serial: int
    made: str
    previous: str
    lookup_key: str
    body: tuple[str, ...]
    key: str
    signature: str
    signed: bytes


def read_feed(data: bytes) -> FeedFile:
    """Return what a file of the feed says, whoever signed it.

    Raises:
        BadInputError: it is no whole file of the feed.
    """
    try:
        lines = data.decode("ascii").split("\n")
        comment = lines[0].removesuffix(f" {MARK}")
        head = [_said(line, comment, name) for name, line in zip(_HEAD, lines[1:], strict=False)]
        form = Form(head[0])
        if comment != FORMS[form].comment or lines[-1] != "":
            raise ValueError(comment)
        key, signature = _said(lines[-3], comment, "key"), _said(lines[-2], comment, "signature")
        version, serial, length = int(head[1]), int(head[2]), int(head[4])
        body = lines[-3 - length : -3]
        notes = lines[1 + len(_HEAD) : -3 - length]
        if len(body) != length or any(not note.startswith(f"{comment} ") for note in notes):
            raise ValueError(length)
    except (ValueError, IndexError) as problem:
        raise BadInputError(f"This is no whole file of a filter feed; {_WHERE}") from problem
    named = f"{comment} lookup-key: "
    lookup = next((note.removeprefix(named) for note in notes if note.startswith(named)), "")
    signed = data[: -len(lines[-2]) - 1]
    return FeedFile(form, version, serial, head[3], head[5], lookup, tuple(body), key, signature, signed)


def _said(line: str, comment: str, name: str) -> str:
    """Return what a line of the head or foot says.

    Raises:
        ValueError: it is another line.
    """
    start = f"{comment} {name}: "
    if not line.startswith(start):
        raise ValueError(line)
    return line.removeprefix(start)


def is_signed(file: FeedFile, key: str) -> bool:
    """Tell whether a file is as it was signed, and signed with this key.

    Args:
        file: the file.
        key: the public key that is trusted, 64 hexadecimal digits.
    """
    # One spelling alone: whoever compares files by their hash has to find the same file the same.
    if file.key != key or not _SIGNATURE.fullmatch(file.signature):
        return False
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(bytes.fromhex(file.signature), file.signed)
    except (ValueError, InvalidSignature):
        return False
    return True


def check_host(address: str, file: FeedFile, *, lookup_key: bytes | None = None) -> Verdict:
    """Say what a file says of the host that an address names, as a filter that reads its form would take it.

    Args:
        address: a domain, a host or a web address, in any spelling.
        file: of any form; its signature is for `is_signed`.
        lookup_key: the key of the keyed list, 32 bytes.

    Returns:
        For the open list of prefixes at most "may be listed": hundreds of names share each prefix.

    Raises:
        HostError: the address names no host.
        BadInputError: the list is keyed, and the key is missing or another one.
    """
    host, body = canonical_host(address), frozenset(file.body)
    if file.form is Form.RPZ:
        return _verdict(_zone_withholds(host, body))
    if file.form is Form.HOSTS:
        return _verdict(f"0.0.0.0 {host}" in body)
    if file.form is Form.ADGUARD:
        matching = [at for at, rule in enumerate(RULES) if any(rule.format(one) in body for one in parents(host))]
        return _verdict(bool(matching) and not RULES[matching[-1]].startswith("@@"))
    if file.form is Form.PREFIXES:
        found = _nearest(host, lambda one: (open_prefix(one) in body, open_exception(one) in body))
        return Verdict.MAYBE if found else Verdict.NOT_LISTED
    key = _right_key(file, lookup_key)
    return _verdict(_nearest(host, lambda one: (keyed_prefix(one, key) in body, keyed_exception(one, key) in body)))


def _zone_withholds(host: str, body: frozenset[str]) -> bool:
    """Tell whether a response-policy zone withholds a host: the name itself decides, else the nearest wildcard."""
    for name in (host, *(f"*.{one}" for one in list(parents(host))[1:])):
        if f"{name} CNAME ." in body:
            return True
        if f"{name} CNAME {LET_THROUGH}" in body:
            return False
    return False


def _nearest(host: str, said: Callable[[str], tuple[bool, bool]]) -> bool:
    """Tell whether a list of prefixes lists a host: the nearest name of which it says anything decides.

    Args:
        host: in its one form.
        said: name → is it listed, is it excepted; where two names share a prefix both can be, and it counts as listed.
    """
    for name in asked_names(host):
        listed, excepted = said(name)
        if listed or excepted:
            return listed
    return False


def _right_key(file: FeedFile, key: bytes | None) -> bytes:
    """Return the key of a keyed list.

    Raises:
        BadInputError: it is missing or another one.
    """
    if key is None or key_name(key) != file.lookup_key:
        raise BadInputError(f"This list answers only to the key {file.lookup_key}; ask whoever publishes it for it.")
    return key


def _verdict(found: bool) -> Verdict:
    """Return what a form says that names its hosts."""
    return Verdict.LISTED if found else Verdict.NOT_LISTED
