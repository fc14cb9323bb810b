"""One act on many persons: each by the very act that a page does, in a transaction of its own.

There is no act here that is not elsewhere, and no gate is opened: whatever refuses one person refuses the same
person here, in the same sentence, and the others go on.
"""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from soken.access.policy import Act
from soken.casework.actions.advance import advance
from soken.casework.actions.bulk_line import Asked, BulkLine, no_dossier, not_competent, refused, went_through
from soken.casework.actions.bulk_preview import preview_act, preview_open
from soken.casework.actions.dossier_act import check_right
from soken.casework.actions.open_dossier import open_dossier
from soken.casework.actions.screen import screen
from soken.casework.actions.take_ownership import check_may_take_on, take_ownership
from soken.casework.selectors.dossier import dossier_found, facts_of_many
from soken.casework.selectors.ownership import competence_of
from soken.core.errors import BadInputError, NotFoundError, RefusedError
from soken.review.stages import Stage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from soken.access.models import User
    from soken.casework.models import Dossier, Operation

#: Persons that one bulk act may name: what somebody can still read through before it is done.
MOST: Final = 500


def _open(operation: Operation, code: str, asked: Asked) -> str:
    """Open the person's dossier."""
    open_dossier(operation, code, by=asked.by)
    return ""


def _screen(operation: Operation, code: str, asked: Asked) -> str:
    """Screen the person."""
    screen(_dossier(operation, code), by=asked.by, reason=asked.reason)
    return ""


def _own(operation: Operation, code: str, asked: Asked) -> str:
    """Accept the person for the force; say so where others are proposed as competent and this one is not."""
    dossier = _dossier(operation, code)
    take_ownership(dossier, by=asked.by, force=asked.force, reason=asked.reason)
    return not_competent(competence_of(dossier), asked.force)


def _assign(operation: Operation, code: str, asked: Asked) -> str:
    """Take the person to *assigned*, through its gate."""
    advance(_dossier(operation, code), by=asked.by, to=Stage.ASSIGNED, reason=asked.reason)
    return ""


#: What can be done to many: act → the right it needs, and the act, which returns what is to be noted. Confirming an
#: identity is not among them and must never be: each confirmation is somebody's look at one person (R3).
ACTS: Final[Mapping[str, tuple[Act, Callable[[Operation, str, Asked], str]]]] = MappingProxyType(
    {
        "open": (Act.OPEN_DOSSIER, _open),
        "screen": (Act.SCREEN, _screen),
        "own": (Act.ACCEPT_PERSON, _own),
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
        BadInputError: the act is not known, there is nobody or there are more than `MOST` persons.
        NotFoundError, RefusedError: see `check_right` and `check_may_take_on`; nothing was done for anybody.
    """
    wanted, asked = check_asked(operation, codes, by=by, act=act, reason=reason, force=force, most=MOST)
    if not apply:
        return preview_open(operation, wanted) if act == "open" else preview_act(operation, wanted, act, asked)
    return _standing([do_one(operation, code, act, asked) for code in wanted], operation)


def check_asked(
    operation: Operation, codes: Iterable[str], *, by: User, act: str, reason: str, force: str, most: int
) -> tuple[list[str], Asked]:
    """Return the codes, each once, and what is done to each, if it can be asked at all.

    Raises:
        BadInputError: the act is not known, there is nobody or there are too many.
        NotFoundError, RefusedError: see `check_right` and `check_may_take_on`.
    """
    if act not in ACTS:
        raise BadInputError(
            _("No act on many is named %(act)s; choose one of: open, screen, own, assign.") % {"act": act}
        )
    wanted = list(dict.fromkeys(one.strip().upper() for one in codes if one.strip()))
    if not wanted:
        raise BadInputError(_("No person is named; give at least one person code."))
    if len(wanted) > most:
        raise BadInputError(
            _("%(n)s persons are too many at once; name at most %(most)s.") % {"n": len(wanted), "most": most}
        )
    right, _do = ACTS[act]
    check_right(operation, by, right)
    asked = Asked(by, reason, force or by.force)
    if act == "own":
        check_may_take_on(by, asked.force)
    return wanted, asked


def do_one(operation: Operation, code: str, act: str, asked: Asked) -> BulkLine:
    """Do the act on one person, in a transaction of its own; a refusal is told, not raised."""
    _right, do = ACTS[act]
    try:
        return BulkLine(code, done=True, said=do(operation, code, asked))
    except (BadInputError, NotFoundError, RefusedError) as problem:
        return refused(code, problem, "")


def _standing(lines: list[BulkLine], operation: Operation) -> list[BulkLine]:
    """Return the lines with how each person stands after it all (the queries of one person).

    Whom the act has shut away from the actor's eyes (R32) stands nowhere that the actor may know of.
    """
    found = {one.person_code: one for one in operation.dossiers.filter(person_code__in=[one.person for one in lines])}
    facts = facts_of_many([found[one.person] for one in lines if one.done and one.person in found])
    return [
        went_through(one.person, one.said, facts[found[one.person].pk])
        if one.done and one.person in found
        else replace(one, stage=found[one.person].stage if one.person in found else "")
        for one in lines
    ]


def _dossier(operation: Operation, code: str) -> Dossier:
    """Return a person's dossier.

    Raises:
        NotFoundError: nobody has opened one.
    """
    found = dossier_found(operation, code)
    if found is None:
        raise no_dossier(code)
    return found
