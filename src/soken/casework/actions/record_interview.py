"""Record a voluntary interview, before it takes place or after it did; and that one did not take place."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from soken.access.policy import Act
from soken.casework.actions.advance import GateError
from soken.casework.actions.dossier_act import acting
from soken.casework.actions.said import in_words, lived_day, working_day
from soken.casework.models import Interview
from soken.casework.selectors.dossier import facts_of, today
from soken.core import clock
from soken.core.errors import BadInputError, RefusedError
from soken.review.guards import Missing
from soken.review.transitions import missing_at_interview

if TYPE_CHECKING:
    from datetime import date

    from soken.access.models import User
    from soken.casework.models import Dossier

#: Longest name of a place or of who interviews.
LONGEST: Final = 200
#: Days ahead for which an interview can be arranged: no welfare plan is good for longer.
FURTHEST: Final = 90


def record_interview(
    dossier: Dossier, *, by: User, on: date, place: str, who: str, unplanned: str = "", seen: int | None = None
) -> Interview:
    """Record an interview to which the person comes of their own will.

    One of today or later is asked for what must stand first, above all a welfare plan that is good on its day. One that
    was held is a fact and recorded; where no plan was in force on its day, why is said in words. After the day somebody
    has to look after the person, as after a search (`soken.casework.selectors.welfare`).

    Args:
        dossier: whose.
        by: who records it.
        on: the day of the interview, in Japan.
        place: where.
        who: who interviews.
        unplanned: of one that was held, why no welfare plan was in force.
        seen: version of the dossier that the actor saw.

    Raises:
        BadInputError: a part is missing, or the day cannot be: of the dead, after the day of death.
        GateError: something must stand before such an interview, and does not; or it was held without a plan and it is
            not said why.
        NotFoundError, RefusedError: see `acting`.
    """
    where = in_words(place, _("Where"), longest=LONGEST)
    asks = in_words(who, _("Who interviews"), longest=LONGEST)
    if on > today() + timedelta(days=FURTHEST):
        raise BadInputError(_("An interview is arranged at most %(days)s days ahead.") % {"days": FURTHEST})
    with acting(dossier, by, Act.RECORD_FINDING, seen=seen) as now:
        why = ""
        if on >= today():
            _check_gate(now, on)
        else:
            working_day(on, _("The day of the interview"), now)
            lived_day(on, _("The day of the interview"), now)
            why = _why_unplanned(now, on, unplanned)
        return Interview.objects.create(
            dossier=now, held_on=on, place=where, who=asks, unplanned=why, by=by, at=clock.now()
        )


def withdraw_interview(dossier: Dossier, *, by: User, key: int, reason: str, seen: int | None = None) -> Interview:
    """Withdraw an interview that was recorded by mistake or did not take place; it stays to be read.

    Raises:
        BadInputError: the reason is missing.
        RefusedError: there is no such interview, or it is withdrawn already; and see `acting`.
        NotFoundError: see `acting`.
    """
    said = in_words(reason, _("The reason"))
    with acting(dossier, by, Act.RECORD_FINDING, seen=seen) as now:
        found = now.interviews.filter(pk=key, withdrawn_at__isnull=True).first()
        if found is None:
            raise RefusedError(_("No such interview stands."))
        found.withdrawn_at, found.withdrawn_by, found.withdrawn_reason = clock.now(), by, said
        found.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
        return found


def _check_gate(dossier: Dossier, on: date) -> None:
    """Refuse an interview that is still to come while something must stand first.

    Raises:
        GateError: it does not; `missing` says what.
    """
    facts = facts_of(dossier)
    lacks = missing_at_interview(facts)
    if not lacks and facts.welfare_until is not None and facts.welfare_until < on:
        lacks = [Missing("welfare-plan-stale")]
    if lacks:
        raise GateError(_("%(person)s cannot be interviewed yet.") % {"person": dossier.person_code}, lacks)


def _why_unplanned(dossier: Dossier, on: date, said: str) -> str:
    """Return why an interview was held while no welfare plan was in force; '' where one was.

    Raises:
        GateError: none was, and it is not said why.
    """
    planned = dossier.welfare_plans.filter(good_until__gte=on, at__date__lte=on).exists()
    if planned:
        return ""
    if not said.strip():
        raise GateError(
            _("No welfare plan was in force on %(day)s: say why.") % {"day": on.isoformat()},
            [Missing("no-welfare-plan")],
        )
    return in_words(said, _("Why without a plan"))
