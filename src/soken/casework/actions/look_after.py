"""Record that somebody looked after a person to whom the police had come: who, when, how, and when next (R31)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from soken.access.policy import Act
from soken.casework.actions.dossier_act import acting
from soken.casework.actions.said import in_words, one_of, working_day
from soken.casework.models import WelfareCheck
from soken.casework.selectors.dossier import today
from soken.core import clock
from soken.core.errors import BadInputError
from soken.review.words import first_look_within, longest_without_a_look, ways_of_looking_after

if TYPE_CHECKING:
    from datetime import date

    from soken.access.models import User
    from soken.casework.models import Dossier

#: Longest name of who looked.
LONGEST_NAME: Final = 200


def look_after(
    dossier: Dossier,
    *,
    by: User,
    who: str,
    way: str,
    found: str,
    checked_on: date,
    next_on: date | None = None,
    seen: int | None = None,
) -> WelfareCheck:
    """Record a look after a person, at whatever stage: a danger to life ends with no case.

    Args:
        dossier: whose.
        by: who records it.
        who: who looked, or tried: a colleague, a health nurse, a service.
        way: code of `soken.review.words.ways_of_looking_after`.
        found: how the person is; where there is no next look, why none is needed.
        checked_on: the day of it.
        next_on: the day of the next look; None where none is needed any more. Whoever was not reached is tried again as
            soon as somebody is looked after for the first time: an attempt is no look.
        seen: version of the dossier that the actor saw.

    Raises:
        BadInputError: a part is missing, the way is not known, a day cannot be, or nobody was reached and no next day
            is named, or one too far off.
        NotFoundError, RefusedError: see `acting`.
    """
    ways = ways_of_looking_after()
    reached = ways[one_of(way, ways, _("The way"))].flag
    words = {
        "who": in_words(who, _("Who looked after"), longest=LONGEST_NAME),
        "found": in_words(found, _("How they are")),
    }
    if next_on is None and not reached:
        raise BadInputError(_("Nobody was reached: say on which day somebody tries again."))
    _check_next(next_on, reached=reached)
    with acting(dossier, by, Act.PLAN_WELFARE, seen=seen, frozen_too=True, fact=False) as now:
        working_day(checked_on, _("The day of the look"), now)
        return WelfareCheck.objects.create(
            dossier=now, way=way, checked_on=checked_on, next_on=next_on, by=by, at=clock.now(), **words
        )


def _check_next(next_on: date | None, *, reached: bool) -> None:
    """Refuse a day of the next look that lies behind, or too far ahead.

    Raises:
        BadInputError: it is so.
    """
    days = longest_without_a_look() if reached else first_look_within()
    if next_on is None or today() <= next_on <= today() + timedelta(days=days):
        return
    if reached:
        raise BadInputError(_("The next look is from today to %(days)s days ahead.") % {"days": days})
    raise BadInputError(
        _("Nobody was reached: somebody tries again by %(day)s.")
        % {"day": (today() + timedelta(days=days)).isoformat()}
    )
