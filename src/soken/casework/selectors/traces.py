"""Proving an erasure: no file of the home, no table, no sealed entry of the ledger and no sitting holds the values."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection

from soken.access.eyes import machine_sees_all
from soken.backup.traces import Traces, Values, look_through
from soken.ledger.keys import installation_key, open_key, open_values
from soken.ledger.models import Entry, EntryKey

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from soken.core.home import Home


@machine_sees_all()
def traces_of(values: Iterable[str], home: Home, *, but: Iterable[Path] = ()) -> Traces:
    """Look for values in every store.

    Args:
        values: what is looked for; they are kept nowhere.
        home: the installation's folders.
        but: files to pass over: the list of the values itself.
    """
    wanted = Values(list(values))
    found = look_through(home.root, wanted, but=but)
    _tables(wanted, found)
    _sealed(wanted, found)
    _sittings(wanted, found)
    return found


def _tables(values: Values, found: Traces) -> None:
    """Look into every column of every table."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"select * from {connection.ops.quote_name(table)}")  # noqa: S608 (its own tables)
            names = [one[0] for one in cursor.description or ()]
            numbers: set[tuple[str, int]] = set()
            while rows := cursor.fetchmany(2_000):
                for at, column in enumerate(names):
                    cells = [row[at] for row in rows if row[at] is not None]
                    raw = b"\n".join(bytes(one) for one in cells if isinstance(one, bytes | memoryview))
                    text = "\n".join(
                        json.dumps(one, ensure_ascii=False) if isinstance(one, dict | list) else str(one)
                        for one in cells
                        if not isinstance(one, bytes | memoryview)
                    )
                    numbers |= {
                        (column, n) for n in values.in_text(text) | values.in_bytes(raw + b"\n" + text.encode())
                    }
            found.looked += 1
            found.places += [(f"table {table}, column {column}", number) for column, number in sorted(numbers)]


def _sealed(values: Values, found: Traces) -> None:
    """Look into what the ledger holds closed, as far as keys open it."""
    installation = installation_key(settings.HOME)
    keys = {one.subject: open_key(one.closed, one.subject, installation) for one in EntryKey.objects.all()}
    for entry in Entry.objects.exclude(sealed="").iterator():
        key = keys.get(entry.subject)
        if key is None:
            continue
        found.looked += 1
        text = json.dumps(open_values(entry.sealed, entry.subject, key), ensure_ascii=False)
        # A value inside a value is escaped once more.
        for number in sorted(values.in_text(text) | values.in_bytes(text.encode())):
            found.places.append((f"ledger entry {entry.seq}, closed with the key of {entry.subject or 'all'}", number))


def _sittings(values: Values, found: Traces) -> None:
    """Look into what sittings keep."""
    for one in Session.objects.all():
        found.looked += 1
        text = json.dumps(one.get_decoded(), ensure_ascii=False, default=str)
        found.places += [("a sitting", number) for number in sorted(values.in_text(text))]
