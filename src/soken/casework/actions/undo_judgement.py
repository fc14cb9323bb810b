"""Take an act on judgements back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from soken.casework.actions.review_act import Ruling, check_standing, enter, reviewing, settle
from soken.casework.actions.said import in_words
from soken.casework.models import ActKind, Judgement, ReviewAct, Verdict
from soken.casework.selectors import store
from soken.casework.selectors.review_rows import placed
from soken.core import clock
from soken.core.errors import NotFoundError, RefusedError
from soken.resolve import RowRef

if TYPE_CHECKING:
    from soken.access.models import User
    from soken.casework.models import Operation


def undo_judgement(operation: Operation, key: int, *, by: User, reason: str) -> ReviewAct:
    """Take back everything that one act said; what stood before it stands again, and the pair is asked again.

    An act that undid another one can itself be undone.

    Args:
        operation: whose act.
        key: number of the act.
        by: who undoes it.
        reason: why.

    Raises:
        BadInputError: the reason is missing.
        NotFoundError: the operation has no such act; or see `reviewing`.
        ContradictionError: what stood before contradicts what has been said since.
        RefusedError: it is undone already, or a later act has spoken of the same rows; or see `reviewing`.
    """
    said = in_words(reason, _("The reason"))
    with reviewing(operation, by) as run:
        act = operation.review_acts.filter(pk=key).first()
        if act is None:
            raise NotFoundError(_("There is no act number %(number)s.") % {"number": key})
        if ReviewAct.objects.filter(undoes=act).exists():
            raise RefusedError(_("Act %(number)s is undone already.") % {"number": key})
        rulings = [_before(one) for one in act.judgements.order_by("pk").select_related("superseded_by__act")]
        undone = ReviewAct.objects.create(
            operation=operation, kind=ActKind.UNDO, verdict=rulings[0].verdict if rulings else Verdict.WITHDRAWN,
            note=said, persons=act.persons, by=by, at=clock.now(), undoes=act,
        )  # fmt: skip
        enter(undone, rulings)
        check_standing(operation, run, rulings)
        where = placed(store.run_folder(operation, run), {end for one in rulings for end in (one.left, one.right)})
        settle(undone, rulings, where)
    return undone


def _before(judgement: Judgement) -> Ruling:
    """Return the ruling by which what stood before a judgement stands again."""
    before = Judgement.objects.filter(superseded_by=judgement).first()
    return Ruling(
        RowRef(judgement.left_evidence, judgement.left_row),
        RowRef(judgement.right_evidence, judgement.right_row),
        Verdict(before.verdict) if before is not None else Verdict.WITHDRAWN,
        _head(judgement),
    )


def _head(judgement: Judgement) -> Judgement:
    """Return what was said last of the same rows, where everything said since has itself been undone.

    Raises:
        RefusedError: a later act still stands.
    """
    head = judgement
    while head.superseded_by is not None:
        later = head.superseded_by
        back = later.superseded_by
        if back is None or back.act is None or back.act.undoes_id is None or back.act.undoes_id != later.act_id:
            raise RefusedError(
                _("Act %(later)s has since spoken of the same rows; undo that one first.")
                % {"later": later.act_id or "–"}
            )
        head = back
    return head
