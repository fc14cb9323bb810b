"""No coercive step against somebody who stands in the register of wrong persons (R35)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from soken.casework.actions.advance import GateError
from soken.casework.selectors.held import register_entry
from soken.review.guards import Missing

if TYPE_CHECKING:
    from datetime import datetime

    from soken.casework.models import Dossier


def refuse_coercion(dossier: Dossier, since: datetime | None = None) -> None:
    """Refuse a coercive step against the wrong person.

    Args:
        dossier: against whom.
        since: when the step was taken; what was taken before the entry in the register happened and is recorded.
            None for a step that is only now prepared.

    Raises:
        GateError: the person stands in the register, and the step is not older.
    """
    entry = register_entry(dossier)
    if entry is not None and (since is None or since >= entry.at):
        raise GateError(
            _("%(person)s is recorded as the wrong person since %(day)s: no coercive step is taken; a release is.")
            % {"person": dossier.person_code, "day": entry.at.date().isoformat()},
            [Missing("links-frozen")],
        )
