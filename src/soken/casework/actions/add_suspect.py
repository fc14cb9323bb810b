"""Record that a person is a suspect of a case that was recorded with another: one case, several persons (R38)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from soken.access.eyes import machine_sees_all
from soken.access.policy import Act
from soken.casework.actions.clearance_act import check_said_age, clearing_of, put_in, suspect_of, take_act_on
from soken.casework.actions.dossier_act import acting
from soken.casework.actions.said import in_words
from soken.casework.models import CasePerson, ClearedCase, Operation
from soken.core import clock
from soken.core.errors import NotFoundError, RefusedError

if TYPE_CHECKING:
    from datetime import date

    from soken.access.models import User
    from soken.casework.models import Dossier


def add_suspect(
    dossier: Dossier,
    *,
    by: User,
    case: int,
    age: int | None = None,
    occupation: str = "",
    act_on: date | None = None,
    seen: int | None = None,
) -> CasePerson:
    """Record that a person is a further suspect of a case; it stays one case, with the day and place that it has.

    Args:
        dossier: of the further suspect.
        by: who records it.
        case: number of the case, of this operation or of another that the actor is a member of.
        age: of the person at the clearance, None where not stated.
        occupation: of the person.
        act_on: the last day of the act, for a case that states none: then it is the case's.
        seen: version of the dossier that the actor saw.

    Raises:
        BadInputError: the age or the day cannot be, the occupation is not known, or it has to be said on which day the
            act ended.
        RefusedError: the case is struck, the person is in it already, nothing has been referred, the person was
            under 14 at the act, or cannot have this age then; and see `acting`.
        NotFoundError: there is no such case; and see `acting`.
    """
    check_said_age(age)
    with acting(dossier, by, Act.RECORD_CLEARANCE, seen=seen, frozen_too=True) as now:
        found = _case(case, by)
        if found.clearings.filter(person__dossier=now, struck_at__isnull=True).exists():
            raise RefusedError(
                _("%(person)s is a suspect of case %(case)s already.") % {"person": now.person_code, "case": case}
            )
        take_act_on(found, act_on)
        suspect = suspect_of(now, cleared_on=found.cleared_on, act_on=found.act_on, age=age)
        return put_in(found, suspect, age=age, occupation=occupation, by=by)


def strike_suspect(dossier: Dossier, *, by: User, case: int, because: str, seen: int | None = None) -> CasePerson:
    """Strike a person from a case that has other suspects; vintages that were taken before keep it.

    Args:
        dossier: of the person.
        by: who strikes it.
        case: number of the case.
        because: what was wrong with it.
        seen: version of the dossier that the actor saw.

    Raises:
        BadInputError: no reason.
        RefusedError: the case has no other suspect, or is struck itself; and see `acting`.
        NotFoundError: the person is no suspect of such a case; and see `acting`.
    """
    reason = in_words(because, _("The reason"))
    with acting(dossier, by, Act.RECORD_CLEARANCE, seen=seen, frozen_too=True) as now:
        found = clearing_of(now, case)
        locked = ClearedCase.objects.select_for_update().get(pk=found.case_id)
        if locked.struck_at is not None:
            raise RefusedError(_("Case %(case)s is struck already.") % {"case": case})
        # Suspects whom the actor may not see are suspects all the same.
        with machine_sees_all():
            alone = not CasePerson.objects.filter(case=locked, struck_at__isnull=True).exclude(pk=found.pk).exists()
        if alone:
            raise RefusedError(
                _("%(person)s is the only suspect of case %(case)s: strike the case itself.")
                % {"person": now.person_code, "case": case}
            )
        found.struck_at, found.struck_by, found.struck_because = clock.now(), by, reason
        found.save(update_fields=["struck_at", "struck_by", "struck_because"])
        return found


def _case(number: int, by: User) -> ClearedCase:
    """Return a case that stands, locked until the act is done.

    Raises:
        NotFoundError: there is none in an operation that the actor is a member of.
        RefusedError: it is struck.
    """
    open_to = Operation.objects.visible_to(by)
    found = ClearedCase.objects.select_for_update().filter(pk=number, operation__in=open_to.values("pk")).first()
    if found is None:
        raise NotFoundError(_("No cleared case %(case)s is open to you.") % {"case": number})
    if found.struck_at is not None:
        raise RefusedError(_("Case %(case)s is struck already.") % {"case": number})
    return found
