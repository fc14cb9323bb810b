"""Record what somebody is to the purchases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from soken.access.policy import Act
from soken.casework.actions.dossier_act import acting
from soken.casework.actions.said import in_words, one_of
from soken.casework.models import Party, PartyRole
from soken.core import clock
from soken.core.errors import RefusedError

if TYPE_CHECKING:
    from soken.access.models import User
    from soken.casework.models import Dossier


def add_party_role(
    dossier: Dossier, *, by: User, role: str, basis: str, other: str = "", seen: int | None = None
) -> PartyRole:
    """Record that this person, or somebody else, is account holder, payer, addressee, household member or user (R5).

    Args:
        dossier: whose.
        by: who records it.
        role: code of `Party`.
        basis: what shows it.
        other: name or person code of somebody else; '' for this person.
        seen: version of the dossier that the actor saw.

    Raises:
        BadInputError: the role is not known or the basis is missing.
        RefusedError: it is recorded already; and see `acting`.
        NotFoundError: see `acting`.
    """
    one_of(role, Party.values, _("The role"))
    said = in_words(basis, _("The basis"))
    named = in_words(other, _("The other person's name"), longest=200) if other.strip() else ""
    with acting(dossier, by, Act.RECORD_FINDING, seen=seen, names=bool(named)) as now:
        if now.party_roles.filter(role=role, other=named, withdrawn_at__isnull=True).exists():
            raise RefusedError(_("This role is recorded already."))
        return PartyRole.objects.create(
            dossier=now, role=role, is_person=not named, other=named, basis=said, by=by, at=clock.now()
        )
