"""The funnel of an operation: how many rows came in, and what became of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from soken.casework.selectors import store
from soken.casework.selectors.compartments import operations_with_somebody_shut, somebody_shut

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

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
        rows_erased: rows that two people have decided to erase.
    """

    rows_read: int
    rows_accepted: int
    rows_set_aside: int
    identity_rows: int | None = None
    records: int | None = None
    persons: int | None = None
    review_links: int | None = None
    rows_erased: int = 0

    @property
    def adds_up(self) -> bool:
        """Tell whether every row read was accepted, set aside or erased (R1, R8)."""
        return self.rows_read == self.rows_accepted + self.rows_set_aside + self.rows_erased


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
    erased = sum(item.rows_erased for item in items)
    if run is None:
        return Funnel(read, accepted, aside, rows_erased=erased)
    proposed = run_counts(operation, run)
    return Funnel(
        read, accepted, aside, _counted(operation, run, "row_records"), proposed.records, proposed.persons,
        proposed.review_links, erased,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class RunCounts:
    """What a run came to, as far as whoever looks may see it.

    Attributes:
        records: different claimed identities.
        persons: proposed persons.
        review_links: links that a person must look at.
    """

    records: int
    persons: int
    review_links: int


def run_counts(operation: Operation, run: ResolveRun) -> RunCounts:
    """Return a run's counts without what is shut away: as the run kept them, where nobody is."""
    if not somebody_shut(operation):
        return RunCounts(run.records, run.persons, run.review_links)
    return RunCounts(
        _counted(operation, run, "records"), _counted(operation, run, "persons"),
        _counted(operation, run, "links", "where band = 'review'"),
    )  # fmt: skip


def counted_as_seen(operations: Iterable[Operation]) -> list[Operation]:
    """Return operations of the list with their counts as whoever looks may see them.

    Args:
        operations: as `soken.casework.selectors.operations.operations_seen_by` gives them.
    """
    found = list(operations)
    shut = operations_with_somebody_shut(found)
    for one in found:
        run = one.runs.first() if one.pk in shut else None
        if run is not None:
            counts = run_counts(one, run)
            vars(one).update(persons_proposed=counts.persons, review_links=counts.review_links)
    return found


def _counted(operation: Operation, run: ResolveRun, table: str, where: str = "") -> int:
    """Return how many lines of one of a run's tables whoever looks may see."""
    path = store.run_folder(operation, run) / f"{table}.parquet"
    found = store.ask(f"select count(*) as n from read_parquet($path) {where}", path=path)  # noqa: S608 (own words)
    return int(found[0]["n"])


def is_stale(run: ResolveRun, items: Sequence[EvidenceItem]) -> bool:
    """Tell whether evidence came, or was read anew, after the run: its proposals are of the past."""
    used = store.readings_of(run)
    return any(used.get(item.evidence_id) != item.reading for item in items)
