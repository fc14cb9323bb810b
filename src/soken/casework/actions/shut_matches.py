"""Shut persons who are taken for protected people into compartments, at once (R32).

Shutting is the safe side: the machine may shut, and never opens; that takes two people of the oversight group.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from soken.access.eyes import compartments_changed, machine_sees_all
from soken.casework.models import (
    CandidateState,
    Compartment,
    CompartmentKind,
    CompartmentMatch,
    CompartmentPerson,
    CompartmentRow,
    DossierRow,
    EvidenceItem,
    Operation,
)
from soken.casework.protected_lock import entering_wanted
from soken.casework.selectors import store
from soken.casework.selectors.protected import everybody_wanted, others_matched, persons_matched, rows_matched
from soken.casework.selectors.protected_looked import Looked
from soken.casework.selectors.protected_rows import reading_matched
from soken.casework.selectors.run_changes import changes_of
from soken.core import clock

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from soken.access.models import User
    from soken.casework.models import Dossier
    from soken.casework.models.compartment import CompartmentQuerySet
    from soken.casework.selectors.protected import Wanted

#: Of persons who may be one with a shut one (open questions of the review), at most so many are shut with them: beyond
#: that the questions say that a whole list hangs together, and no longer who somebody is.
MOST_DOUBTED: Final = 50
_AT_ONCE: Final = 400

_ROWS: Final = """
select m.person, m.evidence, m.row from read_parquet($membership) m
where list_contains($persons, m.person) order by all
"""
_HOLDERS: Final = """
select distinct m.person from read_parquet($membership) m
join (select unnest($evidence) as evidence, unnest($numbers) as row) using (evidence, row) where m.person is not null
"""
_DOUBTED: Final = """
select distinct unnest(string_split(review_with, ';')) as person from read_parquet($clusters)
where list_contains($persons, person) and coalesce(review_with, '') <> ''
"""


@machine_sees_all()
def look_at_run(folder: Path) -> Looked:
    """Look through the persons of a run for everybody, before the transaction that publishes it (see `follow_run`)."""
    looked = Looked()
    looked.find(persons_matched, folder, everybody_wanted())
    return looked


@machine_sees_all()
def look_at_reading(rows: Path) -> Looked:
    """Look through a reading for everybody, before the transaction that enters it (see `shut_reading`).

    Args:
        rows: the reading's ``rows.parquet``.
    """
    looked = Looked()
    looked.find(reading_matched, rows, everybody_wanted())
    return looked


@machine_sees_all()
def look_through(wanted: list[Wanted], operations: Collection[Operation] | None = None) -> Looked:
    """Look through the newest runs and all readings, before the transaction of `shut_matches`: it writes nothing.

    Args:
        wanted: who is looked for.
        operations: where; None for everywhere.
    """
    looked = Looked()
    if any(one.known_by() for one in wanted):
        for operation in Operation.objects.order_by("pk") if operations is None else operations:
            run = operation.runs.first()
            if run is not None:
                looked.find(persons_matched, store.run_folder(operation, run), wanted)
            for item in operation.evidence.order_by("pk"):
                looked.find(reading_matched, _rows_of(item), wanted)
    return looked


@machine_sees_all()
def follow_run(operation: Operation, folder: Path, looked: Looked) -> None:
    """Keep shut who is shut under the codes of a new run, and shut whom it proposes as protected people.

    Called in the transaction that publishes the run, so that nobody sees its persons before.

    Args:
        operation: whose run.
        folder: the run's.
        looked: what `look_at_run` found in it.
    """
    for one in operation.compartments.filter(lifted_at__isnull=True):
        _hold(one, folder, _holders(folder, list(one.rows.values_list("evidence", "row"))))
    _shut_matched(operation, folder, everybody_wanted(), looked)


@machine_sees_all()
def shut_matches(
    wanted: list[Wanted], operations: Collection[Operation] | None = None, looked: Looked | None = None
) -> None:
    """Shut whom the newest runs propose as one of some protected people, and every row that names one.

    Args:
        wanted: who is looked for.
        operations: where; None for everywhere.
        looked: what `look_through` found, from whoever calls this inside a transaction; None to look now.
    """
    if not any(one.known_by() for one in wanted):
        return
    looked = look_through(wanted, operations) if looked is None else looked
    for operation in Operation.objects.order_by("pk") if operations is None else operations:
        with entering_wanted():
            # Asked again: a run or a reading that came since is looked through here.
            run = operation.runs.first()
            shut = run is not None and _shut_matched(operation, store.run_folder(operation, run), wanted, looked)
            for item in operation.evidence.order_by("pk"):
                shut |= _shut_rows(item, wanted, looked)
            if shut:
                _compare_anew(operation)


@machine_sees_all()
def shut_reading(item: EvidenceItem, looked: Looked) -> None:
    """Shut the rows of an item's reading that name a protected person, as account holder, addressee or payer.

    Called in the transaction that enters the reading, so that nobody sees it before; what a run then makes of these
    rows follows them (`follow_run`).

    Args:
        item: the item.
        looked: what `look_at_reading` found in it; who is wanted since is looked for here.
    """
    if _shut_rows(item, everybody_wanted(), looked):
        _compare_anew(item.operation)


@machine_sees_all()
def shut_dossier(dossier: Dossier) -> None:
    """Shut away the person of a dossier that is new, or whose rows or parties changed, if these say a protected one.

    Called in the transaction of the act, with the rows and the parties there.
    """
    rows = list(DossierRow.objects.filter(dossier=dossier).values_list("evidence", "row"))
    others = list(
        dossier.party_roles.filter(is_person=False, withdrawn_at__isnull=True).values_list("other", flat=True)
    )
    operation, wanted = dossier.operation, everybody_wanted()
    matched = rows_matched(rows, dossier.prefecture, wanted) + others_matched(others, dossier.prefecture, wanted)
    matched = [(one, how) for one, how in matched if not _lifted(operation, rows, one)]
    if not matched and _compartment_of(operation, rows) is None:
        return
    made = _compartment_of(operation, rows) or shut(
        operation, dossier.person_code, CompartmentKind.PROTECTED, by=None, reason=""
    )
    CompartmentPerson.objects.get_or_create(compartment=made, operation=operation, code=dossier.person_code)
    _add_matches(made, matched)
    _hold_rows(made, rows)
    _compare_anew(operation)


@machine_sees_all()
def shut(operation: Operation, code: str, kind: CompartmentKind, *, by: User | None, reason: str) -> Compartment:
    """Shut a person into a new compartment of their own.

    Args:
        operation: where.
        code: the person, proposed or with a dossier.
        kind: why few may see them.
        by: who shuts; None for the machine.
        reason: why.
    """
    made = Compartment.objects.create(operation=operation, kind=kind, shut_at=clock.now(), shut_by=by, reason=reason)
    run = operation.runs.first()
    CompartmentPerson.objects.create(compartment=made, operation=operation, code=code)
    rows = DossierRow.objects.filter(operation=operation, dossier__person_code=code)
    _hold_rows(made, list(rows.values_list("evidence", "row")))
    if run is not None:
        _hold(made, store.run_folder(operation, run), {code})
    _compare_anew(operation)
    return made


def _compare_anew(operation: Operation) -> None:
    """Have a candidate that waits say what it would change without whoever is shut away since it was made."""
    run, waits = operation.runs.first(), operation.candidates.filter(state=CandidateState.OPEN).first()
    if run is None or waits is None:
        return
    waits.changes = changes_of(operation, run, store.candidate_folder(operation, waits.folder))
    waits.save(update_fields=["changes"])


def _shut_matched(operation: Operation, folder: Path, wanted: list[Wanted], looked: Looked) -> bool:
    """Shut the persons of a run who are taken for somebody wanted; tell whether there are any.

    Who is shut away already stays where they are.
    """
    found: dict[str, list[tuple[Wanted, str]]] = {}
    for person, one, how in looked.find(persons_matched, folder, wanted):
        found.setdefault(person, []).append((one, how))
    for person, matches in found.items():
        rows = _rows(folder, {person})
        matches = [(one, how) for one, how in matches if not _lifted(operation, rows, one)]
        if not matches:
            continue
        made = _compartment_of(operation, rows) or Compartment.objects.create(
            operation=operation, kind=CompartmentKind.PROTECTED, shut_at=clock.now()
        )
        _add_matches(made, matches)
        _hold(made, folder, {person})
    return bool(found)


def _shut_rows(item: EvidenceItem, wanted: list[Wanted], looked: Looked) -> bool:
    """Shut the rows of an item's reading that name somebody wanted, with the persons who hold them; tell if there are.

    One compartment for each who is named: whose the rows are is for a run to say.
    """
    named: dict[int, list[tuple[int, Wanted, str]]] = {}
    for row, one, how in looked.find(reading_matched, _rows_of(item), wanted):
        named.setdefault(id(one), []).append((row, one, how))
    shut = False
    for hits in named.values():
        one = hits[0][1]
        places = sorted({(item.evidence_id, row) for row, _one, _how in hits})
        if _lifted(item.operation, places, one):
            places = [place for place in places if not _lifted(item.operation, [place], one)]
        if not places:
            continue
        made = _compartment_of(item.operation, places) or Compartment.objects.create(
            operation=item.operation, kind=CompartmentKind.PROTECTED, shut_at=clock.now()
        )
        _add_matches(made, sorted({(one, how) for _row, one, how in hits}, key=lambda hit: hit[1]))
        _hold_rows(made, places)
        run = item.operation.runs.first()
        if run is not None:
            folder = store.run_folder(item.operation, run)
            _hold(made, folder, _holders(folder, places))
        shut = True
    return shut


def _rows_of(item: EvidenceItem) -> Path:
    """Return the table of the rows of an item's current reading."""
    return store.reading_folder(item) / "rows.parquet"


def _add_matches(compartment: Compartment, matches: list[tuple[Wanted, str]]) -> None:
    """Enter as whom the person of a compartment is taken, once each."""
    for one, how in matches:
        CompartmentMatch.objects.get_or_create(
            compartment=compartment, protected=one.protected, user=one.user, how=how, defaults={"at": clock.now()}
        )


def _hold(compartment: Compartment, folder: Path, persons: set[str]) -> None:
    """Hold persons of a run in a compartment, by code and by row, with those who may be the same."""
    held, new = set(persons), set(persons)
    while new and len(held) < MOST_DOUBTED:
        asked = {"persons": sorted(new), "clusters": folder / "clusters.parquet"}
        new = {one["person"] for one in store.ask(_DOUBTED, **asked)} - held
        held |= new
    CompartmentPerson.objects.bulk_create(
        (
            CompartmentPerson(compartment=compartment, operation=compartment.operation, code=code)
            for code in sorted(held)
        ),
        ignore_conflicts=True,
    )
    _hold_rows(compartment, _rows(folder, held))


def _hold_rows(compartment: Compartment, rows: Collection[tuple[str, int]]) -> None:
    """Add rows to a compartment; none is ever taken out."""
    compartments_changed()
    CompartmentRow.objects.bulk_create(
        (
            CompartmentRow(compartment=compartment, operation=compartment.operation, evidence=evidence, row=row)
            for evidence, row in rows
        ),
        ignore_conflicts=True,
        batch_size=_AT_ONCE,
    )


def _rows(folder: Path, persons: set[str]) -> list[tuple[str, int]]:
    """Return the rows of persons of a run."""
    asked = {"persons": sorted(persons), "membership": folder / "membership.parquet"}
    return [(one["evidence"], one["row"]) for one in store.ask(_ROWS, **asked)]


def _holders(folder: Path, rows: list[tuple[str, int]]) -> set[str]:
    """Return the persons of a run who hold one of some rows."""
    asked = {
        "evidence": [evidence for evidence, _row in rows], "numbers": [row for _evidence, row in rows],
        "membership": folder / "membership.parquet",
    }  # fmt: skip
    return {one["person"] for one in store.ask(_HOLDERS, **asked)} if rows else set()


def _compartment_of(operation: Operation, rows: list[tuple[str, int]]) -> Compartment | None:
    """Return the compartment of protected people that holds one of these rows already."""
    return _holding(operation, rows).filter(lifted_at__isnull=True, kind=CompartmentKind.PROTECTED).first()


def _lifted(operation: Operation, rows: list[tuple[str, int]], wanted: Wanted) -> bool:
    """Tell whether two people have said already that whoever has these rows is not to be shut away for somebody."""
    asked = {"matches__protected": wanted.protected} if wanted.protected else {"matches__user": wanted.user}
    return _holding(operation, rows).filter(lifted_at__isnull=False, **asked).exists()


def _holding(operation: Operation, rows: list[tuple[str, int]]) -> CompartmentQuerySet:
    """Return the compartments that hold one of some rows."""
    keys: set[int] = set()
    for evidence in {one for one, _row in rows}:
        numbers = [row for one, row in rows if one == evidence]
        for at in range(0, len(numbers), _AT_ONCE):
            held = CompartmentRow.objects.filter(
                operation=operation, evidence=evidence, row__in=numbers[at : at + _AT_ONCE]
            )
            keys |= set(held.values_list("compartment", flat=True))
    return Compartment.objects.filter(pk__in=keys)
