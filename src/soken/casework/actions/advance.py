"""Take a dossier from its stage to another: the one way through the gates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from soken.access.policy import Act
from soken.casework.actions.dossier_act import acting
from soken.casework.actions.said import in_words
from soken.casework.actions.stage_step import take_step
from soken.casework.models.dossier import STAGE_NAMES
from soken.casework.selectors.dossier import facts_of
from soken.core import clock
from soken.core.errors import RefusedError
from soken.review.stages import Stage
from soken.review.transitions import Transition, missing, way

if TYPE_CHECKING:
    from soken.access.models import User
    from soken.casework.models import Dossier, StageChange
    from soken.review.guards import Missing


class GateError(RefusedError):
    """A gate is shut: something is still missing.

    Attributes:
        missing: what, in the order of the guards.
    """

    code = "gate"

    def __init__(self, message: str, found: list[Missing]) -> None:
        super().__init__(message)
        self.missing = found


def advance(dossier: Dossier, *, by: User, to: Stage, reason: str = "", seen: int | None = None) -> StageChange:
    """Take the dossier to a stage, if the table has a way there, the role may take it, and nothing is missing.

    Args:
        dossier: whose.
        by: who takes it there.
        to: the stage.
        reason: in words; some ways need one.
        seen: version of the dossier that the actor saw.

    Raises:
        GateError: something is missing; `missing` says what.
        BadInputError: the way needs a reason and none was given.
        RefusedError: there is no such way, or not for this role; and see `acting`.
        NotFoundError: see `acting`.
    """
    with acting(dossier, by, Act.ADVANCE, seen=seen, frozen_too=True) as now:
        found = _way(now, to, by)
        said = in_words(reason, _("The reason")) if found.reason or reason.strip() else ""
        if found.act == "reopen":
            now.endings.filter(lifted_at__isnull=True).update(lifted_at=clock.now(), lifted_by=by)
        lacks = missing(facts_of(now), found.before, found.after)
        if lacks:
            raise GateError(
                _("%(person)s cannot go to “%(stage)s” yet; still missing: %(missing)s.")
                % {
                    "person": now.person_code,
                    "stage": STAGE_NAMES[to],
                    "missing": ", ".join(f"{one.code} ({one.about})" if one.about else one.code for one in lacks),
                },
                lacks,
            )
        return take_step(now, to, by=by, reason=said)


def _way(dossier: Dossier, to: Stage, by: User) -> Transition:
    """Return the way to a stage that this person may take."""
    found = way(Stage(dossier.stage), to)
    names = {"before": STAGE_NAMES[Stage(dossier.stage)], "after": STAGE_NAMES[to]}
    if found is None or found.act == "end":
        raise RefusedError(_("No way leads from “%(before)s” to “%(after)s”.") % names)
    if by.role not in found.roles:
        raise RefusedError(
            _("Your role (%(role)s) may not take a person from “%(before)s” to “%(after)s”.")
            % {**names, "role": by.get_role_display()}
        )
    return found
