"""Reading the ledger: filtered, newest first, page by page; and opening what an entry holds closed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings

from soken.core.errors import NotFoundError
from soken.ledger.keys import installation_key, open_key, open_values
from soken.ledger.models import Entry, EntryKey

if TYPE_CHECKING:
    from django.db.models import QuerySet

#: Entries on one page.
SHOWN: Final = 50


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked for; '' means any.

    Attributes:
        operation: short name.
        person: code.
        user: who did it.
        kind: see `soken.ledger.entries.Kind`.
        recipient: to whom it went.
    """

    operation: str = ""
    person: str = ""
    user: str = ""
    kind: str = ""
    recipient: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """Some entries, newest first.

    Attributes:
        entries: at most as many as were asked for.
        older: what to ask for as ``before`` to read on; 0 at the end.
    """

    entries: tuple[Entry, ...]
    older: int


def entries_page(asked: Asked, among: QuerySet[Entry], *, before: int = 0, most: int = SHOWN) -> Page:
    """Return the newest entries, or those older than one.

    Args:
        asked: the filter.
        among: the entries that whoever looks may see.
        before: only entries with smaller numbers; 0 for the newest.
        most: how many.
    """
    found = _filtered(asked, among)
    if before:
        found = found.filter(seq__lt=before)
    entries = tuple(found.order_by("-seq")[: most + 1])
    return Page(entries[:most], entries[most - 1].seq if len(entries) > most else 0)


def _filtered(asked: Asked, among: QuerySet[Entry]) -> QuerySet[Entry]:
    """Return the entries that a filter lets through."""
    wanted = {
        "operation": asked.operation, "person": asked.person, "by": asked.user, "kind": asked.kind,
        "recipient": asked.recipient,
    }  # fmt: skip
    return among.filter(**{name: value for name, value in wanted.items() if value})


def entry_at(seq: int, among: QuerySet[Entry]) -> Entry:
    """Return an entry by its number.

    Args:
        seq: the number.
        among: the entries that whoever looks may see.

    Raises:
        NotFoundError: there is none.
    """
    found = among.filter(pk=seq).first()
    if found is None:
        raise NotFoundError(f"The ledger has no entry {seq}.")
    return found


def opened(entry: Entry) -> dict[str, Any] | None:
    """Return what an entry holds closed; None once the key of its subject was destroyed.

    Raises:
        DamagedStoreError: it does not open with this installation's keys.
    """
    if not entry.sealed:
        return {}
    key = EntryKey.objects.filter(pk=entry.subject).first()
    if key is None:
        return None
    return open_values(
        entry.sealed, entry.subject, open_key(key.closed, entry.subject, installation_key(settings.HOME))
    )


def as_told(entry: Entry, changes: list[dict[str, Any]]) -> dict[str, Any]:
    """Return an entry for JSON, without what it holds closed.

    Args:
        entry: the entry.
        changes: what of its changes whoever looks may see.
    """
    return {
        "seq": entry.seq, "at": entry.at.isoformat(), "kind": entry.kind, "act": entry.act, "by": entry.by,
        "through": entry.through, "operation": entry.operation, "person": entry.person, "about": entry.about,
        "recipient": entry.recipient, "reason": entry.reason, "changes": changes,
        "facts": json.loads(entry.facts), "hash": entry.hash,
    }  # fmt: skip


def changed_fields(changes: list[dict[str, Any]]) -> list[str]:
    """Return what was changed in words of a line: model, what happened, and the names of the fields."""
    return [f"{one['table']} {one['what']}: {', '.join(one['fields'])}" for one in changes]
