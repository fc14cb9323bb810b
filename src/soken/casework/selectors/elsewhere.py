"""Whether another operation holds the same mail, phone or address: every one is asked, no person is told (R22)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from soken.casework.models import Dossier, Operation, ResolveRun
from soken.casework.selectors import store

if TYPE_CHECKING:
    from collections.abc import Sequence

    from soken.access.models import User

#: What two operations may have in common → columns of the records.
_VALUES: Final = {
    "email": ("email_key", "email2_key"),
    "phone": ("phone_key", "phone2_key"),
    "address": ("address_key",),
}
#: Values of a kind that are looked for, and persons of another run that are looked up: the first in order.
_MOST: Final = 400


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
        kinds, persons = _in_run(run, values)
        if kinds:
            owners = (
                Dossier.objects.filter(operation=run.operation_id, person_code__in=persons)
                .exclude(force="")
                .values_list("force", flat=True)
            )
            name = run.operation.name if run.operation_id in seen else ""
            found.append(HeldElsewhere(name, kinds, tuple(sorted(set(owners)))))
    return found


def _newest_runs() -> list[ResolveRun]:
    """Return the newest run of each operation."""
    newest: dict[int, ResolveRun] = {}
    for run in ResolveRun.objects.select_related("operation").order_by("operation_id", "-pk"):
        newest.setdefault(run.operation_id, run)
    return list(newest.values())


def _values_of(dossier: Dossier) -> dict[str, list[str]]:
    """Return the mails, phones and addresses on the rows that the dossier holds, in comparable form.

    By its rows and not by its code: a run may propose the same rows under another, and nothing would be found.
    """
    run = dossier.operation.runs.first()
    if run is None:
        return {kind: [] for kind in _VALUES}
    folder = store.run_folder(dossier.operation, run)
    rows_held = list(dossier.rows.values_list("evidence", "row"))
    found: dict[str, list[str]] = {}
    for kind, columns in _VALUES.items():
        listed = " union ".join(f"select {column} as value from held" for column in columns)  # noqa: S608 (own names)
        rows = store.ask(
            f"""with held as (select * from read_parquet($records) where record in (
                select m.record from read_parquet($members) m
                join (select unnest($evidence) as evidence, unnest($numbers) as row) using (evidence, row)))
            select value from ({listed}) where value is not null order by value limit {_MOST}""",  # noqa: S608 (own names)
            records=str(folder / "records.parquet"),
            members=str(folder / "membership.parquet"),
            evidence=[evidence for evidence, _row in rows_held],
            numbers=[row for _evidence, row in rows_held],
        )
        found[kind] = [row["value"] for row in rows]
    return found


def _in_run(run: ResolveRun, values: dict[str, list[str]]) -> tuple[tuple[str, ...], Sequence[str]]:
    """Return which kinds of values a run's records hold, and the persons of those records (at most `_MOST`)."""
    folder = store.run_folder(run.operation, run)
    either = " or ".join(f"({_held(kind)})" for kind in _VALUES)
    kinds = ", ".join(f"coalesce({_held(kind)}, false) as {kind}" for kind in _VALUES)
    rows = store.ask(
        f"""select person, {kinds} from read_parquet($records) join read_parquet($clusters) c using (record)
        where {either} order by person limit {_MOST}""",  # noqa: S608 (own names)
        records=str(folder / "records.parquet"),
        clusters=str(folder / "clusters.parquet"),
        **{f"{kind}_values": held for kind, held in values.items()},
    )
    return tuple(kind for kind in _VALUES if any(row[kind] for row in rows)), [row["person"] for row in rows]


def _held(kind: str) -> str:
    """Return the SQL condition that a record holds one of the values of a kind."""
    return " or ".join(f"list_contains(${kind}_values, {column})" for column in _VALUES[kind])
