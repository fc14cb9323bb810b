"""Screen a person: is a charge possible at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from soken.access.policy import Act
from soken.casework.actions.dossier_act import acting
from soken.casework.actions.said import in_words, one_of
from soken.casework.models import Screening
from soken.core import clock
from soken.review.words import screening_reasons

if TYPE_CHECKING:
    from soken.access.models import User
    from soken.casework.models import Dossier


def screen(dossier: Dossier, *, by: User, reason: str, note: str = "", seen: int | None = None) -> Screening:
    """Record a screening with its coded reason; it counts when another has reviewed it (R9).

    A later screening takes the place of the earlier ones, and of their review.

    Args:
        dossier: whose.
        by: who screens.
        reason: code of `soken.review.words.screening_reasons`.
        note: what else must be said.
        seen: version of the dossier that the actor saw.

    Raises:
        BadInputError: the reason is not known.
        NotFoundError, RefusedError: see `acting`.
    """
    one_of(reason, screening_reasons(), _("The reason"))
    said = in_words(note, _("The note")) if note.strip() else ""
    with acting(dossier, by, Act.SCREEN, seen=seen) as now:
        return Screening.objects.create(dossier=now, reason=reason, note=said, by=by, at=clock.now())
