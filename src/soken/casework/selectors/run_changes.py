"""What one run of resolve proposes otherwise than another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from soken.access.eyes import acting_for_installation
from soken.casework.selectors import store

if TYPE_CHECKING:
    from pathlib import Path

    from soken.casework.models import Operation, ResolveRun

#: Persons listed of each kind of change; all are counted.
LISTED: Final = 100

_PAIRS: Final = """
with pairs as (
    select b.person as before, a.person as after, count(*) as rows
    from (select evidence, row, person from read_parquet($before) where person is not null) b
    full join (select evidence, row, person from read_parquet($after) where person is not null) a
    using (evidence, row) group by all
)
"""
_COUNTS: Final = """
, befores as (select before, count(after) as into_, count(*) filter (after is null) as gone from pairs
    where before is not null group by before),
afters as (select after, count(before) as of_, max(before) as was from pairs where after is not null group by after)
select (select count(*) from befores) as persons_before, (select count(*) from afters) as persons_after,
       (select count(*) from afters where of_ > 1) as joined, (select count(*) from befores where into_ > 1) as split,
       (select count(*) from afters where of_ = 0) as new, (select count(*) from befores where into_ = 0) as gone,
       (select coalesce(sum(rows), 0)::bigint from pairs where before is null) as rows_new,
       (select coalesce(sum(rows), 0)::bigint from pairs where after is null) as rows_gone
"""
_JOINED: Final = """
select after as person, sum(rows)::bigint as rows,
       list({'person': before, 'rows': rows} order by rows desc, before) as of_
from pairs where after is not null and before is not null group by after having count(*) > 1
order by rows desc, person limit $most
"""
_SPLIT: Final = """
select before as person, sum(rows)::bigint as rows,
       list({'person': after, 'rows': rows} order by rows desc, after) as of_
from pairs where before is not null and after is not null group by before having count(*) > 1
order by rows desc, person limit $most
"""
_TOUCHED: Final = """
select distinct person from (
    select before as person from pairs where before is not null group by before
    having count(*) > 1 or any_value(after) <> before
    union all
    select unnest(list(before)) from pairs where before is not null and after is not null group by after
    having count(*) > 1
) where list_contains($persons, person) order by person
"""


def run_changes(before: Path, after: Path, dossiers: list[str]) -> dict[str, Any]:
    """Return what accepting a run would change.

    Args:
        before: folder of the run that is shown.
        after: folder of the other.
        dossiers: codes of the persons on whom a dossier is open.

    Returns:
        counts ("persons_before", "persons_after", "joined", "split", "new", "gone", "rows_new", "rows_gone"), and the
        largest changes: "joins" (person, rows, of which persons) and "splits" (person, rows, into which persons), at
        most `LISTED` each; "dossiers": those whose persons are concerned. Dossiers themselves never change.
    """
    paths = {"before": before / "membership.parquet", "after": after / "membership.parquet"}
    counts = store.ask(_PAIRS + _COUNTS, **paths)[0]
    return {
        **counts,
        "joins": _listed(store.ask(_PAIRS + _JOINED, **paths, most=LISTED)),
        "splits": _listed(store.ask(_PAIRS + _SPLIT, **paths, most=LISTED)),
        "dossiers": [one["person"] for one in store.ask(_PAIRS + _TOUCHED, **paths, persons=dossiers)]
        if dossiers
        else [],
    }


def changes_of(operation: Operation, shown: ResolveRun, after: Path) -> dict[str, Any]:
    """Return what accepting a candidate would change: nobody in a compartment is in it, whoever reads it later.

    Args:
        operation: whose.
        shown: the run that is shown.
        after: folder of the candidate.
    """
    # Nobody's eyes would see no dossier at all on PostgreSQL; these see all but whoever is shut away.
    with acting_for_installation():
        dossiers = list(operation.dossiers.values_list("person_code", flat=True))
        return run_changes(store.run_folder(operation, shown), after, dossiers)


def _listed(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return changes, each with the first twenty persons that it is about."""
    return [
        {"person": one["person"], "rows": one["rows"], "of": one["of_"][:20], "count": len(one["of_"])} for one in found
    ]
