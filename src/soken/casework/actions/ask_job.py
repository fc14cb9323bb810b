"""Ask for background work, or that it be left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from soken.access.policy import Act
from soken.casework.actions.correct_mapping import check_seen
from soken.casework.actions.dossier_act import check_right
from soken.casework.models import Job, JobKind, JobState
from soken.casework.models.job import UNFINISHED
from soken.core import clock
from soken.core.errors import NotFoundError, RefusedError
from soken.intake.mapping import check_mapping

if TYPE_CHECKING:
    from soken.access.models import User
    from soken.casework.models import Operation
    from soken.intake import Mapping


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
            return Job.objects.create(
                operation=operation, kind=JobKind.RESOLVE, asked_by=by, asked_at=clock.now(),
                arguments={"language": get_language()},
            )  # fmt: skip
    except IntegrityError as twice:
        raise RefusedError(_("This is asked for already; wait for it to end, or cancel it.")) from twice


def ask_reread(operation: Operation, evidence_id: str, mapping: Mapping, *, by: User, seen: int | None = None) -> Job:
    """Ask that a worker read an evidence item anew with a corrected mapping.

    Args:
        operation: the operation that the item belongs to.
        evidence_id: the evidence item.
        mapping: table → heading → field.
        by: who asks; the custody record names them.
        seen: number of the reading that they corrected; None for the one that stands now.

    Raises:
        NotFoundError: no member of the operation, or it holds no such item.
        BadInputError: a field is none, or takes one column only.
        RefusedError: the role does not permit it, the item was read anew since, or the same is asked for already.
    """
    check_right(operation, by, Act.CORRECT_MAPPING)
    check_mapping(mapping, "The mapping")
    with transaction.atomic():
        # Whoever asks for the same item waits here, and then finds this job.
        operation.evidence.select_for_update().filter(evidence_id=evidence_id).first()
        reading = check_seen(operation, evidence_id, seen).reading
        asked = Job.objects.filter(operation=operation, kind=JobKind.REREAD, state__in=UNFINISHED)
        if asked.filter(arguments__evidence=evidence_id).exists():
            raise RefusedError(_("This is asked for already; wait for it to end, or cancel it."))
        return Job.objects.create(
            operation=operation, kind=JobKind.REREAD, asked_by=by, asked_at=clock.now(),
            arguments={
                "evidence": evidence_id, "mapping": dict(mapping), "reading": reading, "language": get_language(),
            },
        )  # fmt: skip


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
