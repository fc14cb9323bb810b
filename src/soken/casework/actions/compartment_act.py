"""What every act on a compartment has in common: the right to it, one transaction, and whoever may not look is told
that there is none."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from soken.access.eyes import compartments_changed
from soken.access.policy import allows
from soken.casework.models import Compartment
from soken.core.errors import NotFoundError, RefusedError
from soken.ledger.attribution import says

if TYPE_CHECKING:
    from collections.abc import Iterator

    from soken.access.models import User
    from soken.access.policy import Act


def check_role(by: User, act: Act) -> None:
    """Refuse an act to whom the role does not permit it.

    Raises:
        RefusedError: it does not.
    """
    says(by=by.get_username(), act=act.value)
    if not allows(by, act):
        raise RefusedError(
            _("Your role (%(role)s) may not do this (%(act)s); ask somebody whose role may.")
            % {"role": by.get_role_display(), "act": act.value}
        )


@contextmanager
def in_compartment(key: int, by: User, act: Act) -> Iterator[Compartment]:
    """Open an act on a compartment: it is locked until the act is done, whole or not at all.

    Args:
        key: number of the compartment.
        by: who acts; may look into it, so is neither its subject nor a colleague who is named.
        act: what is done.

    Raises:
        RefusedError: the role does not permit the act.
        NotFoundError: there is none of this number, or the actor may not look into it.
    """
    check_role(by, act)
    with transaction.atomic():
        found = Compartment.objects.select_for_update().filter(pk=key).first()
        if found is None or not Compartment.objects.open_to(by).filter(pk=key).exists():
            raise NotFoundError(_("There is no compartment %(number)s.") % {"number": key})
        person = found.persons.order_by("pk").first()
        says(by=by.get_username(), act=act.value, operation=found.operation.slug, person=person.code if person else "")
        yield found
        compartments_changed()
