"""Work that is due: targets, assessments, lowerings, what child protection has not acknowledged, tasks."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.db.models import Exists, OuterRef, Q, Subquery

from soken.access.policy import Act
from soken.casework.models import (
    BandChange,
    ChangeState,
    Dossier,
    NotificationKind,
    Priority,
    SafetyNotification,
    Task,
)
from soken.casework.selectors.dossier import today
from soken.casework.selectors.due import WHOSE, Due
from soken.core import clock
from soken.prioritise.due import Due as Dates
from soken.prioritise.due import Lateness, lateness
from soken.prioritise.instrument import PriorityBand
from soken.review.stages import Stage
from soken.review.transitions import BEFORE_REFERRAL, FROZEN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import QuerySet

    from soken.casework.models import Operation

#: How long before its day a target and a task are told.
AHEAD: Final = timedelta(days=1)
#: So many times the body's own time without an acknowledgement count as long.
LONG: Final = 2

_TARGETS: Final = {
    Lateness.IN_TIME: NotificationKind.TARGET_SOON,
    Lateness.TODAY: NotificationKind.TARGET_SOON,
    Lateness.OVERDUE: NotificationKind.TARGET_OVERDUE,
    Lateness.ALARM: NotificationKind.TARGET_ALARM,
}


def targets_due(operation: Operation) -> Iterator[Due]:
    """Yield the persons whose target is about to pass, has passed, or is far behind (R13)."""
    day = today()
    rows = _at_work(operation).filter(due_on__lte=day + AHEAD)
    for due_on, alarm_on, band, code, key, force in rows.values_list("due_on", "alarm_on", "band", *WHOSE):
        state = lateness(Dates(due_on, alarm_on), day)
        yield Due(_TARGETS[state], f"{band or '-'} {due_on}", code, key, force, Act.ASSESS_PRIORITY)


def reassessments_due(operation: Operation) -> Iterator[Due]:
    """Yield the persons whose assessment is to be made anew: for a new fact, or because the day has come (R14)."""
    day = today()
    rows = _at_work(operation).filter(assessment__isnull=False)
    again = rows.filter(Q(reassess_since__isnull=False) | Q(next_on__lte=day))
    fields = ("assessment", "reassess_since", "next_on", *WHOSE)
    for assessment, since, next_on, code, key, force in again.values_list(*fields):
        # Whoever left the day alone is told again when a fact comes, and the other way round.
        why = [*(["fact"] if since else []), *(["day"] if next_on and next_on <= day else [])]
        yield Due(NotificationKind.REASSESS, " ".join([str(assessment), *why]), code, key, force, Act.ASSESS_PRIORITY)


def lowerings_due(operation: Operation) -> Iterator[Due]:
    """Yield the lowerings that wait for a second person, who is never the first (R15)."""
    waiting = BandChange.objects.filter(state=ChangeState.WAITING, dossier__operation=operation).exclude(
        dossier__stage__in=[*FROZEN, Stage.DECEASED]
    )
    for change, by, code, key, force in waiting.values_list("pk", "by", *WHOSE):
        yield Due(NotificationKind.LOWERING_WAITS, str(change), code, key, force, Act.LOWER_PRIORITY, but=by)


def safety_due(operation: Operation) -> Iterator[Due]:
    """Yield what was told to child protection and is not acknowledged within the body's time (R17)."""
    now, dossiers = clock.now(), Dossier.objects.filter(operation=operation, person_code=OuterRef("person_code"))
    late = SafetyNotification.objects.filter(
        operation=operation, acknowledged_at__isnull=True, cancelled_at__isnull=True, chase_at__lte=now
    ).annotate(key=Subquery(dossiers.values("pk")[:1]), force=Subquery(dossiers.values("force")[:1]))
    for one in late.values("pk", "notified_at", "chase_at", "person_code", "key", "force", "by"):
        long = now >= one["notified_at"] + LONG * (one["chase_at"] - one["notified_at"])
        yield Due(
            NotificationKind.SAFETY_LONG if long else NotificationKind.SAFETY_UNANSWERED, str(one["pk"]),
            one["person_code"], one["key"], one["force"] or "", Act.NOTIFY_SAFETY, named=(one["by"],),
        )  # fmt: skip


def safety_untold(operation: Operation) -> Iterator[Due]:
    """Yield those of the highest band of whom no body was told yet, or what was told was cancelled (R17)."""
    told = SafetyNotification.objects.filter(operation=operation, person_code=OuterRef("dossier__person_code"))
    # A child is told of at any stage: the danger does not end with the referral.
    untold = (
        Priority.objects.filter(operation=operation, order=0, band=PriorityBand.VERY_HIGH)
        .exclude(dossier__stage__in=[*FROZEN, Stage.DECEASED])
        .exclude(Exists(told.filter(cancelled_at__isnull=True)))
        .annotate(cancelled=Subquery(told.order_by("-pk").values("pk")[:1]))
    )
    for cancelled, code, key, force in untold.values_list("cancelled", *WHOSE):
        yield Due(NotificationKind.SAFETY_UNTOLD, f"after {cancelled or 0}", code, key, force, Act.NOTIFY_SAFETY)


def tasks_due(operation: Operation) -> Iterator[Due]:
    """Yield the open tasks that are due by tomorrow, for who does them; those that are late, for who gave them too."""
    day = today()
    tasks = Task.objects.filter(done_at__isnull=True, dossier__operation=operation, due_on__lte=day + AHEAD)
    for key, due_on, who, by, code, dossier in tasks.values_list(
        "pk", "due_on", "who", "by", "dossier__person_code", "dossier"
    ):
        late = due_on < day
        yield Due(
            NotificationKind.TASK_OVERDUE if late else NotificationKind.TASK_SOON, str(key), code, dossier,
            named=(who, by) if late else (who,),
        )  # fmt: skip


def _at_work(operation: Operation) -> QuerySet[Priority]:
    """Return the priorities of those whose case is not sent yet: what is with the prosecutor is late no more."""
    return Priority.objects.filter(operation=operation, dossier__stage__in=BEFORE_REFERRAL)
