"""Record a clearance for the statistics: the case, the cleared person and the children, as codes (R38)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from soken.access.policy import Act
from soken.casework.actions.dossier_act import acting, check_right
from soken.casework.actions.said import in_words
from soken.casework.models import CaseVictim, ClearedCase, ClearedPerson, Victim
from soken.casework.selectors.dossier import today
from soken.core import clock
from soken.core.errors import BadInputError, RefusedError
from soken.reference.forces import forces
from soken.report.codes import known_code
from soken.review.stages import Stage

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from soken.access.models import User
    from soken.casework.models import Dossier

#: A victim's code: letters, digits and hyphens, so that no name fits in by mistake.
_CODE: Final = re.compile(r"V-[0-9A-Z-]{1,18}")
_OLDEST: Final = 120
_CLEARED: Final = frozenset({Stage.REFERRED, Stage.DECIDED, Stage.CLOSED})


@dataclass(frozen=True, slots=True)
class Suffering:
    """A child in a case.

    Attributes:
        code: "V-" and digits or capitals; the same child has the same code in every case.
        stage: school stage.
        form: how the material came about.
        relation: to the cleared person.
    """

    code: str
    stage: str = ""
    form: str = ""
    relation: str = ""


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
    """

    group: str
    cleared_on: date
    cleared_at: str
    occurred_at: str = ""
    network: str = ""
    age: int | None = None
    occupation: str = ""
    victims: Sequence[Suffering] = ()


def record_clearance(dossier: Dossier, said: Clearance, *, by: User, seen: int | None = None) -> ClearedCase:
    """Record a case that was cleared with a person's referral; a person's further cases are recorded each by itself.

    Args:
        dossier: of the cleared person.
        said: what to record.
        by: who records it.
        seen: version of the dossier that the actor saw.

    Raises:
        BadInputError: a code is not known, the day or age cannot be, or a victim's code could be a name.
        RefusedError: nothing has been referred; a child's school stage was recorded otherwise; and see `acting`.
        NotFoundError: see `acting`.
    """
    _check(said)
    with acting(dossier, by, Act.RECORD_CLEARANCE, seen=seen, frozen_too=True) as now:
        if Stage(now.stage) not in _CLEARED:
            raise RefusedError(
                _("%(person)s has not been referred: a clearance counts from the referral on.")
                % {"person": now.person_code}
            )
        person, _new = ClearedPerson.objects.get_or_create(
            dossier=now,
            defaults={"age": said.age, "occupation": known_code("occupations", said.occupation).code},
        )
        case = ClearedCase.objects.create(
            group=known_code("groups", said.group, day=said.cleared_on).code,
            cleared_on=said.cleared_on,
            cleared_at=said.cleared_at,
            occurred_at=said.occurred_at,
            network=known_code("networks", said.network).code,
            operation=now.operation,
            recorded_by=by,
            recorded_at=clock.now(),
        )
        case.persons.add(person)
        for one in said.victims:
            _add_victim(case, one)
        return case


def strike_clearance(case: ClearedCase, *, by: User, because: str) -> None:
    """Strike a case that was recorded wrongly; vintages that were taken before keep it.

    Raises:
        BadInputError: no reason.
        RefusedError: it is struck already; or the role does not permit it.
        NotFoundError: the actor is no member of the operation.
    """
    reason = in_words(because, _("The reason"))
    check_right(case.operation, by, Act.RECORD_CLEARANCE)
    struck = ClearedCase.objects.filter(pk=case.pk, struck_at__isnull=True).update(
        struck_at=clock.now(), struck_by=by, struck_because=reason
    )
    if not struck:
        raise RefusedError(_("Case %(case)s is struck already.") % {"case": case.pk})
    case.refresh_from_db()


def _check(said: Clearance) -> None:
    """Refuse what cannot be."""
    if said.cleared_on > today():
        raise BadInputError(_("The day of clearing lies in the future."))
    known = forces(said.cleared_on)
    for force in (said.cleared_at, *([said.occurred_at] if said.occurred_at else [])):
        if force not in known:
            raise BadInputError(_("%(force)s is no force; give its code, as in tokyo.") % {"force": repr(force)})
    if said.age is not None and not 0 <= said.age <= _OLDEST:
        raise BadInputError(_("An age is a number from 0 to 120."))
    for one in said.victims:
        if not _CODE.fullmatch(one.code):
            raise BadInputError(
                _("%(code)s is no victim's code: V- and up to 18 digits, capitals or hyphens; never a name.")
                % {"code": repr(one.code)}
            )


def _add_victim(case: ClearedCase, said: Suffering) -> None:
    """Add a child to a case."""
    stage = known_code("stages", said.stage).code
    victim, _new = Victim.objects.get_or_create(code=said.code, defaults={"stage": stage})
    if victim.stage != stage:
        raise RefusedError(
            _("%(code)s was recorded with another school stage; is this another child?") % {"code": said.code}
        )
    CaseVictim.objects.create(
        case=case,
        victim=victim,
        form=known_code("forms", said.form).code,
        relation=known_code("relations", said.relation).code,
    )
