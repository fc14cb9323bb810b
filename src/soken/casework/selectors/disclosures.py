"""What was asked to be taken out, what was released, and who may do what with it (R33)."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from soken.access.policy import Act, allows
from soken.casework.models import ALL_PACKETS, Disclosure, DisclosureForm, DisclosureState
from soken.casework.selectors.dossier import today
from soken.core.errors import NotFoundError

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from soken.access.models import User
    from soken.casework.models import Operation

#: Form → the right to what it holds: who asks and who releases need it both, beside the right to ask or to release.
SCOPE: Final = MappingProxyType(
    {
        DisclosureForm.PACKET: Act.SEE_DOSSIER,
        DisclosureForm.CASE: Act.SEE_DOSSIER,
        DisclosureForm.CASE_PACKET: Act.SEE_DOSSIER,
        DisclosureForm.LINKS: Act.SEE_PERSON,
        DisclosureForm.PERSONS: Act.SEE_PERSON,
    }
)
#: What holds one person, and what holds a whole operation, by the codes of `ASKED_FOR`; a CASE/UCO file holds either.
OF_ONE: Final = frozenset[str]({DisclosureForm.PACKET.value, DisclosureForm.CASE_PACKET.value})
OF_ALL: Final = frozenset[str]({ALL_PACKETS, DisclosureForm.LINKS.value, DisclosureForm.PERSONS.value})


def disclosures_of(operation: Operation) -> QuerySet[Disclosure]:
    """Return every request of an operation, the newest first."""
    return (
        Disclosure.objects.filter(operation=operation)
        .select_related("operation", "asked_by", "second")
        .prefetch_related("takings__by")
    )


def disclosure_of(operation: Operation, key: int) -> Disclosure:
    """Return a request by its number.

    Raises:
        NotFoundError: the operation has none of this number.
    """
    found = disclosures_of(operation).filter(pk=key).first()
    if found is None:
        raise NotFoundError(_("There is no disclosure number %(number)s.") % {"number": key})
    return found


def scope_of(disclosure: Disclosure) -> Act:
    """Return the right to what a disclosure holds."""
    return SCOPE[DisclosureForm(disclosure.form)]


def releases_waiting(user: User, operations: list[int]) -> QuerySet[Disclosure]:
    """Return what somebody else asked for and the user may release, oldest first.

    Args:
        user: who may be the second person.
        operations: keys of those that they may see.
    """
    if not allows(user, Act.RELEASE_DISCLOSURE):
        return Disclosure.objects.none()
    seen = [form for form, act in SCOPE.items() if allows(user, act)]
    waiting = Disclosure.objects.filter(operation__in=operations, state=DisclosureState.ASKED, form__in=seen)
    return waiting.exclude(asked_by=user).select_related("operation", "asked_by").order_by("asked_at", "pk")


def may_decide(disclosure: Disclosure, user: User) -> bool:
    """Tell whether somebody can be the second person."""
    return (
        disclosure.state == DisclosureState.ASKED
        and disclosure.asked_by_id != user.pk
        and allows(user, Act.RELEASE_DISCLOSURE)
        and allows(user, scope_of(disclosure))
    )


def may_take(disclosure: Disclosure, user: User) -> bool:
    """Tell whether somebody can take a copy now."""
    return disclosure.asked_by_id == user.pk and can_be_taken(disclosure) and allows(user, scope_of(disclosure))


def may_withdraw(disclosure: Disclosure, user: User) -> bool:
    """Tell whether somebody can take their request back."""
    open_now = {DisclosureState.ASKED, DisclosureState.RELEASED}
    return disclosure.asked_by_id == user.pk and disclosure.state in open_now


def can_be_taken(disclosure: Disclosure) -> bool:
    """Tell whether it is released and not over: once, or until its last day."""
    in_time = disclosure.until is None or today() <= disclosure.until
    return disclosure.state == DisclosureState.RELEASED and in_time
