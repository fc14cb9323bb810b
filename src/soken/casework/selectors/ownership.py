"""Which forces are competent for a person, who owns them and who has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from soken.casework.models import PlaceFact
from soken.casework.selectors.dossier import today
from soken.reference.forces import forces
from soken.reference.prefectures import prefectures
from soken.review.stages import Stage
from soken.review.transitions import lost
from soken.route.competence import Competence, Place, competent

if TYPE_CHECKING:
    from collections.abc import Collection

    from soken.casework.models import Dossier
    from soken.reference.forces import Force
    from soken.review.facts import Facts

#: Stages at which a named notice has its ground.
_NOTICE_STANDS: Final = frozenset({Stage.READY, Stage.REFERRED, Stage.DECIDED, Stage.CLOSED})


def competence_of(dossier: Dossier) -> Competence:
    """Return the competent forces, from the places that people recorded; without any, from the address of the rows.

    What the list claims is a residence that nobody has checked, and is said to be so.
    """
    return competence_of_many([dossier])[dossier.pk]


def competence_of_many(dossiers: Collection[Dossier]) -> dict[int, Competence]:
    """Return the competent forces by key of a dossier; see `competence_of` (one query)."""
    facts = _newest_places(dossiers)
    return {one.pk: _competence(one, facts.get(one.pk, [])) for one in dossiers}


def _competence(dossier: Dossier, facts: list[PlaceFact]) -> Competence:
    """Return the competent forces from the newest word on each ground."""
    places = [Place(one.ground, one.prefecture, one.basis) for one in facts]
    if not any(one.ground == "residence" for one in facts) and dossier.prefecture in prefectures():
        places.append(Place("residence", dossier.prefecture, _("claimed by the list, not checked")))
    return competent(places, today())


def newest_places(dossier: Dossier) -> list[PlaceFact]:
    """Return the newest word on each ground."""
    return _newest_places([dossier]).get(dossier.pk, [])


def _newest_places(dossiers: Collection[Dossier]) -> dict[int, list[PlaceFact]]:
    """Return the newest word on each ground by key of a dossier."""
    newest: dict[int, dict[str, PlaceFact]] = {}
    for one in PlaceFact.objects.filter(dossier__in=[one.pk for one in dossiers]).order_by("pk"):
        newest.setdefault(one.dossier_id, {})[one.ground] = one
    return {key: list(found.values()) for key, found in newest.items()}


def groundless_notices(dossier: Dossier, facts: Facts) -> bool:
    """Tell whether named notices have lost their ground: somebody must withdraw them, none goes by itself.

    The ground is readiness for action (R20); once the case is sent it is not asked for anew.
    """
    stands = facts.stage in _NOTICE_STANDS and not facts.ending and not lost(facts)
    return not stands and dossier.notices.filter(withdrawn_at__isnull=True).exists()


def force_named(code: str) -> Force | None:
    """Return a force as it stands today, None where no force has this code."""
    return forces(today()).get(code)
