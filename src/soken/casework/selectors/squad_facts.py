"""What a joint squad means for the gates of those whom it works on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from soken.casework.models import SquadApproval, SquadDossier, SquadStep
from soken.review.facts import SquadFact

if TYPE_CHECKING:
    from collections.abc import Collection


def squads_of_many(keys: Collection[int]) -> dict[int, SquadFact]:
    """Return dossier key → the squad that works on it and that nobody has ended (two queries; one where there is none).

    Args:
        keys: primary keys of dossiers.
    """
    found = {
        one.dossier_id: one.squad
        for one in SquadDossier.objects.filter(dossier__in=keys, squad__ended_on__isnull=True).select_related("squad")
    }
    if not found:
        return {}
    given: dict[tuple[int, int, str], set[str]] = {}
    approvals = SquadApproval.objects.filter(dossier__in=list(found), withdrawn_at__isnull=True)
    for dossier, squad, step, force in approvals.values_list("dossier_id", "squad_id", "step", "force"):
        given.setdefault((dossier, squad, step), set()).add(force)
    return {
        dossier: SquadFact(
            forces=tuple(squad.forces),
            until=squad.until,
            action=frozenset(given.get((dossier, squad.pk, SquadStep.ACTION.value), ())),
            referral=frozenset(given.get((dossier, squad.pk, SquadStep.REFERRAL.value), ())),
        )
        for dossier, squad in found.items()
    }
