"""One row of an evidence item: where it stands in the original, and what its mapped columns say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from soken.casework.selectors import store
from soken.core.errors import NotFoundError
from soken.core.fields import FIELDS

if TYPE_CHECKING:
    from soken.casework.models import EvidenceItem, Operation, ResolveRun


@dataclass(frozen=True, slots=True)
class SeizedRow:
    """A row of the original.

    Attributes:
        place: row number, source table, member, line, byte offset and length, key.
        cells: field → text exactly as typed; only what the row says.
        aside: reason, detail, masked shape and hash where the row was set aside, else None.
        person: code of the proposed person that it belongs to, '' if none.
        attached: numbers of the rows that belong to this one.
    """

    place: dict[str, Any]
    cells: dict[str, str]
    aside: dict[str, Any] | None
    person: str
    attached: tuple[int, ...]


def seized_row(operation: Operation, item: EvidenceItem, run: ResolveRun | None, number: int) -> SeizedRow:
    """Return one row, accepted or set aside.

    Raises:
        NotFoundError: the file has no row of this number.
    """
    folder = store.reading_folder(item)
    found = store.ask("select * from read_parquet($path) where row = $row", path=folder / "rows.parquet", row=number)
    if found:
        row = found[0]
        cells = {name: row.pop(name) for name in FIELDS if name in row}
        attached = _attached(item, number) if row["kind"] == "identity" else ()
        said = {name: text for name, text in cells.items() if text is not None}
        return SeizedRow(row, said, None, _person(operation, run, item, number), attached)
    aside = store.ask(
        "select * from read_parquet($path) where row = $row", path=folder / "set_aside.parquet", row=number
    )
    if not aside:
        raise NotFoundError(f"{item.evidence_id} has no row {number}.")
    return SeizedRow(aside[0], {}, aside[0], "", ())


def _attached(item: EvidenceItem, number: int) -> tuple[int, ...]:
    """Return the rows that belong to an identity row (the first hundred)."""
    found = store.ask(
        "select row from read_parquet($path) where owner = $row and row <> $row order by row limit 100",
        path=store.reading_folder(item) / "rows.parquet",
        row=number,
    )
    return tuple(one["row"] for one in found)


def _person(operation: Operation, run: ResolveRun | None, item: EvidenceItem, number: int) -> str:
    """Return the code of the person that a row belongs to, '' if it belongs to none or nothing was resolved."""
    if run is None:
        return ""
    found = store.ask(
        "select person from read_parquet($path) where evidence = $evidence and row = $row",
        path=store.run_folder(operation, run) / "membership.parquet",
        evidence=item.evidence_id,
        row=number,
    )
    return (found[0]["person"] or "") if found else ""
