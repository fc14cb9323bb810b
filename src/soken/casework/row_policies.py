"""Row-level security: PostgreSQL itself leaves out of every table what whoever looks may not see (ADR 13).

A policy for each table that tells of an operation or of a person, made from the model: what it says is what `OfPerson`
says. Whom the server is told to show stands in settings of the connection (`soken.casework.row_answer`); where nothing
is told, nothing is seen. Taken down before every migration and set up after it, like the triggers of
`soken.ledger.triggers`; the owner of the tables is bound too. On SQLite there is nothing of the kind.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Final

from django.apps import apps
from django.db import connections, transaction
from django.db.models import ForeignKey

from soken.casework.models import (
    BulkPerson,
    CasePerson,
    ClearedCase,
    Disclosure,
    Dossier,
    Judgement,
    Notification,
    Operation,
    Person,
    Protected,
    RetentionReview,
    ReviewAct,
    ReviewPair,
    SafetyNotification,
    SameSuspect,
    Squad,
    SquadDossier,
    Warrant,
    WarrantDossier,
)
from soken.casework.models.of_person import OfPerson

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import Model

_NAME: Final = "soken_rows"
#: Model → its columns that hold the code of a person of its operation.
_BY_CODE: Final[dict[type[Model], tuple[str, ...]]] = {
    Dossier: ("person_code",),
    Person: ("code",),
    RetentionReview: ("person_code",),
    SafetyNotification: ("person_code",),
    Disclosure: ("person_code",),
    Notification: ("person_code",),
    BulkPerson: ("person_code",),
    ReviewPair: ("left_person", "right_person"),
}
#: Models whose rows can concern several persons: whose they are is told by number.
BY_NUMBER: Final[tuple[type[OfPerson], ...]] = (ReviewAct, Squad, Warrant, ClearedCase, SameSuspect)
#: Of these, what tells of a dossier: proposals and questions about them are everybody's who works on the lists.
_OF_DOSSIER: Final = (RetentionReview, SafetyNotification, Disclosure, Notification, BulkPerson)
#: Model that can concern several persons → what joins it to each, the column there that leads to it, and which count.
_LINKED: Final[dict[type[Model], tuple[type[Model], str, str]]] = {
    Squad: (SquadDossier, "squad_id", ""),
    Warrant: (WarrantDossier, "warrant_id", ""),
    ClearedCase: (CasePerson, "case_id", " and link.struck_at is null"),
}
#: Tables that are not bound, and why.
OPEN: Final = {
    "casework_membership": "the decision itself: who works on what",
    "casework_compartment": "the decision itself is made from it, with the rights of whoever looks; codes and numbers",
    "casework_compartmentmatch": "the same",
    "casework_compartmentperson": "the same",
    "casework_compartmentrow": "the same",
    "casework_compartmentaccess": "the same",
    "casework_compartmentbar": "the same",
    "casework_compartmentopening": "the same",
    "casework_compartmentopening_users": "the same",
    "casework_protected_colleagues": "the same: who is locked out",
    "casework_job": "work of the machine: kinds and states, no person",
    "casework_peer": "other installations and their keys",
    "casework_feedentry": "addresses of shops, which are nobody's; entered for all",
    "casework_feedstep": "the same",
    "casework_feedversion": "the same",
    "casework_vintage": "figures of record",
}

_TOLD_OPERATIONS: Final = "(select coalesce(current_setting('soken.operations', true), ''))"
_LIST: Final = (
    "array(select unnest(string_to_array(nullif(current_setting('soken.operations', true), '*'), ' '))::bigint)"
)
#: In which operations the reader is held to their own force's dossiers; mostly in none.
_NO_FORCE: Final = "(select coalesce(current_setting('soken.by_force', true), '') = '')"
_BY_FORCE: Final = "array(select unnest(string_to_array(current_setting('soken.by_force', true), ' '))::bigint)"
_ONLY: Final = "(select coalesce(current_setting('soken.only', true), '') = 'on')"


def _functions() -> dict[str, str]:
    """Return name and arguments → definition of what policies ask without regard to whose force a dossier is.

    A policy sees what is shut to the reader no more than the reader does: that a person has no dossier, and that there
    is one which another force keeps, would be the same to it. These answer yes or no, and nothing else.
    """
    found = {
        "soken_has_dossier(bigint, text)": f"select exists (select 1 from {Dossier._meta.db_table} "  # noqa: S608
        "where operation_id = $1 and person_code = $2)"
    }
    for model, (link, column, counts) in _LINKED.items():
        found[f"{_concerns(model)}(bigint)"] = (
            f"select exists (select 1 from {link._meta.db_table} link where link.{column} = $1{counts})"  # noqa: S608
        )
    return {name: _ASKED_OF_ALL.format(name=name, asked=asked) for name, asked in found.items()}


def _concerns(model: type[Model]) -> str:
    """Return the name of the function that says whether something concerns anybody."""
    return f"soken_concerns_{model._meta.model_name}"


#: A question that is put as if every force were the reader's. What was told is told again before anything else is
#: asked; where the question fails, the server takes both back with the transaction.
_ASKED_OF_ALL: Final = """create or replace function {name} returns boolean language plpgsql stable as $asked$
declare
    told text := coalesce(current_setting('soken.by_force', true), '');
    answer boolean;
begin
    perform set_config('soken.by_force', '', false);
    answer := ({asked});
    perform set_config('soken.by_force', told, false);
    return answer;
end $asked$"""


def bind_rows(using: str = "default", **_signal: Any) -> None:
    """Set the policies up; doing it again changes nothing (receiver of post_migrate)."""
    bound = [statement for table, said in policies().items() for statement in _bound(table, said)]
    _execute(using, [*_functions().values(), *bound])


def unbind_rows(using: str = "default", **_signal: Any) -> None:
    """Take the policies down while tables are altered (receiver of pre_migrate)."""
    there = set(connections[using].introspection.table_names())
    _execute(using, [statement for table in policies() if table in there for statement in _unbound(table)])


def ensure_bound(using: str = "default") -> None:
    """Set the policies up if any is missing or not this version's: asked at every start (one query)."""
    if not_bound(using):
        bind_rows(using)


def not_bound(using: str = "default") -> list[str]:
    """Return the tables whose rows the server does not hold to this version's policies; on SQLite none is asked for."""
    if connections[using].vendor != "postgresql":
        return []
    with connections[using].cursor() as cursor:
        cursor.execute(
            "select c.relname, obj_description(p.oid, 'pg_policy') from pg_policy p "
            "join pg_class c on c.oid = p.polrelid where p.polname = %s "
            "and c.relrowsecurity and c.relforcerowsecurity and pg_table_is_visible(c.oid)",
            [_NAME],
        )
        there = dict(cursor.fetchall())
    return [table for table, said in policies().items() if there.get(table) != _digest(said)]


def is_bound_by_rows(using: str = "default") -> bool:
    """Tell whether row-level security holds whoever this process is to the server: superusers it does not."""
    with connections[using].cursor() as cursor:
        cursor.execute("select rolsuper or rolbypassrls from pg_roles where rolname = current_user")
        (above,) = cursor.fetchone()
    return not above


def policies() -> dict[str, str]:
    """Return table → the condition under which a row of it is seen, and may be written.

    Raises:
        LookupError: of a table nobody has said whose rows it holds.
    """
    found = {}
    for model in apps.get_app_config("casework").get_models(include_auto_created=True):
        table = model._meta.db_table
        if table not in OPEN:
            found[table] = " and ".join(_conditions(model))
    return found


def _conditions(model: type[Model]) -> Iterator[str]:
    """Yield the conditions of a table."""
    table, conditions = model._meta.db_table, list(_of_whom(model))
    operation = _column(model, Operation)
    if model is Operation:
        conditions.append(_operation(f"{table}.id"))
    elif model is ClearedCase:
        # A case is that of all its suspects, of whatever operations they are.
        conditions.insert(0, f"({_operation(f'{table}.{operation}')} or {_suspect_seen(table)})")
    elif operation is not None:
        conditions.insert(0, _operation(f"{table}.{operation}"))
    if model is Protected:
        conditions.append("(select coalesce(current_setting('soken.protected', true), '') = 'on')")
    if not conditions:
        conditions = [_parent(model, field) for field in _bound_parents(model)]
    if not conditions:
        raise LookupError(f"Nobody has said whose rows {table} holds; name it in casework/row_policies.py.")
    yield from conditions


def _of_whom(model: type[Model]) -> Iterator[str]:
    """Yield the condition that a row is not of a person whom whoever looks may not see."""
    table = model._meta.db_table
    if model in _BY_CODE:
        yield _seen("persons", [f"{table}.operation_id || '/' || {table}.{one}" for one in _BY_CODE[model]])
        if model is Dossier:
            yield _of_force(table)
        elif model in _OF_DOSSIER:
            yield _of_force_by_code(table)
    elif model is Judgement:
        yield _seen("rows", [f"{table}.{side}_evidence || ':' || {table}.{side}_row" for side in ("left", "right")])
    elif model in BY_NUMBER:
        yield _seen("ids", [f"'{table}/' || {table}.id"])
        if model in _LINKED:
            yield _of_some_force(model)
        if model is SameSuspect:
            # Said of either of the two, and of two operations as a rule; to whom one is shut is told by number.
            either = (_parent(model, model._meta.get_field(side)) for side in ("dossier", "other"))
            yield f"({' or '.join(either)})"
        elif _column(model, Dossier) is not None:
            yield _parent(model, model._meta.get_field(model.whose))
    elif issubclass(model, OfPerson):
        yield _parent(model, model._meta.get_field(model.whose))


def _operation(column: str) -> str:
    """Return the condition that an operation is seen."""
    return f"case {_TOLD_OPERATIONS} when '*' then true else coalesce({column} = any({_LIST}), false) end"


def _seen(setting: str, keys: list[str]) -> str:
    """Return the condition that what the keys name is seen: all but what is told, or that alone."""
    said = f"current_setting('soken.{setting}', true)"
    named = " or ".join(f"({key}) in (select unnest(string_to_array({said}, ' ')))" for key in keys)
    nothing = f"(select coalesce({said}, '') = '')"
    return f"case when {_ONLY} then coalesce({named}, false) when {nothing} then true else not ({named}) end"


def _of_force(table: str) -> str:
    """Return the condition that a dossier is one that the reader reads, where the operation is read by force."""
    let_in = "array(select unnest(string_to_array(nullif(current_setting('soken.let_in', true), ''), ' '))::bigint)"
    force = "(select coalesce(current_setting('soken.force', true), ''))"
    return (
        f"case when {_NO_FORCE} then true when not {table}.operation_id = any({_BY_FORCE}) then true "
        f"else {table}.force in ('', {force}) or {table}.id = any({let_in}) end"
    )


def _of_force_by_code(table: str) -> str:
    """Return the condition that the person whom a code names has no dossier, or one that the reader's force reads."""
    same = f"d.operation_id = {table}.operation_id and d.person_code = {table}.person_code"
    seen = f"exists (select 1 from {Dossier._meta.db_table} d where {same})"  # noqa: S608 (models')
    none = f"not soken_has_dossier({table}.operation_id, {table}.person_code)"
    return (
        f"case when {_NO_FORCE} then true when not {table}.operation_id = any({_BY_FORCE}) then true "
        f"else {seen} or {none} end"
    )


def _of_some_force(model: type[Model]) -> str:
    """Return the condition that something concerns nobody, or a person whom the reader sees."""
    table, (link, column, counts) = model._meta.db_table, _LINKED[model]
    seen = f"exists (select 1 from {link._meta.db_table} link where link.{column} = {table}.id{counts})"  # noqa: S608
    return f"case when {_NO_FORCE} then true else {seen} or not {_concerns(model)}({table}.id) end"


def _suspect_seen(table: str) -> str:
    """Return the condition that one of the suspects of a case is seen, which the policy of their places says."""
    places = CasePerson._meta.db_table
    stands = f"place.case_id = {table}.id and place.struck_at is null"
    return f"exists (select 1 from {places} place where {stands})"  # noqa: S608 (models')


def _parent(model: type[Model], field: Any) -> str:
    """Return the condition that what a row belongs to is seen, which the policy of that table says."""
    table, parent = model._meta.db_table, field.related_model._meta.db_table
    seen = f"exists (select 1 from {parent} parent where parent.id = {table}.{field.column})"  # noqa: S608 (models')
    return f"(({table}.{field.column} is null and not {_ONLY}) or {seen})" if field.null else seen


def _column(model: type[Model], to: type[Model]) -> str | None:
    """Return the first column by which a table names a row of another, None for none."""
    for field in model._meta.concrete_fields:
        if isinstance(field, ForeignKey) and field.related_model is to:
            return field.column
    return None


def _bound_parents(model: type[Model]) -> list[Any]:
    """Return the foreign keys of a table to others that are bound."""
    return [
        field
        for field in model._meta.concrete_fields
        if isinstance(field, ForeignKey)
        and field.related_model._meta.app_label == "casework"
        and field.related_model._meta.db_table not in OPEN
    ]


def _digest(said: str) -> str:
    """Return what tells one policy, with what it may ask, from an earlier version's."""
    return hashlib.sha256("\n".join((said, *_functions().values())).encode()).hexdigest()


def _bound(table: str, said: str) -> Iterator[str]:
    """Yield the statements that bind a table."""
    yield from _unbound(table)
    yield f"create policy {_NAME} on {table} for all using ({said}) with check ({said})"
    yield f"comment on policy {_NAME} on {table} is '{_digest(said)}'"
    yield f"alter table {table} enable row level security, force row level security"


def _unbound(table: str) -> Iterator[str]:
    """Yield the statements that free a table."""
    yield f"alter table {table} no force row level security, disable row level security"
    yield f"drop policy if exists {_NAME} on {table}"


def _execute(using: str, statements: list[str]) -> None:
    """Execute statements together, on PostgreSQL, where the tables are; names are constants of the models."""
    connection = connections[using]
    if connection.vendor != "postgresql" or Operation._meta.db_table not in connection.introspection.table_names():
        return
    with transaction.atomic(using=using), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
