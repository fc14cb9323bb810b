"""Large acts on many persons: those of an operation, how far each is, and what came of every person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db.models import Count
from django.utils.translation import gettext as _

from soken.casework.models import BulkPerson, BulkState, Job, JobKind
from soken.core.errors import NotFoundError

if TYPE_CHECKING:
    from soken.casework.models import Operation

#: Jobs that are listed, the newest; and persons on a page of a report.
SHOWN: Final = 10
PAGE: Final = 200


@dataclass(frozen=True, slots=True)
class BulkReport:
    """What came of a large act on many persons, as far as whoever looks may see them.

    Attributes:
        job: what was asked.
        counts: state → persons, every state named.
        persons: a page of them, in the order in which they were named.
        later: key after which the next page begins, 0 for none.
    """

    job: Job
    counts: dict[str, int]
    persons: tuple[BulkPerson, ...]
    later: int

    @property
    def total(self) -> int:
        """Return how many persons there are in all."""
        return sum(self.counts.values())

    @property
    def ended(self) -> int:
        """Return how many are done or refused."""
        return self.total - self.counts[BulkState.WAITING]


def bulk_jobs_of(operation: Operation) -> list[Job]:
    """Return the newest large acts of an operation (one query)."""
    found = Job.objects.filter(operation=operation, kind=JobKind.BULK)
    return list(found.select_related("asked_by", "cancelled_by")[:SHOWN])


def bulk_report(operation: Operation, number: int, *, state: str = "", after: int = 0, most: int = PAGE) -> BulkReport:
    """Return what came of a large act (three queries).

    Args:
        operation: whose.
        number: of the job.
        state: only persons in this state; '' for all.
        after: key after which the page begins.
        most: persons of a page.

    Raises:
        NotFoundError: the operation has no such act on many.
    """
    jobs = Job.objects.filter(operation=operation, kind=JobKind.BULK, pk=number)
    job = jobs.select_related("asked_by", "cancelled_by").first()
    if job is None:
        raise NotFoundError(
            _("%(operation)s has no act on many with number %(number)s.")
            % {"operation": operation.name, "number": number}
        )
    every = BulkPerson.objects.filter(job=job)
    counts = dict.fromkeys(BulkState.values, 0)
    counts.update(every.order_by().values_list("state").annotate(n=Count("pk")))
    shown = every.filter(state=state) if state in counts else every
    found = list(shown.filter(pk__gt=after).order_by("pk")[: most + 1])
    return BulkReport(job, counts, tuple(found[:most]), found[most - 1].pk if len(found) > most else 0)
