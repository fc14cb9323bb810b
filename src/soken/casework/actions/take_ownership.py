"""Accept a person for a force: from then on it owns the dossier."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from soken.access.policy import Act, accepts_for
from soken.casework.actions.dossier_act import acting
from soken.casework.actions.owner_step import give_to, known_force
from soken.casework.actions.said import in_words
from soken.core.errors import RefusedError

if TYPE_CHECKING:
    from soken.access.models import User
    from soken.casework.models import Dossier, Ownership


def take_ownership(dossier: Dossier, *, by: User, force: str, reason: str, seen: int | None = None) -> Ownership:
    """Make a force the owner of a dossier that has none; the machine proposes which, that force's people accept (R18).

    Args:
        dossier: whose.
        by: who accepts; see `soken.access.policy.accepts_for`.
        force: code of the force.
        reason: why this one, in words.
        seen: version of the dossier that the actor saw.

    Raises:
        BadInputError: there is no such force, or the reason is missing.
        RefusedError: a force owns it already, or the actor does not accept for this one; and see `acting`.
        NotFoundError: see `acting`.
    """
    check_may_take_on(by, force)
    said = in_words(reason, _("The reason"))
    with acting(dossier, by, Act.ACCEPT_PERSON, seen=seen) as now:
        check_unowned(now)
        return give_to(now, force, by=by, reason=said)


def check_may_take_on(by: User, force: str) -> None:
    """Refuse whoever does not accept persons for a force.

    Raises:
        BadInputError: there is no such force.
        RefusedError: the actor belongs to another or to none, or their role answers for no force.
    """
    if not by.force:
        raise RefusedError(
            _(
                "You belong to no force and take nobody on: record where the person lives, acted or is; "
                "a supervisor or liaison officer of the force that is then proposed accepts."
            )
        )
    known_force(force)
    if by.force != force:
        raise RefusedError(_("You can accept a person for your own force only; offer a transfer to another."))
    if not accepts_for(by, force):
        raise RefusedError(
            _("Your role (%(role)s) does not accept persons for your force; a supervisor or liaison officer does.")
            % {"role": by.get_role_display()}
        )


def check_unowned(dossier: Dossier) -> None:
    """Refuse to take on a person whom a force owns.

    Raises:
        RefusedError: one does.
    """
    if dossier.force:
        raise RefusedError(
            _("%(person)s has an owner already; a change of owner is a transfer.") % {"person": dossier.person_code}
        )
