"""What the acts on clearances share: who can be a suspect of a cleared case, and their place in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from soken.casework.models import CasePerson, ClearedPerson
from soken.core import clock
from soken.core.errors import BadInputError, NotFoundError, RefusedError
from soken.report.codes import known_code
from soken.review.stages import Stage

if TYPE_CHECKING:
    from datetime import date

    from soken.access.models import User
    from soken.casework.models import ClearedCase, Dossier

_OLDEST: Final = 120
_DAYS_OF_A_YEAR: Final = 365.25
_CLEARED: Final = frozenset({Stage.REFERRED, Stage.DECIDED, Stage.CLOSED})


def suspect_of(dossier: Dossier, *, cleared_on: date, age: int | None) -> ClearedPerson:
    """Return a person as statistics know them, where they can be a suspect of a case cleared on a day.

    Args:
        dossier: whose.
        cleared_on: the day of clearing.
        age: at that day, None where not stated.

    Raises:
        RefusedError: nothing has been referred, or the person cannot have this age then, by another case.
    """
    if Stage(dossier.stage) not in _CLEARED:
        raise RefusedError(
            _("%(person)s has not been referred: a clearance counts from the referral on.")
            % {"person": dossier.person_code}
        )
    person, _new = ClearedPerson.objects.get_or_create(dossier=dossier)
    _check_age(person, cleared_on, age)
    return person


def put_in(case: ClearedCase, person: ClearedPerson, *, age: int | None, occupation: str, by: User) -> CasePerson:
    """Record a person as a suspect of a case, with age and occupation as they were then.

    Raises:
        BadInputError: the occupation is not known.
    """
    return CasePerson.objects.create(
        case=case, person=person, age=age, occupation=known_code("occupations", occupation).code,
        recorded_by=by, recorded_at=clock.now(),
    )  # fmt: skip


def clearing_of(dossier: Dossier, case: int) -> CasePerson:
    """Return a person's place in a case of theirs, struck cases among them.

    Raises:
        NotFoundError: the person has no cleared case of that number.
    """
    found = CasePerson.objects.filter(person__dossier=dossier, case=case, struck_at__isnull=True).first()
    if found is None:
        raise NotFoundError(
            _("%(person)s has no cleared case %(case)s.") % {"person": dossier.person_code, "case": case}
        )
    return found


def check_said_age(age: int | None) -> None:
    """Refuse an age that nobody has.

    Raises:
        BadInputError: it is so.
    """
    if age is not None and not 0 <= age <= _OLDEST:
        raise BadInputError(_("An age is a number from 0 to 120."))


def _check_age(person: ClearedPerson, cleared_on: date, age: int | None) -> None:
    """Refuse an age that nobody can have, by what was said with another case that stands: a slip of the hand.

    Raises:
        RefusedError: it does not fit.
    """
    if age is None:
        return
    standing = person.clearings.filter(struck_at__isnull=True, case__struck_at__isnull=True)
    for one in standing.filter(age__isnull=False).select_related("case"):
        passed = (cleared_on - one.case.cleared_on).days / _DAYS_OF_A_YEAR
        if one.age is not None and not passed - 1 < age - one.age < passed + 1:
            raise RefusedError(
                _(
                    "%(person)s was aged %(age)s at the clearance of %(day)s, and cannot be aged %(said)s at this one; "
                    "check both, or strike that case."
                )
                % {
                    "person": person.dossier.person_code,
                    "age": one.age,
                    "day": one.case.cleared_on.isoformat(),
                    "said": age,
                }
            )
