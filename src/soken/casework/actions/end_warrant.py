"""Record what became of a warrant: it was executed, returned unused, or lapsed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from soken.access.policy import Act
from soken.casework.actions.dossier_act import check_owner, check_right
from soken.casework.actions.reassess_due import reassess_due
from soken.casework.actions.said import in_words, one_of
from soken.casework.actions.warrant_act import open_warrant
from soken.casework.models import Warrant, WarrantState
from soken.casework.selectors.dossier import today
from soken.core import clock
from soken.core.errors import BadInputError

if TYPE_CHECKING:
    from datetime import date

    from soken.access.models import User
    from soken.casework.models import Operation

#: What can become of one.
OUTCOMES = (WarrantState.EXECUTED.value, WarrantState.RETURNED.value, WarrantState.LAPSED.value)


def end_warrant(operation: Operation, key: int, *, by: User, outcome: str, on: date, note: str = "") -> Warrant:
    """Record what became of a warrant, once; nothing takes it back.

    Args:
        operation: whose.
        key: its number.
        by: who records it.
        outcome: one of `OUTCOMES`.
        on: when.
        note: by whom it was executed, where; why it was not used.

    Raises:
        BadInputError: the outcome is not known, the day cannot be, or it is not said why it was not used.
        RefusedError: it has ended already, or other forces own every person whom it names; and see `check_right`.
        NotFoundError: there is no such warrant, or the actor is no member of the operation.
    """
    one_of(outcome, OUTCOMES, _("The outcome"))
    check_right(operation, by, Act.RECORD_WARRANT)
    said = in_words(note, _("The note")) if note.strip() or outcome == WarrantState.RETURNED else ""
    with transaction.atomic():
        found = open_warrant(operation, key)
        _check_owners(found, by)
        _check_day(found, outcome, on)
        found.state, found.ended_on, found.note, found.ended_by, found.ended_at = outcome, on, said, by, clock.now()
        found.save(update_fields=["state", "ended_on", "note", "ended_by", "ended_at"])
        for link in found.links.select_related("dossier"):
            reassess_due(link.dossier, Act.RECORD_WARRANT)
    return found


def _check_owners(warrant: Warrant, by: User) -> None:
    """Refuse to end a warrant to people of a force that owns none of the persons whom it names.

    Raises:
        RefusedError: other forces own them all.
    """
    named = [link.dossier for link in warrant.links.select_related("dossier").order_by("pk")]
    if named and not any(one.force in {"", by.force} for one in named):
        check_owner(named[0], by)


def _check_day(warrant: Warrant, outcome: str, on: date) -> None:
    """Refuse a day on which this cannot have become of the warrant.

    Raises:
        BadInputError: it lies in the future, before the issue, or on the wrong side of the last day.
    """
    day = {"day": on.isoformat(), "reference": warrant.reference}
    if on > today():
        raise BadInputError(_("The day (%(day)s) lies in the future; check the date.") % day)
    if on < warrant.issued_on:
        raise BadInputError(_("The day (%(day)s) lies before warrant %(reference)s was issued; check the date.") % day)
    over = warrant.good_until is not None and on > warrant.good_until
    if outcome == WarrantState.EXECUTED and over:
        raise BadInputError(_("On %(day)s warrant %(reference)s had run out; it cannot have been executed then.") % day)
    if outcome == WarrantState.LAPSED and not over:
        raise BadInputError(_("On %(day)s warrant %(reference)s had not run out; it cannot have lapsed then.") % day)
