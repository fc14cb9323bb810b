"""Which worker does which job: taken by one, kept by signs of life, put back when there are none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db.models import Exists, F, OuterRef, Q

from soken.casework.models import Job, JobState
from soken.casework.models.job import ON_EVIDENCE
from soken.core import clock

if TYPE_CHECKING:
    from datetime import timedelta

    from django.db.models import QuerySet

#: How often a job whose worker died is begun again; what kills its worker each time is given up.
ATTEMPTS: Final = 3
#: What `Job.problem` holds where no sentence of an error says it: a defect, or a worker that died each time.
DEFECT: Final = "defect"
GIVEN_UP: Final = "given-up"


def take_job(worker: str) -> Job | None:
    """Take the oldest job that waits; two workers never take the same. None where none waits.

    An operation has one job of a kind under way at a time, and one on its evidence.

    Args:
        worker: a name that no other worker, and no earlier life of this one, has.
    """
    running = Job.objects.filter(state=JobState.RUNNING, operation=OuterRef("operation"))
    beside = Exists(running.filter(kind=OuterRef("kind")))
    taking_in = Q(kind__in=ON_EVIDENCE) & Exists(running.filter(kind__in=ON_EVIDENCE))
    waiting = Job.objects.filter(~beside & ~taking_in, state=JobState.WAITING)
    for number in waiting.order_by("pk").values_list("pk", flat=True)[:20]:
        now = clock.now()
        taken = Job.objects.filter(pk=number, state=JobState.WAITING).update(
            state=JobState.RUNNING, worker=worker, attempt=F("attempt") + 1, started_at=now, beat_at=now,
            stage="", stage_done=0, stage_total=None,
        )  # fmt: skip
        if taken:
            return Job.objects.select_related("operation", "asked_by").get(pk=number)
    return None


def keep_job(job: Job, stage: str, done: int, total: int | None) -> bool:
    """Give a sign of life and say how far the work is; False if the job is no longer this worker's."""
    kept = _held(job).update(beat_at=clock.now(), stage=stage[:40], stage_done=done, stage_total=total)
    return kept > 0


def finish_job(job: Job, outcome: str) -> bool:
    """Enter what was made, in the transaction that makes it; False if the job is no longer this worker's."""
    return _held(job).update(state=JobState.DONE, outcome=outcome, finished_at=clock.now()) > 0


def is_held(job: Job) -> bool:
    """Tell whether the job is still this worker's, and nobody has cancelled it."""
    return _held(job).exists()


def fail_job(job: Job, problem: str) -> None:
    """Enter why the work could not be done; nothing if the job is no longer this worker's."""
    _held(job).update(state=JobState.FAILED, problem=problem, finished_at=clock.now())


def give_back(job: Job) -> None:
    """Put a job back for another worker: this one was told to stop, so the attempt does not count."""
    _held(job).update(state=JobState.WAITING, worker="", attempt=F("attempt") - 1, started_at=None, beat_at=None)


def put_back_lost(lost_after: timedelta) -> int:
    """Put back the jobs whose worker was not heard of for so long; return how many, those given up among them."""
    lost = Job.objects.filter(state=JobState.RUNNING, beat_at__lt=clock.now() - lost_after)
    given_up = lost.filter(attempt__gte=ATTEMPTS).update(
        state=JobState.FAILED,
        finished_at=clock.now(),
        problem=GIVEN_UP,
    )
    return given_up + lost.filter(attempt__lt=ATTEMPTS).update(
        state=JobState.WAITING, worker="", started_at=None, beat_at=None
    )


def _held(job: Job) -> QuerySet[Job]:
    """Return the job if this worker still has it."""
    return Job.objects.filter(pk=job.pk, worker=job.worker, state=JobState.RUNNING)
