"""Give somebody a task on a dossier."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from soken.access.policy import Act
from soken.casework.actions.dossier_act import acting
from soken.casework.actions.follow_enquiry import follower
from soken.casework.actions.said import in_words
from soken.casework.actions.tell import tell
from soken.casework.models import NotificationKind, Task
from soken.casework.selectors.dossier import today
from soken.core import clock
from soken.core.errors import BadInputError

if TYPE_CHECKING:
    from datetime import date

    from soken.access.models import User
    from soken.casework.models import Dossier

#: Longest text of a task; and how many days ahead one can be due.
LONGEST: Final = 400
FURTHEST: Final = 3 * 366


def give_task(dossier: Dossier, *, by: User, what: str, who: str, due_on: date, seen: int | None = None) -> Task:
    """Give a task to somebody who works on the operation, and notify them if it is not oneself.

    Args:
        dossier: about whom.
        by: who gives it.
        what: what is to be done.
        who: name of the user who is to do it.
        due_on: by which day, today or later.
        seen: version of the dossier that the actor saw.

    Raises:
        BadInputError: what is to be done is missing, or the day is past or too far off.
        NotFoundError, RefusedError: see `follower` and `acting`.
    """
    said = in_words(what, _("What is to be done"), longest=LONGEST)
    if not today() <= due_on <= today() + timedelta(days=FURTHEST):
        raise BadInputError(_("A task is due from today to %(days)s days ahead.") % {"days": FURTHEST})
    with acting(dossier, by, Act.RECORD_FINDING, seen=seen, fact=False) as now:
        doer, at = follower(now, who), clock.now()
        if doer.pk != by.pk:
            tell([doer.pk], now, NotificationKind.TASK_GIVEN)
        return Task.objects.create(dossier=now, what=said, who=doer, due_on=due_on, by=by, at=at)
