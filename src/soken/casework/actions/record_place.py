"""Record where a person lives or is, or where the offence was committed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from soken.access.policy import Act
from soken.casework.actions.dossier_act import acting
from soken.casework.actions.said import in_words, one_of
from soken.casework.models import PlaceFact
from soken.core import clock
from soken.reference.prefectures import prefectures
from soken.route.competence import grounds

if TYPE_CHECKING:
    from soken.access.models import User
    from soken.casework.models import Dossier


def record_place(
    dossier: Dossier, *, by: User, ground: str, prefecture: str, basis: str, seen: int | None = None
) -> PlaceFact:
    """Record a place that makes a force competent; the newest on each ground counts, none moves the owner by itself.

    Args:
        dossier: whose.
        by: who records it.
        ground: code of `soken.route.competence.grounds`.
        prefecture: JIS code.
        basis: what shows it.
        seen: version of the dossier that the actor saw.

    Raises:
        BadInputError: the ground or the prefecture is not known, or the basis is missing.
        NotFoundError, RefusedError: see `acting`.
    """
    one_of(ground, grounds(), _("The ground"))
    one_of(prefecture, prefectures(), _("The prefecture"))
    said = in_words(basis, _("What shows it"))
    with acting(dossier, by, Act.RECORD_FINDING, seen=seen) as now:
        return PlaceFact.objects.create(
            dossier=now, ground=ground, prefecture=prefecture, basis=said, by=by, at=clock.now()
        )
