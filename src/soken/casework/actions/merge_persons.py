"""Join two proposed persons by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from soken.casework.actions.review_act import (
    ContradictionError,
    Ruling,
    check_standing,
    enter,
    newest_between,
    reason_of,
    reviewing,
    settle,
    withdrawals,
)
from soken.casework.models import ActKind, ReviewAct, Verdict
from soken.casework.selectors import store
from soken.casework.selectors.review_persons import MOST_RECORDS, against_merge, dossiers_at_work, records_of, state_of
from soken.casework.selectors.review_rows import placed
from soken.core import clock
from soken.core.errors import BadInputError, RefusedError

if TYPE_CHECKING:
    from collections.abc import Collection

    from soken.access.models import User
    from soken.casework.models import Operation, ResolveRun


def merge_persons(
    operation: Operation,
    left: str,
    right: str,
    *,
    by: User,
    code: str,
    note: str = "",
    seen: str | None = None,
    confirmed: bool = False,
) -> ReviewAct:
    """Say that two proposed persons are one; the next run proposes one person, and a dossier stays as it is.

    One row of theirs is judged to be the same person as a row of each of their records: a single judgement would
    leave out the records that contradict it.

    Args:
        operation: whose persons.
        left: code of the one.
        right: code of the other.
        by: who joins them.
        code: coded reason, one of those for "same".
        note: what else must be said.
        seen: what `state_of` said of the two when the actor looked; None for whoever acts on what stands now.
        confirmed: whether the actor has seen the judgements that this contradicts, which are taken back, and the
            dossiers on which work goes on, whose gates shut until their rows are settled.

    Raises:
        BadInputError: one person is named twice, or see `reason_of`.
        NotFoundError: no such person is proposed now; or see `reviewing`.
        ContradictionError: people have said otherwise.
        RefusedError: they have changed since the actor looked, hold too many records, or work goes on on one and the
            actor has not confirmed having seen it; or see `reviewing`.
    """
    said = reason_of(Verdict.SAME, code, note)
    if left == right:
        raise BadInputError(_("A person cannot be joined with itself; name two."))
    with reviewing(operation, by) as run:
        one, other = records_of(operation, run, left), records_of(operation, run, right)
        check_bounds(len(one) + len(other))
        check_seen(operation, run, (left, right), seen)
        against = against_merge(operation, run, one.values(), other.values())
        if against.taken_back and not confirmed:
            raise ContradictionError(
                _("This contradicts %(n)s judgement(s) in force; confirm that they are taken back.")
                % {"n": len(against.taken_back)},
                against.taken_back,
                confirmable=True,
            )
        _check_work(operation, (left, right), confirmed=confirmed)
        rows = sorted({*one.values(), *other.values()})
        known = newest_between(operation, rows)
        taken_back = {one.key: one for one in against.taken_back}
        rulings = []
        for row in rows[1:]:
            before = known.get(frozenset((rows[0], row)))
            if before is not None:
                taken_back.pop(before.pk, None)
            if before is None or before.verdict != Verdict.SAME:
                rulings.append(Ruling(rows[0], row, Verdict.SAME, before))
        if not rulings:
            raise RefusedError(_("They are judged to be one person already; the next run joins them."))
        act = ReviewAct.objects.create(
            operation=operation, kind=ActKind.MERGE, verdict=Verdict.SAME, code=code, note=said, by=by,
            at=clock.now(), persons=[left, right],
        )  # fmt: skip
        enter(act, [*rulings, *withdrawals(taken_back.values())])
        check_standing(operation, run, rulings)
        settle(act, rulings, placed(store.run_folder(operation, run), rows))
    return act


def _check_work(operation: Operation, persons: Collection[str], *, confirmed: bool) -> None:
    """Refuse to join persons on whom work goes on to whoever does not say that they know of it.

    Raises:
        RefusedError: it does, and nobody has said so.
    """
    at_work = [one.person_code for one in dossiers_at_work(operation, persons)]
    if at_work and not confirmed:
        raise RefusedError(
            _(
                "Work is under way on %(persons)s: a join shuts the way to action and referral until somebody has"
                " settled whose the rows are. Confirm that you have seen it, or leave them as they are."
            )
            % {"persons": ", ".join(at_work)}
        )


def check_bounds(records: int) -> None:
    """Refuse an act on persons of very many records.

    Raises:
        RefusedError: they are too many.
    """
    if records > MOST_RECORDS:
        raise RefusedError(
            _("These persons hold more than %(most)s different identities; judge pairs of them in the queue.")
            % {"most": MOST_RECORDS}
        )


def check_seen(operation: Operation, run: ResolveRun, persons: Collection[str], seen: str | None) -> None:
    """Refuse an act to whoever has looked at something else than what stands now.

    Raises:
        RefusedError: a run was accepted, or somebody has judged these persons' rows, since the actor looked.
    """
    if seen is not None and seen != state_of(operation, run, persons):
        raise RefusedError(
            _("%(persons)s changed since you opened the page; look anew, then decide.")
            % {"persons": ", ".join(persons)}
        )
