"""The database itself refuses to rewrite the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import IntegrityError, connection, transaction

from soken.casework.models import Operation
from soken.ledger.models import Entry, EntryHead, EntryKey
from tests.casework.dossiers import AT

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.django_db(transaction=True)


def _copied(seq: int) -> Entry:
    entry = Entry.objects.order_by("-seq")[0]
    entry.seq = seq
    return entry


WAYS: dict[str, Callable[[], object]] = {
    "an entry altered": lambda: Entry.objects.filter(seq=2).update(by="nobody"),
    "an entry deleted": lambda: Entry.objects.filter(seq=2).delete(),
    "the newest deleted": lambda: Entry.objects.filter(seq=3).delete(),
    "all deleted": lambda: Entry.objects.all().delete(),
    "one put far behind the end": lambda: _copied(9).save(force_insert=True),
    "one put before the first": lambda: _copied(0).save(force_insert=True),
    "one that does not follow": lambda: _copied(4).save(force_insert=True),
    "the head put back": lambda: EntryHead.objects.update(seq=1),
    "the head deleted": lambda: EntryHead.objects.all().delete(),
    "a key exchanged": lambda: EntryKey.objects.update(closed="another"),
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())
def test_there_is_no_way_to_rewrite_it(way: Callable[[], object]) -> None:
    for number in range(3):
        Operation.objects.create(name=f"Heron {number}", slug=f"heron-{number}", created_at=AT)
    before = list(Entry.objects.values_list("hash", flat=True))
    with pytest.raises(IntegrityError), transaction.atomic():
        way()
    assert list(Entry.objects.values_list("hash", flat=True)) == before


@pytest.mark.parametrize("table", ["ledger_entry", "ledger_entry_head"])
def test_it_cannot_be_emptied_whole(table: str) -> None:
    """On SQLite the same words are a deletion of every row."""
    Operation.objects.create(name="Heron", slug="heron", created_at=AT)
    empty = f"truncate {table}" if connection.vendor == "postgresql" else f"delete from {table}"
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(empty)
    assert Entry.objects.exists()


def test_an_entry_is_not_replaced_either() -> None:
    Operation.objects.create(name="Heron", slug="heron", created_at=AT)
    if connection.vendor == "postgresql":
        replace = "insert into ledger_entry select * from ledger_entry on conflict (seq) do update set act = 'x'"
    else:
        replace = "insert or replace into ledger_entry select * from ledger_entry"
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(replace)
