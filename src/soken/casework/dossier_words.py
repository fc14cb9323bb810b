"""Words for a dossier: what is missing, what a step is called, why a step back was taken; in the page's language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from soken.casework.actions.dossier_act import LOST
from soken.casework.language import page_language
from soken.casework.old_cases import MISSING
from soken.casework.selectors.deaths import HELD, JUDGED, JUDGED_FINALLY, SPOKEN_TO
from soken.casework.selectors.ownership import force_named
from soken.reference.custody import step_kinds
from soken.reference.offences import offences
from soken.review import words
from soken.review.guards import Missing

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.utils.functional import _StrPromise

    from soken.casework.selectors.deaths import Contradiction
    from soken.casework.selectors.elsewhere import HeldElsewhere

#: What a guard misses → one sentence; ``about`` is the element or the explanation that it speaks of.
MISSING_WORDS: Final[dict[str, _StrPromise]] = {
    "no-screening": _("Nobody has screened yet whether a charge is possible."),
    "screening-unreviewed": _("The screening waits for review by another person."),
    "screened-not-chargeable": _("The screening says that no charge is possible."),
    "screened-chargeable": _("The screening says that a charge is possible."),
    "no-owner": _("No force owns this person yet."),
    "elsewhere-unchecked": _("Nobody has looked yet whether other operations hold the same mail, phone or address."),
    "elsewhere-stale": _(
        "Lists or owners have changed since somebody looked who else holds the person's values; look again."
    ),
    "no-priority": _("No priority has been set yet."),
    "identity-unconfirmed": _("Nobody has confirmed the identity yet; two people must."),
    "identity-once": _("One person has confirmed the identity; a second one must."),
    "identity-rows-changed": _("The rows have changed since the identity was confirmed: withdraw and confirm anew."),
    "identity-births-differ": _("The two confirmations state different birth dates."),
    "proposal-gone": _("The newest run no longer proposes this person: look where its rows went."),
    "rows-moved": _("Rows of this dossier are judged or proposed to be another person's: settle whose they are."),
    "rows-added": _(
        "The newest run proposes further rows for this person: part them off, or withdraw and confirm anew."
    ),
    "review-open": _("It is still open whether this is the same person as another: decide the links to review."),
    "birth-unstated": _("No confirmation states the birth date, and not each says that it cannot be established."),
    "no-role": _("It is not recorded what this person is to the purchases."),
    "user-is-another": _("Somebody else is recorded as the user."),
    "rival-untested": _("Not tested yet: %(about)s."),
    "rival-open": _("Being tested: %(about)s."),
    "rival-holds": _("Explains the purchases otherwise: %(about)s."),
    "no-corroboration": _("Nothing outside the seized list bears the purchase out."),
    "corroboration-from-list": _("What corroborates comes from the seized list itself, which does not count."),
    "corroboration-from-search": _("What corroborates comes from a search alone, which is no ground for another."),
    "corroboration-unfit": _("What corroborates does not come from where evidence of its kind must come from."),
    "element-empty": _("No exhibit shows: %(about)s."),
    "element-list-only": _("Only the seized list shows, which is not enough: %(about)s."),
    "element-unfit": _(
        "What is named cannot show it (a purchase shows no possession, a confession is not enough): %(about)s."
    ),
    "element-before-law": _("Not shown for a day on which it was punishable: %(about)s."),
    "elements-one-source": _("All elements rest on one kind of source; name an exhibit of another for one of them."),
    "no-welfare-plan": _("There is no welfare plan."),
    "welfare-plan-stale": _("The welfare plan is out of date."),
    "no-offence": _("It is not said which offence the person is thought to have committed."),
    "limitation-complete": _(
        "Limitation is complete for every offence named; so the case is not sent. If the act ended on another day, "
        "enter that day; else screen the person as not chargeable. Whether such a case has to be sent all the same "
        "(Code of Criminal Procedure, art. 246) a lawyer must decide."
    ),
    "act-before-law": _("The act ended before it was an offence: %(about)s."),
    "under-fourteen": _(
        "At the act, or on the day for which possession is shown, the person was under 14: child guidance, no crime."
    ),
    "squad-over": _("The agreement of the joint squad has run out: end the squad, or form one on a new agreement."),
    "squad-owner-outside": _("The force that owns the person does not belong to the joint squad that works on them."),
    "squad-action": _("The headquarters has not approved action by the joint squad: %(about)s."),
    "squad-referral": _("The headquarters has not approved the referral by the joint squad: %(about)s."),
    "no-referral": _("The referral is not recorded: its office, its number, its day and who brings it."),
    "no-receipt": _("The prosecutors' office has not received the case yet."),
    "no-disposition": _("The prosecutor has not decided yet."),
    "disposition-stands": _(
        "The prosecutor's decision stands: a reopening, or that it was recorded by mistake, has to be recorded first."
    ),
    "referral-stands": _("The case is at the prosecutor's: it goes on there, and does not begin anew."),
    "inquest-open": _("A Committee for the Inquest of Prosecution has not resolved yet."),
    "misidentified": _("This is recorded as the wrong person."),
    "links-frozen": _(
        "This is the wrong person: links are frozen, and no coercive step is taken until two release it."
    ),
    "release-unagreed": _("Two people have not agreed to release the links of this wrong person."),
    "not-identifiable": _("This person is recorded as not identifiable."),
    "deceased": _("This person is recorded as dead."),
    "joined": _("This dossier was joined into another person's."),
    "join-unnamed": _("It is not recorded into which dossier this one was joined."),
    "still-proposed": _("The newest run still proposes this person: judge the two as the same, and let it run again."),
    "still-joined": _(
        "The newest run does not propose this person: undo the merge or the judgement, and let it run again."
    ),
    "ending-unrecorded": _("The ending has not been recorded."),
}

#: Code → section of the page where it is mended.
SECTIONS: Final = {
    "screening": ("no-screening", "screening-unreviewed", "screened-not-chargeable", "screened-chargeable"),
    "identity": (
        "identity-unconfirmed",
        "identity-once",
        "identity-rows-changed",
        "identity-births-differ",
        "birth-unstated",
    ),
    "roles": ("no-role", "user-is-another"),
    "rivals": ("rival-untested", "rival-open", "rival-holds"),
    "corroboration": (
        "no-corroboration",
        "corroboration-from-list",
        "corroboration-from-search",
        "corroboration-unfit",
    ),
    "elements": (
        "element-empty",
        "element-list-only",
        "element-unfit",
        "element-before-law",
        "elements-one-source",
    ),
    "welfare": ("no-welfare-plan", "welfare-plan-stale"),
}
_SECTION_OF: Final = {code: section for section, codes in SECTIONS.items() for code in codes}

#: Act of a transition → what its button says.
STEP_WORDS: Final[dict[str, _StrPromise]] = {
    "take-up": pgettext_lazy("step", "Take up"),
    "assign": pgettext_lazy("step", "Assign to the force"),
    "begin": pgettext_lazy("step", "Begin the investigation"),
    "make-ready": pgettext_lazy("step", "Declare ready for action"),
    "refer": pgettext_lazy("step", "Refer to the prosecutor"),
    "refer-dead": pgettext_lazy("step", "Refer the case of the dead suspect"),
    "record-decision": pgettext_lazy("step", "Record the decision"),
    "close": pgettext_lazy("step", "Close"),
    "back-to-prosecutor": pgettext_lazy("step", "Back before the prosecutor"),
    "take-back": pgettext_lazy("step", "Take back under investigation"),
    "set-aside": pgettext_lazy("step", "Set aside as not chargeable"),
    "reopen": pgettext_lazy("step", "Take up again"),
    "not-dead": pgettext_lazy("step", "Withdraw the death"),
    "release": pgettext_lazy("step", "Release the links"),
}


def about_words(code: str) -> str:
    """Name the element, explanation, offence or force that a code stands for; an unknown one stands for itself."""
    found = (
        words.elements().get(code) or words.rival_explanations().get(code) or offences().get(code) or force_named(code)
    )
    return found.said(page_language()) if found else code


def missing_words(missing: Missing) -> str:
    """Say what is missing, in the language of the page."""
    sentence = str(MISSING_WORDS[missing.code])
    return sentence % {"about": about_words(missing.about)} if missing.about else sentence


#: What is recorded of a living person → how it is said where the person is recorded as dead since before.
_AFTER_DEATH: Final[dict[str, _StrPromise]] = {
    HELD: pgettext_lazy("after the death", "the person was held"),
    SPOKEN_TO: pgettext_lazy("after the death", "a voluntary interview"),
    JUDGED: pgettext_lazy("after the death", "a court's verdict as on the living"),
    JUDGED_FINALLY: pgettext_lazy("after the death", "that verdict final"),
}


def after_death_word(kind: str) -> str:
    """Name what is recorded for a day after a death; an unknown kind stands for itself."""
    if kind in _AFTER_DEATH:
        return str(_AFTER_DEATH[kind])
    step = step_kinds().get(kind)
    return step.said(page_language()) if step else kind


def contradiction_words(found: Contradiction) -> str:
    """Say that a death and what is recorded for later days contradict each other, and what."""
    after = "; ".join(f"{one.on.isoformat()} {after_death_word(one.kind)}" for one in found.after)
    said = _("Recorded as dead since %(died)s, and for a later day: %(after)s.")
    return str(said) % {"died": found.died_on.isoformat(), "after": after}


#: Kind of value that two operations hold → its words.
_VALUES: Final[dict[str, _StrPromise]] = {"email": _("mail"), "phone": _("phone"), "address": _("address")}


def value_words(kind: str) -> str:
    """Name a kind of value that two operations hold."""
    return str(_VALUES[kind])


def held_words(found: HeldElsewhere) -> str:
    """Say who else holds a value of a person, of which kinds, and which forces to call."""
    operation = found.operation or _now("another operation, not open to you")
    forces = ", ".join(_force(one) for one in found.forces) or _now("Call those who run that operation.")
    return f"{operation}: {', '.join(map(value_words, found.kinds))} → {forces}"


def all_held_words(found: Iterable[HeldElsewhere]) -> str:
    """Say who else holds values of a person, one after the other."""
    return "; ".join(map(held_words, found))


def _force(code: str) -> str:
    """Name a force; an unknown one stands for itself."""
    known = force_named(code)
    return known.said(page_language()) if known else code


def section_of(missing: Missing) -> str:
    """Name the section of the page where what is missing is mended; '' where it is not mended there."""
    return _SECTION_OF.get(missing.code, "")


def step_reason(reason: str) -> str:
    """Say why a step was taken: as typed, or what was lost where an act took a dossier back."""
    if not reason.startswith(LOST):
        return reason
    found = [Missing(*one.split("=", 1)) for one in reason.removeprefix(LOST).split(",")]
    said = " ".join(missing_words(one) for one in found if one.code in MISSING_WORDS)
    return _now("A ground was lost: %(grounds)s") % {"grounds": said}


def kept_line(line: str) -> str:
    """Say a line that an import of old cases kept: as it was said then, or what was missing, in words of today."""
    if not line.startswith(MISSING):
        return line
    found = [Missing(*one.split("=", 1)) for one in line.removeprefix(MISSING).split(",")]
    return " ".join(missing_words(one) for one in found if one.code in MISSING_WORDS)


def coded(table: str, code: str) -> str:
    """Say a code of one of the tables of `soken.review.words`; an unknown one stands for itself."""
    tables = {
        "reason": words.screening_reasons,
        "rival": words.rival_explanations,
        "element": words.elements,
        "kind": words.corroboration_kinds,
        "origin": words.exhibit_origins,
        "way": words.ways_of_looking_after,
    }
    found = tables[table]().get(code)
    return found.said(page_language()) if found else code
