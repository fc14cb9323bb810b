"""The dossier of a person: the same list of what is missing as the page and the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ninja import Router

from soken.access.policy import Act
from soken.api.gate import Asked, reading
from soken.api.shapes.dossiers import (
    AfterDeathSaid,
    BackedSaid,
    ConfirmationSaid,
    DecisionSaid,
    DossierSaid,
    EnquirySaid,
    ExhibitSaid,
    MissingSaid,
    NextStageSaid,
    PartyRoleSaid,
    RivalSaid,
    ScreeningSaid,
    StepSaid,
    VerdictSaid,
)
from soken.api.shapes.questions import PersonCode, Slug
from soken.casework.dossier_words import STEP_WORDS, missing_words, step_reason
from soken.casework.language import page_language
from soken.casework.models.dossier import STAGE_NAMES
from soken.casework.selectors.court import decisions_of, final_of, standing_verdicts
from soken.casework.selectors.dossier import DossierFile, NextStage, dossier_file, dossier_of
from soken.reference.dispositions import disposition_kind
from soken.reference.verdicts import verdict_kind
from soken.review.guards import Missing
from soken.review.stages import Stage

if TYPE_CHECKING:
    from soken.casework.models import Disposition

router = Router(tags=["persons"])


@reading(
    router, "/operations/{slug}/persons/{code}/dossier", Act.SEE_DOSSIER, DossierSaid,
    summary="A person's stage, and what is missing for each next one",
)  # fmt: skip
def dossier(request: Asked, slug: Slug, code: PersonCode) -> DossierSaid:
    """Say where a person stands and what is missing for each next stage; not found while there is no dossier."""
    file = dossier_file(dossier_of(request.operation, code))
    found = file.dossier
    return DossierSaid(
        person=found.person_code,
        name=found.name,
        prefecture=found.prefecture,
        stage=found.stage,
        stage_says=str(STAGE_NAMES[Stage(found.stage)]),
        version=found.version,
        force=found.force,
        received_on=found.received_on,
        rows=file.row_count,
        next=[_ahead(one) for one in file.ahead],
        lost=[_missing(one) for one in file.lost],
        after_death=[AfterDeathSaid(kind=one.kind, on=one.on) for one in file.contradiction.after]
        if file.contradiction
        else [],
        screenings=[
            ScreeningSaid(
                reason=one.reason, by=one.by.username, at=one.at,
                reviewed_by=one.reviewed_by.username if one.reviewed_by else "",
            )
            for one in file.screenings
        ],
        confirmations=_confirmations(file),
        roles=[
            PartyRoleSaid(role=one.role, this_person=one.is_person) for one in file.roles if one.withdrawn_at is None
        ],
        rivals=[RivalSaid(kind=one.kind, state=one.state) for one in file.rivals],
        exhibits=[ExhibitSaid(number=one.number, origin=one.origin) for one in file.exhibits],
        corroborations=[
            BackedSaid(code=one.kind, exhibit=one.exhibit.number)
            for one in file.corroborations
            if one.withdrawn_at is None
        ],
        elements=[
            BackedSaid(code=one.element, exhibit=one.exhibit.number)
            for one in file.elements
            if one.withdrawn_at is None
        ],
        enquiries=[
            EnquirySaid(
                question=one.question, open=one.closed_at is None, element=one.element,
                followed_by=one.followed_by.username if one.followed_by else "", result=one.result, found=one.found,
            )
            for one in file.enquiries
        ],
        decisions=[_decision(one) for one in decisions_of(found)],
        history=[
            StepSaid(before=one.before, after=one.after, by=one.by.username, at=one.at, reason=step_reason(one.reason))
            for one in file.steps
        ],
    )  # fmt: skip


def _ahead(ahead: NextStage) -> NextStageSaid:
    """Say what a way out of the present stage asks for."""
    way = ahead.way
    return NextStageSaid(
        stage=way.after.value,
        act=way.act,
        says=str(STEP_WORDS[way.act]),
        roles=sorted(way.roles),
        reason_needed=way.reason,
        missing=[_missing(one) for one in ahead.missing],
    )


def _missing(lack: Missing) -> MissingSaid:
    """Say what is missing, in the words of the page."""
    return MissingSaid(code=lack.code, about=lack.about, says=missing_words(lack))


def _decision(made: Disposition) -> DecisionSaid:
    """Return what a prosecutor decided, with what courts made of it."""
    language, final = page_language(), final_of(made)
    return DecisionSaid(
        kind=made.kind,
        says=disposition_kind(made.kind).said(language),
        decided_on=made.decided_on,
        taken_up_again_on=made.lifted_on,
        verdicts=[
            VerdictSaid(
                kind=one.kind, says=verdict_kind(one.kind).said(language), instance=one.instance, court=one.court,
                reference=one.reference, given_on=one.given_on, final_on=one.final_on,
            )
            for one in standing_verdicts(made)
        ],
        outcome=final.outcome.value if final else "",
        outcome_on=final.on if final else None,
    )  # fmt: skip


def _confirmations(file: DossierFile) -> list[ConfirmationSaid]:
    """Return who has confirmed the identity; the second is not led by what the first has stated."""
    both = len({one.by for one in file.facts.confirmations}) > 1
    return [
        ConfirmationSaid(
            by=one.by.username,
            at=one.at,
            born_on=one.born_on if both else None,
            birth_unknown=one.birth_unknown if both else None,
            withdrawn_at=one.withdrawn_at,
        )
        for one in file.confirmations
    ]
