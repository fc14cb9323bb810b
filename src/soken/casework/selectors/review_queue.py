"""The review queue: how much is open, one pair side by side, and what lies beyond the queue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Count, Q

from soken.casework.models import ReviewAct, ReviewPair, Verdict
from soken.casework.selectors import store
from soken.casework.selectors.person_links import LinkedPair, Place
from soken.casework.selectors.review_persons import dossiers_at_work
from soken.core import clock
from soken.core.errors import DamagedStoreError
from soken.core.ordered import ordered
from soken.resolve import RowRef
from soken.resolve.explain import LINE, link_from
from soken.review.differences import Part, differences

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from soken.access.models import User
    from soken.casework.models import Operation, ResolveRun

#: What two records are shown to say, in this order, and the columns that say it.
FIELDS: Final = {
    "name": ("name",),
    "kana": ("kana",),
    "email": ("email",),
    "phone": ("phone",),
    "address": ("postal_code", "address"),
    "birth": ("birth",),
    "sex": ("sex",),
    "company": ("company",),
    "account": ("account",),
    "login": ("login",),
    "card": ("card",),
    "device": ("device",),
    "id_number": ("id_number",),
}
#: Lines of a list on one page.
LINES: Final = 100


@dataclass(frozen=True, slots=True)
class QueueCount:
    """How the queue stands.

    Attributes:
        open: pairs that nobody has answered, those before somebody among them.
        elsewhere: of these, before somebody else now.
        settled: pairs of this run that are answered.
        further: doubts that the queue had no room for.
        listed: how many of those are listed.
    """

    open: int
    elsewhere: int
    settled: int
    further: int
    listed: int


@dataclass(frozen=True, slots=True)
class Compared:
    """What the two records say in one field.

    Attributes:
        field: key of `FIELDS`.
        left, right: the texts in parts, those that differ marked.
        outcome: "equal", "differ", "left-only" or "right-only".
    """

    field: str
    left: tuple[Part, ...]
    right: tuple[Part, ...]
    outcome: str


@dataclass(frozen=True, slots=True)
class PairFile:
    """A pair as people look at it.

    Attributes:
        pair: the question.
        linked: the link with its reasons, and where its records stand.
        compared: the two records side by side.
        rows: rows of the left and of the right record.
        persons: names and rows of the two proposed persons, by code.
        last: the act that has spoken last of the two, if one has.
        at_work: of the two persons, those on whom work goes on: "same" on two of them shuts the way to action.
    """

    pair: ReviewPair
    linked: LinkedPair
    compared: tuple[Compared, ...]
    rows: tuple[int, int]
    persons: dict[str, tuple[str, int]]
    last: ReviewAct | None
    at_work: tuple[str, ...]

    @property
    def left(self) -> RowRef:
        """The left record's first row."""
        return RowRef(self.pair.left_evidence, self.pair.left_row)

    @property
    def right(self) -> RowRef:
        """The right record's first row."""
        return RowRef(self.pair.right_evidence, self.pair.right_row)


def queue_count(operation: Operation, run: ResolveRun | None, by: User | None = None) -> QueueCount:
    """Return how the queue of the run that is shown stands, as this person sees it."""
    elsewhere = Q(asked=True, settled_by__isnull=True, leased_until__gt=clock.now())
    found = ReviewPair.objects.filter(operation=operation).aggregate(
        open=Count("pk", filter=Q(asked=True, settled_by__isnull=True)),
        elsewhere=Count("pk", filter=elsewhere & ~Q(leased_by=by) if by is not None else elsewhere),
        settled=Count("pk", filter=Q(settled_by__isnull=False)),
        listed=Count("pk", filter=Q(asked=False)),
    )
    return QueueCount(**found, further=run.further_links if run is not None else 0)


def further_pairs(operation: Operation, page: int = 1) -> list[ReviewPair]:
    """Return one page of the doubts that the queue had no room for, most valuable first."""
    found = ReviewPair.objects.filter(operation=operation, asked=False).select_related("settled_by", "settled_by__by")
    return list(found.order_by("place")[LINES * (page - 1) : LINES * page])


def open_pairs(operation: Operation, *, after: int = 0) -> QuerySet[ReviewPair]:
    """Return the pairs of the queue that nobody has answered, from a place on, most valuable first."""
    return ReviewPair.objects.filter(
        operation=operation, asked=True, settled_by__isnull=True, place__gt=after
    ).order_by("place")


def open_questions(operation: Operation, person: str) -> QuerySet[ReviewPair]:
    """Return the questions about a proposed person that nobody has answered, most valuable first."""
    return ReviewPair.objects.filter(
        Q(left_person=person) | Q(right_person=person), operation=operation, settled_by__isnull=True
    ).order_by("place")


def spoken_last(operation: Operation, left: RowRef, right: RowRef, one: str, other: str) -> ReviewAct | None:
    """Return the act that has spoken last of two rows, or has answered the question about their persons.

    An act that was undone counts: whoever has not seen it undone has not seen how things stand.
    """
    either_way = Q(pk__in=())
    for a, b in ((left, right), (right, left)):
        either_way |= Q(
            judgements__left_evidence=a.evidence, judgements__left_row=a.row,
            judgements__right_evidence=b.evidence, judgements__right_row=b.row,
        )  # fmt: skip
    asked = Q(left_person=one, right_person=other) | Q(left_person=other, right_person=one)
    answered = ReviewPair.objects.filter(asked, operation=operation, settled_by__isnull=False)
    keys = [
        *operation.review_acts.filter(either_way).order_by("-pk").values_list("pk", flat=True)[:1],
        *answered.values_list("settled_by", flat=True)[:1],
    ]
    newest = max((key for key in keys if key is not None), default=None)
    return ReviewAct.objects.select_related("by").get(pk=newest) if newest is not None else None


def is_answered(act: ReviewAct | None) -> bool:
    """Tell whether the act that spoke last leaves an answer standing."""
    return act is not None and act.verdict != Verdict.WITHDRAWN


def pair_file(operation: Operation, run: ResolveRun, pair: ReviewPair) -> PairFile:
    """Return a pair side by side, with the reasons that the run gave.

    Raises:
        DamagedStoreError: the run's folder does not hold the pair.
    """
    folder = store.run_folder(operation, run)
    pairs = store.lines(folder / "links.parquet", "left_record", [pair.left_record], LINE).to_pylist()
    links = [one for one in pairs if one["right_record"] == pair.right_record]
    path, both = folder / "records.parquet", (pair.left_record, pair.right_record)
    present = ordered(path, "record").columns
    columns = [column for columns in FIELDS.values() for column in columns if column in present]
    found = store.lines(path, "record", both, ("record", "rows", "first_evidence", "first_row", *columns)).to_pylist()
    records = {one["record"]: one for one in found}
    if not links or len(records) != 2:
        raise DamagedStoreError(f"Run {run.run_id} does not hold this pair; resolve {operation.slug} again.")
    left, right = records[pair.left_record], records[pair.right_record]
    places = {one["record"]: Place(one["first_evidence"], one["first_row"]) for one in (left, right)}
    return PairFile(
        pair=pair,
        linked=LinkedPair(link_from(links[0]), places, pair.right_person),
        compared=tuple(_compared(left, right)),
        rows=(left["rows"], right["rows"]),
        persons={
            code: (name, rows)
            for code, name, rows in operation.persons.filter(
                code__in=(pair.left_person, pair.right_person)
            ).values_list("code", "name", "rows")
        },
        last=spoken_last(
            operation, RowRef(*places[pair.left_record]), RowRef(*places[pair.right_record]),
            pair.left_person, pair.right_person,
        ),
        at_work=tuple(
            one.person_code for one in dossiers_at_work(operation, (pair.left_person, pair.right_person))
        ),
    )  # fmt: skip


def _compared(left: dict[str, Any], right: dict[str, Any]) -> list[Compared]:
    """Return what two records say, field by field; what neither says is left out."""
    found = []
    for field, columns in FIELDS.items():
        one, other = _text(left, columns), _text(right, columns)
        if not one and not other:
            continue
        outcome = "equal" if one == other else "left-only" if not other else "right-only" if not one else "differ"
        found.append(Compared(field, *differences(one, other), outcome))
    return found


def _text(record: dict[str, Any], columns: Sequence[str]) -> str:
    """Return what a record says in some columns as one text."""
    return " ".join(str(record[column]) for column in columns if record.get(column))
