"""Plan for the welfare of a person and those around them before anybody knocks."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from soken.access.policy import Act
from soken.casework.actions.dossier_act import acting
from soken.casework.actions.said import in_words
from soken.casework.models import WelfarePlan
from soken.casework.selectors.dossier import today
from soken.core import clock
from soken.core.errors import BadInputError

if TYPE_CHECKING:
    from datetime import date

    from soken.access.models import User
    from soken.casework.models import Dossier

#: A plan is about people's lives as they are now: it is made anew after this many days at the latest.
LONGEST_PLAN: Final = 90


def plan_welfare(
    dossier: Dossier,
    *,
    by: User,
    risks: str,
    measures: str,
    afterwards: str,
    good_until: date,
    seen: int | None = None,
) -> WelfarePlan:
    """Record a welfare plan; the newest counts (R31).

    Args:
        dossier: whose.
        by: who plans.
        risks: what is known of danger to life, also of others in the home.
        measures: who is there and which service is told, before and during.
        afterwards: who keeps in touch after search, interview or release.
        good_until: until when the plan stands, at most `LONGEST_PLAN` days from now.
        seen: version of the dossier that the actor saw.

    Raises:
        BadInputError: a part is missing, or the day is past or too far off.
        NotFoundError, RefusedError: see `acting`.
    """
    parts = {
        "risks": in_words(risks, _("Known risks")),
        "measures": in_words(measures, _("Before and during")),
        "afterwards": in_words(afterwards, _("Afterwards")),
    }
    if not today() <= good_until <= today() + timedelta(days=LONGEST_PLAN):
        raise BadInputError(
            _("A welfare plan is good until a day from today to %(days)s days ahead.") % {"days": LONGEST_PLAN}
        )
    with acting(dossier, by, Act.PLAN_WELFARE, seen=seen) as now:
        return WelfarePlan.objects.create(dossier=now, good_until=good_until, by=by, at=clock.now(), **parts)
