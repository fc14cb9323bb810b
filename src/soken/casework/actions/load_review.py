"""Put a run's open questions into the review queue; what people have answered meanwhile stays answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db.models import Q

from soken.casework.actions.insert_lines import insert_lines
from soken.casework.models import ReviewPair
from soken.casework.selectors.review_rows import in_force, placed
from soken.core.duck import at, connect
from soken.resolve import RowRef

if TYPE_CHECKING:
    from pathlib import Path

    from django.db.models import QuerySet

    from soken.casework.models import Operation

#: Most questions that are kept in the case database; what comes after them is counted.
LONGEST_QUEUE: Final = 20_000

#: Columns of a question, in the order of `_QUESTIONS` behind the first two.
_FILLED: Final = (
    "operation_id", "place", "left_evidence", "left_row", "left_record", "left_person", "right_evidence", "right_row",
    "right_record", "right_person", "asked", "weight", "reason",
)  # fmt: skip
_QUESTIONS: Final = """
select a.first_evidence, a.first_row, l.left_record, p.person, b.first_evidence, b.first_row, l.right_record, q.person,
       l.band = 'review', l.weight, l.review_reason
from (
    select * from read_parquet($links) where review_place is not null
    and (judged is null or review_reason = 'judgements-contradict') order by review_place limit $limit
) l
join read_parquet($records) a on a.record = l.left_record join read_parquet($records) b on b.record = l.right_record
join read_parquet($clusters) p on p.record = l.left_record join read_parquet($clusters) q on q.record = l.right_record
where p.person <> q.person order by l.review_place
"""
_COUNT: Final = """
select count(*) from read_parquet($links)
where review_place is not null and (judged is null or review_reason = 'judgements-contradict')
"""


def load_review(operation: Operation, folder: Path) -> int:
    """Replace the operation's queue by the questions of a run; call it inside a transaction.

    Args:
        operation: whose queue.
        folder: the run's folder.

    Returns:
        how many doubts the machine has beyond what the queue had room for.
    """
    paths = {name: at(folder / f"{name}.parquet") for name in ("links", "records", "clusters")}
    with connect() as con:
        found = con.execute(_QUESTIONS, {**paths, "limit": LONGEST_QUEUE}).fetchall()
        counted = con.execute(_COUNT, {"links": paths["links"]}).fetchall()[0][0]
    ReviewPair.objects.filter(operation=operation).delete()
    lines = [
        (operation.pk, place, *ends, bool(asked), weight, reason or "")
        for place, (*ends, asked, weight, reason) in enumerate(found, 1)
    ]
    insert_lines(ReviewPair, _FILLED, [lines])
    return int(counted) - sum(1 for one in found if one[8])


def settle_answered(operation: Operation, folder: Path, after: int) -> None:
    """Settle the questions that people have answered while the run was being made.

    Args:
        operation: whose queue.
        folder: folder of the run that is shown from now on.
        after: number of the newest judgement that the run was made from.
    """
    newer = in_force(operation).filter(pk__gt=after, act__isnull=False).select_related("act")
    pairs = [
        (RowRef(one.left_evidence, one.left_row), RowRef(one.right_evidence, one.right_row), one.act) for one in newer
    ]
    where = placed(folder, {end for left, right, _act in pairs for end in (left, right)})
    for left, right, act in pairs:
        if left in where and right in where:
            questions_between(operation, where[left].person, where[right].person).update(settled_by=act)


def questions_between(operation: Operation, one: str, other: str) -> QuerySet[ReviewPair]:
    """Return the queue's questions about two proposed persons."""
    return ReviewPair.objects.filter(
        Q(left_person=one, right_person=other) | Q(left_person=other, right_person=one), operation=operation
    )
