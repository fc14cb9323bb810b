"""Take back a restraint or a step that was entered by mistake; the entry stays to be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from soken.access.policy import Act
from soken.casework.actions.custody_act import renew_clock, restraint_of
from soken.casework.actions.dossier_act import acting
from soken.casework.actions.said import in_words
from soken.core import clock
from soken.core.errors import RefusedError

if TYPE_CHECKING:
    from soken.access.models import User
    from soken.casework.models import Dossier


def withdraw_restraint(dossier: Dossier, *, by: User, key: int, reason: str, seen: int | None = None) -> None:
    """Take back a restraint that never was; its steps go with it.

    Args:
        dossier: whose.
        by: who withdraws.
        key: number of the restraint.
        reason: why.
        seen: version of the dossier that the actor saw.

    Raises:
        BadInputError: the reason is missing.
        RefusedError: no such restraint is recorded; and see `acting`.
        NotFoundError: see `acting`.
    """
    said = in_words(reason, _("The reason"))
    with acting(dossier, by, Act.RECORD_CUSTODY, seen=seen, frozen_too=True) as now:
        found = restraint_of(now, key)
        found.withdrawn_at, found.withdrawn_by, found.withdrawn_reason = clock.now(), by, said
        found.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
        renew_clock(found)


def withdraw_step(dossier: Dossier, *, by: User, key: int, reason: str, seen: int | None = None) -> None:
    """Take back the newest step of a restraint: its clock runs again as if it had never been met.

    Args:
        dossier: whose.
        by: who withdraws.
        key: number of the restraint.
        reason: why.
        seen: version of the dossier that the actor saw.

    Raises:
        BadInputError: the reason is missing.
        RefusedError: no step of it stands, or a later restraint runs on its end; and see `acting`.
        NotFoundError: see `acting`.
    """
    said = in_words(reason, _("The reason"))
    with acting(dossier, by, Act.RECORD_CUSTODY, seen=seen, frozen_too=True) as now:
        found = restraint_of(now, key)
        if now.restraints.filter(withdrawn_at__isnull=True, began_at__gte=found.began_at, pk__gt=found.pk).exists():
            raise RefusedError(_("A later restraint follows this one; withdraw that first."))
        last = found.steps.filter(withdrawn_at__isnull=True).last()
        if last is None:
            raise RefusedError(_("No such entry is in force."))
        last.withdrawn_at, last.withdrawn_by, last.withdrawn_reason = clock.now(), by, said
        last.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
        renew_clock(found)
