"""Open a line of enquiry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from soken.access.policy import Act
from soken.casework.actions.dossier_act import acting
from soken.casework.actions.follow_enquiry import follower
from soken.casework.actions.said import in_words, one_of
from soken.casework.models import LineOfEnquiry
from soken.core import clock
from soken.review.words import elements

if TYPE_CHECKING:
    from soken.access.models import User
    from soken.casework.models import Dossier


def open_enquiry(
    dossier: Dossier, *, by: User, question: str, element: str = "", follow: str = "", seen: int | None = None
) -> LineOfEnquiry:
    """Write down what must be shown, and who follows it.

    Args:
        dossier: whose.
        by: who opens it.
        question: what must be shown.
        element: code of the element of the offence that it asks for, '' for none.
        follow: name of the user who follows it, '' while nobody does.
        seen: version of the dossier that the actor saw.

    Raises:
        BadInputError: what must be shown is missing, or the element is not known.
        NotFoundError, RefusedError: see `follower` and `acting`.
    """
    said = in_words(question, _("What must be shown"))
    if element:
        one_of(element, elements(), _("The element"))
    with acting(dossier, by, Act.RECORD_FINDING, seen=seen) as now:
        who = follower(now, follow) if follow else None
        at = clock.now()
        return LineOfEnquiry.objects.create(
            dossier=now, question=said, element=element, by=by, at=at, followed_by=who,
            followed_since=at if who else None,
        )  # fmt: skip
