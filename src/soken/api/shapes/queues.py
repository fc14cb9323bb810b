"""What waits for somebody: the review queue, child safety, priorities, boards, transfers, handovers, clocks."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from ninja import Field, Schema

from soken.api.shapes.persons import PlaceSaid, ReasonSaid
from soken.api.shapes.questions import Placed


class PairSaid(Schema):
    """A question of the review queue: are these two one person. Reading it takes it from nobody."""

    place: int = Field(description="in the queue; 1 for the answer that is worth most")
    left: PlaceSaid
    right: PlaceSaid
    left_person: str
    right_person: str
    weight: float = Field(description="bits")
    question: str = Field(description="why it is asked")
    before_somebody: bool = Field(description="an analyst has it before them now")


class ComparedSaid(Schema):
    """What the two records say in one field."""

    field: str
    left: str
    right: str
    outcome: str = Field(description="equal, differ, left-only or right-only")


class PairCompared(PairSaid):
    """A question of the review queue with what its two sides say, and what the machine makes of it."""

    left_rows: int = Field(description="rows of the left record")
    right_rows: int
    compared: list[ComparedSaid]
    reasons: list[ReasonSaid] = Field(description="which level was found in each comparison, and what it weighs")
    answered: str = Field(description="verdict of the act that has spoken last of the two; empty for none")
    at_work: list[str] = Field(description="of the two persons, those on whom work goes on in a dossier")


class ReviewQueueSaid(Schema):
    """A page of the review queue."""

    open: int
    before_somebody: int = Field(description="of these, before an analyst now")
    settled: int
    further: int = Field(description="doubts that the queue had no room for")
    pairs: list[PairSaid]
    later: str


class NotificationSaid(Schema):
    """That a body which protects children was told."""

    person: str
    body: str
    office: str
    method: str
    notified_at: datetime
    chase_at: datetime
    by: str
    hours: int = Field(description="whole hours that it has waited")
    late: bool = Field(description="it is time to chase the answer")


class UntoldSaid(Schema):
    """A person of the highest band of whom nobody was told."""

    person: str
    due_on: date


class SafetyQueueSaid(Schema):
    """The child safety queue: it waits for no stage; the first hundred of each."""

    untold: list[UntoldSaid] = Field(description="the longest due first")
    untold_total: int
    waiting: list[NotificationSaid] = Field(description="without an answer, oldest first")
    waiting_total: int
    late: int


class PrioritiesAsked(Placed):
    """Which persons of the priority list."""

    at: str = Field("", pattern="^[-0-9_]{0,60}$", description="where to begin: “later” of the page before")
    band: Literal["", "very-high", "high", "medium", "low", "none"] = Field(
        "", description="only this; none: unassessed"
    )
    show: Literal["", "overdue", "again", "waiting"] = Field(
        "", description="past the target, to be assessed anew, or with a lowering that waits; empty for all"
    )


class RankedSaid(Schema):
    """A person on the priority list."""

    person: str
    stage: str
    force: str
    band: str = Field(description="empty while nobody has assessed")
    due_on: date
    lateness: str
    days_late: int = Field(description="below 0 for days left")
    assess_again: bool
    lowering_waits: bool
    safety_notified: bool | None = Field(description="nothing for a token without see-safety")


class BandCount(Schema):
    """Persons of a band."""

    band: str
    persons: int
    overdue: int


class PriorityListSaid(Schema):
    """A page of the priority list, most urgent first."""

    persons: list[RankedSaid]
    bands: list[BandCount]
    later: str


class WorkSaid(Schema):
    """Something that must be done."""

    operation: str
    person: str
    what: str = Field(description="in the reader's language, or a code")
    due: datetime | date | None
    late: bool


class WorkKindSaid(Schema):
    """Work of one kind, the most urgent ten."""

    kind: str
    total: int
    entries: list[WorkSaid]


class OverdueBandSaid(Schema):
    """Persons past the target in a band of an operation."""

    operation: str
    band: str = Field(description="empty where nobody has assessed")
    persons: int


class ForceAgeSaid(Schema):
    """Persons in work of one force, over all operations."""

    force: str = Field(description="empty for none")
    persons: int
    late: int = Field(description="of these, past their target")
    oldest: int = Field(description="days since receipt, for the one that has waited longest")


class BoardSaid(Schema):
    """What the token's user must do today, across operations; safety and liberty first."""

    work: list[WorkKindSaid] = Field(description="safety is empty for a token without see-safety")
    overdue_bands: list[OverdueBandSaid] = Field(description="the overdue, counted by operation and band")
    force_ages: list[ForceAgeSaid] = Field(description="persons in work by force; for the centre alone")


class TransfersAsked(Schema):
    """Which transfers or handovers."""

    late: Literal["no", "yes"] = Field("no", description="yes: only those that nobody has answered in time")


class TransferSaid(Schema):
    """An open transfer."""

    operation: str
    person: str
    kind: str
    from_force: str
    to_force: str
    state: str
    offered_at: datetime
    offered_by: str
    due_at: datetime | None = Field(description="when the next word is due")
    late: bool
    escalated: bool = Field(description="it has waited so long that supervisors and the centre are told")


class TransfersSaid(Schema):
    """Open transfers, longest waiting first; two hundred of each side."""

    to_us: list[TransferSaid] = Field(description="offered to the user's force; to any force, for the centre")
    from_us: list[TransferSaid] = Field(description="offered by the user's force")
    left_out: int = Field(description="how many more there are than were looked at")


class HandoverSaid(Schema):
    """A handover on its way between this installation and another."""

    handover: str = Field(description="its code, the same at both")
    operation: str
    person: str = Field(description="empty for what has come and is not accepted: it has no code here yet")
    installation: str = Field(description="the other one")
    from_force: str
    to_force: str
    state: str
    sent_at: datetime | None
    due_at: datetime | None = Field(description="when the next word is due")
    late: bool
    escalated: bool = Field(description="it has waited so long that somebody should call")


class HandoversSaid(Schema):
    """Open handovers, longest waiting first; two hundred of each side."""

    out: list[HandoverSaid] = Field(description="those that leave, of the user's force; all, for the centre")
    into: list[HandoverSaid] = Field(description="those that have come, for the user's force; all, for the centre")
    left_out: int = Field(description="how many more there are than were looked at")


class ClocksAsked(Schema):
    """How far ahead to look."""

    hours: int = Field(24, ge=1, le=720, description="for custody")
    days: int = Field(60, ge=1, le=3650, description="for limitation")


class ClockSaid(Schema):
    """A clock that nothing has met yet."""

    operation: str
    person: str
    force: str
    kind: str
    says: str = Field(description="what must be done before it ends, in the reader's language")
    ends_at: datetime
    overdue: bool
    soon: bool


class ClocksSaid(Schema):
    """Clocks that run out, the nearest first; at most two hundred of each kind."""

    custody: list[ClockSaid]
    limitation: list[ClockSaid]
