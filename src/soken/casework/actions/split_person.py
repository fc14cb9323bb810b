"""Split a proposed person by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from soken.casework.actions.merge_persons import check_bounds, check_seen
from soken.casework.actions.review_act import (
    ContradictionError,
    Ruling,
    check_standing,
    enter,
    newest_between,
    reason_of,
    reviewing,
    withdrawals,
)
from soken.casework.models import ActKind, ReviewAct, Verdict
from soken.casework.selectors import store
from soken.casework.selectors.review_persons import against_split, records_of
from soken.casework.selectors.review_rows import placed
from soken.core import clock
from soken.core.errors import BadInputError, NotFoundError, RefusedError

if TYPE_CHECKING:
    from collections.abc import Collection

    from soken.access.models import User
    from soken.casework.models import Operation, ResolveRun
    from soken.resolve import RowRef

#: Most judgements that one split writes: every record of the one side with every record of the other.
_MOST: Final = 4_000


def split_person(
    operation: Operation,
    person: str,
    part: Collection[RowRef],
    *,
    by: User,
    code: str,
    note: str = "",
    seen: str | None = None,
    confirmed: bool = False,
) -> ReviewAct:
    """Say that some of a proposed person's rows are another person's; the next run proposes them apart.

    Rows that claim exactly the same go together: with a row its whole record is parted off.

    Args:
        operation: whose person.
        person: its code.
        part: rows to be parted off.
        by: who splits it.
        code: coded reason, one of those for "different".
        note: what else must be said.
        seen: what `state_of` said of the person when the actor looked; None for whoever acts on what stands now.
        confirmed: whether the actor has seen the judgements that this contradicts, and takes them back.

    Raises:
        BadInputError: no row is named, or all are; or see `reason_of`.
        NotFoundError: no such person is proposed now, or a row is not among its rows; or see `reviewing`.
        ContradictionError: people have said otherwise.
        RefusedError: it has changed since the actor looked, holds too many records, or see `reviewing`.
    """
    said = reason_of(Verdict.DIFFERENT, code, note)
    with reviewing(operation, by) as run:
        off, rest = sides_of(operation, run, person, part)
        check_seen(operation, run, (person,), seen)
        if len(off) * len(rest) > _MOST:
            raise RefusedError(
                _("These persons hold more than %(most)s different identities; judge pairs of them in the queue.")
                % {"most": int(_MOST**0.5)}
            )
        against = against_split(operation, run, person, off, rest)
        if against.first:
            raise ContradictionError(
                _("People have joined these two by %(n)s judgement(s); undo one of those first.")
                % {"n": len(against.first)},
                against.first,
                confirmable=False,
            )
        if against.taken_back and not confirmed:
            raise ContradictionError(
                _("This contradicts %(n)s judgement(s) in force; confirm that they are taken back.")
                % {"n": len(against.taken_back)},
                against.taken_back,
                confirmable=True,
            )
        known = newest_between(operation, {*off, *rest})
        taken_back = {one.key: one for one in against.taken_back}
        rulings = []
        for one in off:
            for other in rest:
                before = known.get(frozenset((one, other)))
                if before is not None:
                    taken_back.pop(before.pk, None)
                if before is None or before.verdict != Verdict.DIFFERENT:
                    rulings.append(Ruling(min(one, other), max(one, other), Verdict.DIFFERENT, before))
        if not rulings:
            raise RefusedError(_("They are judged to be different already; the next run parts them."))
        act = ReviewAct.objects.create(
            operation=operation, kind=ActKind.SPLIT, verdict=Verdict.DIFFERENT, code=code, note=said, by=by,
            at=clock.now(), persons=[person],
        )  # fmt: skip
        enter(act, [*rulings, *withdrawals(taken_back.values())])
        check_standing(operation, run, rulings)
    return act


def sides_of(
    operation: Operation, run: ResolveRun, person: str, part: Collection[RowRef]
) -> tuple[list[RowRef], list[RowRef]]:
    """Return the first rows of the records that are parted off, and of those that stay.

    Raises:
        BadInputError: no row is named, or all are.
        NotFoundError: no such person is proposed now, or a row is not among its rows.
        RefusedError: the person holds too many records.
    """
    records = records_of(operation, run, person)
    check_bounds(len(records))
    where = placed(store.run_folder(operation, run), part)
    for row in part:
        if row not in where or where[row].person != person:
            raise NotFoundError(
                _("Row %(row)s of %(evidence)s is not among the rows of %(person)s.")
                % {"row": row.row, "evidence": row.evidence, "person": person}
            )
    parted = {at.record for at in where.values()}
    off = sorted(row for record, row in records.items() if record in parted)
    rest = sorted(row for record, row in records.items() if record not in parted)
    if not off or not rest:
        raise BadInputError(_("Choose some of the person's identities, not none and not all, to part them off."))
    return off, rest
