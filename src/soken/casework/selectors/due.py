"""A matter that is due in an operation, and who is to be told of it.

Only what warns; nothing here acts. Each state of a matter has a kind and an ``about`` of its own: the same matter in
the same state has the same ones every time, so that whoever was told is not told again until it is worse.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from soken.access.models import Role
from soken.access.policy import PERMISSIONS, Act
from soken.casework.models import Membership

if TYPE_CHECKING:
    from soken.casework.models import NotificationKind, Operation

#: Where a row that belongs to a dossier says what `Due` asks for: person, dossier, force.
WHOSE: Final = ("dossier__person_code", "dossier", "dossier__force")


@dataclass(frozen=True, slots=True)
class Due:
    """A matter in the state that it is in now.

    Attributes:
        kind: what it is, and how bad.
        about: which matter: keys, moments, dates; no words.
        person: code of the person, '' for what concerns no one person.
        dossier: key of the dossier, None where there is none.
        force: code of the force whose people are told; '' where no force owns the person.
        act: the right to what has to be done; who has it is told.
        but: key of a user who is not told: they have done their part.
        named: keys of users who are told; where `act` is None they alone are.
        centre: the right whose holders at the centre are told as well, None for none.
    """

    kind: NotificationKind
    about: str
    person: str = ""
    dossier: int | None = None
    force: str = ""
    act: Act | None = None
    but: int | None = None
    named: tuple[int, ...] = ()
    centre: Act | None = None


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who works on an operation.

    Attributes:
        user: key.
        role: what they may do.
        force: code of their force, '' for the centre.
    """

    user: int
    role: Role
    force: str


def members_of(operation: Operation) -> list[Member]:
    """Return the active members of an operation who work on persons."""
    found = Membership.objects.filter(operation=operation, user__is_active=True)
    members = (
        Member(user, Role(role), force)
        for user, role, force in found.order_by("user").values_list("user", "user__role", "user__force")
    )
    return [one for one in members if Act.SEE_DOSSIER in PERMISSIONS[one.role]]


def told_of(due: Due, members: list[Member]) -> set[int]:
    """Return the keys of those who are told: the owner's people, or the centre's where the owner has nobody.

    Of a person whom no force owns the centre is told, and everybody where nobody works for the centre: somebody is.
    """
    named = {one.user for one in members if one.user in due.named}
    if due.centre is not None:
        named |= {one.user for one in members if not one.force and due.centre in PERMISSIONS[one.role]}
    if due.act is None:
        return named
    able = [one for one in members if due.act in PERMISSIONS[one.role] and one.user != due.but]
    owners = [one for one in able if due.force and one.force == due.force]
    centre = [one for one in able if not one.force]
    return named | {one.user for one in owners or centre or ([] if due.force else able)}
