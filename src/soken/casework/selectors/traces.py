"""Proving an erasure: no file of the home, no table, no sealed entry of the ledger and no sitting holds the values."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, cast

from django.apps import apps
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection, models

from soken.access.eyes import machine_sees_all
from soken.backup.traces import Traces, Values, look_through
from soken.casework.models import Operation, SavedFilter
from soken.casework.models.of_person import OfPerson
from soken.ledger.keys import installation_key, open_key, open_values
from soken.ledger.models import Entry, EntryKey

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from soken.core.home import Home

_WHERE: Final = re.compile(r"table (?P<table>\w+), column (?P<column>\w+), row (?P<row>\d+)")


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


class Way(StrEnum):
    """What people can do about words that they wrote.

    Attributes:
        DELETE: whoever saved the filter deletes it.
        WITHDRAW: an act withdraws or strikes them; they stay to be read.
        NONE: no act changes them.
    """

    DELETE = "delete"
    WITHDRAW = "withdraw"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Words:
    """Words that somebody wrote, in one field of one row.

    Attributes:
        operation: short name of the operation that they belong to.
        person: code of the person on whose dossier they stand, '' for none.
        way: what people can do about them.
        by: who saved the filter that is to be deleted, else ''.
    """

    operation: str
    person: str
    way: Way
    by: str = ""


@machine_sees_all()
def words_of(where: str) -> Words | None:
    """Return the words that a place of `traces_of` is, None where it is none that anybody wrote in an operation."""
    named = _WHERE.fullmatch(where)
    row = None if named is None else _row(named["table"], named["row"])
    if named is None or row is None or not _is_words(row, named["column"]):
        return None
    operation, code = _hangs_on(row)
    if operation is None:
        return None
    if isinstance(row, SavedFilter):
        return Words(operation.slug, "", Way.DELETE, row.by.get_username())
    return Words(operation.slug, code, _way(row))


def _way(row: models.Model) -> Way:
    """Return what people can do about what somebody recorded."""
    names = {field.name for field in row._meta.fields} & {"withdrawn_at", "struck_at"}
    return Way.WITHDRAW if names and all(getattr(row, name) is None for name in names) else Way.NONE


def _is_words(row: models.Model, column: str) -> bool:
    """Tell whether a column holds text that is no choice."""
    field = next((one for one in row._meta.concrete_fields if one.column == column), None)
    return isinstance(field, models.TextField | models.CharField | models.JSONField) and not field.choices


def _hangs_on(row: models.Model) -> tuple[Operation | None, str]:
    """Return the operation that a row belongs to, and the person whose it is, along what it hangs on."""
    code = ""
    while not isinstance(row, Operation):
        names = {field.name for field in row._meta.fields}
        code = code or str(getattr(row, "person_code", ""))
        if "operation" in names:
            row = cast("Any", row).operation
        elif isinstance(row, OfPerson) and row.whose in names:
            row = getattr(row, row.whose)
        else:
            return None, code
    return row, code


def _row(table: str, key: str) -> models.Model | None:
    """Return a row of this app by its table and key."""
    model = next((one for one in apps.get_app_config("casework").get_models() if one._meta.db_table == table), None)
    return cast("Any", model).objects.filter(pk=key).first() if model is not None else None


def _tables(values: Values, found: Traces) -> None:
    """Look into every column of every table."""
    with connection.cursor() as cursor:
        keys = {
            model._meta.db_table: str(model._meta.pk.column) for model in apps.get_models(include_auto_created=True)
        }
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"select * from {connection.ops.quote_name(table)}")  # noqa: S608 (its own tables)
            names = [one[0] for one in cursor.description or ()]
            key = names.index(keys[table]) if keys.get(table) in names else None
            places: set[tuple[str, int]] = set()
            while rows := cursor.fetchmany(2_000):
                for at, column in enumerate(names):
                    if _in_cells(values, [row[at] for row in rows]):
                        places |= {
                            (_place(table, column, None if key is None else row[key]), number)
                            for row in rows
                            for number in _in_cells(values, [row[at]])
                        }
            found.looked += 1
            found.places += sorted(places)


def _in_cells(values: Values, cells: list[Any]) -> set[int]:
    """Return the numbers of the values that stand in some cells of a table."""
    there = [one for one in cells if one is not None]
    raw = b"\n".join(bytes(one) for one in there if isinstance(one, bytes | memoryview))
    text = "\n".join(
        json.dumps(one, ensure_ascii=False) if isinstance(one, dict | list) else str(one)
        for one in there
        if not isinstance(one, bytes | memoryview)
    )
    return values.in_text(text) | values.in_bytes(raw + b"\n" + text.encode())


def _place(table: str, column: str, key: Any) -> str:
    """Say where in the case database something stands."""
    return f"table {table}, column {column}" + ("" if key is None else f", row {key}")


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
        numbers = values.in_text(text) | values.in_bytes(text.encode())
        found.places += [("a sitting", number) for number in sorted(numbers)]
