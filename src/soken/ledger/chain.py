"""The one place that adds entries: what a transaction changed is chained as the last thing before its commit.

Last, because whoever adds holds the head of the chain until the commit: nobody waits for a lock of another kind while
holding it, so that no two can wait for each other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.conf import settings

from soken.core import clock
from soken.core.errors import DamagedStoreError
from soken.ledger import attribution
from soken.ledger.changes import Caught, drafts, parse
from soken.ledger.dialect import Raw
from soken.ledger.entries import LONGEST, ORIGIN, TEXTS, canonical, entry_hash
from soken.ledger.keys import close_key, close_values, installation_key, new_key, open_key

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.backends.base.base import BaseDatabaseWrapper

    from soken.ledger.entries import Draft

_HEAD: Final = 1
_COLUMNS: Final = ", ".join(f'"{name}"' for name in ("seq", "at", *TEXTS, "previous", "hash"))
_INSERT: Final = f"insert into ledger_entry ({_COLUMNS}) values ({', '.join('?' * (len(TEXTS) + 4))})"


def chain_pending(connection: BaseDatabaseWrapper, *, outside: bool = False) -> int:
    """Chain what the triggers caught in this transaction; return how many entries were added.

    Args:
        connection: in a transaction.
        outside: whether what is there was made by somebody else, before this transaction began.
    """
    raw = Raw(connection)
    caught = _taken(raw, outside=outside)
    if not caught:
        return 0
    return append(raw, drafts(caught, attribution.current(), raw))


def _taken(raw: Raw, *, outside: bool) -> list[Caught]:
    """Take the pending rows out of their table."""
    columns = "id, what, place, key, before, after, tx"
    if raw.postgresql:
        # What another transaction holds is that one's to chain.
        found = raw.rows(
            "delete from ledger_entry_pending where id in "
            "(select id from ledger_entry_pending order by id for update skip locked) "
            f"returning {columns}, tx <> '' and tx <> pg_current_xact_id()::text"
        )
        found.sort()
    else:
        found = raw.rows(f"select {columns}, 0 from ledger_entry_pending order by id")
        if found:
            raw.run("delete from ledger_entry_pending where id <= ?", [found[-1][0]])
    return [
        Caught(what, place, key, parse(before), parse(after), outside or bool(foreign))
        for _id, what, place, key, before, after, _tx, foreign in found
    ]


def append(raw: Raw, new: Iterable[Draft]) -> int:
    """Add entries to the chain, in the transaction that the connection is in; return how many.

    Raises:
        DamagedStoreError: the head does not stand at the newest entry, or a key does not open.
    """
    made = list(new)
    if not made:
        return 0
    seq, previous = _held_head(raw)
    at = clock.now()
    stored_at: Any = raw.connection.ops.adapt_datetimefield_value(at)
    keys: dict[str, bytes] = {}
    for draft in made:
        seq += 1
        fields = _texts(draft, raw, keys)
        now = entry_hash(seq, at, fields, previous)
        raw.run(_INSERT, [seq, stored_at, *(fields[name] for name in TEXTS), previous, now])
        previous = now
    raw.run("update ledger_entry_head set seq = ?, hash = ? where id = ?", [seq, previous, _HEAD])
    return len(made)


def _held_head(raw: Raw) -> tuple[int, str]:
    """Return number and hash of the newest entry, held until the commit."""
    lock = " for update" if raw.postgresql else ""
    asked = f"select seq, hash from ledger_entry_head where id = ?{lock}"
    found = raw.row(asked, [_HEAD])
    if found is None:
        if raw.row("select 1 from ledger_entry limit 1") is not None:
            raise DamagedStoreError(
                "The ledger has entries and no head: it was altered from outside, and nothing is done until somebody "
                "has looked into it; run soken ledger verify, then soken ledger resume."
            )
        raw.run(
            "insert into ledger_entry_head (id, seq, hash) values (?, 0, ?) on conflict do nothing", [_HEAD, ORIGIN]
        )
        found = raw.row(asked, [_HEAD])
    if found is None:
        raise DamagedStoreError("The ledger's head cannot be made; run soken doctor.")
    newest = raw.row("select seq, hash from ledger_entry order by seq desc limit 1") or (0, ORIGIN)
    if (int(newest[0]), newest[1]) != (int(found[0]), found[1]):
        raise DamagedStoreError(
            "The head of the ledger does not stand at its newest entry: it was altered from outside, and nothing is "
            "done until somebody has looked into it; run soken ledger verify, then soken ledger resume."
        )
    return int(found[0]), str(found[1])


def _texts(draft: Draft, raw: Raw, keys: dict[str, bytes]) -> dict[str, str]:
    """Return the columns of text of an entry, with what may be personal closed."""
    plain = {
        name: _stored(str(getattr(draft, name)))[:LONGEST]
        for name in TEXTS
        if name not in {"changes", "facts", "subject", "sealed"}
    }
    subject = _stored(draft.subject)[: 2 * LONGEST]
    sealed = ""
    if draft.secret:
        if subject not in keys:
            keys[subject] = _key_of(subject, raw)
        sealed = close_values(draft.secret, subject, keys[subject])
    return {
        **plain,
        "changes": _stored(canonical(draft.changes)),
        "facts": _stored(canonical(draft.facts)),
        "subject": subject,
        "sealed": sealed,
    }


def _stored(text: str) -> str:
    """Return a text as every database can store it and give it back the same."""
    return text.encode("utf-8", "replace").decode().replace("\x00", "\N{REPLACEMENT CHARACTER}")


def _key_of(subject: str, raw: Raw) -> bytes:
    """Return a subject's key; made at the first use."""
    installation = installation_key(settings.HOME)
    asked = "select closed from ledger_entry_key where subject = ?"
    found = raw.row(asked, [subject])
    if found is None:
        raw.run(
            "insert into ledger_entry_key (subject, closed) values (?, ?) on conflict do nothing",
            [subject, close_key(new_key(), subject, installation)],
        )
        found = raw.row(asked, [subject])
    if found is None:
        raise DamagedStoreError(f"No key can be made for {subject or 'the installation'}; run soken doctor.")
    return open_key(str(found[0]), subject, installation)
