"""What an entry of the ledger is, and the bytes that its hash is taken of."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from soken.core.clock import stamp

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


class Kind(StrEnum):
    """What kind of processing an entry tells of (R34), and what else is recorded."""

    COLLECTION = "collection"
    ALTERATION = "alteration"
    CONSULTATION = "consultation"
    DISCLOSURE = "disclosure"
    COMBINATION = "combination"
    ERASURE = "erasure"
    SIGN_IN = "sign-in"
    SIGN_IN_FAILED = "sign-in-failed"
    SIGN_OUT = "sign-out"
    REFUSAL = "refusal"
    SYSTEM = "system"


#: What the first entry follows.
ORIGIN: Final = hashlib.sha256(b"soken ledger").hexdigest()
#: Longest name, code or address that is kept in the clear; the rest is cut, never refused: an entry must not fail.
LONGEST: Final = 200


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry before it has its place in the chain.

    Attributes:
        kind: kind of processing.
        by, act, through, operation, person: see `soken.ledger.attribution.Attribution`.
        about: what it is about where that is no person: an evidence item, a row, a table.
        recipient: to whom a disclosure went: code of a force, name of an office.
        reason: code of the reason given.
        changes: which rows of which tables, and the names of the fields that changed; no values.
        facts: anything further that is no personal datum, as a hash.
        secret: what may be personal: values before and after, reasons in words, what was searched for.
        closed_for: where no single person is concerned, what has a key of its own: an act that speaks of several, so
            that its words can be made unreadable without those of the whole operation.
    """

    kind: Kind
    by: str = ""
    act: str = ""
    through: str = ""
    operation: str = ""
    person: str = ""
    about: str = ""
    recipient: str = ""
    reason: str = ""
    changes: tuple[Mapping[str, Any], ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    secret: Mapping[str, Any] = field(default_factory=dict)
    closed_for: str = ""

    @property
    def subject(self) -> str:
        """Whose key the secret part is closed with: the person's, else the operation's, else the installation's."""
        if self.closed_for and not self.person:
            return f"{self.operation}/{self.closed_for}"
        return f"{self.operation}/{self.person}" if self.person else self.operation


def canonical(value: Any) -> str:
    """Return the one way of writing a value as JSON: keys in order, no blanks."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def entry_hash(seq: int, at: datetime, fields: Mapping[str, str], previous: str) -> str:
    """Return the SHA-256 that stands in an entry: over its number, moment, every other column, and the hash before.

    Args:
        seq: its number, from 1.
        at: its moment, aware.
        fields: the text columns by name (`TEXTS`).
        previous: hash of the entry before; `ORIGIN` for the first.
    """
    told = {**{name: fields[name] for name in TEXTS}, "seq": seq, "at": stamp(at), "previous": previous}
    return hashlib.sha256(canonical(told).encode("utf-8", "surrogatepass")).hexdigest()


#: The columns of text of an entry, in the order of the table.
TEXTS: Final = (
    "kind", "act", "by", "through", "operation", "person", "about", "recipient", "reason", "changes", "facts",
    "subject", "sealed",
)  # fmt: skip
