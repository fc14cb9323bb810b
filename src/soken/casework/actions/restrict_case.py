"""Keep a case to named people within the force, and release it again (R33)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from soken.access.policy import Act
from soken.casework.actions.compartment_act import in_compartment
from soken.casework.actions.dossier_act import check_owner, check_right
from soken.casework.actions.open_compartment import let_in, lift
from soken.casework.actions.said import in_words
from soken.casework.actions.shut_matches import shut
from soken.casework.models import Compartment, CompartmentKind
from soken.casework.selectors.dossier import dossier_of
from soken.core.errors import RefusedError
from soken.ledger.attribution import says

if TYPE_CHECKING:
    from collections.abc import Collection

    from soken.access.models import User
    from soken.casework.models import Operation


def restrict_case(operation: Operation, code: str, *, by: User, users: Collection[User], reason: str) -> Compartment:
    """Keep a person's case to named people, to who opened it, and to the supervisors of the force that owns it.

    Nobody else sees the person at all. Named again, the people named come in beside those who are in.

    Args:
        operation: where.
        code: the person.
        by: a supervisor of the force.
        users: who works on it.
        reason: why nobody else needs to know.

    Raises:
        BadInputError: no reason is given.
        NotFoundError: the person has no dossier, or the actor is no member of the operation.
        RefusedError: the role does not permit it, or another force owns the case.
    """
    said = in_words(reason, _("The reason"))
    check_right(operation, by, Act.RESTRICT_CASE)
    says(person=code)
    dossier = dossier_of(operation, code)
    check_owner(dossier, by)
    with transaction.atomic():
        kept = Compartment.objects.shut().filter(operation=operation, kind=CompartmentKind.CASE, persons__code=code)
        made = kept.first() or shut(operation, code, CompartmentKind.CASE, by=by, reason=said)
        let_in(made, {*users, dossier.opened_by, by}, by=by)
    return made


def release_case(key: int, *, by: User, reason: str) -> Compartment:
    """Release a case that was kept to named people: everybody who may see the operation's persons sees it again.

    Args:
        key: number of its compartment.
        by: a supervisor of the force.
        reason: why.

    Raises:
        BadInputError: no reason is given.
        RefusedError: it is a protected person's compartment; and see `in_compartment`.
        NotFoundError: see `in_compartment`.
    """
    said = in_words(reason, _("The reason"))
    with in_compartment(key, by, Act.RESTRICT_CASE) as found:
        if found.kind != CompartmentKind.CASE:
            raise RefusedError(_("Only two people of the oversight group open this compartment."))
        found.reason = f"{found.reason}\n{said}"
        found.save(update_fields=["reason"])
        lift(found)
    return found
