"""Do one job of the queue: kept whole with its result, or not at all."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from django.db import OperationalError, connections
from django.utils.translation import override

from soken.access.eyes import machine_sees_all
from soken.access.policy import Act
from soken.casework.actions.ask_bulk import do_bulk
from soken.casework.actions.correct_mapping import correct_mapping
from soken.casework.actions.dossier_act import check_right
from soken.casework.actions.hand_in import handed_over
from soken.casework.actions.propose_run import propose_run
from soken.casework.actions.resolve_operation import resolve_operation
from soken.casework.actions.take_in_evidence import take_in_evidence
from soken.casework.actions.take_job import DEFECT, fail_job, finish_job, give_back, keep_job
from soken.casework.models import Job, JobKind, Operation
from soken.core.errors import SokenError
from soken.intake import Acquisition
from soken.ledger.attribution import attributed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from soken.core.home import Home
    from soken.core.progress import Advance, Progress

#: Seconds between two signs of life.
BEAT: Final = 1.0


class JobStoppedError(Exception):
    """The job is not to be finished here: it was cancelled or put back, or the worker was told to stop."""


def run_job(job: Job, *, home: Home, stop: threading.Event) -> None:
    """Do a job that this worker has taken; every end of it is entered in the job.

    A run whose proposals people have worked on is not replaced: the result is a candidate that waits to be accepted.

    Args:
        job: the job, as `take_job` gave it.
        home: the installation's folders.
        stop: set from outside to have the job put back at its next step.
    """
    beats = _Beats(job, stop)
    try:
        with (
            attributed(
                by=job.asked_by.get_username(), act=job.kind, through="worker", operation=job.operation.slug, person=""
            ),
            beats.going(),
            # A refusal is kept in the words of whoever asked.
            override(job.arguments.get("language")),
        ):
            _WORK[JobKind(job.kind)](job, home, beats)
    except JobStoppedError:
        if stop.is_set():
            give_back(job)
    except SokenError as problem:
        # Ctrl-C reaches the processes that this one started, too: what they then say is no fault of the work.
        if stop.is_set():
            give_back(job)
        else:
            fail_job(job, problem.message)
    except Exception:
        fail_job(job, DEFECT)
        raise


@machine_sees_all()
def worked_on(operation: Operation) -> bool:
    """Tell whether people have worked on what is shown: a re-run then only proposes what would change."""
    return operation.runs.exists() and (operation.judgements.exists() or operation.dossiers.exists())


def _resolve(job: Job, home: Home, progress: Progress) -> None:
    """Resolve; the job is done in the transaction that keeps the run."""
    check_right(job.operation, job.asked_by, Act.RESOLVE)
    resolve = propose_run if worked_on(job.operation) else resolve_operation
    resolve(job.operation, home=home, progress=progress, kept=_finishing(job))


def _take_in(job: Job, home: Home, progress: Progress) -> None:
    """Take a handed-in file in; done twice (its worker died on the last step), the same bytes change nothing."""
    check_right(job.operation, job.asked_by, Act.TAKE_IN)
    with handed_over(job, home) as path:
        taken = take_in_evidence(
            job.operation, path, home=home, acquisition=Acquisition(**job.arguments["acquisition"]),
            actor=job.asked_by.get_username(), progress=progress,
        )  # fmt: skip
        _finishing(job)(taken.item.evidence_id)


def _reread(job: Job, home: Home, progress: Progress) -> None:
    """Read an evidence item anew, unless somebody else did so since it was asked for."""
    check_right(job.operation, job.asked_by, Act.CORRECT_MAPPING)
    correct_mapping(
        job.operation, job.arguments["evidence"], job.arguments["mapping"], home=home,
        actor=job.asked_by.get_username(), progress=progress, seen=job.arguments["reading"], kept=_finishing(job),
    )  # fmt: skip


def _bulk(job: Job, _home: Home, progress: Progress) -> None:
    """Do an act on many persons, one by one."""
    do_bulk(job, progress)


_WORK: Final[dict[JobKind, Callable[[Job, Home, Progress], None]]] = {
    JobKind.RESOLVE: _resolve,
    JobKind.INTAKE: _take_in,
    JobKind.REREAD: _reread,
    JobKind.BULK: _bulk,
}


def _finishing(job: Job) -> Callable[[str], None]:
    """Return what enters the job as done in the transaction that keeps its result."""

    def finish(outcome: str) -> None:
        if not finish_job(job, outcome):
            raise JobStoppedError

    return finish


class _Beats:
    """Listens to the work, and gives signs of life on a thread and a database connection of its own."""

    def __init__(self, job: Job, stop: threading.Event) -> None:
        self._job, self._stop = job, stop
        self._lost, self._ended = threading.Event(), threading.Event()
        self._stage: tuple[str, int | None] = ("", None)
        self._done = 0

    @contextmanager
    def going(self) -> Iterator[None]:
        """Give signs of life for the length of a block."""
        thread = threading.Thread(target=self._beat, name="job signs of life", daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._ended.set()
            thread.join()

    @contextmanager
    def stage(self, name: str, total: int | None = None, unit: str = "rows") -> Iterator[Advance]:
        """See `soken.core.progress.Progress`.

        Raises:
            JobStoppedError: nobody wants the result any more.
        """
        self._go_on(0)
        self._stage, self._done = (name, total), 0
        yield self._go_on

    def _go_on(self, count: int) -> None:
        """Count what is done, or leave the work."""
        self._done += count
        if self._lost.is_set() or self._stop.is_set():
            raise JobStoppedError

    def _beat(self) -> None:
        """Say every second how far the work is, until it ends or is no longer ours."""
        try:
            while not self._lost.is_set() and not self._ended.wait(BEAT):
                self._say()
        finally:
            connections.close_all()

    def _say(self) -> None:
        """Give one sign of life; one that a busy database does not take is given again with the next."""
        name, total = self._stage
        try:
            kept = keep_job(self._job, name, self._done, total)
        except OperationalError:
            connections["default"].close()
            return
        if not kept:
            self._lost.set()
