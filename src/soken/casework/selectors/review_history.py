"""What people have said of who is one person, and how that stood at any moment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Q

from soken.casework.models import ActKind, Judgement, ReviewAct, Verdict
from soken.casework.selectors.review_rows import knots
from soken.resolve import RowRef

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from django.db.models import QuerySet

    from soken.access.models import User
    from soken.casework.models import Operation, ResolveRun
    from soken.review.knots import Said

#: Acts on one page.
ACTS: int = 50


@dataclass(frozen=True, slots=True)
class Objections:
    """The judgements in force that an answer would contradict.

    Attributes:
        same: against "same": they would have to be taken back.
        different: against "different" and "can't tell": the chain by which people have joined the two.
    """

    same: tuple[Judgement, ...]
    different: tuple[Judgement, ...]


def acts(operation: Operation, page: int = 1, rows: Collection[RowRef] | None = None) -> tuple[list[ReviewAct], int]:
    """Return one page of the acts on judgements, newest first, and how many there are.

    Args:
        operation: whose.
        page: 1-based.
        rows: only acts that speak of any of these rows; None for all.
    """
    found = operation.review_acts.all()
    if rows is not None:
        found = found.filter(pk__in=touching(operation, rows).values("act"))
    shown = found.annotate(said=Count("judgements")).select_related("by", "undone_by", "undoes").order_by("-pk")
    return list(shown[ACTS * (page - 1) : ACTS * page]), found.count()


def touching(operation: Operation, rows: Iterable[RowRef]) -> QuerySet[Judgement]:
    """Return all judgements, in force or not, that speak of any of these rows."""
    numbers: dict[str, list[int]] = {}
    for row in rows:
        numbers.setdefault(row.evidence, []).append(row.row)
    either = Q(pk__in=())
    for evidence, of in numbers.items():
        either |= Q(left_evidence=evidence, left_row__in=of) | Q(right_evidence=evidence, right_row__in=of)
    return operation.judgements.filter(either)


def concerning(operation: Operation, rows: Collection[RowRef]) -> QuerySet[Judgement]:
    """Return all judgements of every act that speaks of any of these rows, and what came before and after each.

    An act that joins two persons also judges rows that are not among these; it stands or falls as a whole.
    """
    direct = touching(operation, rows)
    keys = set(direct.values_list("pk", flat=True))
    acts_of = set(direct.exclude(act=None).values_list("act", flat=True))
    keys |= set(operation.judgements.filter(act__in=acts_of).values_list("pk", flat=True))
    new = keys
    while new:
        links = operation.judgements.filter(Q(pk__in=new) | Q(superseded_by__in=new))
        found = {key for link in links.values_list("pk", "superseded_by") for key in link if key is not None}
        new = found - keys
        keys |= found
    return operation.judgements.filter(pk__in=keys)


def standing_after(judgements: QuerySet[Judgement], act: int) -> QuerySet[Judgement]:
    """Keep the judgements that were in force when an act had just been done: any earlier state can be read."""
    given = judgements.filter(Q(act__isnull=True) | Q(act__lte=act))
    return given.exclude(superseded_by__act__lte=act).exclude(verdict=Verdict.WITHDRAWN)


def last_of(operation: Operation, by: User) -> ReviewAct | None:
    """Return what this person has done last and not undone: what she would undo first."""
    mine = operation.review_acts.filter(by=by, undone_by__isnull=True).exclude(kind=ActKind.UNDO)
    return mine.order_by("-pk").first()


def objections(operation: Operation, run: ResolveRun, left: RowRef, right: RowRef) -> Objections:
    """Return what each answer about two rows would contradict, to be shown before it is given."""
    net, _where = knots(operation, run, {left, right})
    same = [one for one in net.against_same([left], [right]) if {one.left, one.right} != {left, right}]
    direct = [
        one.pk
        for one in touching(operation, [left])
        if {RowRef(one.left_evidence, one.left_row), RowRef(one.right_evidence, one.right_row)} == {left, right}
    ]
    return Objections(told(same), told(net.against_different([left], [right], without=direct)))


def told(said: Sequence[Said]) -> tuple[Judgement, ...]:
    """Return judgements with who gave them, in the order given."""
    known = Judgement.objects.select_related("by", "act").in_bulk([one.key for one in said])
    return tuple(known[one.key] for one in said)
