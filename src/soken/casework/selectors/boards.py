"""What a user must do today, across all operations that they may see; every list bounded, every count whole."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from django.db.models import Count, Exists, Min, OuterRef, Q

from soken.access.policy import Act, allows
from soken.casework.models import (
    BandChange,
    ChangeState,
    Disclosure,
    Operation,
    Priority,
    Recall,
    SafetyNotification,
    Screening,
    SecondAssessment,
    Task,
)
from soken.casework.selectors.clocks import count_near, limitations_near, running_clocks
from soken.casework.selectors.deaths import contradicted, dead_unsent
from soken.casework.selectors.disclosures import releases_waiting
from soken.casework.selectors.dossier import today
from soken.casework.selectors.handovers import late_handovers
from soken.casework.selectors.second_assessments import seconds_waiting
from soken.casework.selectors.transfers import unanswered_transfers
from soken.casework.selectors.unopened import unopened_lists
from soken.casework.selectors.unowned import unowned
from soken.casework.selectors.welfare import looks_due
from soken.casework.selectors.wrong_persons import open_recalls
from soken.reference.custody import longest_warning
from soken.review.transitions import BEFORE_REFERRAL, FROZEN

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from soken.access.models import User
    from soken.casework.selectors.clocks import RunningClock
    from soken.casework.selectors.deaths import Contradiction, DeadUnsent
    from soken.casework.selectors.handovers import SeenIn, SeenOut
    from soken.casework.selectors.transfers import SeenTransfer
    from soken.casework.selectors.unopened import UnopenedList
    from soken.casework.selectors.unowned import Unowned
    from soken.casework.selectors.welfare import LookDue

One = TypeVar("One")
Row = TypeVar("Row", Task, Screening, SecondAssessment, BandChange, SafetyNotification, Recall, Disclosure)
Owned = TypeVar("Owned", Screening, BandChange)

#: Entries shown of each kind; those beyond are counted.
SHOWN: Final = 10
#: How far ahead a board looks in days; for custody `longest_warning` says it in hours.
LIMITATION_DAYS: Final = 60
TASK_DAYS: Final = 7


@dataclass(frozen=True, slots=True)
class Slot(Generic[One]):
    """One kind of work.

    Attributes:
        shown: the most urgent entries.
        total: how many there are.
    """

    shown: tuple[One, ...]
    total: int


@dataclass(frozen=True, slots=True)
class OverdueBand:
    """Persons past the target in a band of an operation.

    Attributes:
        operation: short name.
        name: name of the operation.
        band: '' where nobody has assessed.
        persons: how many.
    """

    operation: str
    name: str
    band: str
    persons: int


@dataclass(frozen=True, slots=True)
class ForceAge:
    """Persons in work of one force, over all operations.

    Attributes:
        force: code of the force, '' for none.
        persons: how many.
        late: how many of them are past their target.
        oldest: whole days since receipt, for the one that has waited longest.
    """

    force: str
    persons: int
    late: int
    oldest: int


@dataclass(frozen=True, slots=True)
class Board:
    """What one user must do today.

    Attributes:
        clocks: clocks of custody and limitation about to run out, of the user's force.
        safety: notifications for children's safety that nobody has acknowledged; empty for who may not see them.
        tasks: the user's tasks that are due or soon will be.
        transfers: transfers that nobody has answered in time.
        handovers: handovers between installations that nobody has answered in time.
        contradicted: persons who are recorded as dead and, for a later day, as held or interviewed.
        welfare: persons after whom somebody has to look by today, since the police came to them.
        recalls: copies of wrong persons that nobody has answered for, or asked for.
        reviews: screenings by somebody else that wait for review; empty for who may not review.
        seconds: second, blind assessments that are asked of the user.
        lowerings: lowerings of a band that wait for another person; empty for who may not settle them.
        releases: copies that somebody else asked for and the user may release.
        dead: persons who have died and whose case is neither sent nor closed; of the user's force and of nobody's.
        unowned: persons whom nobody has taken on and the user's force is proposed for; for the centre, all of them.
        unopened: operations with persons for whom nobody has opened a dossier.
        overdue: the user's force's persons past their target.
        overdue_bands: the same counted by operation and band.
        force_ages: persons in work by force, over all operations; for the centre alone (R24).
    """

    clocks: Slot[RunningClock]
    safety: Slot[SafetyNotification]
    tasks: Slot[Task]
    transfers: Slot[SeenTransfer]
    handovers: Slot[SeenOut | SeenIn]
    contradicted: Slot[Contradiction]
    welfare: Slot[LookDue]
    recalls: Slot[Recall]
    reviews: Slot[Screening]
    seconds: Slot[SecondAssessment]
    lowerings: Slot[BandChange]
    releases: Slot[Disclosure]
    dead: Slot[DeadUnsent]
    unowned: Slot[Unowned]
    unopened: Slot[UnopenedList]
    overdue: Slot[Priority]
    overdue_bands: tuple[OverdueBand, ...]
    force_ages: tuple[ForceAge, ...]


def board(user: User) -> Board | None:
    """Return what a user must do today (a fixed number of queries), None for a role that works on no person."""
    if not allows(user, Act.SEE_DOSSIER):
        return None
    operations = list(Operation.objects.visible_to(user).values_list("pk", flat=True))
    bands = _overdue_bands(user, operations)
    return Board(
        clocks=_clocks(user),
        safety=_safety(user, operations),
        tasks=_slot(tasks_due(user)),
        transfers=_cut(unanswered_transfers(user)),
        handovers=_cut(late_handovers(user)),
        contradicted=_contradicted(user, operations),
        welfare=_looks(user, operations),
        recalls=_slot(open_recalls(operations)),
        reviews=_slot(reviews_waiting(user, operations)),
        seconds=_slot(seconds_waiting(user, operations)),
        lowerings=_slot(lowerings_waiting(user, operations)),
        releases=_slot(releases_waiting(user, operations)),
        dead=_dead(user, operations),
        unowned=_unowned(user),
        unopened=_unopened(user),
        overdue=Slot(
            tuple(_overdue(user, operations).select_related("dossier__operation").order_by("order", "due_on")[:SHOWN])
            if bands
            else (),
            sum(one.persons for one in bands),
        ),
        overdue_bands=bands,
        force_ages=() if user.force else force_ages(operations),
    )


def force_ages(operations: list[int]) -> tuple[ForceAge, ...]:
    """Return ages by force over several operations, the force that is late with most persons first (one query)."""
    day = today()
    rows = (
        Priority.objects.filter(operation__in=operations, dossier__stage__in=BEFORE_REFERRAL)
        .values("dossier__force")
        .annotate(n=Count("pk"), late=Count("pk", filter=Q(due_on__lt=day)), first=Min("dossier__received_on"))
        .order_by("-late", "first", "dossier__force")
    )
    return tuple(ForceAge(one["dossier__force"], one["n"], one["late"], (day - one["first"]).days) for one in rows)


def clock_hours() -> int:
    """Return how many hours ahead a board looks for clocks of custody: as far as any of them warns."""
    return longest_warning() // timedelta(hours=1)


def tasks_due(user: User) -> QuerySet[Task]:
    """Return the user's open tasks that are late or due within `TASK_DAYS`, in operations that they may see."""
    return (
        Task.objects.filter(
            who=user,
            done_at__isnull=True,
            due_on__lte=today() + timedelta(days=TASK_DAYS),
            dossier__operation__in=Operation.objects.visible_to(user),
        )
        .select_related("dossier__operation", "by")
        .order_by("due_on", "pk")
    )


def reviews_waiting(user: User, operations: list[int]) -> QuerySet[Screening]:
    """Return the newest screenings without a review, by somebody else than the user; oldest first (R9)."""
    if not allows(user, Act.REVIEW_SCREENING):
        return Screening.objects.none()
    newer = Screening.objects.filter(dossier=OuterRef("dossier"), pk__gt=OuterRef("pk"))
    waiting = Screening.objects.filter(~Exists(newer), reviewed_by__isnull=True, dossier__operation__in=operations)
    # At whatever stage: who is screened anew during the work waits for the review as well.
    found = _own(waiting, user, "dossier__force").exclude(by=user).exclude(dossier__stage__in=FROZEN)
    return found.select_related("dossier__operation", "by").order_by("at", "pk")


def lowerings_waiting(user: User, operations: list[int]) -> QuerySet[BandChange]:
    """Return lowerings of a band that the user may settle: proposed by somebody else (R15)."""
    if not allows(user, Act.LOWER_PRIORITY):
        return BandChange.objects.none()
    waiting = BandChange.objects.filter(state=ChangeState.WAITING, dossier__operation__in=operations)
    found = _own(waiting, user, "dossier__force").exclude(by=user).exclude(dossier__stage__in=FROZEN)
    return found.select_related("dossier__operation", "by").order_by("at", "pk")


def _overdue(user: User, operations: list[int]) -> QuerySet[Priority]:
    """Return the rows past their target and not sent yet of the user's force; of every force for the centre."""
    late = Priority.objects.filter(operation__in=operations, due_on__lt=today(), dossier__stage__in=BEFORE_REFERRAL)
    return late.filter(dossier__force=user.force) if user.force else late


def _overdue_bands(user: User, operations: list[int]) -> tuple[OverdueBand, ...]:
    """Count those past their target by operation and band (one query)."""
    rows = (
        _overdue(user, operations)
        .values("operation__slug", "operation__name", "order", "band")
        .annotate(persons=Count("pk"))
        .order_by("order", "band", "operation__slug")
    )
    return tuple(
        OverdueBand(one["operation__slug"], one["operation__name"], one["band"], one["persons"]) for one in rows
    )


def _unowned(user: User) -> Slot[Unowned]:
    """Return whom nobody has taken on and the user's force is proposed for."""
    shown, total = unowned(user, most=SHOWN)
    return Slot(tuple(shown), total)


def _unopened(user: User) -> Slot[UnopenedList]:
    """Return the operations with persons without a dossier."""
    return _cut(unopened_lists(Operation.objects.visible_to(user)))


def _looks(user: User, operations: list[int]) -> Slot[LookDue]:
    """Return the looks after persons of the user's force that are due; of every force for the centre (R31)."""
    shown, total = looks_due(operations, until=today(), force=user.force, most=SHOWN)
    return Slot(tuple(shown), total)


def _dead(user: User, operations: list[int]) -> Slot[DeadUnsent]:
    """Return the dead of the user's force, and of nobody's, whose case is neither sent nor closed."""
    shown, total = dead_unsent(operations, force=user.force, most=SHOWN)
    return Slot(tuple(shown), total)


def _contradicted(user: User, operations: list[int]) -> Slot[Contradiction]:
    """Return the deaths that what is recorded for a later day contradicts."""
    shown, total = contradicted(operations, force=user.force, most=SHOWN)
    return Slot(tuple(shown), total)


def _safety(user: User, operations: list[int]) -> Slot[SafetyNotification]:
    """Return what no body has acknowledged: whoever sees child safety sees it, whoever owns the person (R17)."""
    if not allows(user, Act.SEE_SAFETY):
        return Slot((), 0)
    waiting = SafetyNotification.objects.filter(
        operation__in=operations, acknowledged_at__isnull=True, cancelled_at__isnull=True
    )
    return _slot(waiting.select_related("operation", "by").order_by("notified_at", "pk"))


def _clocks(user: User) -> Slot[RunningClock]:
    """Return the clocks about to run out; of the user's force, of every force for the centre."""
    hours = clock_hours()
    custody = running_clocks(user, hours, own=True, limit=SHOWN)
    limitation = limitations_near(user, LIMITATION_DAYS, own=True, limit=SHOWN)
    found = sorted([*custody, *limitation], key=lambda one: (one.ends_at, one.person))
    whole = len(custody) < SHOWN and len(limitation) < SHOWN
    return Slot(tuple(found[:SHOWN]), len(found) if whole else count_near(user, hours, LIMITATION_DAYS, own=True))


def _own(rows: QuerySet[Owned], user: User, force: str) -> QuerySet[Owned]:
    """Keep what nobody's force owns yet and what the user's does."""
    return rows.filter(Q(**{force: ""}) | Q(**{force: user.force})) if user.force else rows


def _slot(rows: QuerySet[Row]) -> Slot[Row]:
    """Return the first rows and how many there are."""
    shown = tuple(rows[:SHOWN])
    return Slot(shown, len(shown) if len(shown) < SHOWN else rows.count())


def _cut(found: list[One]) -> Slot[One]:
    """Return the first of a list and how many there are."""
    return Slot(tuple(found[:SHOWN]), len(found))
