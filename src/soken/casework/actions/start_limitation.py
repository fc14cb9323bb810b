"""Enter the event from which limitation runs: the act ended. A purchase is none (R28)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from soken.access.policy import Act
from soken.casework.actions.dossier_act import acting
from soken.casework.actions.said import in_words, lived_day
from soken.casework.models import AllegedOffence, LimitationStart
from soken.core import clock
from soken.core.errors import BadInputError, RefusedError
from soken.reference.offences import offences
from soken.route.limitation import Charge, complete_on

if TYPE_CHECKING:
    from datetime import date

    from soken.access.models import User
    from soken.casework.models import Dossier

#: Limitation does not stand still for longer than this many days (a hundred years): more is a slip.
_LONGEST_STANDSTILL: Final = 36_525


def start_limitation(
    dossier: Dossier,
    *,
    by: User,
    key: int,
    ended_on: date,
    basis: str,
    stood_still: int = 0,
    seen: int | None = None,
) -> LimitationStart:
    """Enter when the act of an alleged offence ended; the newest entry counts.

    The day can lie before the law: possession that ended then is a fact, and the gate says that it was no offence.

    Args:
        dossier: whose.
        by: who enters it.
        key: number of the alleged offence.
        ended_on: the day on which the act ended (possession: the day on which it was given up or taken away).
        basis: what shows it.
        stood_still: days for which limitation did not run (arts. 254, 255: a prosecution, a stay abroad).
        seen: version of the dossier that the actor saw.

    Raises:
        BadInputError: the day lies in the future, before the birth or after the death, or is not the last day that is
            alleged of the act; the basis is missing; the days cannot be.
        RefusedError: no such offence is in force; and see `acting`.
        NotFoundError: see `acting`.
    """
    said = in_words(basis, _("The basis"))
    lived_day(ended_on, _("The day on which the act ended"), dossier)
    if not 0 <= stood_still <= _LONGEST_STANDSTILL:
        raise BadInputError(_("Limitation stands still for so many whole days, or for none: check the number."))
    with acting(dossier, by, Act.RECORD_OFFENCE, seen=seen) as now:
        found = AllegedOffence.objects.filter(dossier=now, pk=key, withdrawn_at__isnull=True).first()
        known = offences().get(found.code) if found else None
        if found is None or known is None:
            raise RefusedError(_("No such entry is in force."))
        _check_days(found, ended_on)
        found.limitation_on = complete_on(Charge(known.limitation, ended_on, stood_still))
        found.save(update_fields=["limitation_on"])
        return LimitationStart.objects.create(
            offence=found, ended_on=ended_on, stood_still=stood_still, basis=said, by=by, at=clock.now()
        )


def _check_days(offence: AllegedOffence, ended_on: date) -> None:
    """Refuse an end that contradicts the days that are alleged: one of the two is wrong, and both go to the prosecutor.

    Raises:
        BadInputError: the act would end before its first day, before the last day for which it is shown, or after it.
    """
    if offence.first_on is not None and ended_on < offence.first_on:
        raise BadInputError(_("The act cannot have ended before its first day; check both."))
    if ended_on != offence.last_on:
        raise BadInputError(
            _(
                "The act is alleged until %(last)s, and would have ended on %(ended)s: if the end is right, withdraw"
                " the entry and allege the act until then."
            )
            % {"last": offence.last_on.isoformat(), "ended": ended_on.isoformat()}
        )
