"""One act on many persons: each by the very act that a page does, in a transaction of its own.

There is no act here that is not elsewhere, and no gate is opened: whatever refuses one person refuses the same
person here, in the same sentence, and the others go on.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.utils.translation import gettext as _

from soken.access.policy import Act
from soken.casework.actions.advance import GateError, advance
from soken.casework.actions.dossier_act import check_right
from soken.casework.actions.open_dossier import open_dossier
from soken.casework.actions.screen import screen
from soken.casework.actions.take_ownership import take_ownership
from soken.casework.language import page_language
from soken.casework.selectors.dossier import dossier_found, facts_of, next_stages
from soken.casework.selectors.ownership import competence_of
from soken.core.errors import BadInputError, NotFoundError, RefusedError
from soken.review.stages import Stage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from soken.access.models import User
    from soken.casework.models import Dossier, Operation
    from soken.review.guards import Missing

#: Persons that one bulk act may name: what somebody can still read through before it is done.
MOST: Final = 500


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


class _Undo(Exception):  # noqa: N818 (it ends a trial, it tells of no error)
    """Ends a preview: what was tried is rolled back."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is done to each.

    Attributes:
        by: who acts.
        reason: coded reason of a screening; words for other acts.
        force: code of the force that takes the persons on.
    """

    by: User
    reason: str
    force: str


def _open(operation: Operation, code: str, asked: _Asked) -> str:
    """Open the person's dossier."""
    open_dossier(operation, code, by=asked.by)
    return ""


def _screen(operation: Operation, code: str, asked: _Asked) -> str:
    """Screen the person."""
    screen(_dossier(operation, code), by=asked.by, reason=asked.reason)
    return ""


def _own(operation: Operation, code: str, asked: _Asked) -> str:
    """Accept the person for the force; say so where others are proposed as competent and this one is not."""
    dossier = _dossier(operation, code)
    take_ownership(dossier, by=asked.by, force=asked.force, reason=asked.reason)
    proposed = [one.force for one in competence_of(dossier).proposals]
    if not proposed or asked.force in {one.code for one in proposed}:
        return ""
    names = ", ".join(one.said(page_language()) for one in proposed)
    return _("Not proposed as competent; proposed: %(forces)s.") % {"forces": names}


def _assign(operation: Operation, code: str, asked: _Asked) -> str:
    """Take the person to *assigned*, through its gate."""
    advance(_dossier(operation, code), by=asked.by, to=Stage.ASSIGNED, reason=asked.reason)
    return ""


#: What can be done to many: act → the right it needs, and the act, which returns what is to be noted. Confirming an
#: identity is not among them and must never be: each confirmation is somebody's look at one person (R3).
ACTS: Final[Mapping[str, tuple[Act, Callable[[Operation, str, _Asked], str]]]] = MappingProxyType(
    {
        "open": (Act.OPEN_DOSSIER, _open),
        "screen": (Act.SCREEN, _screen),
        "own": (Act.OWN, _own),
        "assign": (Act.ADVANCE, _assign),
    }
)


def bulk(
    operation: Operation, codes: Iterable[str], *, by: User, act: str, reason: str = "", force: str = "", apply: bool
) -> list[BulkLine]:
    """Do an act on each of many persons, or try it and undo it: a preview says exactly what doing it would.

    Args:
        operation: whose persons.
        codes: person codes; one that stands twice counts once.
        by: who acts.
        act: one of `ACTS`.
        reason: coded reason of a screening; words for other acts.
        force: code of the force that takes the persons on; '' for the actor's own.
        apply: False for a preview, which changes nothing.

    Raises:
        BadInputError: the act is not known, there is nobody or there are more than `MOST` persons, or the centre does
            not say for which force it takes them on.
        NotFoundError, RefusedError: see `check_right`; nothing was done for anybody.
    """
    if act not in ACTS:
        raise BadInputError(
            _("No act on many is named %(act)s; choose one of: open, screen, own, assign.") % {"act": act}
        )
    wanted = list(dict.fromkeys(one.strip().upper() for one in codes if one.strip()))
    if not wanted:
        raise BadInputError(_("No person is named; give at least one person code."))
    if len(wanted) > MOST:
        raise BadInputError(
            _("%(n)s persons are too many at once; name at most %(most)s.") % {"n": len(wanted), "most": MOST}
        )
    right, _do = ACTS[act]
    check_right(operation, by, right)
    asked = _Asked(by, reason, force or by.force)
    if act == "own" and not asked.force:
        raise BadInputError(_("Say which force takes these persons on; you belong to none."))
    return [_one(operation, code, act, asked, apply=apply) for code in wanted]


def _one(operation: Operation, code: str, act: str, asked: _Asked, *, apply: bool) -> BulkLine:
    """Do or try the act on one person."""
    _right, do = ACTS[act]
    line = BulkLine(code, done=False)
    try:
        with transaction.atomic():
            noted = do(operation, code, asked)
            line = _after(operation, code, noted)
            if not apply:
                raise _Undo
    except _Undo:
        pass
    except GateError as shut:
        return BulkLine(code, done=False, said=shut.head, stage=_stage(operation, code), missing=tuple(shut.missing))
    except (BadInputError, NotFoundError, RefusedError) as refused:
        return BulkLine(code, done=False, said=refused.message, stage=_stage(operation, code))
    return line


def _after(operation: Operation, code: str, noted: str) -> BulkLine:
    """Return how a person stands when the act has gone through."""
    dossier = _dossier(operation, code)
    ahead = next(iter(next_stages(facts_of(dossier))), None)
    if ahead is None:
        return BulkLine(code, done=True, said=noted, stage=dossier.stage)
    return BulkLine(code, True, noted, dossier.stage, ahead.way.after.value, ahead.missing)


def _dossier(operation: Operation, code: str) -> Dossier:
    """Return a person's dossier.

    Raises:
        NotFoundError: nobody has opened one.
    """
    found = dossier_found(operation, code)
    if found is None:
        raise NotFoundError(_("%(person)s has no dossier yet; open it first.") % {"person": code})
    return found


def _stage(operation: Operation, code: str) -> str:
    """Return the stage at which a person stands, '' without a dossier."""
    found = dossier_found(operation, code)
    return found.stage if found else ""
