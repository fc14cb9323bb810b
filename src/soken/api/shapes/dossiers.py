"""A dossier: where a person stands, what is missing for each next stage, what people have recorded."""

from __future__ import annotations

from datetime import date, datetime

from ninja import Field, Schema


class MissingSaid(Schema):
    """What stands in the way of a stage."""

    code: str
    about: str = Field(description="code of the element, explanation, offence or force it speaks of; empty for none")
    says: str = Field(description="one sentence in the reader's language, as the page and the command line say it")


class NextStageSaid(Schema):
    """A way out of the present stage."""

    stage: str
    act: str
    says: str = Field(description="what the step is called")
    roles: list[str] = Field(description="who may take it")
    reason_needed: bool
    missing: list[MissingSaid] = Field(description="empty where nothing stands in the way")


class ScreeningSaid(Schema):
    """Whether a charge is possible."""

    reason: str
    by: str
    at: datetime
    reviewed_by: str = Field(description="empty while nobody has")


class ConfirmationSaid(Schema):
    """Somebody's confirmation of the identity."""

    by: str
    at: datetime
    born_on: date | None = Field(description="told once two people have confirmed, so that the first leads nobody")
    birth_unknown: bool | None = Field(
        description="they say that the birth date cannot be established; told once two people have confirmed"
    )
    withdrawn_at: datetime | None


class PartyRoleSaid(Schema):
    """What somebody is to the purchases."""

    role: str
    this_person: bool


class RivalSaid(Schema):
    """Another explanation of the purchases."""

    kind: str
    state: str


class ExhibitSaid(Schema):
    """An exhibit."""

    number: str
    origin: str


class BackedSaid(Schema):
    """An exhibit that corroborates or shows something."""

    code: str = Field(description="kind of corroboration, or element of the offence")
    exhibit: str


class EnquirySaid(Schema):
    """A line of enquiry."""

    question: str
    open: bool
    element: str
    followed_by: str
    result: str
    found: str


class StepSaid(Schema):
    """A step from one stage to another."""

    before: str
    after: str
    by: str
    at: datetime
    reason: str


class AfterDeathSaid(Schema):
    """Something recorded of a living person for a day after the recorded death: one of the two is a mistake."""

    kind: str = Field(description="held, interview, or a step of custody")
    on: date


class VerdictSaid(Schema):
    """What a court decided; what was withdrawn as recorded by mistake is left out."""

    kind: str = Field(description="code of the verdict, as acquitted")
    says: str = Field(description="the verdict in the reader's language")
    instance: str = Field(description="first, appeal, final-appeal, retrial, or revocation")
    court: str
    reference: str = Field(description="the court's number")
    given_on: date
    final_on: date | None = Field(description="null while it is not final, or nobody has recorded it")


class DecisionSaid(Schema):
    """What a prosecutor decided, and the courts on it; what was withdrawn as recorded by mistake is left out."""

    kind: str = Field(description="code of the disposition, as formal-trial")
    says: str = Field(description="the disposition in the reader's language")
    decided_on: date
    taken_up_again_on: date | None = Field(description="since then it stands no more; null while it stands")
    verdicts: list[VerdictSaid]
    outcome: str = Field(description="what is decided for good, as convicted or acquitted; empty while nothing is")
    outcome_on: date | None = Field(description="since when that is final")


class DossierSaid(Schema):
    """A dossier; of each list the newest two hundred entries, what was withdrawn left out unless it says so."""

    person: str
    name: str
    prefecture: str
    stage: str
    stage_says: str
    version: int
    force: str = Field(description="code of the force that owns the person; empty for none")
    received_on: date
    rows: int = Field(description="rows that people have accepted as this person's")
    next: list[NextStageSaid]
    lost: list[MissingSaid] = Field(description="what a dossier that is ready for action no longer has")
    after_death: list[AfterDeathSaid] = Field(description="what contradicts the recorded death; empty for the living")
    screenings: list[ScreeningSaid]
    confirmations: list[ConfirmationSaid]
    roles: list[PartyRoleSaid]
    rivals: list[RivalSaid]
    exhibits: list[ExhibitSaid]
    corroborations: list[BackedSaid]
    elements: list[BackedSaid]
    enquiries: list[EnquirySaid]
    decisions: list[DecisionSaid] = Field(description="in order; empty before the prosecutor has decided")
    history: list[StepSaid]
