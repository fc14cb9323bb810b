"""What this installation recorded of clearances, as the units that statistics count."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Count, Exists, Max, OuterRef, Prefetch, Q

from soken.access.eyes import beyond_operations, machine_sees_all
from soken.casework.models import (
    CasePerson,
    CaseVictim,
    ClearedCase,
    Disposition,
    Dossier,
    DossierEnding,
    LawbreakingChild,
    Operation,
    Referral,
    SafetyNotification,
    SameSuspect,
)
from soken.casework.models.force_sight import across_forces
from soken.casework.selectors.same_suspects import one_suspect
from soken.casework.selectors.standing import ages, stage_funnel
from soken.report.funnel import NOT_IDENTIFIABLE, SAFEGUARDED
from soken.review.facts import Ending
from soken.review.stages import Stage

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

#: Rows fetched at once.
_CHUNK: Final = 50_000
#: A mark of the records that is longer stands by its digest: a vintage keeps no more.
_LONGEST_MARK: Final = 80
#: Stage of a dossier → how far a listed buyer's matter has come; every other stage: listed.
_REACHED: Final = {
    Stage.SCREENED: "chargeable",
    Stage.ASSIGNED: "chargeable",
    Stage.UNDER_INVESTIGATION: "chargeable",
    Stage.READY: "chargeable",
    Stage.REFERRED: "referred",
    Stage.DECIDED: "referred",
    Stage.CLOSED: "referred",
    Stage.NOT_IDENTIFIABLE: NOT_IDENTIFIABLE,
}


def recorded_units(cut_off: datetime) -> dict[str, Iterable[tuple[Any, ...]]]:
    """Return the units of `soken.report.units.UNITS` as they were recorded at a moment, streamed.

    A case that was struck later stands, and a decision that was withdrawn later. Persons are numbered over all
    operations: whoever was known then to be one suspect with another dossier is one person
    (`soken.casework.selectors.same_suspects`). The funnel and who waits are as they are now, since dossiers keep no
    picture of each moment.
    """
    standing = Q(recorded_at__lte=cut_off) & (Q(struck_at__isnull=True) | Q(struck_at__gt=cut_off))
    same = one_suspect(cut_off)
    cases, suspects = ClearedCase.objects.filter(standing), CasePerson.objects.filter(standing)
    decided = Q(at__lte=cut_off) & (Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gt=cut_off))
    return {
        "cases": (
            (pk, group, on, "day", cleared_at, occurred_at, network, source)
            for pk, group, on, cleared_at, occurred_at, network, source in cases.values_list(
                "pk", "group", "cleared_on", "cleared_at", "occurred_at", "network", "operation__slug"
            ).iterator(_CHUNK)
        ),
        "case_persons": (
            (case, same.find(dossier), age, occupation)
            for case, dossier, age, occupation in suspects.values_list(
                "case_id", "person__dossier_id", "age", "occupation"
            ).iterator(_CHUNK)
        ),
        "case_victims": CaseVictim.objects.values_list("case_id", "victim_id", "stage", "form", "relation").iterator(
            _CHUNK
        ),
        "lawbreaking": (
            (pk, same.find(child), *said)
            for pk, child, *said in LawbreakingChild.objects.filter(standing)
            .values_list("pk", "dossier_id", "group", "guided_on", "guided_at", "measure", "dossier__operation__slug")
            .iterator(_CHUNK)
        ),
        "disposed": (
            (pk, same.find(dossier), *said)
            for pk, dossier, *said in Disposition.objects.filter(decided)
            .values_list("pk", "referral__dossier_id", "kind", "decided_on", "referral__dossier__operation__slug")
            .iterator(_CHUNK)
        ),
        "listed": _listed(cut_off),
        "waiting": _waiting(),
    }


@beyond_operations()
@across_forces()  # the case is of a person whom the reader sees; who else stands in it is told by code
def cleared_cases_of(dossier: Dossier) -> list[ClearedCase]:
    """Return the cases that were cleared with a person, struck ones too, in the order in which they were recorded.

    With them come their suspects of every operation: whoever shows them counts those of operations that are not open to
    the reader, and says nothing else of them.
    """
    places = CasePerson.objects.filter(person__dossier=dossier)
    found = ClearedCase.objects.filter(pk__in=places.values("case")).select_related("recorded_by", "struck_by")
    # In the order in which they were put in: whoever was struck and put in again stands as of the last time.
    people = Prefetch(
        "clearings", CasePerson.objects.select_related("person__dossier__operation", "struck_by").order_by("pk")
    )
    return list(found.prefetch_related(people, "sufferings__victim").order_by("pk"))


@dataclass(frozen=True, slots=True)
class ClearedPage:
    """A page of the cleared cases of an operation.

    Attributes:
        cases: in the order in which they were recorded, each with its suspects and children.
        total: how many there are on all pages.
        later: number of the last case of the page, after which the next one begins; 0 for none.
    """

    cases: tuple[ClearedCase, ...]
    total: int
    later: int


@beyond_operations()
def cleared_cases_in(
    operation: Operation, limit: int, *, after: int = 0, year: int = 0, force: str = "", struck: bool = False
) -> ClearedPage:
    """Return cases that were recorded in an operation or have a suspect of it (six queries, whatever the size).

    With them come their suspects of every operation, as in `cleared_cases_of`.

    Args:
        operation: whose.
        limit: most cases of a page.
        after: number of the case after which the page begins.
        year: only cases cleared in it; 0 for all.
        force: only cases that this force cleared; '' for all.
        struck: whether struck cases are among them.
    """
    places = CasePerson.objects.filter(person__dossier__operation=operation, struck_at__isnull=True)
    wanted = ClearedCase.objects.filter(Q(operation=operation) | Q(pk__in=places.values("case")))
    if not struck:
        wanted = wanted.filter(struck_at__isnull=True)
    if year:
        wanted = wanted.filter(cleared_on__year=year)
    if force:
        wanted = wanted.filter(cleared_at=force)
    standing = CasePerson.objects.filter(struck_at__isnull=True).select_related("person__dossier__operation")
    cases = wanted.filter(pk__gt=after).select_related("operation").order_by("pk").prefetch_related(
        Prefetch("clearings", standing.order_by("pk")), Prefetch("sufferings", CaseVictim.objects.order_by("pk")),
        "sufferings__victim",
    )  # fmt: skip
    found = list(cases[: limit + 1])
    return ClearedPage(tuple(found[:limit]), wanted.count(), found[limit - 1].pk if len(found) > limit else 0)


@machine_sees_all()
def fingerprint(cut_off: datetime | None = None) -> str:
    """Return a mark of the records that changes with each clearance, suspect, statement or decision recorded or struck.

    Args:
        cut_off: what was recorded or struck later does not count; None for everything.
    """
    recorded, struck, withdrawn = (_done(moment, cut_off) for moment in ("recorded_at", "struck_at", "withdrawn_at"))
    found = ClearedCase.objects.filter(recorded).aggregate(
        newest=Max("pk"), struck=Count("pk", filter=struck), cases=Count("pk")
    )
    suspects = CasePerson.objects.filter(recorded).aggregate(all=Count("pk"), struck=Count("pk", filter=struck))
    said = SameSuspect.objects.filter(_done("at", cut_off))
    counted = (
        Q(dossier__cleared_person__isnull=False)
        | Q(dossier__lawbreakings__isnull=False)
        | Q(dossier__referrals__dispositions__isnull=False)
    )
    joined = DossierEnding.objects.filter(_done("at", cut_off), counted, kind=Ending.JOINED).distinct()
    children = LawbreakingChild.objects.filter(recorded)
    decisions = Disposition.objects.filter(_done("at", cut_off))
    further = {
        # One suspect comes with each case.
        "suspects": (suspects["all"] - found["cases"], suspects["struck"]),
        "same": (said.count(), said.filter(withdrawn).count()),
        "joined": (joined.count(), joined.filter(_done("lifted_at", cut_off)).count()),
        "children": (children.count(), children.filter(struck).count()),
        "decisions": (decisions.count(), decisions.filter(_done("withdrawn_at", cut_off)).count()),
    }
    # A vintage that was taken before any of these could be recorded has the first two numbers alone.
    marks = [f"/{name[:2]}{there}-{gone}" for name, (there, gone) in further.items() if there or gone]
    mark = f"{found['newest'] or 0}/{found['struck']}{''.join(marks)}"
    return mark if len(mark) <= _LONGEST_MARK else hashlib.sha256(mark.encode()).hexdigest()


def _done(moment: str, cut_off: datetime | None) -> Q:
    """Return the condition that something was done, up to a cut-off where there is one."""
    return Q(**{f"{moment}__isnull": False}) if cut_off is None else Q(**{f"{moment}__lte": cut_off})


def _listed(cut_off: datetime) -> list[tuple[str, str, int]]:
    """Return (operation, reached, how many) of every operation; those not identifiable stay in it (R8, R40)."""
    found: list[tuple[str, str, int]] = []
    for operation in Operation.objects.order_by("slug"):
        stages = stage_funnel(operation)
        if not stages.total:
            continue
        reached = dict.fromkeys(("listed", NOT_IDENTIFIABLE, "chargeable", "referred"), 0)
        reached["listed"] = stages.unopened
        for stage, persons in stages.stages.items():
            reached[_REACHED.get(Stage(stage), "listed")] += persons
        # Who died after the case was sent was sent all the same.
        dead = Dossier.objects.filter(operation=operation, stage=Stage.DECEASED)
        sent = dead.filter(Exists(Referral.objects.filter(dossier=OuterRef("pk"), over_at__isnull=True))).count()
        reached["listed"] -= sent
        reached["referred"] += sent
        reached[SAFEGUARDED] = SafetyNotification.objects.filter(
            operation=operation, acknowledged_at__lte=cut_off, cancelled_at__isnull=True
        ).count()
        found += [(operation.slug, code, many) for code, many in reached.items()]
    return found


def _waiting() -> list[tuple[str, str, int, int]]:
    """Return (operation, band, persons in work, of them past their target); bands over all forces."""
    found: dict[tuple[str, str], tuple[int, int]] = {}
    for operation in Operation.objects.order_by("slug"):
        for one in ages(operation):
            persons, late = found.get((operation.slug, one.band), (0, 0))
            found[operation.slug, one.band] = (persons + one.persons, late + one.late)
    return [(source, band, *counts) for (source, band), counts in found.items()]
