"""Which procedure a person's age asks for: at the day of the act, and now (R25)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

#: Under this age no act is punished (Penal Code art. 41).
PUNISHABLE: Final = 14
#: Under this age a person is a juvenile (Juvenile Act art. 2).
ADULT: Final = 20
#: From this age on a juvenile is a specified one (Juvenile Act art. 62), since `SPECIFIED_SINCE`.
SPECIFIED: Final = 18
SPECIFIED_SINCE: Final = date(2022, 4, 1)


class Procedure(StrEnum):
    """The way that a case goes, by age (facts 1.23)."""

    UNKNOWN = "unknown"
    CHILD_GUIDANCE = "child-guidance"
    JUVENILE = "juvenile"
    SPECIFIED_JUVENILE = "specified-juvenile"
    ADULT = "adult"


@dataclass(frozen=True, slots=True)
class ByAge:
    """What a person's age means for the procedure, as of a day.

    Attributes:
        procedure: the way that the case goes.
        age_at_act: age on the day of the act; None where the birth date or the day is not known.
        age_now: age today; None where the birth date is not known.
        juvenile_at_act: whether the person was a juvenile then; None where it is not known.
        changes_on: the next day on which the procedure is another one by age alone; None if there is none.
    """

    procedure: Procedure
    age_at_act: int | None = None
    age_now: int | None = None
    juvenile_at_act: bool | None = None
    changes_on: date | None = None


def completes_on(born: date, years: int) -> date:
    """Return the day at whose end a person completes so many years: the day before the birthday.

    So the Act on Calculation of Ages (Act 50 of 1902), by which the day of birth counts. Whoever was born on a
    29 February completes a year as 28 February ends, in every year.
    """
    return birthday(born, years) - timedelta(days=1)


def birthday(born: date, years: int) -> date:
    """Return the first day on which a person is so many years old all day long."""
    try:
        return born.replace(year=born.year + years)
    except ValueError:
        return date(born.year + years, 3, 1)


def age_on(born: date, day: date) -> int:
    """Return how many years a person had completed before a day began.

    Raises:
        ValueError: the day lies before the birth.
    """
    if day < born:
        raise ValueError(f"{day} lies before the birth on {born}")
    years = day.year - born.year
    return years if birthday(born, years) <= day else years - 1


def by_age(born: date | None, act: date | None, today: date) -> ByAge:
    """Return what a person's age means for the procedure.

    Nobody is taken for an adult whose birth date is not established. Whoever was under 14 at the act goes to child
    guidance, however old now. Otherwise it is the age now that counts; an adult who was a juvenile then is told apart.
    A birth date after the act cannot be the person's: then nothing is known.

    Args:
        born: the birth date that people established, if they did.
        act: the day of the act, the last one of an act that lasts; None where it is not known.
        today: the day as of which it is asked, in Japan.

    """
    if born is None or born > min(act or today, today):
        return ByAge(Procedure.UNKNOWN)
    then = age_on(born, act) if act else None
    now = age_on(born, today)
    punishable = (now if then is None else then) >= PUNISHABLE
    procedure = _procedure(now, today) if punishable else Procedure.CHILD_GUIDANCE
    juvenile = then < ADULT if then is not None else None
    return ByAge(procedure, then, now, juvenile, _change(born, now, today, procedure))


def _procedure(age: int, day: date) -> Procedure:
    """Return the procedure for somebody of an age on a day."""
    if age >= ADULT:
        return Procedure.ADULT
    specified = age >= SPECIFIED and day >= SPECIFIED_SINCE
    return Procedure.SPECIFIED_JUVENILE if specified else Procedure.JUVENILE


def _change(born: date, age: int, today: date, procedure: Procedure) -> date | None:
    """Return the day on which the next birthday that matters makes the procedure another one."""
    if procedure in {Procedure.ADULT, Procedure.CHILD_GUIDANCE}:
        return None
    coming = [birthday(born, years) for years in (SPECIFIED, ADULT) if years > age]
    return next((day for day in coming if day > today and _procedure(age_on(born, day), day) is not procedure), None)
