"""What of the evidence store's tables whoever looks now may see: the same decision as `Seen`, for Parquet (R32, R33).

`soken.casework.selectors.store` asks here before every query; a table that is not named below is not read at all while
somebody is shut away.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa
from django.utils.translation import gettext as _

from soken.access.eyes import eyes, kept_for
from soken.casework.models import Compartment, CompartmentRow
from soken.casework.models.compartment import sees_compartments_only
from soken.core.duck import at
from soken.core.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Name under which a query finds the rows of compartments.
TABLE: Final = "rows_of_compartments"
_READ: Final = re.compile(r"read_parquet\(\$(\w+)([^()]*)\)")

_ROW: Final = "exists (select 1 from rows_of_compartments c where c.evidence = t.evidence and c.row = t.row)"
_SAME_FILE: Final = "(select c.row from rows_of_compartments c where c.evidence = '{evidence}')"
_OF_RUN: Final = """(select m.{column} from read_parquet('{membership}') m
    join rows_of_compartments c on c.evidence = m.evidence and c.row = m.row where m.{column} is not null)"""

#: File → condition that a line of it tells of somebody in the compartments; '' for what tells of nobody.
_TELLS: Final = {
    "rows.parquet": f"(t.row in {_SAME_FILE} or coalesce(t.owner, t.row) in {_SAME_FILE})",
    "set_aside.parquet": "",
    "membership.parquet": _ROW,
    "row_records.parquet": _ROW,
    "records.parquet": f"t.record in {_OF_RUN}",
    "clusters.parquet": f"t.record in {_OF_RUN}",
    "links.parquet": f"(t.left_record in {_OF_RUN} or t.right_record in {_OF_RUN})",
    "persons.parquet": f"t.person in {_OF_RUN}",
}


@dataclass(frozen=True, slots=True)
class RowSight:
    """Rows of compartments, and whether whoever looks sees them alone, or all but them.

    Attributes:
        rows: evidence and row, as a table.
        places: the same as a set.
        only: whether these rows alone are seen.
    """

    rows: pa.Table
    places: frozenset[tuple[str, int]]
    only: bool

    def sees(self, evidence: str, row: int) -> bool:
        """Tell whether a row is seen."""
        return ((evidence, row) in self.places) is self.only

    def narrowed(self, sql: str, values: Mapping[str, Any]) -> str:
        """Return a query that reads of each file only what may be seen.

        Args:
            sql: the query; files stand in it as ``read_parquet($name)``.
            values: its values; files as paths.

        Raises:
            RefusedError: it reads a file of which nobody has said what it tells.
        """
        return _READ.sub(lambda found: self._file(found[1], found[2], Path(values[found[1]])), sql)

    def _file(self, name: str, options: str, path: Path) -> str:
        """Return what stands for one file."""
        whole = f"read_parquet(${name}{options})"
        if path.name not in _TELLS:
            raise RefusedError(
                _("%(file)s is not read while a compartment is shut; name it in row_sight.py.") % {"file": path.name}
            )
        if not _TELLS[path.name]:
            return whole
        condition = _TELLS[path.name].format(
            evidence=path.parent.parent.parent.name,
            membership=at(path.with_name("membership.parquet")).replace("'", "''"),
            column="person" if path.name == "persons.parquet" else "record",
        )
        return f"(select t.* from {whole} t where {'' if self.only else 'not '}{condition})"  # noqa: S608 (our own)


def row_sight() -> RowSight | None:
    """Return what whoever looks may see of the tables; None for all (one query a page)."""
    looks = eyes()
    return None if looks.machine else kept_for(looks, _sight)


def _sight() -> RowSight | None:
    """Find out what whoever looks may see of the tables."""
    looks = eyes()
    only = sees_compartments_only(looks)
    if only and looks.user is not None:
        compartments = Compartment.objects.open_to(looks.user)
    else:
        compartments = Compartment.objects.shut_to(looks)
    found = CompartmentRow.objects.filter(compartment__in=compartments.values("pk"))
    rows = list(found.values_list("evidence", "row").distinct())
    if not rows and not only:
        return None
    columns = {"evidence": [one for one, _row in rows], "row": [row for _one, row in rows]}
    table = pa.table(columns, pa.schema([("evidence", pa.string()), ("row", pa.int64())]))
    return RowSight(table, frozenset(rows), only)
