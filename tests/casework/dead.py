"""Somebody who has died, at a stage of the way."""

from __future__ import annotations

from typing import Any

from soken.casework.actions.end_dossier import end_dossier
from soken.casework.models import Dossier, DossierEnding
from soken.casework.selectors.dossier import today
from soken.review.stages import Stage
from tests.casework.dossiers import (
    Room,
    bring_to,
    make_dossier,
)

#: Stages after the referral in which somebody can die.
DIES = (Stage.REFERRED, Stage.DECIDED, Stage.CLOSED)


def at(room: Room, stage: Stage) -> Dossier:
    """A dossier at a stage."""
    return bring_to(make_dossier(room), stage, room)


def dies(dossier: Dossier, room: Room, **said: Any) -> DossierEnding:
    """Record that the person died, today unless it is said otherwise."""
    ending = end_dossier(
        dossier, **{"by": room.analyst, "kind": "deceased", "basis": "戸籍の写し", "on": today(), **said}
    )
    dossier.refresh_from_db()
    return ending


def stage_of(dossier: Dossier) -> str:
    """The stage as it is stored."""
    return str(Dossier.objects.get(pk=dossier.pk).stage)


def dead_with_all(room: Room, *, at_stage: Stage = Stage.READY) -> Dossier:
    """Somebody who died when everything that a referral asks for was there."""
    dossier = at(room, at_stage)
    dies(dossier, room)
    return dossier
