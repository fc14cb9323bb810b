"""The one place that moves a dossier from a stage to another and records the step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from soken.casework.models import StageChange
from soken.core import clock

if TYPE_CHECKING:
    from soken.access.models import User
    from soken.casework.models import Dossier
    from soken.review.stages import Stage


def take_step(dossier: Dossier, after: Stage, *, by: User, reason: str) -> StageChange:
    """Record the step and move the dossier; the database refuses a move without a record (`stage_lock`).

    Called inside the transaction of an act that has asked `soken.review.transitions`, and by nothing else.
    """
    step = StageChange.objects.create(
        dossier=dossier, before=dossier.stage, after=after, by=by, at=clock.now(), reason=reason
    )
    dossier.stage = after
    dossier.save(update_fields=["stage"])
    return step
