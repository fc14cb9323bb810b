"""The funnel of an operation: how many rows came in, and what became of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from soken.casework.selectors import store

if TYPE_CHECKING:
    from collections.abc import Sequence

    from soken.casework.models import EvidenceItem, Operation, ResolveRun


@dataclass(frozen=True, slots=True)
class Funnel:
    """Counts from row to person.

    Attributes:
        rows_read: data rows in all evidence items.
        rows_accepted: rows that could be read.
        rows_set_aside: rows that could not.
        identity_rows: accepted rows that claim an identity themselves; None before the first run.
        records: different claimed identities; None before the first run.
        persons: proposed persons; None before the first run.
        review_links: links that a person must look at; None before the first run.
    """

    rows_read: int
    rows_accepted: int
    rows_set_aside: int
    identity_rows: int | None = None
    records: int | None = None
    persons: int | None = None
    review_links: int | None = None

    @property
    def adds_up(self) -> bool:
        """Tell whether every row read was either accepted or set aside (R1, R8)."""
        return self.rows_read == self.rows_accepted + self.rows_set_aside


def funnel(operation: Operation, items: Sequence[EvidenceItem], run: ResolveRun | None) -> Funnel:
    """Return the funnel of an operation.

    Args:
        operation: whose.
        items: its evidence items.
        run: its newest run of resolve, if there is one.
    """
    read = sum(item.rows_read for item in items)
    accepted = sum(item.rows_accepted for item in items)
    aside = sum(item.rows_set_aside for item in items)
    if run is None:
        return Funnel(read, accepted, aside)
    counted = store.ask(
        "select count(*) as n from read_parquet($path)",
        path=str(store.run_folder(operation, run) / "row_records.parquet"),
    )
    return Funnel(read, accepted, aside, counted[0]["n"], run.records, run.persons, run.review_links)


def is_stale(run: ResolveRun, items: Sequence[EvidenceItem]) -> bool:
    """Tell whether evidence came, or was read anew, after the run: its proposals are of the past."""
    used = store.readings_of(run)
    return any(used.get(item.evidence_id) != item.reading for item in items)
