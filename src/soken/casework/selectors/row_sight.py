"""What of the evidence store's tables whoever looks now may see: the same decision as `Seen`, for Parquet (R32, R33).

`soken.casework.selectors.store` asks here before every query; a table that is not named below is not read at all while
somebody is shut away. The index for searching is read whole (`search_terms`): nothing of it is told but numbers of
records.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa
from django.utils.translation import gettext as _

from soken.access.eyes import eyes, kept_for
from soken.casework.models import Compartment, CompartmentRow
from soken.casework.models.compartment import sees_compartments_only
from soken.casework.models.of_person import shut_to
from soken.core.duck import at, readable, shared
from soken.core.errors import DamagedStoreError, RefusedError
from soken.core.replaced import states_of, unreplaced

if TYPE_CHECKING:
    from collections.abc import Mapping

    from soken.casework.models.compartment import CompartmentQuerySet
    from soken.core.replaced import State

DAMAGED: Final = "A table of the evidence store cannot be read; run `soken doctor` and then resolve again."
#: Name under which a query finds the rows of compartments.
TABLE: Final = "rows_of_compartments"
_READ: Final = re.compile(r"read_parquet\(\$(\w+)([^()]*)\)")

_ROW: Final = "exists (select 1 from rows_of_compartments c where c.evidence = t.evidence and c.row = t.row)"
_SAME_FILE: Final = "(select c.row from rows_of_compartments c where c.evidence = '{evidence}')"
_OF_RUN: Final = "(select record from {of_run} where record is not null)"
#: Which records and persons of a run those rows are: asked of all rows of the lists once, and not with each question.
_RECORDS: Final = """
select distinct m.record, m.person from read_parquet($membership) m
join rows_of_compartments c on c.evidence = m.evidence and c.row = m.row
"""
#: Runs of which that is remembered, for each set of rows that somebody sees or does not.
_REMEMBERED: Final = 256

#: File → condition that a line of it tells of somebody in the compartments; '' for what tells of nobody.
_TELLS: Final = {
    "rows.parquet": f"(t.row in {_SAME_FILE} or coalesce(t.owner, t.row) in {_SAME_FILE})",
    "set_aside.parquet": "",
    "membership.parquet": _ROW,
    "row_records.parquet": _ROW,
    "records.parquet": f"t.record in {_OF_RUN}",
    "clusters.parquet": f"t.record in {_OF_RUN}",
    "links.parquet": f"(t.left_record in {_OF_RUN} or t.right_record in {_OF_RUN})",
    "persons.parquet": "t.person in (select person from {of_run} where person is not null)",
}
#: File of which single lines are read → columns by which one says of whom it tells.
NEEDED: Final = {
    "rows.parquet": ("row", "owner"),
    "membership.parquet": ("evidence", "row"),
    "row_records.parquet": ("evidence", "row"),
    "records.parquet": ("record",),
    "clusters.parquet": ("record",),
    "links.parquet": ("left_record", "right_record"),
}


@dataclass(frozen=True, slots=True)
class RowSight:
    """Rows of compartments, and whether whoever looks sees them alone, or all but them.

    Attributes:
        places: evidence and row of each.
        only: whether these rows alone are seen.
    """

    places: frozenset[tuple[str, int]]
    only: bool

    def sees(self, evidence: str, row: int) -> bool:
        """Tell whether a row is seen."""
        return ((evidence, row) in self.places) is self.only

    def narrowed(self, sql: str, values: Mapping[str, Any]) -> tuple[str, dict[str, pa.Table]]:
        """Return a query that reads of each file only what may be seen, and the tables that it reads beside them.

        Args:
            sql: the query; files stand in it as ``read_parquet($name)``.
            values: its values; files as paths.

        Raises:
            RefusedError: it reads a file of which nobody has said what it tells.
            DamagedStoreError: a run lacks the table that says whose its rows are.
        """
        tables = {TABLE: _table_of(self.places)}
        return _READ.sub(lambda found: self._file(found[1], found[2], Path(values[found[1]]), tables), sql), tables

    def kept(self, path: Path, lines: pa.Table) -> pa.Table:
        """Return those of some lines of a file that may be seen; `narrowed` says the same to DuckDB.

        Args:
            path: the file.
            lines: some of its lines, with the columns of `NEEDED`.

        Raises:
            RefusedError, DamagedStoreError: see `narrowed`.
        """
        if path.name not in NEEDED:
            raise _unsaid(path)
        columns = zip(*(lines[name].to_pylist() for name in NEEDED[path.name]), strict=True)
        if path.name == "rows.parquet":
            evidence = path.parent.parent.parent.name
            told = [(evidence, row) in self.places or (evidence, owner) in self.places for row, owner in columns]
        elif NEEDED[path.name] == ("evidence", "row"):
            told = [place in self.places for place in columns]
        else:
            records = set(self._of_run(path.with_name("membership.parquet"))["record"].to_pylist())
            told = [not records.isdisjoint(those) for those in columns]
        return lines.filter(pa.array([one is self.only for one in told], pa.bool_()))

    def _file(self, name: str, options: str, path: Path, tables: dict[str, pa.Table]) -> str:
        """Return what stands for one file; its run's records and persons join the tables."""
        whole = f"read_parquet(${name}{options})"
        if path.name not in _TELLS:
            raise _unsaid(path)
        if not _TELLS[path.name]:
            return whole
        of_run = f"{TABLE}_in_{name}"
        if "{of_run}" in _TELLS[path.name]:
            tables[of_run] = self._of_run(path.with_name("membership.parquet"))
        condition = _TELLS[path.name].format(evidence=path.parent.parent.parent.name, of_run=of_run)
        return f"(select t.* from {whole} t where {'' if self.only else 'not '}{condition})"  # noqa: S608 (our own)

    def _of_run(self, membership: Path) -> pa.Table:
        """Return records and persons of these rows in a run (record, person; either may be empty)."""
        known = states_of([membership])
        if known[membership] is None:
            raise DamagedStoreError(DAMAGED)
        with unreplaced(known):
            return _records_of(membership, self.places, known[membership])


def _unsaid(path: Path) -> RefusedError:
    """Return the error that nobody has said what a file tells of whom."""
    return RefusedError(
        _("%(file)s is not read while a compartment is shut; name it in row_sight.py.") % {"file": path.name}
    )


@lru_cache(maxsize=_REMEMBERED)
def _records_of(membership: Path, places: frozenset[tuple[str, int]], _known: State) -> pa.Table:
    """Return records and persons of rows in a run whose table has not changed."""
    with shared() as cursor:
        cursor.register(TABLE, _table_of(places))
        with readable(DAMAGED):
            return cursor.sql(_RECORDS, params={"membership": at(membership)}).to_arrow_table()


def _table_of(places: frozenset[tuple[str, int]]) -> pa.Table:
    """Return rows as a table: evidence, row."""
    columns = {"evidence": [one for one, _row in places], "row": [row for _one, row in places]}
    return pa.table(columns, pa.schema([("evidence", pa.string()), ("row", pa.int64())]))


def row_sight() -> RowSight | None:
    """Return what whoever looks may see of the tables; None for all (one query a page)."""
    looks = eyes()
    return None if looks.machine else kept_for(looks, _sight)


def _sight() -> RowSight | None:
    """Find out what whoever looks may see of the tables."""
    looks = eyes()
    only = sees_compartments_only(looks)
    if only and looks.user is not None:
        compartments: CompartmentQuerySet | None = Compartment.objects.open_to(looks.user)
    else:
        compartments = shut_to(looks)
    if compartments is None:
        return None
    found = CompartmentRow.objects.filter(compartment__in=compartments.values("pk"))
    places = frozenset(found.values_list("evidence", "row"))
    return RowSight(places, only) if places or only else None
