"""Record what a court decided on a case, since when that is final, and what of it was recorded by mistake (R36).

Nothing is overwritten: a later instance's verdict is an entry of its own, and one that was wrong is withdrawn and
entered anew. A verdict moves no stage and erases nobody: a final one says which rule of retention holds from which day.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from soken.access.policy import Act
from soken.casework.actions.dossier_act import acting
from soken.casework.actions.referral_act import day_after, standing_decision, standing_referral
from soken.casework.actions.said import in_words, one_of
from soken.casework.actions.verdict_fits import check_final, check_fits
from soken.casework.models import CourtVerdict
from soken.casework.models.warrant import folded
from soken.casework.selectors.court import decision_before_court, standing_verdicts
from soken.core import clock
from soken.core.errors import RefusedError
from soken.reference.verdicts import instances, verdict_kinds

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from soken.access.models import User
    from soken.casework.models import Disposition, Dossier
    from soken.reference.verdicts import Instance

_LONGEST_NAME: Final = 120


def record_verdict(
    dossier: Dossier,
    *,
    by: User,
    kind: str,
    instance: str,
    court: str,
    reference: str,
    on: date,
    final_on: date | None = None,
    seen: int | None = None,
) -> CourtVerdict:
    """Record a verdict on the prosecution that stands, or a decision of the family court.

    Args:
        dossier: whose.
        by: who records it.
        kind: code of `soken.reference.verdicts.verdict_kinds`.
        instance: code of `soken.reference.verdicts.instances`.
        court: its name, or the force's code of it.
        reference: the court's number of the case.
        on: when it was given, a day in Japan.
        final_on: since when it is final; None while it is not, or nobody knows.
        seen: version of the dossier that the actor saw.

    Raises:
        BadInputError: a code is not known or not of that day, a word is missing, or a day cannot be.
        RefusedError: no prosecution and no referral to the family court stands, the verdict does not fit what was
            decided before it, the person was dead; and see `acting`.
        NotFoundError: see `acting`.
    """
    what = verdict_kinds()[one_of(kind, verdict_kinds(), _("The court's verdict"))]
    where = instances()[one_of(instance, instances(), _("The instance"))]
    name = in_words(court, _("The court"), longest=_LONGEST_NAME)
    number = in_words(reference, _("The court's number"), longest=_LONGEST_NAME)
    with acting(dossier, by, Act.RECORD_PROSECUTOR, seen=seen, frozen_too=True) as now:
        decision = _before_court(now)
        before = standing_verdicts(decision)
        check_fits(now, decision, before, what, where, on)
        day_after(on, _("The day of the verdict"), _last_day(decision, before, where), now)
        made = CourtVerdict(
            disposition=decision, kind=what.code, instance=where.code, court=name, reference=number,
            folded=folded(number), given_on=on, by=by, at=clock.now(),
        )  # fmt: skip
        if final_on is not None:
            _finish(made, final_on, by, now, [*before, made])
        made.save()
        return made


def record_verdict_final(dossier: Dossier, *, by: User, on: date, seen: int | None = None) -> CourtVerdict:
    """Record since when the last verdict is final: no appeal was lodged in time, or it was withdrawn or dismissed.

    Args:
        dossier: whose.
        by: who records it.
        on: since when, a day in Japan.
        seen: version of the dossier that the actor saw.

    Raises:
        BadInputError: the day cannot be.
        RefusedError: no verdict stands, the last one is final already, or it convicts or measures somebody who was dead
            by then; and see `acting`.
        NotFoundError: see `acting`.
    """
    with acting(dossier, by, Act.RECORD_PROSECUTOR, seen=seen, frozen_too=True) as now:
        decision = _before_court(now)
        found = _newest(decision)
        if found.final_on is not None:
            raise RefusedError(
                _("The last verdict is final since %(day)s; if that is wrong, withdraw the verdict and enter it anew.")
                % {"day": found.final_on.isoformat()}
            )
        _finish(found, on, by, now, standing_verdicts(decision))
        found.save(update_fields=["final_on", "final_by", "final_at"])
        return found


def withdraw_verdict(dossier: Dossier, *, by: User, reason: str, seen: int | None = None) -> CourtVerdict:
    """Withdraw the last verdict, recorded by mistake; what was decided before it counts again.

    Args:
        dossier: whose.
        by: who withdraws it.
        reason: what was wrong with it, in words.
        seen: version of the dossier that the actor saw.

    Raises:
        BadInputError: the reason is missing.
        RefusedError: no verdict stands; and see `acting`.
        NotFoundError: see `acting`.
    """
    said = in_words(reason, _("The reason"))
    with acting(dossier, by, Act.RECORD_PROSECUTOR, seen=seen, frozen_too=True) as now:
        found = _newest(_before_court(now))
        found.withdrawn_at, found.withdrawn_by, found.withdrawn_reason = clock.now(), by, said
        found.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
        return found


def _before_court(dossier: Dossier) -> Disposition:
    """Return what the verdict is on: the newest decision that brought a case before a court and stands.

    The court goes on with a case that the police took up again meanwhile.

    Raises:
        RefusedError: nothing is decided.
    """
    found = decision_before_court(dossier.operation, dossier.person_code)
    return found or standing_decision(standing_referral(dossier))


def _newest(decision: Disposition) -> CourtVerdict:
    """Return the last verdict that stands.

    Raises:
        RefusedError: there is none.
    """
    verdicts = standing_verdicts(decision)
    if not verdicts:
        raise RefusedError(_("No verdict of a court is recorded on what the prosecutor decided."))
    return verdicts[-1]


def _last_day(decision: Disposition, before: Sequence[CourtVerdict], instance: Instance) -> date:
    """Return the day of the step before a verdict; for a retrial, that on which the last one became final."""
    if not before:
        return decision.decided_on
    last = before[-1]
    return last.final_on if instance.final and last.final_on is not None else last.given_on


def _finish(verdict: CourtVerdict, on: date, by: User, dossier: Dossier, verdicts: Sequence[CourtVerdict]) -> None:
    """Note since when a verdict, the last of those that stand, is final.

    Raises:
        BadInputError: the day lies in the future, or before the verdict.
        RefusedError: see `check_final`.
    """
    verdict.final_on = day_after(on, _("The day on which it became final"), verdict.given_on, dossier)
    check_final(dossier, verdicts, on)
    verdict.final_by, verdict.final_at = by, clock.now()
