"""Enter an exhibit: its number and origin, never its content."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from soken.access.policy import Act
from soken.casework.actions.dossier_act import acting
from soken.casework.actions.said import in_words, one_of, working_day
from soken.casework.models import Exhibit
from soken.core import clock
from soken.core.errors import BadInputError, NotFoundError, RefusedError
from soken.review.words import exhibit_origins

if TYPE_CHECKING:
    from datetime import date

    from soken.access.models import User
    from soken.casework.models import Dossier


def enter_exhibit(
    dossier: Dossier, *, by: User, number: str, origin: str, obtained_on: date, seen: int | None = None
) -> Exhibit:
    """Enter an exhibit by its number; what it shows is said by the acts that use it (R10).

    Raises:
        BadInputError: the number names no number, the origin is not known, or the day cannot be.
        RefusedError: the number is taken in this dossier; and see `acting`.
        NotFoundError: see `acting`.
    """
    one_of(origin, exhibit_origins(), _("The origin"))
    named = in_words(number, _("The exhibit number"), longest=40)
    if not any(char.isdigit() for char in named):
        raise BadInputError(_("An exhibit is named by its number alone, never by what it shows."))
    with acting(dossier, by, Act.RECORD_FINDING, seen=seen) as now:
        working_day(obtained_on, _("The day it was obtained"), now)
        if now.exhibits.filter(number=named).exists():
            raise RefusedError(_("An exhibit %(number)s is entered already.") % {"number": named})
        return Exhibit.objects.create(
            dossier=now, number=named, origin=origin, obtained_on=obtained_on, by=by, at=clock.now()
        )


def exhibit_of(dossier: Dossier, number: str) -> Exhibit:
    """Return a dossier's exhibit by its number.

    Raises:
        NotFoundError: it has none of this number.
    """
    found = dossier.exhibits.filter(number=number.strip()).first()
    if found is None:
        raise NotFoundError(_("No exhibit %(number)s is entered; enter it first.") % {"number": number.strip()[:40]})
    return found
