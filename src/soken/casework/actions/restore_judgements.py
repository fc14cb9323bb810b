"""Bring a person's judgements back to how they stood after an earlier act."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from soken.casework.actions.review_act import Ruling, check_standing, enter, reviewing, settle
from soken.casework.actions.said import in_words
from soken.casework.models import ActKind, Judgement, ReviewAct, Verdict
from soken.casework.selectors import store
from soken.casework.selectors.review_history import concerning
from soken.casework.selectors.review_persons import judged_rows
from soken.casework.selectors.review_rows import placed
from soken.core import clock
from soken.core.errors import NotFoundError, RefusedError
from soken.resolve import RowRef

if TYPE_CHECKING:
    from soken.access.models import User
    from soken.casework.models import Operation


def restore_judgements(operation: Operation, person: str, key: int, *, by: User, reason: str) -> ReviewAct:
    """Let everything that was said of a person's rows stand as it stood when an act had just been done.

    Acts that speak of these rows go back whole, with what they say of others. It is itself an act: nothing is
    deleted, and it can be undone.

    Args:
        operation: whose person.
        person: code of the proposed person whose rows are meant.
        key: number of the act to whose end to go back; 0 for before the first.
        by: who goes back.
        reason: why.

    Raises:
        BadInputError: the reason is missing.
        NotFoundError: the operation has no such act; or see `reviewing`.
        ContradictionError: what stood then contradicts what has been said since of other persons.
        RefusedError: nothing has changed since; or see `reviewing`.
    """
    said = in_words(reason, _("The reason"))
    with reviewing(operation, by) as run:
        if key and not operation.review_acts.filter(pk=key).exists():
            raise NotFoundError(_("There is no act number %(number)s.") % {"number": key})
        rulings = _back_to(operation, judged_rows(operation, run, person), key)
        if not rulings:
            raise RefusedError(_("Nothing has changed since then."))
        act = ReviewAct.objects.create(
            operation=operation, kind=ActKind.UNDO, verdict=rulings[0].verdict, code="restored", note=said,
            persons=[person], by=by, at=clock.now(),
        )  # fmt: skip
        enter(act, rulings)
        check_standing(operation, run, rulings)
        settle(
            act,
            rulings,
            placed(store.run_folder(operation, run), {r for one in rulings for r in (one.left, one.right)}),
        )
    return act


def _back_to(operation: Operation, rows: list[RowRef], key: int) -> list[Ruling]:
    """Return the rulings by which each judgement on these rows stands as it stood after an act."""
    known = {one.pk: one for one in concerning(operation, rows)}
    before = {one.superseded_by_id: one for one in known.values() if one.superseded_by_id is not None}
    rulings = []
    for head in known.values():
        if head.superseded_by_id is not None:
            continue
        then: Judgement | None = head
        while then is not None and then.act_id is not None and then.act_id > key:
            then = before.get(then.pk)
        verdict = Verdict(then.verdict) if then is not None else Verdict.WITHDRAWN
        if verdict != head.verdict:
            rulings.append(
                Ruling(
                    RowRef(head.left_evidence, head.left_row),
                    RowRef(head.right_evidence, head.right_row),
                    verdict,
                    head,
                )
            )
    return rulings
