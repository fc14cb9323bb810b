"""Which tables the ledger watches, and how a row of each is traced to the person whom it is about (data: TOML)."""

from __future__ import annotations

import tomllib
from collections import deque
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from django.apps import apps
from django.db.models import BinaryField, BooleanField, ForeignKey

from soken.core.errors import DamagedStoreError
from soken.ledger.entries import Kind

if TYPE_CHECKING:
    from django.db.models import Field, Model

#: Most foreign keys between a row and its person.
_FARTHEST: Final = 4


@dataclass(frozen=True, slots=True)
class Hop:
    """A step along a foreign key.

    Attributes:
        column: the key's column in the row that one stands at.
        table: the table that it leads to.
        onward: the columns wanted there.
    """

    column: str
    table: str
    onward: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Watched:
    """A watched table.

    Attributes:
        table: its name.
        label: name of its model, for people.
        key: column of its primary key.
        columns: the columns whose values are recorded.
        bulky: columns of bytes, of which the length is recorded.
        truth: columns of true and false, which SQLite stores as numbers.
        unwatched: columns whose change alone is not recorded.
        secret: columns of which only that they changed is recorded.
        kind: kind of processing of a change here.
        recipient: column that names a recipient, or ''.
        to_person: foreign keys to the person's row; None where none leads there.
        to_operation: foreign keys to the operation's row; None where none leads there.
    """

    table: str
    label: str
    key: str
    columns: tuple[str, ...]
    bulky: frozenset[str]
    truth: frozenset[str]
    unwatched: frozenset[str]
    secret: frozenset[str]
    kind: Kind
    recipient: str
    to_person: tuple[Hop, ...] | None
    to_operation: tuple[Hop, ...] | None


@cache
def settings_of_ledger() -> dict[str, Any]:
    """Return what ``watched.toml`` says.

    Raises:
        DamagedStoreError: it names a table or a column that there is not.
    """
    said = tomllib.loads((files("soken.ledger") / "watched.toml").read_text(encoding="utf-8"))
    for part in ("left-out", "unwatched", "secret", "recipient"):
        for label, columns in said[part].items():
            _check(part, label, () if part == "left-out" else [columns] if isinstance(columns, str) else columns)
    for labels in said["kinds"].values():
        for label in labels:
            _check("kinds", label, ())
    return said


def _check(part: str, label: str, columns: tuple[str, ...] | list[str]) -> None:
    """Refuse a name in the file that means nothing."""
    try:
        known = {field.column for field in apps.get_model(label)._meta.concrete_fields}
    except LookupError as unknown:
        raise DamagedStoreError(
            f"watched.toml [{part}] names {label}, and there is no such model; mend it."
        ) from unknown
    if unheard := set(columns) - known:
        raise DamagedStoreError(f"watched.toml [{part}] names {label}.{sorted(unheard)[0]}, which it has not; mend it.")


@cache
def watched_tables() -> dict[str, Watched]:
    """Return the watched tables by name."""
    said = settings_of_ledger()
    models = [
        model for name in said["apps"] for model in apps.get_app_config(name).get_models(include_auto_created=True)
    ]
    return {model._meta.db_table: _watched(model) for model in models if model._meta.label not in said["left-out"]}


def _watched(model: type[Model]) -> Watched:
    """Return what is to be known of one table."""
    said, label = settings_of_ledger(), model._meta.label
    person, operation = apps.get_model(said["person"]["model"]), apps.get_model(said["operation"]["model"])
    fields: tuple[Field[Any, Any], ...] = tuple(model._meta.concrete_fields)
    return Watched(
        table=model._meta.db_table,
        label=label,
        key=str(model._meta.pk.column),
        columns=tuple(str(one.column) for one in fields),
        bulky=frozenset(str(one.column) for one in fields if isinstance(one, BinaryField)),
        truth=frozenset(str(one.column) for one in fields if isinstance(one, BooleanField)),
        unwatched=frozenset(said["unwatched"].get(label, ())),
        secret=frozenset(said["secret"].get(label, ())),
        kind=next((Kind(kind) for kind, labels in said["kinds"].items() if label in labels), Kind.ALTERATION),
        recipient=said["recipient"].get(label, ""),
        to_person=_way(model, person, (said["person"]["column"], _column_to(person, operation))),
        to_operation=_way(model, operation, (said["operation"]["column"],)),
    )


def _column_to(model: type[Model], target: type[Model]) -> str:
    """Return the column of a model's foreign key to another."""
    return next(str(one.column) for one in _keys(model) if one.related_model is target)


def _keys(model: type[Model]) -> list[Any]:
    """Return a model's foreign keys."""
    return [one for one in model._meta.concrete_fields if isinstance(one, ForeignKey)]


def _way(start: type[Model], goal: type[Model], wanted: tuple[str, ...]) -> tuple[Hop, ...] | None:
    """Return the shortest way along foreign keys; the way from the goal to itself is empty."""
    if start is goal:
        return ()
    waiting: deque[tuple[type[Model], tuple[Any, ...]]] = deque([(start, ())])
    seen = {start}
    while waiting:
        model, so_far = waiting.popleft()
        for key in _keys(model):
            if key.related_model is goal:
                return _hops((*so_far, key), wanted)
            if key.related_model not in seen and len(so_far) + 1 < _FARTHEST:
                seen.add(key.related_model)
                waiting.append((key.related_model, (*so_far, key)))
    return None


def _hops(keys: tuple[Any, ...], wanted: tuple[str, ...]) -> tuple[Hop, ...]:
    """Return the steps along some foreign keys, each with the column of the next."""
    onward = [(str(key.column),) for key in keys[1:]] + [wanted]
    return tuple(
        Hop(str(key.column), key.related_model._meta.db_table, then) for key, then in zip(keys, onward, strict=True)
    )


def kinds_in_order() -> list[Kind]:
    """Return the kinds of processing, the one that counts most in a mixed act first."""
    return [*(Kind(one) for one in settings_of_ledger()["kinds"]), Kind.ALTERATION]
