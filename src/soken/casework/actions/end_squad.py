"""End a joint squad, which lifts a gate for all whom it covers: one proposes it, another agrees or refuses (R21)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from soken.access.policy import Act
from soken.casework.actions.dossier_act import check_right
from soken.casework.actions.said import in_words
from soken.casework.actions.squad_act import standing_squad
from soken.casework.models import SquadEnd
from soken.casework.selectors.dossier import today
from soken.core import clock
from soken.core.errors import BadInputError, RefusedError

if TYPE_CHECKING:
    from datetime import date

    from soken.access.models import User
    from soken.casework.models import Operation, Squad


def propose_end(operation: Operation, key: int, *, by: User, on: date, reason: str) -> SquadEnd:
    """Propose that a squad ends; until another agrees it binds as before.

    Args:
        operation: whose.
        key: number of the squad.
        by: who proposes it.
        on: its last day, a day in Japan.
        reason: why, in words.

    Raises:
        BadInputError: no reason is given, or the day lies in the future or before the squad.
        RefusedError: such a proposal waits already; and see `standing_squad` and `check_right`.
        NotFoundError: see `standing_squad` and `check_right`.
    """
    said = in_words(reason, _("The reason"))
    check_right(operation, by, Act.FORM_SQUAD)
    with transaction.atomic():
        squad = standing_squad(operation, key, by)
        if not squad.since <= on <= today():
            raise BadInputError(
                _("The day (%(day)s) lies in the future or before the squad was formed; check the date.")
                % {"day": on.isoformat()}
            )
        if squad.ends.filter(agreed__isnull=True).exists():
            raise RefusedError(
                _("The end of joint squad %(reference)s is proposed already; a second person agrees or refuses.")
                % {"reference": squad.reference}
            )
        return SquadEnd.objects.create(squad=squad, on=on, reason=said, by=by, at=clock.now())


def agree_to_end(operation: Operation, key: int, *, by: User, reason: str) -> Squad:
    """Agree, as another than who proposed it: the squad ends, and the force that owns a person works on them alone.

    Args:
        operation: whose.
        key: number of the squad.
        by: who agrees.
        reason: why, in words.

    Raises:
        BadInputError: no reason is given.
        RefusedError: no proposal waits, or the actor made it; and see `standing_squad` and `check_right`.
        NotFoundError: see `standing_squad` and `check_right`.
    """
    said = in_words(reason, _("The reason"))
    check_right(operation, by, Act.FORM_SQUAD)
    with transaction.atomic():
        squad = standing_squad(operation, key, by)
        waiting = _waiting(squad)
        if waiting.by_id == by.pk:
            raise RefusedError(_("You have proposed this end yourself; the second person is another one."))
        _settle(waiting, by, said, agreed=True)
        squad.ended_on, squad.end_reason = waiting.on, waiting.reason
        squad.ended_by, squad.ended_at = by, waiting.settled_at
        squad.save(update_fields=["ended_on", "end_reason", "ended_by", "ended_at"])
        return squad


def refuse_end(operation: Operation, key: int, *, by: User, reason: str) -> Squad:
    """Refuse the end that is proposed, or take one's own proposal back; the squad stands.

    Raises:
        BadInputError: no reason is given.
        RefusedError: no proposal waits; and see `standing_squad` and `check_right`.
        NotFoundError: see `standing_squad` and `check_right`.
    """
    said = in_words(reason, _("The reason"))
    check_right(operation, by, Act.FORM_SQUAD)
    with transaction.atomic():
        squad = standing_squad(operation, key, by)
        _settle(_waiting(squad), by, said, agreed=False)
        return squad


def _waiting(squad: Squad) -> SquadEnd:
    """Return the proposal that waits for a second person.

    Raises:
        RefusedError: none does.
    """
    found = squad.ends.filter(agreed__isnull=True).first()
    if found is None:
        raise RefusedError(_("Nobody has proposed to end joint squad %(reference)s.") % {"reference": squad.reference})
    return found


def _settle(waiting: SquadEnd, by: User, said: str, *, agreed: bool) -> None:
    """Record what the second person said."""
    waiting.agreed, waiting.second, waiting.second_reason, waiting.settled_at = agreed, by, said, clock.now()
    waiting.save(update_fields=["agreed", "second", "second_reason", "settled_at"])
