"""Whose a person is and how far: what everybody who works on the lists is told of another force's persons (R18, R22).

Where an operation is read by force, no more than this is told; what would tell more is refused here, in one sentence.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from soken.access.eyes import eyes
from soken.casework.language import page_language
from soken.casework.models import Dossier
from soken.casework.models.dossier import STAGE_NAMES
from soken.casework.models.force_sight import across_forces, force_sight, sight_of
from soken.core import clock
from soken.core.errors import RefusedError
from soken.reference.forces import forces
from soken.review.stages import Stage

if TYPE_CHECKING:
    from collections.abc import Collection

    from soken.access.models import User
    from soken.casework.models import Operation


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose a person is.

    Attributes:
        force: code of the force that owns the dossier, '' for none.
        stage: where the dossier stands.
        open: whether the reader may open it.
    """

    force: str
    stage: str
    open: bool


class AnothersCaseError(RefusedError):
    """A dossier is another force's, and the operation has each force read its own persons alone.

    Attributes:
        person: code of the person.
        force: code of the force that owns the dossier.
    """

    def __init__(self, person: str, whose: Whose) -> None:
        self.person, self.force = person, whose.force
        known = forces(timezone.localdate(clock.now())).get(whose.force)
        super().__init__(
            _(
                "%(person)s is a person of %(force)s (%(stage)s), and in this operation each force reads its own "
                "persons alone; ask that force for a transfer, or to let you in by name."
            )
            % {
                "person": person,
                "force": known.said(page_language()) if known else whose.force,
                "stage": STAGE_NAMES[Stage(whose.stage)],
            }
        )


def whose(operation: Operation, codes: Collection[str]) -> dict[str, Whose]:
    """Return whose those of some persons are who have a dossier; by code (one query).

    Of who is shut away nothing is told.
    """
    sight = force_sight(eyes())
    with across_forces():
        found = list(
            Dossier.objects.filter(operation=operation, person_code__in=set(codes)).values_list(
                "pk", "person_code", "force", "stage"
            )
        )
    return {
        code: Whose(force, stage, sight is None or not sight.shuts(operation, key, force))
        for key, code, force, stage in found
    }


def anothers(operation: Operation, codes: Collection[str]) -> dict[str, Whose]:
    """Return whose those of some persons are whom the reader may not open; by code.

    A list of persons says of them no more than this. None where the operation is read by everybody (no query).
    """
    if not reads_own_alone(operation):
        return {}
    return {code: one for code, one in whose(operation, codes).items() if not one.open}


def reads_own_alone(operation: Operation) -> bool:
    """Tell whether whoever looks is held to the dossiers of their own force in an operation."""
    sight = force_sight(eyes())
    return sight is not None and sight.binds(operation)


def reads_no_more(operation: Operation, code: str, user: User) -> bool:
    """Tell whether an act that was just done has shut a dossier to whoever did it: given away, or given back."""
    sight = sight_of(user) if operation.by_force else None
    with across_forces():
        found = Dossier.objects.filter(operation=operation, person_code=code).values_list("pk", "force").first()
    return sight is not None and found is not None and sight.shuts(operation, *found)


def refuse_anothers(operation: Operation, code: str) -> None:
    """Refuse to open a person whose dossier another force keeps (one query, where the operation is read by force).

    Raises:
        AnothersCaseError: it does.
    """
    sight = force_sight(eyes())
    if sight is None or not sight.binds(operation):
        return
    found = whose(operation, [code]).get(code)
    if found is not None and not found.open:
        raise AnothersCaseError(code, found)
