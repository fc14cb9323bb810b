"""Review a screening: the second person's word on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from soken.access.policy import Act
from soken.casework.actions.dossier_act import acting
from soken.core import clock
from soken.core.errors import RefusedError

if TYPE_CHECKING:
    from soken.access.models import User
    from soken.casework.models import Dossier, Screening


def review_screening(dossier: Dossier, *, by: User, seen: int | None = None) -> Screening:
    """Agree to the newest screening; whoever does not agree screens anew, and somebody else reviews that.

    Raises:
        RefusedError: there is nothing to review, it is reviewed, or the actor screened; and see `acting`.
        NotFoundError: see `acting`.
    """
    with acting(dossier, by, Act.REVIEW_SCREENING, seen=seen) as now:
        newest = now.screenings.last()
        if newest is None or newest.reviewed_by_id is not None:
            raise RefusedError(_("No screening of %(person)s waits for review.") % {"person": now.person_code})
        if newest.by_id == by.pk:
            raise RefusedError(_("You screened this person yourself; another person must review it."))
        newest.reviewed_by = by
        newest.reviewed_at = clock.now()
        newest.save(update_fields=["reviewed_by", "reviewed_at"])
        return newest
