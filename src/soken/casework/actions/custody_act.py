"""What the acts on custody share: moments that can be, the restraint they are about, and its next clock."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from soken.casework.actions.said import working_day
from soken.casework.models import Restraint
from soken.casework.selectors.clocks import held_of
from soken.casework.selectors.deaths import died_on
from soken.core import clock
from soken.core.errors import BadInputError, RefusedError
from soken.route.clocks import JAPAN, next_end

if TYPE_CHECKING:
    from datetime import datetime

    from soken.casework.models import Dossier
    from soken.route.clocks import Held


def past_moment(moment: datetime, what: str, dossier: Dossier) -> datetime:
    """Return a moment with its zone that is not in the future and not before the person's birth.

    Raises:
        BadInputError: it has no zone, or cannot be.
    """
    if moment.tzinfo is None:
        raise BadInputError(_("%(what)s needs its zone, as in 2026-11-20T09:30+09:00.") % {"what": what})
    if moment > clock.now():
        raise BadInputError(
            _("%(what)s (%(at)s) lies in the future; check the date and the time.")
            % {"what": what, "at": shown(moment)}
        )
    working_day(day_in_japan(moment), what, dossier)
    return moment


def shown(moment: datetime) -> str:
    """Return a moment as it is read in Japan, with its zone; at the ends of the calendar as it was said."""
    with suppress(OverflowError):
        moment = moment.astimezone(JAPAN)
    return moment.isoformat(sep=" ", timespec="minutes")


def day_in_japan(moment: datetime) -> date:
    """Return the day that it is in Japan; the first of all days where Japan's lies before the calendar begins."""
    try:
        return moment.astimezone(JAPAN).date()
    except OverflowError:
        return date.min


def check_death(dossier: Dossier, moment: datetime, what: str, *, despite_death: bool) -> None:
    """Refuse a moment after the recorded death to whoever does not say that they know of it.

    One of the two was entered by mistake. Whoever is held is held, whatever is recorded: so it can be entered still,
    its clocks run, and boards show both until one is withdrawn (`soken.casework.selectors.deaths`).

    Args:
        dossier: who is held.
        moment: when.
        what: what happened then, for the error.
        despite_death: whether the actor has said that it is entered all the same.

    Raises:
        RefusedError: it lies after the death, and nobody has said so.
    """
    died = died_on(dossier)
    if died is not None and day_in_japan(moment) > died and not despite_death:
        raise RefusedError(
            _(
                "%(person)s is recorded as dead since %(died)s, and %(what)s (%(at)s) lies after it: one of the two is"
                " a mistake. If the person is held, say that you record it all the same; a supervisor then withdraws"
                " the death."
            )
            % {"person": dossier.person_code, "died": died.isoformat(), "what": what, "at": shown(moment)}
        )


def restraint_of(dossier: Dossier, key: int | None) -> Restraint:
    """Return a restraint of the person that stands: the one named, or the newest.

    Raises:
        RefusedError: there is none.
    """
    standing = Restraint.objects.filter(dossier=dossier, withdrawn_at__isnull=True)
    found = (standing.filter(pk=key) if key is not None else standing).order_by("began_at", "pk").last()
    if found is None:
        raise RefusedError(_("Nobody has recorded that this person is held; record the restraint first."))
    return found


def held(restraint: Restraint) -> Held:
    """Return a restraint with its steps as they stand now."""
    return held_of(restraint, restraint.steps.all())


def renew_clock(restraint: Restraint) -> None:
    """Store when the restraint's next clock ends, for lists; never for one that was withdrawn."""
    restraint.next_end = None if restraint.withdrawn_at else next_end(held(restraint))
    restraint.save(update_fields=["next_end"])
