"""The one place that gives a dossier an owner: the stretch before ends where the next begins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from soken.casework.models import Ownership
from soken.casework.selectors.dossier import today
from soken.casework.selectors.ownership import competence_of
from soken.core import clock
from soken.core.errors import BadInputError
from soken.reference.forces import forces

if TYPE_CHECKING:
    from soken.access.models import User
    from soken.casework.models import Dossier


def give_to(dossier: Dossier, force: str, *, by: User, reason: str) -> Ownership:
    """End the ownership there is and begin another; the database refuses an owner without one (`stage_lock`).

    Called inside the transaction of an act, and by nothing else.
    """
    at = clock.now()
    dossier.ownerships.filter(until__isnull=True).update(until=at)
    proposed = [
        {"force": one.force.code, "grounds": [why.ground.code for why in one.reasons]}
        for one in competence_of(dossier).proposals
    ]
    made = Ownership.objects.create(dossier=dossier, force=force, reason=reason, proposed=proposed, by=by, since=at)
    dossier.force = force
    dossier.save(update_fields=["force"])
    return made


def known_force(code: str) -> str:
    """Return the code of a force that there is today.

    Raises:
        BadInputError: there is none of this code.
    """
    if code not in forces(today()):
        raise BadInputError(
            _("No force has the code “%(code)s”; codes are names of prefectures, as tokyo or osaka.")
            % {"code": code[:40]}
        )
    return code
