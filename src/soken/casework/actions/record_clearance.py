"""Record a clearance for the statistics: the case, the cleared person and the children, as codes (R38)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.utils.translation import gettext as _

from soken.access.policy import Act
from soken.casework.actions.clearance_act import (
    check_day,
    check_own_case,
    check_said_age,
    clearing_of,
    put_in,
    suspect_of,
)
from soken.casework.actions.dossier_act import acting, check_right
from soken.casework.actions.said import in_words
from soken.casework.models import CaseVictim, ClearedCase, Operation, Victim
from soken.casework.selectors.dossier import today
from soken.core import clock
from soken.core.errors import BadInputError, NotFoundError, RefusedError
from soken.reference.forces import forces
from soken.report.codes import known_code

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from soken.access.models import User
    from soken.casework.models import Dossier

#: A new victim's code: digits and hyphens with one capital at most, so that no name fits in.
_CODE: Final = re.compile(r"V-(?=.{1,18}\Z)(?=.*[0-9])[0-9-]*[A-Z]?[0-9-]*")


@dataclass(frozen=True, slots=True)
class Suffering:
    """A child in a case.

    Attributes:
        code: "V-" and digits with one capital at most; it stands for one child of the operation.
        stage: school stage, at the time of the offence.
        form: how the material came about.
        relation: to the cleared person.
        same_in: where somebody says that this is a child who was recorded before: the short name of the operation whose
            code it is, '' for the case's own; None for a child of this case, who was not recorded before.
    """

    code: str
    stage: str = ""
    form: str = ""
    relation: str = ""
    same_in: str | None = None


@dataclass(frozen=True, slots=True)
class Clearance:
    """What is recorded of a cleared case.

    Attributes:
        group: group of offence.
        cleared_on: the day, in Japan.
        cleared_at: code of the force that cleared.
        occurred_at: code of the force where the offence happened, '' where nobody knows.
        network: "yes", "no" or '' for not stated.
        age: of the person at the clearance, None where not stated.
        occupation: of the person.
        victims: the children.
        act_on: the last day of the act, None where not stated; it decides whether somebody was of punishable age.
    """

    group: str
    cleared_on: date
    cleared_at: str
    occurred_at: str = ""
    network: str = ""
    age: int | None = None
    occupation: str = ""
    victims: Sequence[Suffering] = ()
    act_on: date | None = None


def record_clearance(dossier: Dossier, said: Clearance, *, by: User, seen: int | None = None) -> ClearedCase:
    """Record a case that was cleared with a person's referral; a person's further cases are recorded each by itself.

    Others who are suspects of the same case are added to it (`soken.casework.actions.add_suspect`): one case, however
    many its suspects.

    Args:
        dossier: of the cleared person.
        said: what to record.
        by: who records it.
        seen: version of the dossier that the actor saw.

    Raises:
        BadInputError: a code is not known, the day or age cannot be, the person was neither ready for action nor held
            on the day, a victim's code could be a name, a child who is said to have been recorded before was not, or it
            has to be said on which day the act ended.
        RefusedError: nothing has been referred; the person was under 14 at the act, or cannot have this age then, by
            the confirmed birth date or another case; a child's code is another child's and nobody said that they are
            one; and see `acting`.
        NotFoundError: see `acting`.
    """
    _check(said)
    with acting(dossier, by, Act.RECORD_CLEARANCE, seen=seen, frozen_too=True) as now:
        check_day(now, said.cleared_on)
        suspect = suspect_of(now, cleared_on=said.cleared_on, act_on=said.act_on, age=said.age)
        case = ClearedCase.objects.create(
            group=known_code("groups", said.group, day=said.cleared_on).code,
            cleared_on=said.cleared_on,
            cleared_at=said.cleared_at,
            occurred_at=said.occurred_at,
            act_on=said.act_on,
            network=known_code("networks", said.network).code,
            operation=now.operation,
            recorded_by=by,
            recorded_at=clock.now(),
        )
        put_in(case, suspect, age=said.age, occupation=said.occupation, by=by)
        for one in said.victims:
            _add_victim(case, one, by)
        return case


def strike_clearance(case: ClearedCase, *, by: User, because: str) -> None:
    """Strike a case that was recorded wrongly; vintages that were taken before keep it.

    Raises:
        BadInputError: no reason.
        RefusedError: it is struck already; the case is another force's; or the role does not permit it.
        NotFoundError: the actor is no member of the operation.
    """
    reason = in_words(because, _("The reason"))
    operation = Operation.objects.visible_to(by).filter(pk=case.operation_id).first()
    if operation is None:
        raise NotFoundError(_("No cleared case %(case)s is open to you.") % {"case": case.pk})
    check_right(operation, by, Act.RECORD_CLEARANCE)
    with transaction.atomic():
        # Whoever adds a suspect locks the case too, so the suspects looked at are those that there are.
        found = ClearedCase.objects.select_for_update().filter(pk=case.pk, struck_at__isnull=True).first()
        if found is None:
            raise RefusedError(_("Case %(case)s is struck already.") % {"case": case.pk})
        check_own_case(found, by)
        found.struck_at, found.struck_by, found.struck_because = clock.now(), by, reason
        found.save(update_fields=["struck_at", "struck_by", "struck_because"])
    case.refresh_from_db()


def strike_clearance_of(dossier: Dossier, case: int, *, by: User, because: str, seen: int | None = None) -> None:
    """Strike a case of one person, as `strike_clearance`.

    Args:
        dossier: of the cleared person.
        case: number of the case.
        by: who strikes it.
        because: what was wrong with it.
        seen: version of the dossier that the actor saw.

    Raises:
        NotFoundError: the person has no cleared case of that number; and see `acting`.
        BadInputError: no reason.
        RefusedError: it is struck already; the case is another force's or operation's; and see `acting`.
    """
    with acting(dossier, by, Act.RECORD_CLEARANCE, seen=seen, frozen_too=True) as now:
        strike_clearance(clearing_of(now, case).case, by=by, because=because)


def _check(said: Clearance) -> None:
    """Refuse what cannot be."""
    if said.cleared_on > today():
        raise BadInputError(_("The day of clearing lies in the future."))
    if said.act_on is not None and said.act_on > said.cleared_on:
        raise BadInputError(_("The act ended after the case was cleared; check both days."))
    known = forces(said.cleared_on)
    for force in (said.cleared_at, *([said.occurred_at] if said.occurred_at else [])):
        if force not in known:
            raise BadInputError(_("%(force)s is no force; give its code, as in tokyo.") % {"force": repr(force)})
    check_said_age(said.age)
    for one in said.victims:
        # A child recorded before keeps its code, made under whatever rule; it is looked for and never written anew.
        if one.same_in is None and not _CODE.fullmatch(one.code):
            raise BadInputError(
                _("%(code)s is no victim's code: V-, up to 18 digits or hyphens, one capital at most; never a name.")
                % {"code": repr(one.code)}
            )


def _add_victim(case: ClearedCase, said: Suffering, by: User) -> None:
    """Add a child to a case: a new one, or one of whom somebody says that they were recorded before.

    Raises:
        BadInputError: the child stands in the case already; and see `_recorded_before`.
        RefusedError: see `_new_victim`.
    """
    operation = said.same_in or case.operation.slug
    if case.sufferings.filter(victim__operation__slug=operation, victim__code=said.code).exists():
        raise BadInputError(_("%(code)s stands twice in this case; name each child once.") % {"code": said.code})
    victim = _recorded_before(case, said, by) if said.same_in is not None else _new_victim(case, said)
    CaseVictim.objects.create(
        case=case,
        victim=victim,
        stage=known_code("stages", said.stage).code,
        form=known_code("forms", said.form).code,
        relation=known_code("relations", said.relation).code,
    )


def _new_victim(case: ClearedCase, said: Suffering) -> Victim:
    """Return a child who was not recorded before.

    Raises:
        RefusedError: the operation has a child of this code already.
    """
    victim, new = Victim.objects.get_or_create(operation=case.operation, code=said.code)
    if not new:
        raise RefusedError(
            _("%(code)s is a child recorded before; say that this is the same child, or give another code.")
            % {"code": said.code}
        )
    return victim


def _recorded_before(case: ClearedCase, said: Suffering, by: User) -> Victim:
    """Return the child who somebody says was recorded before, here or in another operation that they are a member of.

    Raises:
        BadInputError: there is none of this code, or the actor is no member there.
    """
    operation = Operation.objects.visible_to(by).filter(slug=said.same_in or case.operation.slug).first()
    found = Victim.objects.filter(operation=operation, code=said.code).first() if operation else None
    if found is None:
        raise BadInputError(
            _("No child is recorded as %(code)s there; leave out that it is the same child.") % {"code": said.code}
        )
    return found
