"""Form a joint squad on its agreement, change its commander, say whom it covers (R21)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from soken.access.policy import Act
from soken.casework.actions.dossier_act import acting, check_right
from soken.casework.actions.said import in_words, one_of
from soken.casework.models import Squad, SquadCommander, SquadDossier
from soken.casework.models.warrant import folded
from soken.casework.selectors.dossier import dossier_of, today
from soken.core import clock
from soken.core.errors import BadInputError, NotFoundError, RefusedError
from soken.reference.forces import forces as forces_on

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from soken.access.models import User
    from soken.casework.models import Operation

_LONGEST: Final = 120
_LONGEST_NAME: Final = 200


def form_squad(
    operation: Operation, *, by: User, reference: str, forces: Iterable[str], commander: str, since: date, until: date
) -> Squad:
    """Record a joint squad that rests on a written agreement with one commander.

    Args:
        operation: whose.
        by: who records it; of one of its forces, or of none.
        reference: number of the agreement.
        forces: codes of its forces, two at least.
        commander: office and name of the one commander.
        since: first day.
        until: last day.

    Raises:
        BadInputError: a word is missing, a force is not known, there are fewer than two, or a day cannot be.
        RefusedError: the agreement is recorded already, or the actor's force is none of its; and see `check_right`.
        NotFoundError: see `check_right`.
    """
    number = in_words(reference, _("The reference"), longest=_LONGEST)
    name = in_words(commander, _("The commander"), longest=_LONGEST_NAME)
    known = forces_on(today())
    parts = list(dict.fromkeys(one_of(one.strip(), known, _("The force")) for one in forces))
    if len(parts) < 2:
        raise BadInputError(_("A joint squad has two forces at least; name another."))
    if until < since:
        raise BadInputError(
            _("The last day (%(last)s) lies before the first (%(first)s); check the dates.")
            % {"last": until.isoformat(), "first": since.isoformat()}
        )
    check_right(operation, by, Act.FORM_SQUAD)
    _check_part(parts, by)
    try:
        with transaction.atomic():
            made = Squad.objects.create(
                operation=operation, reference=number, folded=folded(number), forces=parts, since=since, until=until,
                by=by, at=clock.now(),
            )  # fmt: skip
            SquadCommander.objects.create(squad=made, name=name, by=by, at=made.at)
    except IntegrityError as taken:
        raise RefusedError(_("Agreement %(reference)s is recorded already.") % {"reference": number}) from taken
    return made


def change_commander(operation: Operation, key: int, *, by: User, commander: str) -> Squad:
    """Record that another commands a squad from now on.

    Raises:
        BadInputError: nobody is named.
        RefusedError, NotFoundError: see `standing_squad`.
    """
    name = in_words(commander, _("The commander"), longest=_LONGEST_NAME)
    check_right(operation, by, Act.FORM_SQUAD)
    with transaction.atomic():
        found = standing_squad(operation, key, by)
        SquadCommander.objects.create(squad=found, name=name, by=by, at=clock.now())
    return found


def cover(operation: Operation, key: int, *, by: User, person: str, seen: int | None = None) -> Squad:
    """Record that a squad works on a person; from then on each headquarters must approve action and referral.

    A person who is ready for action goes back under investigation by it until they have.

    Raises:
        RefusedError: a squad works on the person already; and see `standing_squad` and `acting`.
        NotFoundError: the person has no dossier; and see `standing_squad` and `acting`.
    """
    check_right(operation, by, Act.FORM_SQUAD)
    with transaction.atomic():
        found = standing_squad(operation, key, by)
        with acting(dossier_of(operation, person.strip().upper()), by, Act.FORM_SQUAD, seen=seen) as now:
            if SquadDossier.objects.filter(dossier=now, squad__ended_on__isnull=True).exists():
                raise RefusedError(_("A joint squad works on %(person)s already.") % {"person": now.person_code})
            SquadDossier.objects.create(squad=found, dossier=now, by=by, at=clock.now())
    return found


def standing_squad(operation: Operation, key: int, by: User) -> Squad:
    """Return a squad that nobody has ended, locked until the act is done, to people of its forces or of none.

    Raises:
        NotFoundError: there is none of this number.
        RefusedError: it has ended, or the actor's force is none of its.
    """
    found = Squad.objects.select_for_update().filter(operation=operation, pk=key).first()
    if found is None:
        raise NotFoundError(_("%(operation)s has no joint squad %(key)s.") % {"operation": operation.name, "key": key})
    if found.ended_on:
        raise RefusedError(
            _("Joint squad %(reference)s ended on %(day)s.")
            % {"reference": found.reference, "day": found.ended_on.isoformat()}
        )
    _check_part(found.forces, by)
    return found


def _check_part(forces: Iterable[str], by: User) -> None:
    """Refuse an act to people of a force that is no part of the squad.

    Raises:
        RefusedError: it is none.
    """
    if by.force and by.force not in forces:
        raise RefusedError(_("Your force does not belong to this joint squad."))
