"""What the acts on clearances share: who can be a suspect of a cleared case, and their place in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils import timezone
from django.utils.translation import gettext as _

from soken.access.eyes import machine_sees_all
from soken.casework.models import CasePerson, ClearedPerson
from soken.casework.selectors.charges import alleged_days, births_of, under_fourteen
from soken.core import clock
from soken.core.errors import BadInputError, NotFoundError, RefusedError
from soken.report.codes import known_code
from soken.review.stages import Stage
from soken.route.juvenile import PUNISHABLE, age_on

if TYPE_CHECKING:
    from datetime import date

    from soken.access.models import User
    from soken.casework.models import ClearedCase, Dossier

_OLDEST: Final = 120
_DAYS_OF_A_YEAR: Final = 365.25
#: A case that was sent is cleared, also where the person has died since.
_CLEARED: Final = frozenset({Stage.REFERRED, Stage.DECIDED, Stage.CLOSED, Stage.DECEASED})


def suspect_of(dossier: Dossier, *, cleared_on: date, act_on: date | None, age: int | None) -> ClearedPerson:
    """Return a person as statistics know them, where they can be a suspect of a case cleared on a day.

    Args:
        dossier: whose.
        cleared_on: the day of clearing.
        act_on: the last day of the act, None where not stated.
        age: at the day of clearing, None where not stated.

    Raises:
        BadInputError: the person was under 14 at some of the acts, and it is not stated on which day this one ended.
        RefusedError: the person was under 14 at the act, nothing has been referred, or the person cannot have this age
            then, by the confirmed birth date or another case.
    """
    _check_punishable(dossier, act_on, None if _is_contradicted(dossier, cleared_on, age) else age)
    sent = dossier.stage != Stage.DECEASED or dossier.referrals.filter(over_at__isnull=True).exists()
    if Stage(dossier.stage) not in _CLEARED or not sent:
        raise RefusedError(
            _("%(person)s has not been referred: a clearance counts from the referral on.")
            % {"person": dossier.person_code}
        )
    person, _new = ClearedPerson.objects.get_or_create(dossier=dossier)
    _check_age(person, cleared_on, age)
    return person


def check_day(dossier: Dossier, cleared_on: date) -> None:
    """Refuse a clearance of a day on which the person was neither ready for action nor held.

    An old case that was taken over was cleared before anybody took the dossier to its stages here.

    Raises:
        BadInputError: the day lies before both.
    """
    began = [*dossier.stage_changes.filter(after=Stage.READY).values_list("at", flat=True)]
    began += dossier.restraints.filter(withdrawn_at__isnull=True).values_list("began_at", flat=True)
    first = min(map(timezone.localdate, began), default=None)
    if first is not None and cleared_on < first and not dossier.old_cases.exists():
        raise BadInputError(
            _("The clearance (%(day)s) lies before %(first)s, when the person became ready for action or was held.")
            % {"day": cleared_on.isoformat(), "first": first.isoformat()}
        )


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


@machine_sees_all()
def check_own_case(case: ClearedCase, by: User) -> None:
    """Refuse to strike a whole case to whoever is neither of the force that recorded it nor owns each of its suspects.

    Whoever belongs to no force works for the centre. Suspects whom the actor may not see count all the same.

    Raises:
        RefusedError: it is another force's.
    """
    if not by.force or by.force in {case.cleared_at, case.recorded_by.force}:
        return
    standing = CasePerson._base_manager.filter(case=case, struck_at__isnull=True)
    if standing.exclude(person__dossier__force__in=("", by.force)).exists():
        raise RefusedError(
            _("Case %(case)s is struck by those who recorded it: ask them, or strike only your own person from it.")
            % {"case": case.pk}
        )


@machine_sees_all()
def take_act_on(case: ClearedCase, act_on: date | None) -> None:
    """Enter the last day of a case's act with a further suspect, where the case states none: who was under 14 needs it.

    Raises:
        BadInputError: the case states another day, or the day lies after the clearance.
        RefusedError: somebody who stands in the case was under 14 on that day.
    """
    if act_on is None or act_on == case.act_on:
        return
    if case.act_on is not None:
        raise BadInputError(
            _("The act of case %(case)s ended on %(day)s, as it was recorded; leave the day out.")
            % {"case": case.pk, "day": case.act_on.isoformat()}
        )
    if act_on > case.cleared_on:
        raise BadInputError(_("The act ended after the case was cleared; check both days."))
    standing = CasePerson._base_manager.filter(case=case, struck_at__isnull=True)
    for one in standing.select_related("person__dossier"):
        if under_fourteen([act_on], births_of(one.person.dossier)):
            raise RefusedError(
                _("A suspect of case %(case)s was under 14 on %(day)s: ask those who recorded it.")
                % {"case": case.pk, "day": act_on.isoformat()}
            )
    case.act_on = act_on
    case.save(update_fields=["act_on"])


def check_said_age(age: int | None) -> None:
    """Refuse an age that nobody has.

    Raises:
        BadInputError: it is so.
    """
    if age is not None and not 0 <= age <= _OLDEST:
        raise BadInputError(_("An age is a number from 0 to 120."))


def _check_punishable(dossier: Dossier, act_on: date | None, age: int | None) -> None:
    """Refuse whoever was under 14 at the act: no crime, and no clearance (Penal Code art. 41).

    The act is the one that is stated; else each that is alleged of the person. Whoever was under 14 when the case was
    cleared was so at the act.

    Raises:
        BadInputError: some of what is alleged was while the person was under 14, and it is not stated which this is.
        RefusedError: it is so.
    """
    births = births_of(dossier)
    days = [act_on] if act_on else alleged_days(dossier)
    as_a_child = [under_fourteen([day], births) for day in days]
    if (age is not None and age < PUNISHABLE) or (as_a_child and all(as_a_child)):
        raise RefusedError(
            _(
                "%(person)s was under 14 at the act: no crime and no clearance (Penal Code art. 41); record a "
                "lawbreaking child instead, who is counted apart from cleared persons."
            )
            % {"person": dossier.person_code}
        )
    if any(as_a_child):
        raise BadInputError(
            _("%(person)s was under 14 at some of the alleged acts: say on which day the act of this case ended.")
            % {"person": dossier.person_code}
        )


def _is_contradicted(dossier: Dossier, cleared_on: date, age: int | None) -> bool:
    """Tell whether the birth date that is confirmed says another age: a slip of the hand makes nobody a child."""
    births = births_of(dossier)
    return bool(births) and age not in {age_on(born, cleared_on) for born in births if born <= cleared_on}


def _check_age(person: ClearedPerson, cleared_on: date, age: int | None) -> None:
    """Refuse an age that the person cannot have, by the birth date that is confirmed, or by what was said with another
    case that stands: a slip of the hand.

    Raises:
        RefusedError: it does not fit.
    """
    if age is None:
        return
    if _is_contradicted(person.dossier, cleared_on, age):
        births = births_of(person.dossier)
        raise RefusedError(
            _("%(person)s was born on %(born)s, and cannot be aged %(said)s on %(day)s; check both.")
            % {
                "person": person.dossier.person_code,
                "born": ", ".join(sorted(born.isoformat() for born in births)),
                "said": age,
                "day": cleared_on.isoformat(),
            }
        )
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
