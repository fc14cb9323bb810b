"""The dead: whose case has still to be sent or closed, and what is recorded of them that cannot have been.

A death changes nothing of what is due: each case that was investigated goes to the prosecutor (Code of Criminal
Procedure, art. 246), unless two people have said that no charge is possible. What is dated after the death shows that
either it or the death was entered by mistake: perhaps somebody is held of whom nobody thinks as living.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from django.db.models import DateTimeField, Exists, F, OuterRef, Q, Subquery, Value
from django.utils import timezone

from soken.access.policy import Act
from soken.casework.models import (
    AllegedOffence,
    CourtVerdict,
    CustodyStep,
    Dossier,
    DossierEnding,
    Interview,
    NotificationKind,
    Referral,
    Restraint,
    Screening,
)
from soken.casework.selectors.due import Due
from soken.reference.custody import RELEASED
from soken.reference.verdicts import Outcome, instances, verdict_kinds
from soken.review.facts import Ending
from soken.review.stages import Stage
from soken.review.transitions import BEFORE_REFERRAL
from soken.review.words import screening_reasons

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from django.db.models import QuerySet

    from soken.casework.models import Operation

#: What is dated after a death, beside the codes of `soken.reference.custody`.
HELD: Final = "held"
SPOKEN_TO: Final = "interview"
JUDGED: Final = "verdict"
JUDGED_FINALLY: Final = "verdict-final"
#: The way from a verdict to whose it is.
_TO_DOSSIER: Final = "disposition__referral__dossier"


@dataclass(frozen=True, slots=True)
class DeadUnsent:
    """Somebody who has died and whose case is neither sent nor closed.

    Attributes:
        dossier: whose.
        since: when the death was recorded.
        limitation_on: when limitation of the first of the alleged offences is complete; None where nothing is known.
    """

    dossier: Dossier
    since: datetime
    limitation_on: date | None


@dataclass(frozen=True, slots=True)
class AfterDeath:
    """Something that is recorded of a living person, for a day after the death.

    Attributes:
        kind: `HELD`, `SPOKEN_TO`, `JUDGED`, `JUDGED_FINALLY`, or a step of custody by the code of
            `soken.reference.custody`.
        on: the day, in Japan.
    """

    kind: str
    on: date


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A death, and what is recorded for a later day.

    Attributes:
        dossier: whose.
        died_on: the day of death.
        after: what is dated after it, the first of them first.
    """

    dossier: Dossier
    died_on: date
    after: tuple[AfterDeath, ...]


def died_on(dossier: Dossier) -> date | None:
    """Return the day of death that is recorded, None where the person is not recorded as dead."""
    stands = dossier.endings.filter(kind=Ending.DECEASED, lifted_at__isnull=True)
    return stands.values_list("on", flat=True).first()


def case_open(to: str = "") -> Q:
    """Return the condition that a case has still to be sent to the prosecutor, or closed before that.

    That is everybody at a stage before the referral, and whoever has died meanwhile, until the case is sent or screened
    as not chargeable by one person and another.

    Args:
        to: the way from the rows that are asked for to the dossier, as "dossier__"; '' for dossiers.
    """
    key = OuterRef(to.removesuffix("__") or "pk")
    # Of each dossier that is seen, its own rows: whose they are is asked of the dossier.
    sent = Referral._base_manager.filter(dossier=key, over_at__isnull=True)
    newer = Screening._base_manager.filter(dossier=OuterRef("dossier"), pk__gt=OuterRef("pk"))
    closed = Screening._base_manager.filter(
        ~Exists(newer), dossier=key, reviewed_by__isnull=False, reason__in=_closing_reasons()
    ).exclude(reviewed_by=F("by"))
    dead = Q(**{f"{to}stage": Stage.DECEASED}) & ~Exists(sent) & ~Exists(closed)
    return Q(**{f"{to}stage__in": BEFORE_REFERRAL}) | dead


def dead_unsent(operations: Collection[int], *, force: str = "", most: int) -> tuple[list[DeadUnsent], int]:
    """Return whose case is still to be sent or closed though they have died, and how many there are (two queries).

    Args:
        operations: keys of the operations.
        force: of whose persons, and of those whom nobody owns; '' for every force's.
        most: how many are returned, those whose limitation ends first before the others; all are counted.
    """
    recorded = DossierEnding._base_manager.filter(dossier=OuterRef("pk"), kind=Ending.DECEASED, lifted_at__isnull=True)
    found = (
        Dossier.objects.filter(case_open(), operation__in=operations, stage=Stage.DECEASED, **_of(force))
        .select_related("operation")
        .annotate(
            died_at=Subquery(recorded.values("at")[:1], output_field=DateTimeField()),
            limitation=Subquery(_first_limitation()),
        )
        .order_by(F("limitation").asc(nulls_last=True), "died_at", "pk")
    )
    shown = [DeadUnsent(one, one.died_at or one.opened_at, one.limitation) for one in found[:most]]
    return shown, len(shown) if len(shown) < most else found.count()


def contradicted(operations: Collection[int], *, force: str = "", most: int) -> tuple[list[Contradiction], int]:
    """Return whose death what is recorded contradicts, and how many there are (a fixed number of queries).

    Args:
        operations: keys of the operations.
        force: of whose persons, and of those whom nobody owns; '' for every force's.
        most: how many are returned, the newest entry first; all are counted.
    """
    found = _deaths().filter(_dated_after(), dossier__operation__in=operations, **_of(force, "dossier__"))
    shown = _told(found.order_by("-at", "-pk")[:most])
    return shown, len(shown) if len(shown) < most else found.count()


def deaths_contradicted(operation: Operation) -> Iterator[Due]:
    """Yield the deaths that what is recorded contradicts, for those who record custody; told again of anything new."""
    for one in _told(_deaths().filter(_dated_after(), dossier__operation=operation)):
        about = f"{one.died_on} {len(one.after)} {max(each.on for each in one.after)}"
        whose = one.dossier.person_code, one.dossier.pk, one.dossier.force
        yield Due(NotificationKind.DEATH_CONTRADICTED, about, *whose, Act.RECORD_CUSTODY)


def contradiction_of(dossier: Dossier) -> Contradiction | None:
    """Return what contradicts the death of one person; None where nothing does, or nobody has died."""
    if dossier.stage != Stage.DECEASED:
        return None
    found = _told(_deaths().filter(_dated_after(), dossier=dossier))
    return found[0] if found else None


def deaths_in_doubt(keys: Collection[int]) -> set[int]:
    """Return those of some dossiers whose recorded death something that is dated after it contradicts (one query)."""
    found = _deaths().filter(_dated_after(), dossier__in=keys)
    return set(found.values_list("dossier", flat=True))


def after_death(dossier: Dossier, died: date) -> tuple[AfterDeath, ...]:
    """Return what is recorded of a person for days after the one on which they would have died, the first first."""
    return _signs([dossier.pk], {dossier.pk: died}).get(dossier.pk, ())


def _deaths() -> QuerySet[DossierEnding]:
    """Return the deaths that are in force."""
    stands = DossierEnding.objects.filter(kind=Ending.DECEASED, lifted_at__isnull=True, on__isnull=False)
    return stands.select_related("dossier__operation")


def _dated_after() -> Q:
    """Return the condition that something is recorded for a day after a death."""
    day, whose = OuterRef("on"), OuterRef("dossier")
    return Q(
        Exists(_restraints().filter(began_at__date__gt=day, dossier=whose))
        | Exists(_steps().filter(happened_at__date__gt=day, restraint__dossier=whose))
        | Exists(_interviews().filter(held_on__gt=day, dossier=whose))
        | Exists(_verdicts().filter(Q(given_on__gt=day) | Q(final_on__gt=day), **{_TO_DOSSIER: whose}))
    )


def _told(deaths: Iterable[DossierEnding]) -> list[Contradiction]:
    """Return deaths with what contradicts each."""
    found = [(one, one.on) for one in deaths if one.on is not None]
    signs = _signs([one.dossier_id for one, _on in found], {one.dossier_id: on for one, on in found})
    return [Contradiction(one.dossier, on, signs.get(one.dossier_id, ())) for one, on in found]


def _signs(keys: Collection[int], died: Mapping[int, date]) -> dict[int, tuple[AfterDeath, ...]]:
    """Return what is dated after each death, by dossier (five queries)."""
    verdicts = _verdicts().filter(**{f"{_TO_DOSSIER}__in": keys})
    dated = [
        *_restraints().filter(dossier__in=keys).values_list("dossier", Value(HELD), "began_at"),
        *_steps().filter(restraint__dossier__in=keys).values_list("restraint__dossier", "kind", "happened_at"),
        *_interviews().filter(dossier__in=keys).values_list("dossier", Value(SPOKEN_TO), "held_on"),
        *verdicts.values_list(_TO_DOSSIER, Value(JUDGED), "given_on"),
        *verdicts.filter(final_on__isnull=False).values_list(_TO_DOSSIER, Value(JUDGED_FINALLY), "final_on"),
    ]
    found: dict[int, list[AfterDeath]] = {}
    for key, kind, at in dated:
        on = timezone.localdate(at) if isinstance(at, datetime) else at
        if on > died[key]:
            found.setdefault(key, []).append(AfterDeath(kind, on))
    return {key: tuple(sorted(signs, key=lambda one: (one.on, one.kind))) for key, signs in found.items()}


def _restraints() -> QuerySet[Restraint]:
    """Return the restraints that stand; of each dossier that is seen, its own."""
    return Restraint._base_manager.filter(withdrawn_at__isnull=True)


def _steps() -> QuerySet[CustodyStep]:
    """Return the steps of custody that stand, but releases: one can be written after whoever was held has died."""
    steps = CustodyStep._base_manager.filter(withdrawn_at__isnull=True, restraint__withdrawn_at__isnull=True)
    return steps.exclude(kind=RELEASED)


def _interviews() -> QuerySet[Interview]:
    """Return the interviews that stand, held or still to come."""
    return Interview._base_manager.filter(withdrawn_at__isnull=True)


def _verdicts() -> QuerySet[CourtVerdict]:
    """Return the verdicts that stand and are given of the living only, also upheld; a retrial clears the dead too.

    A court ends the case of an accused who has died (Code of Criminal Procedure, art. 339).
    """
    living = [code for code, kind in verdict_kinds().items() if kind.living]
    upholding = [code for code, kind in verdict_kinds().items() if kind.outcome is Outcome.UPHELD]
    stand = CourtVerdict._base_manager.filter(
        withdrawn_at__isnull=True, disposition__final=True, disposition__lifted_on__isnull=True,
        disposition__withdrawn_at__isnull=True,
    ).exclude(instance__in=[code for code, one in instances().items() if one.final])  # fmt: skip
    before = stand.filter(disposition=OuterRef("disposition"), pk__lt=OuterRef("pk"), kind__in=living)
    return stand.filter(Q(kind__in=living) | Q(Exists(before), kind__in=upholding))


def _first_limitation() -> QuerySet[Any]:
    """Return when the first of a dossier's alleged offences is complete."""
    known = AllegedOffence._base_manager.filter(
        dossier=OuterRef("pk"), withdrawn_at__isnull=True, limitation_on__isnull=False
    )
    return known.order_by("limitation_on").values("limitation_on")[:1]


def _closing_reasons() -> list[str]:
    """Return the reasons of screenings after which no charge is possible."""
    return [code for code, word in screening_reasons().items() if not word.flag]


def _of(force: str, to: str = "") -> dict[str, Any]:
    """Return the condition that a force, or nobody, owns a dossier; none for every force's."""
    return {f"{to}force__in": ("", force)} if force else {}
