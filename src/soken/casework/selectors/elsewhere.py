"""Whether another operation holds the same mail, phone or address: every one is asked, no person is told (R22)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from soken.casework.models import Dossier, Operation, ResolveRun
from soken.casework.selectors import store

if TYPE_CHECKING:
    from pathlib import Path

    from soken.access.models import User

#: What two operations may have in common → columns of the records.
_VALUES: Final = {
    "email": ("email_key", "email2_key"),
    "phone": ("phone_key", "phone2_key"),
    "address": ("address_key",),
}
#: Runs in which a dossier's rows are looked for, newest first: a row that a later reading set aside is in an older one.
_RUNS: Final = 20


@dataclass(frozen=True, slots=True)
class HeldElsewhere:
    """Another operation that holds a value of the person.

    Attributes:
        operation: its name where the actor is a member of it, else ''.
        kinds: which kinds of values: email, phone, address.
        forces: codes of the forces that own dossiers on records with them; empty where no dossier is open.
    """

    operation: str
    kinds: tuple[str, ...]
    forces: tuple[str, ...]


def runs_digest() -> str:
    """Return the hash of all operations' newest runs: a check made on other runs is out of date."""
    newest = _newest_runs()
    return hashlib.sha256(",".join(f"{one.operation_id}:{one.pk}" for one in newest).encode()).hexdigest()


def held_elsewhere(dossier: Dossier, user: User) -> list[HeldElsewhere]:
    """Return the other operations whose newest run holds a mail, phone or address of the person.

    Every operation is asked, also those that the user may not see: of these only that one does, and which forces own
    the dossiers, so that somebody can be called. One look through three columns of each run's records.
    """
    values = _values_of(dossier)
    if not any(values.values()):
        return []
    seen = set(Operation.objects.visible_to(user).values_list("pk", flat=True))
    found = []
    for run in _newest_runs():
        if run.operation_id == dossier.operation_id:
            continue
        owned = Dossier.objects.filter(operation=run.operation_id).exclude(force="")
        kinds, forces = _in_run(run, values, dict(owned.values_list("person_code", "force")))
        if kinds:
            name = run.operation.name if run.operation_id in seen else ""
            found.append(HeldElsewhere(name, kinds, forces))
    return found


def _newest_runs() -> list[ResolveRun]:
    """Return the newest run of each operation."""
    newest: dict[int, ResolveRun] = {}
    for run in ResolveRun.objects.select_related("operation").order_by("operation_id", "-pk"):
        newest.setdefault(run.operation_id, run)
    return list(newest.values())


def _values_of(dossier: Dossier) -> dict[str, list[str]]:
    """Return the mails, phones and addresses on the rows that the dossier holds, in comparable form.

    By its rows and not by its code: a run may propose the same rows under another, and nothing would be found. Rows
    that are no longer in the newest run are looked for in the older ones.
    """
    sought = set(dossier.rows.values_list("evidence", "row"))
    found: dict[str, set[str]] = {kind: set() for kind in _VALUES}
    for run in dossier.operation.runs.all()[:_RUNS]:
        if not sought:
            break
        for claimed in _claimed(store.run_folder(dossier.operation, run), sorted(sought)):
            sought.discard((claimed["evidence"], claimed["row"]))
            for kind, columns in _VALUES.items():
                found[kind] |= {claimed[column] for column in columns if claimed[column]}
    return {kind: sorted(values) for kind, values in found.items()}


def _claimed(folder: Path, rows: list[tuple[str, int]]) -> list[dict[str, Any]]:
    """Return what these rows claim in a run; nothing of those that it does not hold."""
    columns = ", ".join(column for columns in _VALUES.values() for column in columns)
    return store.ask(
        f"""select m.evidence, m.row, {columns} from read_parquet($members) m
        join (select unnest($evidence) as evidence, unnest($numbers) as row) using (evidence, row)
        join read_parquet($records) using (record)""",  # noqa: S608 (own names)
        records=str(folder / "records.parquet"),
        members=str(folder / "membership.parquet"),
        evidence=[evidence for evidence, _row in rows],
        numbers=[row for _evidence, row in rows],
    )


def _in_run(
    run: ResolveRun, values: dict[str, list[str]], owned: dict[str, str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return which kinds of values a run's records hold, and the forces of its owned dossiers on such records."""
    folder = store.run_folder(run.operation, run)
    kinds = ", ".join(f"coalesce({_held(kind)}, false) as {kind}" for kind in _VALUES)
    rows = store.ask(
        f"""with held as (select record, {kinds} from read_parquet($records) where {" or ".join(map(_held, _VALUES))}),
        named as (select held.*, person from held join read_parquet($clusters) using (record))
        select {", ".join(f"bool_or({kind}) as {kind}" for kind in _VALUES)},
            list(distinct person) filter (person in (select unnest($owned))) as persons from named""",  # noqa: S608 (own names)
        records=str(folder / "records.parquet"),
        clusters=str(folder / "clusters.parquet"),
        owned=sorted(owned),
        **{f"{kind}_values": held for kind, held in values.items()},
    )
    persons = rows[0]["persons"] or []
    return tuple(kind for kind in _VALUES if rows[0][kind]), tuple(sorted({owned[code] for code in persons}))


def _held(kind: str) -> str:
    """Return the SQL condition that a record holds one of the values of a kind."""
    return "(" + " or ".join(f"{column} in (select unnest(${kind}_values))" for column in _VALUES[kind]) + ")"
