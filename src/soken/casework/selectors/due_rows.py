"""Dossiers whose rows the newest run proposes otherwise: parted, gone, joined with another's, or with further ones.

A run never changes a dossier; somebody has to look at what it says now.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa

from soken.access.policy import Act
from soken.casework.models import Dossier, DossierRow, NotificationKind
from soken.casework.selectors import store
from soken.casework.selectors.due import Due
from soken.review.transitions import FROZEN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from soken.casework.models import Operation

#: Per dossier: the persons to whom its rows are proposed now ('' for a row that is nobody's any more), whether another
#: dossier's rows are proposed to one of them too, and how many rows nobody has accepted as anybody's.
_MOVED: Final = """
with now as (
    select m.dossier, coalesce(r.person, '') as person, m.evidence, m.row
    from mine m left join read_parquet($membership) r using (evidence, row)
), shared as (
    select person from now where person <> '' group by person having count(distinct dossier) > 1
), further as (
    select r.person, count(*) as rows from read_parquet($membership) r anti join mine m using (evidence, row)
    where r.person is not null group by r.person
)
select p.dossier, list(p.person order by p.person) as persons, bool_or(s.person is not null) as joined,
       coalesce(sum(f.rows), 0)::bigint as further
from (select distinct dossier, person from now) p left join shared s using (person) left join further f using (person)
group by p.dossier
"""


def rows_moved(operation: Operation) -> Iterator[Due]:
    """Yield the dossiers on which work goes on whose rows the run that is shown proposes otherwise.

    Raises:
        DamagedStoreError: the run's table cannot be read.
    """
    run = operation.runs.first()
    rows = DossierRow.objects.filter(operation=operation).exclude(dossier__stage__in=FROZEN)
    found = [*rows.values_list("dossier", "evidence", "row")]
    if run is None or not found:
        return
    dossiers, evidence, numbers = zip(*found, strict=True)
    mine = pa.table({"dossier": dossiers, "evidence": evidence, "row": numbers})
    membership = store.run_folder(operation, run) / "membership.parquet"
    said = {one["dossier"]: one for one in store.ask(_MOVED, {"mine": mine}, membership=membership)}
    moved = {key: kind for key, one in said.items() if (kind := _kind(one))}
    for code, key, force in Dossier.objects.filter(pk__in=moved).values_list("person_code", "pk", "force"):
        yield Due(moved[key], _about(said[key]), code, key, force, Act.RECORD_FINDING)


def _kind(said: dict[str, Any]) -> NotificationKind | None:
    """Return what became of a dossier's rows, None if they stand together as they did."""
    if said["joined"] or len(said["persons"]) > 1 or said["persons"] == [""]:
        return NotificationKind.ROWS_MOVED
    return NotificationKind.ROWS_ADDED if said["further"] else None


def _about(said: dict[str, Any]) -> str:
    """Return a digest of where the rows are now: another run that says the same is not told again."""
    state = f"{said['persons']} {said['joined']} {said['further']}"
    return sha256(state.encode()).hexdigest()[:32]
