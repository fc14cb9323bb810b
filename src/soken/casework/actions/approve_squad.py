"""Record that a headquarters approved a step by a joint squad against a person, or took the approval back (R21)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.utils.translation import gettext as _

from soken.access.policy import Act
from soken.casework.actions.dossier_act import acting, check_right
from soken.casework.actions.said import in_words, one_of
from soken.casework.actions.squad_act import standing_squad
from soken.casework.models import SquadApproval, SquadStep
from soken.casework.selectors.dossier import dossier_of, today
from soken.core import clock
from soken.core.errors import BadInputError, RefusedError

if TYPE_CHECKING:
    from datetime import date

    from soken.access.models import User
    from soken.casework.models import Operation, Squad

_LONGEST_NAME: Final = 200


def approve_step(
    operation: Operation, key: int, *, by: User, person: str, force: str, step: str, given_by: str, on: date
) -> SquadApproval:
    """Record the prior approval of one headquarters.

    Args:
        operation: whose.
        key: number of the squad.
        by: who records it: a supervisor of that force, or of none.
        person: code of the person.
        force: whose headquarters.
        step: one of `SquadStep`.
        given_by: office and name of who approved.
        on: when.

    Raises:
        BadInputError: a code is not known, nobody is named, or the day cannot be.
        RefusedError: the squad does not work on the person, the force speaks for itself alone, or it has approved
            already; and see `standing_squad` and `acting`.
        NotFoundError: see `standing_squad` and `acting`.
    """
    one_of(step, SquadStep.values, _("The step"))
    name = in_words(given_by, _("Who approved"), longest=_LONGEST_NAME)
    check_right(operation, by, Act.APPROVE_SQUAD)
    with transaction.atomic():
        squad = standing_squad(operation, key, by)
        one_of(force, squad.forces, _("The force"))
        _check_speaks(force, by)
        if not squad.since <= on <= today():
            raise BadInputError(
                _("The day (%(day)s) lies in the future or before the squad was formed; check the date.")
                % {"day": on.isoformat()}
            )
        with acting(dossier_of(operation, person.strip().upper()), by, Act.APPROVE_SQUAD, others_too=True) as now:
            _check_covered(squad, now.pk, now.person_code)
            if _standing(squad, now.pk, force, step) is not None:
                raise RefusedError(_("This headquarters has approved that already."))
            return SquadApproval.objects.create(
                squad=squad, dossier=now, force=force, step=step, given_by=name, given_on=on, by=by, at=clock.now()
            )


def withdraw_approval(
    operation: Operation, key: int, *, by: User, person: str, force: str, step: str, reason: str
) -> SquadApproval:
    """Take an approval back; a person who was ready for action on it goes back under investigation.

    Raises:
        BadInputError: no reason is given.
        RefusedError: there is no such approval, or the force speaks for itself alone; and see `standing_squad`.
        NotFoundError: see `standing_squad` and `acting`.
    """
    said = in_words(reason, _("The reason"))
    check_right(operation, by, Act.APPROVE_SQUAD)
    with transaction.atomic():
        squad = standing_squad(operation, key, by)
        _check_speaks(force, by)
        with acting(dossier_of(operation, person.strip().upper()), by, Act.APPROVE_SQUAD, others_too=True) as now:
            found = _standing(squad, now.pk, force, step)
            if found is None:
                raise RefusedError(_("This headquarters has not approved that."))
            found.withdrawn_at, found.withdrawn_by, found.withdrawn_reason = clock.now(), by, said
            found.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
    return found


def _standing(squad: Squad, dossier: int, force: str, step: str) -> SquadApproval | None:
    """Return the approval in force, None for none."""
    return squad.approvals.filter(dossier=dossier, force=force, step=step, withdrawn_at__isnull=True).first()


def _check_covered(squad: Squad, dossier: int, code: str) -> None:
    """Refuse an approval for a person on whom the squad does not work.

    Raises:
        RefusedError: it does not.
    """
    if not squad.covered.filter(dossier=dossier).exists():
        raise RefusedError(
            _("Joint squad %(reference)s does not work on %(person)s.") % {"reference": squad.reference, "person": code}
        )


def _check_speaks(force: str, by: User) -> None:
    """Refuse to speak for another force's headquarters.

    Raises:
        RefusedError: the actor belongs to another force.
    """
    if by.force and by.force != force:
        raise RefusedError(_("Only people of that force, or of none, record what its headquarters approved."))
