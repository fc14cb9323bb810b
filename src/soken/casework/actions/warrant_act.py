"""What the acts on warrants share: dates that can be, and what must stand before anybody comes to a person's door."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from soken.casework.actions.advance import GateError
from soken.casework.actions.coercion import refuse_coercion
from soken.casework.models import Dossier, Warrant
from soken.casework.models.dossier import STAGE_NAMES
from soken.casework.selectors.dossier import facts_of, today
from soken.core.errors import BadInputError, NotFoundError, RefusedError
from soken.reference.warrants import DOOR, READY
from soken.review.stages import Stage
from soken.review.transitions import lost, missing_at_door

if TYPE_CHECKING:
    from datetime import date

    from soken.casework.models import Operation
    from soken.reference.warrants import WarrantKind


def check_needs(kind: WarrantKind, dossier: Dossier) -> None:
    """Refuse a warrant against a person for whom less stands than its kind asks for (R3, R5, R7, R9, R31).

    Raises:
        RefusedError: the person would be held and the dossier is not ready for action.
        GateError: the person stands in the register of wrong persons, what made the dossier ready has been lost since,
            or what must stand before anybody comes to a door does not.
    """
    refuse_coercion(dossier)
    if kind.needs == READY and dossier.stage != Stage.READY:
        raise RefusedError(
            _("%(person)s is at “%(stage)s”: a warrant to hold a person is recorded at “ready for action” only.")
            % {"person": dossier.person_code, "stage": STAGE_NAMES[Stage(dossier.stage)]}
        )
    missing = []
    if kind.needs == READY:
        missing = lost(facts_of(dossier))
    elif kind.needs == DOOR:
        missing = missing_at_door(facts_of(dossier))
    if missing:
        raise GateError(
            _("Nobody goes to %(person)s yet: something is missing.") % {"person": dossier.person_code}, missing
        )


def issue_days(kind: WarrantKind, issued_on: date, good_until: date | None) -> tuple[date, date | None]:
    """Return the day of issue and the last day of use, where they can be; the kind's own last day if none is said.

    Raises:
        BadInputError: the issue lies in the future or before the law, or the last day before the issue.
    """
    if issued_on > today():
        raise BadInputError(
            _("The day of issue (%(day)s) lies in the future; check the date.") % {"day": issued_on.isoformat()}
        )
    if issued_on < kind.since:
        raise BadInputError(
            _("The day of issue (%(day)s) lies before %(since)s, when this kind came into force; check the date.")
            % {"day": issued_on.isoformat(), "since": kind.since.isoformat()}
        )
    last = good_until or kind.good_until(issued_on)
    if last is not None and last < issued_on:
        raise BadInputError(
            _("The last day (%(last)s) lies before the day of issue (%(day)s); check the dates.")
            % {"last": last.isoformat(), "day": issued_on.isoformat()}
        )
    return issued_on, last


def open_warrant(operation: Operation, key: int) -> Warrant:
    """Return a warrant of which nothing has become yet, locked until the act is done.

    Raises:
        NotFoundError: there is none of this number.
        RefusedError: it has ended already.
    """
    found = Warrant.objects.select_for_update().filter(operation=operation, pk=key).first()
    if found is None:
        raise NotFoundError(_("%(operation)s has no warrant %(key)s.") % {"operation": operation.name, "key": key})
    if found.ended_on:
        raise RefusedError(
            _("Warrant %(reference)s has ended already: %(state)s on %(day)s.")
            % {"reference": found.reference, "state": found.get_state_display(), "day": found.ended_on.isoformat()}
        )
    return found
