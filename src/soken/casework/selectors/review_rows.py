"""Where judged rows lie in the run that is shown, and which judgements are in force."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from soken.access.eyes import machine_sees_all
from soken.casework.models import Judgement, Verdict
from soken.casework.selectors import store
from soken.casework.selectors.row_sight import row_sight
from soken.resolve import RowRef
from soken.resolve import Verdict as Word
from soken.review.knots import Knots, Said

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from pathlib import Path

    from django.db.models import QuerySet

    from soken.casework.models import Operation, ResolveRun


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a row lies in a run.

    Attributes:
        record: its record.
        person: code of its proposed person.
    """

    record: int
    person: str


_one_at_a_time = threading.Lock()
#: Places of judged rows in the runs that were asked about last; a run's files never change.
_known: OrderedDict[Path, dict[RowRef, Placed | None]] = OrderedDict()
_KNOWN_RUNS: Final = 4


def placed(folder: Path, rows: Collection[RowRef]) -> dict[RowRef, Placed]:
    """Return where rows lie in the run of a folder; those that belong to nobody are left out.

    Judged rows are asked about again at every pair, so what was found is kept in memory.
    """
    with _one_at_a_time:
        known = _known.setdefault(folder, {})
        _known.move_to_end(folder)
        while len(_known) > _KNOWN_RUNS:
            _known.popitem(last=False)
        missing = [row for row in rows if row not in known]
    if missing:
        found: dict[RowRef, Placed | None] = dict.fromkeys(missing)
        with machine_sees_all():
            found.update(_look_up(folder, missing))
        known.update(found)
    # What is kept in memory is the same for everybody; what is seen of it is not.
    sight = row_sight()
    seen = rows if sight is None else [one for one in rows if sight.sees(one.evidence, one.row)]
    return {row: where for row in seen if (where := known[row]) is not None}


def _look_up(folder: Path, rows: Collection[RowRef]) -> dict[RowRef, Placed]:
    """Return where rows lie: of those that claim an identity by their records, of others from the run's table."""
    wanted = set(rows)
    told = store.lines(
        folder / "row_records.parquet", "row", {one.row for one in wanted}, ("evidence", "row", "record")
    ).to_pylist()
    records = {at: one["record"] for one in told if (at := RowRef(one["evidence"], one["row"])) in wanted}
    owners = store.lines(folder / "clusters.parquet", "record", set(records.values()), ("record", "person"))
    person = dict(zip(owners["record"].to_pylist(), owners["person"].to_pylist(), strict=True))
    found = {at: Placed(record, person[record]) for at, record in records.items() if record in person}
    if others := wanted - found.keys():
        found.update(_look_through(folder, others))
    return found


def _look_through(folder: Path, rows: Collection[RowRef]) -> dict[RowRef, Placed]:
    """Return where rows lie, from the table of all rows."""
    found = store.ask(
        """with asked as (select distinct unnest($evidence) as evidence, unnest($rows) as row)
        select evidence, row, record, person from read_parquet($path) join asked using (evidence, row)
        where person is not null""",
        path=folder / "membership.parquet",
        evidence=[row.evidence for row in rows],
        rows=[row.row for row in rows],
    )
    return {RowRef(one["evidence"], one["row"]): Placed(one["record"], one["person"]) for one in found}


def first_rows(folder: Path, person: str, limit: int) -> dict[int, RowRef]:
    """Return the first row of each of a person's records, at most so many of them: record → row."""
    found = store.ask(
        """select record, first_evidence, first_row from read_parquet($records)
        where record in (select record from read_parquet($clusters) where person = $person)
        order by record limit $limit""",
        records=folder / "records.parquet",
        clusters=folder / "clusters.parquet",
        person=store.OnePerson(person),
        limit=limit,
    )
    return {one["record"]: RowRef(one["first_evidence"], one["first_row"]) for one in found}


def in_force(operation: Operation) -> QuerySet[Judgement]:
    """Return the operation's judgements that bind: not superseded, not taken back; oldest first."""
    return operation.judgements.filter(superseded_by__isnull=True).exclude(verdict=Verdict.WITHDRAWN)


def knots(operation: Operation, run: ResolveRun, rows: Iterable[RowRef]) -> tuple[Knots, dict[RowRef, Placed]]:
    """Return the net of judgements and persons, and where its rows and the rows asked about lie."""
    said = [
        Said(key, RowRef(left, left_row), RowRef(right, right_row), Word(verdict))
        for key, left, left_row, right, right_row, verdict in in_force(operation).values_list(
            "pk", "left_evidence", "left_row", "right_evidence", "right_row", "verdict"
        )
    ]
    known = placed(store.run_folder(operation, run), {*rows, *(end for one in said for end in (one.left, one.right))})
    return Knots(said, {row: where.person for row, where in known.items()}), known
