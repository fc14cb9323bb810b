"""Settle another explanation of the purchases: tested, with the result."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from soken.access.policy import Act
from soken.casework.actions.dossier_act import acting
from soken.casework.actions.said import in_words, one_of
from soken.core import clock
from soken.core.errors import RefusedError
from soken.review.facts import RivalState

if TYPE_CHECKING:
    from soken.access.models import User
    from soken.casework.models import Dossier, RivalExplanation


def settle_rival(
    dossier: Dossier, *, by: User, kind: str, state: str, result: str, seen: int | None = None
) -> RivalExplanation:
    """Say how an open explanation was tested and what came of it (R6).

    Args:
        dossier: whose.
        by: who tested.
        kind: which explanation.
        state: 'ruled-out' or 'holds'.
        result: how it was tested, and what came of it.
        seen: version of the dossier that the actor saw.

    Raises:
        BadInputError: the state is not one of the two, or the result is missing.
        RefusedError: no such explanation is open; and see `acting`.
        NotFoundError: see `acting`.
    """
    one_of(state, (RivalState.RULED_OUT.value, RivalState.HOLDS.value), _("The result"))
    said = in_words(result, _("How it was tested"))
    with acting(dossier, by, Act.RECORD_FINDING, seen=seen) as now:
        found = now.rivals.filter(kind=kind, state=RivalState.OPEN).first()
        if found is None:
            raise RefusedError(_("This explanation is not open; raise it first."))
        found.state = state
        found.result = said
        found.settled_by = by
        found.settled_at = clock.now()
        found.save(update_fields=["state", "result", "settled_by", "settled_at"])
        return found
