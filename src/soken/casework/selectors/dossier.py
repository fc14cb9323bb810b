"""Dossiers: find one, gather the facts that guards look at, and read what people have recorded."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from soken.casework.models import (
    Corroboration,
    Dossier,
    DossierEnding,
    DossierRow,
    ElementExhibit,
    ElsewhereCheck,
    IdentityConfirmation,
    PartyRole,
    Person,
    Priority,
    RivalExplanation,
    Screening,
    WelfarePlan,
)
from soken.casework.models.person import Band
from soken.casework.selectors.charges import before_law, charges_of_many, limitation_of, under_fourteen
from soken.casework.selectors.deaths import contradiction_of
from soken.casework.selectors.elsewhere import looked_digests
from soken.casework.selectors.held import register_of_many
from soken.casework.selectors.referral_facts import referrals_of_many
from soken.casework.selectors.rows_now import rows_said_of_many
from soken.casework.selectors.squad_facts import squads_of_many
from soken.casework.selectors.whose import refuse_anothers
from soken.core import clock
from soken.core.errors import NotFoundError
from soken.review.facts import (
    ConfirmationFact,
    CorroborationFact,
    ElementFact,
    Ending,
    Facts,
    RivalFact,
    RivalState,
    ScreeningFact,
)
from soken.review.guards import possession_days
from soken.review.stages import Stage
from soken.review.transitions import REFER_DEAD, Transition, lost, missing, ways_from

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import date

    from django.db.models import QuerySet

    from soken.casework.models import (
        Exhibit,
        Interview,
        LineOfEnquiry,
        Operation,
        RowsChange,
        StageChange,
        WelfareCheck,
    )
    from soken.casework.selectors.charges import ChargeSeen
    from soken.casework.selectors.deaths import Contradiction
    from soken.review.guards import Missing

#: Entries of one kind shown on a page; what there is beyond is counted.
SHOWN = 200


def today() -> date:
    """Return the day in Japan."""
    return timezone.localdate(clock.now())


def dossier_found(operation: Operation, code: str) -> Dossier | None:
    """Return the dossier of a person, None while nobody has opened one.

    Raises:
        AnothersCaseError: another force keeps it to itself.
    """
    found = Dossier.objects.filter(operation=operation, person_code=code).select_related("opened_by").first()
    if found is None:
        refuse_anothers(operation, code)
    return found


def dossier_of(operation: Operation, code: str) -> Dossier:
    """Return the dossier of a person.

    Raises:
        NotFoundError: nobody has opened one.
        AnothersCaseError: another force keeps it to itself.
    """
    found = dossier_found(operation, code)
    if found is None:
        raise NotFoundError(
            f"{code} has no dossier in {operation.name}; open one with: "
            f"soken dossier open {code} --operation {operation.slug}"
        )
    return found


def rows_digest(rows: Iterable[tuple[str, int]]) -> str:
    """Return the hash of a set of rows: what a confirmation of identity was given on."""
    text = "\n".join(f"{evidence}:{row}" for evidence, row in sorted(rows))
    return hashlib.sha256(text.encode()).hexdigest()


def rows_of(dossier: Dossier) -> list[tuple[str, int]]:
    """Return the rows that the dossier holds, as evidence id and row number."""
    return list(dossier.rows.values_list("evidence", "row"))


def facts_of(dossier: Dossier) -> Facts:
    """Return all that guards look at, as of today (some fifteen queries, however many rows)."""
    return facts_of_many([dossier])[dossier.pk]


def facts_of_many(dossiers: Collection[Dossier]) -> dict[int, Facts]:
    """Return the facts of several dossiers by primary key, in the queries that one takes."""
    keys = [one.pk for one in dossiers]
    day = today()
    proposals = _proposals(dossiers)
    bands = dict(Priority.whole.filter(dossier__in=keys).values_list("dossier_id", "band"))
    confirmed = _grouped(IdentityConfirmation.objects.filter(dossier__in=keys, withdrawn_at__isnull=True))
    checks = _newest(ElsewhereCheck.objects.filter(dossier__in=keys))
    rows = _rows(keys)
    digests = {key: rows_digest(rows[key]) for key in confirmed.keys() | checks.keys()}
    said = rows_said_of_many(dossiers, rows, confirmed)
    elsewhere = _elsewhere(dossiers, checks, digests)
    screenings = _newest(Screening.objects.filter(dossier__in=keys))
    rivals = _grouped(RivalExplanation.objects.filter(dossier__in=keys))
    roles = _grouped(PartyRole.objects.filter(dossier__in=keys, withdrawn_at__isnull=True))
    corroborations = _grouped(
        Corroboration.objects.filter(dossier__in=keys, withdrawn_at__isnull=True).select_related("exhibit")
    )
    elements = _grouped(
        ElementExhibit.objects.filter(dossier__in=keys, withdrawn_at__isnull=True).select_related("exhibit")
    )
    welfare = _newest(WelfarePlan.objects.filter(dossier__in=keys))
    endings = _newest(DossierEnding.objects.filter(dossier__in=keys, lifted_at__isnull=True).select_related("into"))
    registered = register_of_many(keys)
    charges = charges_of_many(keys)
    shown = {
        key: tuple(ElementFact(e.element, e.exhibit.origin, e.shown_on) for e in found)
        for key, found in elements.items()
    }
    squads = squads_of_many(keys)
    referrals = referrals_of_many(keys)
    return {
        one.pk: Facts(
            today=day,
            stage=Stage(one.stage),
            force=one.force,
            band=bands.get(one.pk, ""),
            screening=_screening(screenings.get(one.pk)),
            confirmations=tuple(
                ConfirmationFact(c.by_id, c.born_on, c.rows_sha256 == digests[one.pk], c.birth_unknown)
                for c in confirmed.get(one.pk, ())
            ),
            review_open=proposals.get(_key(one)) == Band.REVIEW,
            proposal_gone=_key(one) not in proposals,
            rows_moved=said[one.pk].moved,
            rows_added=said[one.pk].added,
            roles=frozenset(role.role for role in roles.get(one.pk, ()) if role.is_person),
            others_roles=frozenset(role.role for role in roles.get(one.pk, ()) if not role.is_person),
            rivals=_newest_rivals(rivals.get(one.pk, ())),
            corroborations=tuple(CorroborationFact(c.kind, c.exhibit.origin) for c in corroborations.get(one.pk, ())),
            elements=shown.get(one.pk, ()),
            welfare_until=welfare[one.pk].good_until if one.pk in welfare else None,
            elsewhere=elsewhere.get(one.pk),
            ending=Ending(endings[one.pk].kind) if one.pk in endings else None,
            joined_into=_joined_into(endings.get(one.pk)),
            alleged=bool(charges.get(one.pk)),
            limitation_on=limitation_of(charges.get(one.pk, ())),
            acts_before_law=before_law(charges.get(one.pk, ())),
            under_fourteen=_as_a_child(
                charges.get(one.pk, ()), shown.get(one.pk, ()), _births(confirmed.get(one.pk, ()))
            ),
            squad=squads.get(one.pk),
            referral=referrals.get(one.pk),
            frozen=one.pk in registered,
            release_agreed=registered.get(one.pk, False),
        )
        for one in dossiers
    }


@dataclass(frozen=True, slots=True)
class NextStage:
    """A way out of the stage where a dossier stands.

    Attributes:
        way: the transition.
        missing: what stands in it.
    """

    way: Transition
    missing: tuple[Missing, ...]


def next_stages(facts: Facts) -> list[NextStage]:
    """Return every way out of the present stage with what is still missing for it, the way ahead first.

    Endings are left out until somebody has recorded one: they are acts of their own. So is the sending of a dead
    suspect's case, once it was sent.
    """
    return [
        NextStage(one, tuple(missing(facts, one.before, one.after)))
        for one in ways_from(facts.stage)
        if one.act != "end" and not (one.act == REFER_DEAD and facts.referral)
    ]


@dataclass(frozen=True, slots=True)
class DossierFile:
    """Everything that the page of a dossier shows.

    Attributes:
        dossier: the dossier.
        facts: what guards look at.
        ahead: the ways out of its stage.
        lost: what a dossier that is ready for action no longer has.
        contradiction: what is recorded for a later day than that of the death, None for nothing.
        row_count: how many rows it holds.
        screenings, confirmations, roles, rivals, exhibits, corroborations, elements, plans, checks, interviews,
            enquiries, endings, steps, rows_changes: what people recorded, in order, withdrawn entries among them; at
            most `SHOWN` of each, the newest.
        joined: endings of other dossiers that were joined into this one, those in force.
    """

    dossier: Dossier
    facts: Facts
    ahead: tuple[NextStage, ...]
    lost: tuple[Missing, ...]
    contradiction: Contradiction | None
    row_count: int
    screenings: tuple[Screening, ...]
    confirmations: tuple[IdentityConfirmation, ...]
    roles: tuple[PartyRole, ...]
    rivals: tuple[RivalExplanation, ...]
    exhibits: tuple[Exhibit, ...]
    corroborations: tuple[Corroboration, ...]
    elements: tuple[ElementExhibit, ...]
    plans: tuple[WelfarePlan, ...]
    checks: tuple[WelfareCheck, ...]
    interviews: tuple[Interview, ...]
    enquiries: tuple[LineOfEnquiry, ...]
    endings: tuple[DossierEnding, ...]
    joined: tuple[DossierEnding, ...]
    steps: tuple[StageChange, ...]
    rows_changes: tuple[RowsChange, ...]


def dossier_file(dossier: Dossier) -> DossierFile:
    """Return what is recorded in a dossier (a fixed number of queries)."""
    facts = facts_of(dossier)
    return DossierFile(
        dossier=dossier,
        facts=facts,
        ahead=tuple(next_stages(facts)),
        lost=tuple(lost(facts)),
        contradiction=contradiction_of(dossier),
        row_count=dossier.rows.count(),
        screenings=_shown(dossier.screenings.select_related("by", "reviewed_by")),
        confirmations=_shown(dossier.confirmations.select_related("by", "withdrawn_by")),
        roles=_shown(dossier.party_roles.select_related("by", "withdrawn_by")),
        rivals=_shown(dossier.rivals.select_related("by", "settled_by")),
        exhibits=_shown(dossier.exhibits.select_related("by")),
        corroborations=_shown(dossier.corroborations.select_related("by", "withdrawn_by", "exhibit")),
        elements=_shown(dossier.element_exhibits.select_related("by", "withdrawn_by", "exhibit")),
        plans=_shown(dossier.welfare_plans.select_related("by")),
        checks=_shown(dossier.welfare_checks.select_related("by")),
        interviews=_shown(dossier.interviews.select_related("by", "withdrawn_by")),
        enquiries=_shown(dossier.enquiries.select_related("by", "closed_by", "followed_by", "exhibit")),
        endings=_shown(dossier.endings.select_related("by", "lifted_by", "into")),
        joined=_shown(dossier.joined.filter(lifted_at__isnull=True).select_related("by", "dossier")),
        steps=_shown(dossier.stage_changes.select_related("by")),
        rows_changes=_shown(dossier.rows_changes.select_related("by")),
    )


def _shown(entries: QuerySet[Any]) -> tuple[Any, ...]:
    """Return the newest entries, oldest of them first."""
    return tuple(entries.order_by("-pk")[:SHOWN])[::-1]


def _key(dossier: Dossier) -> tuple[int, str]:
    """Return what a dossier and the machine's proposal share."""
    return dossier.operation_id, dossier.person_code


def _proposals(dossiers: Collection[Dossier]) -> dict[tuple[int, str], str]:
    """Return operation and code → band of those persons that the newest runs still propose."""
    found = Person.objects.filter(
        operation__in={one.operation_id for one in dossiers}, code__in=[one.person_code for one in dossiers]
    )
    return {(operation, code): band for operation, code, band in found.values_list("operation_id", "code", "band")}


def _rows(keys: Collection[int]) -> dict[int, list[tuple[str, int]]]:
    """Return each dossier's rows."""
    rows: dict[int, list[tuple[str, int]]] = {key: [] for key in keys}
    held = DossierRow.objects.filter(dossier__in=keys)
    for dossier, evidence, row in held.values_list("dossier_id", "evidence", "row"):
        rows[dossier].append((evidence, row))
    return rows


def _elsewhere(
    dossiers: Collection[Dossier], checks: dict[int, ElsewhereCheck], digests: dict[int, str]
) -> dict[int, bool]:
    """Return whether the newest look was made on the runs, rows and owners that there are today."""
    if not checks:
        return {}
    now = looked_digests({one: checks[one.pk].sharing for one in dossiers if one.pk in checks})
    return {key: (one.looked_at, one.rows_sha256) == (now[key], digests[key]) for key, one in checks.items()}


def _births(given: Iterable[IdentityConfirmation]) -> set[date]:
    """Return the birth dates that confirmations in force state."""
    return {one.born_on for one in given if one.born_on is not None}


def _as_a_child(charges: Collection[ChargeSeen], shown: Collection[ElementFact], births: Collection[date]) -> bool:
    """Tell whether all that is alleged, or all possession that is shown, was while the person was under 14 (R25)."""
    return under_fourteen([one.last_on for one in charges], births) or under_fourteen(possession_days(shown), births)


def _grouped(entries: QuerySet[Any]) -> dict[int, list[Any]]:
    """Return entries by dossier, oldest first."""
    found: dict[int, list[Any]] = {}
    for one in entries.order_by("pk"):
        found.setdefault(one.dossier_id, []).append(one)
    return found


def _joined_into(ending: DossierEnding | None) -> str:
    """Return the person into whose dossier one was joined, '' where it was not."""
    return ending.into.person_code if ending and ending.into else ""


def _newest(entries: QuerySet[Any]) -> dict[int, Any]:
    """Return the newest entry of each dossier."""
    return {key: found[-1] for key, found in _grouped(entries).items()}


def _screening(found: Screening | None) -> ScreeningFact | None:
    """Return a screening as a fact."""
    return ScreeningFact(found.reason, found.by_id, found.reviewed_by_id) if found else None


def _newest_rivals(found: Iterable[RivalExplanation]) -> tuple[RivalFact, ...]:
    """Return the newest word on each kind."""
    states = {one.kind: RivalState(one.state) for one in found}
    return tuple(RivalFact(kind, state) for kind, state in states.items())
