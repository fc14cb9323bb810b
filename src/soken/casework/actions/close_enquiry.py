"""Close a line of enquiry with what was found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from soken.access.policy import Act
from soken.casework.actions.dossier_act import acting
from soken.casework.actions.enter_exhibit import exhibit_of
from soken.casework.actions.follow_enquiry import open_line
from soken.casework.actions.said import in_words, one_of
from soken.casework.models import EnquiryResult
from soken.core import clock

if TYPE_CHECKING:
    from soken.access.models import User
    from soken.casework.models import Dossier, LineOfEnquiry


def close_enquiry(
    dossier: Dossier, *, by: User, key: int, result: str, found: str, exhibit: str = "", seen: int | None = None
) -> LineOfEnquiry:
    """Write down what came of it; nothing found is said so in words.

    It fills no element and is no corroboration: those are acts of their own, each with its exhibit (R7, R29).

    Args:
        dossier: whose.
        by: who closes it.
        key: the line's number.
        result: 'shown', 'not-shown' or 'cannot-say'.
        found: what was found.
        exhibit: number of the exhibit that shows it, '' for none.
        seen: version of the dossier that the actor saw.

    Raises:
        BadInputError: the result is not one of the three, or what was found is missing.
        RefusedError: no such line is open; and see `acting`.
        NotFoundError: no exhibit of this number is entered; and see `acting`.
    """
    one_of(result, EnquiryResult.values, _("The result"))
    said = in_words(found, _("What was found"))
    with acting(dossier, by, Act.RECORD_FINDING, seen=seen) as now:
        line = open_line(now, key)
        line.exhibit = exhibit_of(now, exhibit) if exhibit.strip() else None
        line.result, line.found, line.closed_by, line.closed_at = result, said, by, clock.now()
        line.save(update_fields=["exhibit", "result", "found", "closed_by", "closed_at"])
        return line
