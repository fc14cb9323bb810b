"""Guards: each looks at the facts and returns what is still missing, as codes; the desk has the words for them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from soken.review import words
from soken.review.facts import Ending, Facts, RivalState

if TYPE_CHECKING:
    from collections.abc import Collection

    from soken.review.facts import ElementFact


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that stands in the way.

    Attributes:
        code: what is missing; a code of `CODES`.
        about: which one (an element, an explanation), '' where the code says all.
    """

    code: str
    about: str = ""


Guard = Callable[[Facts], list[Missing]]

#: Every code that a guard can return → the requirement behind it (domain facts, section 7).
CODES: Final = {
    "no-screening": "R9",
    "screening-unreviewed": "R9",
    "screened-not-chargeable": "R9",
    "screened-chargeable": "R9",
    "no-owner": "R18",
    "no-priority": "R11",
    "identity-unconfirmed": "R3",
    "identity-once": "R3",
    "identity-rows-changed": "R3",
    "identity-births-differ": "R3",
    "proposal-gone": "R3",
    "review-open": "R3",
    "no-role": "R5",
    "user-is-another": "R5",
    "rival-untested": "R6",
    "rival-open": "R6",
    "rival-holds": "R6",
    "no-corroboration": "R7",
    "corroboration-from-list": "R7",
    "element-empty": "R29",
    "element-list-only": "R29",
    "element-before-law": "R28",
    "no-welfare-plan": "R31",
    "welfare-plan-stale": "R31",
    "elsewhere-unchecked": "R22",
    "elsewhere-stale": "R22",
    "limitation-complete": "R28",
    "act-before-law": "R28",
    "under-fourteen": "R25",
    "squad-over": "R21",
    "squad-owner-outside": "R21",
    "squad-action": "R21",
    "squad-referral": "R21",
    "no-referral": "R30",
    "no-receipt": "R30",
    "no-disposition": "R30",
    "disposition-stands": "R30",
    "inquest-open": "R30",
    "misidentified": "R35",
    "not-identifiable": "R8",
    "deceased": "R36",
    "ending-unrecorded": "R8",
}


def screened_chargeable(facts: Facts) -> list[Missing]:
    """A charge is possible, says one and agrees another (R9)."""
    return _reviewed(facts) or ([] if _chargeable(facts) else [Missing("screened-not-chargeable")])


def screened_not_chargeable(facts: Facts) -> list[Missing]:
    """No charge is possible, says one and agrees another (R9)."""
    return _reviewed(facts) or ([Missing("screened-chargeable")] if _chargeable(facts) else [])


def owned(facts: Facts) -> list[Missing]:
    """A force owns the dossier (R18)."""
    return [] if facts.force else [Missing("no-owner")]


def prioritised(facts: Facts) -> list[Missing]:
    """A priority band says when the person's turn is, where priority is asked for (R11)."""
    return [Missing("no-priority")] if facts.band == "" else []


def identity_confirmed(facts: Facts) -> list[Missing]:
    """Two different people have confirmed who the person is, on the rows that the dossier holds now (R3)."""
    current = [one for one in facts.confirmations if one.current]
    people = {one.by for one in current}
    births = {one.born_on for one in current if one.born_on is not None}
    found = []
    if len(current) < len(facts.confirmations):
        found.append(Missing("identity-rows-changed"))
    if len(people) < 2:
        found.append(Missing("identity-once" if people else "identity-unconfirmed"))
    if len(births) > 1:
        found.append(Missing("identity-births-differ"))
    return found


def joins_settled(facts: Facts) -> list[Missing]:
    """The newest run proposes the person still, and asks nothing about whom it may be the same as (R3)."""
    found = []
    if facts.proposal_gone:
        found.append(Missing("proposal-gone"))
    if facts.review_open:
        found.append(Missing("review-open"))
    return found


def role_established(facts: Facts) -> list[Missing]:
    """It is recorded what the person is to the purchases, and nobody else is recorded as their user (R5)."""
    found = [] if facts.roles else [Missing("no-role")]
    if "user" in facts.others_roles and "user" not in facts.roles:
        found.append(Missing("user-is-another"))
    return found


def rivals_tested(facts: Facts) -> list[Missing]:
    """Every required other explanation, and every one raised, was tested and ruled out (R6)."""
    states = {one.kind: one.state for one in facts.rivals}
    untested = [kind for kind, word in words.rival_explanations().items() if word.flag and kind not in states]
    still_open = [kind for kind, state in states.items() if state is RivalState.OPEN]
    hold = [kind for kind, state in states.items() if state is RivalState.HOLDS]
    return [
        *(Missing("rival-untested", kind) for kind in untested),
        *(Missing("rival-open", kind) for kind in still_open),
        *(Missing("rival-holds", kind) for kind in hold),
    ]


def corroborated(facts: Facts) -> list[Missing]:
    """Something independent of the seized list bears the purchase out (R7)."""
    if any(_independent(one.origin) for one in facts.corroborations):
        return []
    return [Missing("corroboration-from-list" if facts.corroborations else "no-corroboration")]


def elements_backed(facts: Facts) -> list[Missing]:
    """Every element of art. 7(1) rests on an exhibit other than the list itself, possession on a day under the law."""
    return [gap for code in words.elements() if (gap := _gap(facts, code))]


def welfare_planned(facts: Facts) -> list[Missing]:
    """A welfare plan stands before anybody knocks, and is not out of date (R31)."""
    if facts.welfare_until is None:
        return [Missing("no-welfare-plan")]
    return [Missing("welfare-plan-stale")] if facts.welfare_until < facts.today else []


def others_asked(facts: Facts) -> list[Missing]:
    """Somebody has looked whether another operation holds the person's mail, phone or address, and lately (R22)."""
    if facts.elsewhere is None:
        return [Missing("elsewhere-unchecked")]
    return [] if facts.elsewhere else [Missing("elsewhere-stale")]


def within_limitation(facts: Facts) -> list[Missing]:
    """Limitation, where the event it runs from has been entered, is not complete (R28)."""
    over = facts.limitation_on is not None and facts.limitation_on <= facts.today
    return [Missing("limitation-complete")] if over else []


def acts_under_law(facts: Facts) -> list[Missing]:
    """Every alleged act was an offence under its paragraph on its last day (R28)."""
    return [Missing("act-before-law", code) for code in facts.acts_before_law]


def of_punishable_age(facts: Facts) -> list[Missing]:
    """The person was not under 14 at every alleged act: that goes to child guidance and is no crime (R25)."""
    return [Missing("under-fourteen")] if facts.under_fourteen else []


def squad_approves_action(facts: Facts) -> list[Missing]:
    """Where a joint squad works on the person: it stands, the owner is in it, and each HQ has approved action (R21)."""
    squad = facts.squad
    if squad is None:
        return []
    found = [Missing("squad-over")] if squad.until < facts.today else []
    if facts.force and facts.force not in squad.forces:
        found.append(Missing("squad-owner-outside"))
    return found + [Missing("squad-action", force) for force in squad.forces if force not in squad.action]


def squad_approves_referral(facts: Facts) -> list[Missing]:
    """Where a joint squad works on the person, each HQ has approved the referral (R21)."""
    if facts.squad is None:
        return []
    return [Missing("squad-referral", force) for force in facts.squad.forces if force not in facts.squad.referral]


def referral_sent(facts: Facts) -> list[Missing]:
    """The referral is recorded with its office, its number and who brought it (R30)."""
    return [] if facts.referral else [Missing("no-referral")]


def decided(facts: Facts) -> list[Missing]:
    """The office has received the case, and a final disposition stands (R30)."""
    if facts.referral is None:
        return [Missing("no-referral")]
    found = [] if facts.referral.received else [Missing("no-receipt")]
    return found if facts.referral.decided else [*found, Missing("no-disposition")]


def inquest_resolved(facts: Facts) -> list[Missing]:
    """No Committee for the Inquest of Prosecution has the disposition before it (R30)."""
    return [Missing("inquest-open")] if facts.referral and facts.referral.inquest_open else []


def taken_up_by_prosecutor(facts: Facts) -> list[Missing]:
    """The disposition was lifted: the case is before the prosecutor again (R30)."""
    if facts.referral is None:
        return [Missing("no-referral")]
    return [] if facts.referral.reopened else [Missing("disposition-stands")]


def not_ended(facts: Facts) -> list[Missing]:
    """Nobody has recorded that the person is the wrong one, cannot be identified, or has died."""
    return [Missing(facts.ending.value)] if facts.ending else []


def ended_as(ending: Ending) -> Guard:
    """Return the guard that somebody has recorded this ending."""

    def recorded(facts: Facts) -> list[Missing]:
        return [] if facts.ending is ending else [Missing("ending-unrecorded")]

    return recorded


def _reviewed(facts: Facts) -> list[Missing]:
    """Return what is missing until a screening stands, by one person and reviewed by another."""
    if facts.screening is None:
        return [Missing("no-screening")]
    if facts.screening.reviewed_by in {None, facts.screening.by}:
        return [Missing("screening-unreviewed")]
    return []


def _chargeable(facts: Facts) -> bool:
    """Tell whether the screening's reason says that a charge is possible; a reason that is no longer known does not."""
    word = words.screening_reasons().get(facts.screening.reason) if facts.screening else None
    return word is not None and word.flag


def _independent(origin: str) -> bool:
    """Tell whether an exhibit stands apart from the seized list; an origin that is no longer known does not."""
    word = words.exhibit_origins().get(origin)
    return word is not None and word.flag


def _gap(facts: Facts, code: str) -> Missing | None:
    """Return what an element lacks, None for nothing."""
    backed = [one for one in facts.elements if one.element == code]
    if not backed:
        return Missing("element-empty", code)
    outside = [one for one in backed if _independent(one.origin)]
    if not outside:
        return Missing("element-list-only", code)
    return Missing("element-before-law", code) if words.elements()[code].flag and not _under_law(outside) else None


def _under_law(backed: Collection[ElementFact]) -> bool:
    """Tell whether any of these is shown for a day on which the law was in force."""
    return any(one.shown_on is not None and one.shown_on >= words.punishable_from() for one in backed)
