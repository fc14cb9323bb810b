"""Agree to a lowering of a person's band, as another person than the one who proposed it, or refuse it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from soken.access.policy import Act
from soken.casework.actions.band_step import priority_of, put_in_force
from soken.casework.actions.dossier_act import acting, check_right
from soken.casework.actions.said import in_words
from soken.casework.models import BandChange, ChangeState
from soken.casework.selectors.second_assessments import check_sighted
from soken.core import clock
from soken.core.errors import RefusedError

if TYPE_CHECKING:
    from soken.access.models import User
    from soken.casework.models import Dossier


def approve_lowering(dossier: Dossier, *, by: User, reason: str, seen: int | None = None) -> BandChange:
    """Stand behind the lowering that waits.

    Where a person proposed it, the second is another one whose role may lower a band, and it takes effect. Where a
    machine's re-score did, the first to agree takes the place of the proposer and it waits on for a second.

    Args:
        dossier: whose.
        by: who agrees.
        reason: why, in words.
        seen: version of the dossier that the actor saw.

    Raises:
        BadInputError: the reason is missing.
        RefusedError: no lowering waits, the actor is the one who proposed it, or the role does not permit it; and see
            `acting`.
        NotFoundError: see `acting`.
    """
    said = in_words(reason, _("The reason"))
    with acting(dossier, by, Act.ASSESS_PRIORITY, seen=seen) as now:
        check_sighted(by, now)
        waiting = _waiting(now)
        if waiting.by is None:
            waiting.by, waiting.reason = by, f"{waiting.reason}\n{said}"
            waiting.save(update_fields=["by", "reason"])
            return waiting
        check_right(now.operation, by, Act.LOWER_PRIORITY)
        if waiting.by_id == by.pk:
            raise RefusedError(_("You have proposed this lowering yourself; the second person is another one."))
        waiting.second, waiting.second_reason = by, said
        waiting.state, waiting.settled_at = ChangeState.TAKEN, clock.now()
        waiting.save(update_fields=["second", "second_reason", "state", "settled_at"])
        put_in_force(priority_of(now), waiting.after, change=waiting)
        return waiting


def refuse_lowering(dossier: Dossier, *, by: User, reason: str, seen: int | None = None) -> BandChange:
    """Refuse the lowering that waits, or withdraw one's own; the band in force stays.

    Args:
        dossier: whose.
        by: who refuses.
        reason: why, in words.
        seen: version of the dossier that the actor saw.

    Raises:
        BadInputError: the reason is missing.
        RefusedError: no lowering waits; and see `acting`.
        NotFoundError: see `acting`.
    """
    said = in_words(reason, _("The reason"))
    with acting(dossier, by, Act.ASSESS_PRIORITY, seen=seen) as now:
        check_sighted(by, now)
        waiting = _waiting(now)
        waiting.second = None if waiting.by_id == by.pk else by
        waiting.second_reason, waiting.state, waiting.settled_at = said, ChangeState.REFUSED, clock.now()
        waiting.save(update_fields=["second", "second_reason", "state", "settled_at"])
        return waiting


def _waiting(dossier: Dossier) -> BandChange:
    """Return the lowering that waits."""
    found = dossier.band_changes.filter(state=ChangeState.WAITING).first()
    if found is None:
        raise RefusedError(_("No lowering of the band waits for anybody."))
    return found
