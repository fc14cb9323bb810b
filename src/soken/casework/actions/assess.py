"""Assess how soon a person's turn is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from soken.access.policy import Act
from soken.casework.actions.band_step import (
    lowers,
    priority_of,
    propose_lowering,
    put_in_force,
    renew_dates,
    set_aside_waiting,
)
from soken.casework.actions.dossier_act import acting
from soken.casework.actions.said import LONGEST, in_words
from soken.casework.models import Assessment
from soken.casework.selectors.dossier import today
from soken.casework.selectors.instrument import instrument_in_use
from soken.casework.selectors.second_assessments import check_sighted
from soken.core import clock
from soken.core.errors import BadInputError, RefusedError
from soken.prioritise.due import reassess_on
from soken.prioritise.score import score

if TYPE_CHECKING:
    from collections.abc import Mapping

    from soken.access.models import User
    from soken.casework.models import Dossier
    from soken.prioritise.instrument import Instrument

#: Reason of a machine's re-score, with the instrument's name and version behind it.
RESCORED: Final = "rescored:"


def assess(
    dossier: Dossier, *, by: User, answers: Mapping[str, str], reason: str = "", seen: int | None = None
) -> Assessment:
    """Record a new version of a person's assessment, made by a person on the instrument in use.

    The first sets the band. Later ones raise it at once; where the answers lead lower, the band in force stays and the
    lowering waits for a second person.

    Args:
        dossier: whose.
        by: who assesses.
        answers: factor → answer; what is left out is unknown.
        reason: why it is made anew; needed from the second version on.
        seen: version of the dossier that the actor saw.

    Raises:
        BadInputError: a factor or an answer is not the instrument's, the instrument cannot be used, or the reason is
            missing.
        NotFoundError, RefusedError: see `acting` and `check_sighted`.
    """
    instrument = instrument_in_use()
    score(instrument, answers)
    with acting(dossier, by, Act.ASSESS_PRIORITY, seen=seen) as now:
        check_sighted(by, now)
        if now.assessments.exists():
            said = in_words(reason, _("The reason for assessing anew"))
        else:
            said = reason.strip()
            if len(said) > LONGEST:
                raise BadInputError(_("The reason is longer than %(longest)s characters.") % {"longest": LONGEST})
        return _record(now, instrument, answers, by=by, reason=said)


def rescore(dossier: Dossier, *, by: User) -> Assessment:
    """Have the machine score a person's newest answers on the instrument in use, when that is another one.

    A higher band takes effect at once. A lower one is a proposal for which two people must come: whoever starts the
    machine is not one of them.

    Args:
        dossier: whose.
        by: who starts it.

    Raises:
        RefusedError: nobody has assessed the person, or the newest version is this instrument's; and see `acting`.
        BadInputError, NotFoundError: see `assess`.
    """
    instrument = instrument_in_use()
    with acting(dossier, by, Act.ASSESS_PRIORITY) as now:
        check_sighted(by, now)
        newest = now.assessments.last()
        if newest is None:
            raise RefusedError(_("Nobody has assessed %(person)s yet.") % {"person": now.person_code})
        if newest.instrument_sha256 == instrument.sha256:
            raise RefusedError(_("%(person)s is assessed on this instrument already.") % {"person": now.person_code})
        kept = {
            code: answer
            for code, answer in newest.answers.items()
            if code in instrument.factors and answer in instrument.factors[code].answers
        }
        return _record(now, instrument, kept, by=None, reason=f"{RESCORED}{instrument.id} v{instrument.version}")


def _record(
    dossier: Dossier, instrument: Instrument, answers: Mapping[str, str], *, by: User | None, reason: str
) -> Assessment:
    """Record a version, and put its band in force or propose to."""
    found = score(instrument, answers)
    newest = dossier.assessments.last()
    made = Assessment.objects.create(
        dossier=dossier,
        number=newest.number + 1 if newest else 1,
        instrument=instrument.id,
        instrument_version=instrument.version,
        instrument_sha256=instrument.sha256,
        answers={one.factor: one.answer for one in found.contributions},
        contributions=[
            {
                "factor": one.factor,
                "group": one.group,
                "answer": one.answer,
                "points": one.points,
                "assumed": one.assumed,
            }
            for one in found.contributions
        ],
        score=found.points,
        band=found.band,
        lowest=found.lowest,
        highest=found.highest,
        reason=reason,
        at=clock.now(),
        by=by,
        next_on=reassess_on(instrument, found.band, found.highest, today()),
    )
    row = priority_of(dossier)
    set_aside_waiting(dossier)
    row.assessment, row.next_on = made, made.next_on
    row.reassess_since, row.reassess_because = None, ""
    row.save(update_fields=["assessment", "next_on", "reassess_since", "reassess_because"])
    if lowers(row.band, found.band):
        # The band in force stays; its target may be another one under this instrument.
        renew_dates(row)
        propose_lowering(row, found.band, by=by, reason=reason, assessment=made)
    else:
        put_in_force(row, found.band, change=row.change if row.band == found.band else None)
    return made
