"""Judge whether two rows are one person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from soken.casework.actions.review_act import (
    ContradictionError,
    Ruling,
    enter,
    heads_between,
    reason_of,
    reviewing,
    settle,
    withdrawals,
)
from soken.casework.models import ActKind, ReviewAct, Verdict
from soken.casework.selectors.review_queue import spoken_last
from soken.casework.selectors.review_rows import knots
from soken.core import clock
from soken.core.errors import BadInputError, NotFoundError, RefusedError

if TYPE_CHECKING:
    from soken.access.models import User
    from soken.casework.models import Judgement, Operation
    from soken.casework.selectors.review_rows import Placed
    from soken.resolve import RowRef
    from soken.review.knots import Knots, Said


def judge(
    operation: Operation,
    *,
    by: User,
    left: RowRef,
    right: RowRef,
    verdict: str,
    code: str,
    note: str = "",
    seen: int | None = None,
    confirmed: bool = False,
) -> ReviewAct:
    """Say of two rows that they are one person, are two, or that nobody can tell; it binds every run from now on.

    Rows are named, not a place in the queue: an answer that is given while a new run replaces the queue is kept.

    Args:
        operation: whose rows.
        by: who judges.
        left: one row.
        right: the other.
        verdict: "same", "different" or "unsure".
        code: coded reason; each belongs to one verdict.
        note: what else must be said; some reasons need it.
        seen: number of the act that had spoken last of these two when the actor looked, 0 for none; None for whoever
            answers to what stands now.
        confirmed: whether the actor has seen the judgements that this one contradicts, and takes them back.

    Raises:
        BadInputError: the reason is not one of the verdict's, needs a note, or a row is named twice.
        NotFoundError: a row belongs to no proposed person; or see `reviewing`.
        ContradictionError: people have said otherwise of what hangs together with these rows.
        RefusedError: somebody has answered since the actor looked; the rows claim exactly the same; or see `reviewing`.
    """
    said = reason_of(verdict, code, note)
    if left == right:
        raise BadInputError(_("A row cannot be compared with itself; name two."))
    left, right = min(left, right), max(left, right)
    with reviewing(operation, by) as run:
        net, where = knots(operation, run, {left, right})
        for row in (left, right):
            if row not in where:
                raise NotFoundError(
                    _("Row %(row)s of %(evidence)s belongs to no proposed person.")
                    % {"row": row.row, "evidence": row.evidence}
                )
        _check_unanswered(operation, left, right, where, seen)
        if verdict == Verdict.DIFFERENT and where[left].record == where[right].record:
            raise RefusedError(_("These rows claim exactly the same; what they say cannot part them."))
        heads = heads_between(operation, left, right)
        against = contradicted(net, left, right, verdict, heads)
        if against and not (verdict == Verdict.SAME and confirmed):
            raise _contradiction(verdict, against)
        act = ReviewAct.objects.create(
            operation=operation, kind=ActKind.JUDGE, verdict=verdict, code=code, note=said, by=by, at=clock.now(),
            persons=[where[left].person, where[right].person],
        )  # fmt: skip
        rulings = [
            Ruling(left, right, Verdict(verdict), heads[0] if heads else None),
            *(Ruling(left, right, Verdict.WITHDRAWN, extra) for extra in heads[1:]),
            *withdrawals(against),
        ]
        enter(act, rulings)
        settle(act, rulings[:1], where)
    return act


def contradicted(net: Knots, left: RowRef, right: RowRef, verdict: str, heads: list[Judgement]) -> list[Said]:
    """Return the judgements that a verdict on two rows would contradict, except those on the same two rows."""
    own = {one.pk for one in heads}
    if verdict == Verdict.SAME:
        return [one for one in net.against_same([left], [right]) if one.key not in own]
    return net.against_different([left], [right], without=own)


def _check_unanswered(
    operation: Operation, left: RowRef, right: RowRef, where: dict[RowRef, Placed], seen: int | None
) -> None:
    """Refuse an answer to whoever has not seen the one that was given meanwhile."""
    last = spoken_last(operation, left, right, where[left].person, where[right].person)
    if seen is not None and last is not None and last.pk != seen:
        raise RefusedError(
            _("%(who)s has answered this pair since you opened it: %(verdict)s; look at it anew, then decide.")
            % {"who": last.by, "verdict": last.get_verdict_display()}
        )


def _contradiction(verdict: str, against: list[Said]) -> ContradictionError:
    """Return the error that says what stands against a verdict."""
    if verdict == Verdict.SAME:
        return ContradictionError(
            _("This contradicts %(n)s judgement(s) in force; confirm that they are taken back, or answer otherwise.")
            % {"n": len(against)},
            against,
            confirmable=True,
        )
    return ContradictionError(
        _("People have joined these two by %(n)s judgement(s); undo one of those first.") % {"n": len(against)},
        against,
        confirmable=False,
    )
