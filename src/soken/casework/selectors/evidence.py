"""One evidence item: what its manifest, its custody record and its reading say; its rows that were set aside."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from soken.casework.selectors import store
from soken.casework.selectors.compartments import somebody_shut
from soken.core.errors import DamagedStoreError, NotFoundError
from soken.core.vault import opened
from soken.intake.custody import custody as custody_events
from soken.intake.seal import read_manifest

if TYPE_CHECKING:
    from pathlib import Path

    from soken.casework.models import EvidenceItem, Operation
    from soken.intake.custody import CustodyEvent
    from soken.intake.seal import Manifest

#: Rows set aside on one page; sample values of a column.
PAGE, SAMPLES = 50, 3


@dataclass(frozen=True, slots=True)
class MappedColumn:
    """A column of the file and what it was taken for.

    Attributes:
        table: table or sheet, '' where the file has one only.
        column: heading as typed.
        field: field of `soken.core.fields.FIELDS` (or a secret one), '' for a column that is not mapped.
        confidence: 0 to 1; None for a column that is not mapped.
        how: how it was decided (code).
        samples: a few values, masked unless they are stored as a field.
    """

    table: str
    column: str
    field: str
    confidence: float | None = None
    how: str = ""
    samples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadingReport:
    """What a reading says of itself (``reading.json``), as pages show it.

    Attributes:
        raw: the file's content.
        columns: every column of every table, in the file's order.
        tables: table → counts.
        reasons: reason code → rows set aside for it, most first.
    """

    raw: dict[str, Any]
    columns: tuple[MappedColumn, ...]
    tables: dict[str, dict[str, int]] = field(default_factory=dict)
    reasons: dict[str, int] = field(default_factory=dict)

    @property
    def found(self) -> list[tuple[str, dict[str, str]]]:
        """What the reader found out about each table (encoding, delimiter, heading line): pairs of table and notes."""
        return [(one["table"] or one["member"], one["notes"]) for one in self.raw["found"] if one["notes"]]

    @property
    def notes(self) -> list[str]:
        """What people should know of how the file was read, beyond `found`."""
        told = {f"{name}: {said}" for _table, notes in self.found for name, said in notes.items()}
        return [note for note in self.raw["notes"] if note not in told]


def evidence_item(operation: Operation, evidence_id: str) -> EvidenceItem:
    """Return an operation's evidence item.

    Raises:
        NotFoundError: the operation has none of this id.
    """
    found = operation.evidence.filter(evidence_id=evidence_id).first()
    if found is None:
        raise NotFoundError(f"The operation holds no evidence item {evidence_id}.")
    return found


def manifest(item: EvidenceItem) -> Manifest:
    """Return the manifest of an evidence item."""
    return read_manifest(store.home(), item.evidence_id)


def custody(item: EvidenceItem) -> list[CustodyEvent]:
    """Return the custody events of an evidence item, in order; the chain that holds them together is checked."""
    return custody_events(store.home(), item.evidence_id)


def reading_report(item: EvidenceItem) -> ReadingReport:
    """Return what the item's current reading says of itself."""
    raw = _object(store.reading_folder(item) / "reading.json")
    return ReadingReport(
        raw=raw,
        columns=tuple(_columns(raw, hidden=somebody_shut(item.operation))),
        tables=raw["counts"]["per_table"],
        reasons=dict(sorted(raw["counts"]["per_reason"].items(), key=lambda pair: -pair[1])),
    )


def _columns(raw: dict[str, Any], *, hidden: bool) -> list[MappedColumn]:
    """Return the mapped columns, then those not mapped, of each table.

    Args:
        raw: the reading.
        hidden: whether the samples, of which nobody knows whose they are, are left out.
    """
    columns = []
    for table, unmapped in raw["unmapped_columns"].items():
        samples = {} if hidden else raw["samples"].get(table, {})
        for column, said in raw["mapping"].get(table, {}).items():
            shown = tuple(samples.get(column, ()))[:SAMPLES]
            columns.append(MappedColumn(table, column, said["field"], said["confidence"], said["how"], shown))
        columns += [MappedColumn(table, one, "", samples=tuple(samples.get(one, ()))[:SAMPLES]) for one in unmapped]
    return columns


def set_aside_rows(item: EvidenceItem, *, reason: str = "", page: int = 1) -> tuple[list[dict[str, Any]], int]:
    """Return one page of the rows that were set aside, in file order, and how many there are for the reason.

    Args:
        item: the evidence item.
        reason: keep only this reason code; '' for all.
        page: 1-based.
    """
    path = store.reading_folder(item) / "set_aside.parquet"
    counted = store.ask(
        "select count(*) as n from read_parquet($path) where $reason = '' or reason = $reason", path=path, reason=reason
    )
    rows = store.ask(
        """select * from read_parquet($path) where $reason = '' or reason = $reason
        order by row limit $size offset $skip""",
        path=path,
        reason=reason,
        size=PAGE,
        skip=PAGE * (page - 1),
    )
    return rows, counted[0]["n"]


def _object(path: Path) -> dict[str, Any]:
    """Return the JSON object in a file of the store."""
    try:
        with opened(path) as file:
            found: dict[str, Any] = json.load(file)
    except (OSError, ValueError) as problem:
        raise _damaged(path) from problem
    return found


def _damaged(path: Path) -> DamagedStoreError:
    """Return the error for a file that is missing or unreadable."""
    return DamagedStoreError(f"{path.name} of {path.parent.name} cannot be read; run `soken doctor`.")
