"""The demo's two dossiers of one person: judged to be the same, the run made anew, one joined into the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from soken.access.models import User
    from soken.casework.models import Operation, ReviewPair
    from soken.core.progress import Timings


def play_joined(operation: Operation, users: dict[str, User], timings: Timings) -> None:
    """Open dossiers on both persons of a valuable question, answer it, and join the one that is no more.

    Played before all else: the run that knows the judgement gives the persons of the cases. A list so short that it
    asks nothing shows no joined person.
    """
    from soken.casework.actions.join_dossier import join_dossier
    from soken.casework.actions.judge import judge
    from soken.casework.actions.open_dossier import open_dossier
    from soken.casework.actions.resolve_operation import resolve_operation
    from soken.casework.selectors import store
    from soken.resolve import RowRef  # loads DuckDB and Splink: only a demo that plays needs them

    analyst = users["demo-analyst"]
    pair = _pair(operation, analyst)
    if pair is None:
        return
    for code in (pair.left_person, pair.right_person):
        open_dossier(operation, code, by=analyst)
    left, right = RowRef(pair.left_evidence, pair.left_row), RowRef(pair.right_evidence, pair.right_row)
    judge(
        operation, by=analyst, left=left, right=right, verdict="same", code="same-moved", note="住民票の異動により確認"
    )
    resolve_operation(operation, home=store.home(), progress=timings)
    proposed = operation.persons.values("code")
    gone = operation.dossiers.exclude(person_code__in=proposed).get()
    into = operation.dossiers.get(person_code__in=proposed).person_code
    join_dossier(gone, by=users["demo-reviewer"], into=into, reason="転居前後の注文であり、同一人物と判定")


def _pair(operation: Operation, by: User) -> ReviewPair | None:
    """Return the most valuable open question on two persons of one record each: a run parts neither of them."""
    from soken.casework.actions.lease_pair import lease_next

    single = set(operation.persons.filter(records=1).values_list("code", flat=True))
    place = 0
    while (pair := lease_next(operation, by=by, after=place)) is not None:
        place = pair.place
        if {pair.left_person, pair.right_person} <= single:
            return pair
    return None
