"""Making unreadable what the ledger holds closed of a person; the chain stays whole, and says that it was done."""

from __future__ import annotations

from django.db import transaction

from soken.ledger.changes import act_key
from soken.ledger.entries import Draft, Kind
from soken.ledger.models import EntryKey
from soken.ledger.record import record


def destroy_act_key(operation: str, act: object) -> bool:
    """Destroy the key of what was said in an act on judgements; return whether there was one.

    Args:
        operation: short name of the operation.
        act: number of the act.
    """
    with transaction.atomic():
        gone, _kinds = EntryKey.objects.filter(pk=f"{operation}/{act_key(act)}").delete()
        record(Draft(Kind.ERASURE, act="destroy-key", operation=operation, about=act_key(act)))
    return bool(gone)


def destroy_key(operation: str, person: str) -> bool:
    """Destroy a person's key; return whether there was one.

    Called by the act that erases a person, which has asked for two people.

    Args:
        operation: short name of the operation.
        person: code of the person.
    """
    with transaction.atomic():
        gone, _kinds = EntryKey.objects.filter(pk=f"{operation}/{person}").delete()
        # No secret part: it would be closed with a new key of the same person.
        record(Draft(Kind.ERASURE, act="destroy-key", operation=operation, person=person))
    return bool(gone)
