"""Whose a person is, as lists of persons on the command line say it where an operation is read by force."""

from __future__ import annotations

from typing import TYPE_CHECKING

from soken.commands.language import in_words, spoken_language

if TYPE_CHECKING:
    from soken.casework.selectors.whose import Whose


def named_whose(name: str, anothers: Whose | None) -> str:
    """Return a person's name, and on a line of its own whose the person is and how far, where that is said."""
    return name if anothers is None else f"{name}\n{_said(anothers)}"


def whose_as_json(anothers: Whose | None) -> dict[str, str] | None:
    """Return whose a person is for JSON; None where it is not said."""
    return {"force": anothers.force, "stage": anothers.stage} if anothers else None


def _said(anothers: Whose) -> str:
    """Say whose a person is and how far, in words."""
    from django.utils import timezone

    from soken.casework.models.dossier import STAGE_NAMES
    from soken.core import clock
    from soken.reference.forces import forces
    from soken.review.stages import Stage

    force = forces(timezone.localdate(clock.now())).get(anothers.force)
    named = force.said(spoken_language()) if force else anothers.force
    return f"{named}: {in_words(anothers.stage, STAGE_NAMES[Stage(anothers.stage)])}"
