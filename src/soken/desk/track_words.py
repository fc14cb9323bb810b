"""Words for tracks and clocks, in the language of the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from soken.core import clock
from soken.desk.words import page_language
from soken.reference.custody import clock_rules, step_kinds
from soken.reference.offences import offences
from soken.route.clocks import ClockState
from soken.route.juvenile import Procedure

if TYPE_CHECKING:
    from datetime import date

    from django.utils.functional import _StrPromise

    from soken.casework.selectors.track import SeenClock

#: Procedure by age → one sentence.
PROCEDURE_WORDS: Final[dict[Procedure, _StrPromise]] = {
    Procedure.UNKNOWN: _(
        "The birth date is not established, or not one that fits the act: nobody is taken for an adult."
    ),
    Procedure.CHILD_GUIDANCE: _("Under 14 at the act: no crime; the case goes to child guidance."),
    Procedure.JUVENILE: _(
        "Juvenile: by way of the prosecutor to the family court, as every offence here has imprisonment."
    ),
    Procedure.SPECIFIED_JUVENILE: _(
        "Specified juvenile (18 or 19): always by way of the prosecutor to the family court."
    ),
    Procedure.ADULT: _("Adult."),
}

#: How a clock stands → words and the class that colours them.
STATE_WORDS: Final[dict[ClockState, tuple[_StrPromise, str]]] = {
    ClockState.RUNNING: (pgettext_lazy("clock", "running"), ""),
    ClockState.SOON: (pgettext_lazy("clock", "runs out soon"), "state-warning"),
    ClockState.OVERDUE: (pgettext_lazy("clock", "run out"), "state-bad"),
    ClockState.MET: (pgettext_lazy("clock", "met in time"), "state-good"),
    ClockState.MET_LATE: (pgettext_lazy("clock", "met late"), "state-bad"),
}


def offence_word(code: str) -> str:
    """Name an offence; an unknown one stands for itself."""
    found = offences().get(code)
    return found.said(page_language()) if found else code


def penalty_word(code: str, day: date) -> str:
    """Say the penalty of an offence for an act of a day; '' for an unknown one."""
    found = offences().get(code)
    return found.penalty(day, page_language()) if found else ""


def clock_word(code: str) -> str:
    """Say what must be done before a clock ends, with the provision."""
    found = clock_rules().get(code)
    return found.said(page_language()) if found else code


def step_of_custody(code: str) -> str:
    """Name a step of custody; an unknown one stands for itself."""
    found = step_kinds().get(code)
    return found.said(page_language()) if found else code


def left_words(seen: SeenClock) -> str:
    """Say how long a clock runs still, or for how long it has been over; '' once it was met."""
    if seen.clock.met_at is not None:
        return ""
    left = seen.clock.left(clock.now())
    over = left.total_seconds() <= 0
    hours, rest = divmod(int(abs(left.total_seconds())), 3600)
    said = {"hours": hours, "minutes": rest // 60}
    if over:
        return gettext("over for %(hours)s h %(minutes)s min") % said
    return gettext("%(hours)s h %(minutes)s min left") % said
