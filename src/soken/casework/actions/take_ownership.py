"""Accept a person for a force: from then on it owns the dossier."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from soken.access.policy import Act
from soken.casework.actions.dossier_act import acting
from soken.casework.actions.owner_step import give_to, known_force
from soken.casework.actions.said import in_words
from soken.core.errors import RefusedError

if TYPE_CHECKING:
    from soken.access.models import User
    from soken.casework.models import Dossier, Ownership


def take_ownership(dossier: Dossier, *, by: User, force: str, reason: str, seen: int | None = None) -> Ownership:
    """Make a force the owner of a dossier that has none; the machine proposes which, a person accepts (R18).

    People of a force accept for their own; those of no force (the centre) may assign any.

    Args:
        dossier: whose.
        by: who accepts.
        force: code of the force.
        reason: why this one, in words.
        seen: version of the dossier that the actor saw.

    Raises:
        BadInputError: there is no such force, or the reason is missing.
        RefusedError: a force owns it already, or the actor belongs to another force; and see `acting`.
        NotFoundError: see `acting`.
    """
    known_force(force)
    said = in_words(reason, _("The reason"))
    if by.force and by.force != force:
        raise RefusedError(_("You can accept a person for your own force only; offer a transfer to another."))
    with acting(dossier, by, Act.OWN, seen=seen) as now:
        if now.force:
            raise RefusedError(
                _("%(person)s has an owner already; a change of owner is a transfer.") % {"person": now.person_code}
            )
        return give_to(now, force, by=by, reason=said)
