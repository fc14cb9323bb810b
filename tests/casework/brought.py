"""What acts leave of somebody brought to a stage is kept in words, and written again for the next: without the acts.

The way to a stage is hundreds of statements, and hundreds of tests begin at the end of it. The first of a process goes
it by the real acts; whoever begins in the same way at the same moment gets the same rows, under their own keys, code
and name. That they are the same, row by row in every table, is held by tests/casework/test_brought.py. Where anything
else could have a say (runs, evidence, people shut away, a clock that goes on) the acts are done.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from graphlib import TopologicalSorter
from typing import TYPE_CHECKING, Any, Final

import time_machine
from django.apps import apps
from django.db import connection
from django.utils.translation import get_language

from soken.access.eyes import machine_sees_all
from soken.access.models import User
from soken.casework.models import (
    Compartment,
    Dossier,
    DossierRow,
    EvidenceItem,
    Membership,
    Ownership,
    Person,
    Priority,
    Protected,
    ResolveRun,
    StageChange,
)
from soken.casework.selectors.dossier import rows_digest, rows_of
from soken.core import clock
from tests.emptied import full

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from django.db.models import Model

    from tests.casework.dossiers import Room

#: What stands for the person of a dossier in texts, and for a new row under which another lies.
_CODE, _NAME, _ROWS, _SLUG = ("\0code\0", "\0name\0", "\0rows\0", "\0slug\0")
#: Columns that tell one dossier, person or operation from another.
_OWN: Final = frozenset({"id", "dossier_id", "operation_id", "person_code", "code", "name", "opened_by_id", "slug"})


@dataclass(frozen=True, slots=True)
class _Symbol:
    """Stands for a row's key: of somebody or something that everybody has, or of a new row."""

    what: str
    which: Hashable = 0


@dataclass(frozen=True, slots=True)
class Left:
    """What acts left.

    Attributes:
        rows: new rows of each table, in the order of their keys, in words.
        changed: what the dossier, and its turn, say afterwards.
    """

    rows: dict[type[Model], list[dict[str, Any]]]
    changed: dict[type[Model], dict[str, Any]]


#: What is there from the beginning under a dossier's key, and changes.
_ITS: Final[tuple[type[Model], ...]] = (Dossier, Priority)
#: How somebody began → what the acts left; None where that cannot be said in words.
_KEPT: Final[dict[Hashable, Left | None]] = {}


def once(way: Hashable, dossier: Dossier, room: Room, acts: Callable[[], object]) -> None:
    """Do acts on a dossier, or write what they left of another that began in the same way.

    Args:
        way: names the acts; whatever they depend on besides the dossier and the room.
        dossier: at its beginning, or the acts are done.
        room: whose people act.
        acts: does them.
    """
    began = _began(dossier, room)
    if began is None:
        acts()
        return
    key = (way, *began)
    if key not in _KEPT:
        before = standing()
        acts()
        _KEPT[key] = left(before, dossier, room)
    elif (known := _KEPT[key]) is None:
        acts()
    else:
        _write(known, dossier, room)


def _began(dossier: Dossier, room: Room) -> tuple[Hashable, ...] | None:
    """Return all that acts could go by, None where there is more than can be said here."""
    if not (connection.in_atomic_block and time_machine.escape_hatch.is_travelling()):
        return None
    with machine_sees_all():
        now, turn = (model._base_manager.filter(pk=dossier.pk).values().get() for model in _ITS)
        others = (ResolveRun, EvidenceItem, Protected, Compartment)
        if now["version"] != 1 or any(one._base_manager.exists() for one in others):
            return None
        person = Person.objects.filter(operation=room.operation, code=dossier.person_code).values().first()
        members = Membership.objects.filter(operation=room.operation).values_list(
            "user__role", "user__force", "user__is_active"
        )
        people = dict(User.objects.filter(pk__in=[one.pk for one in room.users.values()]).values_list("pk", "force"))
        held = (rows_of(dossier), dossier.ownerships.count())
        operation = type(room.operation)._base_manager.filter(pk=room.operation.pk).values().get()
    return (
        connection.vendor,
        get_language(),
        clock.now(),
        _apart(now),
        _apart(turn),
        _apart(person or {}),
        _apart(operation),
        tuple(sorted(members)),
        tuple((name, one.role, people[one.pk]) for name, one in room.users.items()),
        len(held[0]),
        held[1],
    )


def _apart(values: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """Return what a row says, without what tells it from others."""
    return tuple((name, repr(one)) for name, one in values.items() if name not in _OWN)


@cache
def _tables() -> list[type[Model]]:
    """Return the tables of people's work, each after those that its rows lie under."""
    mine = {
        model
        for app in ("casework", "access")
        for model in apps.get_app_config(app).get_models(include_auto_created=True)
    }
    under = {
        model: {
            one.related_model
            for one in model._meta.local_concrete_fields
            if one.is_relation and one.related_model in mine and one.related_model is not model
        }
        for model in sorted(mine, key=lambda one: one._meta.label)
    }
    return [*TopologicalSorter(under).static_order()]


def standing() -> dict[type[Model], dict[Any, dict[str, Any]]]:
    """Return every row of people's work, by its table and key; empty tables may be left out."""
    tables = _tables()
    with machine_sees_all():
        filled = full(connection, [one._meta.db_table for one in tables])
        return {
            model: {one[model._meta.pk.attname]: one for one in model._base_manager.order_by("pk").values()}
            for model in tables
            if model._meta.db_table in filled
        }


def left(before: dict[type[Model], dict[Any, dict[str, Any]]], dossier: Dossier, room: Room) -> Left | None:
    """Say in words what came since, None where an old row changed or a new one lies under somebody else's.

    Args:
        before: what stood; it is used up.
        dossier: on which it was done.
        room: whose people did it.
    """
    after, known = standing(), _known(dossier, room)
    if any(model not in after for model, rows in before.items() if rows):
        return None
    began, now = ({model: stood[model].pop(dossier.pk) for model in _ITS} for stood in (before, after))
    came: dict[type[Model], list[dict[str, Any]]] = {}
    words = _words(dossier, room)
    for model, rows in after.items():
        old = before.get(model, {})
        if any(rows.get(pk) != one for pk, one in old.items()):
            return None
        for at, (pk, one) in enumerate((pk, one) for pk, one in rows.items() if pk not in old):
            known[model, pk] = _Symbol(model._meta.label, at)
            told = _told(model, one, known, words)
            if told is None:
                return None
            came.setdefault(model, []).append(told)
    changed = {}
    for model in _ITS:
        told = _told(model, now[model], known, words)
        if told is None:
            return None
        changed[model] = {name: one for name, one in told.items() if now[model][name] != began[model][name]}
    return Left(came, changed)


def _known(dossier: Dossier, room: Room) -> dict[tuple[type[Model], Any], _Symbol]:
    """Return what stands for the rows that everybody has who begins."""
    known: dict[tuple[type[Model], Any], _Symbol] = {
        (type(room.operation), room.operation.pk): _Symbol("operation"),
        (Dossier, dossier.pk): _Symbol("dossier"),
        **{(User, one.pk): _Symbol("user", name) for name, one in room.users.items()},
    }
    with machine_sees_all():
        for model in (DossierRow, Ownership):
            mine = model._base_manager.filter(dossier=dossier).order_by("pk").values_list("pk", flat=True)
            known |= {(model, pk): _Symbol(f"its {model._meta.label}", at) for at, pk in enumerate(mine)}
    return known


def _words(dossier: Dossier, room: Room) -> dict[str, str]:
    """Return what texts say of this dossier alone → what stands for it."""
    with machine_sees_all():
        digest = rows_digest(rows_of(dossier))
    said = {dossier.person_code: _CODE, dossier.name: _NAME, digest: _ROWS, room.operation.slug: _SLUG}
    return {one: word for one, word in said.items() if one}


def _told(
    model: type[Model], row: dict[str, Any], known: dict[tuple[type[Model], Any], _Symbol], words: dict[str, str]
) -> dict[str, Any] | None:
    """Return a row in words, without its own key; None where it lies under a row that is not known."""
    told = {}
    for field in model._meta.local_concrete_fields:
        value = row[field.attname]
        if field.primary_key and not field.is_relation:
            continue
        if field.is_relation and value is not None:
            value = known.get((field.related_model, value))
            if value is None or value.what == model._meta.label:
                return None
        told[field.attname] = _replaced(value, words)
    return told


def _replaced(value: Any, words: dict[str, str]) -> Any:
    """Return a value with some of its words for others."""
    if isinstance(value, str):
        for said, meant in words.items():
            value = value.replace(said, meant)
        return value
    if isinstance(value, list | tuple):
        return type(value)(_replaced(one, words) for one in value)
    if isinstance(value, dict):
        return {_replaced(name, words): _replaced(one, words) for name, one in value.items()}
    return value


def _write(known: Left, dossier: Dossier, room: Room) -> None:
    """Write what acts left of another; the dossier goes from stage to stage, as the database wants it."""
    keys = {symbol: pk for (_model, pk), symbol in _known(dossier, room).items()}
    words = {word: said for said, word in _words(dossier, room).items()}
    with machine_sees_all():
        for model, rows in known.rows.items():
            values = [_meant(row, keys, words) for row in rows]
            if model is StageChange:
                for one in values:
                    StageChange._base_manager.create(**one)
                    Dossier._base_manager.filter(pk=dossier.pk).update(stage=one["after"])
                continue
            new = model._base_manager.bulk_create([model(**one) for one in values])
            keys |= {_Symbol(model._meta.label, at): one.pk for at, one in enumerate(new)}
        for model, row in known.changed.items():
            model._base_manager.filter(pk=dossier.pk).update(**_meant(row, keys, words))
    dossier.refresh_from_db(from_queryset=Dossier.objects.all())


def _meant(row: dict[str, Any], keys: dict[_Symbol, Any], words: dict[str, str]) -> dict[str, Any]:
    """Return a row in words as it is meant of another."""
    return {name: keys[one] if isinstance(one, _Symbol) else _replaced(one, words) for name, one in row.items()}
