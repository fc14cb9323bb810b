"""Record independent evidence beside the purchase row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from soken.access.policy import Act
from soken.casework.actions.dossier_act import acting
from soken.casework.actions.enter_exhibit import exhibit_of
from soken.casework.actions.said import one_of
from soken.casework.language import page_language
from soken.casework.models import Corroboration
from soken.core import clock
from soken.core.errors import RefusedError
from soken.review.words import corroboration_kinds, exhibit_origins

if TYPE_CHECKING:
    from soken.access.models import User
    from soken.casework.models import Dossier


def corroborate(dossier: Dossier, *, by: User, kind: str, exhibit: str, seen: int | None = None) -> Corroboration:
    """Name an exhibit that bears the purchase out from outside the list (R7); the list cannot bear itself out (R29).

    Args:
        dossier: whose.
        by: who records it.
        kind: code of `soken.review.words.corroboration_kinds`.
        exhibit: number of an exhibit entered before.
        seen: version of the dossier that the actor saw.

    Raises:
        BadInputError: the kind is not known.
        RefusedError: the exhibit comes from the seized list itself, or not from where evidence of the kind does, or it
            is recorded already; and see `acting`.
        NotFoundError: no such exhibit is entered; and see `acting`.
    """
    one_of(kind, corroboration_kinds(), _("The kind"))
    with acting(dossier, by, Act.RECORD_FINDING, seen=seen) as now:
        found = exhibit_of(now, exhibit)
        if not exhibit_origins()[found.origin].flag:
            raise RefusedError(
                _("%(number)s comes from the seized list itself, which cannot bear itself out; name another exhibit.")
                % {"number": found.number}
            )
        if found.origin not in corroboration_kinds()[kind].origins:
            raise RefusedError(
                _("%(number)s does not come from where evidence of this kind comes from: %(origins)s.")
                % {"number": found.number, "origins": _origins_of(kind)}
            )
        if now.corroborations.filter(kind=kind, exhibit=found, withdrawn_at__isnull=True).exists():
            raise RefusedError(_("This is recorded already."))
        return Corroboration.objects.create(dossier=now, kind=kind, exhibit=found, by=by, at=clock.now())


def _origins_of(kind: str) -> str:
    """Return where exhibits of a kind of corroboration come from, in words."""
    origins = corroboration_kinds()[kind].origins
    return ", ".join(word.said(page_language()) for code, word in exhibit_origins().items() if code in origins)
