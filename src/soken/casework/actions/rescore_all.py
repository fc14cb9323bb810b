"""After another version of the instrument: have the machine score everybody's newest answers on it, after a preview."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from django.db import transaction

from soken.access.policy import Act
from soken.casework.actions.assess import rescore
from soken.casework.actions.band_step import priority_of, renew_dates
from soken.casework.actions.dossier_act import acting, check_right
from soken.casework.models import Priority
from soken.casework.selectors.instrument import instrument_in_use
from soken.casework.selectors.priority import outdated
from soken.core.errors import NotFoundError, RefusedError

if TYPE_CHECKING:
    from datetime import date

    from soken.access.models import User
    from soken.casework.models import Assessment, Dossier, Operation

#: Persons scored at once from a page: what somebody can still read through before it is done.
MOST: Final = 500


class Effect(StrEnum):
    """What scoring anew does to a person."""

    RAISED = "raised"
    LOWERING = "lowering"
    SAME = "same"
    DATES = "dates"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Rescored:
    """What became, or would become, of a person.

    Attributes:
        person: the code.
        effect: what it does; a lowering waits for two people.
        before: the band in force before; '' where nobody has assessed.
        scored: the band that the answers lead to now; '' where nobody has assessed or the act is refused.
        due_before, due_after: the target dates.
        said: the refusal, '' if there is none.
    """

    person: str
    effect: Effect
    before: str
    scored: str
    due_before: date
    due_after: date
    said: str = ""


class _Undo(Exception):  # noqa: N818 (it ends a trial, it tells of no error)
    """Ends a preview: what was tried is rolled back."""


def rescore_all(operation: Operation, *, by: User, apply: bool, most: int = MOST) -> list[Rescored]:
    """Score everybody anew whose newest version is another instrument's, or try it and undo it.

    Each by the act that does it for one: a higher band takes effect at once, a lower one is a proposal for which two
    people must come. Dates follow the instrument's targets, also of those whom nobody has assessed.

    Args:
        operation: where.
        by: who starts it: a supervisor; persons of other forces than theirs are left out.
        apply: False for a preview, which changes nothing.
        most: how many at once; who is done is not found again, so that the next call goes on.

    Raises:
        BadInputError: the instrument cannot be used.
        NotFoundError, RefusedError: see `check_right`.
    """
    check_right(operation, by, Act.LOWER_PRIORITY)
    instrument_in_use()
    return [_one(dossier, by, apply=apply) for dossier in outdated(operation, by.force)[:most]]


def _one(dossier: Dossier, by: User, *, apply: bool) -> Rescored:
    """Score one person anew in a transaction of its own, undone for a preview."""
    before = Priority.objects.get(dossier=dossier)
    result = Rescored(dossier.person_code, Effect.REFUSED, before.band, "", before.due_on, before.due_on)
    try:
        with transaction.atomic():
            made = _scored(dossier, by)
            result = _result(before, Priority.objects.get(dossier=dossier), made)
            if not apply:
                raise _Undo
    except _Undo:
        return result
    except (NotFoundError, RefusedError) as refused:
        return Rescored(
            dossier.person_code, Effect.REFUSED, before.band, "", before.due_on, before.due_on, refused.message
        )
    return result


def _scored(dossier: Dossier, by: User) -> Assessment | None:
    """Score the newest answers; give somebody whom nobody has assessed the dates of the instrument in use."""
    if dossier.assessments.exists():
        return rescore(dossier, by=by)
    with acting(dossier, by, Act.ASSESS_PRIORITY, fact=False) as now:
        renew_dates(priority_of(now))
    return None


def _result(before: Priority, after: Priority, made: Assessment | None) -> Rescored:
    """Return what became of a person."""
    code, scored = before.dossier.person_code, made.band if made else ""
    if made is None:
        effect = Effect.DATES
    elif after.band != before.band:
        effect = Effect.RAISED
    else:
        effect = Effect.SAME if scored == before.band else Effect.LOWERING
    return Rescored(code, effect, before.band, scored, before.due_on, after.due_on)
