"""Who is one suspect over several dossiers: joined ones, and those of whom somebody says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from soken.access.eyes import beyond_operations
from soken.casework.models import DossierEnding, SameSuspect
from soken.casework.models.force_sight import across_forces
from soken.resolve.unionfind import Forest
from soken.review.facts import Ending

if TYPE_CHECKING:
    from datetime import datetime

    from soken.casework.models import Dossier


def one_suspect(cut_off: datetime) -> Forest:
    """Return dossiers that were known at a moment to be of one suspect, as sets of their numbers.

    What the system knows is a dossier that was joined with another of its operation, and a statement that stood then,
    which leads over operations too. Two of whom nobody said anything stay two.
    """
    found = Forest()
    joined = DossierEnding.objects.filter(Q(lifted_at__isnull=True) | Q(lifted_at__gt=cut_off), kind=Ending.JOINED)
    for one, other in joined.filter(at__lte=cut_off).values_list("dossier_id", "into_id"):
        found.join(one, other)
    said = SameSuspect.objects.filter(Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gt=cut_off), at__lte=cut_off)
    for one, other in said.values_list("dossier_id", "other_id"):
        found.join(one, other)
    return found


@beyond_operations()
@across_forces()
def same_suspects_of(dossier: Dossier) -> list[SameSuspect]:
    """Return the statements about a person, withdrawn ones too, in the order in which they were made.

    Whoever shows them leaves out who the other is, where that person's operation is not open to the reader.
    """
    found = SameSuspect.objects.filter(Q(dossier=dossier) | Q(other=dossier))
    people = ("dossier__operation", "other__operation", "by", "withdrawn_by")
    return list(found.select_related(*people).order_by("pk"))
