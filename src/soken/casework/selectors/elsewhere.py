"""Whether others hold the same mail, phone or address: every operation is asked, no person is told (R22).

In the dossier's own operation, others are the persons whose dossiers another force owns.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from soken.access.eyes import beyond_operations, machine_sees_all
from soken.casework.models import Dossier, Operation, ResolveRun
from soken.casework.models.force_sight import across_forces
from soken.casework.selectors import store

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
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
    """Another operation, or another force's persons in the dossier's own, that hold a value of the person.

    Attributes:
        operation: its name where the actor is a member of it, else ''.
        kinds: which kinds of values: email, phone, address.
        forces: codes of the forces that own dossiers on records with them; empty where no dossier is open.
    """

    operation: str
    kinds: tuple[str, ...]
    forces: tuple[str, ...]


def looked_digests(sharing: Mapping[Dossier, Collection[str]]) -> dict[int, str]:
    """Return, by dossier, the hash of what a look is made on now: one made on other runs or owners is out of date.

    These are all operations' newest runs, and which forces own dossiers of the persons in the dossier's own operation
    who share a value with it. Two queries; no run is read.

    Args:
        sharing: dossier → those persons' codes, as `sharing_persons` found them in the runs that there are now.
    """
    with machine_sees_all():  # a hash for everybody: whether a look still stands must not depend on who asks
        runs = ",".join(f"{one.operation_id}:{one.pk}" for one in _newest_runs())
        owned = _owned({one.operation_id for one in sharing})
    found = {}
    for one, codes in sharing.items():
        others = _by_others(one, owned.get(one.operation_id, {}))
        owners = sorted((code, others[code]) for code in codes if code in others)
        found[one.pk] = hashlib.sha256(f"{runs}{owners or ''}".encode()).hexdigest()
    return found


def sharing_persons(dossier: Dossier) -> list[str]:
    """Return the codes of the other persons in the dossier's own operation who hold a mail, phone or address of it."""
    run = dossier.operation.runs.first()
    values = _values_of(dossier)
    if run is None or not any(values.values()):
        return []
    return sorted(_in_run(run, values).keys() - {dossier.person_code})


@beyond_operations()
@across_forces()
def held_elsewhere(dossier: Dossier, user: User) -> list[HeldElsewhere]:
    """Return the operations whose newest run holds a mail, phone or address of the person.

    Of the dossier's own operation, only what persons hold whose dossier another force owns. Every operation is asked,
    also those that the user may not see: of these only that one does, and which forces own the dossiers, so that
    somebody can be called. One look through three columns of each run's records.
    """
    values = _values_of(dossier)
    if not any(values.values()):
        return []
    seen = set(Operation.objects.visible_to(user).values_list("pk", flat=True))
    found = []
    runs = _newest_runs()
    owned = _owned({run.operation_id for run in runs})
    for run in runs:
        held, theirs = _in_run(run, values), owned.get(run.operation_id, {})
        if run.operation_id == dossier.operation_id:
            theirs = _by_others(dossier, theirs)
            held = {code: kinds for code, kinds in held.items() if code in theirs}
        if held:
            name = run.operation.name if run.operation_id in seen else ""
            kinds = frozenset().union(*held.values())
            forces = sorted({theirs[code] for code in held if code in theirs})
            found.append(HeldElsewhere(name, tuple(kind for kind in _VALUES if kind in kinds), tuple(forces)))
    return found


def _owned(operations: Collection[int]) -> dict[int, dict[str, str]]:
    """Return operation → code → force of the persons whose dossier a force owns."""
    found: dict[int, dict[str, str]] = {}
    owned = Dossier.objects.filter(operation__in=operations).exclude(force="")
    for operation, code, force in owned.values_list("operation_id", "person_code", "force"):
        found.setdefault(operation, {})[code] = force
    return found


def _by_others(dossier: Dossier, owned: dict[str, str]) -> dict[str, str]:
    """Return those persons of a dossier's operation with an owner whom another force owns."""
    return {code: force for code, force in owned.items() if force != dossier.force and code != dossier.person_code}


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
        records=folder / "records.parquet",
        members=folder / "membership.parquet",
        evidence=[evidence for evidence, _row in rows],
        numbers=[row for _evidence, row in rows],
    )


def _in_run(run: ResolveRun, values: dict[str, list[str]]) -> dict[str, frozenset[str]]:
    """Return the persons on whose records a run holds one of the values, each with the kinds of these.

    Args:
        run: which.
        values: kind → values.
    """
    folder = store.run_folder(run.operation, run)
    kinds = ", ".join(f"coalesce({_held(kind)}, false) as {kind}" for kind in _VALUES)
    rows = store.ask(
        f"""select person, {", ".join(f"bool_or({kind}) as {kind}" for kind in _VALUES)}
        from (select record, {kinds} from read_parquet($records) where {" or ".join(map(_held, _VALUES))})
        join read_parquet($clusters) using (record) group by person""",  # noqa: S608 (own names)
        records=folder / "records.parquet",
        clusters=folder / "clusters.parquet",
        **{f"{kind}_values": held for kind, held in values.items()},
    )
    return {one["person"]: frozenset(kind for kind in _VALUES if one[kind]) for one in rows}


def _held(kind: str) -> str:
    """Return the SQL condition that a record holds one of the values of a kind."""
    return "(" + " or ".join(f"{column} in (select unnest(${kind}_values))" for column in _VALUES[kind]) + ")"
