"""What is asked in one act on many persons, and what is said of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from soken.casework.actions.advance import GateError
from soken.casework.language import page_language
from soken.casework.selectors.dossier import next_stages
from soken.core.errors import NotFoundError

if TYPE_CHECKING:
    from soken.access.models import User
    from soken.core.errors import SokenError
    from soken.review.facts import Facts
    from soken.review.guards import Missing
    from soken.route.competence import Competence


@dataclass(frozen=True, slots=True)
class BulkLine:
    """What an act did, or would do, to one person.

    Attributes:
        person: the code.
        done: whether the act went through.
        said: the refusal in one sentence; if it went through, what is to be noted all the same, else ''.
        stage: where the person stands after it; '' without a dossier.
        ahead: the next stage; '' if none.
        missing: what is missing: at the gate that refused, else for the next stage.
    """

    person: str
    done: bool
    said: str = ""
    stage: str = ""
    ahead: str = ""
    missing: tuple[Missing, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """What is done to each.

    Attributes:
        by: who acts.
        reason: coded reason of a screening; words for other acts.
        force: code of the force that takes the persons on.
    """

    by: User
    reason: str
    force: str


def went_through(code: str, noted: str, facts: Facts) -> BulkLine:
    """Return the line of a person with whom the act went through, or would.

    Args:
        code: of the person.
        noted: what is to be noted all the same.
        facts: as they are after it.
    """
    ahead = next(iter(next_stages(facts)), None)
    if ahead is None:
        return BulkLine(code, True, noted, facts.stage.value)
    return BulkLine(code, True, noted, facts.stage.value, ahead.way.after.value, ahead.missing)


def refused(code: str, problem: SokenError, stage: str) -> BulkLine:
    """Return the line of a person with whom the act is refused.

    Args:
        code: of the person.
        problem: the refusal.
        stage: where the person stands; '' without a dossier.
    """
    if isinstance(problem, GateError):
        return BulkLine(code, done=False, said=problem.head, stage=stage, missing=tuple(problem.missing))
    return BulkLine(code, done=False, said=problem.message, stage=stage)


def no_dossier(code: str) -> NotFoundError:
    """Return the refusal of an act on somebody of whom nobody has opened a dossier."""
    return NotFoundError(_("%(person)s has no dossier yet; open it first.") % {"person": code})


def not_competent(competence: Competence, force: str) -> str:
    """Return what is to be noted where others are proposed as competent and this force is not, else ''."""
    proposed = [one.force for one in competence.proposals]
    if not proposed or force in {one.code for one in proposed}:
        return ""
    names = ", ".join(one.said(page_language()) for one in proposed)
    return _("Not proposed as competent; proposed: %(forces)s.") % {"forces": names}
