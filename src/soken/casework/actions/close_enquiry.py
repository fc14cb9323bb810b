"""Close a line of enquiry with what was found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from soken.access.policy import Act
from soken.casework.actions.dossier_act import acting
from soken.casework.actions.said import in_words
from soken.core import clock
from soken.core.errors import RefusedError

if TYPE_CHECKING:
    from soken.access.models import User
    from soken.casework.models import Dossier, LineOfEnquiry


def close_enquiry(dossier: Dossier, *, by: User, key: int, found: str, seen: int | None = None) -> LineOfEnquiry:
    """Write down what was found; nothing found is said so in words.

    Args:
        dossier: whose.
        by: who closes it.
        key: the line's number.
        found: what was found.
        seen: version of the dossier that the actor saw.

    Raises:
        BadInputError: what was found is missing.
        RefusedError: no such line is open; and see `acting`.
        NotFoundError: see `acting`.
    """
    said = in_words(found, _("What was found"))
    with acting(dossier, by, Act.RECORD_FINDING, seen=seen) as now:
        line = now.enquiries.filter(pk=key, closed_at__isnull=True).first()
        if line is None:
            raise RefusedError(_("No such line of enquiry is open."))
        line.found = said
        line.closed_by = by
        line.closed_at = clock.now()
        line.save(update_fields=["found", "closed_by", "closed_at"])
        return line
