"""Everything that decides how far a dossier may go, as plain values: what guards look at, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from soken.review.stages import Stage

if TYPE_CHECKING:
    from datetime import date


class RivalState(StrEnum):
    """What became of another explanation of the purchases."""

    OPEN = "open"
    RULED_OUT = "ruled-out"
    HOLDS = "holds"


class Ending(StrEnum):
    """Why work in a dossier ends before any charge."""

    MISIDENTIFIED = "misidentified"
    NOT_IDENTIFIABLE = "not-identifiable"
    DECEASED = "deceased"
    JOINED = "joined"


@dataclass(frozen=True, slots=True)
class ScreeningFact:
    """The newest screening.

    Attributes:
        reason: code of `soken.review.words.screening_reasons`.
        by: who screened.
        reviewed_by: who agreed; None while nobody has.
    """

    reason: str
    by: int
    reviewed_by: int | None = None


@dataclass(frozen=True, slots=True)
class ConfirmationFact:
    """A confirmation of the identity that has not been withdrawn.

    Attributes:
        by: who confirmed.
        born_on: the birth date that they established; None if they did not.
        birth_unknown: they say that it cannot be established; the basis says why the person is 14 or older.
        current: the dossier's rows are still those that were confirmed.
    """

    by: int
    born_on: date | None = None
    current: bool = True
    birth_unknown: bool = False


@dataclass(frozen=True, slots=True)
class RivalFact:
    """The newest word on one other explanation.

    Attributes:
        kind: code of `soken.review.words.rival_explanations`.
        state: what became of it.
    """

    kind: str
    state: RivalState


@dataclass(frozen=True, slots=True)
class CorroborationFact:
    """Evidence beside the purchase row.

    Attributes:
        kind: code of `soken.review.words.corroboration_kinds`.
        origin: where its exhibit comes from, code of `soken.review.words.exhibit_origins`.
    """

    kind: str
    origin: str


@dataclass(frozen=True, slots=True)
class ElementFact:
    """An exhibit that backs an element of the offence.

    Attributes:
        element: code of `soken.review.words.elements`.
        origin: where the exhibit comes from.
        shown_on: the day for which it shows the element; None where the element needs none.
    """

    element: str
    origin: str
    shown_on: date | None = None


@dataclass(frozen=True, slots=True)
class SquadFact:
    """A joint squad that works on the person and that nobody has ended (R21).

    Attributes:
        forces: codes of the forces of its agreement.
        until: the last day of the agreement.
        action: codes of the forces whose headquarters approved action.
        referral: codes of those that approved the referral.
    """

    forces: tuple[str, ...]
    until: date
    action: frozenset[str] = frozenset()
    referral: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ReferralFact:
    """The referral that stands: sent, and not taken back under investigation since (R30).

    Attributes:
        received: the prosecutors' office has received it.
        decided: a final disposition stands.
        reopened: the newest final disposition was lifted: the prosecutor has taken the case up again.
        withdrawn: a final disposition was recorded by mistake and withdrawn, and there is no other.
        inquest_open: a Committee for the Inquest of Prosecution has not resolved yet.
    """

    received: bool = False
    decided: bool = False
    reopened: bool = False
    withdrawn: bool = False
    inquest_open: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """What people have established about one person, as of a day.

    Attributes:
        today: the day, in Japan.
        stage: where the dossier stands.
        force: code of the one force that owns it; '' for none.
        band: priority band; '' for none yet, None where priority is not asked for.
        screening: the newest screening.
        confirmations: those of the identity in force.
        review_open: the newest run still asks whether the person is the same as another.
        proposal_gone: the newest run no longer proposes this person.
        rows_moved: rows of the dossier are said to be different persons', or another dossier's person's, by judgements
            or by the run that is shown.
        rows_added: that run proposes rows for the person that were not proposed when the identity was confirmed.
        roles: roles in which this person is recorded (`user`, `payer`, ...).
        others_roles: roles in which somebody else is recorded.
        rivals: newest word on each other explanation raised.
        corroborations: evidence beside the purchase row.
        elements: exhibits that back elements.
        welfare_until: until when the welfare plan is good; None without a plan.
        ending: why work on the person ended, if it did.
        joined_into: code of the person into whose dossier this one was joined; '' for none.
        elsewhere: whether somebody looked if other operations hold the person's values, and on what there is today;
            None if nobody has.
        alleged: an offence is named that the person is thought to have committed.
        limitation_on: the first day on which limitation is complete for every alleged offence; None while nobody has
            entered the event that it runs from for one of them.
        acts_before_law: codes of alleged offences that were none on the day of the act.
        under_fourteen: by each birth date that is stated, the person was under 14 on the day of every alleged act, or
            on every day for which possession is shown.
        squad: the joint squad that works on the person, None for none.
        referral: the referral that stands, None for none.
        frozen: the person stands in the register of wrong persons, and nobody has released the links.
        release_agreed: two people have agreed that it was the right person after all.
    """

    today: date
    stage: Stage = Stage.PROPOSED
    force: str = ""
    band: str | None = None
    screening: ScreeningFact | None = None
    confirmations: tuple[ConfirmationFact, ...] = ()
    review_open: bool = False
    proposal_gone: bool = False
    rows_moved: bool = False
    rows_added: bool = False
    roles: frozenset[str] = field(default_factory=frozenset)
    others_roles: frozenset[str] = field(default_factory=frozenset)
    rivals: tuple[RivalFact, ...] = ()
    corroborations: tuple[CorroborationFact, ...] = ()
    elements: tuple[ElementFact, ...] = ()
    welfare_until: date | None = None
    ending: Ending | None = None
    joined_into: str = ""
    elsewhere: bool | None = None
    alleged: bool = False
    limitation_on: date | None = None
    acts_before_law: tuple[str, ...] = ()
    under_fourteen: bool = False
    squad: SquadFact | None = None
    referral: ReferralFact | None = None
    frozen: bool = False
    release_agreed: bool = False
