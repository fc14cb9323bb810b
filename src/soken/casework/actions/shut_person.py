"""Shut a person away by hand, and shut colleagues out: both are the safe side, and one person can do them at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from soken.access.policy import Act
from soken.casework.actions.compartment_act import in_compartment
from soken.casework.actions.dossier_act import check_right
from soken.casework.actions.said import in_words
from soken.casework.actions.shut_matches import shut
from soken.casework.models import CompartmentBar, CompartmentKind
from soken.casework.selectors.dossier import dossier_found
from soken.casework.selectors.persons import person_of
from soken.core import clock
from soken.ledger.attribution import says

if TYPE_CHECKING:
    from soken.access.models import User
    from soken.casework.models import Compartment, Operation


def shut_person(operation: Operation, code: str, *, by: User, reason: str) -> Compartment:
    """Shut a person into a compartment: whoever recognises a colleague on the list does so at once.

    Afterwards the oversight group alone sees the person; who has shut them away sees them no more.

    Args:
        operation: where.
        code: the person.
        by: who shuts.
        reason: whom they take the person for.

    Raises:
        BadInputError: no reason is given.
        NotFoundError: no such person, or the actor is no member of the operation.
        RefusedError: the role does not permit it.
    """
    said = in_words(reason, _("The reason"))
    check_right(operation, by, Act.SHUT_COMPARTMENT)
    says(person=code)
    if dossier_found(operation, code) is None:
        person_of(operation, code)
    with transaction.atomic():
        return shut(operation, code, CompartmentKind.PROTECTED, by=by, reason=said)


def bar_colleague(key: int, user: User, *, by: User, reason: str) -> CompartmentBar:
    """Shut somebody out of a compartment by name, whatever their role, also who was let in or is of the group.

    Args:
        key: number of the compartment.
        user: the colleague.
        by: who says so.
        reason: why.

    Raises:
        BadInputError: no reason is given.
        RefusedError, NotFoundError: see `in_compartment`.
    """
    said = in_words(reason, _("The reason"))
    with in_compartment(key, by, Act.OPEN_COMPARTMENT) as found:
        made, _new = CompartmentBar.objects.get_or_create(
            compartment=found, user=user, defaults={"reason": said, "by": by, "at": clock.now()}
        )
    return made
