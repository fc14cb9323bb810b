"""Recording what changes no row: somebody read, sent out, was refused, signed in."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from django.db import connections, transaction

from soken.ledger.attribution import current
from soken.ledger.chain import append
from soken.ledger.changes import NOTE
from soken.ledger.dialect import Raw
from soken.ledger.entries import canonical

if TYPE_CHECKING:
    from soken.ledger.entries import Draft


def record(draft: Draft, *, using: str = "default") -> None:
    """Add an entry: inside a transaction with it, at its commit; outside any, at once.

    Args:
        draft: the entry; who, act, door, operation and person are filled in where it leaves them empty.
        using: the database.
    """
    connection, full = connections[using], _filled(draft)
    if connection.in_atomic_block:
        Raw(connection).run(
            "insert into ledger_entry_pending (what, place, key, before, after, tx) values (?, '', '', null, ?, '')",
            [NOTE, canonical(asdict(full))],
        )
        return
    with transaction.atomic(using=using):
        append(Raw(connection), [full])


def _filled(draft: Draft) -> Draft:
    """Return an entry with what is known of who acts now."""
    now = current()
    return replace(
        draft,
        by=draft.by or now.by,
        act=draft.act or now.act,
        through=draft.through or now.through,
        operation=draft.operation or now.operation,
        person=draft.person or now.person,
    )
