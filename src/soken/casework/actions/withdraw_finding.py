"""Withdraw a role, a corroboration or a backed element."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from soken.access.policy import Act
from soken.casework.actions.dossier_act import acting
from soken.casework.actions.said import in_words, one_of
from soken.casework.models import Corroboration, ElementExhibit, PartyRole
from soken.core import clock
from soken.core.errors import RefusedError

if TYPE_CHECKING:
    from soken.access.models import User
    from soken.casework.models import Dossier

#: Kind of finding → its model.
FINDINGS: Final[dict[str, type[PartyRole] | type[Corroboration] | type[ElementExhibit]]] = {
    "role": PartyRole,
    "corroboration": Corroboration,
    "element": ElementExhibit,
}


def withdraw_finding(
    dossier: Dossier, *, by: User, finding: str, key: int, reason: str, seen: int | None = None
) -> None:
    """Take back what was recorded; the entry stays to be read, with who withdrew it, when and why.

    Args:
        dossier: whose.
        by: who withdraws.
        finding: 'role', 'corroboration' or 'element'.
        key: the entry's number.
        reason: why.
        seen: version of the dossier that the actor saw.

    Raises:
        BadInputError: the kind is not one of these, or the reason is missing.
        RefusedError: no such entry is in force; and see `acting`.
        NotFoundError: see `acting`.
    """
    model = FINDINGS[one_of(finding, FINDINGS, _("The kind"))]
    said = in_words(reason, _("The reason"))
    with acting(dossier, by, Act.RECORD_FINDING, seen=seen) as now:
        entries = model._default_manager.filter(dossier=now, pk=key, withdrawn_at__isnull=True)
        if not entries.update(withdrawn_at=clock.now(), withdrawn_by=by, withdrawn_reason=said):
            raise RefusedError(_("No such entry is in force."))
