"""Whether a dossier's rows still stand together: by what people have judged, and by the run that is shown (R3).

A dossier's rows never change by themselves, and a person's code outlives a split: neither shows that a row which people
have confirmed as this person's is said to be somebody else's now.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa
import pyarrow.compute as pc
from django.db.models import Exists, OuterRef, Q

from soken.casework.models import DossierRow, Judgement, Verdict
from soken.casework.models.force_sight import across_forces
from soken.casework.selectors import store
from soken.casework.selectors.held_rows import held_among
from soken.review.transitions import FROZEN

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from soken.casework.models import Dossier, IdentityConfirmation, Operation, ResolveRun

    Row = tuple[str, int]

#: Per dossier: whether all its rows are its own person's, and that person's further rows. The table lies in the order
#: of the persons: their rows are found at once, where a row's person is found by reading it all.
_AT_HOME: Final = """
with home as (
    select c.dossier, r.evidence, r.row
    from (select distinct dossier, code from mine) c join read_parquet($membership) r on r.person = c.code
), away as (
    select distinct dossier from mine anti join home using (dossier, evidence, row)
), further as (
    select dossier, list({'evidence': evidence, 'row': row}) as rows
    from home anti join mine using (dossier, evidence, row) group by dossier
)
select d.dossier, a.dossier is null as whole, f.rows as further
from (select distinct dossier from mine) d left join away a using (dossier) left join further f using (dossier)
"""
#: Per dossier: the persons to whom its rows are proposed ('' for a row that is nobody's), and their further rows.
_ANYWHERE: Final = """
with now as (
    select distinct m.dossier, coalesce(r.person, '') as person
    from mine m left join read_parquet($membership) r using (evidence, row)
), theirs as (
    select n.dossier, r.evidence, r.row from now n join read_parquet($membership) r using (person)
), further as (
    select dossier, list({'evidence': evidence, 'row': row}) as rows
    from theirs anti join mine using (dossier, evidence, row) group by dossier
)
select n.dossier, list(n.person) as persons, any_value(f.rows) as further
from now n left join further f using (dossier) group by n.dossier
"""


#: Most rows that a question names by their numbers, twice each: SQLite takes no more than some hundreds everywhere.
_FEW: Final = 400


@dataclass(frozen=True, slots=True)
class RowsSaid:
    """What is said of a dossier's rows now.

    Attributes:
        moved: two of them are judged to be different persons', or one to be the same person's as a row of another
            dossier on which work goes on; or the run that is shown proposes one as another person's or as nobody's, or
            all as one person with rows of such a dossier.
        added: that run proposes rows for the person that were not proposed when the identity was first confirmed.
    """

    moved: bool = False
    added: bool = False


@dataclass(frozen=True, slots=True)
class _Proposed:
    """What a run proposes for a dossier's rows: the persons, and the rows of theirs that the dossier does not hold."""

    persons: frozenset[str]
    further: frozenset[Row]


def rows_said_of_many(
    dossiers: Collection[Dossier],
    rows: Mapping[int, Collection[Row]],
    confirmed: Mapping[int, Collection[IdentityConfirmation]],
) -> dict[int, RowsSaid]:
    """Return what is said now of the rows of each dossier; nothing is where work has ended.

    One question to the run for all dossiers of an operation, a second where rows have moved, and one to each older run
    that was shown when somebody confirmed one that has further rows.

    Args:
        dossiers: whose rows.
        rows: key of a dossier → the rows that it holds.
        confirmed: key of a dossier → its confirmations in force, oldest first.

    Raises:
        DamagedStoreError: a run's table cannot be read.
    """
    going_on = [one for one in dossiers if one.stage not in FROZEN and rows.get(one.pk)]
    otherwise = _judged_otherwise(going_on, rows) if going_on else set()
    found = {one.pk: RowsSaid() for one in dossiers}
    for key in {one.operation_id for one in going_on}:
        of = [one for one in going_on if one.operation_id == key]
        operation = of[0].operation
        run = operation.runs.first()
        proposed = _proposed(operation, run, of, rows) if run else {}
        held = _held(operation, proposed.values())
        new = {key: said.further - held for key, said in proposed.items()}
        seen = _seen_further([one for one in of if new.get(one.pk)], run, rows, confirmed) if run else {}
        for one in of:
            said = proposed.get(one.pk)
            taken = said is not None and not said.further.isdisjoint(held)
            moved = one.pk in otherwise or taken or (said is not None and said.persons != {one.person_code})
            found[one.pk] = RowsSaid(moved, bool(new.get(one.pk, frozenset()) - seen.get(one.pk, frozenset())))
    return found


def _proposed(
    operation: Operation, run: ResolveRun, dossiers: Iterable[Dossier], rows: Mapping[int, Collection[Row]]
) -> dict[int, _Proposed]:
    """Return what a run proposes for the rows of some dossiers of its operation."""
    codes = {one.pk: one.person_code for one in dossiers}
    lines = [(key, code, *row) for key, code in codes.items() for row in rows[key]]
    mine = pa.table(dict(zip(("dossier", "code", "evidence", "row"), zip(*lines, strict=True), strict=True)))
    membership = store.run_folder(operation, run) / "membership.parquet"
    found, astray = {}, []
    for one in store.ask(_AT_HOME, {"mine": mine}, membership=membership):
        if one["whole"]:
            found[one["dossier"]] = _Proposed(frozenset({codes[one["dossier"]]}), _rows(one["further"]))
        else:
            astray.append(one["dossier"])
    if astray:
        sought = mine.filter(pc.field("dossier").isin(astray))
        for one in store.ask(_ANYWHERE, {"mine": sought}, membership=membership):
            found[one["dossier"]] = _Proposed(frozenset(one["persons"]), _rows(one["further"]))
    return found


def _rows(listed: list[dict[str, Any]] | None) -> frozenset[Row]:
    """Return rows that a query lists."""
    return frozenset((one["evidence"], one["row"]) for one in listed or ())


def _seen_further(
    dossiers: Collection[Dossier],
    shown: ResolveRun,
    rows: Mapping[int, Collection[Row]],
    confirmed: Mapping[int, Collection[IdentityConfirmation]],
) -> dict[int, frozenset[Row]]:
    """Return the further rows that were proposed already when the first confirmation in force was given, by dossier.

    Who confirmed had them before the eyes; while nobody has confirmed, that is what the run that is shown proposes.
    """
    if not dossiers:
        return {}
    operation = next(iter(dossiers)).operation
    runs = list(operation.runs.order_by("-pk"))
    then: dict[ResolveRun, list[Dossier]] = {}
    for dossier in dossiers:
        first = min((one.at for one in confirmed.get(dossier.pk, ())), default=None)
        run = shown if first is None else next((one for one in runs if one.finished_at <= first), None)
        if run is not None and (store.run_folder(operation, run) / "membership.parquet").is_file():
            then.setdefault(run, []).append(dossier)
    return {
        key: said.further for run, these in then.items() for key, said in _proposed(operation, run, these, rows).items()
    }


@across_forces()
def _held(operation: Operation, proposed: Iterable[_Proposed]) -> frozenset[Row]:
    """Return those of the further rows of some dossiers that another dossier holds on which work goes on."""
    rows: frozenset[Row] = frozenset().union(*(one.further for one in proposed))
    return frozenset(
        row
        for taken in held_among(operation, rows)
        for row in taken.exclude(dossier__stage__in=FROZEN).values_list("evidence", "row")
    )


def _judged_otherwise(dossiers: Collection[Dossier], rows: Mapping[int, Collection[Row]]) -> set[int]:
    """Return the dossiers that judgements in force contradict: of which two rows are judged to be different persons',
    or one to be the same person's as a row of another dossier on which work goes on.
    """
    holder = {(one.operation_id, *row): one.pk for one in dossiers for row in rows[one.pk]}
    apart, beyond = set(), []
    for operation, verdict, one, other in _judged(dossiers, rows):
        left, right = holder.get((operation, *one)), holder.get((operation, *other))
        if verdict == Verdict.DIFFERENT and left == right and left is not None:
            apart.add(left)
        elif verdict == Verdict.SAME and left != right:
            beyond += [(operation, left, other), (operation, right, one)]
    return apart | _of_others(dossiers, [(key, dossier, row) for key, dossier, row in beyond if dossier is not None])


def _judged(dossiers: Collection[Dossier], rows: Mapping[int, Collection[Row]]) -> Iterator[tuple[int, str, Row, Row]]:
    """Yield the judgements in force that speak of a row of some dossiers: operation, verdict, the two rows."""
    few = sum(len(rows[one.pk]) for one in dossiers) <= _FEW
    said = Judgement.objects.filter(
        _named(dossiers, rows) if few else _of_rows(dossiers),
        operation__in={one.operation_id for one in dossiers},
        superseded_by__isnull=True,
        verdict__in=[Verdict.SAME, Verdict.DIFFERENT],
    )
    found = said.values_list("operation", "verdict", "left_evidence", "left_row", "right_evidence", "right_row")
    for operation, verdict, left, left_row, right, right_row in found:
        yield operation, verdict, (left, left_row), (right, right_row)


def _named(dossiers: Collection[Dossier], rows: Mapping[int, Collection[Row]]) -> Q:
    """Return the condition that a judgement names a row of some dossiers, by the rows: found by an index."""
    numbers: dict[tuple[int, str], list[int]] = {}
    for one in dossiers:
        for evidence, row in rows[one.pk]:
            numbers.setdefault((one.operation_id, evidence), []).append(row)
    either = Q(pk__in=())
    for (operation, evidence), of in numbers.items():
        either |= Q(operation=operation, left_evidence=evidence, left_row__in=of)
        either |= Q(operation=operation, right_evidence=evidence, right_row__in=of)
    return either


def _of_rows(dossiers: Collection[Dossier]) -> Q:
    """Return the same condition, asked of each judgement: no database takes the numbers of very many rows."""
    keys = [one.pk for one in dossiers]
    ends = [
        DossierRow.objects.filter(
            dossier__in=keys, operation=OuterRef("operation"), evidence=OuterRef(f"{side}_evidence"),
            row=OuterRef(f"{side}_row"),
        )
        for side in ("left", "right")
    ]  # fmt: skip
    return Q(Exists(ends[0])) | Q(Exists(ends[1]))


@across_forces()
def _of_others(dossiers: Collection[Dossier], rows: Collection[tuple[int, int, Row]]) -> set[int]:
    """Return the dossiers one of whose rows is judged to be the same person's as a row that another one holds.

    Args:
        dossiers: which.
        rows: operation, dossier, and the row that is judged to be the same person's as one of its rows.
    """
    found = set()
    one_of_each = {one.operation_id: one for one in dossiers}
    for key in {of for of, _dossier, _row in rows}:
        named = [(dossier, row) for of, dossier, row in rows if of == key]
        for taken in held_among(one_of_each[key].operation, {row for _dossier, row in named}):
            going_on = taken.exclude(dossier__stage__in=FROZEN).values_list("evidence", "row", "dossier")
            held = {(evidence, row): dossier for evidence, row, dossier in going_on}
            found |= {dossier for dossier, row in named if held.get(row, dossier) != dossier}
    return found
