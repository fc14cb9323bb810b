"""Deleting a person from the case database: found along the foreign keys, so that no table can be forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

from django.apps import apps
from django.db import connection, models

from soken.access.eyes import machine_sees_all
from soken.casework.models import Dossier, Judgement, Person, RetentionReview, ReviewAct, ReviewPair
from soken.casework.models.of_person import OfPerson

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from soken.casework.models import Operation

#: Values in one query: within what either database takes.
_AT_ONCE: Final = 400


@machine_sees_all()
def delete_person(operation: Operation, code: str, rows: Collection[tuple[str, int]]) -> dict[str, int]:
    """Delete all rows that speak of a person; return how many of each table. Called inside a transaction.

    That is the dossier and whatever points to it, the proposal, rows that name the person by code, and judgements and
    questions on the person's rows, with the acts that said nothing else.

    Args:
        operation: where.
        code: the person.
        rows: evidence id and number of the person's rows.
    """
    found: dict[type[models.Model], set[Any]] = {}
    for dossier in Dossier.objects.filter(operation=operation, person_code=code).values_list("pk", flat=True):
        _gather(Dossier, {dossier}, found)
    for model in apps.get_app_config("casework").get_models():
        names = {field.name for field in model._meta.concrete_fields}
        if {"operation", "person_code"} <= names and model not in {Dossier, RetentionReview}:
            _gather(model, _keys(model, operation=operation, person_code=code), found)
    _gather(Person, _keys(Person, operation=operation, code=code), found)
    for model in (Judgement, ReviewPair):
        _gather(model, set(_on_rows(model, operation, rows)), found)
    _say_nothing(acts_touching(operation, rows))
    _gather(ReviewAct, _acts_of_nothing_else(operation, found.get(Judgement, set())), found)
    for model in sorted(found, key=_hangs_by, reverse=True):
        for some in _parts(found[model]):
            gone = _every(model).filter(pk__in=some)._raw_delete(connection.alias)
            if gone != len(some):
                raise RuntimeError(f"{len(some) - gone} rows of {model._meta.label} were not deleted")
    return {model._meta.label: len(keys) for model, keys in found.items() if keys}


def _hangs_by(model: type[models.Model]) -> int:
    """Return by how many other rows a row hangs on a person's: those that hang on others go first.

    A server that binds rows to who looks shows, and so deletes, only what still hangs on something that is seen.
    """
    steps = 0
    while issubclass(model, OfPerson) and model.whose in {field.name for field in model._meta.fields}:
        model = cast("type[models.Model]", model._meta.get_field(model.whose).related_model)
        steps += 1
    return steps


def acts_touching(operation: Operation, rows: Collection[tuple[str, int]]) -> set[Any]:
    """Return the acts that judged one of these rows: what was said in them may name the person."""
    acts: set[Any] = set()
    for some in _parts(set(_on_rows(Judgement, operation, rows))):
        acts |= set(Judgement.objects.filter(pk__in=some, act__isnull=False).values_list("act_id", flat=True))
    return acts


def _say_nothing(acts: Collection[Any]) -> None:
    """Take the words out of acts; what they judged of others' rows stays in force."""
    for some in _parts(acts):
        _every(ReviewAct).filter(pk__in=some).update(note="")
        _every(Judgement).filter(act__in=some).update(reason="")


def _gather(model: type[models.Model], keys: set[Any], found: dict[type[models.Model], set[Any]]) -> None:
    """Add rows and whatever points to them.

    What may point to nothing does so from now on, unless it points to a dossier: then it is about the person.
    """
    new = keys - found.setdefault(model, set())
    if not new:
        return
    found[model] |= new
    for relation in model._meta.get_fields(include_hidden=True):
        if not (relation.auto_created and (relation.one_to_many or relation.one_to_one)) or relation.concrete:
            continue
        field = relation.field  # type: ignore[union-attr]
        if len(field.foreign_related_fields) > 1:
            continue  # by operation and code, as compartments are: nothing there says who somebody is
        child: type[models.Model] = relation.related_model  # type: ignore[assignment]
        for some in _parts(new):
            pointing = _every(child).filter(**{f"{field.name}__in": some})
            if field.null and model is not Dossier:
                pointing.update(**{field.name: None})
            else:
                _gather(child, set(pointing.values_list("pk", flat=True)), found)


def _every(model: type[models.Model]) -> models.QuerySet[Any]:
    """Return every row of a table: some managers hide rows, or refuse what an erasure has to do."""
    return models.QuerySet(model)


def _keys(model: type[models.Model], **where: Any) -> set[Any]:
    """Return the keys of the rows that fit."""
    return set(_every(model).filter(**where).values_list("pk", flat=True))


def _on_rows(model: type[models.Model], operation: Operation, rows: Collection[tuple[str, int]]) -> Iterator[Any]:
    """Yield the keys of judgements or questions one side of which is one of these rows."""
    wanted = set(rows)
    for side in ("left", "right"):
        for evidence in {one for one, _row in wanted}:
            asked = {"operation": operation, f"{side}_evidence": evidence}
            for key, row in _every(model).filter(**asked).values_list("pk", f"{side}_row"):
                if (evidence, row) in wanted:
                    yield key


def _acts_of_nothing_else(operation: Operation, judgements: set[Any]) -> set[Any]:
    """Return the acts all of whose judgements go."""
    acts: dict[Any, bool] = {}
    for key, act in Judgement.objects.filter(operation=operation, act__isnull=False).values_list("pk", "act_id"):
        acts[act] = acts.get(act, True) and key in judgements
    return {act for act, whole in acts.items() if whole}


def _parts(keys: Collection[Any]) -> Iterator[list[Any]]:
    """Yield keys in parts that fit into a query."""
    ordered = sorted(keys)
    for at in range(0, len(ordered), _AT_ONCE):
        yield ordered[at : at + _AT_ONCE]
