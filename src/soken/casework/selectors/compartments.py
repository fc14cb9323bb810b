"""Compartments, for those who may look into them, and who is shut out of what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from soken.access.eyes import viewing
from soken.access.models import User
from soken.access.policy import Act, allows
from soken.casework.models import Compartment, CompartmentOpening, CompartmentPerson, Dossier, Operation, Protected
from soken.casework.models.force_sight import sight_of

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.db.models import QuerySet

    from soken.casework.models.force_sight import ForceSight
    from soken.casework.selectors.due import Member


def compartments_open_to(user: User) -> QuerySet[Compartment]:
    """Return the compartments that a user may look into, newest first, with what their page shows."""
    found = Compartment.objects.open_to(user).select_related("operation", "shut_by")
    return found.prefetch_related(
        "matches__protected", "matches__user", "persons__person", "rows", "access__user", "bars__user",
        "openings__users", "openings__by", "openings__second",
    )  # fmt: skip


def protected_seen_by(user: User) -> QuerySet[Protected]:
    """Return the entries of the list of protected people; not the one because of whom the user is shut out."""
    if not allows(user, Act.KEEP_PROTECTED):
        return Protected.objects.none()
    found = Protected.objects.exclude(colleagues=user).exclude(mail__iexact=user.email or "-")
    return found.select_related("by", "withdrawn_by").prefetch_related("colleagues")


def may_second(opening: CompartmentOpening, user: User) -> bool:
    """Tell whether somebody can be the second person of an opening."""
    return opening.agreed is None and opening.by_id != user.pk


def somebody_shut(operation: Operation) -> bool:
    """Tell whether somebody of an operation is shut away: what was counted when nobody was is then counted anew."""
    return Compartment.objects.shut().filter(operation=operation).exists()


def operations_with_somebody_shut(operations: Collection[Operation]) -> set[int]:
    """Return the keys of those of some operations in which somebody is shut away."""
    found = Compartment.objects.shut().filter(operation__in=[one.pk for one in operations])
    return set(found.values_list("operation", flat=True))


def few_who_see(dossier: Dossier) -> list[int]:
    """Return the keys of those who are shown a person whom few are shown.

    Whoever may be told is asked one by one, with their own eyes: it is a few people, and seldom.

    Args:
        dossier: of somebody who is shut away.
    """
    found = []
    for one in User.objects.filter(is_active=True).order_by("pk"):
        if not allows(one, Act.SEE_DOSSIER):
            continue
        with viewing(one):
            there = Operation.objects.visible_to(one).filter(pk=dossier.operation_id).exists()
            if there and Dossier.objects.filter(pk=dossier.pk).exists():
                found.append(one.pk)
    return found


class Closed:
    """Who of an operation's members may not be told of whom.

    Args:
        operation: which.
    """

    def __init__(self, operation: Operation) -> None:
        shut = CompartmentPerson.objects.filter(operation=operation, compartment__lifted_at__isnull=True)
        self._of: dict[str, set[int]] = {}
        for code, compartment in shut.values_list("code", "compartment"):
            self._of.setdefault(code, set()).add(compartment)
        self._open: dict[int, set[int]] = {}
        self._operation = operation
        self._owned = {code: (key, force) for code, key, force in _owned(operation)} if operation.by_force else {}
        self._sights: dict[int, ForceSight | None] = {}

    def without(self, members: list[Member], code: str) -> list[Member]:
        """Return the members who may see a person."""
        shut = self._of.get(code, set())
        seeing = [one for one in members if shut <= self._open_to(one.user)] if shut else members
        if code not in self._owned:
            return seeing
        return [one for one in seeing if self._reads(one.user, *self._owned[code])]

    def _reads(self, user: int, dossier: int, force: str) -> bool:
        """Tell whether a user reads a dossier that a force owns, where each force reads its own alone."""
        if user not in self._sights:
            self._sights[user] = sight_of(User.objects.get(pk=user))
        sight = self._sights[user]
        return sight is None or not sight.shuts(self._operation, dossier, force)

    def _open_to(self, user: int) -> set[int]:
        """Return the compartments that a user may look into."""
        if user not in self._open:
            who = User.objects.get(pk=user)
            self._open[user] = set(Compartment.objects.open_to(who).values_list("pk", flat=True))
        return self._open[user]


def _owned(operation: Operation) -> QuerySet[Dossier, tuple[str, int, str]]:
    """Return code, key and force of the dossiers of an operation that a force owns."""
    return Dossier.objects.filter(operation=operation).exclude(force="").values_list("person_code", "pk", "force")
