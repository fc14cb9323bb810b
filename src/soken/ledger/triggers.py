"""Triggers by which the database itself catches every change of a watched table, and refuses to rewrite the ledger.

A model's ``save`` can be walked round by a queryset, a bulk update or SQL; a trigger cannot. Taken down before every
migration and set up after it, like those of `soken.casework.stage_lock` and for the same reasons.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from django.db import connections, transaction

from soken.core.errors import DamagedStoreError
from soken.ledger.watched import watched_tables

if TYPE_CHECKING:
    from collections.abc import Iterator, Set

    from soken.ledger.watched import Watched

_LAST: Final = "(select coalesce(max(e.seq), 0) from ledger_entry e)"
_LAST_HASH: Final = "(select e.hash from ledger_entry e where e.seq = new.seq - 1)"

#: What the ledger calls it that triggers were found missing or altered, and were set up again.
GUARD: Final = "guard"
_CREATE: Final = "create trigger "
_FUNCTION: Final = re.compile(r"create or replace function (\w+)\(\).*?\$\$(.*)\$\$", re.DOTALL)
_TRIGGER: Final = re.compile(r"create trigger (\w+) .*execute function (\w+)\(\)", re.DOTALL)
#: What triggers do, those that are not disabled; one of ours has a condition only where it catches an update.
_BODIES: Final = """
select t.tgname, p.prosrc from pg_trigger t join pg_proc p on p.oid = t.tgfoid
where not t.tgisinternal and t.tgenabled <> 'D' and (t.tgqual is null or t.tgname like 'ledger\\_update\\_%')
"""

#: Name → (table, when, condition under which it refuses, what it says).
_REFUSALS: Final = {
    "ledger_entry_is_kept": ("ledger_entry", "before update", "true", "an entry of the ledger is never changed"),
    "ledger_entry_is_not_deleted": ("ledger_entry", "before delete", "true", "an entry of the ledger is never deleted"),
    "ledger_entry_follows": (
        "ledger_entry",
        "before insert",
        f"new.seq <> {_LAST} + 1 or (new.seq > 1 and new.previous <> {_LAST_HASH})",
        "an entry follows the newest",
    ),
    "ledger_entry_head_goes_on": (
        "ledger_entry_head",
        "before update",
        "new.id <> old.id or new.seq < old.seq",
        "the head of the ledger never goes back",
    ),
    "ledger_entry_head_is_kept": ("ledger_entry_head", "before delete", "true", "the head of the ledger is kept"),
    "ledger_entry_key_is_kept": (
        "ledger_entry_key",
        "before update",
        "true",
        "a key is made once, and at most deleted",
    ),
    "ledger_entry_key_is_one": (
        "ledger_entry_key",
        "before insert",
        "exists (select 1 from ledger_entry_key k where k.subject = new.subject)",
        "a key is not replaced",
    ),
}
_NO_TRUNCATE: Final = ("ledger_entry", "ledger_entry_head")
_OURS: Final = ("ledger_entry", "ledger_entry_head", "ledger_entry_key", "ledger_entry_pending")


def guard_ledger(using: str = "default", plan: Any = (), **_signal: Any) -> None:
    """Set the triggers up; doing it again changes nothing (receiver of post_migrate)."""
    if not _all_there(using):
        return
    with transaction.atomic(using=using):
        _execute(using, [*_taken_down(using), *_set_up(using)])
        if plan:
            _note_migrations(using, plan)


def unguard_ledger(using: str = "default", **_signal: Any) -> None:
    """Take the triggers down while tables are altered (receiver of pre_migrate).

    Those of tables that are there: what is about to be migrated may lack tables of this version.
    """
    with transaction.atomic(using=using):
        _execute(using, _taken_down(using))
    look_anew: Any = getattr(connections[using], "ledger_may_go", None)
    if look_anew is not None:
        look_anew()


def wrong_triggers(using: str = "default") -> list[str]:
    """Return the names of the triggers that should be there and are not, or do not what they should."""
    postgresql = connections[using].vendor == "postgresql"
    with connections[using].cursor() as cursor:
        cursor.execute(_BODIES if postgresql else "select name, sql from sqlite_master where type = 'trigger'")
        there = dict(cursor.fetchall())
    made = _bodies_made(using) if postgresql else _statements_made(using)
    return [name for name, text in made.items() if there.get(name) != text]


def ensure_guarded(using: str = "default") -> None:
    """Set the triggers up if any is missing or another, and say in the ledger that it was so.

    A machine that stopped in the middle of a migration leaves none. So does somebody who changes what is not to be
    recorded: that they were set up again must not hide that they were gone.
    """
    wrong = wrong_triggers(using)
    if not wrong:
        return
    guard_ledger(using)
    _note_guarded(using, wrong)


def refusing(using: str, *, on: bool) -> None:
    """Set up or take down only what refuses to change the ledger (for whoever empties a database of tests)."""
    vendor = connections[using].vendor
    _execute(using, list(_refusals_up(vendor)) if on else list(_refusals_down(vendor, {*_OURS})))


def _all_there(using: str) -> bool:
    """Tell whether every table that triggers speak of exists."""
    wanted = {*watched_tables(), *_OURS}
    return wanted <= set(connections[using].introspection.table_names())


def _execute(using: str, statements: list[str]) -> None:
    """Execute statements; names and words are constants of this package and of the models."""
    with connections[using].cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _note_migrations(using: str, plan: Any) -> None:
    """Record which migrations were applied: while they ran, changes were not caught."""
    from soken.ledger.entries import Draft, Kind
    from soken.ledger.record import record

    applied = [f"{migration.app_label}.{migration.name}" for migration, backwards in plan if not backwards]
    undone = [f"{migration.app_label}.{migration.name}" for migration, backwards in plan if backwards]
    record(Draft(Kind.SYSTEM, act="migrate", facts={"applied": applied, "undone": undone}), using=using)


def _note_guarded(using: str, wrong: list[str]) -> None:
    """Record that triggers were not as they should be; a database that is new has nothing to tell of."""
    from soken.ledger.entries import Draft, Kind
    from soken.ledger.models import Entry
    from soken.ledger.record import record

    if Entry.objects.using(using).exists():
        # A ledger that was altered takes no entry; `verify`, which says so, has to start nevertheless.
        with suppress(DamagedStoreError):
            record(Draft(Kind.SYSTEM, act=GUARD, facts={"triggers": wrong}), using=using)


def _statements_made(using: str) -> dict[str, str]:
    """Return each trigger of SQLite by name, as SQLite keeps the statement that made it."""
    made = [one.removeprefix(_CREATE) for one in _set_up(using) if one.startswith(_CREATE)]
    return {one.split(" ", 1)[0]: f"{_CREATE.upper()}{one}" for one in made}


def _bodies_made(using: str) -> dict[str, str]:
    """Return what each trigger of PostgreSQL does, by its name."""
    statements = _set_up(using)
    bodies = {found[1]: found[2] for one in statements if (found := _FUNCTION.match(one))}
    return {found[1]: bodies[found[2]] for one in statements if (found := _TRIGGER.match(one))}


def _taken_down(using: str) -> list[str]:
    """Return the statements that take down all triggers of the tables that are there."""
    vendor, there = connections[using].vendor, set(connections[using].introspection.table_names())
    found = list(_refusals_down(vendor, there))
    for table in watched_tables().keys() & there:
        on = f" on {table}" if vendor == "postgresql" else ""
        found += [f"drop trigger if exists ledger_{event}_{table}{on}" for event in ("insert", "update", "delete")]
    return found


def _set_up(using: str) -> list[str]:
    """Return the statements that set all triggers up."""
    vendor = connections[using].vendor
    found = list(_refusals_up(vendor))
    for one in watched_tables().values():
        for event in ("insert", "update", "delete"):
            found += _catching(one, event, vendor)
    return found


def _refusals_down(vendor: str, there: Set[str]) -> Iterator[str]:
    """Yield the statements that let the ledger be changed, of the tables that are there."""
    for name, (table, *_rest) in _REFUSALS.items():
        if vendor != "postgresql":
            yield f"drop trigger if exists {name}"
        elif table in there:
            yield f"drop trigger if exists {name} on {table}"
    if vendor == "postgresql":
        tables = (table for table in _NO_TRUNCATE if table in there)
        yield from (f"drop trigger if exists {table}_not_truncated on {table}" for table in tables)


def _refusals_up(vendor: str) -> Iterator[str]:
    """Yield the statements that have the database refuse to change the ledger."""
    for name, (table, when, refused, said) in _REFUSALS.items():
        if vendor == "postgresql":
            gone = "old" if "delete" in when else "new"
            yield (
                f"create or replace function {name}() returns trigger language plpgsql as $$ begin "
                f"if {refused} then raise exception '{said}' using errcode = 'integrity_constraint_violation'; "
                f"end if; return {gone}; end $$"
            )
            yield f"create trigger {name} {when} on {table} for each row execute function {name}()"
        else:
            yield (
                f"create trigger {name} {when} on {table} for each row when {refused} "
                f"begin select raise(abort, '{said}'); end"
            )
    if vendor == "postgresql":
        yield (
            "create or replace function ledger_not_truncated() returns trigger language plpgsql as $$ begin "
            "raise exception 'the ledger is never emptied' using errcode = 'integrity_constraint_violation'; end $$"
        )
        for table in _NO_TRUNCATE:
            yield (
                f"create trigger {table}_not_truncated before truncate on {table} "
                "for each statement execute function ledger_not_truncated()"
            )


def _catching(one: Watched, event: str, vendor: str) -> list[str]:
    """Return the statements that have a table's changes caught."""
    name = f"ledger_{event}_{one.table}"
    before = "null" if event == "insert" else _row(one, "old", event, vendor)
    after = "null" if event == "delete" else _row(one, "new", event, vendor)
    key = f"""cast({"old" if event == "delete" else "new"}."{one.key}" as text)"""
    if vendor == "postgresql":
        caught = (
            "insert into ledger_entry_pending (what, place, key, before, after, tx) values "
            f"('{event}', '{one.table}', {key}, {before}, {after}, pg_current_xact_id()::text);"
        )
        when = f"when ({_differs(one, 'is distinct from')}) " if event == "update" else ""
        return [
            f"create or replace function {name}() returns trigger language plpgsql as $$ begin {caught} "
            "return null; end $$",
            f"create trigger {name} after {event} on {one.table} for each row {when}execute function {name}()",
        ]
    caught = (
        "insert into ledger_entry_pending (what, place, key, before, after, tx) values "
        f"('{event}', '{one.table}', {key}, {before}, {after}, '');"
    )
    when = f"when {_differs(one, 'is not')} " if event == "update" else ""
    return [f"create trigger {name} after {event} on {one.table} for each row {when}begin {caught} end"]


def _row(one: Watched, which: str, event: str, vendor: str) -> str:
    """Return the SQL that writes a row as JSON: of bytes their number, of a secret only whether it changed."""
    parts = []
    for column in one.columns:
        value = f'{which}."{column}"'
        if column in one.secret:
            changed = which == "new" and event == "update"
            value = f'case when old."{column}" = new."{column}" then 0 else 1 end' if changed else "0"
        elif column in one.bulky:
            value = f"length({value})"
        parts.append(f"'{column}', {value}")
    if vendor == "postgresql":
        return f"jsonb_build_object({', '.join(parts)})::text"
    return f"json_object({', '.join(parts)})"


def _differs(one: Watched, operator: str) -> str:
    """Return the SQL that tells whether a watched column changed."""
    looked_at = [column for column in one.columns if column not in one.unwatched]
    return " or ".join(f'old."{column}" {operator} new."{column}"' for column in looked_at)
