"""Where everybody in an operation stands: the funnel by stages, and ages against targets by band and force."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db.models import Count, Exists, Min, OuterRef, Q, Value

from soken.access.eyes import eyes
from soken.casework.models import Dossier, Person, Priority, SafetyNotification
from soken.casework.models.blind import blind_dossiers
from soken.casework.models.force_sight import across_forces
from soken.casework.selectors.dossier import today
from soken.review.stages import Stage
from soken.review.transitions import BEFORE_REFERRAL

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from django.db.models import QuerySet

    from soken.casework.models import Operation

#: Persons on a page of a list.
PAGE: Final = 50
#: Instead of a stage: proposed by the newest run, and nobody has opened a dossier.
UNOPENED: Final = "unopened"


@dataclass(frozen=True, slots=True)
class StageFunnel:
    """Every person of an operation, each counted once (R8, R40).

    Attributes:
        total: persons: those that the newest run proposes, and those with a dossier that it no longer does.
        unopened: proposed, without a dossier.
        stages: stage → persons with a dossier at it, every stage named.
        no_longer_proposed: dossiers among them whose person the newest run does not propose.
        joined: dossiers that were joined into another person's: that person is counted, and none twice.
        told: persons of whom a body that protects children was told.
        safeguarded: notifications that it has acknowledged; no part of the persons (R40).
    """

    total: int
    unopened: int
    stages: dict[str, int]
    no_longer_proposed: int
    joined: int = 0
    told: int = 0
    safeguarded: int = 0

    @property
    def adds_up(self) -> bool:
        """Tell whether the parts are the whole."""
        return self.total == self.unopened + sum(self.stages.values())


@dataclass(frozen=True, slots=True)
class Age:
    """Persons in work in one force and band.

    Attributes:
        force: code of the force, '' for none.
        band: '' where nobody has assessed.
        persons: how many.
        late: how many of them are past their target.
        oldest: whole days since the list was received, for the one that has waited longest.
    """

    force: str
    band: str
    persons: int
    late: int
    oldest: int


@dataclass(frozen=True, slots=True)
class StandingPage:
    """A page of a list behind a number.

    Attributes:
        rows: dossiers with their priority, or persons without a dossier.
        later: where the next page begins, '' if there is none.
    """

    rows: tuple[Dossier | Person, ...]
    later: str


@across_forces()
def stage_funnel(operation: Operation) -> StageFunnel:
    """Count every person of an operation once (six queries).

    The total is counted on its own and not added up from its parts: a difference would show. Who was joined and is
    proposed again, since the merge was undone, is a person again.
    """
    every = Dossier.objects.filter(operation=operation)
    same = every.filter(~Exists(_person_of_dossier()), stage=Stage.JOINED)
    dossiers = every.exclude(pk__in=same.values("pk"))
    stages = dict.fromkeys((stage.value for stage in Stage), 0)
    stages.update(dossiers.values_list("stage").annotate(n=Count("pk")).order_by())
    proposed = Person.objects.filter(operation=operation)
    gone = dossiers.filter(~Exists(_person_of_dossier())).count()
    words = SafetyNotification.objects.filter(operation=operation, cancelled_at__isnull=True).aggregate(
        told=Count("person_code", distinct=True), safeguarded=Count("pk", filter=Q(acknowledged_at__isnull=False))
    )
    return StageFunnel(
        proposed.count() + gone, _unopened(operation).count(), stages, gone, same.count(), words["told"],
        words["safeguarded"],
    )  # fmt: skip


def ages(operation: Operation) -> tuple[Age, ...]:
    """Return ages against targets by force and band, of everybody whose case is not sent yet (one query, R13)."""
    day = today()
    rows = (
        Priority.objects.filter(operation=operation, dossier__stage__in=BEFORE_REFERRAL)
        .values("dossier__force", "order", "band")
        .annotate(n=Count("pk"), late=Count("pk", filter=Q(due_on__lt=day)), first=Min("dossier__received_on"))
        .order_by("dossier__force", "order", "band")
    )
    return tuple(
        Age(one["dossier__force"], one["band"], one["n"], one["late"], _days(one["first"], day)) for one in rows
    )


def standing_page(
    operation: Operation, *, stage: str = "", force: str | None = None, band: str | None = None, late: bool = False,
    at: str = "",
) -> StandingPage:  # fmt: skip
    """Return a page of the persons behind a number, in the order in which they were opened.

    Args:
        operation: which.
        stage: a stage, `UNOPENED`, or '' for all whose case is not sent yet.
        force: only this force, '' for none's; None for all.
        band: only this band, '' for not assessed; None for all.
        late: only those past their target.
        at: where the page begins, as `later` of the page before said.
    """
    after = int(at) if at.isdecimal() and len(at) <= 18 else 0
    if stage == UNOPENED:
        with across_forces():  # else whoever has another force's dossier would stand here
            return _cut(list(_unopened(operation).filter(pk__gt=after).order_by("pk")[: PAGE + 1]))
    found = Dossier.objects.filter(operation=operation, pk__gt=after).select_related("priority")
    found = found.annotate(unseen=_unseen())
    found = found.filter(stage=stage) if stage else found.filter(stage__in=BEFORE_REFERRAL)
    if force is not None:
        found = found.filter(force=force)
    if band is not None:
        found = found.filter(priority__band=band, unseen=False)
    if late:
        found = found.filter(priority__due_on__lt=today(), unseen=False)
    return _cut(list(found.order_by("pk")[: PAGE + 1]))


def _unseen() -> Exists | Value:
    """Return the condition that whoever looks is to assess a dossier's person blind."""
    user = eyes().user
    return Exists(blind_dossiers(user).filter(dossier=OuterRef("pk"))) if user else Value(False)


def _unopened(operation: Operation) -> QuerySet[Person]:
    """Return the proposed persons without a dossier."""
    opened = Dossier.objects.filter(operation=operation, person_code=OuterRef("code"))
    return Person.objects.filter(~Exists(opened), operation=operation)


def _person_of_dossier() -> QuerySet[Person]:
    """Return the person that the newest run proposes for a dossier."""
    return Person.objects.filter(operation=OuterRef("operation"), code=OuterRef("person_code"))


def _cut(rows: Sequence[Dossier] | Sequence[Person]) -> StandingPage:
    """Return a page of what was found with one row more."""
    return StandingPage(tuple(rows[:PAGE]), str(rows[PAGE - 1].pk) if len(rows) > PAGE else "")


def _days(since: date, day: date) -> int:
    """Return whole days."""
    return (day - since).days
