"""Back an element of the offence by an exhibit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from soken.access.policy import Act
from soken.casework.actions.dossier_act import acting
from soken.casework.actions.enter_exhibit import exhibit_of
from soken.casework.actions.said import lived_day, one_of
from soken.casework.models import ElementExhibit
from soken.core import clock
from soken.core.errors import BadInputError, RefusedError
from soken.review.words import elements

if TYPE_CHECKING:
    from datetime import date

    from soken.access.models import User
    from soken.casework.models import Dossier


def back_element(
    dossier: Dossier, *, by: User, element: str, exhibit: str, shown_on: date | None = None, seen: int | None = None
) -> ElementExhibit:
    """Record that an exhibit shows an element of art. 7(1) (R29).

    An exhibit from the seized list, or of an origin that cannot show this, may be named and is counted as not enough.

    Args:
        dossier: whose.
        by: who records it.
        element: code of `soken.review.words.elements`.
        exhibit: number of an exhibit entered before.
        shown_on: the day for which it shows the element; needed for possession.
        seen: version of the dossier that the actor saw.

    Raises:
        BadInputError: the element is not known, or the day is missing, lies in the future, before birth, after
            the death, or after the exhibit was obtained.
        RefusedError: it is recorded already; and see `acting`.
        NotFoundError: no such exhibit is entered; and see `acting`.
    """
    one_of(element, elements(), _("The element"))
    dated = elements()[element].flag
    if dated and shown_on is None:
        raise BadInputError(_("Say for which day the exhibit shows it; a purchase shows no later possession."))
    with acting(dossier, by, Act.RECORD_FINDING, seen=seen) as now:
        if shown_on is not None:
            lived_day(shown_on, _("The day for which it is shown"), now)
        found = exhibit_of(now, exhibit)
        if dated and shown_on is not None and shown_on > found.obtained_on:
            raise BadInputError(
                _("Exhibit %(number)s was obtained on %(obtained)s and cannot show %(day)s, a later day.")
                % {
                    "number": found.number,
                    "obtained": found.obtained_on.isoformat(),
                    "day": shown_on.isoformat(),
                }
            )
        if now.element_exhibits.filter(element=element, exhibit=found, withdrawn_at__isnull=True).exists():
            raise RefusedError(_("This is recorded already."))
        return ElementExhibit.objects.create(
            dossier=now,
            element=element,
            exhibit=found,
            shown_on=shown_on if dated else None,
            by=by,
            at=clock.now(),
        )
