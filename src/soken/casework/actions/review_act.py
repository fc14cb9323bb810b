"""What the acts on judgements have in common: the right, one at a time, all or nothing, nothing overwritten."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from soken.access.policy import Act
from soken.casework.actions.dossier_act import check_right, fall_back
from soken.casework.actions.load_review import questions_between
from soken.casework.actions.said import in_words, one_of
from soken.casework.models import ActKind, Dossier, DossierRow, Judgement, Operation, Verdict
from soken.casework.models.force_sight import across_forces
from soken.casework.selectors.held import frozen_among
from soken.casework.selectors.review_history import touching
from soken.casework.selectors.review_rows import knots
from soken.core import clock
from soken.core.errors import RefusedError
from soken.resolve import RowRef
from soken.resolve import Verdict as Word
from soken.review.judgement_words import judgement_reasons
from soken.review.stages import Stage

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from soken.access.models import User
    from soken.casework.models import ResolveRun, ReviewAct
    from soken.casework.selectors.review_rows import Placed
    from soken.review.knots import Said


class ContradictionError(RefusedError):
    """People have said otherwise; nothing was recorded.

    Attributes:
        against: the judgements that stand against it.
        confirmable: whether they are taken back if the actor confirms having seen them; else they are to be undone
            first, each for itself.
    """

    code = "contradiction"

    def __init__(self, message: str, against: Sequence[Said], *, confirmable: bool) -> None:
        super().__init__(message)
        self.against = tuple(against)
        self.confirmable = confirmable


@dataclass(frozen=True, slots=True)
class Ruling:
    """What an act says of two rows.

    Attributes:
        left, right: the rows.
        verdict: what is said of them from now on.
        over: the judgement in force that this one takes the place of, if there is one.
    """

    left: RowRef
    right: RowRef
    verdict: Verdict
    over: Judgement | None = None


@contextmanager
def reviewing(operation: Operation, by: User) -> Iterator[ResolveRun]:
    """Open an act on an operation's judgements; such acts come one after the other.

    Yields:
        the run that is shown.

    Raises:
        NotFoundError: the actor is no member of the operation.
        RefusedError: the role does not permit it, or nothing was resolved yet.
    """
    check_right(operation, by, Act.JUDGE)
    with transaction.atomic():
        Operation.objects.select_for_update(no_key=True).get(pk=operation.pk)
        run = operation.runs.first()
        if run is None:
            raise RefusedError(_("No person has been proposed yet; resolve the operation first."))
        yield run


def reason_of(verdict: str, code: str, note: str) -> str:
    """Return the note of a coded reason, without blanks around it.

    Raises:
        BadInputError: the verdict is unknown, the code is none of its reasons, or the reason needs words and has none.
    """
    reasons = judgement_reasons()[Word(one_of(verdict, list(Word), _("The verdict")))]
    reason = reasons[one_of(code, reasons, _("The reason"))]
    said = note.strip()
    return in_words(said, _("The note")) if said or reason.flag else ""


def heads_between(operation: Operation, left: RowRef, right: RowRef) -> list[Judgement]:
    """Return what was said last of two rows, whichever was named first; usually one, or nothing."""
    newest = operation.judgements.filter(superseded_by__isnull=True)
    found: list[Judgement] = []
    for one, other in ((left, right), (right, left)):
        found += newest.filter(
            left_evidence=one.evidence, left_row=one.row, right_evidence=other.evidence, right_row=other.row
        )
    return found


def enter(act: ReviewAct, rulings: Iterable[Ruling]) -> list[Judgement]:
    """Write an act's judgements; each one that is replaced stays and points to what came after it.

    A dossier that was ready for action on rows which they part, or join with another dossier's, goes back under
    investigation at once.

    Raises:
        RefusedError: a row's links are frozen.
    """
    said = list(rulings)
    frozen = frozen_among(act.operation, {end for one in said for end in (one.left, one.right)})
    if frozen:
        raise RefusedError(
            _("The links of %(person)s are frozen (wrong person): two people release them before anybody judges them.")
            % {"person": frozen}
        )
    at = clock.now()
    new = Judgement.objects.bulk_create(
        [
            Judgement(
                operation_id=act.operation_id, left_evidence=one.left.evidence, left_row=one.left.row,
                right_evidence=one.right.evidence, right_row=one.right.row, verdict=one.verdict,
                reason=act.note or act.code, by_id=act.by_id, at=at, act=act,
            )
            for one in said
        ],
        batch_size=500,
    )  # fmt: skip
    replaced = []
    for one, made in zip(said, new, strict=True):
        if one.over is not None:
            one.over.superseded_by = made
            replaced.append(one.over)
    Judgement.objects.bulk_update(replaced, ["superseded_by"], batch_size=500)
    told = [one for one in said if one.verdict in {Verdict.DIFFERENT, Verdict.SAME}]
    _shut_gates(act, {end for one in told for end in (one.left, one.right)})
    return new


@across_forces()
def _shut_gates(act: ReviewAct, rows: Collection[RowRef]) -> None:
    """Take the dossiers with some of the rows that are no longer one person's alone back under investigation."""
    held = DossierRow.objects.filter(
        operation=act.operation_id, evidence__in={one.evidence for one in rows}, row__in={one.row for one in rows},
        dossier__stage=Stage.READY,
    )  # fmt: skip
    parted = {
        dossier
        for dossier, evidence, row in held.values_list("dossier", "evidence", "row")
        if RowRef(evidence, row) in rows
    }
    for dossier in Dossier.objects.select_for_update().filter(pk__in=parted):
        if fall_back(dossier, act.by):
            Dossier.objects.filter(pk=dossier.pk).update(version=F("version") + 1)


def check_standing(operation: Operation, run: ResolveRun, rulings: Iterable[Ruling]) -> None:
    """Refuse an act, when its judgements have been written, that left judgements which cannot all be true.

    Raises:
        ContradictionError: they cannot; the transaction undoes what was written.
    """
    rows = {end for one in rulings if one.verdict != Verdict.WITHDRAWN for end in (one.left, one.right)}
    net, _where = knots(operation, run, rows)
    clash = net.clashes(rows)
    if clash:
        raise ContradictionError(
            _("This would leave %(n)s judgements that cannot all be true; undo one of those first.")
            % {"n": len(clash)},
            clash,
            confirmable=False,
        )


def newest_between(operation: Operation, rows: Collection[RowRef]) -> dict[frozenset[RowRef], Judgement]:
    """Return what was said last of each two of some rows."""
    known = set(rows)
    found = {}
    for one in touching(operation, known).filter(superseded_by__isnull=True):
        pair = RowRef(one.left_evidence, one.left_row), RowRef(one.right_evidence, one.right_row)
        if known.issuperset(pair):
            found[frozenset(pair)] = one
    return found


def withdrawals(against: Iterable[Said]) -> list[Ruling]:
    """Return the rulings that take judgements back."""
    known = Judgement.objects.in_bulk([one.key for one in against])
    return [Ruling(one.left, one.right, Verdict.WITHDRAWN, known[one.key]) for one in against]


def settle(act: ReviewAct, rulings: Iterable[Ruling], where: Mapping[RowRef, Placed]) -> None:
    """Take the questions that an act answers off the queue; put back those whose answer it undoes."""
    persons: dict[tuple[str, str], bool] = {}
    for one in rulings:
        if one.left in where and one.right in where:
            pair = where[one.left].person, where[one.right].person
            persons[min(pair), max(pair)] = one.verdict != Verdict.WITHDRAWN
    for (one_person, other), answered in persons.items():
        if answered:
            questions_between(act.operation, one_person, other).update(settled_by=act)
        elif act.kind == ActKind.UNDO:
            questions_between(act.operation, one_person, other).update(
                settled_by=None, leased_by=None, leased_until=None
            )
