"""Persons with a dossier whom no force has taken on, and the forces that are proposed for them (R18, R24)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db.models import Q

from soken.access.policy import Act, allows
from soken.casework.models import Dossier, NotificationKind, Operation
from soken.casework.selectors.deaths import case_open
from soken.casework.selectors.dossier import today
from soken.casework.selectors.due import Due
from soken.casework.selectors.ownership import competence_of_many
from soken.core import clock
from soken.reference.forces import forces
from soken.route.transfers import rules

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from django.db.models import QuerySet

    from soken.access.models import User
    from soken.route.competence import Proposal, Reason

#: Persons shown on a page at once.
SHOWN: Final = 200
_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class Unowned:
    """A person whom nobody has taken on.

    Attributes:
        dossier: it.
        forces: codes of the proposed forces, the one that most speaks for first; empty where no place is known.
        reasons: why the reader's force is proposed; for the centre, why the first one is.
    """

    dossier: Dossier
    forces: tuple[str, ...]
    reasons: tuple[Reason, ...]

    @property
    def due_at(self) -> datetime:
        """Return by when a force should have answered, counted as for a person who is offered to it."""
        return self.dossier.opened_at + rules().receive

    @property
    def late(self) -> bool:
        """Tell whether that moment has passed."""
        return clock.now() >= self.due_at


def unowned(user: User, *, most: int = SHOWN) -> tuple[list[Unowned], int]:
    """Return whom nobody has taken on and the user's force is proposed for, and how many there are.

    Of several competent forces each sees the person: the first that accepts is the owner. The centre, and whoever
    belongs to no force, sees all of them, also those for whom nothing can be proposed.

    Args:
        user: who looks.
        most: how many are returned, the longest waiting first; all are counted.
    """
    if not may_look(user):
        return [], 0
    waiting = _waiting(Dossier.objects.filter(operation__in=Operation.objects.visible_to(user)))
    if not user.force:
        return _seen(list(waiting[:most]), ""), waiting.count()
    force = forces(today()).get(user.force)
    if force is None:
        return [], 0
    # By the list or by people's word the place lies there; which word counts, competence says.
    there = waiting.filter(Q(prefecture=force.prefecture) | Q(places__prefecture=force.prefecture)).distinct()
    found = [one for one in _seen(list(there), user.force) if user.force in one.forces]
    return found[:most], len(found)


def may_look(user: User) -> bool:
    """Tell whether a user is shown whom nobody has taken on: whoever sees dossiers, of any role."""
    return allows(user, Act.SEE_DOSSIER)


def unowned_due(operation: Operation) -> Iterator[Due]:
    """Yield those whom nobody has taken on in the time in which an offer is answered, for the force proposed first.

    Where no force can be proposed the centre is told: somebody has to find out where the person lives.
    """
    for one in _seen(list(_waiting(Dossier.objects.filter(operation=operation))), ""):
        if one.late:
            force = one.forces[0] if one.forces else ""
            dossier = one.dossier
            yield Due(NotificationKind.UNOWNED, force or "-", dossier.person_code, dossier.pk, force, Act.ACCEPT_PERSON)


def _waiting(dossiers: QuerySet[Dossier]) -> QuerySet[Dossier]:
    """Keep those whom nobody owns and whose case is not sent, the dead among them, the longest waiting first."""
    found = dossiers.filter(case_open(), force="")
    return found.select_related("operation").order_by("received_on", "opened_at", "pk")


def _seen(dossiers: list[Dossier], force: str) -> list[Unowned]:
    """Return persons with what is proposed for them."""
    found = []
    for at in range(0, len(dossiers), _AT_ONCE):
        some = dossiers[at : at + _AT_ONCE]
        proposed = competence_of_many(some)
        for one in some:
            proposals = proposed[one.pk].proposals
            codes = tuple(proposal.force.code for proposal in proposals)
            found.append(Unowned(one, codes, _reasons(proposals, force)))
    return found


def _reasons(proposals: tuple[Proposal, ...], force: str) -> tuple[Reason, ...]:
    """Return why a force is proposed; why the first one is, where none is named."""
    return next((one.reasons for one in proposals if not force or one.force.code == force), ())
