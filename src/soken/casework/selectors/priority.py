"""Priority: the list of an operation by urgency, and a person's assessments and changes of band."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from soken.access.eyes import eyes
from soken.casework.models import ChangeState, Priority, SafetyNotification
from soken.casework.selectors.dossier import today
from soken.casework.selectors.instrument import instrument_in_use
from soken.casework.selectors.second_assessments import check_sighted
from soken.prioritise.due import Due, Lateness, due, lateness
from soken.review.transitions import BEFORE_REFERRAL

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet

    from soken.casework.models import Assessment, BandChange, Dossier, Operation
    from soken.prioritise.instrument import Instrument

#: Persons on a page of the list.
PAGE = 50
#: Versions and changes shown on a person's page, the newest.
SHOWN = 100


@dataclass(frozen=True, slots=True)
class Ranked:
    """A person on the list.

    Attributes:
        priority: the row, with its dossier.
        lateness: how it stands to the target today.
        days: days past the target; below 0 for days left.
        again: an assessment is due: nobody has made one, a new fact came up, or the day has come.
        waits: a lowering waits for people.
        notified: somebody told a body which protects children.
    """

    priority: Priority
    lateness: Lateness
    days: int
    again: bool
    waits: bool
    notified: bool


@dataclass(frozen=True, slots=True)
class PriorityPage:
    """A page of the list.

    Attributes:
        persons: most urgent first, within a band by due date.
        later: where the next page begins, '' if there is none.
        counts: per band ('' for not assessed): persons, and how many of them are past the target.
    """

    persons: tuple[Ranked, ...]
    later: str
    counts: dict[str, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class PriorityFile:
    """Everything that the page of a person's priority shows.

    Attributes:
        dossier: whose.
        ranked: the band in force and how it stands.
        assessments: versions, the newest first.
        changes: changes of band, the newest first.
        waiting: the lowering that waits, if one does.
    """

    dossier: Dossier
    ranked: Ranked
    assessments: tuple[Assessment, ...]
    changes: tuple[BandChange, ...]
    waiting: BandChange | None


def _open(operation: Operation) -> QuerySet[Priority]:
    """Return the rows of persons whose case is not sent yet."""
    return Priority.objects.filter(operation=operation, dossier__stage__in=BEFORE_REFERRAL)


def priority_page(operation: Operation, *, band: str = "", show: str = "", at: str = "") -> PriorityPage:
    """Return a page of an operation's list (four queries, whatever the size).

    Args:
        operation: which.
        band: only this band; 'none' for persons whom nobody has assessed.
        show: 'overdue', 'again' (to be assessed anew) or 'waiting' (a lowering waits); '' for all.
        at: where the page begins, as `later` of the page before said.
    """
    day = today()
    rows = _open(operation).select_related("dossier").order_by("order", "due_on", "dossier")
    if band:
        rows = rows.filter(band="" if band == "none" else band)
    rows = rows.filter(_shown(show, day))
    begin = _cursor(at)
    if begin is not None:
        order, due_on, key = begin
        rows = rows.filter(
            Q(order__gt=order) | Q(order=order, due_on__gt=due_on) | Q(order=order, due_on=due_on, dossier__gt=key)
        )
    found = list(rows[: PAGE + 1])
    later = ""
    if len(found) > PAGE:
        found.pop()
        last = found[-1]
        later = f"{last.order}_{last.due_on.isoformat()}_{last.pk}"
    return PriorityPage(tuple(_ranked(found, operation, day)), later, band_counts(operation))


def is_place(at: str) -> bool:
    """Tell whether a page can begin there: at a place that another page has told, or at the top."""
    return not at or _cursor(at) is not None


def band_counts(operation: Operation) -> dict[str, tuple[int, int]]:
    """Return band → persons and how many of them are past the target; '' for persons whom nobody has assessed."""
    from django.db.models import Count

    found = (
        _open(operation)
        .values("band")
        .annotate(persons=Count("pk"), overdue=Count("pk", filter=Q(due_on__lt=today())))
        .order_by()
    )
    return {one["band"]: (one["persons"], one["overdue"]) for one in found}


def priority_file(dossier: Dossier) -> PriorityFile:
    """Return a person's band in force, assessments and changes of band (a fixed number of queries).

    Raises:
        RefusedError: whoever looks is to assess the person blind.
    """
    check_sighted(eyes().user, dossier)
    row = Priority.objects.select_related("dossier", "assessment", "change__by", "change__second").get(dossier=dossier)
    changes = tuple(dossier.band_changes.select_related("by", "second", "assessment").order_by("-pk")[:SHOWN])
    return PriorityFile(
        dossier=dossier,
        ranked=_ranked([row], dossier.operation, today())[0],
        assessments=tuple(dossier.assessments.select_related("by").order_by("-pk")[:SHOWN]),
        changes=changes,
        waiting=next((one for one in changes if one.state == ChangeState.WAITING), None),
    )


def band_of(dossier: Dossier) -> str | None:
    """Return the band in force, '' while nobody has assessed the person; None where the reader assesses blind."""
    return Priority.objects.values_list("band", flat=True).filter(dossier=dossier).first()


def outdated(operation: Operation, force: str) -> list[Dossier]:
    """Return those whose case is not sent and whose newest version or dates are not the instrument's in use.

    Args:
        operation: where.
        force: whose persons, and those whom nobody owns; '' for every force's.

    Raises:
        BadInputError: the instrument cannot be used.
    """
    instrument = instrument_in_use()
    rows = _open(operation).select_related("dossier__operation", "assessment").order_by("order", "due_on", "dossier")
    if force:
        rows = rows.filter(dossier__force__in=("", force))
    other = rows.filter(assessment__isnull=False).exclude(assessment__instrument_sha256=instrument.sha256)
    undated = [one for one in rows.filter(band="") if _dates_differ(one, instrument)]
    return [one.dossier for one in (*other, *undated)]


def _dates_differ(row: Priority, instrument: Instrument) -> bool:
    """Tell whether the dates of somebody whom nobody has assessed are not those of an instrument."""
    dates = due(instrument, None, row.dossier.received_on)
    return (row.due_on, row.alarm_on) != (dates.due_on, dates.alarm_on)


def _shown(show: str, day: date) -> Q:
    """Return the condition of a choice of the list."""
    match show:
        case "overdue":
            return Q(due_on__lt=day)
        case "again":
            return Q(band="") | Q(reassess_since__isnull=False) | Q(next_on__lte=day)
        case "waiting":
            return Q(dossier__band_changes__state=ChangeState.WAITING)
        case _:
            return Q()


def _cursor(at: str) -> tuple[int, date, int] | None:
    """Read where a page begins; what is no such place begins at the top."""
    from datetime import date

    parts = at.split("_")
    try:
        order, due_on, key = int(parts[0]), date.fromisoformat(parts[1]), int(parts[2])
    except (ValueError, IndexError):
        return None
    return (order, due_on, key) if 0 <= order < 2**15 and 0 <= key < 2**63 else None


def _ranked(rows: list[Priority], operation: Operation, day: date) -> list[Ranked]:
    """Return rows with how they stand today."""
    from soken.casework.models import BandChange

    waiting = set(
        BandChange.objects.filter(dossier__in=[one.pk for one in rows], state=ChangeState.WAITING).values_list(
            "dossier_id", flat=True
        )
    )
    told = set(
        SafetyNotification.objects.filter(
            operation=operation, person_code__in=[one.dossier.person_code for one in rows], cancelled_at__isnull=True
        ).values_list("person_code", flat=True)
    )
    return [
        Ranked(
            priority=one,
            lateness=lateness(Due(one.due_on, one.alarm_on), day),
            days=(day - one.due_on).days,
            again=not one.band or one.reassess_since is not None or (one.next_on is not None and one.next_on <= day),
            waits=one.pk in waiting,
            notified=one.dossier.person_code in told,
        )
        for one in rows
    ]
