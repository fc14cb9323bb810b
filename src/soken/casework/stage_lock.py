"""Triggers by which the database itself refuses a stage that no recorded step leads to, and an owner without a record.

A model's ``save`` can be walked round by a queryset, a bulk update or SQL; a trigger cannot. The stage of a dossier
changes only to where the newest `StageChange` says that it went; a recorded step begins where the dossier stands and is
never changed; a new dossier is at *proposed*. Taken down before every migration and set up after it: SQLite rebuilds a
table to alter it, which loses its triggers and fails on those of others that speak of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db import connections, transaction

if TYPE_CHECKING:
    from collections.abc import Callable

_STEP: Final = """(select s.before || '>' || s.after from casework_stagechange s
    where s.dossier_id = new.id order by s.id desc limit 1)"""

#: Name → (table, when, condition under which it refuses, what it says).
_OWNER: Final = """(select o.force from casework_ownership o
    where o.dossier_id = new.id and o.until is null)"""

#: The person is on the way to another installation, or there.
_AWAY: Final = """exists (select 1 from casework_outgoinghandover h
    where h.dossier_id = new.id and h.state in ('sent', 'received', 'withdrawing', 'accepted'))"""

_OVER: Final = "old.state in ('accepted', 'returned', 'withdrawn') and new.state <> old.state"

_RULES: Final = {
    "dossier_stage_by_step": (
        "casework_dossier",
        "before update of stage",
        f"new.stage <> old.stage and coalesce({_STEP}, '') <> old.stage || '>' || new.stage",
        "a stage changes only by a recorded step",
    ),
    "dossier_begins_proposed": (
        "casework_dossier",
        "before insert",
        "new.stage <> 'proposed'",
        "a new dossier is at proposed",
    ),
    "dossier_force_by_ownership": (
        "casework_dossier",
        "before update of force",
        f"new.force <> old.force and (new.force = '' or coalesce({_OWNER}, '') <> new.force)",
        "an owner changes only by a recorded ownership",
    ),
    "dossier_begins_unowned": (
        "casework_dossier",
        "before insert",
        "new.force <> ''",
        "a new dossier has no owner",
    ),
    "ownership_only_ends": (
        "casework_ownership",
        "before update",
        "old.until is not null or new.until is null or new.force <> old.force or new.dossier_id <> old.dossier_id",
        "an ownership only ever ends",
    ),
    "dossier_away_stands": (
        "casework_dossier",
        "before update of stage",
        f"new.stage <> old.stage and {_AWAY}",
        "a person who was handed over changes no stage here",
    ),
    "handover_out_is_over": (
        "casework_outgoinghandover",
        "before update of state",
        _OVER,
        "a handover that is over stays so",
    ),
    "handover_in_is_over": (
        "casework_incominghandover",
        "before update of state",
        _OVER,
        "a handover that is over stays so",
    ),
    "stage_step_is_kept": (
        "casework_stagechange",
        "before update",
        "true",
        "a recorded step is never changed",
    ),
    "stage_step_fits": (
        "casework_stagechange",
        "before insert",
        "new.before <> (select d.stage from casework_dossier d where d.id = new.dossier_id)",
        "a step begins where the dossier stands",
    ),
}


def lock_stages(using: str, **_signal: Any) -> None:
    """Set the triggers up, on SQLite or PostgreSQL; doing it again changes nothing (receiver of post_migrate)."""
    _execute(using, lambda vendor: [*_taken_down(vendor), *_set_up(vendor)])


def unlock_stages(using: str, **_signal: Any) -> None:
    """Take the triggers down while tables are altered (receiver of pre_migrate)."""
    _execute(using, _taken_down)


def ensure_locked(using: str = "default") -> None:
    """Set the triggers up if any is missing: a machine that stopped in the middle of a migration leaves none.

    Asked at every start (one query).
    """
    asked = (
        "select tgname from pg_trigger where not tgisinternal"
        if connections[using].vendor == "postgresql"
        else "select name from sqlite_master where type = 'trigger'"
    )
    with connections[using].cursor() as cursor:
        cursor.execute(asked)
        there = {name for (name,) in cursor.fetchall()}
    if not _RULES.keys() <= there:
        lock_stages(using)


def _execute(using: str, statements: Callable[[str], list[str]]) -> None:
    """Execute statements together; nothing where the tables do not exist yet, or no longer."""
    connection = connections[using]
    if not {rule[0] for rule in _RULES.values()} <= set(connection.introspection.table_names()):
        return
    with transaction.atomic(using=using), connection.cursor() as cursor:
        for statement in statements(connection.vendor):
            cursor.execute(statement)


def _taken_down(vendor: str) -> list[str]:
    """Return the statements that take all triggers down; names are constants of this module."""
    if vendor == "postgresql":
        return [f"drop trigger if exists {name} on {rule[0]}" for name, rule in _RULES.items()]
    return [f"drop trigger if exists {name}" for name in _RULES]


def _set_up(vendor: str) -> list[str]:
    """Return the statements that set all triggers up; names and words are constants of this module."""
    statements = []
    for name, (table, when, refused, said) in _RULES.items():
        if vendor == "postgresql":
            statements += [
                f"create or replace function {name}() returns trigger language plpgsql as $$ begin "
                f"if {refused} then raise exception '{said}' using errcode = 'integrity_constraint_violation'; "
                f"end if; return new; end $$",
                f"create trigger {name} {when} on {table} for each row execute function {name}()",
            ]
        else:
            statements.append(
                f"create trigger {name} {when} on {table} for each row when {refused} "
                f"begin select raise(abort, '{said}'); end"
            )
    return statements
