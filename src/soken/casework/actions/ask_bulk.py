"""Ask that a worker do one act on thousands of persons, or leave the rest of it; each person whole or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from soken.access.eyes import viewing
from soken.access.policy import Act, allows
from soken.casework.actions.bulk import ACTS, MOST, check_asked, do_one
from soken.casework.actions.bulk_line import Asked
from soken.casework.actions.dossier_act import check_right
from soken.casework.actions.take_job import finish_job, is_held
from soken.casework.models import BulkPerson, BulkState, Job, JobKind, JobState
from soken.casework.models.job import UNFINISHED
from soken.core import clock
from soken.core.errors import BadInputError, NotFoundError, RefusedError
from soken.review.guards import Missing

if TYPE_CHECKING:
    from collections.abc import Iterable

    from soken.access.models import User
    from soken.casework.models import Operation
    from soken.core.progress import Progress

#: Most persons of one such act: an hour of a worker.
MOST_AT_ALL: Final = 20_000
#: Characters that the column of a person's code holds.
_LONGEST_CODE: Final = 16
#: What the worker's progress calls it.
STAGE: Final = "persons of an act on many"


def ask_bulk(
    operation: Operation, codes: Iterable[str], *, by: User, act: str, reason: str = "", force: str = ""
) -> Job:
    """Ask that a worker do an act on more persons than a page does at once.

    Up to `MOST` a page does at once: so many somebody can read through before they are done, and so many are done
    before a browser or a server between gives up waiting. What is beyond would be cut off in the middle.

    Args:
        operation: whose persons.
        codes: person codes; one that stands twice counts once.
        by: who asks: the worker acts in their name, with their rights and eyes as they are then.
        act: one of `soken.casework.actions.bulk.ACTS`.
        reason: coded reason of a screening; words for other acts.
        force: code of the force that takes the persons on; '' for the actor's own.

    Raises:
        BadInputError: the act is not known, there is nobody or there are more than `MOST_AT_ALL` persons.
        NotFoundError, RefusedError: see `soken.casework.actions.bulk.check_asked`.
    """
    wanted, asked = check_asked(operation, codes, by=by, act=act, reason=reason, force=force, most=MOST_AT_ALL)
    unfit = next((one for one in wanted if len(one) > _LONGEST_CODE), None)
    if unfit is not None:
        raise BadInputError(_("“%(code)s” is no person's code; nothing was begun.") % {"code": unfit[:40]})
    with transaction.atomic():
        job = Job.objects.create(
            operation=operation, kind=JobKind.BULK, asked_by=by, asked_at=clock.now(),
            arguments={"act": act, "reason": asked.reason, "force": asked.force, "language": get_language()},
        )  # fmt: skip
        BulkPerson.objects.bulk_create(
            (BulkPerson(job=job, operation=operation, person_code=code) for code in wanted), batch_size=MOST
        )
    return job


def cancel_bulk(operation: Operation, number: int, *, by: User) -> Job:
    """Leave the rest of an act on many; who is done stays done, and each is reported.

    Args:
        operation: whose.
        number: of the job.
        by: who asked for it, or whoever may leave any background work of the operation.

    Raises:
        NotFoundError: no member of the operation, or it has no such job.
        RefusedError: somebody else asked for it, or it has ended.
    """
    check_right(operation, by, Act.SEE_DOSSIER)
    job = Job.objects.filter(operation=operation, kind=JobKind.BULK, pk=number).first()
    if job is None:
        raise NotFoundError(f"{operation.name} has no job {number}.")
    if job.asked_by_id != by.pk and not allows(by, Act.RESOLVE):
        raise RefusedError(_("Somebody else has asked for this; only they leave it."))
    cancelled = Job.objects.filter(pk=job.pk, state__in=UNFINISHED).update(
        state=JobState.CANCELLED, cancelled_by=by, finished_at=clock.now()
    )
    job.refresh_from_db()
    if not cancelled:
        raise RefusedError(_("This has ended already: %(state)s.") % {"state": job.get_state_display()})
    return job


def do_bulk(job: Job, progress: Progress) -> None:
    """Do the act on each person who still waits, in the name and with the eyes of who asked; in the worker.

    Each person in a transaction of its own with what came of it: a worker that is stopped or dies leaves each person
    done or not begun, and the next one goes on where it was.

    Raises:
        NotFoundError, RefusedError: who asked may not do it any more; nobody further is done.
    """
    said = job.arguments
    asked = Asked(job.asked_by, said["reason"], said["force"])
    waiting = BulkPerson.objects.filter(job=job, state=BulkState.WAITING).order_by("pk")
    with viewing(job.asked_by):
        check_right(job.operation, job.asked_by, ACTS[said["act"]][0])
        keys = list(waiting.values_list("pk", flat=True))
        with progress.stage(STAGE, len(keys), "persons") as advanced:
            for key in keys:
                _one(job, key, asked)
                advanced(1)
        # The last persons may have been done by a worker that ended before it could say so.
        finish_job(job, said["act"])


def _one(job: Job, key: int, asked: Asked) -> None:
    """Do the act on one person, if the job is still this worker's and the person still waits."""
    with transaction.atomic():
        one = BulkPerson.objects.select_for_update().filter(pk=key, state=BulkState.WAITING).first()
        if one is None or not is_held(job):
            return
        line = do_one(job.operation, one.person_code, job.arguments["act"], asked)
        one.state = BulkState.DONE if line.done else BulkState.REFUSED
        one.said = line.said
        one.missing = [[lack.code, lack.about] for lack in line.missing]
        one.save(update_fields=["state", "said", "missing"])


def missing_of(one: BulkPerson) -> tuple[Missing, ...]:
    """Return what was missing at the gate that refused a person."""
    return tuple(Missing(code, about) for code, about in one.missing)
