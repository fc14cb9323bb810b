"""Guards: each looks at the facts and returns what is still missing, as codes; the desk has the words for them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from soken.review import words
from soken.review.facts import Ending, Facts, RivalState

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import date

    from soken.review.facts import CorroborationFact, ElementFact


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
    "birth-unstated": "R25",
    "proposal-gone": "R3",
    "rows-moved": "R3",
    "rows-added": "R3",
    "review-open": "R3",
    "no-role": "R5",
    "user-is-another": "R5",
    "rival-untested": "R6",
    "rival-open": "R6",
    "rival-holds": "R6",
    "no-corroboration": "R7",
    "corroboration-from-list": "R7",
    "corroboration-from-search": "R7",
    "corroboration-unfit": "R7",
    "element-empty": "R29",
    "element-list-only": "R29",
    "element-unfit": "R29",
    "element-before-law": "R28",
    "elements-one-source": "R29",
    "no-welfare-plan": "R31",
    "welfare-plan-stale": "R31",
    "elsewhere-unchecked": "R22",
    "elsewhere-stale": "R22",
    "no-offence": "R27",
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
    "referral-stands": "R30",
    "inquest-open": "R30",
    "misidentified": "R35",
    "links-frozen": "R35",
    "release-unagreed": "R35",
    "not-identifiable": "R8",
    "deceased": "R36",
    "joined": "R8",
    "join-unnamed": "R8",
    "still-proposed": "R3",
    "still-joined": "R3",
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


def birth_stated(facts: Facts) -> list[Missing]:
    """A confirmation states the birth date, or each says that it cannot be established: no silence is an age (R25)."""
    current = [one for one in facts.confirmations if one.current]
    told = any(one.born_on for one in current) or all(one.birth_unknown for one in current)
    return [] if told else [Missing("birth-unstated")]


def joins_settled(facts: Facts) -> list[Missing]:
    """The dossier's rows are one person's still, by judgements and the newest run, which asks nothing of them (R3)."""
    found = []
    if facts.proposal_gone:
        found.append(Missing("proposal-gone"))
    elif facts.rows_moved:
        found.append(Missing("rows-moved"))
    if facts.rows_added:
        found.append(Missing("rows-added"))
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
    outside = [one for one in facts.corroborations if _independent(one.origin)]
    if not outside:
        return [Missing("corroboration-from-list" if facts.corroborations else "no-corroboration")]
    return [] if any(_bears_out(one) for one in outside) else [Missing("corroboration-unfit")]


def corroborated_without_search(facts: Facts) -> list[Missing]:
    """Something bears the purchase out before anybody searches: what a search finds is no ground for it (R7)."""
    fitting = [one for one in facts.corroborations if _bears_out(one)]
    if fitting and all(one.origin == words.SEARCH for one in fitting):
        return [Missing("corroboration-from-search")]
    return corroborated(facts)


def elements_backed(facts: Facts) -> list[Missing]:
    """Every element of art. 7(1) rests on an exhibit that can show it, possession on a day under the law (R29).

    All of them together rest on more than one kind of source: one search, or one report, is not the whole case (R7).
    """
    gaps = [gap for code in words.elements() if (gap := _gap(facts, code))]
    if gaps:
        return gaps
    sources = {one.origin for one in facts.elements if _counts(one)}
    return [] if len(sources) >= words.element_sources() else [Missing("elements-one-source")]


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


def offence_alleged(facts: Facts) -> list[Missing]:
    """It is said which offence the person is thought to have committed: law and age are asked of an act alone (R27)."""
    return [] if facts.alleged else [Missing("no-offence")]


def within_limitation(facts: Facts) -> list[Missing]:
    """Limitation, where the event it runs from has been entered, is not complete (R28)."""
    over = facts.limitation_on is not None and facts.limitation_on <= facts.today
    return [Missing("limitation-complete")] if over else []


def acts_under_law(facts: Facts) -> list[Missing]:
    """Every alleged act was an offence under its paragraph on its last day (R28)."""
    return [Missing("act-before-law", code) for code in facts.acts_before_law]


def of_punishable_age(facts: Facts) -> list[Missing]:
    """The person was not under 14 at all that is alleged or shown: that goes to child guidance, no crime (R25)."""
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


def before_prosecutor(facts: Facts) -> list[Missing]:
    """The case was sent, and no final disposition stands (R30)."""
    if facts.referral is None:
        return [Missing("no-referral")]
    return [Missing("disposition-stands")] if facts.referral.decided else []


def not_sent(facts: Facts) -> list[Missing]:
    """No case of the person is at the prosecutor's: it would begin anew beside the one that was sent (R30)."""
    return [Missing("referral-stands")] if facts.referral else []


def inquest_resolved(facts: Facts) -> list[Missing]:
    """No Committee for the Inquest of Prosecution has the disposition before it (R30)."""
    return [Missing("inquest-open")] if facts.referral and facts.referral.inquest_open else []


def no_decision_stands(facts: Facts) -> list[Missing]:
    """The disposition was lifted, or had been recorded by mistake: the case is before the prosecutor again (R30)."""
    if facts.referral is None:
        return [Missing("no-referral")]
    return [] if facts.referral.reopened or facts.referral.withdrawn else [Missing("disposition-stands")]


def not_ended(facts: Facts) -> list[Missing]:
    """Nobody has recorded that the person is the wrong one, cannot be identified, or has died."""
    return [Missing(facts.ending.value)] if facts.ending else []


def links_free(facts: Facts) -> list[Missing]:
    """The person does not stand in the register of wrong persons: nothing is done to anybody on frozen links (R35)."""
    return [Missing("links-frozen")] if facts.frozen else []


def release_agreed(facts: Facts) -> list[Missing]:
    """Two different people have agreed that it was the right person after all (R35)."""
    return [] if facts.release_agreed else [Missing("release-unagreed")]


def possession_days(elements: Iterable[ElementFact]) -> list[date]:
    """Return the days for which possession is shown by what counts for it."""
    return [
        one.shown_on for one in elements if one.element == words.POSSESSION and one.shown_on is not None and _shows(one)
    ]


def ended_as(ending: Ending) -> Guard:
    """Return the guard that somebody has recorded this ending."""

    def recorded(facts: Facts) -> list[Missing]:
        return [] if facts.ending is ending else [Missing("ending-unrecorded")]

    return recorded


def joined_into_another(facts: Facts) -> list[Missing]:
    """It is recorded into which dossier this one was joined, and no run proposes its person any more (R3, R8)."""
    if facts.ending is not Ending.JOINED:
        return [Missing("ending-unrecorded")]
    found = [] if facts.joined_into else [Missing("join-unnamed")]
    return found if facts.proposal_gone else [*found, Missing("still-proposed")]


def parted_again(facts: Facts) -> list[Missing]:
    """The newest run proposes the person again: the merge was undone (R3)."""
    return [Missing("still-joined")] if facts.proposal_gone else []


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


def _bears_out(one: CorroborationFact) -> bool:
    """Tell whether an exhibit comes from where this kind of corroboration must come from."""
    word = words.corroboration_kinds().get(one.kind)
    return word is not None and one.origin in word.origins


def _shows(one: ElementFact) -> bool:
    """Tell whether an exhibit comes from where the element can be shown from."""
    word = words.elements().get(one.element)
    return word is not None and one.origin in word.origins


def _counts(one: ElementFact) -> bool:
    """Tell whether an exhibit counts for its element: it can show it, for a day under the law where it needs one."""
    word = words.elements().get(one.element)
    return _independent(one.origin) and _shows(one) and word is not None and (not word.flag or _under_law([one]))


def _gap(facts: Facts, code: str) -> Missing | None:
    """Return what an element lacks, None for nothing."""
    backed = [one for one in facts.elements if one.element == code]
    if not backed:
        return Missing("element-empty", code)
    outside = [one for one in backed if _independent(one.origin)]
    if not outside:
        return Missing("element-list-only", code)
    fitting = [one for one in outside if _shows(one)]
    if not fitting:
        return Missing("element-unfit", code)
    return Missing("element-before-law", code) if words.elements()[code].flag and not _under_law(fitting) else None


def _under_law(backed: Collection[ElementFact]) -> bool:
    """Tell whether any of these is shown for a day on which the law was in force."""
    return any(one.shown_on is not None and one.shown_on >= words.punishable_from() for one in backed)
