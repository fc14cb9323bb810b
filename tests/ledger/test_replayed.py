"""The ledger alone rebuilds every watched row: nothing that any act did is missing from it, before or after."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import connection

from soken.access.models import User
from soken.casework.actions.give_task import give_task
from soken.casework.actions.write_note import write_note
from soken.casework.selectors.dossier import today
from soken.ledger.chain import chain_pending
from soken.ledger.models import Entry
from soken.ledger.reading import opened
from soken.ledger.triggers import _row
from soken.ledger.watched import watched_tables
from soken.review.stages import Stage
from tests.casework.dossiers import bring_to, make_dossier, make_room

pytestmark = pytest.mark.django_db(transaction=True)


def rows_now() -> dict[tuple[str, str], dict[str, Any]]:
    """Every row of every watched table, read as the triggers read it."""
    found = {}
    for one in watched_tables().values():
        with connection.cursor() as cursor:
            row = _row(one, one.table, "insert", connection.vendor)
            cursor.execute(f'select cast("{one.key}" as text), {row} from "{one.table}"')
            for key, told in cursor.fetchall():
                values = json.loads(told)
                found[one.label, key] = {
                    name: None if name in one.secret else bool(value) if name in one.truth else value
                    for name, value in values.items()
                }
    return found


def rows_told() -> dict[tuple[str, str], dict[str, Any]]:
    """Every row as the ledger's entries leave it, each value taken from where it was told of last."""
    told: dict[tuple[str, str], dict[str, Any]] = {}
    for entry in Entry.objects.order_by("seq"):
        changes = json.loads(entry.changes)
        values = (opened(entry) or {}).get("values", [])
        for change, fields in zip(changes, values, strict=True):
            where = change["table"], change["key"]
            row = told.setdefault(where, {})
            for name, (before, after) in fields.items():
                if change["what"] == "update":
                    assert row.get(name) == before, (entry.seq, where, name)
                row[name] = after
            if change["what"] == "delete":
                del told[where]
    return told


def test_the_way_of_two_persons_is_told_of_without_a_gap() -> None:
    room = make_room()
    first, second = make_dossier(room), make_dossier(room)
    bring_to(first, Stage.READY, room)
    write_note(first, by=room.analyst, text="字字")

    give_task(second, by=room.analyst, what="字", who=room.analyst.username, due_on=today())
    User.objects.filter(pk=room.analyst.pk).update(force="osaka")
    assert chain_pending(connection) == 0, "all was chained at its own commit"
    now, told = rows_now(), rows_told()
    assert told.keys() == now.keys()
    # What is null before an insertion and after it was not told of: a value that is not there is null.
    wrong = [
        (where, name)
        for where, row in now.items()
        for name, value in row.items()
        if name not in _UNWATCHED.get(where[0], ()) and told[where].get(name) != value
    ]
    assert wrong == []


_UNWATCHED = {one.label: one.unwatched for one in watched_tables().values()}
