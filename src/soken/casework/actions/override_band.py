"""Set a person's band otherwise than the instrument does, up or down, with a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from soken.access.policy import Act
from soken.casework.actions.band_step import lowers, priority_of, propose_lowering, put_in_force, set_aside_waiting
from soken.casework.actions.dossier_act import acting
from soken.casework.actions.said import in_words, one_of
from soken.casework.models import BandChange, ChangeState
from soken.casework.selectors.second_assessments import check_sighted
from soken.core import clock
from soken.core.errors import RefusedError
from soken.prioritise.instrument import PriorityBand

if TYPE_CHECKING:
    from soken.access.models import User
    from soken.casework.models import Dossier


def override_band(dossier: Dossier, *, by: User, band: str, reason: str, seen: int | None = None) -> BandChange:
    """Raise a person's band at once, or propose to lower it: that takes effect when a second person agrees (R15).

    Args:
        dossier: whose.
        by: who overrides.
        band: code of `PriorityBand`.
        reason: in words.
        seen: version of the dossier that the actor saw.

    Raises:
        BadInputError: the band is not known, or the reason is missing.
        RefusedError: nobody has assessed the person yet and the band is below the most urgent, or the band is in force
            already; and see `acting` and `check_sighted`.
        NotFoundError: see `acting`.
    """
    wanted = PriorityBand(one_of(band, list(PriorityBand), _("The band")))
    said = in_words(reason, _("The reason"))
    with acting(dossier, by, Act.ASSESS_PRIORITY, seen=seen) as now:
        check_sighted(by, now)
        row = priority_of(now)
        if not row.band and wanted is not PriorityBand.VERY_HIGH:
            raise RefusedError(
                _("Nobody has assessed %(person)s yet: it counts as very high until somebody does.")
                % {"person": now.person_code}
            )
        if row.band == wanted:
            raise RefusedError(_("This band is in force already."))
        set_aside_waiting(now)
        if lowers(row.band, wanted):
            return propose_lowering(row, wanted, by=by, reason=said)
        made = BandChange.objects.create(
            dossier=now, before=row.band, after=wanted, lowers=False, reason=said, state=ChangeState.TAKEN,
            at=clock.now(), by=by, settled_at=clock.now(),
        )  # fmt: skip
        put_in_force(row, wanted, change=made)
        return made
