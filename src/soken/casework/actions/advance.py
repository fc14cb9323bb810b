"""Take a dossier from its stage to another: the one way through the gates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from soken.access.policy import Act
from soken.casework.actions.dossier_act import acting
from soken.casework.actions.said import in_words
from soken.casework.actions.stage_step import take_step
from soken.casework.models import Referral
from soken.casework.models.dossier import STAGE_NAMES
from soken.casework.selectors.dossier import facts_of
from soken.core import clock
from soken.core.errors import RefusedError
from soken.review.stages import Stage
from soken.review.transitions import BY_OWN_ACT, REFER_DEAD, Transition, missing, way

if TYPE_CHECKING:
    from soken.access.models import User
    from soken.casework.models import Dossier, StageChange
    from soken.review.facts import Facts
    from soken.review.guards import Missing


class GateError(RefusedError):
    """A gate is shut: something is still missing.

    Attributes:
        head: what cannot be, without what is missing: for whoever says that in words.
        missing: what, in the order of the guards.
    """

    code = "gate"

    def __init__(self, head: str, found: list[Missing], words: str = "") -> None:
        """Say what is missing by its codes, or in the words of whoever has them."""
        codes = ", ".join(f"{one.code} ({one.about})" if one.about else one.code for one in found)
        by_code = _("%(what)s Still missing: %(missing)s.") % {"what": head, "missing": codes}
        super().__init__(f"{head} {words}" if words else by_code)
        self.head = head
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
        found = way_for(now, to, by)
        said = reason_for(found, reason)
        if found.act in {"reopen", "not-dead"}:
            now.endings.filter(lifted_at__isnull=True).update(lifted_at=clock.now(), lifted_by=by)
        change = pass_gate(now, found, by=by, reason=said)
        if found.act == "reopen":
            # A closed case that the police take up again is referred anew, with a number and papers of its own; only
            # after the gate, which asks whether an inquest has the old one before it.
            Referral.objects.filter(dossier=now, over_at__isnull=True).update(over_at=clock.now())
        return change


def pass_gate(dossier: Dossier, found: Transition, *, by: User, reason: str) -> StageChange:
    """Take a locked dossier along a way, if nothing is missing; called inside the transaction of an act.

    Raises:
        GateError: something is missing; `missing` says what.
    """
    check_gate(dossier, found, facts_of(dossier))
    return take_step(dossier, found.after, by=by, reason=reason)


def check_gate(dossier: Dossier, found: Transition, facts: Facts) -> None:
    """Refuse a way in which something is still missing.

    Raises:
        GateError: it is; `missing` says what.
    """
    lacks = missing(facts, found.before, found.after)
    if lacks:
        head = (
            _("The case of %(person)s, who has died, cannot be sent yet.")
            if found.act == REFER_DEAD
            else _("%(person)s cannot go to “%(stage)s” yet.")
        )
        raise GateError(head % {"person": dossier.person_code, "stage": STAGE_NAMES[found.after]}, lacks)


def reason_for(found: Transition, reason: str) -> str:
    """Return why a way is taken; '' where none is given and none is needed.

    Raises:
        BadInputError: the way needs a reason and none was given, or it is too long.
    """
    return in_words(reason, _("The reason")) if found.reason or reason.strip() else ""


def way_for(dossier: Dossier, to: Stage, by: User, *, own: str = "") -> Transition:
    """Return the way to a stage that this person may take.

    Args:
        dossier: whose.
        to: the stage.
        by: who takes it.
        own: which of `BY_OWN_ACT` it is, where an act of its own asks for the way; no other act goes there.

    Raises:
        RefusedError: there is no such way, or not for this role.
    """
    found = way(Stage(dossier.stage), to)
    names = {"before": STAGE_NAMES[Stage(dossier.stage)], "after": STAGE_NAMES[to]}
    if found is None or (found.act if found.act in BY_OWN_ACT else "") != own:
        raise RefusedError(_("No way leads from “%(before)s” to “%(after)s”.") % names)
    if by.role not in found.roles:
        raise RefusedError(
            _("Your role (%(role)s) may not take a person from “%(before)s” to “%(after)s”.")
            % {**names, "role": by.get_role_display()}
        )
    return found
