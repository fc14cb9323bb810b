"""Raise another explanation of the purchases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from soken.access.policy import Act
from soken.casework.actions.dossier_act import acting
from soken.casework.actions.said import in_words, one_of
from soken.casework.models import RivalExplanation
from soken.core import clock
from soken.core.errors import RefusedError
from soken.review.facts import RivalState
from soken.review.words import rival_explanations

if TYPE_CHECKING:
    from soken.access.models import User
    from soken.casework.models import Dossier


def raise_rival(dossier: Dossier, *, by: User, kind: str, why: str, seen: int | None = None) -> RivalExplanation:
    """Ask whether something else explains the purchases; while it is open, nobody acts on the person (R6).

    An explanation that was settled can be raised again.

    Raises:
        BadInputError: the kind is not known, or why it is asked is missing.
        RefusedError: it is open already; and see `acting`.
        NotFoundError: see `acting`.
    """
    one_of(kind, rival_explanations(), _("The explanation"))
    said = in_words(why, _("Why it is asked"))
    with acting(dossier, by, Act.RECORD_FINDING, seen=seen) as now:
        if now.rivals.filter(kind=kind, state=RivalState.OPEN).exists():
            raise RefusedError(_("This explanation is open already."))
        return RivalExplanation.objects.create(dossier=now, kind=kind, why=said, by=by, at=clock.now())
