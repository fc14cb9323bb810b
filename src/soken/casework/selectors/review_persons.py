"""Joining and parting whole persons: what lies in them, what an act would contradict, how things stood before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from soken.casework.models import Dossier
from soken.casework.models.force_sight import across_forces
from soken.casework.selectors import store
from soken.casework.selectors.review_history import concerning, standing_after, told, touching
from soken.casework.selectors.review_rows import first_rows, in_force, knots, placed
from soken.core.errors import NotFoundError
from soken.resolve import RowRef, Verdict
from soken.review.transitions import FROZEN

if TYPE_CHECKING:
    from collections.abc import Collection

    from soken.casework.models import Judgement, Operation, ResolveRun, ReviewAct
    from soken.review.knots import Said

#: Most records of persons that are joined or split by hand; beyond it the queue is the way.
MOST_RECORDS: Final = 500


@dataclass(frozen=True, slots=True)
class Against:
    """What stands against joining or parting persons.

    Attributes:
        taken_back: judgements that are taken back with it, if the actor confirms having seen them.
        first: judgements of which one is to be undone first; nothing else helps.
    """

    taken_back: tuple[Said, ...]
    first: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class EarlierState:
    """How a person's rows stood when an act had just been done.

    Attributes:
        act: the act.
        run: the run that was shown then, None before the first.
        persons: code of each proposed person among whom the rows lay, and how many lay there.
        judgements: those in force then that speak of the rows.
    """

    act: ReviewAct
    run: ResolveRun | None
    persons: tuple[tuple[str, int], ...]
    judgements: tuple[Judgement, ...]


def records_of(operation: Operation, run: ResolveRun, person: str) -> dict[int, RowRef]:
    """Return the first row of each of a person's records (one more than `MOST_RECORDS` at most): record → row.

    Raises:
        NotFoundError: the run proposes no such person.
    """
    found = first_rows(store.run_folder(operation, run), person, MOST_RECORDS + 1)
    if not found:
        raise NotFoundError(f"{operation.name} has no person {person} now.")
    return found


def state_of(operation: Operation, run: ResolveRun, persons: Collection[str]) -> str:
    """Return what must not have changed between looking at persons and acting on them: run and newest act."""
    rows = [row for person in persons for row in records_of(operation, run, person).values()]
    newest = touching(operation, rows).order_by("-act").exclude(act=None).values_list("act", flat=True).first()
    return f"{run.run_id}:{newest or 0}"


@across_forces()
def dossiers_at_work(operation: Operation, persons: Collection[str]) -> list[Dossier]:
    """Return the dossiers of some persons on which work goes on, whichever force has them."""
    found = Dossier.objects.filter(operation=operation, person_code__in=persons).exclude(stage__in=FROZEN)
    return list(found.order_by("person_code"))


def against_merge(
    operation: Operation, run: ResolveRun, left: Collection[RowRef], right: Collection[RowRef]
) -> Against:
    """Return what stands against these rows being one person."""
    net, _where = knots(operation, run, {*left, *right})
    return Against(tuple(net.against_same(left, right)), ())


def against_split(
    operation: Operation, run: ResolveRun, person: str, part: Collection[RowRef], rest: Collection[RowRef]
) -> Against:
    """Return what stands against parting some of a person's rows from its others."""
    net, where = knots(operation, run, {*part, *rest})
    sides = ({where[row].record for row in part if row in where}, {where[row].record for row in rest if row in where})
    direct = tuple(
        one
        for one in net.said
        if one.verdict is Verdict.SAME
        and one.left in where
        and one.right in where
        and _parted(where[one.left].record, where[one.right].record, sides)
    )
    chain = net.against_different(part, rest, without={one.key for one in direct}, parting=person)
    return Against(direct, tuple(chain))


def _parted(one: int, other: int, sides: tuple[set[int], set[int]]) -> bool:
    """Tell whether two records lie on different sides."""
    return (one in sides[0] and other in sides[1]) or (one in sides[1] and other in sides[0])


def judged_rows(operation: Operation, run: ResolveRun, person: str) -> list[RowRef]:
    """Return the rows of a person that anybody has ever judged."""
    ends: set[RowRef] = set()
    for left, left_row, right, right_row in operation.judgements.values_list(
        "left_evidence", "left_row", "right_evidence", "right_row"
    ):
        ends |= {RowRef(left, left_row), RowRef(right, right_row)}
    where = placed(store.run_folder(operation, run), ends)
    return sorted(row for row, at in where.items() if at.person == person)


def earlier_state(operation: Operation, run: ResolveRun, person: str, act: ReviewAct) -> EarlierState:
    """Return how the rows that are a person's now stood when an act had just been done."""
    shown = operation.runs.filter(finished_at__lte=act.at).first()
    rows = judged_rows(operation, run, person)
    standing = standing_after(concerning(operation, rows), act.pk).select_related("by", "act")
    return EarlierState(act, shown, _lay_in(operation, run, shown, person), tuple(standing[:200]))


def _lay_in(operation: Operation, now: ResolveRun, then: ResolveRun | None, person: str) -> tuple[tuple[str, int], ...]:
    """Return among which persons of an earlier run a person's rows lay, most rows first."""
    if then is None:
        return ()
    found = store.ask(
        """select t.person, count(*) as rows from read_parquet($now) n
        join read_parquet($then) t using (evidence, row)
        where n.person = $person and t.person is not null group by t.person order by rows desc, t.person limit 50""",
        now=store.run_folder(operation, now) / "membership.parquet",
        then=store.run_folder(operation, then) / "membership.parquet",
        person=store.OnePerson(person),
    )
    return tuple((one["person"], one["rows"]) for one in found)


def holding(operation: Operation, rows: Collection[RowRef]) -> tuple[Judgement, ...]:
    """Return the judgements in force that speak of any of these rows, newest first (200 at most)."""
    keys = touching(operation, rows).values("pk")
    return tuple(in_force(operation).filter(pk__in=keys).select_related("by", "act").order_by("-pk")[:200])


def said_by(against: Against) -> tuple[tuple[Judgement, ...], tuple[Judgement, ...]]:
    """Return the judgements that stand against an act, with who gave them: those taken back, those to undo first."""
    return told(against.taken_back), told(against.first)


@dataclass(frozen=True, slots=True)
class Identity:
    """One of a person's records, as somebody who parts it looks at it.

    Attributes:
        row: its first row.
        rows: how many rows claim exactly this.
        texts: name, reading, mail, phone, address, birth date, as far as it says them.
    """

    row: RowRef
    rows: int
    texts: tuple[str, ...]


def identities(operation: Operation, run: ResolveRun, person: str) -> list[Identity]:
    """Return a person's records, those that say the same name side by side (`MOST_RECORDS` at most).

    Raises:
        NotFoundError: the run proposes no such person.
    """
    folder = store.run_folder(operation, run)
    found = store.ask(
        """select first_evidence, first_row, rows, name, kana, email, phone, concat_ws(' ', postal_code, address) as at,
        birth from read_parquet($records)
        where record in (select record from read_parquet($clusters) where person = $person)
        order by name_key, record limit $limit""",
        records=folder / "records.parquet",
        clusters=folder / "clusters.parquet",
        person=store.OnePerson(person),
        limit=MOST_RECORDS,
    )
    if not found:
        raise NotFoundError(f"{operation.name} has no person {person} now.")
    return [
        Identity(
            RowRef(one["first_evidence"], one["first_row"]),
            one["rows"],
            tuple(text for name in ("name", "kana", "email", "phone", "at", "birth") if (text := one[name])),
        )
        for one in found
    ]
