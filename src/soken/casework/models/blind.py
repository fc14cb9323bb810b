"""What a second assessor is not shown: whatever tells how a person was assessed, until they have answered (R16).

Left out where the rows are read, like compartments, so that no page, list, count or answer to a program can forget it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from soken.access.eyes import eyes
from soken.casework.models.of_person import OfPerson, Seen
from soken.casework.models.second_assessment import SecondAssessment

if TYPE_CHECKING:
    from typing import Self

    from django.db.models import QuerySet

    from soken.access.models import User

M = TypeVar("M", bound="OfAssessment")


def blind_dossiers(user: User) -> QuerySet[SecondAssessment, Any]:
    """Return the keys of the dossiers whose assessment a user is not shown now."""
    waiting = SecondAssessment._base_manager.filter(
        assessor=user, answered_at__isnull=True, ended_at__isnull=True
    ).order_by()
    return waiting.values("dossier")


class Sighted(Seen[M]):
    """What whoever looks now may see, but of a person whom they assess blind."""

    def get_queryset(self) -> QuerySet[M]:
        """Return what may be seen."""
        found, looks = super().get_queryset(), eyes()
        if looks.machine or looks.user is None:
            return found
        return found.exclude(dossier__in=blind_dossiers(looks.user))


class OfAssessment(OfPerson):
    """Base of whatever tells how a person was assessed.

    Attributes:
        objects: leaves out whom the reader assesses blind.
        whole: leaves nobody out for that; for what must hold whoever looks, and shows nobody a band.
    """

    objects: ClassVar[Sighted[Self]] = Sighted()
    whole: ClassVar[Seen[Self]] = Seen()

    class Meta:
        """Has no table of its own."""

        abstract = True
