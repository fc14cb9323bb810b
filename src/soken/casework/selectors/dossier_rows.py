"""How the rows of a dossier differ from those that the newest run proposes for its person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pyarrow as pa

from soken.casework.models import DossierRow
from soken.casework.models.force_sight import across_forces
from soken.casework.selectors import store
from soken.casework.selectors.dossier import rows_of

if TYPE_CHECKING:
    from collections.abc import Collection

    from soken.casework.models import Dossier

#: A row: evidence id and number.
Row = tuple[str, int]
#: Rows looked up at a time: SQLite takes a bounded number of values in a query.
_AT_ONCE: Final = 400

#: Rows that the run proposes for the person, and rows of the dossier, with the person of each ('' for nobody).
_SIDES: Final = """
select evidence, row, coalesce(person, '') as person, true as proposed from read_parquet($membership)
where person = $code
union all
select m.evidence, m.row, coalesce(r.person, ''), false
from mine m left join read_parquet($membership) r using (evidence, row)
"""


@dataclass(frozen=True, slots=True)
class RowsNow:
    """What accepting the newest run's rows would do to a dossier.

    Attributes:
        run: id of the run.
        proposed: whether the run proposes any row for the dossier's person.
        came: rows that would come, in order.
        went: person to whom they are proposed ('' for nobody) → rows that would leave, in order.
        held: of the rows that would come, those in another person's dossier → that person.
    """

    run: str
    proposed: bool
    came: tuple[Row, ...]
    went: dict[str, tuple[Row, ...]]
    held: dict[Row, str]

    @property
    def differ(self) -> bool:
        """Whether any row comes or goes."""
        return bool(self.came or self.went)


def rows_now(dossier: Dossier) -> RowsNow | None:
    """Return what the run that is shown says of a dossier's rows, None where there is no run.

    Raises:
        DamagedStoreError: the run's table cannot be read.
    """
    run = dossier.operation.runs.first()
    if run is None:
        return None
    held = sorted(rows_of(dossier))
    mine = pa.table(
        {
            "evidence": pa.array([item for item, _row in held], pa.string()),
            "row": pa.array([row for _item, row in held], pa.int64()),
        }
    )
    membership = store.run_folder(dossier.operation, run) / "membership.parquet"
    proposed: set[Row] = set()
    went: dict[str, list[Row]] = {}
    for one in store.ask(_SIDES, {"mine": mine}, membership=membership, code=store.OnePerson(dossier.person_code)):
        row = (one["evidence"], one["row"])
        if one["proposed"]:
            proposed.add(row)
        elif one["person"] != dossier.person_code:
            went.setdefault(one["person"], []).append(row)
    came = sorted(proposed - set(held))
    return RowsNow(
        run=run.run_id,
        proposed=bool(proposed),
        came=tuple(came),
        went={person: tuple(sorted(rows)) for person, rows in sorted(went.items())},
        held=_held_by_others(dossier, came),
    )


@across_forces()
def _held_by_others(dossier: Dossier, rows: Collection[Row]) -> dict[Row, str]:
    """Return rows that are in another dossier → its person."""
    found: dict[Row, str] = {}
    for item in {one for one, _row in rows}:
        numbers = [row for one, row in rows if one == item]
        for at in range(0, len(numbers), _AT_ONCE):
            taken = DossierRow.objects.filter(
                operation=dossier.operation_id, evidence=item, row__in=numbers[at : at + _AT_ONCE]
            ).exclude(dossier=dossier)
            found |= {(item, row): code for row, code in taken.values_list("row", "dossier__person_code")}
    return dict(sorted(found.items()))
