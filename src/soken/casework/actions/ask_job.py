"""Ask for background work, or that it be left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from soken.access.policy import Act
from soken.casework.actions.dossier_act import check_right
from soken.casework.models import Job, JobKind, JobState
from soken.casework.models.job import UNFINISHED
from soken.core import clock
from soken.core.errors import NotFoundError, RefusedError

if TYPE_CHECKING:
    from soken.access.models import User
    from soken.casework.models import Operation


def ask_resolve(operation: Operation, *, by: User) -> Job:
    """Ask that a worker resolve the operation; see `run_job` for what comes of it.

    Raises:
        NotFoundError: no member of the operation.
        RefusedError: the role does not permit it, there is no evidence, or the same is asked for already.
    """
    check_right(operation, by, Act.RESOLVE)
    if not operation.evidence.exists():
        raise RefusedError(_("There is no evidence to resolve; take a file in first."))
    try:
        with transaction.atomic():
            return Job.objects.create(operation=operation, kind=JobKind.RESOLVE, asked_by=by, asked_at=clock.now())
    except IntegrityError as twice:
        raise RefusedError(_("This is asked for already; wait for it to end, or cancel it.")) from twice


def cancel_job(operation: Operation, number: int, *, by: User) -> Job:
    """Leave background work; what a worker has made of it so far is thrown away, and nothing that is shown changes.

    Raises:
        NotFoundError: no member of the operation, or it has no such job.
        RefusedError: the role does not permit it, or the job has ended.
    """
    check_right(operation, by, Act.RESOLVE)
    mine = Job.objects.filter(operation=operation, pk=number)
    with transaction.atomic():
        cancelled = mine.filter(state__in=UNFINISHED).update(
            state=JobState.CANCELLED, cancelled_by=by, finished_at=clock.now()
        )
    job = mine.first()
    if job is None:
        raise NotFoundError(f"{operation.name} has no job {number}.")
    if not cancelled:
        raise RefusedError(_("This has ended already: %(state)s.") % {"state": job.get_state_display()})
    return job
