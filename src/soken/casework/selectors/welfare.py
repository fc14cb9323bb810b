"""Whom somebody has to look after since the police came to them, and by when (R31)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from django.db.models import DateField, Exists, F, Max, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce, Greatest, TruncDate

from soken.access.policy import Act
from soken.casework.models import (
    CustodyStep,
    Dossier,
    Interview,
    NotificationKind,
    OutgoingHandover,
    Restraint,
    WarrantDossier,
    WarrantState,
    WelfareCheck,
    WelfarePlan,
)
from soken.casework.selectors.dossier import today
from soken.casework.selectors.due import WHOSE, Due
from soken.reference.custody import RELEASED
from soken.reference.warrants import NOTHING, warrant_kinds
from soken.review.stages import Stage
from soken.review.words import first_look_within, ways_of_looking_after
from soken.route.handover import AWAY

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from django.db.models import QuerySet

    from soken.casework.models import Operation

#: Before any day on which the police came to somebody: that they never did.
_NEVER: Final = date(1, 1, 1)
#: Looks fetched at once where nobody says fewer.
_MOST: Final = 400


@dataclass(frozen=True, slots=True)
class _Due:
    """A look that is due, without the dossier itself."""

    due_on: date
    person: str
    dossier: int
    force: str
    first: bool


@dataclass(frozen=True, slots=True)
class LookDue:
    """A look after a person.

    Attributes:
        dossier: of whom.
        due_on: by which day.
        first: nobody has looked since the police came to them last.
    """

    dossier: Dossier
    due_on: date
    first: bool

    @property
    def late(self) -> bool:
        """Whether the day has passed."""
        return self.due_on < today()


def look_due(dossier: Dossier) -> LookDue | None:
    """Return the look after one person that is agreed or needed, None where none is, or is others'.

    One question, and where the police ever came to the person, or somebody looked, a second and longer one.

    Args:
        dossier: of whom.
    """
    first, *others = (one.filter(dossier=dossier).order_by().values("dossier") for one in _events())
    found = _due([dossier.operation_id], dossier=dossier) if first.union(*others).exists() else []
    return LookDue(dossier, found[0].due_on, found[0].first) if found else None


def looks_due(
    operations: Collection[int], *, until: date | None = None, force: str = "", most: int = _MOST
) -> tuple[list[LookDue], int]:
    """Return the looks that are agreed or needed, the one due longest first, and how many there are (two queries).

    Args:
        operations: keys of the operations.
        until: due by which day; None for however far ahead.
        force: of whose persons, and of those whom nobody owns; '' for every force's.
        most: how many are returned at most; all are counted.
    """
    found = _due(operations, until=until, force=force)
    shown = found[:most]
    about = Dossier.objects.select_related("operation").in_bulk([one.dossier for one in shown])
    return [LookDue(about[one.dossier], one.due_on, one.first) for one in shown if one.dossier in about], len(found)


def welfare_due(operation: Operation) -> Iterator[Due]:
    """Yield the persons after whom somebody has to look today, or should have."""
    for one in _due([operation.pk], until=today()):
        about = f"{'first' if one.first else 'next'} {one.due_on}"
        yield Due(NotificationKind.WELFARE_DUE, about, one.person, one.dossier, one.force, Act.PLAN_WELFARE)


def held_unplanned(operation: Operation) -> Iterator[Due]:
    """Yield the persons who are held while no welfare plan is in force; told again for each restraint (R31).

    A restraint is a fact and recorded whatever is missing: that it came without a plan has to be seen at once.
    """
    planned = WelfarePlan.objects.filter(dossier=OuterRef("dossier"), good_until__gte=today())
    standing = Restraint.objects.filter(~Exists(planned), dossier__operation=operation, withdrawn_at__isnull=True)
    released = CustodyStep.objects.filter(restraint=OuterRef("pk"), withdrawn_at__isnull=True, kind=RELEASED)
    for key, code, dossier, force in standing.filter(~Exists(released)).values_list("pk", *WHOSE):
        yield Due(NotificationKind.HELD_UNPLANNED, str(key), code, dossier, force, Act.PLAN_WELFARE)


def _due(
    operations: Collection[int], *, until: date | None = None, force: str = "", dossier: Dossier | None = None
) -> list[_Due]:
    """Return what is due, the longest first: found, and narrowed to the day, in the database (one query).

    Whoever tried and reached nobody has agreed on a day; the person is still to be looked after for the first time, and
    no later than if nobody had tried. A look on the day of a release may have been before it, and is none after it.
    Nobody here looks after a person who is on the way to another installation, or there.
    """
    before = Q(checked_on__lt=F("came")) | Q(checked_on=F("came"), released=F("came"))
    unseen = Q(came__gt=_NEVER) & (Q(checked_on__isnull=True) | before)
    within = timedelta(days=first_look_within())
    tried = [code for code, way in ways_of_looking_after().items() if not way.flag]
    first, agreed = unseen, ~unseen & Q(next_on__isnull=False)
    if until is not None:
        by_then = Q(next_on__lte=until)
        first &= Q(came__lte=until - within) | by_then
        agreed &= by_then | Q(way__in=tried, recorded_on__lte=until - within)
    about = _came_to_or_looked_after(operations, dossier)
    if force:
        about = about.filter(force__in=("", force))
    found = []
    for key, person, owner, came, released, checked_on, next_on, code, recorded_on in about.filter(
        first | agreed
    ).values_list(
        "pk", "person_code", "force", "came", "released", "checked_on", "next_on", "way", "recorded_on"
    ):  # fmt: skip
        if came > _NEVER and (checked_on is None or checked_on < came or checked_on == came == released):
            found.append(_Due(min(came + within, next_on or date.max), person, key, owner, first=True))
        elif code in tried:
            found.append(_Due(min(next_on, recorded_on + within), person, key, owner, first=True))
        else:
            found.append(_Due(next_on, person, key, owner, first=False))
    return sorted(found, key=lambda one: (one.due_on, one.person))


def _came_to_or_looked_after(operations: Collection[int], dossier: Dossier | None) -> QuerySet[Any]:
    """Return the persons to whom the police came, or after whom somebody looked, with the newest of each.

    That is the newest day on which the police came to them, interviewed them, held them or let them go, that of the
    newest release, and the newest look.
    """
    searched, held, interviewed, looks = _events()
    here = Dossier.objects.exclude(stage=Stage.DECEASED).filter(
        ~Exists(OutgoingHandover.objects.filter(dossier=OuterRef("pk"), state__in=[*AWAY])), operation__in=operations
    )
    if dossier is not None:
        here = here.filter(pk=dossier.pk)
    either = Q()
    for one in (searched, held, interviewed, looks):
        either |= Q(pk__in=one.order_by().values("dossier"))
    newest = looks.filter(dossier=OuterRef("pk")).order_by("-checked_on", "-pk")
    return here.filter(either).annotate(
        came=Greatest(
            _newest(searched, F("warrant__ended_on")),
            _newest(held, TruncDate(Coalesce("gone", "began_at"))),
            _newest(interviewed, F("held_on")),
        ),
        released=_newest(held, TruncDate("gone"), only=Q(gone__isnull=False)),
        recorded_on=Subquery(newest.annotate(day=TruncDate("at")).values("day")[:1]),
        **{name: Subquery(newest.values(name)[:1]) for name in ("checked_on", "next_on", "way")},
    )


def _events() -> tuple[QuerySet[Any], QuerySet[Any], QuerySet[Any], QuerySet[Any]]:
    """Return executed warrants that came to a door, restraints, interviews held, and looks, each with its dossier.

    Whoever asks narrows them to dossiers that are seen: to ask of each row again whose it is would go through all
    others'.
    """
    doors = [code for code, kind in warrant_kinds().items() if kind.needs != NOTHING]
    return (
        WarrantDossier._base_manager.filter(
            warrant__state=WarrantState.EXECUTED, warrant__kind__in=doors, warrant__ended_on__isnull=False
        ),
        Restraint._base_manager.filter(withdrawn_at__isnull=True),
        Interview._base_manager.filter(withdrawn_at__isnull=True, held_on__lte=today()),
        WelfareCheck._base_manager.all(),
    )


def _newest(found: QuerySet[Any], day: Any, *, only: Q | None = None) -> Coalesce:
    """Return the newest day of a dossier's rows, or of only some of them, `_NEVER` where it has none."""
    own = found.filter(dossier=OuterRef("pk"))
    if found.model is Restraint:
        released = Q(steps__kind=RELEASED, steps__withdrawn_at__isnull=True)
        own = own.annotate(gone=Max("steps__happened_at", filter=released))
    days = own.filter(only or Q()).annotate(day=day).order_by("-day").values("day")[:1]
    return Coalesce(Subquery(days), Value(_NEVER), output_field=DateField())
